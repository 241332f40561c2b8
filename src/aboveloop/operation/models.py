"""What an operation folder says, as values. The format is described in docs/operation-folder.md."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from aboveloop.operation.rights import HomePage, RightWord

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
OperationName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
ExpressionText = Annotated[str, Field(min_length=1)]
JsonSchema = dict[str, Any]


class Part(BaseModel):
    """Base of every part: frozen, unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


# --- operation.yaml -----------------------------------------------------------------------------


class WorkingHours(Part):
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]
    opens: str = Field(alias="from", pattern=r"^\d{2}:\d{2}$")
    closes: str = Field(alias="until", pattern=r"^\d{2}:\d{2}$")


class Channel(Part):
    disclosure: str = Field(min_length=1)
    address: str | None = None


class Role(Part):
    """What its holders may do. `approve_up_to`: the money at stake, in minor units, that they may approve for it."""

    title: str = ""
    may: list[RightWord]
    approve_up_to: int | None = Field(default=None, ge=0)
    home: HomePage | None = None


class Person(Part):
    """`approve_up_to` narrows the limits of their roles; `trained` is the day on which they were shown their work."""

    id: Name
    name: str
    roles: list[Name]
    email: str | None = None
    approve_up_to: int | None = Field(default=None, ge=0)
    trained: date | None = None


class Identity(Part):
    """How people of an identity provider are people here: the claim that names them (compared with `email` where it is
    `email`, else with `id`), and the groups that give roles besides."""

    person: str = "email"
    # Some providers do not say whether an address was verified, but hand out addresses themselves.
    trust_email: bool = False
    groups: str = "groups"
    roles: dict[str, Name] = {}


class Purpose(Part):
    """What an operation is for, before it starts: nothing goes to customers without all three."""

    objective: str = Field(min_length=1)
    success: str = Field(min_length=1)
    learning: str = Field(min_length=1)


Share = Annotated[float, Field(ge=0, le=1)]


class Understanding(Part):
    """`procedures` and `operations` (`system.operation`) may ask for more certainty than everything else: a procedure
    begins only when it is understood as surely as it, and every operation that it does, ask for."""

    minimum_confidence: Share = 0.35
    procedures: dict[Name, Share] = {}
    operations: dict[OperationName, Share] = {}
    wants_person: list[str] = []


class Entity(Part):
    kind: Literal["pattern", "email", "phone", "money", "number", "date", "choice", "yes_no", "free"]
    pattern: str | None = None
    group: int = 0
    normalise: list[Literal["upper", "lower", "no_spaces"]] = []
    choices: dict[str, list[str]] = {}


# What a denial is most often for; an operation may have its own list.
DENIAL_REASONS = {
    "not_covered": "Policy does not cover it",
    "wrong_amount": "The amount is not right",
    "evidence_missing": "The evidence is not enough",
    "wrong_record": "It is not this customer's, or not this record",
    "done_already": "It was done already",
}


class Approvals(Part):
    """How people are asked. `remind_at`: parts of the time to expiry after which they are reminded; `ask_again`: how
    often the very same action may be asked again on a case after it was denied there."""

    expire_after_hours: float = Field(default=24, gt=0)
    remind_at: list[Annotated[float, Field(gt=0, lt=1)]] = [0.5, 0.8]
    ask_again: int = Field(default=0, ge=0)
    largest_batch: int = Field(default=20, ge=2, le=50)
    denial_reasons: dict[Name, str] = DENIAL_REASONS


RetentionClass = Literal["messages", "cases", "effects", "approvals", "chat_sessions", "ledger_personal"]


class Privacy(Part):
    """How customers' data is looked after. `personal_fields`: names in records that are personal beyond the usual ones
    (name, e-mail, phone, address ...). `retention`: days that each class of record is kept after a case has ended; what
    is not named is kept until a person is erased."""

    personal_fields: list[Name] = []
    # A customer may come back within three days of the end, so nothing goes sooner than a week.
    retention: dict[RetentionClass, Annotated[int, Field(ge=7, le=36_500)]] = {}


class Answer(Part):
    intent: Name
    say: Name


StageName = Literal["shadow", "assist", "supervised", "autonomous"]
Measure = Literal[
    "refused",
    "handed_over",
    "reopened",
    "denied_approvals",
    "refused_writes",
    "uncertain_writes",
    "unproved_writes",
    "failed_turns",
]


