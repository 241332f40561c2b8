"""Learning: a reader that has learned from corrections is weighed against the one at work, and proposed or refused.

Nothing at work changes by it. What may ship becomes a file of the operation folder, or a release that passes the gates
of every release.
"""

import io
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from aboveloop.app import folders
from aboveloop.app.premises import Premises
from aboveloop.app.releasing import promote
from aboveloop.app.releasing.gate_run import gate_of
from aboveloop.app.teaching import freezing, store
from aboveloop.app.teaching.freezing import Opened
from aboveloop.app.teaching.rows import Teaching, teaching
from aboveloop.app.weights import installed_embedder
from aboveloop.govern.people import Person, may
from aboveloop.govern.promotion.gate import GateResult
from aboveloop.kit.errors import Conflict
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.measure.comparing import Comparison, Paired, Ruling, compare, rule
from aboveloop.measure.confusions import Judged, calibration
from aboveloop.operation.learning import LearnedExample
from aboveloop.operation.loading import LEARNED_FILE, load_files
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release
from aboveloop.understand.intents import OUTSIDE
from aboveloop.understand.reader import FirstReader

KIND = "learning"
# On these grounds customers' words are learned from; what people wrote themselves is not touched.
OF_CUSTOMERS = ("consented", "masked")


class NotToShip(Conflict):
    """What was learned is worse than what is at work, or nobody can tell."""


@dataclass(frozen=True)
class Side:
    """One reader on the frozen set: `alone` is the share of the messages that it could act on alone with no more wrong
    than the cap, `calibration_error` how far its confidence is from being right. `promised` is the share that it
    promises to act on under that cap, from its own examples; 0 where these are too few to promise anything."""

    right: float
    alone: float
    promised: float
    calibration_error: float | None


@dataclass(frozen=True)
class Lesson:
    """What was learned and how it weighs. `files` is the operation's folder with it."""

    teaching: Teaching
    frozen: str
    gone: int
    before: Side
    after: Side
    comparison: Comparison
    ruling: Ruling
    files: Mapping[str, str]
    new: int
    forgotten: int

    def as_json(self) -> dict[str, Any]:
        return {
            "learned_from": self.teaching.as_json(),
            "new_examples": self.new,
            "forgotten_examples": self.forgotten,
            "frozen_set": self.frozen,
            "frozen_rows_gone": self.gone,
            "before": vars(self.before),
            "after": vars(self.after),
            "comparison": self.comparison.as_json(),
            "ships": self.ruling.ships,
            "reason": self.ruling.reason,
        }


def learn(premises: Premises) -> Lesson:
    """Fit a reader on the examples and all that may be learned, and weigh it on the newest frozen set. Changes nothing.

    Raises NothingFrozen.
    """
    operation = premises.current()
    with premises.database.read() as reader:
        frozen = freezing.newest(reader)
        messages = freezing.opened(premises, reader, frozen)
        found = teaching(premises, reader, operation, frozen=freezing.kept_apart(premises, reader))
    files = with_learned(operation, found.examples)
    candidate = load_files(files, operation.folder).operation
    assert candidate is not None, "rows that passed the gate load"
    cap = operation.about.reading.error_cap or operation.about.learning.error_cap
    old, new = judge(operation, messages), judge(candidate, messages)
    before = side(old, cap, promised=reader_of(operation).promise_under(cap).share)
    after = side(new, cap, promised=reader_of(candidate).promise_under(cap).share)
    comparison = compare([Paired(one.label, one.guess, other.guess) for one, other in zip(old, new, strict=True)])
    ruling = rule(comparison, promise_before=before.promised, promise_after=after.promised)
    learned = {each.source for each in operation.learned if each.basis in OF_CUSTOMERS}
    sources = {each.source for each in found.examples}
    if sources == learned:
        ruling = Ruling(False, "There is nothing new to learn: what is at work has learned all of it.")
    return Lesson(
        teaching=found,
        frozen=frozen.digest,
        gone=messages.gone,
        before=before,
        after=after,
        comparison=comparison,
        ruling=ruling,
        files=files,
        new=len(sources - learned),
        forgotten=len(learned - sources),
    )


