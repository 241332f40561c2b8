"""The health of intents: which are confused, thin, overlapping or unused, and which new topics nobody foresaw.

From examples left out, from what people checked, and from what was read in the last weeks. Holds no customer's words:
messages are named, and opened for whoever may read them.
"""

import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from aboveloop.app.premises import Premises
from aboveloop.app.teaching import store
from aboveloop.app.teaching.corrections import Correction, standing
from aboveloop.app.teaching.fitting import left_out
from aboveloop.app.teaching.store import Reading
from aboveloop.app.weights import installed_embedder
from aboveloop.journey import cases
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.measure.confusions import EXAMPLES_ENOUGH, Confusions, Judged, calibration, share, thin
from aboveloop.measure.topics import Embed, Unplaced, naming_words, split_of, topics_of
from aboveloop.operation.models import Intent, Operation
from aboveloop.operation.names import BUILT_IN_INTENTS
from aboveloop.understand.intents import OUTSIDE
from aboveloop.understand.masking.examples import as_example
from aboveloop.work.privacy.surroundings import of_operation, surroundings

KIND = "health"
DAYS = 28
# As many readings as a person checks over a coffee; the interval of each week's checks adds up.
DRAWN = 20
PAIRS, SAMPLES = 12, 3
SECRET = "teaching-sample"


@dataclass(frozen=True)
class ToCheck:
    """A reading drawn by chance, for a person to say whether it was right."""

    reading: Reading
    text: str


@dataclass(frozen=True)
class Report:
    """A report as it was kept. `body` is JSON: see `examine`."""

    at: datetime
    release: str
    body: dict[str, Any]


def examine(premises: Premises) -> Report:
    """Look at every intent of the operation at work, now, and keep what was found. Takes as long as a fit or two."""
    embed = _by_meaning(premises.current())
    operation, now = premises.current(), premises.house.clock.now()
    with premises.database.read() as reader:
        readings = [each for each in store.readings_since(reader, now - timedelta(days=DAYS)) if not each.asked]
        said = standing(reader, premises.ledger)
        unplaced = _unplaced(reader, operation, readings)
        channels = store.channels_of(reader, {*(each.case_id for each in readings), *(each.case_id for each in said)})
    crossed = Confusions.of(left_out(operation).known)
    body = {
        "days": DAYS,
        "messages": len(readings),
        "abstained": len([each for each in readings if is_abstained(operation, each)]),
        "crossed": _crossed(operation, crossed),
        "checked": _checked(said),
        "channels": _by_channel(operation, readings, said, channels),
        "thin": [[*each] for each in thin(_examples(operation))],
        "never_read": _never_read(operation, readings),
        "splits": _splits(operation, embed),
        "topics": [topic.as_json() for topic in topics_of(unplaced, embed=embed)],
        "by": "meaning" if embed is not None else "words",
    }
    report = Report(now, operation.digest, body)
    _keep(premises, report)
    return report


def latest(reader: Reader) -> Report | None:
    """The newest report, None before the first."""
    row = store.latest_report(reader, KIND)
    return None if row is None else Report(row.at, row.release, row.body)


def is_abstained(operation: Operation, reading: Reading) -> bool:
    """Whether a reading was too unsure to act on, or about nothing foreseen."""
    return reading.intent == OUTSIDE or reading.confidence < operation.about.understanding.minimum_confidence


def drawn(premises: Premises, reader: Reader, *, many: int = DRAWN) -> list[ToCheck]:
    """Readings of the last weeks drawn by chance and not yet checked, masked. The same for everybody, and no others
    whoever looks: who checks only what looks wrong learns nothing of how much is right."""
    now, secret = premises.house.clock.now(), premises.settings.secret(SECRET)
    done = {each.message for each in standing(reader, premises.ledger)}
    found = [each for each in store.readings_since(reader, now - timedelta(days=DAYS)) if not each.asked]
    lots = sorted(found, key=lambda each: hmac.digest(secret, each.message.encode(), "sha256"))
    # Those checked before are drawn too, and not put back: else the easy ones would be passed over.
    chosen = [each for each in lots[: many + len(done)] if each.message not in done][:many]
    return _opened(premises, reader, chosen)


def samples(premises: Premises, reader: Reader, messages: Sequence[str]) -> list[ToCheck]:
    """These messages with their readings, masked; those that are erased are left out."""
    now = premises.house.clock.now()
    found = store.readings_since(reader, now - timedelta(days=2 * DAYS))
    by_message = {each.message: each for each in found}
    return _opened(premises, reader, [by_message[each] for each in messages if each in by_message])


def _opened(premises: Premises, reader: Reader, chosen: Sequence[Reading]) -> list[ToCheck]:
    texts = store.texts_of(reader, [each.message for each in chosen])
    opened = []
    for each in chosen:
        if texts.get(each.message, "").strip():
            case = cases.get(reader, each.case_id)
            operation = premises.operation_of(each.release or case.release)
            masked = as_example(texts[each.message], surroundings(reader, operation, case))
            opened.append(ToCheck(each, masked.text))
    return opened


def _unplaced(reader: Reader, operation: Operation, readings: Sequence[Reading]) -> list[Unplaced]:
    chosen = [each for each in readings if is_abstained(operation, each)]
    texts = store.texts_of(reader, [each.message for each in chosen])
    around = of_operation(operation)
    return [
        Unplaced(each.message, as_example(texts[each.message], around).text, each.customer_id, each.at)
        for each in chosen
        if texts.get(each.message, "").strip()
    ]


