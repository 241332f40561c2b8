"""Two records of one customer, joined by a person and parted again.

A join is for people who look: the pages tell the story of both. It moves nothing. Contact points, journeys and cases
stay where they are, so nobody is answered from the other record: what a worker knows of somebody who writes is still
what that contact point has proved, and records that prove to be one person become one by that proof
(`journey.customers.verify`). Parting two records therefore leaves exactly what was before.
"""

from dataclasses import dataclass
from datetime import datetime

from aboveloop.journey.errors import CustomerNotFound
from aboveloop.journey.matching import store
from aboveloop.journey.matching.errors import AlreadyJoined, NotJoined, ProvedDifferent, RecordGone, SameRecord
from aboveloop.journey.store import customer
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger


@dataclass(frozen=True)
class Join:
    """Two records that stand together: who said so, when and why."""

    id: str
    one: str
    other: str
    because: str
    by: str
    at: datetime


def joined(reader: Reader, customer_id: str) -> list[Join]:
    """The joins that hold this record together with others, also over a third."""
    known: set[str] = {customer_id}
    found: dict[str, Join] = {}
    ask = {customer_id}
    while ask:
        rows = store.standing(reader, ask)
        found |= {row.id: Join(row.id, row.one, row.other, row.because, row.by, row.at) for row in rows}
        ask = {end for row in rows for end in (row.one, row.other)} - known
        known |= ask
    return list(found.values())


def together(reader: Reader, customer_id: str) -> list[str]:
    """This record first, then all that are joined with it."""
    others = {end for each in joined(reader, customer_id) for end in (each.one, each.other)} - {customer_id}
    return [customer_id, *sorted(others)]


def join(tx: Transaction, ledger: Ledger, pair: tuple[str, str], *, because: str, actor: str, now: datetime) -> Join:
    """Raises CustomerNotFound, SameRecord, AlreadyJoined, ProvedDifferent, RecordGone."""
    one, other = sorted(_root(tx, each) for each in pair)
    if one == other:
        raise SameRecord(f"{pair[0]} and {pair[1]} are one record already.")
    if other in together(tx, one):
        raise AlreadyJoined(f"{one} and {other} stand together already.")
    _may_be_one(tx, one, other)
    made = Join(new_id("join"), one, other, because, actor, now)
    store.insert(tx, vars(made))
    _note(tx, ledger, "RecordsJoined", made, because, actor=actor, now=now)
    return made


def part(tx: Transaction, ledger: Ledger, pair: tuple[str, str], *, because: str, actor: str, now: datetime) -> Join:
    """Take the join of just these two back. Raises NotJoined."""
    one, other = sorted(pair)
    made = next((each for each in joined(tx, one) if (each.one, each.other) == (one, other)), None)
    if made is None or not store.end(tx, made.id, by=actor, at=now):
        over = [f"{each.one} with {each.other}" for each in joined(tx, one)]
        hint = f" What holds them together is: {', '.join(over)}." if other in together(tx, one) else ""
        raise NotJoined(f"{one} and {other} were not joined with each other.{hint}")
    _note(tx, ledger, "RecordsParted", made, because, actor=actor, now=now)
    return made


def _note(tx: Transaction, ledger: Ledger, kind: str, made: Join, because: str, *, actor: str, now: datetime) -> None:
    """On the chain of the house: it is about no case. The reason may name somebody, so it can be erased."""
    body = {"join": made.id, "one": made.one, "other": made.other}
    ledger.note(
        tx,
        case_id=HOUSE,
        kind=kind,
        at=now,
        actor=actor,
        body=body,
        personal={"because": because},
        customer_id=made.one,
    )


def _root(reader: Reader, customer_id: str) -> str:
    """The record that stands for it since somebody proved to be one person. Raises CustomerNotFound, RecordGone."""
    row = customer(reader, customer_id)
    if row is None:
        raise CustomerNotFound(f"There is no customer {customer_id}.")
    if row.erased_at is not None:
        raise RecordGone(f"{customer_id} is erased: nothing is left that could be joined.")
    return str(row.merged_into or row.id)


def _may_be_one(reader: Reader, one: str, other: str) -> None:
    """Over all that would stand together then, no two may have proved to be different customers."""
    proved = {}
    for member in (*together(reader, one), *together(reader, other)):
        row = customer(reader, member)
        if row is not None and row.known_as is not None:
            proved[row.known_as] = member
    if len(proved) > 1:
        raise ProvedDifferent(
            f"{' and '.join(sorted(proved.values()))} have proved to be different customers of the system of record."
            " If they are one there too, merge them there first."
        )
