"""Drift, watched beside the turns: whether customers come with needs that the release at work does not know.

Told from the scores of the readings alone. What is usual comes from what the reader at work would say to its own
examples, had it not learned from them; the evidence adds up over every reading of the release, once however many
processes look.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.app.teaching import health, learning, store
from aboveloop.app.teaching.fitting import LeftOut, doubt, left_out
from aboveloop.app.teaching.freezing import NothingFrozen
from aboveloop.app.teaching.store import Reading
from aboveloop.improve.backlog import Backlog, Wish
from aboveloop.kit.database import DatabaseTrouble, Reader, Transaction
from aboveloop.kit.errors import AboveloopError
from aboveloop.ledger.entries import HOUSE
from aboveloop.measure.drift import Alarm, Estimate, Reference, Shift, Watch, estimate, shift, threshold_for
from aboveloop.measure.errors import ReferenceTooSmall
from aboveloop.operation.models import Operation
from aboveloop.operation.names import BUILT_IN_INTENTS

WATCHED, FOUND = "DriftWatched", "DriftFound"
LOOK_EVERY_SECONDS = 600.0
# The first look, when a house that has just opened has sealed something.
FIRST_AFTER_SECONDS = 90.0
# Read at once; what is left is read at the next round of the same look.
AT_ONCE = 2_000
# How right the readings still are is told of as many of the latest, the mix of needs from as many at the beginning.
RECENT = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """A watch as it stands: `seen` readings of this release, the evidence added up against the threshold at which
    people are called, how right the latest readings are, and whether needs come in another mix."""

    release: str
    seen: int
    evidence: float
    threshold: float
    estimate: Estimate | None
    shift: Shift | None
    alarms: tuple[Mapping[str, Any], ...]


class Drifting:
    """Looks at what was read since the last look, again and again. `usual` says what is usual for a release."""

    def __init__(self, premises: Premises, usual: Callable[[Operation], Reference] | None = None) -> None:
        self._premises = premises
        self._usual = usual or reference_of
        self._hopeless: set[str] = set()

    def look(self) -> Alarm | None:
        """Look at every new reading of the release at work. Returns an alarm where there is one; people are called.

        Raises NothingDeployed. Where there are too few examples to know what is usual, nothing is watched.
        """
        operation = self._premises.current()
        if operation.digest in self._hopeless or not self._begun(operation):
            return None
        called: Alarm | None = None
        while True:
            looked = self._step(operation)
            called = called or looked[1]
            if looked[0] < AT_ONCE:
                break
        if called is not None:
            self._call(operation, called)
        return called

    def run(self, closing: threading.Event) -> None:
        """Look until `closing` is set."""
        wait = FIRST_AFTER_SECONDS
        while not closing.wait(wait):
            wait = LOOK_EVERY_SECONDS
            try:
                self.look()
            except NothingDeployed:
                continue
            except (*DatabaseTrouble, AboveloopError) as error:
                logger.error("Drift could not be watched and will be again: %s", error)

    def _begun(self, operation: Operation) -> bool:
        """Whether the release is watched; begins it where nobody has."""
        premises = self._premises
        with premises.database.read() as reader:
            if store.watch_of(reader, operation.digest) is not None:
                return True
        try:
            reference = self._usual(operation)
        except ReferenceTooSmall as error:
            logger.warning("%s", error)
            self._hopeless.add(operation.digest)
            return False
        threshold = threshold_for(reference)
        state = {"threshold": threshold, "watch": Watch(reference, threshold).as_json()}
        state |= {"recent": [], "first_mix": {}, "recent_intents": [], "alarms": []}
        values = {"release": operation.digest, "reference": reference.as_json(), "leaf": 0, "state": state}
        with premises.database.write() as tx:
            store.begin_watch(tx, {**values, "looked_at": premises.house.clock.now()})
        return True

    def _step(self, operation: Operation) -> tuple[int, Alarm | None]:
        """Look at the next readings. How many there were, and the first alarm among them."""
        premises, now = self._premises, self._premises.house.clock.now()
        with premises.database.read() as reader:
            row = store.watch_of(reader, operation.digest)
            assert row is not None, "it was begun"
            readings = store.readings_sealed(reader, operation.digest, row.leaf, limit=AT_ONCE)
        watched = [each for each in readings if not each.asked]
        reference = Reference.from_json(row.reference)
        watch = Watch.resumed(reference, row.state["threshold"], row.state["watch"])
        alarm = watch.see(doubt(each.intent, each.confidence) for each in watched)
        state = _state(row.state, watch, watched, alarm, at=now.isoformat())
        leaf = readings[-1].leaf + 1 if readings and readings[-1].leaf is not None else row.leaf
        with premises.database.write() as tx:
            moved = store.move_watch(tx, operation.digest, row.leaf, {"leaf": leaf, "state": state, "looked_at": now})
            if not moved:
                return 0, None
            self._note(tx, operation, _standing_of(operation.digest, reference, state), len(watched), alarm)
        return len(readings), alarm

    def _note(
        self, tx: Transaction, operation: Operation, found: Standing, looked_at: int, alarm: Alarm | None
    ) -> None:
        told = found.estimate
        body: dict[str, Any] = {
            "readings": looked_at,
            "seen": found.seen,
            "evidence": round(found.evidence, 4),
            "threshold": round(found.threshold, 4),
            "unknown": None if told is None else round(told.unknown, 4),
            "right": None if told is None else round(told.right, 4),
        }
        now, ledger = self._premises.house.clock.now(), self._premises.ledger
        if alarm is not None:
            wish = _wish(operation, alarm)
            Backlog(ledger).add(tx, wish, by=HOUSE, now=now)
            ledger.append(
                tx, case_id=HOUSE, kind=FOUND, at=now, actor=HOUSE, body=vars(alarm), release=operation.digest
            )
        ledger.append(tx, case_id=HOUSE, kind=WATCHED, at=now, actor=HOUSE, body=body, release=operation.digest)

    def _call(self, operation: Operation, alarm: Alarm) -> None:
        """Call people, and look at once what is new and whether what was corrected so far would help."""
        reason = (
            f"About {alarm.share:.0%} of the latest {alarm.at - alarm.since + 1} messages are about nothing foreseen."
        )
        self._premises.page(reason, "high", f"drift:{operation.digest[:12]}")
        health.examine(self._premises)
        try:
            learning.keep(self._premises, learning.learn(self._premises), by=HOUSE)
        except NothingFrozen as error:
            logger.warning("%s", error)


def reference_of(operation: Operation) -> Reference:
    """What is usual for the reader of this operation. Raises ReferenceTooSmall. Takes about one fit."""
    return reference_from(left_out(operation))


def reference_from(found: LeftOut) -> Reference:
    """What is usual, from what the reader says to examples it did not learn from. Raises ReferenceTooSmall.

    Greetings and the like are left out: they are known by their form, and how many examples there are of them tells
    nothing of how often they come.
    """
    own = [each for each in found.known if each.label not in BUILT_IN_INTENTS]
    scores = [doubt(each.guess, each.confidence) for each in own]
    return Reference.of(scores, [each.is_right for each in own], found.unknown, of=found.unknown_of)


def standing(reader: Reader, release: str) -> Standing | None:
    """The watch of a release as it stands, None where there is none yet."""
    row: Row[Any] | None = store.watch_of(reader, release)
    return None if row is None else _standing_of(release, Reference.from_json(row.reference), row.state)


def _standing_of(release: str, reference: Reference, state: Mapping[str, Any]) -> Standing:
    watch = state["watch"]
    return Standing(
        release=release,
        seen=watch["seen"],
        evidence=watch["sum"],
        threshold=state["threshold"],
        estimate=estimate(reference, state["recent"]),
        shift=shift(state["first_mix"], Counter(state["recent_intents"])),
        alarms=tuple(state["alarms"]),
    )


def _state(
    before: Mapping[str, Any], watch: Watch, watched: Sequence[Reading], alarm: Alarm | None, *, at: str
) -> dict[str, Any]:
    first = Counter(before["first_mix"])
    later = list(before["recent_intents"])
    for each in watched:
        if sum(first.values()) < RECENT:
            first[each.intent] += 1
        else:
            later.append(each.intent)
    scores = [*before["recent"], *(doubt(each.intent, each.confidence) for each in watched)]
    alarms = [*before["alarms"], *([] if alarm is None else [{**vars(alarm), "found_at": at}])]
    return {
        "threshold": before["threshold"],
        "watch": watch.as_json(),
        "recent": scores[-RECENT:],
        "first_mix": dict(first),
        "recent_intents": later[-RECENT:],
        "alarms": alarms,
    }


def _wish(operation: Operation, alarm: Alarm) -> Wish:
    owners = operation.about.owners
    owner = owners.get("worker_performance") or owners.get("operations") or operation.about.people[0].id
    why = (
        f"About {alarm.share:.0%} of the messages are about nothing that an intent knows, probably since message"
        f" {alarm.since} of release {operation.digest[:12]}."
    )
    return Wish("Customers write about what no intent knows", why, owner, source="drift", link="/signals")
