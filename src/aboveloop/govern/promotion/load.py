"""The load test of a release: what it did under volume in the sandbox, held against the floor that its operation sets.

Kept for each release and version of the software; the largest that passed counts, else the latest.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from aboveloop.govern.promotion import store
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.delivery import LoadFloor
from aboveloop.operation.releases import Release


@dataclass(frozen=True)
class LoadResult:
    """What happened: so many simulated cases at a rate, and what became of their messages.

    `lost`: messages that the house took in and no longer has; `stuck`: messages that nobody handled; `doubled`: writes
    done more than once; `differences` between ledger and systems of record; `failed` turns.
    """

    cases: int
    per_second: float
    messages: int
    seconds: float
    turns_per_second: float
    p50_seconds: float
    p95_seconds: float
    lost: int
    stuck: int
    doubled: int
    differences: int
    failed: int
    version: str
    ran_at: datetime

    @property
    def sentence(self) -> str:
        return (
            f"{self.cases} cases and {self.messages} messages in {self.seconds:.1f} s:"
            f" {self.turns_per_second:.1f} turns a second, 95 of 100 messages handled within {self.p95_seconds:.2f} s;"
            f" {self.lost} lost, {self.stuck} stuck, {self.doubled} doubled."
        )


def problems_of(result: LoadResult, floor: LoadFloor) -> list[str]:
    """What is below the floor, a sentence each; empty where the release passed."""
    found = []
    if result.cases < floor.cases:
        found.append(f"it ran {result.cases} cases, and {floor.cases} are asked")
    if result.turns_per_second < floor.turns_per_second:
        found.append(f"{result.turns_per_second:.1f} turns a second, and {floor.turns_per_second:g} are asked")
    if result.p95_seconds > floor.p95_seconds:
        found.append(
            f"95 of 100 messages took up to {result.p95_seconds:.2f} s, and {floor.p95_seconds:g} s is the most"
        )
    for name in ("lost", "stuck", "doubled", "differences", "failed"):
        number = getattr(result, name)
        if number:
            found.append(f"{number} {name}")
    return found


def record(tx: Transaction, release: Release, result: LoadResult, *, ledger: Ledger, by: str) -> None:
    """Keep the result with the release, and the fact in the ledger."""
    values = asdict(result)
    store.insert_load_test(tx, {"digest": release.digest, **values})
    body = {
        name: f"{each:.6g}" if isinstance(each, float) else each for name, each in values.items() if name != "ran_at"
    }
    ledger.append(
        tx,
        case_id=HOUSE,
        kind="ReleaseLoadTested",
        at=result.ran_at,
        actor=by,
        body={"digest": release.digest, **body},
        release=release.digest,
    )


def known(reader: Reader, digest: str, version: str, floor: LoadFloor | None = None) -> LoadResult | None:
    """The latest that passed the floor under this version of the software; else the latest; None before the first."""
    names = LoadResult.__dataclass_fields__
    found = [
        LoadResult(**{name: each for name, each in row._mapping.items() if name in names})
        for row in store.load_tests(reader, digest, version)
    ]
    passed = (each for each in found if floor is not None and not problems_of(each, floor))
    return next(passed, found[0] if found else None)
