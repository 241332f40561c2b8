"""How an operation is delivered and steered: its KPIs, the functions that own it, its courses, and what a release must
survive before customers meet it. The format is described in docs/operation-folder.md."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from aboveloop.operation.part import Name, OperationName, Part

Text = Annotated[str, Field(min_length=1)]

# --- kpis.yaml ----------------------------------------------------------------------------------

KpiLevel = Literal["business", "operational", "leading", "model"]
# From the lowest to the highest: what a level is there for stands above it.
LEVELS: tuple[KpiLevel, ...] = ("model", "leading", "operational", "business")
# What the house works out by itself, from its cases, approvals and writes.
KpiMeasure = Literal[
    "containment",
    "first_contact_resolution",
    "hand_over_rate",
    "refusal_rate",
    "resolution_rate",
    "reopening_rate",
    "refund_rate",
    "payment_rate",
    "handling_time",
    "approval_wait",
    "denial_rate",
    "edit_rate",
    "write_error_rate",
    "not_understood_rate",
    "failed_turn_rate",
]

# The families that guidance on metrics for generative AI names (Google Cloud, "KPIs for gen AI").
MetricFamily = Literal["model quality", "system quality", "business impact"]
_FAMILY_OF_MEASURE: Mapping[KpiMeasure, MetricFamily] = {
    "not_understood_rate": "model quality",
    "failed_turn_rate": "system quality",
    "write_error_rate": "system quality",
    "handling_time": "system quality",
    "approval_wait": "system quality",
    "denial_rate": "model quality",
    "edit_rate": "model quality",
}
_FAMILY_OF_LEVEL: Mapping[KpiLevel, MetricFamily] = {"business": "business impact", "model": "model quality"}


class Kpi(Part):
    """One KPI. `measure` names what the house works out; without it, its owner writes down what they measured.

    `better` says which way is good; a value worse than `target` by more than `tolerance` is out of tolerance. Both are
    in the unit: a share from 0 to 1, seconds, a number, or minor units of money. `guard` marks what may not get worse
    while more is resolved without a person. `days` is the span that one value is measured over.
    """

    kpi: Name
    level: KpiLevel
    title: Text
    definition: Text
    owner: Name
    unit: Literal["share", "seconds", "number", "money"]
    better: Literal["up", "down"]
    target: float
    tolerance: float = Field(ge=0)
    measure: KpiMeasure | None = None
    guard: Literal["trust", "quality"] | None = None
    # The KPIs of higher levels that this one is there to move.
    moves: list[Name] = []
    days: int = Field(default=28, ge=1, le=366)
    minimum_cases: int = Field(default=20, ge=1)

    @property
    def family(self) -> MetricFamily:
        """Which of the three families of metrics for AI it belongs to: how good the model is, how well the system
        around it runs, or what the company gets."""
        if self.measure is not None:
            return _FAMILY_OF_MEASURE.get(self.measure, "business impact")
        return _FAMILY_OF_LEVEL.get(self.level, "system quality")


def reaches_business(kpi: Kpi, kpis: Mapping[str, Kpi]) -> bool:
    """Whether what it moves leads, link by link, to a KPI of the business. Each link leads to a higher level, so no way
    is endless; a link that does not is followed no further."""
    if kpi.level == "business":
        return True
    above = [kpis[name] for name in kpi.moves if name in kpis]
    return any(reaches_business(each, kpis) for each in above if is_above(each, kpi))


def is_above(kpi: Kpi, other: Kpi) -> bool:
    """Whether it stands on a higher level of the stack than the other."""
    return LEVELS.index(kpi.level) > LEVELS.index(other.level)


def is_vanity(kpi: Kpi, kpis: Mapping[str, Kpi]) -> bool:
    """Whether it measures a model and leads to nothing that the business measures: it may rise and nobody wins."""
    return kpi.level == "model" and not reaches_business(kpi, kpis)


# --- operation.yaml: functions, delivery --------------------------------------------------------


class Budget(Part):
    """What a function may spend in `days`, in minor units: `limit` for what is paid to customers by the money actions
    of its procedures, or by `operations` alone where they are named; `providers` for outside models."""

    limit: int = Field(ge=0)
    days: int = Field(default=30, ge=1, le=366)
    operations: list[OperationName] = []
    providers: int = Field(default=0, ge=0)
    # In minor units per million tokens, for both directions: what the contract with the vendor says.
    per_million_tokens: int = Field(default=0, ge=0)


class Function(Part):
    """A function of the company (Support, Finance ...): who owns it, its procedures, the KPIs it moves, its budget."""

    title: Text
    owner: Name
    procedures: list[Name] = []
    kpis: list[Name] = []
    budget: Budget | None = None


EdgeKind = Literal[
    "empty",
    "huge",
    "twice",
    "out_of_order",
    "other_language",
    "strange_characters",
    "outage",
    "hostile",
    "at_the_limit",
]


class LoadFloor(Part):
    """What a release must survive in the sandbox: so many cases, so many turns a second, 95 of 100 messages handled
    within so many seconds; nothing lost, stuck or doubled."""

    cases: int = Field(default=100, ge=10, le=100_000)
    turns_per_second: float = Field(default=1.0, ge=0)
    p95_seconds: float = Field(default=5.0, gt=0)


class EdgeFloor(Part):
    """How many scenarios are marked as edge cases at least, and of which kinds there is one."""

    minimum: int = Field(default=5, ge=1)
    kinds: list[EdgeKind] = []


class Delivery(Part):
    """What promotion to customers asks for besides scenarios, review, canary and sign-off."""

    load_test: LoadFloor | None = None
    edge_cases: EdgeFloor | None = None


# --- courses/*.yaml -----------------------------------------------------------------------------


class Question(Part):
    """A question with its possible answers by letter or word; `because` is told after a wrong answer."""

    ask: Text
    answers: dict[Name, Text] = Field(min_length=2)
    right: Name
    because: Text


class Course(Part):
    """A short course: what is read, and a few questions. Whoever holds one of `roles` completes it, unless their
    training in operation.yaml (`trained`) was on the day `since` or later: then it was part of that."""

    course: Name
    title: Text
    roles: list[Name] = Field(min_length=1)
    since: date
    read: Text
    questions: list[Question] = Field(min_length=1)
