"""Where personal data stands in a text: e-mail addresses, phone numbers, bank cards (Luhn), IBANs (ISO 7064)."""

import re

from aboveloop.understand.readings import Span

# Bounded parts, so that a long run of letters or dots costs linear time.
EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9_%+'-]{1,64}(?:\.[A-Za-z0-9_%+'-]{1,64}){0,8}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![\w@])"
)
PHONE = re.compile(r"(?<![\w.,+/-])(?:\+|\(\+)?\(?\d(?:[\d ().\-/]{5,22})\d(?![\w%]|[.,]\d)")
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w]|-\d)")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}(?!\w)")
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26,
    "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25,
    "QA": 29, "RO": 24, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
# E.164 allows 15 digits; below 8 a number is somebody's house, year or order.
_PHONE_DIGITS = range(8, 16)
_AMERICAN = re.compile(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}")


def personal_spans(text: str) -> tuple[Span, ...]:
    """Every span of personal data, in order, none within another: an IBAN's digits are no phone number."""
    spans = [Span("email", match.start(), match.end()) for match in EMAIL.finditer(text)]
    spans += _free(ibans(text), spans)
    spans += _free([Span("card", *match.span()) for match in _CARD.finditer(text) if luhn(match.group())], spans)
    spans += _free([Span("phone", start, end) for start, end in phones(text)], spans)
    return tuple(sorted(spans, key=lambda span: span.start))


def phones(text: str) -> list[tuple[int, int]]:
    """Places that are written like a phone number: with a plus, a leading zero, or in the American way."""
    found = []
    for match in PHONE.finditer(text):
        written = match.group()
        digits = re.sub(r"\D", "", written)
        if len(digits) not in _PHONE_DIGITS:
            continue
        if written.startswith(("+", "(+", "0", "(0")) or _AMERICAN.fullmatch(written):
            found.append(match.span())
    return found


def ibans(text: str) -> list[Span]:
    """IBANs with a right length and check digits. A word behind an IBAN is not taken for a part of it."""
    found = []
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match.group()[:2].upper())
        end = _end_of(match.group(), length) if length else None
        if end is not None and _mod97(match.group()[:end]):
            found.append(Span("iban", match.start(), match.start() + end))
    return found


def luhn(written: str) -> bool:
    """The check digit of bank cards (ISO/IEC 7812-1), spaces and dashes aside. All zeros is no card."""
    digits = [int(digit) for digit in written if digit in "0123456789"]
    if len(set(digits)) < 2:
        return False
    doubled = [sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _end_of(written: str, length: int) -> int | None:
    counted = 0
    for place, letter in enumerate(written):
        counted += letter != " "
        if counted == length:
            after = written[place + 1 : place + 2]
            return place + 1 if after in ("", " ") else None
    return None


def _mod97(written: str) -> bool:
    plain = written.replace(" ", "").upper()
    return plain.isascii() and int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


def _free(candidates: list[Span], taken: list[Span]) -> list[Span]:
    return [span for span in candidates if all(span.end <= one.start or span.start >= one.end for one in taken)]
