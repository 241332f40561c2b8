"""Whether one need in many wordings gets one decision: an operation folder, held to a file of wordings. No house."""

from dataclasses import dataclass
from pathlib import Path

from aboveloop.app.inspection import sound
from aboveloop.app.labelled import read_columns
from aboveloop.app.weights import installed_embedder
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.models import Operation
from aboveloop.understand.intents import OUTSIDE
from aboveloop.understand.prepared import called
from aboveloop.understand.reader import FirstReader
from aboveloop.work.consistency import BESIDE_INTENTS, Consistency, Wording, consistency, decided, possible

NEED, EXPECTED, LANGUAGE = "need", "expected", "language"


@dataclass(frozen=True)
class Found:
    """`repeated` rows said the same of the same need again and were left out; `weights` read beside words, if any."""

    consistency: Consistency
    wordings: int
    repeated: int
    weights: str


def consistency_of_file(folder: Path, wordings: Path, *, by_words: bool) -> Found:
    """Raises FolderFaulty, WrongUsage."""
    operation = sound(folder)
    rows = wordings_of(wordings, operation)
    fresh = list({(each.need, each.text): each for each in reversed(rows)}.values())[::-1]
    needs = [each.need for each in fresh]
    if len(set(needs)) == len(needs):
        raise WrongUsage(f"{wordings}: no need has two different wordings, so there is nothing to compare.")
    embedder = None if by_words else installed_embedder()
    reader = FirstReader.fit(operation, embedder)
    found = consistency(fresh, lambda text: decided(operation, reader.read(text)))
    return Found(found, len(fresh), len(rows) - len(fresh), reader.intents.weights_name)


def wordings_of(path: Path, operation: Operation) -> list[Wording]:
    """The rows of a file of wordings. Raises WrongUsage with the row that is wrong."""
    rows = read_columns(path, needed=(NEED,), further=(EXPECTED, LANGUAGE))
    known = possible(operation)
    found = []
    for number, (text, cells) in enumerate(rows, 1):
        need, expected, language = (cells[name].strip() for name in (NEED, EXPECTED, LANGUAGE))
        if not need or not text.strip():
            missing = NEED if not need else "text"
            raise WrongUsage(f"{path}: row {number} has no {missing}. Fill it in, or leave the row out.")
        expected = called(expected) if expected else ""
        if expected and expected not in known:
            raise WrongUsage(
                f"{path}: row {number} expects {expected!r}, which is nothing that is decided here. "
                f"Name an intent that begins or answers something, {', '.join(sorted(BESIDE_INTENTS))} or {OUTSIDE}."
            )
        found.append(Wording(need, text, language, expected, number))
    if not found:
        raise WrongUsage(f"{path} has no wordings: a row holds a need and a text.")
    return found
