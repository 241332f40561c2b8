"""Numbers and money in a text, as people write them: "€49.90", "49,90 EUR", "50 euros", "twenty euros", "$1.5k"."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from aboveloop.kit.money import EXPONENTS
from aboveloop.understand.spoken import numbers_in_words

_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY", "zł": "PLN"}
_DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD"})
_KRONER = frozenset({"SEK", "NOK", "DKK", "ISK"})
_NAMES = {
    "euro": "EUR", "euros": "EUR", "eur": "EUR", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "gbp": "GBP",
    "dollar": "USD", "dollars": "USD", "bucks": "USD", "usd": "USD", "franken": "CHF", "francs": "CHF", "chf":
    "CHF", "yen": "JPY", "jpy": "JPY", "zloty": "PLN", "pln": "PLN", "rupees": "INR", "inr": "INR", "kr": "SEK",
    "libras": "GBP", "livres": "GBP", "pfund": "GBP", "dólares": "USD", "dolares": "USD", "kronor": "SEK", "kroner":
    "NOK", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "cad": "CAD", "aud": "AUD", "nzd": "NZD", "czk": "CZK", "huf":
    "HUF",
}  # fmt: skip
_CENTS = frozenset({"cent", "cents", "centimes", "céntimos", "centimos", "pence", "ct", "cts"})

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f'.,]\d{3})+(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,2})?"
_SIGN = "[" + "".join(sign for sign in _SIGNS if len(sign) == 1) + "]"
_CODE = r"(?:" + "|".join(sorted((name for name in _NAMES if len(name) == 3), key=len)) + ")"
_NAME = r"(?:" + "|".join(sorted({*_NAMES, *_CENTS, "zł"}, key=len, reverse=True)) + ")"
_FREE = r"(?<![\w.,])"
# Not the beginning of a longer number: "49.999" is no 49.99, "50%" no 50.
_END = r"(?![\w%]|[.,]\d| ?%)"

_BEFORE = re.compile(rf"{_FREE}(?:(?P<sign>{_SIGN})|(?P<code>{_CODE}))\s?(?P<number>{_NUMBER})(?P<k>\s?k)?{_END}", re.I)
_AFTER = re.compile(
    rf"{_FREE}(?P<number>{_NUMBER})(?P<k>k)?(?:,-)?\s?(?:(?P<sign>{_SIGN})|-?(?P<code>{_NAME}))(?!\w)", re.I
)
_BARE = re.compile(rf"(?<![\w.,:/+#-])(?P<number>{_NUMBER}){_END}(?![:/]\d)")

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {word: 20 + 10 * at for at, word in enumerate(_TENS)}
_WORD = "(?:" + "|".join(sorted([*_SMALL, "hundred", "thousand"], key=len, reverse=True)) + ")"
_WORDS = rf"(?:an? (?=hundred|thousand))?{_WORD}(?:(?:[ -]| and ){_WORD}){{0,8}}"
_UNIT_BEHIND = re.compile(rf"\s(?P<code>{_NAME})(?!\w)", re.I)
_IN_WORDS = re.compile(rf"(?<![\w-])(?P<words>{_WORDS})(?!\w)", re.I)
_MONEY_WORDS = re.compile(rf"(?<![\w-])(?P<words>{_WORDS}) (?P<code>{_NAME})(?!\w)", re.I)
# "the other one", "no one": words that make "one" point at something.
_POINTING = re.compile(r"\b(?:other|this|that|another|no|which|any|every|each|the|wrong|right|new|old|some)\s$", re.I)

# A text with more amounts than this is a list of some kind, and no wish.
MOST = 50

# JSON numbers beyond this are not exact, and nobody's refund is that large.
LARGEST = 2**53 - 1


@dataclass(frozen=True)
class Amount:
    """A number at a place; `minor` and `currency` where it is money. `sure` is how plainly it was written, 0 to 1."""

    start: int
    end: int
    number: Decimal
    sure: float
    currency: str | None = None
    minor: int | None = None


def money_in(text: str, currency: str, languages: tuple[str, ...] = ("en",)) -> list[Amount]:
    """Every amount that names a currency, in order. `currency` says which dollar or krone is meant; numbers in words
    are read in English and `languages`."""
    found: list[Amount] = []
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            number, sure = decimal_of(match["number"])
            number = number * 1000 if match["k"] else number
            unit = match["sign"] or match["code"]
            _add(found, match.span(), _priced(number, unit, currency, min(sure, 0.95)))
            if len(found) == MOST:
                break
    for match in islice(_MONEY_WORDS.finditer(text), MOST):
        value = number_in_words(match["words"])
        if value is not None:
            _add(found, match.span(), _priced(Decimal(value), match["code"], currency, 0.85))
    for spoken in numbers_in_words(text, languages):
        unit = _UNIT_BEHIND.match(text, spoken.end)
        if unit is not None:
            place = spoken.start, unit.end()
            _add(found, place, _priced(Decimal(spoken.digits), unit["code"], currency, 0.85))
    return sorted(found, key=lambda amount: amount.start)


def bare_money_in(text: str, currency: str, *, asked: bool, languages: tuple[str, ...] = ("en",)) -> list[Amount]:
    """Numbers that may be money without saying so: any number when an amount was asked for, else only "50.01"."""
    found = []
    for amount in numbers_in(text, languages):
        written = text[amount.start : amount.end]
        two_decimals = re.search(r"\d[.,]\d\d$", written) is not None
        if asked or two_decimals:
            sure = 0.9 if asked and two_decimals else 0.8 if asked else 0.6
            minor = _minor(amount.number, currency)
            if minor is not None:
                found.append(Amount(amount.start, amount.end, amount.number, min(sure, amount.sure), currency, minor))
    return found


def numbers_in(text: str, languages: tuple[str, ...] = ("en",)) -> list[Amount]:
    """Every number that stands by itself, in digits or in words of English and these languages."""
    found = []
    for match in islice(_BARE.finditer(text), MOST):
        number, sure = decimal_of(match["number"])
        if number <= LARGEST:
            found.append(Amount(*match.span(), number, sure))
    for match in islice(_IN_WORDS.finditer(text), MOST):
        value = number_in_words(match["words"])
        if value is not None and not (value == 1 and _POINTING.search(text[: match.start()][-12:])):
            found.append(Amount(*match.span(), Decimal(value), 0.8))
    for spoken in numbers_in_words(text, languages):
        found.append(Amount(spoken.start, spoken.end, Decimal(spoken.digits), 0.8))
    return sorted(found, key=lambda amount: amount.start)


def decimal_of(written: str) -> tuple[Decimal, float]:
    """The number that was written, with either separator, and how sure that is: "1.234" may be meant either way."""
    plain = re.sub(r"[ \u00a0\u202f']", "", written)
    if plain != written and not re.search(r"[.,]", plain):
        # "2 100 euros" is two thousand one hundred, or two times a hundred.
        return Decimal(plain), 0.6
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return Decimal(plain), 0.95
    decimals = len(plain) - last - 1
    whole, part = re.sub(r"[.,]", "", plain[:last]), plain[last + 1 :]
    if decimals != 3:
        # "49.999.1" uses one sign for both: no way of writing prices does.
        malformed = plain[last] in plain[:last]
        return Decimal(f"{whole}.{part}"), 0.3 if malformed else 0.95
    # Three digits behind the only separator: thousands, in every way of writing prices with two decimals.
    return Decimal(whole + part), 0.9 if len(re.findall(r"[.,]", plain)) > 1 else 0.6


def number_in_words(words: str) -> int | None:
    """ "twenty-five" -> 25, "a hundred and ten" -> 110; None where the words are no one number ("one two three")."""
    total, current, last = 0, 0, 10_000
    for word in re.split(r"[\s-]+", words.lower()):
        if word in ("a", "an", "and"):
            continue
        if word == "thousand":
            total, current, last = total + max(current, 1) * 1000, 0, 1000
        elif word == "hundred":
            if current > 9:
                return None
            current, last = max(current, 1) * 100, 100
        else:
            value = _SMALL[word]
            if last < 20 or (last < 100 and value > 9) or (value == 0 and current):
                return None
            current, last = current + value, value
    return total + current


def _priced(number: Decimal, unit: str, currency: str, sure: float) -> tuple[Decimal, str, int, float] | None:
    name = unit.lower()
    if name in _CENTS:
        number, code, sure = number / 100, currency, min(sure, 0.8)
    else:
        code = _SIGNS.get(name) or _NAMES[name]
    if code == "USD" and name != "usd" and currency in _DOLLARS:
        code = currency
    if name in ("kr", "kronor", "kroner") and currency in _KRONER:
        code = currency
    minor = _minor(number, code)
    return None if minor is None else (number, code, minor, sure)


def _minor(number: Decimal, currency: str) -> int | None:
    """Whole minor units, or None for more decimals than the currency has: half a cent was not meant."""
    minor = number * 10 ** EXPONENTS.get(currency, 2)
    return int(minor) if minor == minor.to_integral_value() and minor <= LARGEST else None


def _add(found: list[Amount], span: tuple[int, int], priced: tuple[Decimal, str, int, float] | None) -> None:
    start, end = span
    if priced is not None and all(end <= amount.start or start >= amount.end for amount in found):
        number, code, minor, sure = priced
        found.append(Amount(start, end, number, sure, code, minor))