def keep(premises: Premises, lesson: Lesson, *, by: str) -> None:
    """Write the lesson down, for people and in the ledger."""
    now, digest, body = premises.house.clock.now(), premises.current().digest, lesson.as_json()
    with premises.database.write() as tx:
        store.add_report(tx, {"id": new_id("report"), "kind": KIND, "at": now, "release": digest, "body": body})
        premises.ledger.append(tx, case_id=HOUSE, kind="LearningReported", at=now, actor=by, body=body, release=digest)


def into(folder: Path, lesson: Lesson) -> Path:
    """Write what was learned into an operation folder. Raises NotToShip."""
    _must_ship(lesson)
    path = folder / LEARNED_FILE
    text = lesson.files.get(LEARNED_FILE)
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(text, encoding="utf-8")
    return path


def release(premises: Premises, lesson: Lesson, *, by: Person) -> tuple[Release, GateResult]:
    """A release with what was learned, beside the one at work, and what came of its gate. Raises MayNot, NotToShip,
    FolderFaulty."""
    may(by, "propose").demand()
    _must_ship(lesson)
    with tempfile.TemporaryDirectory() as made:
        for name, text in lesson.files.items():
            path = Path(made) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        note = f"Learned from {lesson.new} corrections; {lesson.ruling.reason}"
        found = folders.create_release(premises, Path(made), by=by.actor, note=note)
    promote.open_review(premises, found, by=by.actor)
    return found, gate_of(premises, found, by=by.actor)


def with_learned(operation: Operation, learned: Sequence[LearnedExample]) -> dict[str, str]:
    """The texts of the folder with exactly these learned examples; those given by hand (`written` ...) stay."""
    by_hand = [each for each in operation.learned if each.basis not in OF_CUSTOMERS]
    rows = [each.model_dump(mode="json", exclude_defaults=True) for each in (*by_hand, *learned)]
    files = {name: text for name, text in operation.files.items() if name != LEARNED_FILE}
    if rows:
        yaml = YAML()
        yaml.width = 200
        written = io.StringIO()
        yaml.dump(sorted(rows, key=lambda row: (row["intent"], row["source"])), written)
        files[LEARNED_FILE] = written.getvalue()
    return files


def reader_of(operation: Operation) -> FirstReader:
    """The reader of an operation, fitted once."""
    return FirstReader.fit(operation, installed_embedder())


def judge(operation: Operation, messages: Opened) -> list[Judged]:
    """What the reader of an operation says to messages with known answers."""
    reader = reader_of(operation)
    found = []
    for text, label in zip(messages.texts, messages.labels, strict=True):
        read = reader.read(text)
        found.append(Judged(text, label, read.intent, read.confidence))
    return found


def side(judged: Sequence[Judged], cap: float, *, promised: float = 0.0) -> Side:
    """One reader's side of the comparison."""
    if not judged:
        return Side(0.0, 0.0, promised, None)
    right = sum(each.is_right for each in judged) / len(judged)
    return Side(right, alone(judged, cap), promised, calibration(judged).error)


def alone(judged: Sequence[Judged], cap: float) -> float:
    """The largest share of the messages, the surest first, of which no more than `cap` is wrong; what is read as none
    of ours is never acted on."""
    ranked = sorted((each for each in judged if each.guess != OUTSIDE), key=lambda each: -each.confidence)
    wrong, most = 0, 0
    for taken, each in enumerate(ranked, 1):
        wrong += not each.is_right
        last = taken == len(ranked) or ranked[taken].confidence < each.confidence
        if last and wrong <= cap * taken:
            most = taken
    return most / len(judged) if judged else 0.0


def gained_and_lost(lesson: Lesson) -> tuple[list[str], list[str]]:
    """The intents that are read better, and worse, than by the reader at work."""
    moved: Counter[str] = Counter({each.intent: each.gained - each.lost for each in lesson.comparison.moved})
    return [name for name, net in moved.items() if net > 0], [name for name, net in moved.items() if net < 0]


def _must_ship(lesson: Lesson) -> None:
    if not lesson.ruling.ships:
        raise NotToShip(f"Nothing was changed. {lesson.ruling.reason}")
