"""Running the gate: policy tests and scenarios of a release, kept by its digest so that nothing is played twice."""

from collections.abc import Callable

import aboveloop
from aboveloop.app.premises import Premises
from aboveloop.app.rehearsal.errors import NotRehearsable
from aboveloop.app.scenarios import run_all
from aboveloop.govern.checks import run_policy_tests
from aboveloop.govern.promotion import gate
from aboveloop.govern.promotion.gate import GateResult, Played
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release

Progress = Callable[[int, int], None]


def gate_of(
    premises: Premises, release: Release, *, by: str, again: bool = False, progress: Progress | None = None
) -> GateResult:
    """What came of the gate under this version of the software; run now where it was not, or `again`."""
    with premises.database.read() as reader:
        known = gate.known(reader, release.digest, aboveloop.__version__)
    if known is not None and not again:
        return known
    played = play(premises.operation_of(release.digest), progress)
    now = premises.house.clock.now()
    result = gate.result_of(played, version=aboveloop.__version__, now=now)
    with premises.database.write() as tx:
        gate.record(tx, release, result, ledger=premises.ledger, by=by)
    return result


def play(operation: Operation, progress: Progress | None = None) -> Played:
    """Decide every policy test and play every scenario."""
    began = monotonic_seconds()
    problems = [
        f"policy test “{result.test}”: {result.problem}" for result in run_policy_tests(operation) if result.problem
    ]
    unplayable = ""
    total = len(operation.scenarios)
    try:
        for number, result in enumerate(run_all(operation) if total else (), start=1):
            problems += [f"scenario {result.name}: {problem}" for problem in result.problems]
            if progress is not None:
                progress(number, total)
    except NotRehearsable as error:
        unplayable = str(error)
    seconds = round(monotonic_seconds() - began, 3)
    return Played(len(operation.policy_tests), total, problems, unplayable, seconds)