class Guard(Part):
    """What a canary may not make worse: `tolerance` is how much larger its share of cases may be than in production,
    `certainty` how sure it must be before the canary is taken back by itself."""

    guard: Measure
    tolerance: float = Field(default=0.02, ge=0, lt=1)
    minimum_cases: int = Field(default=30, ge=5)
    certainty: float = Field(default=0.99, gt=0.5, lt=1)


class Review(Part):
    """Who signs the review of a release that changes risk."""

    signed_by: Name = "responsible_ai_lead"


class OnCallRota(Part):
    """People who take turns of `days` days; the first one's first turn begins on the day `since`."""

    people: list[Name] = Field(min_length=1)
    days: int = Field(default=7, ge=1)
    since: date


class OnCallLevel(Part):
    """Whom to call (`rota` is whoever is on call) when nobody has acknowledged so long after the page was raised."""

    page: list[Name] = Field(min_length=1)
    after_minutes: float = Field(default=0, ge=0)


class Way(Part):
    """How a person is reached: a webhook, signed with `secret`, or an e-mail address. Both may name {env:NAME}."""

    webhook: str | None = None
    secret: str | None = None
    email: str | None = None


class OnCall(Part):
    rota: OnCallRota | None = None
    levels: list[OnCallLevel] = Field(min_length=1)
    ways: dict[Name, list[Way]] = {}


class OperationFile(Part):
    """operation.yaml"""

    name: Name
    title: str
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    timezone: str = "UTC"
    languages: list[str] = ["en"]
    time: datetime | None = None
    working_hours: WorkingHours | None = None
    channels: dict[Name, Channel] = {}
    roles: dict[Name, Role] = {}
    people: list[Person] = []
    owners: dict[Name, Name] = {}
    purpose: Purpose | None = None
    identity: Identity = Identity()
    sign_off: list[Literal["operations", "platform", "security", "legal"]] = []
    on_call: OnCall | None = None
    incidents: dict[Literal["owner", "commander", "security", "communications"], Name] = {}
    understanding: Understanding = Understanding()
    entities: dict[Name, Entity] = {}
    approvals: Approvals = Approvals()
    privacy: Privacy = Privacy()
    answers: list[Answer] = []
    stages: dict[Name, StageName] = {}
    guards: list[Guard] = []
    review: Review = Review()


# --- intents/*.yaml -----------------------------------------------------------------------------


class Intent(Part):
    intent: Name
    title: str = ""
    description: str = ""
    procedure: Name | None = None
    answer: Name | None = None
    hand_over: bool = False
    examples: list[str] = []


# --- systems/*.yaml -----------------------------------------------------------------------------


class Reach(Part):
    """How a system is reached. Which keys matter depends on `kind`."""

    kind: Literal["mcp", "http", "sql", "python", "recorded", "house"]
    command: list[str] | None = None
    url: str | None = None
    module: str | None = None
    openapi: str | None = None
    headers: dict[str, str] = {}
    env: dict[str, str] = {}
    timeout_seconds: float = Field(default=10, gt=0)
    attempts: int = Field(default=3, ge=1)


class RecordRead(Part):
    """One read that facts need: an operation of the same system with arguments as expressions."""

    read: Name
    with_: dict[Name, ExpressionText] = Field(default={}, alias="with")
    many: ExpressionText | None = None


class FactSource(Part):
    """`agrees_with`: a second source that must say the same; `claimed_by`: the entity by which customers say it."""

    type: Literal["string", "long", "bool", "strings"]
    value: ExpressionText
    optional: bool = False
    agrees_with: ExpressionText | None = None
    claimed_by: Name | None = None


class Proof(Part):
    """A read after a write that shows that the write happened."""

    read: Name
    with_: dict[Name, ExpressionText] = Field(default={}, alias="with")
    holds: ExpressionText


class Undo(Part):
    do: Name
    with_: dict[Name, ExpressionText] = Field(default={}, alias="with")


class Heard(Part):
    """What the customer has to tell before a yes counts: in answer to a question with one of the words in `asked`, or
    unasked in one of the phrases in `said`. `choices` are the phrases that speak for each thing that can be told:
    policies find them in `context.told`, and an argument of the same name must not say otherwise."""

    asked: list[str] = []
    said: list[str] = []
    choices: dict[str, list[str]] = {}


