"""Claims: what was said of the things that an action chooses, held against the records.

A customer who asks for "the cheapest one" cannot look into the catalogue and says yes to what the worker calls so. The
gate can look. The same holds for "the same size", and for "the one with a single passenger".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aboveloop.work.transcript import NAME_KEYS, Exchange, Transcript
from aboveloop.work.wording import NUMBER_WORDS, plain, says

SENTENCES = re.compile(r"\n+|(?<=[.!?;])\s+")
MOST = re.compile(
    r"\b(?:most (?:expensive|costly|pricey)|priciest|dearest|highest[- ](?:priced?|cost|costing|priced ones?))\b",
    re.IGNORECASE,
)
LEAST = re.compile(
    r"\b(?:cheapest|least expensive|most (?:affordable|economical)|lowest[- ](?:priced?|cost|costing|fare|rate))\b",
    re.IGNORECASE,
)
WITHIN = re.compile(
    rf"\b(?:within|in|less than|under)(?: the)?(?: last| past)? (\d+|{'|'.join(NUMBER_WORDS)})[- ](hour|day)s?\b", re.I
)
MADE = re.compile(r"(?:^|\b|_)(?:created|booked|made|placed|ordered|purchased|bought)(?:\b|_|$)", re.IGNORECASE)
UNCERTAIN = re.compile(r"\b(?:if|unless|only|must|can|could|may|when|whether|or)\b|\?", re.IGNORECASE)
CLAUSE = re.compile(r"[,;:(]| and ")
DENIED = re.compile(r"\b(?:not|isn't|don't|doesn't|never|no|rather than|instead of)\b", re.IGNORECASE)
SAME = re.compile(r"\bsame ((?:[\w-]+(?:, | and | or |/)?){1,3})", re.IGNORECASE)
# Keys under which records keep what a thing costs.
COST = re.compile(r"(?:^|_)(?:price|cost|fee|fare|rate|charge)(?:_|$)")
HAS = r"(?:have|has|having|with|contains?|containing|includes?|including)"
ONLY = r"(?:only|just|exactly|a|no more than)"
COUNTS = {word: number for number, word in enumerate(NUMBER_WORDS)} | {"single": 1}
# A record with fewer words than this in its name is known by each of them.
SHORTEST_NAME = 4
# "The cheapest black leather chair": so far may the noun be.
WORDS_TO_THE_NOUN = 4


@dataclass(frozen=True)
class Chosen:
    """A thing that the action chooses, by its id, and the one whose place it takes ("" where there is none)."""

    new: str
    old: str = ""


def contradictions(
    transcript: Transcript, window: Sequence[Exchange], chosen: Sequence[Chosen], record: Mapping[str, Any]
) -> Iterator[str]:
    """What was claimed or asked for of these things, or of the `record` that is changed, and is not so, in words."""
    told = _Told(transcript, window)
    for each in chosen:
        yield from told.extremes(each)
        yield from told.sameness(each)
    yield from told.counts(record)
    yield from told.ages(record)


def other_choices(
    transcript: Transcript,
    args: Mapping[str, Any],
    choices: Mapping[str, Mapping[str, Sequence[str]]],
    record: Mapping[str, Any],
) -> Iterator[str]:
    """Where the customer, speaking of what is in this `record`, spoke for another value of an argument (`choices`: name
    -> value -> phrases for it) than `args` hold, and never for this one."""
    own = names_within(record)
    sentences = [plain(sentence) for each in transcript.exchanges() for sentence in SENTENCES.split(each.reply)]
    about = [text for text in sentences if any(names(text, name) for name in own)]
    for name, known in choices.items():
        chosen = args.get(name)
        spoken_for = [
            value
            for value, phrases in known.items()
            if any(says(text, each) for text in about for each in (value, *phrases))
        ]
        if chosen in known and chosen != record.get(name) and spoken_for and chosen not in spoken_for:
            others = spoken_for
            yield f"the customer spoke of {', '.join(others)}, never of {chosen}"


def _within(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The records in the lists of a record, such as the items of an order."""
    for value in record.values():
        if isinstance(value, list):
            yield from (each for each in value if isinstance(each, Mapping))


