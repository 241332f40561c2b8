"""Scenarios: the golden cases of an operation, played from the first message to the last check before a release.

Each is played in a house of its own, on a clock that stands still, against stand-ins of the systems of record.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aboveloop.app.rehearsal import stage as stages
from aboveloop.app.rehearsal.checks import broken, unmet
from aboveloop.app.rehearsal.player import Player
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.weights import installed_embedder
from aboveloop.kit.errors import NotFound
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import Scenario
from aboveloop.understand.reader import FirstReader


class ScenarioUnknown(NotFound):
    """The operation has no scenario of this name."""


@dataclass(frozen=True)
class ScenarioResult:
    """`problems` are sentences; none means passed. `transcript` is what was said and done, line by line."""

    name: str
    passed: bool
    problems: tuple[str, ...]
    transcript: tuple[str, ...]


class Rehearsal:
    """One operation made ready to be played; every scenario then begins with a copy of the first day.

    `workplace` is an empty folder that the caller removes. Raises NotRehearsable where a system is a real one.
    """

    def __init__(self, operation: Operation, workplace: Path, reader: FirstReader | None = None) -> None:
        self.operation = operation
        self._workplace = workplace
        self._reader = reader or FirstReader.fit(operation, installed_embedder())
        self._first_day = workplace / "first-day"
        stages.build(operation, self._first_day)

    def play(self, scenario: Scenario) -> ScenarioResult:
        """Play one scenario. Nothing is left of one that was played before."""
        with tempfile.TemporaryDirectory(dir=self._workplace, prefix=f"{scenario.scenario}-") as folder:
            home = Path(folder)
            stages.copy(self._first_day, home)
            stage = Stage(self.operation, home, self._reader)
            try:
                return _played(stage, scenario)
            finally:
                stage.close()


def run_scenario(operation: Operation, scenario: Scenario, workplace: Path) -> ScenarioResult:
    """Play one scenario in `workplace`, an empty folder. Many are played faster by one Rehearsal."""
    return Rehearsal(operation, workplace).play(scenario)


def run_all(operation: Operation, names: Sequence[str] | None = None) -> Iterator[ScenarioResult]:
    """Play all scenarios of an operation, or those named, one after the other. Raises ScenarioUnknown."""
    for name in names or ():
        if name not in operation.scenarios:
            raise ScenarioUnknown(f"{operation.about.title} has no scenario {name}.")
    with tempfile.TemporaryDirectory(prefix="aboveloop-scenarios-") as folder:
        rehearsal = Rehearsal(operation, Path(folder))
        for name in names if names is not None else operation.scenarios:
            yield rehearsal.play(operation.scenarios[name])


def _played(stage: Stage, scenario: Scenario) -> ScenarioResult:
    player = Player(stage, scenario)
    player.play()
    problems = list(player.problems)
    if not problems:
        problems += unmet(stage, scenario.expect, player.case)
    problems += broken(stage)
    return ScenarioResult(scenario.scenario, not problems, tuple(problems), tuple(player.transcript))
