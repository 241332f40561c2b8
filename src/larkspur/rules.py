"""The rules that the order system's operations share: what must be so before something is done."""

import json
from datetime import timedelta

from larkspur.clock import read_stamp, stamp
from larkspur.errors import KeyReused, NotFound, Refused
from larkspur.store import Row, Tables
from larkspur.views import Answer, returns_view

RETURN_DAYS = 30
DELIVERY_DAYS = 4
STATUS_WORDS = {
    "placed": "is placed and not packed yet",
    "packed": "is already packed",
    "shipped": "has been shipped",
    "delivered": "has been delivered",
    "cancelled": "is cancelled",
    "lost": "was lost on its way",
}


def same_result(earlier: Row, operation: str, arguments: str) -> Answer:
    if (earlier["operation"], earlier["arguments"]) != (operation, arguments):
        raise KeyReused(
            f"the key {earlier['key']} was already used for {earlier['operation']} differently; nothing was done"
        )
    result: Answer = json.loads(earlier["result"])
    return result


def the_customer(tables: Tables, customer_id: str) -> Row:
    found = tables.customer(customer_id)
    if found is None:
        raise NotFound(f"there is no customer {customer_id}")
    return found


def the_order(tables: Tables, order_id: str) -> Row:
    found = tables.order(order_id)
    if found is None:
        raise NotFound(f"there is no order {order_id}")
    return found


def the_one(tables: Tables, table: str, record_id: str) -> Row:
    found = tables.one(table, record_id)
    if found is None:
        raise NotFound(f"there is no {record_id} among the {table}")
    return found


def the_line(tables: Tables, order_id: str, line_id: str) -> Row:
    for line in tables.lines_of(order_id):
        if line["id"] == line_id:
            return line
    raise NotFound(f"order {order_id} has no line {line_id}")


def still_placed(tables: Tables, order_id: str, because: str) -> Row:
    order = the_order(tables, order_id)
    if order["status"] != "placed":
        raise Refused(f"order {order_id} {STATUS_WORDS[order['status']]}; {because}")
    return order


def returnable(tables: Tables, order_id: str, now: str) -> None:
    order = the_order(tables, order_id)
    if order["status"] != "delivered":
        raise Refused(f"order {order_id} {STATUS_WORDS[order['status']]}; only delivered orders come back")
    days = (read_stamp(now) - read_stamp(order["delivered_at"])).days
    if days > RETURN_DAYS:
        raise Refused(f"order {order_id} was delivered {days} days ago; articles come back within {RETURN_DAYS} days")


def free_line(tables: Tables, order_id: str, line_id: str) -> Row:
    """The line, unless it is already on its way back."""
    line = the_line(tables, order_id, line_id)
    taken = [row for row in tables.return_lines(order_id) if row["line_id"] == line_id and row["state"] != "withdrawn"]
    swapped = [
        row
        for row in tables.hanging("exchanges", order_id)
        if row["line_id"] == line_id and row["state"] != "withdrawn"
    ]
    if taken or swapped:
        raise Refused(f"line {line_id} is already being returned or exchanged")
    return line


def given_up(tables: Tables, order: Row) -> bool:
    """Whether nobody waits for this parcel any more: it is lost, or being looked for."""
    searched = any(row["state"] == "open" for row in tables.hanging("traces", order["id"]))
    return order["status"] == "lost" or (searched and order["status"] in {"shipped", "delivered"})


def tell_status(tables: Tables, order_id: str, status: str, now: str) -> None:
    """What the order system did itself is told like what the warehouse does."""
    tables.add("status_events", {"order_id": order_id, "status": status, "at": now, "received_at": now})


def write_off(tables: Tables, order_id: str, now: str) -> None:
    tables.set_order(order_id, status="lost")
    tell_status(tables, order_id, "lost", now)
    for row in tables.hanging("traces", order_id):
        tables.set_state("traces", row["id"], state="closed")


def swap_stock(tables: Tables, line: Row, sku: str, *, give_back: bool) -> None:
    """Take the pieces of `line` from the stock of `sku`; `give_back` returns those of its present sku."""
    wanted = tables.variant(sku)
    if wanted is None:
        raise NotFound(f"there is no article {sku}")
    if wanted["product_id"] != line["product_id"] or sku == line["sku"]:
        raise Refused(f"{line['sku']} can be swapped for another size or colour of the same product, not for {sku}")
    if not tables.move_stock(sku, -line["quantity"]):
        raise Refused(f"{sku} is sold out: {wanted['stock']} left, {line['quantity']} wanted")
    if give_back:
        tables.move_stock(line["sku"], line["quantity"])


def settle_return(tables: Tables, order_id: str, what: tuple[str, int], now: str) -> None:
    return_id, amount = what
    view = next((view for view in returns_view(tables, order_id) if view["return_id"] == return_id), None)
    if view is None:
        raise Refused(f"order {order_id} has no return {return_id}")
    if view["state"] != "received":
        raise Refused(f"return {return_id} is {view['state']}; only a received return is refunded")
    if amount > view["value_cents"]:
        raise Refused(f"return {return_id} is worth {view['value_cents']} cents, not {amount}")
    tables.set_state("returns", return_id, state="refunded", refunded_at=now)


def give_back(tables: Tables, order: Row, what: tuple[int, str | None, str], when: tuple[str, str]) -> str:
    amount, return_id, reason = what
    key, now = when
    refund_id = tables.next_id("refunds", "RF-", 700001)
    tables.add(
        "refunds",
        {
            "id": refund_id,
            "order_id": order["id"],
            "return_id": return_id,
            "amount_cents": amount,
            "state": "pending",
            "reason": reason,
            "key": key,
            "made_at": now,
        },
    )
    return refund_id


def copy_order(tables: Tables, order: Row, now: str) -> str:
    """A new order with the same lines, free of charge, taken from stock."""
    new_id = tables.next_id("orders", "LK-", 100001)
    promised = stamp(read_stamp(now) + timedelta(days=DELIVERY_DAYS))
    fresh = dict.fromkeys(("packed_at", "shipped_at", "delivered_at", "cancelled_at", "tracking"))
    free = {"shipping_cents": 0, "paid_cents": 0, "refunded_cents": 0}
    placed = {"id": new_id, "status": "placed", "placed_at": now, "promised_by": promised, "replaces": order["id"]}
    tables.add("orders", {**order, **fresh, **free, **placed})
    for number, line in enumerate(tables.lines_of(order["id"]), start=1):
        if not tables.move_stock(line["sku"], -line["quantity"]):
            raise Refused(f"order {order['id']} cannot be sent again: {line['sku']} is sold out")
        copy = {"id": f"{new_id}-{number}", "order_id": new_id, "sku": line["sku"]}
        tables.add("lines", {**copy, "quantity": line["quantity"], "price_cents": 0})
    tell_status(tables, new_id, "placed", now)
    return new_id
