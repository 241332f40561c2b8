"""Reads a message: the one door of this room. `FirstReader` needs nothing but the operation's own examples."""

import copy
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from aboveloop.operation.models import Operation, ReadingPromise
from aboveloop.understand.answers import Answer, read_answer
from aboveloop.understand.clauses import blanked, wish_in
from aboveloop.understand.cleaning import folded, folded_lines, readable
from aboveloop.understand.cues import Cues
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.entities import Asked, EntityFinder
from aboveloop.understand.examples import ShortForms, examples_of
from aboveloop.understand.features import words_of
from aboveloop.understand.filled import values_in, with_fields
from aboveloop.understand.flags import flags_of
from aboveloop.understand.intents import OUTSIDE, IntentModel
from aboveloop.understand.language import UNKNOWN, Language, detect
from aboveloop.understand.learned_before import learned
from aboveloop.understand.needs import needs_in, undenied, wish_of
from aboveloop.understand.personal import personal_spans
from aboveloop.understand.promise import Promise
from aboveloop.understand.readings import (
    USABLE,
    Expectation,
    FormFilled,
    Found,
    Guess,
    NeedFound,
    Reading,
    Span,
)
from aboveloop.understand.words.lexicons import lexicons_of
from aboveloop.understand.words.pointing import POINTING

# A rule saw the form itself ("hi", "never mind"): surer than any statistics of it.
_BY_RULE = 0.97
# From here on the model alone may say that a person is wanted or that the matter is to be dropped.
_BY_MODEL = 0.9
_SHORT_WORDS = 7
# In a long story the words around a wish outweigh it; in a shorter message they belong to it.
_STORY_WORDS = 60
# "yes", "it's anna@customers.example", "size 42" to the question for a size: answers, no wishes.
_NO_WISH = 0.2
_MOST_OF_IT = 0.4
# Fitted readers are kept for this many releases at once: the one that runs, the one that is tried, a few drafts.
_KEPT = 8


class Reader(Protocol):
    """Understands a message. Acts on nothing, never raises for any text."""

    def read(self, text: str, *, expecting: Expectation | None = None, now: datetime | None = None) -> Reading: ...


