"""Charters: the contract of a pilot, as charters/*.yaml holds it. One pain point, one team, one KPI; nothing is built
before it stands. A draft may lack nearly everything: `charter_faults` says what."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from aboveloop.operation.part import Name, Part, Share

Text = Annotated[str, Field(min_length=1)]
Bucket = Literal["revenue", "cost", "risk", "experience"]
Gated = Literal["assist", "supervised", "autonomous"]
Statistic = Literal["share", "mean", "median"]


class Measured(Part):
    """What a baseline counts of each case: whether it has one of `events` (`has`), how many of them it has (`count`),
    or the seconds from its first event to the first of them (`seconds`)."""

    statistic: Statistic
    of: Literal["has", "count", "seconds"]
    events: list[Text] = Field(min_length=1)


class Window(Part):
    """Days of the operation's time zone: cases that began on `since` or later and before `until`."""

    since: date
    until: date


class Baseline(Part):
    """What the before is counted from: `history` is an imported one or `ledger`. Cases with one of the events in
    `without`, or of a channel or team named there, are left out. `rows`: what is independent of each other, a case,
    a day, or what `customer` (a key of the attributes) names."""

    history: Text
    measure: Measured
    window: Window
    without: list[Text] = []
    without_channels: list[Text] = []
    without_teams: list[Text] = []
    rows: Literal["case", "day", "customer"] = "case"
    customer: Text | None = None


class Success(Part):
    """What was agreed to be a success: a change of the KPI as a share of the baseline (-0.15), by a day, in words."""

    words: Text
    change: float
    by: date


class GuardMetric(Part):
    """A KPI that may not break while the charter's own moves: when it does, the stage falls back."""

    kpi: Name
    of: Literal["risk", "experience"]


class Readiness(Part):
    """The four causes for which projects of this kind fail, each answered in words: does it serve the business, is the
    data there, is what runs it there, is the problem one for a worker at all."""

    business: Text | None = None
    data: Text | None = None
    infrastructure: Text | None = None
    problem: Text | None = None


class DecisionPoint(Part):
    """Where something is decided in the work: the question, by whom (`rule`, `worker`, `person`), and on what."""

    point: Text
    by: Literal["rule", "worker", "person"]
    on: Text | None = None


class Canvas(Part):
    """The work before any worker: its steps in order, the data that they stand on, and where something is decided."""

    workflow: list[Text] = []
    data: list[Text] = []
    decisions: list[DecisionPoint] = []

    @property
    def open(self) -> list[str]:
        """The parts that are not written yet, in the order in which they are."""
        return [name for name in ("workflow", "data", "decisions") if not getattr(self, name)]


class Gate(Part):
    """What a procedure shows before it enters a stage: so many cases over so many days in the stage below, agreement of
    at least `agreement` with 95 % certainty, harm in at most `harm` of them with 95 % certainty."""

    cases: int = Field(default=100, ge=1)
    days: int = Field(default=14, ge=1)
    agreement: Share = 0.9
    harm: Share = 0.03


# What people must see before a stage, where a charter sets nothing else: more freedom, more evidence.
USUAL: dict[Gated, Gate] = {
    "assist": Gate(cases=50, days=5, agreement=0.8, harm=0.06),
    "supervised": Gate(cases=100, days=10, agreement=0.9, harm=0.03),
    "autonomous": Gate(cases=300, days=28, agreement=0.9, harm=0.01),
}


class Exemption(Part):
    """A stage in which procedures of the charter may begin in a house that is set up with them, without evidence of
    that house: who says so, on which day, why, and until when it holds where it ends."""

    stage: Gated
    by: Name
    on: date
    because: Text
    until: date | None = None


class Charter(Part):
    """One pilot. What may be missing in a draft has a default; `charter_faults` names it."""

    charter: Name
    outcome: Text
    pain_point: Text | None = None
    team: Name | None = None
    kpi: Name | None = None
    procedures: list[Name] = []
    buckets: list[Bucket] = []
    success: Success | None = None
    guards: list[GuardMetric] = []
    may_fail: list[Text] = []
    owners: dict[Name, Name] = {}
    learning: Text | None = None
    readiness: Readiness = Readiness()
    canvas: Canvas = Canvas()
    baseline: Baseline | None = None
    gates: dict[Gated, Gate] = {}
    exempt: Exemption | None = None
    # What comes first here is looked at first; what people do better stays with people, and that is a good end too.
    state: Literal["idea", "pilot", "production", "proven", "kept_human"] = "idea"
    # A worker or model: chosen last, when the canvas is written, and exchanged without touching the rest.
    worker: Text | None = None

    def gate(self, stage: Gated) -> Gate:
        """What is asked before a stage: the charter's own gate, or the usual one."""
        return self.gates.get(stage, USUAL[stage])
