"""The way of each charter from idea to proven value, told from evidence: what a file says of itself does not count."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from aboveloop.app import store
from aboveloop.app.chartering.freezing import KIND as FROZEN
from aboveloop.app.chartering.freezing import Frozen, find
from aboveloop.app.chartering.stage_gate import Way, way_of
from aboveloop.app.chartering.standing import lacks
from aboveloop.app.portfolio.pilot_guards import pilot_guards
from aboveloop.app.portfolio.reported import Kept, all_kept
from aboveloop.app.premises import Premises
from aboveloop.app.shadowing import runs
from aboveloop.app.store import CaseFilter
from aboveloop.govern.lanes import Stage
from aboveloop.kit.clock import from_micros
from aboveloop.kit.database import Reader
from aboveloop.ledger import store as ledger_store
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.charters import Charter
from aboveloop.operation.models import Operation
from aboveloop.procedures.check import expand

# A pilot takes weeks, not quarters: after a quarter nobody expects an end any more.
LONGEST_PILOT = timedelta(days=90)
# More than one focus is none.
FOCUS_LIMIT = 1
SERVING = (Stage.SUPERVISED, Stage.AUTONOMOUS)


class Step(StrEnum):
    IDEA = "idea"
    CHARTERED = "chartered"
    # Beside people, or each of its actions is reviewed.
    SHADOW = "shadow"
    PRODUCTION = "production"
    PROVEN = "proven"
    # People do it better: a good end as well.
    KEPT = "kept"


# What was begun, in order.
WAY = (Step.IDEA, Step.CHARTERED, Step.SHADOW, Step.PRODUCTION, Step.PROVEN)


@dataclass(frozen=True)
class Pilot:
    """A charter where it stands; value is proven of what serves customers alone.

    `began`: its baseline was frozen first then. `proof` is the report kept last.
    """

    charter: Charter
    step: Step
    lacks: tuple[str, ...]
    frozen: Frozen | None
    began: datetime | None
    ways: tuple[Way, ...]
    proof: Kept | None
    alarms: tuple[str, ...]

    @property
    def is_pilot(self) -> bool:
        return self.charter.state == "pilot" and self.step is not Step.KEPT

    @property
    def is_sandbox_only(self) -> bool:
        """Whether one of its procedures that write never changed the live system."""
        return self.step is not Step.KEPT and any(way.live.is_sandbox_only for way in self.ways)


@dataclass(frozen=True)
class Shared:
    """How far a charter stands on what is there: the operations that it uses, and which others use too."""

    charter: str
    uses: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Portfolio:
    """Every charter; `focus` is the one that the company works on, `beyond` are pilots over the limit."""

    pilots: tuple[Pilot, ...]
    shared: tuple[Shared, ...]

    @property
    def focus(self) -> Pilot | None:
        return next((each for each in self.pilots if each.is_pilot), None)

    @property
    def beyond(self) -> tuple[Pilot, ...]:
        return tuple(each for each in self.pilots if each.is_pilot)[FOCUS_LIMIT:]

    @property
    def reached(self) -> dict[Step, int]:
        """How many came at least so far. What was kept by people left the way and is not on it."""
        found = Counter(each.step for each in self.pilots)
        return {step: sum(found[each] for each in WAY[place:]) for place, step in enumerate(WAY)}

    @property
    def kept_human(self) -> tuple[Pilot, ...]:
        return tuple(each for each in self.pilots if each.step is Step.KEPT)


def portfolio(premises: Premises, reader: Reader, now: datetime) -> Portfolio:
    """Every charter of the operation at work; the focus first, then in the order of the folder."""
    operation = premises.current()
    found = [pilot_of(premises, reader, each, now) for each in operation.charters.values()]
    found.sort(key=lambda each: (not each.is_pilot, each.step is Step.KEPT))
    shared = tuple(_shared(operation, each.charter) for each in found)
    return Portfolio(tuple(found), shared)


def pilot_of(premises: Premises, reader: Reader, charter: Charter, now: datetime) -> Pilot:
    operation = premises.current()
    missing = tuple(lacks(premises, reader, operation, charter))
    ways = tuple(way_of(premises, reader, operation, charter, each) for each in charter.procedures)
    frozen = find(premises, reader, charter)
    proof = next(iter(all_kept(reader).get(charter.charter, [])), None)
    began = _began(reader, charter.charter)
    step = _step(reader, charter, missing=missing, ways=ways, is_proven=_is_proven(proof, frozen))
    today = now.astimezone(ZoneInfo(operation.about.timezone))
    alarms = [*_alarms(charter, step, serves=_serves(reader, ways), began=began, now=today)]
    alarms += [each.sentence for each in pilot_guards(reader, charter, now) if each.worse]
    return Pilot(charter, step, missing, frozen, began, ways, proof, tuple(alarms))


def _is_proven(proof: Kept | None, frozen: Frozen | None) -> bool:
    """A report counts while the baseline stands that it was held against."""
    return proof is not None and proof.is_proof and frozen is not None and proof.baseline == frozen.digest


def _step(
    reader: Reader, charter: Charter, *, missing: tuple[str, ...], ways: tuple[Way, ...], is_proven: bool
) -> Step:
    if charter.state == "kept_human":
        return Step.KEPT
    if missing:
        return Step.IDEA
    if _serves(reader, ways):
        return Step.PROVEN if is_proven else Step.PRODUCTION
    if any(way.stage is Stage.ASSIST for way in ways) or _worked_beside(reader, charter):
        return Step.SHADOW
    return Step.CHARTERED


def _serves(reader: Reader, ways: Sequence[Way]) -> bool:
    """Whether each of its procedures may act by itself, and a customer came to one of them: a stage alone serves
    nobody."""
    may = all(way.stage in SERVING for way in ways)
    return may and any(store.count_found(reader, CaseFilter(procedure=way.procedure)) for way in ways)


def _worked_beside(reader: Reader, charter: Charter) -> bool:
    try:
        run = runs.find(reader)
    except runs.RunNotFound:
        return False
    return any(each.worked.procedure in charter.procedures for each in run.compared)


def _alarms(charter: Charter, step: Step, *, serves: bool, began: datetime | None, now: datetime) -> list[str]:
    said = []
    if step in (Step.CHARTERED, Step.SHADOW) and began is not None and now - began > LONGEST_PILOT:
        said.append(
            f"It has been a pilot for {(now - began).days} days, and {LONGEST_PILOT.days} are the most: decide to go"
            " on, to change it, or to end it."
        )
    if step not in (Step.PROVEN, Step.KEPT) and charter.success is not None and charter.success.by < now.date():
        said.append(
            f"Success was agreed for {charter.success.by:%d %b %Y}, and no report that was kept shows it: report, or"
            " agree anew."
        )
    if step is Step.IDEA and serves:
        said.append("It serves customers already, and its value cannot be shown: the charter does not stand.")
    if charter.state == "proven" and step is not Step.PROVEN:
        said.append("The file says that its value is proven, and no report that was kept shows it.")
    return said


def _began(reader: Reader, name: str) -> datetime | None:
    """When the baseline was frozen for the first time; later ones do not begin a pilot anew."""
    conditions = ledger_store.matching({"case_id": HOUSE, "kind": FROZEN}, None)
    for batch in ledger_store.find(reader, conditions):
        for row in batch:
            if json.loads(row.body)["charter"] == name:
                return from_micros(row.at)
    return None


def _shared(operation: Operation, charter: Charter) -> Shared:
    uses = {name: _operations(operation, name) for name in operation.procedures}
    own = sorted({each for name in charter.procedures for each in uses.get(name, ())})
    others = [name for name in operation.procedures if name not in charter.procedures]
    also = {each: tuple(name for name in others if each in uses[name]) for each in own}
    return Shared(charter.charter, tuple(own), {name: of for name, of in also.items() if of})


def _operations(operation: Operation, procedure: str) -> set[str]:
    """The operations of systems that a procedure uses, those of its fragments too."""
    steps = expand(operation.procedures[procedure], operation.fragments)
    return {each for step in steps for each in (step.look_up, step.do) if each is not None}
