"""Requests of customers: to see everything about them, or to be erased. The law gives one month for each."""

import calendar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy.engine import Row

from aboveloop.govern import people
from aboveloop.govern.people import Person
from aboveloop.journey.errors import CustomerNotFound
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.work.erase import erase
from aboveloop.work.house import House
from aboveloop.work.privacy import holds, store
from aboveloop.work.privacy.errors import RequestClosed, RequestNotFound

Kind = Literal["access", "erasure"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Request:
    """`asked_by` says in words who asked and how; `result` what was given or erased."""

    id: str
    kind: Kind
    customer_id: str
    asked_by: str
    opened_by: str
    opened_at: datetime
    due_at: datetime
    state: Literal["open", "done", "refused"]
    closed_by: str | None
    closed_at: datetime | None
    because: str | None
    result: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """JSON types only."""
        instants = {name: value for name, value in vars(self).items() if isinstance(value, datetime)}
        return {**vars(self), **{name: iso(value) for name, value in instants.items()}}


def month_after(at: datetime) -> datetime:
    """The same day of the next month, or its last (GDPR, article 12(3); Regulation 1182/71, article 3)."""
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def open_request(
    house: House, tx: Transaction, kind: Kind, customer_id: str, *, asked_by: str, person: Person
) -> Request:
    """Write down that somebody asked. Raises MayNot, WrongUsage, CustomerNotFound."""
    people.may(person, "erase").demand()
    if not asked_by.strip():
        raise WrongUsage("Say who asked and how they showed that they are the customer, or act for them.")
    ids = store.person_ids(tx, customer_id)
    if not ids:
        raise CustomerNotFound(f"There is no customer {customer_id}.")
    now = house.clock.now()
    values = {
        "id": new_id("request"),
        "kind": kind,
        "customer_id": ids[0],
        "asked_by": asked_by.strip(),
        "opened_by": person.id,
        "opened_at": now,
        "due_at": month_after(now),
        "state": "open",
    }
    store.add_request(tx, values)
    house.ledger.append(
        tx,
        case_id=HOUSE,
        kind="PrivacyRequestOpened",
        at=now,
        actor=person.actor,
        body={"request": values["id"], "kind": kind, "customer": ids[0], "due_at": iso(month_after(now))},
        personal={"asked_by": asked_by.strip()},
        customer_id=ids[0],
    )
    return find(tx, str(values["id"]))


def find(reader: Reader, request_id: str) -> Request:
    """Raises RequestNotFound."""
    row = store.request(reader, request_id)
    if row is None:
        raise RequestNotFound(f"There is no request {request_id}. `aboveloop privacy list` shows those that there are.")
    return _request(row)


def still_open(reader: Reader) -> list[Request]:
    """What is due first comes first."""
    return [_request(row) for row in store.list_requests(reader, state="open")]


def every(reader: Reader) -> list[Request]:
    return [_request(row) for row in store.list_requests(reader)]


def refuse(house: House, tx: Transaction, request_id: str, *, person: Person, because: str) -> Request:
    """Lawfully decline a request; the customer must be told why. Raises MayNot, WrongUsage, RequestClosed."""
    people.may(person, "erase").demand()
    if not because.strip():
        raise WrongUsage("Say why it is refused: the customer has a right to know. It is still open.")
    return close(house, tx, find(tx, request_id), End("refused", because.strip()), person=person)


def carry_out_erasure(house: House, tx: Transaction, request_id: str, *, person: Person) -> Request:
    """Erase the person, if nothing is held. Raises MayNot, UnderHold, RequestClosed, WrongUsage for another kind."""
    people.may(person, "erase").demand()
    asked = find(tx, request_id)
    if asked.kind != "erasure":
        raise WrongUsage(f"Request {request_id} asks for {asked.kind}, not for erasure.")
    _must_be_open(asked)
    ids = store.person_ids(tx, asked.customer_id)
    store.lock_customers(tx, ids)
    holds.refuse_held(tx, ids)
    before = store.everything_of(tx, ids)
    erased = erase(house, tx, asked.customer_id, actor=person.actor)
    result = {
        "customers": erased,
        **{
            name: len(before[name])
            for name in ("contact_points", "cases", "messages", "writes", "approvals", "consents")
        },
    }
    return close(house, tx, asked, End("done", result=result), person=person)


@dataclass(frozen=True)
class End:
    """How a request ended: `result` is what was given or erased."""

    state: Literal["done", "refused"]
    because: str = ""
    result: dict[str, Any] = field(default_factory=dict)


def close(house: House, tx: Transaction, asked: Request, end: End, *, person: Person) -> Request:
    """The request is over; how, stands in the ledger. Raises RequestClosed."""
    now = house.clock.now()
    values = {"closed_by": person.id, "closed_at": now, **vars(end)}
    if not store.close_request(tx, asked.id, values):
        raise RequestClosed(f"Request {asked.id} was closed before. Nothing was done.")
    house.ledger.append(
        tx,
        case_id=HOUSE,
        kind="PrivacyRequestClosed",
        at=now,
        actor=person.actor,
        body={
            "request": asked.id,
            "kind": asked.kind,
            "state": end.state,
            "in_time": now <= asked.due_at,
            "result": end.result,
        },
        customer_id=asked.customer_id,
    )
    return find(tx, asked.id)


def _must_be_open(asked: Request) -> None:
    if asked.state != "open":
        raise RequestClosed(f"Request {asked.id} is {asked.state} already. Nothing was done.")


def _request(row: Row[Any]) -> Request:
    return Request(**row._mapping)
