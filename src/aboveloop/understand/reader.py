"""Reads a message: the one door of this room. `FirstReader` needs nothing but the operation's own examples."""

import functools
import threading
from collections import OrderedDict
from datetime import datetime
from typing import Protocol

from aboveloop.operation.models import Operation
from aboveloop.understand import cues
from aboveloop.understand.answers import Answer, read_answer
from aboveloop.understand.built_in import BUILT_IN
from aboveloop.understand.cleaning import folded, folded_lines, readable
from aboveloop.understand.entities import Asked, EntityFinder
from aboveloop.understand.features import words_of
from aboveloop.understand.flags import flags_of
from aboveloop.understand.intents import OUTSIDE, IntentModel
from aboveloop.understand.language import UNKNOWN, detect
from aboveloop.understand.personal import personal_spans
from aboveloop.understand.readings import USABLE, Expectation, Found, Guess, Reading

# A rule saw the form itself ("hi", "never mind"): surer than any statistics of it.
_BY_RULE = 0.97
# From here on the model alone may say that a person is wanted or that the matter is to be dropped.
_BY_MODEL = 0.75
_SHORT_WORDS = 7
# "yes", "it's anna@customers.example", "size 42" to the question for a size: answers, no wishes.
_NO_WISH = 0.2
_MOST_OF_IT = 0.4
_POINTING = frozenset(
    ("it", "it's", "its", "is", "my", "the", "this", "that", "that's", "here", "email", "e-mail", "mail", "address",
     "order", "number", "and", "at", "for", "a", "an", "in", "of", "i", "mean", "meant", "please", "postcode", "phone",
     "size", "hi", "hello", "thanks", "sorry", "oh", "no", "yes", "ok", "you", "are", "to", "with", "on", "code"),
)  # fmt: skip
# Fitted readers are kept for this many releases at once: the one that runs, the one that is tried, a few drafts.
_KEPT = 8


class Reader(Protocol):
    """Understands a message. Acts on nothing, never raises for any text."""

    def read(self, text: str, *, expecting: Expectation | None = None, now: datetime | None = None) -> Reading: ...


class FirstReader:
    """Rules for what has a form, logistic regression over TF-IDF for what is wanted. About a millisecond a message."""

    def __init__(self, operation: Operation, intents: IntentModel) -> None:
        about = operation.about
        self._intents = intents
        self._served = tuple(about.languages)
        self._phrases = tuple(folded(phrase) for phrase in about.understanding.wants_person if phrase.strip())
        self._finder = EntityFinder(about.entities, currency=about.currency, timezone=about.timezone)
        self._codes = frozenset(name for name, entity in about.entities.items() if entity.kind == "pattern")
        self._free = frozenset(name for name, entity in about.entities.items() if entity.kind == "free")
        wordy = ("choice", "free", "yes_no")
        self._named = frozenset(name for name, entity in about.entities.items() if entity.kind not in wordy)
        self._yes_no = frozenset(name for name, entity in about.entities.items() if entity.kind == "yes_no")

    @classmethod
    def fit(cls, operation: Operation) -> "FirstReader":
        """The reader of this operation, fitted at most once for each digest.

        Raises EntityFaulty where an entity cannot be looked for.
        """
        with _LOCK:
            kept = _READERS.get(operation.digest)
            if kept is None:
                kept = cls(operation, IntentModel.fit(*examples_of(operation)))
                _READERS[operation.digest] = kept
                while len(_READERS) > _KEPT:
                    _READERS.popitem(last=False)
            _READERS.move_to_end(operation.digest)
            return kept

    def read(self, text: str, *, expecting: Expectation | None = None, now: datetime | None = None) -> Reading:
        """What `text` says. `expecting` is what the customer was asked last; `now` is needed for "tomorrow".

        Never raises for any text. Offsets in the reading point into its own `text`.
        """
        expected = expecting or Expectation()
        own, cut = readable(text)
        plain = folded(own)
        confirming = expected.confirmation or expected.entity in self._yes_no
        answer = read_answer(own, confirming=confirming, said=expected.said)
        personal = personal_spans(own)
        by_rule = cues.wants_person(plain, self._phrases)
        asked = Asked(
            entity=expected.entity,
            today=self._finder.today(now),
            answer=answer,
            astray=by_rule is True or cues.forgets_it(plain) or cues.asks(plain),
        )
        entities = self._finder.find(own, asked, personal)
        guesses = self._guesses(plain, ours=self._finder.names_ours(entities))
        given = [one for one in entities if one.confidence >= USABLE]
        asked_for = [one for one in given if one.name == expected.entity]
        named = [one for one in given if one.name in self._named]
        if _is_only_an_answer(plain, answer, asked_for, folded(_without(named, own)) if named else None):
            guesses = _capped(guesses, _NO_WISH)
        wants_person = _sure(guesses, "wants_person") if by_rule is None else by_rule
        # Only a short message drops the matter: "don't bother ringing, leave it at the door" is about a delivery.
        short = plain.count(" ") < _SHORT_WORDS
        # Who gives what was asked for goes on: "it's anna@mail.example" drops nothing.
        answers = expected.entity not in self._free and any(found.name == expected.entity for found in entities)
        forget_it = cues.forgets_it(plain) or (short and not answers and _sure(guesses, "forget_it"))
        # A name or an address that was asked for is written in no language; "thank you so much!" passes for Spanish.
        formless = expected.entity not in self._free and _whole(plain) is None
        # Nor do the letters of a postcode belong to one.
        wordy = _without([one for one in entities if one.name in self._codes], own)
        language = detect(wordy, self._served) if formless else UNKNOWN
        return Reading(
            text=own,
            language=language.code,
            language_confidence=language.confidence,
            intent=guesses[0].intent,
            confidence=guesses[0].confidence,
            alternatives=guesses,
            entities=entities,
            yes_no=answer.yes_no,
            change=answer.change,
            wants_person=wants_person,
            forget_it=forget_it,
            other_one=not asked_for and (answer.other_one or self._other_one(guesses, expected, answer)),
            is_question=cues.asks(plain),
            greeting=cues.greets(plain),
            thanks=cues.thanks(plain),
            flags=flags_of(own, folded_lines(own)),
            personal=personal,
            cut=cut,
        )

    def _guesses(self, plain: str, *, ours: bool) -> tuple[Guess, ...]:
        """The best three. What is nothing but a greeting, thanks or a cry for a person needs no statistics.

        `ours`: it names a record of this company, such as an order number, so it is this company's business.
        """
        guesses = self._intents.guesses(cues.core(plain), without=OUTSIDE if ours else None)
        whole = _whole(plain)
        if whole is None or guesses[0].intent == whole:
            return guesses
        rest = tuple(guess for guess in guesses if guess.intent != whole)[:2]
        scale = (1 - _BY_RULE) / max(1e-9, *(guess.confidence for guess in rest))
        return (
            Guess(whole, _BY_RULE),
            *(Guess(one.intent, round(one.confidence * min(1.0, scale), 4)) for one in rest),
        )

    def _other_one(self, guesses: tuple[Guess, ...], expected: Expectation, answer: Answer) -> bool:
        """The model may say so only right after a question: in any other place "the other one" belongs to a story."""
        asked = expected.confirmation or expected.entity is not None
        return asked and answer.yes_no != "yes" and _sure(guesses, "other_one")


