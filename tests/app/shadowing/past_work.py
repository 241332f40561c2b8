"""Tickets of the sample company's help desk as events, and a history of them in a home."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from aboveloop.app.premises import Premises
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.beside import Worked, Would
from aboveloop.app.shadowing.past import Past
from aboveloop.app.shadowing.runs import Run
from aboveloop.history import store
from aboveloop.history.events import Event, attributes_of
from aboveloop.kit.clock import to_micros
from larkspur.customers.personas import personas
from larkspur.customers.store import read_shop
from larkspur.helpdesk.tickets import Move, Ticket, ticket

_FIELDS = {"reason": "Contact reason", "action": "Action taken", "order": "Order number"}
_SAID = {"customer": "customer_message", "agent": "person_message", "note": "note"}


def events_of(tickets: Sequence[Ticket]) -> Iterator[Event]:
    position = 0
    for each in tickets:
        for move in each.moves:
            for activity, attributes, team in _told(move):
                position += 1
                at, who = to_micros(move.at), f"agent-{move.who}" if move.who else "customer"
                told = attributes_of(attributes)
                yield Event("desk", str(each.number), activity, at, position, who, team, each.channel, told)


def _told(move: Move) -> Iterator[tuple[str, dict[str, object], str | None]]:
    if move.kind == "opened":
        yield "opened", {"subject": str(move.value)[:40]}, None
        yield "customer_message", {"text": move.value}, None
    elif move.kind in _SAID:
        yield _SAID[move.kind], {"text": move.value}, None
    elif move.kind == "assign":
        yield "assigned", {"team": move.value[0].name}, move.value[0].name
    elif move.kind == "status":
        yield {"solved": "solved", "closed": "closed"}.get(move.value, "status_changed"), {"status": move.value}, None
    elif move.kind == "field":
        yield "field_changed", {"field": _FIELDS[move.value[0]], "value": move.value[1]}, None


def tickets_of(shop: Path, count: int, seed: int, today: datetime) -> list[Ticket]:
    records = read_shop(shop, today)
    orders = {order["id"]: order for order in records.orders}
    return [ticket(each, orders.get(each.order), today, each.number) for each in personas(records, count, seed)]


def kept(home: Path, tickets: Sequence[Ticket], today: datetime) -> None:
    store.write(home, store.About("desk", "zendesk", to_micros(today)), events_of(tickets))


def worked_beside(premises: Premises) -> Run:
    """A run of three cases: one as people did, one read otherwise, one that a person would have had to decide."""

    def past(number: int, reason: str, action: str) -> Past:
        times = {"first_reply": 5_400.0, "solved": 90_000.0}
        return Past(str(number), 0, "email", (), reason, action, "Payments", 4, 1, 0, **times)

    def worked(number: int, intent: str, would: tuple[Would, ...], ended: str, because: str = "") -> Worked:
        return Worked(str(number), intent, intent, would, ended, because, 2, 0.12)

    refund = Would("shop.refund_order", "reviewed")
    done = [
        (past(1, "where_is_my_order", ""), worked(1, "where_is_my_order", (), "resolved")),
        (past(2, "return_order", "create_return"), worked(2, "exchange", (), "", "It gave no size.")),
        (past(3, "damaged_goods", "refund_order"), worked(3, "damaged_goods", (refund,), "")),
    ]
    return runs.keep(premises, "desk", "0" * 64, done, by="person:noor")
