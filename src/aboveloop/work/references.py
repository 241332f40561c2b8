"""References: things that were told without being described, by what alone is new about them.

"The same in red" tells the whole variant; "my default address in Chicago" tells the whole address.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aboveloop.work.claims import attributes
from aboveloop.work.transcript import Exchange, Transcript
from aboveloop.work.wording import Leaf, says

# Fewer fields than this are told one by one.
FEWEST_FIELDS = 3


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
