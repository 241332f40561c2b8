"""Everything the house holds about one person: what tables and the ledger know, for that person to read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aboveloop.govern import people
from aboveloop.govern.people import Person
from aboveloop.journey.errors import CustomerNotFound
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE, Entry
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation
from aboveloop.work.privacy import consents, store
from aboveloop.work.privacy.flows import flows

# Of tables, what only this house needs to work with.
_INNER = frozenset({"fence", "halted_by", "digest"})


def everything(reader: Reader, ledger: Ledger, operation: Operation, customer_id: str) -> dict[str, Any]:
    """All about a person, as JSON types. Raises CustomerNotFound."""
    ids = store.person_ids(reader, customer_id)
    if not ids:
        raise CustomerNotFound(f"There is no customer {customer_id}.")
    tables = {name: [_plain(row) for row in rows] for name, rows in store.everything_of(reader, ids).items()}
    return {
        "customer": ids[0],
        "company": operation.about.title,
        "records_of_the_same_person": ids,
        **tables,
        "consents_now": [_plain(vars(each)) for each in consents.standing(reader, ids[0]).values()],
        "sent_to_outside_models": [
            _plain(vars(flow)) for each in ids for flow in flows(reader, ledger, customer_id=each)
        ],
        "kept_for": _kept_for(operation),
        "ledger": [_entry(each) for each in _entries(reader, ledger, tables["cases"], ids)],
    }


def note_given(
    tx: Transaction, ledger: Ledger, customer_id: str, *, person: Person, now: datetime, sha256: str
) -> None:
    """That all of it was taken out, by whom; the digest names exactly what. Raises MayNot."""
    people.may(person, "disclose").demand()
    ledger.append(
        tx,
        case_id=HOUSE,
        kind="AccessGiven",
        at=now,
        actor=person.actor,
        body={"customer": customer_id, "sha256": sha256},
        customer_id=customer_id,
    )


def _entries(reader: Reader, ledger: Ledger, cases: list[dict[str, Any]], ids: list[str]) -> list[Entry]:
    """The chains of the person's cases, and what the chain of the house says of them."""
    found = [entry for case in cases for entry in ledger.entries(reader, case["id"])]
    seen = {entry.id for entry in found}
    of_house = [entry for each in ids for entry in ledger.find(reader, customer_id=each) if entry.id not in seen]
    return [*found, *of_house]


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "case": entry.case_id,
        "at": iso(entry.at),
        "kind": entry.kind,
        "by": entry.actor,
        "what": entry.body,
        "personal": "erased" if entry.personal is None else entry.personal,
    }


def _kept_for(operation: Operation) -> dict[str, str]:
    retention = operation.about.privacy.retention
    return {name: f"{days} days after the end of a case" for name, days in retention.items()}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: iso(value) if isinstance(value, datetime) else value for name, value in row.items() if name not in _INNER
    }
