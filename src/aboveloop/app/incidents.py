"""Incidents from above the loop: a person's hands for the five steps, the same from console, API and command line."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from aboveloop.app import incident_gate
from aboveloop.app.incident_gate import RuleTest
from aboveloop.app.premises import Premises
from aboveloop.govern.errors import ReasonMissing
from aboveloop.govern.incidents import steps
from aboveloop.govern.incidents.book import Book, Report, Stamp
from aboveloop.govern.incidents.errors import IncidentUnfit, RuleUntested, StepNotYet
from aboveloop.govern.incidents.incident import Incident, Repair, Severity, Step, Touched
from aboveloop.govern.paging import pager
from aboveloop.govern.paging.pager import Page, raise_page
from aboveloop.govern.people import Person, may
from aboveloop.govern.switches import Scope as SwitchScope
from aboveloop.govern.switches import Switches
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import Entry
from aboveloop.operation import releases
from aboveloop.operation.models import Operation
from aboveloop.work import halting
from aboveloop.work.incidents import contain, rehome, repairs


@dataclass(frozen=True)
class IncidentView:
    """An incident with all that hangs on it. `unsettled` are the wrong actions that still need a decision."""

    incident: Incident
    touched: tuple[Touched, ...]
    repairs: tuple[Repair, ...]
    unsettled: tuple[Touched, ...]
    timeline: tuple[Entry, ...]

    @property
    def affected(self) -> tuple[Touched, ...]:
        return tuple(each for each in self.touched if each.is_affected)

    @property
    def customers(self) -> tuple[str, ...]:
        """Who has to hear of it, each once."""
        return tuple(dict.fromkeys(each.customer_id for each in self.affected))

    @property
    def wrong_amount(self) -> int:
        """The sum of what was too much, in minor units."""
        return sum(each.wrong_amount or 0 for each in self.affected)

    def repairs_of(self, kind: str) -> list[Repair]:
        return [each for each in self.repairs if each.kind == kind]

    @property
    def mended(self) -> dict[str, str]:
        """By case, the customers of the repairs: whose letters and arguments these are."""
        return {each.case_id: each.customer_id for each in self.repairs}

    def as_json(self, *, personal: bool) -> dict[str, Any]:
        """JSON types only. Without `personal` the repairs tell neither arguments nor letters."""
        hidden = frozenset() if personal else frozenset({"args"})
        incident = self.incident
        return {
            **plain(incident),
            "open": incident.is_open,
            "steps": {str(step): plain(incident.done_at(step)) for step in Step},
            "seconds_to_stop": _seconds(incident.time_to_stop),
            "seconds_to_contain": _seconds(incident.time_to_contain),
            "customers": list(self.customers),
            "touched": [{**plain(each), "wrong_amount": each.wrong_amount} for each in self.touched],
            "repairs": [
                {name: value for name, value in plain(each).items() if name not in hidden} for each in self.repairs
            ],
            "unsettled": [each.key for each in self.unsettled],
        }


class IncidentDesk:
    """What one person does about incidents. Each method raises MayNot where they may not."""

    def __init__(self, premises: Premises, person: Person) -> None:
        self.premises = premises
        self.person = person
        self.house = premises.house

    def open(self, report: Report) -> Incident:
        """Open an incident; anybody of the operation may. A release may be named as people do (r3)."""
        with self.premises.database.write() as tx:
            made = self._book().open(tx, report, self._stamp())
            if made.severity is not Severity.MINOR:
                reason, severity = f"Incident: {made.title}", str(made.severity)
                raise_page(
                    tx, self.premises.ledger, reason=reason, severity=severity, about=made.id, now=made.opened_at
                )
            return made

    def stop(
        self, incident_id: str, *, scope: SwitchScope | None = None, name: str = "", because: str = ""
    ) -> Incident:
        """Pause what is suspected (its operation, else its procedure, else everything), or what is named."""
        with self.premises.database.write() as tx:
            book = self._book()
            incident = book.lock(tx, incident_id, Step.STOP, self.person)
            kind, named = (scope, name) if scope is not None else suspected(incident)
            switches = Switches(self.premises.ledger, self.premises.current())
            why = because or f"Incident {incident.id}: {incident.title}"
            stamp = self._stamp()
            switch = switches.pause(tx, kind, name=named, by=self.person, because=why, now=stamp.at)
            return book.stopped(tx, incident, switch, stamp)

    def contain(self, incident_id: str, *, against: str | None = None) -> IncidentView:
        """Find everybody touched, judged by the release `against`: else the one at work before the faulty one."""
        with self.premises.database.write() as tx:
            book = self._book()
            incident = book.lock(tx, incident_id, Step.CONTAIN, self.person)
            yardstick = self._yardstick(tx, incident, against)
            found = contain.touched_by(self.house, tx, incident.scope, yardstick)
            book.contained(tx, incident, found, self._stamp(), yardstick=yardstick)
        return self.view(incident_id)

    def correct(self, incident_id: str, *, text: str = "") -> int:
        """Draft a message to each affected customer; nothing is sent before somebody else has approved it."""
        operation = self.premises.current()
        with self.premises.database.write() as tx:
            book = self._book()
            incident = book.lock(tx, incident_id, Step.CORRECT, self.person)
            return repairs.propose_corrections(
                self.house, tx, book, incident, self.person, text=text, operation=operation
            )

    def reconcile(self, incident_id: str, *, against: str | None = None) -> int:
        """Compare what was done with what policy says now, and propose to undo what it would not allow."""
        operation = self.premises.current()
        with self.premises.database.write() as tx:
            book = self._book()
            incident = book.lock(tx, incident_id, Step.RECONCILE, self.person)
            now_says = self._policy_now(tx, incident, against, operation)
            if now_says != incident.yardstick:
                found = contain.touched_by(self.house, tx, incident.scope, now_says)
                incident = book.contained(tx, incident, found, self._stamp(), yardstick=now_says)
            return repairs.propose_undos(self.house, tx, book, incident, self.person, operation=operation)

    def accept(self, incident_id: str, key: str, *, because: str) -> Incident:
        """Decide that one wrong action stays as it is, with a reason."""
        with self.premises.database.write() as tx:
            book = self._book()
            incident = book.lock(tx, incident_id, Step.RECONCILE, self.person)
            return book.accept(tx, incident, key, because=because, stamp=self._stamp())

    def review(self, incident_id: str, candidate: Operation, scenario: str) -> RuleTest:
        """Test a rule change on the incident's own cases and as a scenario; it counts where both hold.

        Raises RuleUntested, with what was found, where they do not.
        """
        with self.premises.database.write() as tx:
            incident = self._book().lock(tx, incident_id, Step.REVIEW, self.person)
        played = candidate.scenarios.get(scenario)
        if played is None:
            raise IncidentUnfit(f"The operation has no scenario {scenario!r}. Write the incident down as one first.")
        found = incident_gate.try_rule(self.premises, incident, candidate, played)
        with self.premises.database.write() as tx:
            book = self._book()
            incident = book.lock(tx, incident_id, Step.REVIEW, self.person)
            told = {"release": candidate.digest, "scenario": scenario, "holds": found.holds, "rules": list(found.rules)}
            told |= {"judged": found.cases.judged, "again": len(found.cases.again), "unplayed": found.unplayed}
            told |= {"no_longer": len(found.cases.no_longer)}
            book.tested(tx, incident, told, self._stamp())
            if found.holds:
                body = played.model_dump(mode="json", by_alias=True, exclude_defaults=True)
                book.reviewed(tx, incident, scenario=body, fixed_release=candidate.digest, stamp=self._stamp())
        if not found.holds:
            raise RuleUntested(
                f"The rule change does not hold against incident {incident_id}. {' '.join(found.faults)}"
            )
        return found

    def close(self, incident_id: str, *, lesson: str) -> dict[str, int]:
        """Close it: the release at work must hold; what was paused goes on; no case finishes on the faulty release."""
        may(self.person, "incident").demand()
        current = self.premises.current()
        with self.premises.database.read() as reader:
            incident = self._book().find(reader, incident_id)
        steps.demand(incident, steps.may_close(incident))
        if not lesson.strip():
            raise ReasonMissing(f"Incident {incident_id} was not closed: say in a line what was learnt.")
        objection = next(incident_gate.objections(self.premises, incident, current), None)
        if objection is not None:
            raise StepNotYet(f"Incident {incident_id} is not closed: the release at work does not hold, {objection}")
        with self.premises.database.write() as tx:
            moved = {"moved": 0, "handed_over": 0}
            if incident.scope.release is not None:
                faulty = self.premises.operation_of(incident.scope.release)
                why = f"Incident {incident.id}: the release it began with was wrong."
                actor = self.person.actor
                moved = rehome.rehome(self.house, tx, faulty=faulty, mended=current, actor=actor, because=why)
            self._resume(tx, incident, current)
            self._book().close(tx, incident, self._stamp(), lesson=lesson, moved=moved)
        return moved

    def acknowledge(self, named: str) -> Page:
        """Take on a page, by its id or by what it is about. Raises PageNotFound."""
        with self.premises.database.write() as tx:
            return pager.acknowledge(tx, self.premises.ledger, named, person=self.person, now=self._now())

    def view(self, incident_id: str) -> IncidentView:
        """Raises IncidentNotFound."""
        with self.premises.database.read() as reader:
            return view_of(self.premises, reader, incident_id)

    def _yardstick(self, reader: Reader, incident: Incident, against: str | None) -> str | None:
        if against:
            return releases.find_release(reader, against).digest
        return contain.release_before(reader, incident.scope.release) if incident.scope.release else None

    def _policy_now(self, reader: Reader, incident: Incident, against: str | None, current: Operation) -> str | None:
        """What is at work now, unless that is the faulty release itself."""
        if against:
            return releases.find_release(reader, against).digest
        return incident.yardstick if current.digest == incident.scope.release else current.digest

    def _resume(self, tx: Transaction, incident: Incident, current: Operation) -> None:
        """End the pauses that incidents threw and no other open one needs."""
        others = [each for each in self._book().all(tx, only_open=True) if each.id != incident.id]
        needed = {(pause.scope, pause.name) for each in others for pause in each.pauses}
        over = {(each.scope, each.name) for each in incident.pauses if each.by_incident} - needed
        switches = Switches(self.premises.ledger, current)
        why = f"Incident {incident.id} is closed."
        for each in switches.all(tx):
            if (each.scope, each.name) in over:
                resumed = switches.resume(tx, each.scope, name=each.name, by=self.person, because=why, now=self._now())
                halting.release(self.house, tx, resumed, actor=self.person.actor)

    def _book(self) -> Book:
        return Book(self.premises.ledger, self.premises.current())

    def _stamp(self) -> Stamp:
        return Stamp(self.person, self._now())

    def _now(self) -> datetime:
        return self.house.clock.now()


def view_of(premises: Premises, reader: Reader, incident_id: str) -> IncidentView:
    """The incident with all that hangs on it. Raises IncidentNotFound."""
    book = Book(premises.ledger, premises.current())
    incident = book.find(reader, incident_id)
    touched, proposed = book.touched(reader, incident_id), book.repairs(reader, incident_id)
    return IncidentView(
        incident=incident,
        touched=tuple(touched),
        repairs=tuple(proposed),
        unsettled=tuple(steps.unsettled(touched, proposed)),
        timeline=tuple(book.timeline(reader, incident_id)),
    )


def suspected(incident: Incident) -> tuple[SwitchScope, str]:
    """The smallest pause that surely stops it."""
    scope = incident.scope
    if scope.operation is not None:
        return "operation", scope.operation
    return ("procedure", scope.procedure) if scope.procedure is not None else ("all", "")


def plain(value: Any) -> Any:
    """Values as JSON types; instants as ISO text."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(each) for name, each in asdict(value).items()}
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
