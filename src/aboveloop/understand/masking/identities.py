"""National ids of a few countries, each by its own check digits, so that an order number is not taken for one."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from aboveloop.understand.masking.finds import Find

_ITALIAN_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
         10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip
_SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"
# Words with which people and forms name a national id. Behind one, a number need not pass any check.
_NAMED = re.compile(
    r"(?:\b(?:bsn|burgerservicenummer|sofinummer|ssn|social security(?: number| no\.?)?|national (?:id|insurance)"
    r"(?: number| no\.?)?|nino|passport(?: number| no\.?)?|paspoort(?:nummer)?|reisepass(?:nummer)?|driving licen[cs]e"
    r"(?: number)?|personal (?:id|identity|number)|(?:personal)?ausweis(?:nummer|-?nr\.?)?"
    r"|(?:id|identity)\s?(?:card|number)"
    r"|carte d['’]identité|identiteitskaart|documento|pasaporte|passeport|passaporto"
    r"|steuer-?id(?:entifikationsnummer)?|personnummer|pesel|dni|nie"
    r"|codice fiscale|numéro de sécurité sociale|(?:n°\s|numéro\sde\s)?sécu|rijksregisternummer)\b)"
    r"(?:\s+(?:is|was|:|=|number|nr\.?|no\.?|ist|est|es))*\s*[:=#]?\s*"
    r"(?P<id>(?=[A-Z0-9 .-]{0,30}\d)[A-Z0-9](?:[ .-]?[A-Z0-9]){4,19})",
    re.IGNORECASE,
)


def national_ids(text: str) -> list[Find]:
    """Numbers whose check digits hold, and what is called such a number."""
    found = [Find("id", *match.span("id")) for match in _NAMED.finditer(text)]
    for pattern, holds in _CHECKED:
        for match in pattern.finditer(text):
            if holds(re.sub(r"[ .\-/]", "", match.group()).upper()):
                found.append(Find("id", *match.span()))
    return found


def _dutch(digits: str) -> bool:
    """BSN: the test of eleven, the last digit counting -1."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return len(set(digits)) > 1 and sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0


def _german(digits: str) -> bool:
    """Steueridentifikationsnummer: ISO 7064 MOD 11,10; the first digit is not 0."""
    product = 10
    for digit in digits[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return digits[0] != "0" and len(set(digits[:-1])) in (8, 9) and (11 - product) % 10 == int(digits[-1])


def _french(number: str) -> bool:
    """NIR: 97 minus the rest of the first thirteen by 97; 2A and 2B are Corsica."""
    plain = number[:13].replace("2A", "19", 1).replace("2B", "18", 1)
    return plain.isdigit() and 97 - int(plain) % 97 == int(number[13:])


def _spanish(number: str) -> bool:
    """DNI and NIE: a letter for the rest by 23."""
    plain = number[:-1].translate(str.maketrans("XYZ", "012"))
    return _SPANISH[int(plain) % 23] == number[-1]


def _italian(number: str) -> bool:
    """Codice fiscale: a letter for the sum of its places."""
    total = 0
    for place, letter in enumerate(number[:15]):
        even = int(letter) if letter.isdigit() else ord(letter) - ord("A")
        total += even if place % 2 else _ITALIAN_ODD[letter]
    return chr(total % 26 + ord("A")) == number[15]


def _belgian(digits: str) -> bool:
    """Rijksregisternummer: 97 minus the rest of the first nine, with a 2 before them for births since 2000."""
    rest = int(digits[9:])
    return any(97 - int(century + digits[:9]) % 97 == rest for century in ("", "2"))


def _polish(digits: str) -> bool:
    """PESEL."""
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    return len(set(digits)) > 1 and sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 10 == 0


def _swedish(digits: str) -> bool:
    """Personnummer: a day of birth and Luhn over the ten digits."""
    ten = digits[-10:]
    day = int(ten[4:6])
    if not _is_day(2000, int(ten[2:4]), day - 60 if day > 60 else day):
        return False
    doubled = [sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(ten)]
    return sum(doubled) % 10 == 0


def _american(digits: str) -> bool:
    """SSN as written with its dashes: no area 000, 666 or 9xx, no group 00, no serial 0000."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"


def _british(number: str) -> bool:
    """National insurance number: letters that are given out."""
    return number[:2] not in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ")


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _patterns() -> Iterator[tuple[re.Pattern[str], Callable[[str], bool]]]:
    for shape, holds in (
        (r"\d{3}-\d{2}-\d{4}", _american),
        (r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", _british),
        (r"[XYZ]?-?\d{7,8}-?[A-Z]", _spanish_shaped),
        (r"[A-Z]{6} ?\d{2}[A-EHLMPRST]\d{2} ?[A-Z]\d{3} ?[A-Z]", _italian),
        (r"[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", _french),
        (r"\d{2}\.?\d{2}\.?\d{2}[-.]?\d{3}[-.]?\d{2}", _belgian),
        (r"(?:\d{2})?\d{6}[-+]?\d{4}", _swedish_shaped),
        (r"\d{11}", _polish),
        (r"\d{2} ?\d{3} ?\d{3} ?\d{3}", _german),
        (r"\d{4}[. ]?\d{2}[. ]?\d{3}", _dutch),
    ):
        yield re.compile(rf"(?<![\w.,-]){shape}(?![\w]|[.,-]\d)", re.IGNORECASE), holds


def _spanish_shaped(number: str) -> bool:
    return len(number) == 9 and _spanish(number)


def _swedish_shaped(digits: str) -> bool:
    plain = digits.replace("+", "")
    return len(plain) in (10, 12) and _swedish(plain)


_CHECKED = tuple(_patterns())
