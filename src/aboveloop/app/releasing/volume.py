"""Real volume, real edge cases: the load test of a release, and how many of its scenarios are edge cases."""

from collections import Counter
from collections.abc import Callable

import aboveloop
from aboveloop.app.premises import Premises
from aboveloop.app.rehearsal.load import run
from aboveloop.govern.promotion import load
from aboveloop.govern.promotion.load import LoadResult
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release

Progress = Callable[[int, int], None]


def load_test(
    premises: Premises, release: Release, cases: int, per_second: float, *, by: str, progress: Progress | None = None
) -> LoadResult:
    """Run the load test of a release in the sandbox and keep it. Raises NotRehearsable where a system is a real one."""
    result = run(premises.operation_of(release.digest), cases, per_second, progress)
    with premises.database.write() as tx:
        load.record(tx, release, result, ledger=premises.ledger, by=by)
    return result


def load_standing(reader: Reader, operation: Operation, release: Release) -> tuple[LoadResult | None, list[str]]:
    """What is known of its load test under this version of the software, and what that falls short of."""
    floor = operation.about.delivery.load_test
    found = load.known(reader, release.digest, aboveloop.__version__, floor)
    return found, load.problems_of(found, floor) if found is not None and floor is not None else []


def edge_shortfall(operation: Operation) -> list[str]:
    """What the suite of edge cases lacks against the floor of its operation, a sentence each."""
    floor = operation.about.delivery.edge_cases
    if floor is None:
        return []
    kinds = Counter(scenario.edge for scenario in operation.scenarios.values() if scenario.edge is not None)
    found = []
    if kinds.total() < floor.minimum:
        found.append(f"{kinds.total()} scenarios are edge cases, and {floor.minimum} are asked.")
    missing = [kind.replace("_", " ") for kind in floor.kinds if not kinds[kind]]
    if missing:
        found.append(f"None is of the kind {', '.join(missing)}.")
    return found


def edge_count(operation: Operation) -> int:
    return sum(scenario.edge is not None for scenario in operation.scenarios.values())
