"""The gate of releases: what would do again what an open incident found wrong is neither made nor deployed.

A rule change is held against the incident's own cases, as the ledger has them, and against its scenario, played whole.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.app.rehearsal.errors import NotRehearsable
from aboveloop.app.scenarios import Rehearsal
from aboveloop.govern.incidents.book import Book
from aboveloop.govern.incidents.errors import RuleUntested
from aboveloop.govern.incidents.incident import Incident, Touched, Verdict
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import Scenario
from aboveloop.work.incidents.contain import decided_in, question_of
from aboveloop.work.incidents.judging import judge_anew


@dataclass(frozen=True)
class OwnCases:
    """What a policy says of an incident's own cases: the keys of actions that it would do `again` though they were
    wrong, and would do `no_longer` though they were right."""

    judged: int
    again: tuple[str, ...]
    no_longer: tuple[str, ...]


@dataclass(frozen=True)
class RuleTest:
    """How a rule change did. `old_problems` and `new_problems` are what the scenario found under the release of the
    incident and under the changed one; `unplayed` says why it could not be played at all."""

    scenario: str
    cases: OwnCases
    old_problems: tuple[str, ...]
    new_problems: tuple[str, ...]
    rules: tuple[str, ...]
    unplayed: str = ""

    @property
    def faults(self) -> list[str]:
        """Why the change does not hold, in sentences; none where it does."""
        found = []
        if self.cases.again:
            found.append(f"It would do {len(self.cases.again)} of the incident's wrong actions again.")
        if not self.rules:
            found.append("No rule, procedure or system is different from the release of the incident.")
        if not self.unplayed and not self.old_problems:
            found.append(
                f"The scenario {self.scenario} passes under the old rule too, so it does not show the incident."
            )
        if self.new_problems:
            found.append(f"The scenario {self.scenario} fails: {self.new_problems[0]}")
        return found

    @property
    def holds(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "holds": self.holds, "faults": self.faults}


def try_rule(premises: Premises, incident: Incident, candidate: Operation, scenario: Scenario) -> RuleTest:
    """Hold a changed operation against everything that the incident knows."""
    faulty = premises.operation_of(incident.scope.release) if incident.scope.release else premises.current()
    unplayed = ""
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    try:
        old, new = problems_of(premises, faulty, scenario), problems_of(premises, candidate, scenario)
    except NotRehearsable as error:
        unplayed = str(error)
    return RuleTest(
        scenario=scenario.scenario,
        cases=own_cases(premises, incident, candidate),
        old_problems=old,
        new_problems=new,
        rules=tuple(_changed(faulty, candidate)),
        unplayed=unplayed,
    )


def own_cases(premises: Premises, incident: Incident, candidate: Operation) -> OwnCases:
    """Judge all that the incident touched by the policy of `candidate`."""
    pack = premises.pack_of(candidate)
    with premises.database.read() as reader:
        touched = {each.key: each for each in _book(premises, candidate).touched(reader, incident.id)}
        entries = [each for each in decided_in(premises.house, reader, incident.scope) if each.body["key"] in touched]
    house = premises.house
    verdicts = {entry.body["key"]: judge_anew(pack, question_of(house, entry)).verdict for entry in entries}

    def differs(each: Touched, before: Verdict, after: Verdict) -> bool:
        return each.verdict is before and verdicts.get(each.key) is after

    return OwnCases(
        judged=len(verdicts),
        again=tuple(key for key, each in touched.items() if differs(each, Verdict.WRONG, Verdict.LAWFUL)),
        no_longer=tuple(key for key, each in touched.items() if differs(each, Verdict.LAWFUL, Verdict.WRONG)),
    )


def problems_of(premises: Premises, operation: Operation, scenario: Scenario) -> tuple[str, ...]:
    """What playing the scenario finds; nothing where it passes. Raises NotRehearsable."""
    with tempfile.TemporaryDirectory(prefix="aboveloop-incident-") as folder:
        rehearsal = Rehearsal(operation, Path(folder), premises.reader_of(operation))
        return rehearsal.play(scenario).problems


def check(premises: Premises, candidate: Operation) -> None:
    """Raises RuleUntested where an open incident speaks against this operation."""
    with premises.database.read() as reader:
        open_incidents = _book(premises, candidate).all(reader, only_open=True)
    for incident in open_incidents:
        because = next(objections(premises, incident, candidate), None)
        if because is not None:
            raise RuleUntested(
                f"Incident {incident.id} ({incident.title}) is open, and this operation is not released: {because} "
                f"Mend the rule and test it with `aboveloop incident review {incident.id}`."
            )


def objections(premises: Premises, incident: Incident, candidate: Operation) -> Iterator[str]:
    """What an incident has against an operation, the cheapest to find first."""
    if candidate.digest == incident.scope.release:
        yield "it is the very release that the incident is about."
        return
    again = own_cases(premises, incident, candidate).again
    if again:
        yield f"it would do {len(again)} of the incident's wrong actions again."
        return
    if incident.scenario is None:
        return
    scenario = Scenario.model_validate(json.loads(incident.scenario))
    try:
        problems = problems_of(premises, candidate, scenario)
    except NotRehearsable:
        return
    if problems:
        yield f"the scenario {scenario.scenario} fails: {problems[0]}"


def _changed(old: Operation, new: Operation) -> Iterator[str]:
    """The files that decide what is done and differ between two operations."""
    before, after = _deciding(old), _deciding(new)
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            yield path


def _deciding(operation: Operation) -> Mapping[str, str]:
    parts = ("policies/", "procedures/", "systems/")
    return {
        path: text for path, text in operation.files.items() if path.startswith(parts) and path != "policies/tests.yaml"
    }


def _book(premises: Premises, operation: Operation) -> Book:
    return Book(premises.ledger, operation)
