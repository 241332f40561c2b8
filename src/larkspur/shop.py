"""The order system's operations as plain functions of one `Shop`; the MCP server only passes calls on to it.

Every write takes an idempotency key: the same key and arguments give the same result and act once.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from larkspur.addresses import normal_postcode, read_address
from larkspur.clock import present, stamp
from larkspur.errors import NotFound, Refused
from larkspur.rules import (
    STATUS_WORDS,
    copy_order,
    free_line,
    give_back,
    given_up,
    returnable,
    same_result,
    settle_return,
    still_placed,
    swap_stock,
    tell_status,
    the_customer,
    the_line,
    the_one,
    the_order,
    write_off,
)
from larkspur.store import Store, Tables
from larkspur.views import (
    Answer,
    customer_view,
    exchange_view,
    order_summary,
    order_view,
    refund_view,
    returns_view,
    trace_view,
    variant_view,
)

MOST_LISTED = 50
MOST_CHECKED = 5000

READS = (
    "identify_customer",
    "get_customer",
    "list_orders",
    "get_order",
    "get_return",
    "get_refund",
    "get_exchange",
    "get_trace",
    "find_variants",
    "list_journal",
    "list_all_orders",
    "list_all_customers",
    "list_status_events",
)
WRITES = (
    "cancel_order",
    "change_address",
    "change_order_line",
    "add_order_note",
    "create_return",
    "withdraw_return",
    "create_exchange",
    "withdraw_exchange",
    "refund_order",
    "void_refund",
    "open_trace",
    "close_trace",
    "resend_order",
    "send_invoice_copy",
    "close_account",
    "reopen_account",
)
OPERATIONS = READS + WRITES


class Shop:
    """All operations on the database at `path`. `clock` gives aware datetimes in UTC."""

    def __init__(self, path: Path, clock: Callable[[], datetime] = present) -> None:
        self._store = Store(path)
        self._clock = clock

    def close(self) -> None:
        self._store.close()

    # --- reads ------------------------------------------------------------------------------------

    def identify_customer(self, email: str, postcode: str) -> Answer:
        """Who owns the account with this email address and postcode. Both must match."""
        with self._store.read() as tables:
            found = tables.customer_by_email(email.strip().lower())
        if found is None or found["closed"] or found["postcode"] != normal_postcode(postcode):
            # One answer for all three, so that nobody can find out who is a customer.
            raise NotFound("no open account has this email address together with this postcode")
        return {"customer_id": found["id"], "first_name": found["name"].split()[0]}

    def get_customer(self, customer_id: str) -> Answer:
        """One customer with contact details and how much is still open."""
        with self._store.read() as tables:
            return customer_view(tables, the_customer(tables, customer_id))

    def list_orders(self, customer_id: str, limit: int = 10) -> Answer:
        """The customer's orders, newest first: the latest in words, the numbers of all."""
        with self._store.read() as tables:
            the_customer(tables, customer_id)
            orders = tables.orders_of(customer_id, max(1, min(limit, MOST_LISTED)))
            return {
                "customer_id": customer_id,
                "orders": [order_summary(tables, order) for order in orders],
                "order_ids": tables.order_ids_of(customer_id),
            }

    def get_order(self, order_id: str) -> Answer:
        """One order with its lines, returns, refunds, exchanges, parcel and investigation."""
        with self._store.read() as tables:
            return order_view(tables, the_order(tables, order_id))

    def get_return(self, return_id: str) -> Answer:
        """One return."""
        with self._store.read() as tables:
            order = the_order(tables, the_one(tables, "returns", return_id)["order_id"])
            view = next(view for view in returns_view(tables, order["id"]) if view["return_id"] == return_id)
            return {**view, "order_id": order["id"], "customer_id": order["customer_id"]}

    def get_refund(self, refund_id: str) -> Answer:
        """One refund."""
        with self._store.read() as tables:
            row = the_one(tables, "refunds", refund_id)
            return refund_view(row, the_order(tables, row["order_id"])["customer_id"])

    def get_exchange(self, exchange_id: str) -> Answer:
        """One exchange."""
        with self._store.read() as tables:
            row = the_one(tables, "exchanges", exchange_id)
            return exchange_view(row, the_order(tables, row["order_id"])["customer_id"])

    def get_trace(self, trace_id: str) -> Answer:
        """One investigation at the carrier."""
        with self._store.read() as tables:
            row = the_one(tables, "traces", trace_id)
            return trace_view(row, the_order(tables, row["order_id"])["customer_id"])

    def find_variants(self, sku: str = "", product: str = "", size: str = "") -> Answer:
        """Sizes and colours with their stock, by sku or by a product's name or id, and optionally one size."""
        if not sku and not product:
            raise Refused("looking for a variant needs a sku or the name of a product")
        with self._store.read() as tables:
            found = tables.variants(sku=sku.upper(), product=product, size=size, limit=MOST_LISTED)
        return {"variants": [variant_view(row) for row in found]}

    def list_journal(self, after: int = 0, limit: int = 100) -> list[Answer]:
        """What was written since entry number `after`, oldest first: for reconciliation."""
        with self._store.read() as tables:
            return tables.journal_after(after, max(1, min(limit, 1000)))

    def list_all_orders(self, after: str = "", limit: int = 1000) -> Answer:
        """Every order behind number `after`, in their order: for whoever checks them."""
        with self._store.read() as tables:
            return {"orders": tables.orders_after(after, max(1, min(limit, MOST_CHECKED)))}

    def list_all_customers(self, after: str = "", limit: int = 1000) -> Answer:
        """Every customer behind id `after`, in their order: for whoever checks them."""
        with self._store.read() as tables:
            return {"customers": tables.customers_after(after, max(1, min(limit, MOST_CHECKED)))}

    def list_status_events(self, hours: int = 24, after: int = 0, limit: int = 1000) -> Answer:
        """What was heard of orders in the last `hours`, behind event number `after`, as it came in."""
        since = stamp(self._clock() - timedelta(hours=hours))
        with self._store.read() as tables:
            return {"events": tables.status_events_after(since, after, max(1, min(limit, MOST_CHECKED)))}

    def hear_from_warehouse(self) -> None:
        """The warehouse says how the order that left last stands."""
        now = stamp(self._clock())
        with self._store.write() as tables:
            order = tables.under_way()
            if order is not None:
                tell_status(tables, order["id"], order["status"], now)

    # --- writes on an order that has not left ---------------------------------------------------------

    def cancel_order(self, order_id: str, reason: str, idempotency_key: str) -> Answer:
        """Cancel an order that has not been shipped; what was paid goes back, the articles return to stock."""

        def cancel(tables: Tables, now: str) -> Answer:
            order = the_order(tables, order_id)
            if order["status"] not in {"placed", "packed"}:
                raise Refused(f"order {order_id} {STATUS_WORDS[order['status']]} and cannot be cancelled")
            for line in tables.lines_of(order_id):
                tables.move_stock(line["sku"], line["quantity"])
            due = order["paid_cents"] - order["refunded_cents"]
            refund_id = None
            if due:
                refund_id = give_back(tables, order, (due, None, "cancelled"), (idempotency_key, now))
            tables.set_order(order_id, status="cancelled", cancelled_at=now, refunded_cents=order["paid_cents"])
            tell_status(tables, order_id, "cancelled", now)
            return {"order_id": order_id, "status": "cancelled", "refund_id": refund_id, "refunded_cents": due}

        return self._write("cancel_order", idempotency_key, {"order_id": order_id, "reason": reason}, cancel)

    def change_address(self, order_id: str, address: str, idempotency_key: str) -> Answer:
        """Send an order that is not packed yet to another address in the Netherlands or Germany."""

        def change(tables: Tables, now: str) -> Answer:
            order = still_placed(tables, order_id, "its address is on the parcel")
            wanted = read_address(address)
            tables.set_order(order_id, address=str(wanted))
            return {
                "order_id": order_id,
                "address": str(wanted),
                "country": wanted.country,
                "previous_address": order["address"],
            }

        return self._write("change_address", idempotency_key, {"order_id": order_id, "address": address}, change)

    def change_order_line(self, order_id: str, line_id: str, sku: str, idempotency_key: str) -> Answer:
        """Swap a line of an order that is not packed yet for another size or colour of the same product."""

        def change(tables: Tables, now: str) -> Answer:
            still_placed(tables, order_id, "its articles are in the parcel")
            line = the_line(tables, order_id, line_id)
            swap_stock(tables, line, sku, give_back=True)
            tables.set_line_sku(line_id, sku)
            return {"order_id": order_id, "line_id": line_id, "sku": sku, "previous_sku": line["sku"]}

        arguments = {"order_id": order_id, "line_id": line_id, "sku": sku}
        return self._write("change_order_line", idempotency_key, arguments, change)

    def add_order_note(self, order_id: str, text: str, idempotency_key: str) -> Answer:
        """Write a note for the warehouse and the carrier on an order that has not left."""

        def add(tables: Tables, now: str) -> Answer:
            order = the_order(tables, order_id)
            if order["status"] not in {"placed", "packed"}:
                raise Refused(f"order {order_id} {STATUS_WORDS[order['status']]}, so nobody would read a note on it")
            if not text.strip():
                raise Refused("an empty note says nothing")
            tables.add("order_notes", {"order_id": order_id, "text": text.strip(), "written_at": now})
            return {"order_id": order_id, "text": text.strip()}

        return self._write("add_order_note", idempotency_key, {"order_id": order_id, "text": text}, add)

    # --- writes on an order that has arrived ------------------------------------------------------------

    def create_return(self, order_id: str, line_ids: list[str], reason: str, idempotency_key: str) -> Answer:
        """Register whole lines of a delivered order as coming back, within 30 days of delivery."""

        def register(tables: Tables, now: str) -> Answer:
            returnable(tables, order_id, now)
            if not line_ids or len(set(line_ids)) != len(line_ids):
                raise Refused("a return names each of its lines once")
            lines = [free_line(tables, order_id, line_id) for line_id in line_ids]
            return_id = tables.next_id("returns", "R-", 500001)
            tables.add(
                "returns",
                {
                    "id": return_id,
                    "order_id": order_id,
                    "state": "requested",
                    "reason": reason,
                    "requested_at": now,
                },
            )
            for line in lines:
                tables.add(
                    "return_lines", {"return_id": return_id, "line_id": line["id"], "quantity": line["quantity"]}
                )
            value = sum(line["quantity"] * line["price_cents"] for line in lines)
            return {"return_id": return_id, "order_id": order_id, "state": "requested", "value_cents": value}

        arguments = {"order_id": order_id, "line_ids": line_ids, "reason": reason}
        return self._write("create_return", idempotency_key, arguments, register)

    def withdraw_return(self, return_id: str, idempotency_key: str) -> Answer:
        """Withdraw a return that has not been received."""

        def withdraw(tables: Tables, now: str) -> Answer:
            row = the_one(tables, "returns", return_id)
            if row["state"] != "requested":
                raise Refused(f"return {return_id} is {row['state']} and cannot be withdrawn")
            tables.set_state("returns", return_id, state="withdrawn")
            return {"return_id": return_id, "order_id": row["order_id"], "state": "withdrawn"}

        return self._write("withdraw_return", idempotency_key, {"return_id": return_id}, withdraw)

    def create_exchange(self, order_id: str, line_id: str, sku: str, idempotency_key: str) -> Answer:
        """Reserve another size or colour for a delivered line; it leaves when the first one is back."""

        def register(tables: Tables, now: str) -> Answer:
            returnable(tables, order_id, now)
            line = free_line(tables, order_id, line_id)
            swap_stock(tables, line, sku, give_back=False)
            exchange_id = tables.next_id("exchanges", "X-", 600001)
            row = {
                "id": exchange_id,
                "order_id": order_id,
                "line_id": line_id,
                "wanted_sku": sku,
                "state": "open",
                "requested_at": now,
            }
            tables.add("exchanges", row)
            return {"exchange_id": exchange_id, "order_id": order_id, "state": "open", "sku": sku}

        arguments = {"order_id": order_id, "line_id": line_id, "sku": sku}
        return self._write("create_exchange", idempotency_key, arguments, register)

    def withdraw_exchange(self, exchange_id: str, idempotency_key: str) -> Answer:
        """Withdraw an exchange whose new article has not left; the reserved one returns to stock."""

        def withdraw(tables: Tables, now: str) -> Answer:
            row = the_one(tables, "exchanges", exchange_id)
            if row["state"] != "open":
                raise Refused(f"exchange {exchange_id} is {row['state']} and cannot be withdrawn")
            tables.move_stock(row["wanted_sku"], the_line(tables, row["order_id"], row["line_id"])["quantity"])
            tables.set_state("exchanges", exchange_id, state="withdrawn")
            return {"exchange_id": exchange_id, "order_id": row["order_id"], "state": "withdrawn"}

        return self._write("withdraw_exchange", idempotency_key, {"exchange_id": exchange_id}, withdraw)

    # --- money ------------------------------------------------------------------------------------------

    def refund_order(
        self, order_id: str, amount_cents: int, reason: str, idempotency_key: str, return_id: str = ""
    ) -> Answer:
        """Give money back on an order, at most what was paid and not given back; a return named is settled by it."""

        def refund(tables: Tables, now: str) -> Answer:
            order = the_order(tables, order_id)
            left = order["paid_cents"] - order["refunded_cents"]
            if amount_cents < 1:
                raise Refused("a refund is at least one cent")
            if amount_cents > left:
                raise Refused(f"only {left} cents of order {order_id} are not paid back yet, not {amount_cents}")
            if order["status"] != "delivered" and not given_up(tables, order):
                raise Refused(
                    f"order {order_id} {STATUS_WORDS[order['status']]}; only delivered and lost orders are refunded"
                )
            if tables.order_replacing(order_id):
                raise Refused(f"order {order_id} was sent again and is not refunded as well")
            if return_id:
                settle_return(tables, order_id, (return_id, amount_cents), now)
            refund_id = give_back(tables, order, (amount_cents, return_id or None, reason), (idempotency_key, now))
            tables.set_order(order_id, refunded_cents=order["refunded_cents"] + amount_cents)
            if order["status"] == "shipped":
                write_off(tables, order_id, now)
            return {"refund_id": refund_id, "order_id": order_id, "amount_cents": amount_cents, "state": "pending"}

        arguments = {"order_id": order_id, "amount_cents": amount_cents, "reason": reason, "return_id": return_id}
        return self._write("refund_order", idempotency_key, arguments, refund)

    def void_refund(self, refund_id: str, idempotency_key: str) -> Answer:
        """Take back a refund that the bank has not taken yet."""

        def void(tables: Tables, now: str) -> Answer:
            row = the_one(tables, "refunds", refund_id)
            order = the_order(tables, row["order_id"])
            if row["state"] != "pending" or order["status"] == "cancelled":
                raise Refused(f"refund {refund_id} is {row['state']} and cannot be taken back")
            tables.set_state("refunds", refund_id, state="voided")
            tables.set_order(order["id"], refunded_cents=order["refunded_cents"] - row["amount_cents"])
            if row["return_id"]:
                tables.set_state("returns", row["return_id"], state="received", refunded_at=None)
            return {"refund_id": refund_id, "order_id": order["id"], "state": "voided"}

        return self._write("void_refund", idempotency_key, {"refund_id": refund_id}, void)

    # --- parcels ----------------------------------------------------------------------------------------

    def open_trace(self, order_id: str, reason: str, idempotency_key: str) -> Answer:
        """Ask the carrier to look for a parcel that is late or that the customer never got."""

        def trace(tables: Tables, now: str) -> Answer:
            order = the_order(tables, order_id)
            if order["status"] not in {"shipped", "delivered"}:
                raise Refused(f"order {order_id} {STATUS_WORDS[order['status']]}; there is no parcel to look for")
            if any(row["state"] == "open" for row in tables.hanging("traces", order_id)):
                raise Refused(f"the carrier is already looking for the parcel of order {order_id}")
            trace_id = tables.next_id("traces", "T-", 800001)
            row = {"id": trace_id, "order_id": order_id, "state": "open", "reason": reason, "opened_at": now}
            tables.add("traces", row)
            return {"trace_id": trace_id, "order_id": order_id, "state": "open"}

        return self._write("open_trace", idempotency_key, {"order_id": order_id, "reason": reason}, trace)

    def close_trace(self, trace_id: str, idempotency_key: str) -> Answer:
        """Tell the carrier to stop looking."""

        def close(tables: Tables, now: str) -> Answer:
            row = the_one(tables, "traces", trace_id)
            if row["state"] != "open":
                raise Refused(f"investigation {trace_id} is already closed")
            tables.set_state("traces", trace_id, state="closed")
            return {"trace_id": trace_id, "order_id": row["order_id"], "state": "closed"}

        return self._write("close_trace", idempotency_key, {"trace_id": trace_id}, close)

    def resend_order(self, order_id: str, idempotency_key: str) -> Answer:
        """Send a lost order once more, free of charge, if everything is in stock and nothing was paid back.

        A parcel that the carrier is looking for counts as lost from then on.
        """

        def resend(tables: Tables, now: str) -> Answer:
            order = the_order(tables, order_id)
            if not given_up(tables, order):
                raise Refused(f"order {order_id} {STATUS_WORDS[order['status']]}; only a lost order is sent again")
            if order["refunded_cents"] or tables.order_replacing(order_id):
                raise Refused(f"order {order_id} was already paid back or sent again")
            new_id = copy_order(tables, order, now)
            write_off(tables, order_id, now)
            return {"order_id": order_id, "new_order_id": new_id}

        return self._write("resend_order", idempotency_key, {"order_id": order_id}, resend)

    # --- papers and accounts ------------------------------------------------------------------------------

    def send_invoice_copy(self, order_id: str, email: str, idempotency_key: str) -> Answer:
        """Send a copy of the invoice by email."""

        def send(tables: Tables, now: str) -> Answer:
            the_order(tables, order_id)
            invoice = tables.invoice_of(order_id)
            if invoice is None:
                raise Refused(f"order {order_id} was sent again free of charge and has no invoice")
            if email.count("@") != 1 or email.startswith("@") or "." not in email.split("@")[-1]:
                raise Refused(f"{email} is not an email address")
            tables.add("invoice_copies", {"number": invoice["number"], "email": email, "sent_at": now})
            return {"order_id": order_id, "invoice_number": invoice["number"], "email": email}

        return self._write("send_invoice_copy", idempotency_key, {"order_id": order_id, "email": email}, send)

    def close_account(self, customer_id: str, idempotency_key: str) -> Answer:
        """Close the account of a customer for whom nothing is open any more."""

        def close(tables: Tables, now: str) -> Answer:
            if the_customer(tables, customer_id)["closed"]:
                raise Refused(f"account {customer_id} is already closed")
            unfinished = {name: count for name, count in tables.unfinished(customer_id).items() if count}
            if unfinished:
                words = " and ".join(f"{count} {name}" for name, count in unfinished.items())
                raise Refused(f"account {customer_id} cannot be closed while {words} are open")
            tables.set_closed(customer_id, now)
            return {"customer_id": customer_id, "closed": now}

        return self._write("close_account", idempotency_key, {"customer_id": customer_id}, close)

    def reopen_account(self, customer_id: str, idempotency_key: str) -> Answer:
        """Open a closed account again."""

        def reopen(tables: Tables, now: str) -> Answer:
            if not the_customer(tables, customer_id)["closed"]:
                raise Refused(f"account {customer_id} is not closed")
            tables.set_closed(customer_id, None)
            return {"customer_id": customer_id, "closed": None}

        return self._write("reopen_account", idempotency_key, {"customer_id": customer_id}, reopen)

    def _write(
        self, operation: str, key: str, arguments: dict[str, Any], perform: Callable[[Tables, str], Answer]
    ) -> Answer:
        """Perform once for this key, and note it in the journal in the same transaction. A refusal uses up no key."""
        if not key.strip():
            raise Refused(f"{operation} needs an idempotency key")
        written = json.dumps(arguments, sort_keys=True, ensure_ascii=False)
        with self._store.write() as tables:
            earlier = tables.entry_of(key)
            if earlier is not None:
                return same_result(earlier, operation, written)
            now = stamp(self._clock())
            result = perform(tables, now)
            entry = {"key": key, "operation": operation, "arguments": written, "at": now}
            tables.add("journal", {**entry, "result": json.dumps(result, sort_keys=True, ensure_ascii=False)})
            return result
