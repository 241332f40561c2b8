"""Origins: whether what belongs together in an action was taken from one record.

"Your default address in Chicago" with the street of another order is no address of this customer, however often it is
read out.
"""

from collections.abc import Mapping
from typing import Any

from aboveloop.work.transcript import Transcript
from aboveloop.work.wording import says

# From so many fields on, arguments that stand together in a record are one thing.
FIELDS_OF_ONE_THING = 3


def mixed_up(transcript: Transcript, args: Mapping[str, Any]) -> str:
    """The arguments that are taken from different records though they belong to one; "" when they are not."""
    texts = {name: value for name, value in args.items() if isinstance(value, str) and value}
    kind = [each for each in transcript.records_with(()) if len(texts.keys() & each.keys()) >= FIELDS_OF_ONE_THING]
    together = {name for record in kind for name in texts.keys() & record.keys() if not name.endswith("id")}
    taken = {name: texts[name] for name in together if not says(transcript.heard, texts[name])}
    if len(taken) < 2 or not all(transcript.was_answered(value) for value in taken.values()):
        return ""
    if any(all(record.get(name) == value for name, value in taken.items()) for record in kind):
        return ""
    return ", ".join(f"{name} {value}" for name, value in sorted(taken.items()))
