"""The book of incidents: every change of one, with its entry in a chain of its own, in the caller's transaction.

The chain of an incident is its timeline. It holds ids and amounts; what is personal stays in the cases' chains.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.govern.errors import ReasonMissing
from aboveloop.govern.incidents import steps, store
from aboveloop.govern.incidents.errors import IncidentNotFound, IncidentUnfit
from aboveloop.govern.incidents.incident import (
    ROLES,
    Incident,
    Pause,
    Repair,
    RepairState,
    Scope,
    Severity,
    Step,
    Touched,
    Verdict,
)
from aboveloop.govern.people import Person, may, person_of
from aboveloop.govern.switches import Switch
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import Entry
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.expressions import instant_of
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Report:
    """What is known when an incident is opened. `roles` names people for owner, commander, security, communications;
    who is not named follows from operation.yaml, else is the one who opens it."""

    title: str
    severity: Severity
    scope: Scope
    found_by: str = ""
    reported_at: datetime | None = None
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stamp:
    """Which person did it, and when; None is the house itself."""

    person: Person | None
    at: datetime

    @property
    def actor(self) -> str:
        return self.person.actor if self.person is not None else "house"


class Book:
    """Opens incidents, moves them through their steps and tells how they stand."""

    def __init__(self, ledger: Ledger, operation: Operation) -> None:
        self._ledger = ledger
        self._operation = operation

    def open(self, tx: Transaction, report: Report, stamp: Stamp) -> Incident:
        """Open an incident. Anybody of the operation may, and the house itself in the name of their owner.

        Raises IncidentUnfit where it would lead nowhere.
        """
        opener = stamp.person or self._owner()
        if not report.title.strip():
            raise IncidentUnfit("The incident was not opened: say in a line what went wrong.")
        if report.scope.is_empty:
            raise IncidentUnfit(
                "The incident was not opened: name the release, procedure, rule or operation suspected."
            )
        reported = report.reported_at or stamp.at
        if reported > stamp.at:
            raise IncidentUnfit("The incident was not opened: it cannot have been reported in the future.")
        incident_id = new_id("incident")
        values = {
            "title": report.title.strip(),
            "severity": str(report.severity),
            "scope": scope_body(report.scope),
            **self._roles(report, opener),
            "found_by": report.found_by.strip() or (opener.name if stamp.person is not None else "the house"),
            "opened_by": opener.id if stamp.person is not None else "house",
            "reported_at": reported,
        }
        store.insert_incident(tx, {"id": incident_id, **values, "opened_at": stamp.at, "pauses": []})
        self._write(tx, incident_id, "IncidentOpened", stamp, {**values, "reported_at": iso(reported)})
        return self.find(tx, incident_id)

    def stopped(self, tx: Transaction, incident: Incident, switch: Switch, stamp: Stamp) -> Incident:
        """A switch stands for it. The first one counts for the time to stop."""
        is_ours = switch.thrown_at == stamp.at or any(
            Pause(switch.scope, switch.name, True) in each.pauses for each in self.all(tx, only_open=True)
        )
        pauses = dict.fromkeys([*incident.pauses, Pause(switch.scope, switch.name, is_ours)])
        store.update_incident(tx, incident.id, {"pauses": [list(each) for each in pauses]})
        store.mark(tx, incident.id, "stopped_at", stamp.at)
        self._write(tx, incident.id, "IncidentStopped", stamp, {"scope": switch.scope, "name": switch.name})
        return self.find(tx, incident.id)

    def contained(
        self, tx: Transaction, incident: Incident, found: Sequence[Touched], stamp: Stamp, *, yardstick: str | None
    ) -> Incident:
        """Everybody touched is known. Found again, the newer list stands, with what people accepted before."""
        accepted = {each.key: each for each in self.touched(tx, incident.id) if each.accepted_by}
        rows = [_touched_values(each, accepted.get(each.key)) for each in found]
        store.replace_touched(tx, incident.id, rows)
        store.update_incident(tx, incident.id, {"yardstick": yardstick})
        store.mark(tx, incident.id, "contained_at", stamp.at)
        affected = [each for each in found if each.is_affected]
        body = {
            "yardstick": yardstick,
            "touched": len(found),
            "affected": [_told(each) for each in affected],
            "customers": len({each.customer_id for each in affected}),
        }
        self._write(tx, incident.id, "IncidentContained", stamp, body)
        return self.find(tx, incident.id)

    def propose(self, tx: Transaction, repair: Repair, stamp: Stamp) -> None:
        """A repair that waits for people from now on."""
        store.insert_repair(tx, {**asdict(repair), "state": str(repair.state)})
        self._write(tx, repair.incident_id, "RepairProposed", stamp, _repair_told(repair))

    def asked(self, tx: Transaction, repair: Repair, approval_id: str) -> None:
        """Which approval the repair waits for."""
        store.update_repair(tx, repair.id, {"approval_id": approval_id})

    def edited(self, tx: Transaction, repair: Repair, args: Mapping[str, Any]) -> None:
        """People approved other arguments than those proposed."""
        store.update_repair(tx, repair.id, {"args": dict(args)})

    def settle(self, tx: Transaction, repair: Repair, state: RepairState, because: str, stamp: Stamp) -> bool:
        """End a repair; False, and nothing is written, where it has ended already."""
        if not store.settle_repair(tx, repair.id, state=str(state), because=because, at=stamp.at):
            return False
        kinds = {RepairState.DONE: "RepairDone", RepairState.KEPT: "RepairDeclined", RepairState.FAILED: "RepairFailed"}
        self._write(tx, repair.incident_id, kinds[state], stamp, _repair_told(repair))
        self.advance(tx, repair.incident_id, stamp)
        return True

    def accept(self, tx: Transaction, incident: Incident, key: str, *, because: str, stamp: Stamp) -> Incident:
        """A person decides that a wrong action stays as it is. Raises ReasonMissing and IncidentUnfit."""
        assert stamp.person is not None, "only a person accepts what went wrong"
        if not because.strip():
            raise ReasonMissing(f"{key} was not accepted: say why it may stay as it is.")
        if not store.accept(tx, incident.id, key, by=stamp.person.id, because=because.strip()):
            raise IncidentUnfit(f"Incident {incident.id} has touched no action {key}, so there is nothing to accept.")
        self._write(tx, incident.id, "WrongAccepted", stamp, {"key": key, "because": because.strip()})
        self.advance(tx, incident.id, stamp)
        return self.find(tx, incident.id)

    def advance(self, tx: Transaction, incident_id: str, stamp: Stamp, *, asked: Step | None = None) -> None:
        """Note that correcting or reconciling is complete, once it is. `asked` is the step that a person just took:
        where nothing is to be done for it, it is done by having looked."""
        incident = self.find(tx, incident_id)
        touched, repairs = self.touched(tx, incident_id), self.repairs(tx, incident_id)
        begun = {Step.CORRECT if each.kind == "correction" else Step.RECONCILE for each in repairs} | {asked}
        begun |= {Step.RECONCILE} if any(each.accepted_by for each in touched) else set()
        done = {
            Step.CORRECT: ("corrected_at", "IncidentCorrected", steps.is_corrected(touched, repairs)),
            Step.RECONCILE: ("reconciled_at", "IncidentReconciled", steps.is_reconciled(touched, repairs)),
        }
        for step, (instant, kind, complete) in done.items():
            if step in begun and complete and incident.contained_at and store.mark(tx, incident_id, instant, stamp.at):
                self._write(tx, incident_id, kind, stamp, {"customers": len({t.customer_id for t in touched})})

    def tested(self, tx: Transaction, incident: Incident, body: Mapping[str, Any], stamp: Stamp) -> None:
        """A rule change was tested against it, and how that ended."""
        self._write(tx, incident.id, "IncidentRuleTested", stamp, body)

    def reviewed(
        self, tx: Transaction, incident: Incident, *, scenario: Mapping[str, Any], fixed_release: str, stamp: Stamp
    ) -> Incident:
        """A rule change held. Its scenario must pass from now on, and the release that passed is named."""
        values = {"scenario": json.dumps(scenario, ensure_ascii=False), "fixed_release": fixed_release}
        store.update_incident(tx, incident.id, values)
        store.mark(tx, incident.id, "reviewed_at", stamp.at)
        body = {"scenario": str(scenario["scenario"]), "release": fixed_release}
        self._write(tx, incident.id, "IncidentReviewed", stamp, body)
        return self.find(tx, incident.id)

    def close(
        self, tx: Transaction, incident: Incident, stamp: Stamp, *, lesson: str, moved: Mapping[str, int]
    ) -> Incident:
        """End it: all five steps are done, and what was learnt is written down. Raises StepNotYet, ReasonMissing."""
        steps.demand(incident, steps.may_close(incident))
        if not lesson.strip():
            raise ReasonMissing(f"Incident {incident.id} was not closed: say in a line what was learnt.")
        store.mark(tx, incident.id, "closed_at", stamp.at)
        self._write(tx, incident.id, "IncidentClosed", stamp, {"lesson": lesson.strip(), "cases": dict(moved)})
        return self.find(tx, incident.id)

    def find(self, reader: Reader, incident_id: str) -> Incident:
        """Raises IncidentNotFound."""
        return _found(store.incident(reader, incident_id), incident_id)

    def lock(self, tx: Transaction, incident_id: str, step: Step, person: Person) -> Incident:
        """The incident for a step that `person` takes now.

        Raises MayNot, IncidentNotFound, StepNotYet and IncidentClosed.
        """
        may(person, "incident").demand()
        incident = _found(store.lock_incident(tx, incident_id), incident_id)
        steps.demand(incident, steps.may_take(incident, step))
        return incident

    def all(self, reader: Reader, *, only_open: bool = False) -> list[Incident]:
        """The newest first."""
        return [_incident(row) for row in store.all_incidents(reader, only_open=only_open)]

    def touched(self, reader: Reader, incident_id: str) -> list[Touched]:
        """What was found, in the order in which it was done."""
        return [_touched(row) for row in store.touched_by(reader, incident_id)]

    def repairs(self, reader: Reader, incident_id: str) -> list[Repair]:
        """What was proposed, in that order."""
        return [_repair(row) for row in store.repairs_of(reader, incident_id)]

    def repair(self, reader: Reader, repair_id: str) -> Repair | None:
        row = store.repair(reader, repair_id)
        return None if row is None else _repair(row)

    def repair_of(self, reader: Reader, approval_id: str) -> Repair | None:
        """The repair that waits for this approval."""
        row = store.repair_of_approval(reader, approval_id)
        return None if row is None else _repair(row)

    def timeline(self, reader: Reader, incident_id: str) -> list[Entry]:
        """Everything that was done about it, oldest first."""
        return self._ledger.entries(reader, incident_id)

    def _owner(self) -> Person:
        """Who owns the incidents that nobody in person opens."""
        owner = self._operation.about.incidents.get("owner")
        if owner is None:
            raise IncidentUnfit("The incident was not opened: operation.yaml names no owner under incidents.")
        return person_of(self._operation, owner)

    def _roles(self, report: Report, opener: Person) -> dict[str, str]:
        unknown = sorted(set(report.roles) - set(ROLES))
        if unknown:
            raise IncidentUnfit(f"An incident has no role {unknown[0]!r}. Its roles are {', '.join(ROLES)}.")
        named: dict[str, str] = {str(role): who for role, who in self._operation.about.incidents.items()}
        named |= {role: who for role, who in report.roles.items() if who}
        return {role: person_of(self._operation, named.get(role, opener.id)).id for role in ROLES}

    def _write(self, tx: Transaction, incident_id: str, kind: str, stamp: Stamp, body: Mapping[str, Any]) -> None:
        self._ledger.note(tx, case_id=incident_id, kind=kind, at=stamp.at, actor=stamp.actor, body=body)


def scope_body(scope: Scope) -> dict[str, str]:
    """As JSON; only what is given."""
    named = asdict(scope)
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in named.items() if value}


def _scope(body: Mapping[str, str]) -> Scope:
    instants = {name: instant_of(body[name]) for name in ("since", "until") if name in body}
    return Scope(**{**body, **instants})  # type: ignore[arg-type]


def _found(row: Row[Any] | None, incident_id: str) -> Incident:
    if row is None:
        raise IncidentNotFound(f"There is no incident {incident_id}. `aboveloop incident list` shows them.")
    return _incident(row)


def _incident(row: Row[Any]) -> Incident:
    values = dict(row._mapping)
    values["severity"] = Severity(row.severity)
    values["scope"] = _scope(row.scope)
    values["pauses"] = tuple(Pause(*each) for each in row.pauses)
    return Incident(**values)


def _touched_values(each: Touched, before: Touched | None) -> dict[str, object]:
    values = {**asdict(each), "verdict": str(each.verdict)}
    if before is not None:
        values |= {"accepted_by": before.accepted_by, "accepted_because": before.accepted_because}
    return values


def _touched(row: Row[Any]) -> Touched:
    values = dict(row._mapping)
    del values["incident_id"]
    return Touched(**{**values, "verdict": Verdict(row.verdict)})


def _repair(row: Row[Any]) -> Repair:
    return Repair(**{**dict(row._mapping), "state": RepairState(row.state)})


def _told(each: Touched) -> dict[str, Any]:
    return {"key": each.key, "case": each.case_id, "amount": each.amount, "lawful_amount": each.lawful_amount}


def _repair_told(repair: Repair) -> dict[str, Any]:
    return {
        "repair": repair.id,
        "kind": repair.kind,
        "case": repair.case_id,
        "operation": repair.operation,
        "touched": repair.touched_key,
    }
