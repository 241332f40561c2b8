"""Every night the house looks what it could learn: new labels, new gaps, what another reader would be worth.

Once however many processes; what a process left unfinished another one takes up where it stopped. Nothing at work
changes.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.app.teaching import health, learning, store
from aboveloop.app.teaching.corrections import standing
from aboveloop.app.teaching.freezing import NothingFrozen
from aboveloop.kit.database import DatabaseTrouble
from aboveloop.kit.errors import AboveloopError
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE

KIND = "night"
LOOK_EVERY_SECONDS = 60.0
# Longer than all fits of a large operation together: whoever has not written by then has died.
LEFT_AFTER = timedelta(minutes=30)

logger = logging.getLogger(__name__)

Step = Callable[[Mapping[str, Any]], dict[str, Any]]


class Nightly:
    """One process's part in it."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self._who = new_id("night")

    def look(self) -> dict[str, Any] | None:
        """Do tonight's part where it is due and nobody else does it. Returns the report, None where there is none."""
        day = self._due()
        if day is None or not self._take(day):
            return None
        with self._premises.database.read() as reader:
            row = store.night(reader, day)
            assert row is not None, "it was taken"
            done: dict[str, Any] = dict(row.done)
        steps: tuple[tuple[str, Step], ...] = (
            ("labels", self._labels),
            ("health", self._health),
            ("learning", self._learning),
        )
        for name, step in steps:
            if name not in done:
                done[name] = step(done)
                if not self._note(day, {"done": done, "taken_at": self._now()}):
                    return None
        return self._report(day, done)

    def run(self, closing: threading.Event) -> None:
        """Look until `closing` is set."""
        while not closing.wait(LOOK_EVERY_SECONDS):
            try:
                self.look()
            except NothingDeployed:
                continue
            except (*DatabaseTrouble, AboveloopError) as error:
                logger.error("The night's learning stopped and will be taken up: %s", error)

    def _due(self) -> str | None:
        """Tonight's day where its time has come; None where the operation sets none."""
        about = self._premises.current().about
        local = self._now().astimezone(ZoneInfo(about.timezone))
        at = about.learning.every_night_at
        return None if at is None or f"{local:%H:%M}" < at else f"{local:%Y-%m-%d}"

    def _take(self, day: str) -> bool:
        now = self._now()
        with self._premises.database.read() as reader:
            row = store.night(reader, day)
            if row is not None and row.finished_at is not None:
                return False
        with self._premises.database.write() as tx:
            if row is None:
                return store.claim_night(tx, day, self._who, now)
            return store.retake_night(tx, day, self._who, now, now - LEFT_AFTER)

    def _note(self, day: str, values: Mapping[str, Any]) -> bool:
        with self._premises.database.write() as tx:
            return store.note_done(tx, day, self._who, values)

    def _labels(self, _done: Mapping[str, Any]) -> dict[str, Any]:
        """What people said since the night before."""
        with self._premises.database.read() as reader:
            before = store.latest_report(reader, KIND)
            said = standing(reader, self._premises.ledger)
        fresh = [each for each in said if before is None or each.at > before.at]
        return {"said": len(said), "new": len(fresh), "wrong": sum(not each.was_right for each in fresh)}

    def _health(self, _done: Mapping[str, Any]) -> dict[str, Any]:
        """New topics, which are what the house does not know, beside those of the look before."""
        with self._premises.database.read() as reader:
            before = health.latest(reader)
        known = {topic["key"] for topic in before.body["topics"]} if before is not None else set()
        body = health.examine(self._premises).body
        gaps = [topic["title"] for topic in body["topics"] if topic["key"] not in known]
        return {"topics": len(body["topics"]), "new_gaps": gaps, "abstained": body["abstained"]}

    def _learning(self, _done: Mapping[str, Any]) -> dict[str, Any]:
        try:
            lesson = learning.learn(self._premises)
        except NothingFrozen as error:
            return {"weighed": False, "reason": str(error)}
        learning.keep(self._premises, lesson, by=HOUSE)
        better, worse = learning.gained_and_lost(lesson)
        return {"weighed": True, **lesson.as_json(), "better": better, "worse": worse}

    def _report(self, day: str, done: Mapping[str, Any]) -> dict[str, Any] | None:
        premises, now, body = self._premises, self._now(), {"day": day, **done}
        digest = premises.current().digest
        with premises.database.write() as tx:
            if not store.note_done(tx, day, self._who, {"finished_at": now, "done": dict(done)}):
                return None
            store.add_report(tx, {"id": new_id("report"), "kind": KIND, "at": now, "release": digest, "body": body})
            premises.ledger.append(
                tx, case_id=HOUSE, kind="NightReported", at=now, actor=HOUSE, body=body, release=digest
            )
        return body

    def _now(self) -> Any:
        return self._premises.house.clock.now()