class FirstReader:
    """Rules for what has a form, likeness to the examples for what is wanted. A few milliseconds at most."""

    def __init__(self, operation: Operation, intents: IntentModel) -> None:
        about = operation.about
        self._intents = intents
        self.promise = None if about.reading.error_cap is None else _kept(intents, about.reading)
        self._served = tuple(about.languages)
        self._forms = ShortForms.of(self._served)
        self._needs = frozenset(
            name for name, intent in operation.intents.items() if intent.procedure or intent.answer or intent.hand_over
        )
        self._phrases = tuple(folded(phrase) for phrase in about.understanding.wants_person if phrase.strip())
        self._finder = EntityFinder(about.entities, currency=about.currency, timezone=about.timezone)
        self._codes = frozenset(name for name, entity in about.entities.items() if entity.kind == "pattern")
        self._free = frozenset(name for name, entity in about.entities.items() if entity.kind == "free")
        wordy = ("choice", "free", "yes_no")
        self._named = frozenset(name for name, entity in about.entities.items() if entity.kind not in wordy)
        self._yes_no = frozenset(name for name, entity in about.entities.items() if entity.kind == "yes_no")

    @classmethod
    def fit(cls, operation: Operation, embedder: Embedder | None = None) -> "FirstReader":
        """The reader of this operation, fitted at most once for each digest and embedder.

        Raises EntityFaulty where an entity cannot be looked for.
        """
        with _LOCK:
            key = operation.digest, embedder.digest if embedder is not None else ""
            kept = _READERS.get(key)
            if kept is None:
                kept = cls(operation, learned(*examples_of(operation), embedder))
                _READERS[key] = kept
                while len(_READERS) > _KEPT:
                    _READERS.popitem(last=False)
            _READERS.move_to_end(key)
            return kept

    @property
    def intents(self) -> IntentModel:
        """The model that tells what is wanted."""
        return self._intents

    def knowing(self, intents: IntentModel) -> "FirstReader":
        """The same reader, with the same promise, over another model."""
        other = copy.copy(self)
        other._intents = intents
        return other

    def promise_under(self, cap: float) -> Promise:
        """How sure a reading must be, that at most `cap` of those that are as sure are wrong."""
        return self._intents.promise(cap=cap)

    def through(self, embedder: Embedder) -> "FirstReader":
        """The same reader, reading with vectors of the same embedder that come another way."""
        other = copy.copy(self)
        other._intents = self._intents.through(embedder)
        return other

    def read(self, text: str, *, expecting: Expectation | None = None, now: datetime | None = None) -> Reading:
        """What `text` says. `expecting` is what the customer was asked last; `now` is needed for "tomorrow".

        Never raises for any text. Offsets in the reading point into its own `text`.
        """
        expected = expecting or Expectation()
        if expected.filled is not None:
            return self._read_form(expected.filled, expected, now)
        own, cut = readable(text)
        plain = folded(own)
        personal = personal_spans(own)
        language = self._language(own, expected, personal)
        spoken = self._spoken(language.code, expected.language)
        cues = Cues.of(spoken)
        flags = flags_of(own, folded_lines(own), self._served)
        confirming = expected.confirmation or expected.entity in self._yes_no
        lexicons = lexicons_of(self._served, language.code or expected.language)
        answer = read_answer(own, confirming=confirming, said=expected.said, lexicons=lexicons)
        by_rule = cues.wants_person(plain, self._phrases)
        is_question, forgets_it = cues.asks(plain), cues.forgets_it(plain)
        astray = by_rule is True or forgets_it or is_question
        asked = Asked(expected.entity, self._finder.today(now), answer, astray=astray, languages=spoken)
        entities, conflicts = self._finder.settle(self._finder.find(own, asked, personal), own)
        as_whole = self._forms.intent(plain, cues)
        asked_for, named = self._given(entities, expected)
        places = [(one.start, one.end) for one in named]
        takes_apart = as_whole is None and "injection" not in flags
        guesses, foreign, needs = self._wanted(
            own, cues, places=places, as_whole=as_whole, ours=self._finder.names_ours(entities), takes_apart=takes_apart
        )
        if as_whole is None if answer.alone else _holds_no_wish(own, plain, asked_for, named):
            guesses = _capped(guesses, _NO_WISH)
        # Who gives what was asked for goes on: "it's anna@mail.example" drops nothing.
        answers = expected.entity not in self._free and any(found.name == expected.entity for found in entities)
        return Reading(
            text=own,
            language=language.code,
            language_confidence=language.confidence,
            intent=guesses[0].intent,
            confidence=guesses[0].confidence,
            alternatives=guesses,
            entities=entities,
            yes_no=answer.yes_no,
            leaning=answer.leaning,
            change=answer.change,
            wants_person=_sure(guesses, "wants_person") if by_rule is None else by_rule,
            forget_it=forgets_it or (not answers and _drops(plain, guesses)),
            other_one=not asked_for and (answer.other_one or self._other_one(guesses, expected, answer)),
            follows_up=cues.follows_up(plain),
            is_question=is_question,
            greeting=cues.greets(plain),
            thanks=cues.thanks(plain),
            flags=flags,
            personal=personal,
            cut=cut,
            out_of_scope=foreign,
            promised=as_whole is not None or self._is_promised(guesses[0]),
            needs=needs,
            conflicts=conflicts,
        )

    def value(self, entity: str, written: str, *, now: datetime | None = None, language: str | None = None) -> Any:
        """What a field of a form says, by the rules by which an answer to that question is read: the value, or None
        where there is none or more than one."""
        found = values_in(self._finder, entity, written, now=now, languages=self._spoken(language, None))
        return found[0].value if len({str(one.value) for one in found}) == 1 else None

    def _read_form(self, filled: FormFilled, expected: Expectation, now: datetime | None) -> Reading:
        """A form: its words as any message, its fields as answers, both in one reading."""
        words = replace(expected, filled=None, language=filled.language)
        reading = self.read(filled.text, expecting=words, now=now)
        languages = self._spoken(reading.language, filled.language)
        return with_fields(reading, filled, self._finder, now=now, languages=languages, needs=self._needs)

    def _given(self, entities: tuple[Found, ...], expected: Expectation) -> tuple[list[Found], list[Found]]:
        """What was asked for, and what is of a kind that is no word of a wish, as far as it is clear."""
        given = [one for one in entities if one.confidence >= USABLE]
        asked_for = [one for one in given if one.name == expected.entity]
        return asked_for, [one for one in given if one.name in self._named]

    def _wanted(
        self,
        own: str,
        cues: Cues,
        *,
        places: list[tuple[int, int]],
        as_whole: str | None,
        ours: bool,
        takes_apart: bool,
    ) -> tuple[tuple[Guess, ...], float, tuple[NeedFound, ...]]:
        """What is wanted, how little that is about anything foreseen, and every need where there are several.

        It is told from the hidden text alone: embeddings of a provider see nothing of what is personal.
        """
        seen = self._intents.hidden(own)
        guesses, foreign = self._guesses(cues.core(folded(wish_in(seen, places))), as_whole, ours=ours)
        if not takes_apart:
            return guesses, foreign, ()
        guesses, needs = self._several(seen, guesses, places, ours=ours)
        return guesses, foreign, needs

    def _is_promised(self, best: Guess) -> bool:
        """Whether the operation's cap on wrong readings, if it sets one, lets a worker act on this guess alone."""
        if self.promise is None:
            return True
        return self.promise.threshold is not None and best.confidence >= self.promise.threshold

    def _language(self, own: str, expected: Expectation, personal: tuple[Span, ...]) -> Language:
        """The language of a message. What has no language of its own (an address that was asked for) has none."""
        if expected.entity in self._free:
            return UNKNOWN
        plain = folded(own)
        if self._forms.intent(plain, Cues.of(self._served)) is not None:
            # "thank you so much!" passes for Spanish: a form is in the language in which it is known.
            known = self._forms.language(plain)
            return Language(known, _BY_RULE) if known in self._served and len(self._served) > 1 else UNKNOWN
        # The letters of a postcode belong to no language, nor does an address.
        codes = [*self._finder.codes_in(own), *((span.start, span.end) for span in personal)]
        return detect(blanked(own, codes), self._served, expected.language)

    def _spoken(self, told: str | None, before: str | None) -> tuple[str, ...]:
        """The languages whose forms are looked for: the one told, or else all that are served; English beside them."""
        known = told or before
        spoken = (known,) if known in self._served else self._served
        return tuple(dict.fromkeys([*spoken, "en"] if "en" in self._served else spoken))

    def _guesses(self, core: str, whole: str | None, *, ours: bool) -> tuple[tuple[Guess, ...], float]:
        """The best three, and how little it is about anything foreseen.

        What is nothing but a greeting, thanks or a cry for a person needs no statistics.

        `ours`: it names a record of this company, such as an order number, so it is this company's business.
        """
        verdict = self._intents.verdict(core, without=OUTSIDE if ours else None)
        guesses = verdict.guesses
        if whole is None or guesses[0].intent == whole:
            return guesses, verdict.out_of_scope
        rest = tuple(guess for guess in guesses if guess.intent != whole)[:2]
        scale = (1 - _BY_RULE) / max(1e-9, *(guess.confidence for guess in rest))
        others = (Guess(one.intent, round(one.confidence * min(1.0, scale), 4)) for one in rest)
        return (Guess(whole, _BY_RULE), *others), 0.0

    def _several(
        self, own: str, guesses: tuple[Guess, ...], given: list[tuple[int, int]], *, ours: bool
    ) -> tuple[tuple[Guess, ...], tuple[NeedFound, ...]]:
        """What is wanted once what is denied is left out, and every need where the message has several."""

        def guess(plain: str) -> tuple[Guess, ...]:
            return self._intents.guesses(plain, without=OUTSIDE if ours else None)

        left = undenied(own, guesses[0].intent, guess)
        if left != own:
            return (guess(folded(left)) if left else _capped(guesses, _NO_WISH)), ()
        needs = needs_in(own, guess, lambda intent: intent in self._needs, given)
        if not needs:
            return (own.count(" ") >= _STORY_WORDS and wish_of(own, guess)) or guesses, ()
        first = Guess(needs[0].intent, max(needs[0].confidence, _of(guesses, needs[0].intent)))
        return (first, *(one for one in guesses if one.intent != first.intent))[:3], needs

    def _other_one(self, guesses: tuple[Guess, ...], expected: Expectation, answer: Answer) -> bool:
        """The model may say so only right after a question: in any other place "the other one" belongs to a story."""
        asked = expected.confirmation or expected.entity is not None
        return asked and answer.yes_no != "yes" and _sure(guesses, "other_one")


