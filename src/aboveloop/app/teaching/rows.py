"""What may be learned from: corrections whose case has an outcome, of customers whose words may be used, with nothing
personal in them. What is left out is counted with its reason.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.app.premises import Premises
from aboveloop.app.teaching import store
from aboveloop.app.teaching.corrections import Correction, choices_of, standing
from aboveloop.app.teaching.store import Reading
from aboveloop.journey import cases
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.operation.learning import LearnedExample
from aboveloop.operation.models import Operation
from aboveloop.operation.names import BUILT_IN_INTENTS
from aboveloop.understand.cleaning import folded
from aboveloop.understand.masking.examples import as_example
from aboveloop.understand.masking.finder import Surroundings
from aboveloop.understand.provenance import MOST_UNCERTAINTY, look_through
from aboveloop.work.privacy import consents
from aboveloop.work.privacy.surroundings import of_operation, surroundings

# Older weak labels are of another time; and no intent learns more from them than it has examples of its own, or what it
# gets wrong would teach it to get it wrong.
WEAK_DAYS = 28


@dataclass(frozen=True)
class Teaching:
    """`examples` may be learned from; `left_out` counts the others by the reason why not."""

    examples: tuple[LearnedExample, ...]
    left_out: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        return {"examples": len(self.examples), "left_out": dict(self.left_out)}


@dataclass(frozen=True)
class Basis:
    """Why a customer's words may be learned from, and the consent that it rests on."""

    name: str
    consent: str | None = None


def teaching(premises: Premises, reader: Reader, operation: Operation, *, frozen: Collection[str] = ()) -> Teaching:
    """Everything that could be learned now. `frozen` are folded texts that are kept apart and never learned from."""
    said = standing(reader, premises.ledger)
    ended = store.cases_named(reader, {each.case_id for each in said})
    known = {name for name, _ in choices_of(operation)}
    around = of_operation(operation)
    kept: dict[str, LearnedExample] = {}
    left: Counter[str] = Counter()
    for each in said:
        reason = _reason(each, ended.get(each.case_id), known)
        basis = None if reason else basis_of(reader, operation, each.customer_id)
        if not reason and basis is None:
            reason = "its customer has not agreed that models learn from it"
        if reason or basis is None or each.text is None:
            left[reason] += 1
            continue
        example = _example(each.text, each.intent, each.entry, each.at, basis)
        _take(example, kept, left, frozen=frozen, around=around)
    if operation.about.learning.weak_labels:
        for example in _weak(premises, reader, operation, {each.message for each in said}):
            _take(example, kept, left, frozen=frozen, around=around)
    return Teaching(tuple(kept.values()), dict(left))


def basis_of(reader: Reader, operation: Operation, customer_id: str) -> Basis | None:
    """Why this customer's words may be learned from; None where they may not."""
    agreed = consents.standing(reader, customer_id)["model_training"]
    if agreed.given and agreed.at is not None:
        return Basis("consented", f"model_training, {iso(agreed.at)}")
    # Who took a consent back has said no, whatever the operation finds sufficient.
    refused = agreed.at is not None
    return Basis("masked") if operation.about.learning.customers_words == "masked" and not refused else None


def _reason(each: Correction, case: Row[Any] | None, known: Collection[str]) -> str:
    """Why a correction teaches nothing; "" where it does."""
    if each.text is None or not each.text:
        return "its customer was erased"
    if case is None or case.outcome is None:
        return "its case has no outcome yet"
    if each.also:
        return "it holds two needs"
    if each.intent not in known:
        return "its intent is no more"
    return ""


def _take(
    example: LearnedExample,
    kept: dict[str, LearnedExample],
    left: Counter[str],
    *,
    frozen: Collection[str],
    around: Surroundings,
) -> None:
    name = folded(example.text)
    if name in frozen:
        left["it is in a frozen set"] += 1
    elif not look_through([_row(example)], around).passed:
        left["the personal-data gate did not let it through"] += 1
    elif name in kept and not kept[name].weak:
        left["it was said before"] += 1
    else:
        kept[name] = example


def _row(example: LearnedExample) -> dict[str, Any]:
    provenance = {
        "source": example.source,
        "basis": example.basis,
        "recorded_at": example.recorded_at.isoformat(),
        "consent": example.consent,
    }
    return {"text": example.text, "label": example.intent, "provenance": provenance}


def _example(text: str, intent: str, source: str, at: datetime, basis: Basis, *, weak: bool = False) -> LearnedExample:
    return LearnedExample.model_validate(
        {
            "text": text,
            "intent": intent,
            "source": source,
            "basis": basis.name,
            "consent": basis.consent,
            "recorded_at": at,
            "weak": weak,
        }
    )


def _weak(premises: Premises, reader: Reader, operation: Operation, said: Collection[str]) -> list[LearnedExample]:
    """What was read alone and ended well: resolved, never with a person, and read as what the case became."""
    now, least = premises.house.clock.now(), operation.about.understanding.minimum_confidence
    read = [
        each
        for each in store.readings_since(reader, now - timedelta(days=WEAK_DAYS))
        if not each.asked and each.confidence >= least and each.message not in said
    ]
    ended = store.cases_named(reader, {each.case_id for each in read})
    good = [each for each in read if _ended_well(each, ended.get(each.case_id))]
    texts = store.texts_of(reader, [each.message for each in good])
    room = Counter({name: len(intent.examples) for name, intent in operation.intents.items()})
    found = []
    for each in good:
        basis = basis_of(reader, operation, each.customer_id)
        if basis is None or not texts.get(each.message) or room[each.intent] <= 0 or each.intent in BUILT_IN_INTENTS:
            continue
        case = cases.get(reader, each.case_id)
        masked = as_example(texts[each.message], surroundings(reader, operation, case))
        if masked.text and masked.uncertainty <= MOST_UNCERTAINTY:
            room[each.intent] -= 1
            found.append(_example(masked.text, each.intent, each.entry, each.at, basis, weak=True))
    return found


def _ended_well(reading: Reading, case: Row[Any] | None) -> bool:
    return (
        case is not None
        and case.outcome == "resolved"
        and case.handed_over_at is None
        and case.intent == reading.intent
    )
