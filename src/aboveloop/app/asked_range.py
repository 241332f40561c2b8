"""The amounts that a question in plain words speaks of: "above 100 EUR", "up to fifty euros", "between 20 and 30"."""

import re
from dataclasses import dataclass
from typing import Literal

from aboveloop.understand.amounts import Amount, bare_money_in, money_in

ABOVE = re.compile(r"\b(?:above|over|more than|exceeding|beyond|greater than|higher than|larger than|>)\s*$", re.I)
FROM = re.compile(r"\b(?:at least|from|starting at|>=)\s*$", re.I)
BELOW = re.compile(r"\b(?:below|under|less than|smaller than|lower than|<)\s*$", re.I)
UP_TO = re.compile(r"\b(?:up to|at most|no more than|not more than|within|maximum of|until|<=)\s*$", re.I)
# "above a threshold": the lowest that the rules name.
THRESHOLD = re.compile(
    r"\b(?P<way>above|over|beyond|exceeding|below|under|within)\s+(?:a|an|the|some|any|its|our|this|that)\s+(?:\w+\s+)?"
    r"(?:threshold|limit)\b",
    re.I,
)
BETWEEN = re.compile(r"\bbetween\b|\bfrom\s+\S+\s+to\b", re.I)


@dataclass(frozen=True)
class Range:
    """From `low` to `high` minor units, both included; None is open. `threshold` where the question names no amount
    but says that it lies above or below the threshold, whichever that is."""

    low: int | None = None
    high: int | None = None
    threshold: Literal["above", "below"] | None = None


def range_of(text: str, currency: str) -> Range | None:
    """The range that the text names in `currency`; None where it names none, or only another currency's."""
    relative = THRESHOLD.search(text)
    if relative is not None and not money_in(text, currency):
        return Range(threshold="below" if relative["way"].lower() in ("below", "under", "within") else "above")
    amounts = money_in(text, currency)
    if not amounts or (len(amounts) == 1 and BETWEEN.search(text)):
        # "between 20 and 700 EUR" names its currency once.
        amounts = bare_money_in(text, currency, asked=True)
    ours = [amount for amount in amounts if amount.minor is not None and amount.currency == currency]
    if not ours:
        return None
    first = _minor(ours[0])
    before = text[: ours[0].start]
    # "not more than" ends in "more than", so what is longer is looked for first.
    if len(ours) > 1 and BETWEEN.search(text):
        low, high = sorted((first, _minor(ours[1])))
        return Range(low, high)
    if UP_TO.search(before):
        return Range(None, first)
    if BELOW.search(before):
        return Range(None, first - 1)
    if ABOVE.search(before):
        return Range(first + 1, None)
    return Range(first, None) if FROM.search(before) else Range(first, first)


def foreign(text: str, currency: str) -> str:
    """The currency that the text names where it is not the operation's; "" where there is none."""
    return next((each.currency or "" for each in money_in(text, currency) if each.currency != currency), "")


def _minor(amount: Amount) -> int:
    assert amount.minor is not None, "only amounts with a value are kept"
    return amount.minor
