"""Retention: what is kept how long, and erased when its time is over, in batches, never what is held.

Each class of record has its days in operation.yaml, counted from the end of a case. Each batch is one transaction with
its entry; a run that is killed goes on where it stopped. The ledger's chain stays whole: of it, only keys are erased.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

import sqlalchemy as sa

from aboveloop.journey import store as journey
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import AboveloopError
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.models import Operation, RetentionClass
from aboveloop.work.erase import erase
from aboveloop.work.house import House
from aboveloop.work.privacy import store

CLASSES: tuple[RetentionClass, ...] = get_args(RetentionClass)
WORDS: Mapping[RetentionClass, str] = {
    "messages": "what was written to and by customers",
    "cases": "what a worker remembered of a case, and why it was given to people",
    "effects": "the arguments and answers of writes to systems of record",
    "approvals": "the arguments and facts of approvals, and why they were answered so",
    "chat_sessions": "the addresses of web chats and of forms that were sent",
    "ledger_personal": "the person: their key in the ledger, and all of the above",
}
# Small enough that customers never wait for one, large enough that a million are done in a night.
BATCH = 200
# Every process looks so often whether today's run is still to be done.
LOOK_EVERY_SECONDS = 3600.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """One class: its days (None: kept until the person is erased), what is due, and what would be but is held."""

    record: RetentionClass
    words: str
    days: int | None
    due: int
    held: int


@dataclass(frozen=True)
class Run:
    """What a run erased, by class, and what it left because it is held."""

    erased: Mapping[str, int]
    held: Mapping[str, int]


def plan(reader: Reader, operation: Operation, now: datetime) -> list[Due]:
    """What a run would do now, class by class."""
    found = []
    for record in CLASSES:
        days = operation.about.privacy.retention.get(record)
        before = None if days is None else now - timedelta(days=days)
        due = 0 if before is None else store.count_due(reader, record, before, held=False)
        held = 0 if before is None else store.count_due(reader, record, before, held=True)
        found.append(Due(record, WORDS[record], days, due, held))
    return found


def run(house: House, operation: Operation, *, actor: str = "house", stop: Callable[[], bool] = lambda: False) -> Run:
    """Erase what is due. `stop` is asked between two batches; what is left then is due the next time too."""
    counts: dict[str, int] = {}
    now = house.clock.now()
    for record, days in operation.about.privacy.retention.items():
        counts[record] = 0
        while not stop():
            done = _batch(house, record, now - timedelta(days=days), days=days, actor=actor)
            counts[record] += done
            if done == 0:
                break
    with house.database.write() as tx:
        held = {str(each.record): each.held for each in plan(tx, operation, now) if each.held}
        body: dict[str, Any] = {"erased": counts, "held": held}
        house.ledger.append(tx, case_id=HOUSE, kind="RetentionRan", at=house.clock.now(), actor=actor, body=body)
    return Run(counts, held)


def run_daily(house: House, current: Callable[[], Operation], closing: threading.Event) -> None:
    """Run once a day, in one of all processes, until the house closes."""
    while not closing.is_set():
        try:
            operation = current()
            if operation.about.privacy.retention and _is_todays(house):
                run(house, operation, stop=closing.is_set)
        except (sa.exc.DBAPIError, AboveloopError) as error:
            logger.error("Retention could not run and will be tried again tomorrow: %s", type(error).__name__)
        closing.wait(LOOK_EVERY_SECONDS)


def _is_todays(house: House) -> bool:
    with house.database.write() as tx:
        return store.claim_day(tx, house.clock.now().date().isoformat())


def _batch(house: House, record: RetentionClass, before: datetime, *, days: int, actor: str) -> int:
    """Erase the next ones that are due; how many."""
    with house.database.write() as tx:
        found = store.due(tx, record, before, limit=BATCH)
        if not found:
            return 0
        store.lock_customers(tx, [row.customer_id for row in found])
        # A hold may have been placed while the lock was waited for.
        still = {row.id for row in store.due(tx, record, before, limit=BATCH)}
        subjects = [row.id for row in found if row.id in still]
        if not subjects:
            return 0
        _erase(house, tx, record, subjects, actor)
        store.note_erased(tx, record, subjects, house.clock.now())
        house.ledger.append(
            tx,
            case_id=HOUSE,
            kind="RecordsErased",
            at=house.clock.now(),
            actor=actor,
            body={"record": record, "days": days, "before": before.isoformat(), "subjects": subjects},
        )
    return len(subjects)


def _erase(house: House, tx: Transaction, record: RetentionClass, subjects: Sequence[str], actor: str) -> None:
    match record:
        case "messages":
            store.blank_messages(tx, subjects)
        case "cases":
            for case_id in subjects:
                # A turn at work still knows what is erased here: it may write nothing of it back.
                journey.fence_case(tx, case_id, new_id("fence"))
            store.blank_cases(tx, subjects)
        case "effects":
            store.blank_effects(tx, subjects)
        case "approvals":
            store.blank_approvals(tx, subjects)
        case "chat_sessions":
            store.blank_contacts(tx, subjects)
        case "ledger_personal":
            for customer_id in subjects:
                erase(house, tx, customer_id, actor=actor)
