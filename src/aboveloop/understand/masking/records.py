"""What records tell of a person: the values under keys that name something personal, to be known in texts too."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aboveloop.understand.masking.finder import Known
from aboveloop.understand.masking.finds import Kind

_NAMED: tuple[tuple[Kind, str], ...] = (
    ("name", r"(?:first|last|full|given|family|sur|customer|contact|recipient|holder|middle)_?names?"),
    ("name", r"surname|forename|addressee|voornaam|achternaam|vorname|nachname"),
    ("email", r"e_?mails?(?:_address)?"),
    ("phone", r"(?:phone|telephone|tel|mobile|cell|fax|msisdn)(?:_?(?:number|no))?"),
    ("iban", r"iban|account_?number|bank_?account|sort_?code|bic"),
    ("card", r"card|pan|card_?number|credit_?card"),
    ("id", r"(?:bsn|ssn|nino|passport|tax_?id|national_?id|personal_?id|vat)(?:_?(?:number|no))?|personal_?number"),
    ("address", r"(?:address|street|address_?line|house_?number|city|town|place_of_birth)(?:_?\d)?"),
    ("postcode", r"postcode|postal_?code|zip(?:_?code)?|plz"),
    ("birth", r"dob|birth_?(?:day|date)|date_of_birth|born(?:_on)?"),
    ("network", r"ip|ip_?address"),
)
_KEYS = tuple((re.compile(rf"(?:^|_)(?:{names})$"), kind) for kind, names in _NAMED)
# `name` alone is a person's where something else of a person stands beside it: a product has a name too.
_NAME = re.compile(r"^(?:name|names|title_and_name)$")
_DEEPEST = 12
# What has fewer is not what its key says: the name of a field, an answer not given yet.
_LEAST_DIGITS: Mapping[Kind, int] = {"phone": 5, "card": 8, "iban": 4, "id": 3, "postcode": 1, "birth": 2, "network": 1}
# Words of a name that are no name.
_BETWEEN = """
van de der den von da di la le el bin ten ter zu dos del du af mr mrs ms dr prof jr sr
"""
_PARTICLES = frozenset(_BETWEEN.split())


def kind_of_key(key: str, beside: Mapping[str, Any], fields: frozenset[str] = frozenset()) -> Kind | None:
    """The kind of what stands under `key`, None where it is nothing personal. `fields` are the operation's own."""
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\s-]+", "_", key).lower()
    for pattern, kind in _KEYS:
        if pattern.search(plain):
            return kind
    if plain in fields:
        return "private"
    if _NAME.search(plain) and any(kind_of_key(other, {}) for other in beside if other != key):
        return "name"
    return None


def known_in(record: Any, fields: frozenset[str] = frozenset()) -> list[Known]:
    """Every personal value of a record, names in their parts too."""
    found: dict[tuple[Kind, str], Known] = {}
    for kind, value in _values(record, fields, None, 0):
        for part in _parts(kind, value):
            found.setdefault((kind, part.casefold()), Known(kind, part))
    return list(found.values())


def names_of(full: str) -> list[Known]:
    """A person's name with its parts."""
    return [Known("name", part) for part in _parts("name", full)]


def _values(value: Any, fields: frozenset[str], under: Kind | None, depth: int) -> Iterator[tuple[Kind, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _values(inner, fields, kind_of_key(str(key), value, fields) or under, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _values(inner, fields, under, depth + 1)
    elif under is not None and value is not None and not isinstance(value, bool) and str(value).strip():
        yield under, " ".join(str(value).split())


def _parts(kind: Kind, value: str) -> list[str]:
    if kind in _LEAST_DIGITS and sum(letter.isdigit() for letter in value) < _LEAST_DIGITS[kind]:
        return []
    if kind == "email" and "@" not in value:
        return []
    if kind == "name":
        words = [word for word in re.split(r"[\s,]+", value) if len(word) > 1 and word.lower() not in _PARTICLES]
        return [value, *words] if len(words) > 1 else [value]
    if kind == "address":
        # House numbers alone would mask every figure; the street and the whole are what tell.
        pieces = [piece.strip() for piece in value.split(",")]
        return [piece for piece in (value, *pieces) if len(piece) > 3 and re.search(r"[^\W\d_]", piece)]
    return [value] if len(value) > 2 else []
