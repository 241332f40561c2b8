"""The pager: raises pages, calls level after level until somebody acknowledges, and writes each of it down.

Nothing waits in memory: `round` is called every few seconds by any process, and rows say what is due.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.engine import Row

from aboveloop.govern.errors import MayNot
from aboveloop.govern.paging import store
from aboveloop.govern.paging.errors import PageNotFound
from aboveloop.govern.paging.rota import called, ways_of
from aboveloop.govern.people import Person
from aboveloop.kit.database import Database, Reader, Transaction
from aboveloop.kit.errors import PermanentError, TemporaryError
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation

# A server that restarts is back by then; the next level is called when it is not.
ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=5)
# Longer than any delivery takes: another process tries again only where this one has died.
LEASE = timedelta(minutes=1)
INCIDENT = "incident_"


@dataclass(frozen=True)
class Call:
    """One person called in one way. `id` stays the same over all attempts."""

    id: str
    page: str
    person: str
    way: Mapping[str, Any]
    reason: str
    severity: str
    about: str
    level: int
    raised_at: datetime


class Caller(Protocol):
    """Brings a call to where a person notices it. Raises TemporaryError or PermanentError."""

    def deliver(self, call: Call, now: datetime) -> None: ...


@dataclass(frozen=True)
class Page:
    """`level` counts the levels that were called."""

    id: str
    reason: str
    severity: str
    about: str
    raised_at: datetime
    level: int
    acknowledged_by: str | None
    acknowledged_at: datetime | None


def raise_page(tx: Transaction, ledger: Ledger, *, reason: str, severity: str, about: str, now: datetime) -> Page:
    """Call people about something. Where a page about it stands that nobody has acknowledged, that one."""
    standing = store.open_page(tx, about)
    if standing is not None:
        return _page(standing)
    page_id = new_id("page")
    values = {"reason": reason, "severity": severity, "about": about}
    store.insert_page(tx, {"id": page_id, **values, "raised_at": now, "level": 0})
    _note(tx, ledger, about, "PageRaised", HOUSE, now, {"page": page_id, **values})
    return _page(_found(tx, page_id))


def call_first(tx: Transaction, page: Page, people: Sequence[str]) -> None:
    """Call these people first about a page, instead of the first level; those after it are called as always.

    Only until somebody was called: whoever raises the page says so in the same transaction.
    """
    if page.level == 0 and not store.firsts_of(tx, page.id):
        store.insert_firsts(tx, page.id, list(dict.fromkeys(people)))


def withdraw(tx: Transaction, ledger: Ledger, about: str, *, because: str, now: datetime) -> None:
    """What people were called about is over: nobody else is called, and it says why."""
    row = store.open_page(tx, about)
    if row is not None and store.acknowledge(tx, row.id, by=HOUSE, at=now):
        _note(tx, ledger, about, "PageWithdrawn", HOUSE, now, {"page": row.id, "because": because})


def open_pages(reader: Reader) -> list[Page]:
    """What nobody has acknowledged, oldest first."""
    return [_page(row) for row in store.open_pages(reader)]


def acknowledge(tx: Transaction, ledger: Ledger, named: str, *, person: Person, now: datetime) -> Page:
    """Somebody has it: nobody else is called. `named` is the page, or what it is about.

    Raises PageNotFound, and MayNot for who neither was called nor may pause anything.
    """
    row = store.page(tx, named) or store.open_page(tx, named)
    if row is None:
        raise PageNotFound(f"There is no page {named}, and none about it waits. `aboveloop incident pages` shows them.")
    was_called = any(call.person_id == person.id for call in store.calls_of(tx, row.id))
    if not was_called and person.may.isdisjoint(("pause", "incident")):
        raise MayNot(f"{person.name} was not called and may not pause: somebody who can act acknowledges it.")
    if store.acknowledge(tx, row.id, by=person.id, at=now):
        _note(tx, ledger, row.about, "PageAcknowledged", person.actor, now, {"page": row.id})
    return _page(_found(tx, row.id))


class Pager:
    """Calls who is to be called. `callers` by kind of way: webhook, email."""

    def __init__(self, database: Database, ledger: Ledger, callers: Mapping[str, Caller]) -> None:
        self._database = database
        self._ledger = ledger
        self._callers = callers

    def round(self, operation: Operation, now: datetime) -> int:
        """Do what is due: call the next levels, then deliver. Returns how many calls were tried."""
        with self._database.read() as reader:
            waiting = store.open_pages(reader)
        for row in waiting:
            self._escalate(operation, row, now)
        with self._database.read() as reader:
            due = store.due_calls(reader, now)
        return sum(self._try(row, now) for row in due)

    def _escalate(self, operation: Operation, row: Row[Any], now: datetime) -> None:
        config = operation.about.on_call
        levels = config.levels if config is not None else []
        if row.level >= max(len(levels), 1):
            return
        with self._database.write() as tx:
            firsts = store.firsts_of(tx, row.id) if row.level == 0 else []
            if not levels and not firsts:
                return
            after = timedelta(0) if firsts else timedelta(minutes=levels[row.level].after_minutes)
            earlier = store.calls_of(tx, row.id)
            # Where nobody could be reached, waiting for an answer is no use.
            unreached = row.level > 0 and all(call.state == "failed" for call in earlier)
            if now < row.raised_at + after and not unreached:
                return
            if not store.claim_level(tx, row.id, row.level):
                return
            for person_id in firsts or called(operation, row.level, now):
                for way in ways_of(operation, config, person_id):
                    told = way.model_dump(exclude_none=True)
                    values = {"page_id": row.id, "level": row.level, "person_id": person_id, "way": told}
                    call_id = new_id("call")
                    store.insert_call(tx, {"id": call_id, **values, "state": "due", "attempts": 0, "next_at": now})
                    kind = _kind(told)
                    body = {"page": row.id, "call": call_id, "person": person_id, "level": row.level, "way": kind}
                    _note(tx, self._ledger, row.about, "PersonCalled", HOUSE, now, body)

    def _try(self, row: Row[Any], now: datetime) -> bool:
        """One attempt of one call; False where another process has it."""
        with self._database.write() as tx:
            if not store.claim_call(tx, row.id, row.attempts, now + LEASE):
                return False
            page = _found(tx, row.page_id)
        try:
            self._deliver(row, page, now)
        except TemporaryError as error:
            if row.attempts + 1 < ATTEMPTS:
                with self._database.write() as tx:
                    store.set_call(tx, row.id, {"next_at": now + FIRST_PAUSE * 2**row.attempts})
            else:
                self._end(row, page, now, "failed", str(error))
        except PermanentError as error:
            self._end(row, page, now, "failed", str(error))
        else:
            self._end(row, page, now, "delivered", "")
        return True

    def _deliver(self, row: Row[Any], page: Row[Any], now: datetime) -> None:
        caller = self._callers.get(_kind(row.way))
        if caller is None:
            raise PermanentError(f"Nobody here can call by {_kind(row.way)}.")
        call = Call(
            id=row.id,
            page=page.id,
            person=row.person_id,
            way=row.way,
            reason=page.reason,
            severity=page.severity,
            about=page.about,
            level=row.level,
            raised_at=page.raised_at,
        )
        caller.deliver(call, now)

    def _end(self, row: Row[Any], page: Row[Any], now: datetime, state: str, because: str) -> None:
        kind = "CallDelivered" if state == "delivered" else "CallFailed"
        with self._database.write() as tx:
            store.set_call(tx, row.id, {"state": state})
            body = {"page": page.id, "call": row.id, "person": row.person_id, "because": because}
            _note(tx, self._ledger, page.about, kind, HOUSE, now, body)


def _kind(way: Mapping[str, Any]) -> str:
    return "webhook" if "webhook" in way else "email"


def _note(
    tx: Transaction, ledger: Ledger, about: str, kind: str, actor: str, now: datetime, body: Mapping[str, Any]
) -> None:
    """In the chain of the incident that it is about, else of the house."""
    chain = about if about.startswith(INCIDENT) else HOUSE
    ledger.note(tx, case_id=chain, kind=kind, at=now, actor=actor, body=body)


def _found(reader: Reader, page_id: str) -> Row[Any]:
    row = store.page(reader, page_id)
    assert row is not None, "pages are never deleted"
    return row


def _page(row: Row[Any]) -> Page:
    return Page(**row._mapping)
