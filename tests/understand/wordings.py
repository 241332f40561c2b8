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
from aboveloop.work.consistency import NOT_DECIDED, decided, is_right

FOLDER = Path(__file__).parents[1] / "larkspur" / "paraphrases"
__all__ = ["ALL", "KEPT_APART", "NOT_DECIDED", "Wording", "decision", "is_consistent", "wordings"]


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
    return decided(operation, reading).decision


def is_consistent(wording: Wording, decision: str) -> bool:
    return is_right(wording.need, decision)
