"""What an operation folder says, as values. The format is described in docs/operation-folder.md."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from aboveloop.operation.charters import Charter
from aboveloop.operation.contracts.contract import Contract
from aboveloop.operation.delivery import Course, Delivery, Function, Kpi
from aboveloop.operation.form_models import Form
from aboveloop.operation.learning import LearnedExample, Learning
from aboveloop.operation.outcome_models import Outcome
from aboveloop.operation.part import ExpressionText, Name, OperationName, Part, Share
from aboveloop.operation.rights import HomePage, RightWord
from aboveloop.operation.routing import Routing
from aboveloop.operation.scenario_models import PolicyTest, Scenario
from aboveloop.operation.system_models import System, SystemOperation
from aboveloop.operation.telling import IN_ENGLISH, Telling

# --- operation.yaml -----------------------------------------------------------------------------


class WorkingHours(Part):
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]
    opens: str = Field(alias="from", pattern=r"^\d{2}:\d{2}$")
    closes: str = Field(alias="until", pattern=r"^\d{2}:\d{2}$")


class Channel(Part):
    """`disclosures` are the disclosure in further languages that workers serve. `words`, by language, stand in place of
    the fixed words of the chat page. `outside`: what is said may be heard, and read aloud, by a provider. `embed_on`:
    the origins of other sites (https://shop.example) whose pages may show the chat."""

    disclosure: str = Field(min_length=1)
    disclosures: dict[str, Annotated[str, Field(min_length=1)]] = {}
    address: str | None = None
    words: dict[str, dict[Name, Annotated[str, Field(min_length=1)]]] = {}
    outside: bool = False
    embed_on: list[str] = []

    def disclosure_in(self, language: str) -> str:
        return self.disclosures.get(language, self.disclosure)


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


class Understanding(Part):
    """`procedures` and `operations` (`system.operation`) may ask for more certainty than everything else: a procedure
    begins only when it is understood as surely as it, and every operation that it does, ask for."""

    minimum_confidence: Share = 0.35
    procedures: dict[Name, Share] = {}
    operations: dict[OperationName, Share] = {}
    wants_person: list[str] = []


class ReadingPromise(Part):
    """At most a share `error_cap` of what begins without a person may be read wrongly, with this `confidence`.
    Without a cap, only `understanding.minimum_confidence` holds."""

    error_cap: Annotated[float, Field(gt=0, lt=1)] | None = None
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.9


class RecordsNamed(Part):
    """Records among which a value may be described ("the blue boots"): an expression giving a list, and the field of a
    record that is the value."""

    among: ExpressionText
    value: Name


class Entity(Part):
    kind: Literal["pattern", "email", "phone", "money", "number", "date", "choice", "yes_no", "free"]
    pattern: str | None = None
    group: int = 0
    normalise: list[Literal["upper", "lower", "no_spaces"]] = []
    choices: dict[str, list[str]] = {}
    records: RecordsNamed | None = None


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
    is not named is kept until a person is erased. `personalised`: messages that are fitted to what is known of a
    customer, and said only while they agree to that."""

    personal_fields: list[Name] = []
    personalised: list[Name] = []
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
    "differences",
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
    """`opens_incident`: what also opens an incident by itself, led by the owner that `incidents` names."""

    opens_incident: list[Literal["ledger"]] = []
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
    reading: ReadingPromise = ReadingPromise()
    learning: Learning = Learning()
    entities: dict[Name, Entity] = {}
    approvals: Approvals = Approvals()
    privacy: Privacy = Privacy()
    answers: list[Answer] = []
    stages: dict[Name, StageName] = {}
    guards: list[Guard] = []
    review: Review = Review()
    functions: dict[Name, Function] = {}
    delivery: Delivery = Delivery()


# --- intents/*.yaml -----------------------------------------------------------------------------


class Intent(Part):
    intent: Name
    title: str = ""
    description: str = ""
    procedure: Name | None = None
    answer: Name | None = None
    hand_over: bool = False
    examples: list[str] = []
    # In further languages, by language; `intents/<language>/*.yaml` adds to it.
    examples_in: dict[str, list[str]] = {}


class SpokenExamples(Part):
    """`intents/<language>/*.yaml`: how one need is put in that language."""

    intent: Name
    examples: list[str]


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


# --- the whole ----------------------------------------------------------------------------------


class Operation(Part):
    """A whole operation folder, loaded. `digest` names its content; `messages` by language, then name.

    `words` by language, then as the records write them.
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
    contracts: dict[str, Contract] = {}
    learned: list[LearnedExample] = []
    kpis: dict[str, Kpi] = {}
    courses: dict[str, Course] = {}
    outcomes: dict[str, Outcome] = {}
    charters: dict[str, Charter] = {}
    forms: dict[str, Form] = {}
    words: dict[str, dict[str, str]] = {}
    routing: Routing = Routing()
    files: dict[str, str] = Field(default={}, repr=False)

    def telling(self, language: str) -> Telling:
        """How values are told in a language: English without words of its own is the plain one."""
        words = self.words.get(language, {})
        return Telling(language, words) if words or language != IN_ENGLISH.language else IN_ENGLISH

    def message(self, name: str, language: str) -> tuple[str, str] | None:
        """The message in this language, else in the first one that workers serve, with the language it is in."""
        for spoken in (language, *self.about.languages[:1]):
            body = self.messages.get(spoken, {}).get(name)
            if body is not None:
                return body, spoken
        return None

    def system_operation(self, name: str) -> SystemOperation | None:
        """The operation `system.operation`, or None where there is no such thing."""
        system, _, operation = name.partition(".")
        found = self.systems.get(system)
        return found.operations.get(operation) if found else None
