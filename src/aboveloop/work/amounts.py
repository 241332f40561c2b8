"""Amounts: whether a customer was told a price that is not the real one.

A yes to "this costs 153 dollars" is no yes to 1,008. Nothing said of money is no fault: not every action has a price
that anybody would mention.
"""

import re
from itertools import combinations

from aboveloop.kit.money import EXPONENTS, Money

NUMBER = r"\d[\d,]*(?:\.\d+)?"
UNITS = r"(?:usd|eur|gbp|dollars?|euros?|pounds?)"
MONEY = re.compile(rf"(?:[$€£]\s?|\b{UNITS}\s)({NUMBER})|\b({NUMBER})\s?(?:[€£]|{UNITS}\b)", re.IGNORECASE)
SENTENCES = re.compile(r"\n+|(?<=[.!?;])\s+")
# An amount is the price of the action where it stands beside such a word; a balance or a budget is not.
PRICE = re.compile(
    r"\b(?:total|costs?|charged?|refund(?:s|ed)?|difference|pay|paid|payments?|fees?|amount(?:s|ing)?|additional)\b",
    re.IGNORECASE,
)
REFUND = re.compile(r"\b(?:refund(?:s|ed|ing)?|credited|(?:get|paid|pay|give) back)\b", re.IGNORECASE)
NO_PRICE = re.compile(r"\b(?:balances?|worth|limits?|budget|if)\b", re.IGNORECASE)
# What one of several things costs is not what the action costs.
PRICED = re.compile(rf"\b(?:priced|valued) at \W?{NUMBER}", re.IGNORECASE)
EACH = re.compile(r"\b(?:per|each|every|apiece)\b", re.IGNORECASE)
# Of more amounts than this some sum would fit by chance.
GREATEST_SUM_OF = 8
# "53 dollars each" for at most so many.
GREATEST_EACH = 9


def prices_told_instead(text: str, amount: Money, words: re.Pattern[str] = PRICE) -> tuple[Money, ...]:
    """The prices that `text` tells, beside one of the `words`, where none of them, no sum, difference or multiple of
    them is `amount`."""
    wanted = abs(amount.minor)
    if wanted == 0 or wanted in _amounts(text, amount.currency):
        return ()
    told = sorted(
        {
            minor
            for sentence in SENTENCES.split(text)
            if words.search(sentence) and not NO_PRICE.search(sentence)
            for minor in _amounts(PRICED.sub("", sentence), amount.currency)
            if minor
        }
    )
    if _add_up(told[:GREATEST_SUM_OF], wanted) or (EACH.search(text) and _multiply(told, wanted)):
        return ()
    return tuple(Money(minor, amount.currency) for minor in told)


def _amounts(text: str, currency: str) -> set[int]:
    scale = 10 ** EXPONENTS.get(currency, 2)
    return {round(float((before or after).replace(",", "")) * scale) for before, after in MONEY.findall(text)}


def _add_up(told: list[int], wanted: int) -> bool:
    sums = (sum(chosen) for size in (2, 3, 4) for chosen in combinations(told, size))
    return any(each == wanted for each in sums) or any(b - a == wanted for a, b in combinations(told, 2))


def _multiply(told: list[int], wanted: int) -> bool:
    return any(wanted % each == 0 and wanted // each <= GREATEST_EACH for each in told)
