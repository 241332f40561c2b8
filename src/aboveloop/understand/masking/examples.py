"""A customer's message as an example to learn from: nothing personal in it, and nothing that stands for one person.

Unlike what is sent outside, it never has to be put back: each value becomes its kind ([name], [email]) for everybody,
and the digits of the company's own codes become zeros, so that no example leads to an order or a customer.
"""

import re
from dataclasses import dataclass

from aboveloop.understand.masking.finder import Surroundings, find_personal, readable

_DIGITS = re.compile(r"\d")
# Shorter runs are sizes, amounts and days: they lead to nobody.
_LONG_RUN = re.compile(r"\d{4,}")


@dataclass(frozen=True)
class Anonymous:
    """The text without what is personal; `uncertainty` is how likely something was left, from 0 to 1."""

    text: str
    uncertainty: float


def as_example(text: str, around: Surroundings = Surroundings()) -> Anonymous:
    """`text` as an example."""
    plain = readable(text)
    found = find_personal(plain, around)
    parts, end = [], 0
    for find in found.finds:
        parts += [plain[end : find.start], f"[{find.kind}]"]
        end = find.end
    masked = "".join([*parts, plain[end:]])
    for pattern in around.safe:
        masked = pattern.sub(lambda match: _without_number(match.group()), masked)
    return Anonymous(_LONG_RUN.sub(lambda match: "0" * len(match.group()), masked).strip(), found.uncertainty)


def _without_number(code: str) -> str:
    return _DIGITS.sub("0", code) if _LONG_RUN.search(code) else code