def examples_of(operation: Operation) -> tuple[list[str], list[str]]:
    """Texts and their intents: the operation's examples and the built-in ones; an operation's own win."""
    texts, labels = [], []
    own = {folded(example) for intent in operation.intents.values() for example in intent.examples}
    for name, intent in operation.intents.items():
        texts += intent.examples
        labels += [name] * len(intent.examples)
    for name, examples in BUILT_IN.items():
        kept = [example for example in examples if folded(example) not in own]
        if name == "wants_person":
            kept += operation.about.understanding.wants_person
        texts += kept
        labels += [name] * len(kept)
    return texts, labels


def _without(finds: list[Found], text: str) -> str:
    """What stands beside the finds, with blanks in their places: never longer or shorter."""
    for one in finds:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _is_only_an_answer(plain: str, answer: Answer, asked_for: list[Found], rest: str | None) -> bool:
    """Whether the message gives what it was asked for and wants nothing of its own, whatever its words resemble.

    `rest` is what stands beside numbers, addresses and the like; None where there are none.
    """
    if answer.alone:
        return _whole(plain) is None
    if rest is not None and all(word in _POINTING for word in words_of(rest)):
        return True
    return sum(one.end - one.start for one in asked_for) >= _MOST_OF_IT * len(plain) > 0


def _capped(guesses: tuple[Guess, ...], at_most: float) -> tuple[Guess, ...]:
    scale = min(1.0, at_most / guesses[0].confidence) if guesses[0].confidence > 0 else 1.0
    return tuple(Guess(one.intent, round(one.confidence * scale, 4)) for one in guesses)


def _sure(guesses: tuple[Guess, ...], intent: str) -> bool:
    return guesses[0].intent == intent and guesses[0].confidence >= _BY_MODEL


@functools.cache
def _short_forms() -> dict[str, str]:
    """Whole messages that are one of the built-in examples, word for word."""
    return {
        folded(example).strip(" .!?"): name
        for name, examples in BUILT_IN.items()
        if name != OUTSIDE
        for example in examples
    }


def _whole(plain: str) -> str | None:
    """The built-in intent that the message is as a whole, if it is one."""
    if cues.is_only_greeting(plain):
        return "greeting"
    if cues.is_only_thanks(plain):
        return "thanks"
    if cues.forgets_it(plain):
        return "forget_it"
    return _short_forms().get(plain.strip(" .!?"))


_READERS: OrderedDict[str, FirstReader] = OrderedDict()
_LOCK = threading.Lock()
