"""Addresses as customers write them: understood where Larkspur delivers, refused in words elsewhere."""

import re
from dataclasses import dataclass

from larkspur.errors import Refused

DUTCH_POSTCODE = re.compile(r"\b([1-9]\d{3}) ?([A-Za-z]{2})\b(?=\s+\w)")
GERMAN_POSTCODE = re.compile(r"\b(\d{5})\b(?=\s+\w)")
COUNTRIES = {
    "NL": {"nl", "netherlands", "the netherlands", "nederland", "holland"},
    "DE": {"de", "germany", "deutschland"},
}


@dataclass(frozen=True)
class Address:
    """Where a parcel can go."""

    street: str
    postcode: str
    city: str
    country: str

    def __str__(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}, {self.country}"


def read_address(text: str) -> Address:
    """The address in `text`: street and number, postcode, city, and a country if it is written.

    Raises Refused, saying what is missing, when a parcel could not be sent there.
    """
    flat = re.sub(r"\s*[\n;]\s*", ", ", text.strip())
    country, found = _postcode(flat)
    street = flat[: found.start()].strip(" ,.")
    rest = [part.strip(" .") for part in flat[found.end() :].split(",") if part.strip(" .")]
    if not re.search(r"[^\W\d]{2}", street) or not re.search(r"\d", street):
        raise Refused("an address needs a street and a house number before the postcode")
    if not rest or not re.fullmatch(r"[^\W\d][\w .'()-]*", rest[0]):
        raise Refused("an address needs a city after the postcode")
    if len(rest) > 1 and rest[-1].lower() not in COUNTRIES[country]:
        raise Refused(f"Larkspur delivers in the Netherlands and Germany, not to {rest[-1]}")
    return Address(street, normal_postcode(found.group(0)), rest[0], country)


def _postcode(flat: str) -> tuple[str, re.Match[str]]:
    for country, pattern in (("NL", DUTCH_POSTCODE), ("DE", GERMAN_POSTCODE)):
        found = pattern.search(flat)
        if found:
            return country, found
    raise Refused("an address needs a Dutch or German postcode and a city, as in Singel 4, 1017 AB Amsterdam")


def normal_postcode(text: str) -> str:
    """`1017 AB` or `50667`, however it was typed."""
    bare = re.sub(r"\s", "", text).upper()
    return f"{bare[:4]} {bare[4:]}" if re.fullmatch(r"\d{4}[A-Z]{2}", bare) else bare
