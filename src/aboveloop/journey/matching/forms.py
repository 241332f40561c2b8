"""Normal forms: how the same address, number or name is written in one way, whoever wrote it."""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple


def _words(text: str) -> list[str]:
    return text.split()


# Providers whose addresses mean the same with and without dots in front of the @.
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})
_SAME_DOMAIN = {"googlemail.com": "gmail.com"}
_ACCENTS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[a-z0-9]+")
_PARTICLES = frozenset(
    _words("van von der den de het ter ten te la le du des da dos di del della bin ibn al el zu zur")
)
_TITLES = frozenset(_words("mr mrs ms dr drs ir ing prof mevr mevrouw dhr heer frau herr mme monsieur madame sr sra"))
_STREETS: Mapping[str, str] = {
    "street": "st", "straat": "str", "strasse": "str", "road": "rd", "avenue": "ave", "lane": "ln", "drive": "dr",
    "apartment": "apt", "square": "sq", "boulevard": "blvd", "place": "pl",
}  # fmt: skip
# Calling codes by the time zone that an operation keeps, where the zone is one country's.
_CODES: Mapping[str, str] = {
    "Europe/Amsterdam": "31", "Europe/Berlin": "49", "Europe/Brussels": "32", "Europe/Paris": "33",
    "Europe/Madrid": "34", "Europe/Rome": "39", "Europe/Zurich": "41", "Europe/Vienna": "43", "Europe/London": "44",
    "Europe/Copenhagen": "45", "Europe/Stockholm": "46", "Europe/Oslo": "47", "Europe/Warsaw": "48",
    "Europe/Lisbon": "351", "Europe/Dublin": "353", "Europe/Helsinki": "358", "Europe/Athens": "30",
    "Europe/Budapest": "36", "Europe/Prague": "420", "Europe/Bucharest": "40", "Europe/Istanbul": "90",
    "Europe/Luxembourg": "352", "America/New_York": "1", "America/Chicago": "1", "America/Denver": "1",
    "America/Los_Angeles": "1", "America/Toronto": "1", "America/Mexico_City": "52", "America/Sao_Paulo": "55",
    "Asia/Tokyo": "81", "Asia/Seoul": "82", "Asia/Singapore": "65", "Asia/Kolkata": "91", "Asia/Dubai": "971",
    "Australia/Sydney": "61", "Pacific/Auckland": "64", "Africa/Johannesburg": "27",
}  # fmt: skip
# Shorter, it is no number that reaches anybody.
_SHORTEST_PHONE = 7


class Name(NamedTuple):
    """`given` and `family` in small letters without accents; "" for what is not said."""

    given: str = ""
    family: str = ""


def calling_code(zone: str) -> str:
    """Of the country that keeps this time zone; "" where it is not known."""
    return _CODES.get(zone, "")


def plain(text: str) -> str:
    """Small letters without accents."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text.replace("ß", "ss").lower()))


def email_form(written: str) -> str:
    """The mailbox behind an address: no case, nothing behind a plus. What is no address stays as it is written."""
    local, sign, domain = written.strip().lower().rpartition("@")
    if not sign or not local:
        return written.strip().lower()
    local = local.partition("+")[0] or local
    if domain in _DOTLESS:
        local = local.replace(".", "")
    return f"{local}@{_SAME_DOMAIN.get(domain, domain)}"


def phone_form(written: str, code: str = "") -> str:
    """`+31201234567`; a number without its country is one of the country of `code`. "" for what is no number.

    A placeholder that stands for a number stays as it is.
    """
    if written.startswith("["):
        return written
    kept = re.sub(r"\(0\)", "", written)
    digits = re.sub(r"\D", "", kept)
    if len(digits) < _SHORTEST_PHONE:
        return ""
    if kept.strip().startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    national = digits.removeprefix("0")
    if code == "1" and len(digits) == 11 and digits.startswith("1"):
        national = digits[1:]
    return f"+{code}{national}" if code else national


def name_form(written: str) -> Name:
    """Given and family name, from `Ann van der Lee`, `Lee, Ann` or `Dr. Ann Lee`."""
    text = plain(written)
    behind, comma, before = text.partition(",")
    words = _WORD.findall(f"{before} {behind}" if comma else text)
    words = [each for each in words if each not in _TITLES and each not in _PARTICLES] or words
    if not words:
        return Name()
    return Name(words[0], "".join(words[1:])) if len(words) > 1 else Name("", words[0])


def address_form(written: str) -> str:
    """Words of a street, a number, a postcode and a town in the order written, streets abbreviated."""
    words = [_STREETS.get(each, each) for each in _WORD.findall(plain(written))]
    joined = [each.removesuffix("strasse") + "str" if each.endswith("strasse") else each for each in words]
    return " ".join(each.removesuffix("straat") + "str" if each.endswith("straat") else each for each in joined)


def house_number(address: str) -> str:
    """The first number of an address in its form; "" for none."""
    found = re.search(r"\b\d{1,5}", address)
    return found.group() if found else ""
