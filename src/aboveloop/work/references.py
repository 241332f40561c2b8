"""References: things that were told without being described, by what alone is new about them.

"The same in red" tells the whole variant; "my default address in Chicago" tells the whole address.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aboveloop.work.claims import attributes, names, names_within
from aboveloop.work.transcript import Exchange, Transcript
from aboveloop.work.wording import Leaf, says

# Fewer fields than this are told one by one.
FEWEST_FIELDS = 3
EXCEPTION = r"(?:except|excluding|but|apart from|other than|not)"
# "All orders except the one with the boots": the exception is named within so many words.
WORDS_OF_AN_EXCEPTION = 6


def told_by_difference(transcript: Transcript, new: str, old: str, window: Sequence[Exchange]) -> bool:
    """True when all that is other in `new` than in `old` was said in one exchange, and fits no other thing."""
    for before, _ in transcript.things(old):
        for after, beside in transcript.things(new):
            was, is_now = attributes(before), attributes(after)
            if not was or was.keys() != is_now.keys():
                continue
            changed = {key: value for key, value in is_now.items() if value != was[key]}
            alike = [each for each in beside if each is not after and attributes(each) == is_now]
            if changed and not alike and any(_all_said(exchange.plain_both, changed) for exchange in window):
                return True
    return False


def _all_said(text: str, values: Mapping[str, Any]) -> bool:
    return all(says(text, str(value)) for value in values.values())


def told_as_one(transcript: Transcript, unsaid: Sequence[Leaf], window: Sequence[Exchange]) -> bool:
    """True when all that is unsaid stands in one record, and an exchange speaks of that record more than of any other
    of its kind."""
    fields = {leaf.name: leaf.value for leaf in unsaid}
    if len(fields) < FEWEST_FIELDS:
        return False
    kind = transcript.records_with(fields)
    this = [each for each in kind if all(each[name] == value for name, value in fields.items())]
    others = [each for each in kind if each not in this]
    if not this:
        return False
    return any(
        _score(this[0], exchange) > max((_score(each, exchange) for each in others), default=0) for exchange in window
    )


def _score(record: Mapping[str, Any], exchange: Exchange) -> int:
    """How much an exchange says of a record; a shared value such as the country tells nothing, so it counts for all."""
    text = exchange.plain_both
    return sum(isinstance(value, str) and says(text, value) for value in record.values() if value)


def speaks_of_all(transcript: Transcript, text: str, noun: str, record: Mapping[str, Any]) -> bool:
    """True when the plain `text` speaks of all records called `noun`, and of this `record` among them.

    "All your pending orders except the boots": the record has to be pending, and what is excepted has to be known from
    another record and not stand in this one.
    """
    everything = re.compile(
        rf" (?:all|every|each)(?: of)?((?: \w+){{0,3}}) {re.escape(noun)}s?"
        rf"(?: {EXCEPTION}((?: \S+){{1,{WORDS_OF_AN_EXCEPTION}}}))?(?= )"
    )
    found = list(everything.finditer(text))
    own, known = names_within(record), transcript.names()
    for each in found:
        said, excepted = each[1], each[2]
        if not all(word in record.values() for word in said.split() if transcript.was_answered(word)):
            continue
        if excepted:
            this = any(names(f"{excepted} ", name) for name in own)
            if not this and any(names(f"{excepted} ", name) for name in known - own):
                return True
        elif not re.search(rf" {EXCEPTION} ", text):
            return True
    return False
