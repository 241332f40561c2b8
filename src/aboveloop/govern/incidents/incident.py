"""An incident as a value: what is suspected, who answers for it, what was found, and how far its five steps are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple

# Who answers for what while the incident lasts; the owner sees that it ends.
ROLES = ("owner", "commander", "security", "communications")


class Pause(NamedTuple):
    """A switch that an incident needs to stand. `by_incident`: an incident threw it, so it ends with the last one."""

    scope: str
    name: str
    by_incident: bool


class Severity(StrEnum):
    """How bad it is: `critical` hurts customers or money now, `major` soon, `minor` can wait for the morning."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Step(StrEnum):
    """The five steps, in their order."""

    STOP = "stop"
    CONTAIN = "contain"
    CORRECT = "correct"
    RECONCILE = "reconcile"
    REVIEW = "review"


@dataclass(frozen=True)
class Scope:
    """What is suspected: every action that all given parts name. `release` is a digest, `rule` a policy's id."""

    release: str | None = None
    procedure: str | None = None
    rule: str | None = None
    operation: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.release or self.procedure or self.rule or self.operation)

    def covers(self, *, procedure: str, rules: list[str], operation: str, at: datetime) -> bool:
        """Whether an action of the right release belongs to it."""
        return (
            self.procedure in (None, procedure)
            and (self.rule is None or self.rule in rules)
            and self.operation in (None, operation)
            and (self.since is None or at >= self.since)
            and (self.until is None or at <= self.until)
        )


class Verdict(StrEnum):
    """What policy says of a touched action. `lawful`: it would be done again; `wrong`: it would not, or not all of it;
    `unknown`: it was erased, or there is nothing yet to judge it by."""

    LAWFUL = "lawful"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Touched:
    """One performed action within the scope. Amounts in minor units, None where no money is at stake.

    `lawful_amount` is the most of `amount` that policy allows without asking anybody who was not asked.
    """

    key: str
    case_id: str
    customer_id: str
    operation: str
    at: datetime
    amount: int | None
    verdict: Verdict
    because: str
    lawful_amount: int | None = None
    accepted_by: str | None = None
    accepted_because: str = ""

    @property
    def is_affected(self) -> bool:
        """Whether its customer has to hear of it: all that is not known to be right."""
        return self.verdict is not Verdict.LAWFUL

    @property
    def wrong_amount(self) -> int | None:
        """How much too much it was."""
        if self.verdict is not Verdict.WRONG or self.amount is None:
            return None
        return self.amount - (self.lawful_amount or 0)


class RepairState(StrEnum):
    """`waiting`: for people; `done`; `kept`: people decided to leave it as it is; `failed`: it could not be done."""

    WAITING = "waiting"
    DONE = "done"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True)
class Repair:
    """A proposed repair: a message (then `touched_key` is ""), an undo, or what is due after an undo."""

    id: str
    incident_id: str
    kind: Literal["correction", "undo", "compensation"]
    touched_key: str
    case_id: str
    customer_id: str
    operation: str
    args: dict[str, Any]
    effect_key: str
    by: str
    state: RepairState
    because: str
    approval_id: str | None
    proposed_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Incident:
    """An incident with its instants; an instant that is None has not come. People are ids of the operation.

    `pauses` are the switches that it needs, `yardstick` the release by whose policy actions are judged, `scenario` the
    golden case (JSON) that every later release must pass, `fixed_release` the digest that passed its review.
    """

    id: str
    title: str
    severity: Severity
    scope: Scope
    owner: str
    commander: str
    security: str
    communications: str
    found_by: str
    opened_by: str
    reported_at: datetime
    opened_at: datetime
    stopped_at: datetime | None = None
    contained_at: datetime | None = None
    corrected_at: datetime | None = None
    reconciled_at: datetime | None = None
    reviewed_at: datetime | None = None
    closed_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    yardstick: str | None = None
    scenario: str | None = None
    fixed_release: str | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def time_to_stop(self) -> timedelta | None:
        """From the report to the stop."""
        return None if self.stopped_at is None else self.stopped_at - self.reported_at

    @property
    def time_to_contain(self) -> timedelta | None:
        """From the report to the list of everybody affected."""
        return None if self.contained_at is None else self.contained_at - self.reported_at

    def done_at(self, step: Step) -> datetime | None:
        """When the step was done."""
        return {
            Step.STOP: self.stopped_at,
            Step.CONTAIN: self.contained_at,
            Step.CORRECT: self.corrected_at,
            Step.RECONCILE: self.reconciled_at,
            Step.REVIEW: self.reviewed_at,
        }[step]