class SystemOperation(Part):
    kind: Literal["read", "write", "generic"]
    description: str = ""
    arguments: dict[str, JsonSchema] = {}
    optional: list[str] = []
    returns: JsonSchema = {}
    touches: list[Literal["customer", "money", "sensitive"]] = []
    missing: str | None = None
    verifies: ExpressionText | None = None
    idempotency: Name | None = None
    resource: ExpressionText | None = None
    amount: ExpressionText | None = None
    records: dict[Name, RecordRead] = {}
    owner: ExpressionText | None = None
    obtains: dict[Name, Heard] = {}
    replaces: dict[Name, Name] = {}
    facts: dict[Name, FactSource] = {}
    proof: Proof | None = None
    undo: Undo | None = None
    says: str | None = None
    statement: str | None = None
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None
    path: str | None = None


class System(Part):
    system: Name
    title: str = ""
    reach: Reach
    types: dict[str, JsonSchema] = {}
    journal: Name | None = None
    operations: dict[Name, SystemOperation]


# --- procedures/*.yaml --------------------------------------------------------------------------


class Choice(Part):
    when: ExpressionText | None = None
    otherwise: bool = False
    go: Name


class Wait(Part):
    hours: float | None = Field(default=None, gt=0)
    until: ExpressionText | None = None


class Step(Part):
    """One step: exactly one of the moves below is set (checked when the folder is checked)."""

    id: Name | None = None
    # moves
    use: Name | None = None
    ask: Name | None = None
    look_up: OperationName | None = None
    choose: list[Choice] | None = None
    confirm: Name | None = None
    do: OperationName | None = None
    say: Name | None = None
    wait: Wait | None = None
    hand_over: str | None = None
    end: Literal["resolved", "refused"] | None = None
    forget: list[Name] | None = None
    set: dict[Name, ExpressionText] | None = None
    go: Name | None = None
    # what goes with them
    with_: dict[Name, ExpressionText] = Field(default={}, alias="with")
    into: Name | None = None
    again: Name | None = None
    attempts: int = Field(default=2, ge=1)
    missing: Name | None = None
    refused: Name | None = None
    if_no: Name | None = None


class Failure(Part):
    """A way of not succeeding that is acceptable, and the scenario that shows it."""

    what: str = Field(min_length=1)
    shown_by: Name


class Oversight(Part):
    """The worker's contract: who looks at its work, how often, and what good work is."""

    reviewer: Name
    every_days: int = Field(ge=1, le=366)
    good: str = Field(min_length=1)
    may_fail: list[Failure] = []


class Procedure(Part):
    procedure: Name
    title: str = ""
    owner: Name | None = None
    oversight: Oversight | None = None
    steps: list[Step]


class Fragment(Part):
    fragment: Name
    steps: list[Step]


# --- policies/tests.yaml ------------------------------------------------------------------------


class PolicyExpectation(Part):
    lane: Literal["allowed", "reviewed", "prohibited"]
    needs: list[Literal["verification", "confirmation"]] = []
    approvers: list[Name] | None = None
    rules: list[str] | None = None


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
    lanes: dict[OperationName, Literal["allowed", "reviewed", "prohibited"]] = {}


class Scenario(Part):
    scenario: Name
    title: str
    covers: list[str] = []
    channel: Name = "webchat"
    from_: str = Field(alias="from")
    steps: list[ScenarioStep]
    expect: ScenarioExpectation


# --- the whole ----------------------------------------------------------------------------------


class Operation(Part):
    """A whole operation folder, loaded. `digest` names its content; `messages` by language, then name.

    `policies` are by path (`policies/refunds.cedar`); `files` are all its texts by path, as a release keeps them.
    """

    folder: Path
    digest: str
    about: OperationFile
    intents: dict[str, Intent]
    systems: dict[str, System]
    policies: dict[str, str]
    policy_tests: list[PolicyTest]
    procedures: dict[str, Procedure]
    fragments: dict[str, Fragment]
    messages: dict[str, dict[str, str]]
    scenarios: dict[str, Scenario]
    files: dict[str, str] = Field(default={}, repr=False)

    def system_operation(self, name: str) -> SystemOperation | None:
        """The operation `system.operation`, or None where there is no such thing."""
        system, _, operation = name.partition(".")
        found = self.systems.get(system)
        return found.operations.get(operation) if found else None