class _Told:
    def __init__(self, transcript: Transcript, window: Sequence[Exchange]) -> None:
        self.transcript = transcript
        self.exchanges = list(transcript.exchanges())[::-1]
        self.asked = [sentence for each in self.exchanges for sentence in SENTENCES.split(each.reply)]
        self.shown = [sentence for each in window for sentence in SENTENCES.split(each.shown)]
        self.names = transcript.names()

    # --- the cheapest, the most expensive ----------------------------------------------------

    def extremes(self, chosen: Chosen) -> Iterator[str]:
        for thing, beside in self.transcript.things(chosen.new):
            key = _cost_key(thing)
            name = self._name(chosen, thing)
            if key is None or len(beside) < 2:
                continue
            most = self._was_said(MOST, name)
            least = self._was_said(LEAST, name)
            if most == least:
                continue
            better = [
                other
                for other in beside
                if _costs(other, key)
                and (other[key] > thing[key] if most else other[key] < thing[key])
                and other.get("available", True) is True
                and not self._is_excused(chosen.new, thing, other)
            ]
            if better:
                what = "most expensive" if most else "cheapest"
                yield f"{chosen.new} is not the {what}: others are {'dearer' if most else 'cheaper'}"
                return

    def _was_said(self, words: re.Pattern[str], name: str) -> bool:
        for sentence in (*self.asked, *self.shown):
            found = words.search(sentence)
            if found and not DENIED.search(sentence):
                # "the cheapest chart, and another atlas": what comes next is what it is said of.
                next_words = " ".join(CLAUSE.split(sentence[found.end() :])[0].split()[:WORDS_TO_THE_NOUN])
                is_named = any(names(plain(next_words), other) for other in self.names)
                if self._is_about(next_words if is_named else sentence, name):
                    return True
        return False

    def _is_excused(self, new: str, thing: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """True when the customer, before being told of this thing, asked for something that `other` has not."""
        before = self._asked_before(new)
        mine, others = attributes(thing), attributes(other)
        return any(
            others.get(key) != value and (says(before, key) or (len(str(value)) > 1 and says(before, str(value))))
            for key, value in mine.items()
        )

    def _asked_before(self, name: str) -> str:
        asked = ""
        for exchange in self.exchanges:
            if says(exchange.plain_shown, name):
                return asked
            asked += plain(exchange.reply)
        return asked

    # --- the same as before ---------------------------------------------------------------------

    def sameness(self, chosen: Chosen) -> Iterator[str]:
        for old, _ in self.transcript.things(chosen.old):
            before = attributes(old)
            for new, _ in self.transcript.things(chosen.new):
                after = attributes(new)
                name = self._name(chosen, new)
                for key in before.keys() & after.keys():
                    if before[key] != after[key] and self._asked_for_same(key, name):
                        yield f"{chosen.new} has not the same {key}: {after[key]} instead of {before[key]}"
                        return

    def _asked_for_same(self, key: str, name: str) -> bool:
        return any(
            says(plain(found[1]), key) and self._is_about(sentence, name)
            for sentence in self.asked
            for found in SAME.finditer(sentence)
        )

    # --- how many -------------------------------------------------------------------------------

    def counts(self, record: Mapping[str, Any]) -> Iterator[str]:
        """Where the customer spoke of the record that has so many of something and this one has not."""
        for key, value in record.items():
            if not isinstance(value, list) or not key.endswith("s"):
                continue
            noun = re.escape(key.removesuffix("s").replace("_", " "))
            wanted = re.compile(
                rf"\b(?:{ONLY} )?{HAS} (?:{ONLY} )?(\d|{'|'.join(COUNTS)}) {noun}s?\b"
                rf"|\b{ONLY} (\d|{'|'.join(COUNTS)}) {noun}s? (?:on|in) (?:it|them|the)\b",
                re.IGNORECASE,
            )
            for sentence in self.asked:
                found = wanted.search(sentence)
                number = _number((found[1] or found[2]).lower()) if found else len(value)
                if number != len(value):
                    yield f"the customer spoke of {number} {noun}, and there are {len(value)}"
                    return

    # --- how long ago ---------------------------------------------------------------------------

    def ages(self, record: Mapping[str, Any]) -> Iterator[str]:
        """Where the worker said that it was booked within so many hours or days, and the record says it is longer."""
        now = self.transcript.operation.about.time
        stamps = [at for key, value in record.items() if MADE.search(str(key)) and (at := _moment(value, now))]
        if now is None or not stamps:
            return
        for sentence in self.shown:
            found = WITHIN.search(sentence)
            if (
                found
                and MADE.search(sentence)
                and not DENIED.search(sentence)
                and not UNCERTAIN.search(sentence[: found.end()])
            ):
                told = timedelta(hours=_number(found[1].lower()) * (24 if found[2].lower() == "day" else 1))
                if now - max(stamps) > told:
                    yield f"it was said to be no older than {found[1]} {found[2]}s, and is from {max(stamps)}"
                    return

    # --- which thing a sentence is about -----------------------------------------------------------

    def _name(self, chosen: Chosen, thing: Mapping[str, Any]) -> str:
        for record in (thing, *(old for old, _ in self.transcript.things(chosen.old))):
            for key in NAME_KEYS:
                if isinstance(record.get(key), str):
                    return str(record[key])
        return ""

    def _is_about(self, sentence: str, name: str) -> bool:
        """True when the sentence names this thing, or no thing at all."""
        text = plain(sentence)
        return names(text, name) or not any(names(text, other) for other in self.names if other != name)


def names_within(record: Mapping[str, Any]) -> frozenset[str]:
    """The names of what is in the lists of a record, such as the items of an order."""
    return frozenset(
        str(value) for each in _within(record) for key, value in each.items() if key in NAME_KEYS and value
    )


def names(text: str, name: str) -> bool:
    """True when the plain `text` has the last word of a name: "shoe" for Running Shoes."""
    words = plain(name).split()
    if not words:
        return False
    last = words[-1].removesuffix("s")
    return len(last) >= SHORTEST_NAME and says(text, last)


def attributes(record: Mapping[str, Any]) -> dict[str, Any]:
    """What tells one such thing from another: its own texts and those one level below, no ids."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            found.update({str(inner): each for inner, each in value.items() if isinstance(each, str)})
        elif isinstance(value, str) and not str(key).endswith("id") and key not in NAME_KEYS:
            found[str(key)] = value
    return found


def _cost_key(record: Mapping[str, Any]) -> str | None:
    return next((str(key) for key in record if COST.search(str(key)) and _costs(record, str(key))), None)


def _costs(record: Mapping[str, Any], key: str) -> bool:
    value = record.get(key)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _moment(value: object, now: datetime | None) -> datetime | None:
    """A stamp of a record; one without an offset is in the operation's own time."""
    if not isinstance(value, str) or now is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else COUNTS[word]
