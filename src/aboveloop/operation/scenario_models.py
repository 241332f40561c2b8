"""scenarios/*.yaml and policies/tests.yaml: golden cases and policy tests, which must hold before a release."""

from typing import Any, Literal

from pydantic import Field

from aboveloop.operation import purposes
from aboveloop.operation.delivery import EdgeKind
from aboveloop.operation.part import Name, OperationName, Part

# --- policies/tests.yaml ------------------------------------------------------------------------


class PolicyExpectation(Part):
    lane: Literal["allowed", "reviewed", "prohibited"]
    needs: list[Literal["verification", "confirmation"]] = []
    approvers: list[Name] | None = None
    rules: list[str] | None = None


class DeniedBefore(Part):
    exactly: int = Field(default=0, ge=0)
    alike: int = Field(default=0, ge=0)
    hours_since: int | None = Field(default=None, ge=0)


class PolicyTest(Part):
    test: str
    by: Literal["worker", "person"] = "worker"
    action: OperationName
    args: dict[str, Any] = {}
    facts: dict[Name, Any] = {}
    owner: str = ""
    customer: str = ""
    confirmed: bool = False
    misinformed: bool = False
    told: list[str] = []
    consents: list[purposes.Purpose] = []
    denied_before: DeniedBefore = DeniedBefore()
    approved_by: list[Name] = []
    stage: str = "supervised"
    expect: PolicyExpectation


# --- scenarios/*.yaml ---------------------------------------------------------------------------


SwitchScope = Literal["worker", "procedure", "operation", "channel"]


class PersonMove(Part):
    as_: Name | None = Field(default=None, alias="as")
    approves: OperationName | None = None
    denies: OperationName | None = None
    because: str = "Denied in a scenario."
    edits: dict[str, Any] = {}
    takes_over: bool = False
    replies: str | None = None
    hands_back: bool = False
    finishes: Literal["resolved", "refused"] | None = None
    # The move must be refused: this person may not do it.
    may_not: bool = False


class SystemTrouble(Part):
    """The next `times` calls fail. With `after`, the system does what it is told and fails to say so."""

    fails: OperationName
    with_: Literal["down", "slow", "nonsense"] = Field(alias="with")
    times: int = 1
    after: bool = False


class RecordChange(Part):
    """A record changed by somebody else: the row `id` of a table of the system's database, and its new values."""

    table: Name
    id: str | int
    set: dict[Name, str | int | None]


class SwitchMove(Part):
    """A person pauses or resumes `all`, or one of a scope: {operation: shop.refund_order}."""

    as_: Name | None = Field(default=None, alias="as")
    pause: Literal["all"] | dict[SwitchScope, str] | None = None
    resume: Literal["all"] | dict[SwitchScope, str] | None = None
    because: str = "Thrown in a scenario."


class ScenarioStep(Part):
    customer: str | None = None
    from_: str | None = Field(default=None, alias="from")
    channel: Name | None = None
    worker: list[Name] | None = None
    waits_for: Literal["approval", "customer", "person", "timer", "nothing"] | None = None
    person: PersonMove | None = None
    clock: dict[Literal["minutes", "hours", "days"], float] | None = None
    system: SystemTrouble | None = None
    record: dict[Name, RecordChange] | None = None
    switch: SwitchMove | None = None
    says: str | None = None


class ExpectedAction(Part):
    action: OperationName
    args: dict[str, Any] = {}


class ScenarioExpectation(Part):
    ends: Literal["resolved", "refused", "handed_over", "waiting"]
    performed: list[ExpectedAction] = []
    never: list[OperationName] = []
    outcomes: dict[Name, Literal["held", "broken", "untold"]] = {}
    lanes: dict[OperationName, Literal["allowed", "reviewed", "prohibited"]] = {}


class Scenario(Part):
    scenario: Name
    title: str
    covers: list[str] = []
    edge: EdgeKind | None = None
    channel: Name = "webchat"
    from_: str = Field(alias="from")
    steps: list[ScenarioStep]
    expect: ScenarioExpectation
