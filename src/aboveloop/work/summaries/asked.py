"""What is asked: each need as it was understood, in the customer's own words, and what they said of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from aboveloop.kit.money import Money
from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Intent
from aboveloop.understand.readings import USABLE
from aboveloop.work.doubt import least_confidence
from aboveloop.work.summaries.material import Material, Sentence, linked, quoted

# More than these nobody takes in; the rest is counted.
MOST_NEEDS = 6
MOST_KNOWN = 8


def asked(material: Material) -> Iterator[Sentence]:
    """Each need once, where it was said last; then what says that a person must look."""
    needs: dict[str, tuple[Entry, float, bool]] = {}
    for entry in material.of("MessageRead"):
        for intent, confidence, is_first in _needs(material, entry):
            if is_first or intent not in needs:
                needs[intent] = (entry, confidence, is_first)
    listed = sorted(needs.items(), key=lambda each: (not each[1][2], each[1][0].number))
    for intent, (entry, confidence, is_first) in listed[:MOST_NEEDS]:
        key = "wants" if is_first else "perhaps"
        yield _heard(material, entry, key, need=material.need(intent), sure=round(confidence * 100))
    if len(listed) > MOST_NEEDS:
        rest = [entry.id for _, (entry, _, _) in listed[MOST_NEEDS:]]
        words = material.phrase("more_needs", count=len(rest))
        yield Sentence("asked", "more_needs", words, linked(rest), material.entries[-1].at, plain=words)
    if not needs:
        yield from _without_need(material)
    yield from _marks(material)


def known(material: Material) -> Iterator[Sentence]:
    """What the customer said that can be used, the latest value of each kind. Nothing of it is plain."""
    values: dict[str, tuple[Any, list[str], Entry]] = {}
    for entry in material.of("MessageRead"):
        for find in _reading(entry).get("entities", ()):
            kind = material.operation.about.entities.get(find["name"])
            if find["confidence"] < USABLE or (kind is not None and kind.kind == "free"):
                continue
            before = values.get(find["name"])
            same = before is not None and before[0] == find["value"]
            ids = [*before[1], entry.id] if before is not None and same else [entry.id]
            values[find["name"]] = (find["value"], ids, entry)
    for name, (value, ids, entry) in list(values.items())[-MOST_KNOWN:]:
        shown = material.phrase("known", name=name.replace("_", " "), value=_shown(value))
        yield Sentence("known", "known", shown, linked(ids), entry.at)


def is_need(material: Material, intent: Intent | None, confidence: float) -> bool:
    """Whether a message says a need of its own, as surely as what it calls for asks."""
    calls = intent is not None and bool(intent.procedure or intent.answer or intent.hand_over)
    listed = intent is not None and any(each.intent == intent.intent for each in material.operation.about.answers)
    return (calls or listed) and confidence >= least_confidence(material.operation, intent)


def _needs(material: Material, entry: Entry) -> Iterator[tuple[str, float, bool]]:
    """The needs in one message: what it was read as, and another that was as likely as is asked for."""
    intents = material.operation.intents
    first = entry.body["intent"]
    if is_need(material, intents.get(first), entry.body["confidence"]):
        yield first, entry.body["confidence"], True
    for other in _reading(entry).get("alternatives", ()):
        if other["intent"] != first and is_need(material, intents.get(other["intent"]), other["confidence"]):
            yield other["intent"], other["confidence"], False


def _without_need(material: Material) -> Iterator[Sentence]:
    messages = material.of("MessageReceived")
    if not messages:
        opened = next(iter(material.of("CaseOpened")), None)
        if opened is not None:
            words = material.phrase("nobody_wrote", channel=opened.body.get("channel", ""))
            yield Sentence("asked", "nobody_wrote", words, (opened.id,), opened.at, plain=words)
        return
    words = material.phrase("not_understood", count=len(messages))
    text, is_cut = quoted(material.texts.get(messages[-1].body["message"]))
    ids = linked([each.id for each in messages])
    yield Sentence("asked", "not_understood", words, ids, messages[-1].at, words, text, is_cut)


def _marks(material: Material) -> Iterator[Sentence]:
    """That a person is asked for, what was flagged, and a language that workers do not serve."""
    seen: set[str] = set()
    for entry in material.of("MessageRead"):
        reading = _reading(entry)
        marks = {f"flag:{flag}": ("flagged", flag.replace("_", " ")) for flag in entry.body.get("flags", ())}
        if reading.get("wants_person"):
            marks["person"] = ("wants_person", "")
        language = entry.body.get("language")
        if language is not None and language not in material.operation.about.languages:
            marks[f"language:{language}"] = ("writes_in", language)
        for mark, (key, value) in marks.items():
            if mark not in seen:
                seen.add(mark)
                yield _heard(material, entry, key, value=value)


def _heard(material: Material, entry: Entry, key: str, **values: object) -> Sentence:
    """A sentence on one message, quoting it."""
    words = material.phrase(key, **values)
    text, is_cut = quoted(material.texts.get(entry.body["message"]))
    received = [each.id for each in material.of("MessageReceived") if each.body["message"] == entry.body["message"]]
    return Sentence("asked", key, words, (*received, entry.id), entry.at, words, text, is_cut)


def _reading(entry: Entry) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (entry.personal or {}).get("reading", {})
    return found


def _shown(value: Any) -> str:
    if isinstance(value, Mapping) and "minor" in value:
        return str(Money(value["minor"], value.get("currency", "EUR")))
    return str(value)