def _kept(intents: IntentModel, asked: ReadingPromise) -> Promise:
    assert asked.error_cap is not None, "asked only where there is a cap"
    return intents.promise(cap=asked.error_cap, confidence=asked.confidence)


def _without(finds: list[Found], text: str) -> str:
    return blanked(text, [(one.start, one.end) for one in finds])


def _holds_no_wish(own: str, plain: str, asked_for: list[Found], named: list[Found]) -> bool:
    """Whether nothing is said but what was asked for."""
    return _is_only_given(plain, asked_for, folded(_without(named, own)) if named else None)


def _is_only_given(plain: str, asked_for: list[Found], rest: str | None) -> bool:
    """Whether the message gives what it was asked for and wants nothing of its own, whatever its words resemble.

    `rest` is what stands beside numbers, addresses and the like; None where there are none.
    """
    if rest is not None and all(word in POINTING for word in words_of(rest)):
        return True
    return sum(one.end - one.start for one in asked_for) >= _MOST_OF_IT * len(plain) > 0


def _capped(guesses: tuple[Guess, ...], at_most: float) -> tuple[Guess, ...]:
    scale = min(1.0, at_most / guesses[0].confidence) if guesses[0].confidence > 0 else 1.0
    return tuple(Guess(one.intent, round(one.confidence * scale, 4)) for one in guesses)


def _of(guesses: tuple[Guess, ...], intent: str) -> float:
    return next((one.confidence for one in guesses if one.intent == intent), 0.0)


def _drops(plain: str, guesses: tuple[Guess, ...]) -> bool:
    """Only a short message drops the matter: "don't bother ringing, leave it at the door" is about a delivery."""
    return plain.count(" ") < _SHORT_WORDS and _sure(guesses, "forget_it")


def _sure(guesses: tuple[Guess, ...], intent: str) -> bool:
    return guesses[0].intent == intent and guesses[0].confidence >= _BY_MODEL


_READERS: OrderedDict[tuple[str, str], FirstReader] = OrderedDict()
_LOCK = threading.Lock()
