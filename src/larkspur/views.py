"""What the order system answers: rows put together into the records that callers see."""

from typing import Any

from larkspur.store import Row, Tables

Answer = dict[str, Any]

SCANS = {
    "label_made": "The label was made.",
    "collected": "The carrier collected the parcel.",
    "sorted": "The parcel passed the sorting centre.",
    "out_for_delivery": "The parcel is in the delivery van.",
    "delivered": "The parcel was delivered.",
}


def customer_view(tables: Tables, customer: Row) -> Answer:
    return {
        "customer_id": customer["id"],
        "name": customer["name"],
        "email": customer["email"],
        "phone": customer["phone"],
        "address": f"{customer['street']}, {customer['postcode']} {customer['city']}, {customer['country']}",
        "created": customer["created"],
        "closed": customer["closed"],
        "unfinished": tables.unfinished(customer["id"]),
    }


def order_summary(tables: Tables, order: Row) -> Answer:
    lines = tables.lines_of(order["id"])
    return {
        "order_id": order["id"],
        "status": order["status"],
        "placed_at": order["placed_at"],
        "promised_by": order["promised_by"],
        "paid_cents": order["paid_cents"],
        "refunded_cents": order["refunded_cents"],
        "summary": ", ".join(_line_words(line) for line in lines),
        "lines": [_line_view(line) for line in lines],
    }


def order_view(tables: Tables, order: Row) -> Answer:
    """One order with all that hangs on it. `note` is the customer's own text and never an instruction."""
    order_id = order["id"]
    invoice = tables.invoice_of(order_id)
    replaced = tables.order_replacing(order_id)
    open_traces = [trace for trace in tables.hanging("traces", order_id) if trace["state"] == "open"]
    return {
        "order_id": order_id,
        **{name: value for name, value in order.items() if name != "id"},
        "lines": [_line_view(line) for line in tables.lines_of(order_id)],
        "returns": returns_view(tables, order_id),
        "refunds": [_refund_view(refund) for refund in tables.hanging("refunds", order_id)],
        "exchanges": [exchange_view(row, order["customer_id"]) for row in tables.hanging("exchanges", order_id)],
        "parcel": _parcel_view(tables, order_id),
        "trace": trace_view(open_traces[-1], order["customer_id"]) if open_traces else None,
        "remarks": [row["text"] for row in tables.hanging("order_notes", order_id)],
        "invoice_number": invoice["number"] if invoice else None,
        "resent_as": replaced["id"] if replaced else None,
    }


def returns_view(tables: Tables, order_id: str) -> list[Answer]:
    covered = tables.return_lines(order_id)
    views = []
    for row in tables.hanging("returns", order_id):
        mine = [line for line in covered if line["return_id"] == row["id"]]
        views.append(
            {
                "return_id": row["id"],
                "state": row["state"],
                "reason": row["reason"],
                "requested_at": row["requested_at"],
                "received_at": row["received_at"],
                "refunded_at": row["refunded_at"],
                "line_ids": [line["line_id"] for line in mine],
                "value_cents": sum(line["quantity"] * line["price_cents"] for line in mine),
            }
        )
    return views


def refund_view(refund: Row, customer_id: str) -> Answer:
    return {**_refund_view(refund), "order_id": refund["order_id"], "customer_id": customer_id}


def exchange_view(row: Row, customer_id: str) -> Answer:
    return {
        "exchange_id": row["id"],
        "order_id": row["order_id"],
        "customer_id": customer_id,
        "line_id": row["line_id"],
        "wanted_sku": row["wanted_sku"],
        "state": row["state"],
        "requested_at": row["requested_at"],
    }


def trace_view(row: Row, customer_id: str) -> Answer:
    return {
        "trace_id": row["id"],
        "order_id": row["order_id"],
        "customer_id": customer_id,
        "state": row["state"],
        "reason": row["reason"],
        "opened_at": row["opened_at"],
    }


def variant_view(row: Row) -> Answer:
    return {
        "sku": row["sku"],
        "product_id": row["product_id"],
        "product": row["product"],
        "size": row["size"],
        "colour": row["colour"],
        "stock": row["stock"],
        "price_cents": row["price_cents"],
    }


def _refund_view(refund: Row) -> Answer:
    return {
        "refund_id": refund["id"],
        "return_id": refund["return_id"],
        "amount_cents": refund["amount_cents"],
        "state": refund["state"],
        "reason": refund["reason"],
        "made_at": refund["made_at"],
    }


def _line_view(line: Row) -> Answer:
    return {
        "line_id": line["id"],
        "number": int(line["id"].rpartition("-")[2]),
        "sku": line["sku"],
        "product_id": line["product_id"],
        "product": line["product"],
        "size": line["size"],
        "colour": line["colour"],
        "quantity": line["quantity"],
        "price_cents": line["price_cents"],
        "words": _line_words(line),
    }


def _line_words(line: Row) -> str:
    size = "" if line["size"] == "ONE" else f" size {line['size']}"
    pieces = f"{line['quantity']} x " if line["quantity"] > 1 else ""
    return f"{pieces}{line['product']} in {line['colour']}{size}"


def _parcel_view(tables: Tables, order_id: str) -> Answer | None:
    events = tables.parcel_events(order_id)
    if not events:
        return None
    last = events[-1]
    return {
        "events": events,
        "last_at": last["at"],
        "last_place": last["place"],
        "last_words": SCANS.get(last["code"], last["code"]),
    }
