"""The wordings of the sample company's needs, and what counts as the same decision.

Lines of `tests/larkspur/paraphrases/*.txt` are `need: wording | wording | ...`. While examples were written, only every
other wording of a need was looked at. Those in `kept_apart` were written before anybody looked at what the reader says
to them, and nobody improves the examples by them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aboveloop.operation.models import Operation
from aboveloop.understand.readings import Reading
from aboveloop.work.routing import FOR_PEOPLE, route_of

FOLDER = Path(__file__).parents[1] / "larkspur" / "paraphrases"
# What is nobody's business here may be asked after or greeted, never decided.
NOT_DECIDED = {"unclear", "greeting", "goodbye"}


@dataclass(frozen=True)
class Wording:
    language: str
    need: str
    text: str
    looked_at: bool
    rough: bool


def wordings(folder: Path = FOLDER) -> Iterator[Wording]:
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            need, _, texts = line.partition(": ")
            for place, text in enumerate(texts.split(" | ")):
                looked_at = folder == FOLDER and place % 2 == 0
                yield Wording(path.stem[:2], need, text, looked_at, rough="rough" in path.stem)


ALL = list(wordings())
KEPT_APART = list(wordings(FOLDER / "kept_apart"))


def decision(operation: Operation, reading: Reading) -> str:
    """What is decided, in the words of the set: an intent, a reason for a person, or nothing."""
    route = route_of(operation, reading)
    if route.kind in ("procedure", "answer") or route.intent:
        return route.intent
    if route.kind == "person":
        return next((flag for flag in FOR_PEOPLE if flag in reading.flags), "person")
    return route.kind


def is_consistent(wording: Wording, decided: str) -> bool:
    return decided in NOT_DECIDED if wording.need == "out_of_scope" else decided == wording.need