def _crossed(operation: Operation, found: Confusions) -> dict[str, Any]:
    scores = [
        {"intent": each.intent, "precision": each.precision.as_json(), "recall": each.recall.as_json()}
        for each in found.scores()
    ]
    overlaps = [
        {**vars(each), "examples": [*each.examples], "suggests": _suggestion(operation, each.one, each.other)}
        for each in found.overlaps(examples=SAMPLES)
    ]
    return {
        "accuracy": found.accuracy.as_json(),
        "scores": scores,
        "counts": {label: dict(guesses) for label, guesses in found.counts.items()},
        "pairs": [[*pair] for pair in found.pairs()[:PAIRS]],
        "overlaps": overlaps,
    }


def _checked(said: Sequence[Correction]) -> dict[str, Any]:
    """What people said: of readings drawn by chance, which tell how much is right, and of those that they came upon."""
    by_chance = [_judged(each) for each in said if each.drawn and not each.also]
    found = Confusions.of(by_chance)
    scores = [{"intent": each.intent, "precision": each.precision.as_json()} for each in found.scores()]
    upon = Counter((each.guessed, each.intent) for each in said if not each.drawn and not each.was_right)
    return {
        "accuracy": found.accuracy.as_json(),
        "scores": scores,
        "calibration": calibration(by_chance).as_json(),
        "two_needs": sum(bool(each.also) for each in said),
        "corrected": [[guess, intent, many] for (guess, intent), many in upon.most_common(PAIRS)],
        "said": len(said),
    }


def _by_channel(
    operation: Operation, readings: Sequence[Reading], said: Sequence[Correction], channels: Mapping[str, str]
) -> list[dict[str, Any]]:
    """How each channel is read, the one with most messages first: how many messages came, how many of them were not
    understood, and of the readings drawn by chance how many people found right. One reader reads them all; but people
    write, speak and fill in otherwise."""
    read, abstained, right, checked = (Counter[str]() for _ in range(4))
    for reading in readings:
        channel = channels.get(reading.message, "")
        read[channel] += 1
        abstained[channel] += is_abstained(operation, reading)
    for each in said:
        if each.drawn and not each.also:
            channel = channels.get(each.message, "")
            checked[channel] += 1
            right[channel] += each.was_right
    names = sorted({*read, *checked} - {""}, key=lambda name: (-read[name], name))
    return [
        {
            "channel": name,
            "messages": read[name],
            "abstained": abstained[name],
            "checked": share(right[name], checked[name]).as_json(),
        }
        for name in names
    ]


def _judged(each: Correction) -> Judged:
    return Judged(each.message, each.intent, each.guessed, each.confidence)


def _suggestion(operation: Operation, one: str, other: str) -> str:
    """`merge` where both lead to the same; else the examples must tell them apart (`sharpen`)."""
    first, second = operation.intents.get(one), operation.intents.get(other)
    if first is None or second is None:
        return "sharpen"
    return "merge" if _target(first) == _target(second) else "sharpen"


def _target(intent: Intent) -> tuple[str | None, str | None, bool]:
    return intent.procedure, intent.answer, intent.hand_over


def _examples(operation: Operation) -> dict[str, int]:
    """How many examples the operation's own intents have."""
    return {
        name: len(set(intent.examples)) for name, intent in operation.intents.items() if name not in BUILT_IN_INTENTS
    }


def _never_read(operation: Operation, readings: Sequence[Reading]) -> list[str]:
    """Intents that nobody wanted. Of few messages that says nothing."""
    if len(readings) < EXAMPLES_ENOUGH * max(1, len(operation.intents)):
        return []
    seen = {each.intent for each in readings}
    return sorted(name for name in operation.intents if name not in BUILT_IN_INTENTS and name not in seen)


def _by_meaning(operation: Operation) -> Embed | None:
    """What tells topics apart by meaning: the weights of this machine, where the operation is served in English alone,
    which is what they know. None: words must do."""
    embedder = installed_embedder()
    if embedder is None or operation.about.languages != ["en"]:
        return None
    return lambda texts: np.asarray(embedder.embed(texts)[0], dtype=np.float64)


def _splits(operation: Operation, embed: Embed | None) -> list[dict[str, Any]]:
    found = []
    for name, intent in operation.intents.items():
        halves = None if name in BUILT_IN_INTENTS else split_of(intent.examples, embed=embed)
        if halves is not None:
            one, other = ([intent.examples[place] for place in half] for half in halves)
            words = [[*naming_words(one, other)], [*naming_words(other, one)]]
            found.append({"intent": name, "words": words, "examples": [one[:SAMPLES], other[:SAMPLES]]})
    return found


def _keep(premises: Premises, report: Report) -> None:
    body = report.body
    told = {
        "messages": body["messages"],
        "abstained": body["abstained"],
        "left_out_right": body["crossed"]["accuracy"]["value"],
        "checked_right": body["checked"]["accuracy"]["value"],
        "topics": [topic["key"] for topic in body["topics"]],
        "thin": [name for name, _ in body["thin"]],
    }
    with premises.database.write() as tx:
        values = {"id": new_id("report"), "kind": KIND, "at": report.at, "release": report.release, "body": body}
        store.add_report(tx, values)
        premises.ledger.append(
            tx,
            case_id=HOUSE,
            kind="IntentHealthReported",
            at=report.at,
            actor=HOUSE,
            body={**told, "at": iso(report.at)},
            release=report.release,
        )
