"""A procedure's way through the stages: what its charter asks, what there is, and what brings it back down."""

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from aboveloop.app.chartering import admitting
from aboveloop.app.chartering.errors import StageUnearned
from aboveloop.app.chartering.gathering import gather
from aboveloop.app.chartering.live_writes import LiveWrite, live_write
from aboveloop.app.chartering.standing import lacks
from aboveloop.app.importing.footing import footing
from aboveloop.app.measuring import kpis
from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.govern import stages
from aboveloop.govern.lanes import Stage
from aboveloop.govern.stage_gates import Ask, weigh
from aboveloop.govern.stages import ORDER, Setting, Where
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import AboveloopError
from aboveloop.ledger.entries import HOUSE
from aboveloop.measure.kpis import Standing, State
from aboveloop.operation import environments
from aboveloop.operation.charters import Charter, Gated
from aboveloop.operation.models import Operation

# As often as the house measures its KPIs.
LOOK_EVERY_SECONDS = 300.0
GATED: tuple[Gated, ...] = ("assist", "supervised", "autonomous")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Way:
    """One procedure of a charter: where it stands, the next stage, what that asks. `missing` are the charter's,
    `live` says whether it ever changed the live system, `sources` what the evidence was gathered on."""

    procedure: str
    charter: str
    stage: Stage
    next: Gated | None
    asks: tuple[Ask, ...]
    missing: tuple[str, ...]
    live: LiveWrite
    sources: tuple[str, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        return (*self.missing, *(f"{ask.name}: {ask.sentence}" for ask in self.asks if not ask.held))


def ways(premises: Premises, reader: Reader, operation: Operation) -> list[Way]:
    """Every procedure that a charter is about, in the order of the charters."""
    return [
        way_of(premises, reader, operation, charter, procedure)
        for charter in operation.charters.values()
        for procedure in charter.procedures
    ]


def way_of(premises: Premises, reader: Reader, operation: Operation, charter: Charter, procedure: str) -> Way:
    """`operation` is what serves: production's or the canary's, with the charter as that release has it."""
    stage = stages.effective(reader, operation, procedure, of_house=premises.house.stage)
    above = ORDER[ORDER.index(stage) + 1 :]
    following = next((each for each in GATED if above and each == above[0].value), None)
    asks, sources = tuple[Ask, ...](), tuple[str, ...]()
    live = live_write(reader, operation, procedure)
    if following is not None:
        guards = _guards(premises, reader, charter)
        found = replace(
            gather(premises, reader, operation, procedure, stage),
            broken=_titles(guards, Standing.OUT),
            unmeasured=_titles(guards, Standing.UNKNOWN, Standing.FEW),
        )
        asks = (*weigh(charter.gate(following), found, following), *_data(premises, reader, operation, found.histories))
        if following != "assist":
            # In assist people let each write out; beyond it the worker does, so one must have arrived before.
            asks = (*asks, Ask("Live write", not live.is_sandbox_only, live.sentence))
        sources = found.sources
    missing = tuple(lacks(premises, reader, operation, charter))
    return Way(procedure, charter.charter, stage, following, asks, missing, live, sources)


def demand(
    premises: Premises, reader: Reader, operation: Operation, procedure: str, to: Stage, *, where: Where = ""
) -> None:
    """Before a freer stage of a procedure that a charter is about: the charter stands, the gate opens, one stage at a
    time. A canary serves customers too: it may do what production may, and more only through the gates of production's
    charter and of its own. Raises StageUnearned with all that is missing."""
    for judged in _judged(premises, reader, operation, procedure, where):
        for charter in admitting.about(judged, procedure):
            way = way_of(premises, reader, judged, charter, procedure)
            if ORDER.index(to) <= max(ORDER.index(way.stage), _in_production(premises, reader, operation, way, where)):
                continue
            said = list(way.lacking)
            if to.value != way.next:
                said.append(f"One stage at a time: after {way.stage.value} comes {way.next}.")
            if said:
                numbered = " ".join(f"({number}) {each}" for number, each in enumerate(said, start=1))
                told = f" Of what was gathered: {' '.join(way.sources)}" if way.sources else ""
                raise StageUnearned(f"{procedure} stays in stage {way.stage.value}, not {to.value}: {numbered}{told}")


def _judged(
    premises: Premises, reader: Reader, operation: Operation, procedure: str, where: Where
) -> Iterator[Operation]:
    """The operations whose charters have a say: what is set everywhere holds on the canary too, but where that has a
    stage of its own."""
    yield operation
    placed = environments.placed(reader, "canary")
    if placed is None:
        return
    own = any(each.procedure == procedure and each.where == "canary" for each in stages.all_set(reader))
    if where == "canary" or not own:
        yield premises.operation_of(placed.release.digest)


def _in_production(premises: Premises, reader: Reader, operation: Operation, way: Way, where: Where) -> int:
    """How free the procedure is in production, as a place in the order; -1 where that says nothing for the canary."""
    if where != "canary" or way.procedure not in operation.procedures:
        return -1
    return ORDER.index(stages.effective(reader, operation, way.procedure, of_house=premises.house.stage))


def _data(premises: Premises, reader: Reader, operation: Operation, named: Sequence[str]) -> Iterator[Ask]:
    """That cases beside people are of histories on which something may go to production."""
    told = [each for name in named if (each := footing(premises, reader, operation, name)) is not None]
    loose = [f"{each.history} is for {each.title}: {each.because} {each.remedy}" for each in told if not each.is_firm]
    if told:
        yield Ask("Data", not loose, " ".join(loose) or f"{', '.join(named)}: {told[0].title}.")


def _guards(premises: Premises, reader: Reader, charter: Charter) -> list[State]:
    named = {guard.kpi for guard in charter.guards}
    found = kpis.states(premises, reader, premises.house.clock.now()) if named else []
    return [state for state in found if state.kpi.kpi in named]


def _titles(guards: Iterable[State], *standings: Standing) -> tuple[str, ...]:
    return tuple(state.kpi.title for state in guards if state.standing in standings)


def _exemption_ended(premises: Premises, reader: Reader, charter: Charter, procedure: str) -> bool:
    """Whether a procedure stands where only an exemption put it that has ended: nobody set its stage since."""
    if not admitting.has_ended(premises, charter):
        return False
    return not any(
        each.procedure == procedure and each.where == "" and each.set_by != HOUSE for each in stages.all_set(reader)
    )


class StageRound:
    """Looks after the guards of charters: where one breaks, its procedures fall back, and people are told."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self.look()
            except NothingDeployed:
                pass
            except (sa.exc.DBAPIError, AboveloopError) as error:
                logger.error("The guards of the charters could not be looked after and will be again: %s", error)
            stop.wait(LOOK_EVERY_SECONDS)

    def look(self) -> list[Way]:
        """Bring back what must fall; where each stood before.

        A breach brings a procedure down once, and none below assist: then people decide. An exemption that has ended
        brings what it alone had let out back to shadow, where evidence is gathered.
        """
        premises, fallen = self._premises, list[tuple[Way, str]]()
        operation, now = premises.current(), premises.house.clock.now()
        with premises.database.write() as tx:
            for charter in operation.charters.values():
                for procedure in charter.procedures:
                    way = way_of(premises, tx, operation, charter, procedure)
                    setting = self._lower(tx, charter, way)
                    if setting is not None:
                        stages.fall_back(tx, operation, setting, ledger=premises.ledger, before=way.stage, now=now)
                        fallen.append((way, setting.because))
        for way, because in fallen:
            said = f"{way.procedure} fell back from {way.stage.value}: {because}"
            premises.page_people(said, "high", f"stage:{way.procedure}")
        return [way for way, _ in fallen]

    def _lower(self, reader: Reader, charter: Charter, way: Way) -> Setting | None:
        """Where a procedure must fall to, and why; None where it may stay."""
        premises, stage = self._premises, ORDER.index(way.stage)
        if stage > ORDER.index(Stage.SHADOW) and _exemption_ended(premises, reader, charter, way.procedure):
            return Setting(way.procedure, Stage.SHADOW, f"The exemption of the charter {charter.charter} has ended.")
        broken = _titles(_guards(premises, reader, charter), Standing.OUT)
        if broken and stage > ORDER.index(Stage.ASSIST) and not self._fell(reader, way.procedure, charter):
            because = f"A guard of the charter {charter.charter} broke: {', '.join(broken)}."
            return Setting(way.procedure, ORDER[stage - 1], because)
        return None

    def _fell(self, reader: Reader, procedure: str, charter: Charter) -> bool:
        """Whether it fell already since the breach of its guards began."""
        began = kpis.broken_since(reader, [guard.kpi for guard in charter.guards])
        fell = self._fell_at(reader, procedure)
        return fell is not None and (began is None or fell >= began)

    def _fell_at(self, reader: Reader, procedure: str) -> datetime | None:
        found = [each for each in stages.all_set(reader) if each.procedure == procedure and each.set_by == HOUSE]
        return max((each.set_at for each in found), default=None)
