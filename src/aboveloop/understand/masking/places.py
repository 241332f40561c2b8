"""Where somebody lives, and when they were born: postal addresses as they are written in a few countries."""

import re

from aboveloop.understand.masking.finds import Find

_WORD = r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]+)*"
_CAPITAL = r"[A-ZÀ-ÞŁŚŻ][^\W\d_]*(?:['’.-][^\W\d_]+)*"
_NUMBER = r"\d{1,4}(?:[ -]?[a-zA-Z](?![\w])| ?[-/] ?\d{1,4}[a-zA-Z]?(?!\w)|\s?bis\b|\s?ter\b)?"
# A street whose name ends with its kind: Kerkstraat, Lindenweg, Keizersgracht.
_JOINED = (
    rf"(?:(?-i:{_CAPITAL})\s(?:(?:van|de|der|den|von|dem)\s){{0,2}}){{0,2}}[^\W\d_][\w'’.-]*(?:straat|laan|weg|plein|gracht|kade|dijk|singel|steeg|dreef|pad|hof|park"
    r"|stra(?:ss|ß)e|str\.|platz|allee|gasse|ufer|damm|vej|gade|gatan|vägen|gata|katu|utca|ulica)"
)
# "ordering 25 pairs" is no street: a ring is one with a capital.
_RING = r"(?-i:[A-ZÄÖÜ])[\w'’.-]*ring"
_APART = (
    rf"(?:(?-i:{_CAPITAL})\s){{1,4}}(?:straße|strasse|str\.|platz|weg|gasse|markt|ufer|ring|damm|chaussee|laan|straat|plein|kade"
    r"|allee)"
)
# "Am Markt 60", "An der Alster 3", "Zur Linde 12".
_BY = (
    r"(?-i:Am|An|Im|In|Zum|Zur|Auf|Unter|Bei|Hinter|Vor)\s(?:(?:der|dem|den|alten|neuen)\s){0,2}"
    rf"(?-i:{_CAPITAL})(?:\s(?-i:{_CAPITAL}))?"
)
_FRENCH = (
    r"(?:rue|avenue|av\.|boulevard|bd|place|chemin|allée|impasse|quai|route)"
    rf"\s(?:de\s|du\s|des\s|de\sla\s|de\sl['’]|d['’]|la\s|le\s)?{_WORD}(?:[\s-]{_WORD}){{0,3}}"
)
_SOUTHERN = (
    r"(?:calle|c/|avenida|avda\.?|plaza|paseo|camino|via|viale|piazza|corso|vicolo|rua|praça|largo|ul\.|ulica|al\.|os\.)"
    rf"\s(?:de\s|del\s|de\sla\s|della\s|da\s|do\s|dei\s)?{_WORD}(?:\s{_WORD}){{0,3}}"
)
_ENGLISH_KIND = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|boulevard|blvd|way|place|pl|square|sq|close|crescent"
    r"|terrace|gardens|grove|row|mews|parkway|pkwy|circle|cir|hill|highway|hwy)"
)
_STREETS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w)(?:{_JOINED}|{_APART}|{_BY}|{_RING})\s{{1,3}}{_NUMBER}(?!\w)",
        rf"(?<!\w){_NUMBER},?\s{_FRENCH}",
        rf"(?<!\w){_SOUTHERN},?\s(?:n[.º°]?\s?)?{_NUMBER}(?!\w)",
        rf"(?<!\w)\d{{1,5}}[a-z]?,?\s(?:{_WORD}\s){{1,4}}{_ENGLISH_KIND}\b\.?"
        r"(?:,?\s(?:apt|apartment|flat|suite|unit|#)\.?\s?\w{1,5})?",
        r"(?<!\w)(?:p\.?\s?o\.?\s?box|postbus|postfach)\s\d{1,7}(?!\w)",
    )
)
_NAMED_CODE = (
    r"(?<![\w-])(?:postcode|post\scode|zip(?:\scode)?|postal\scode|plz)\s(?:is\s|:\s?)?"
    r"(?P<code>(?=[A-Z -]{0,8}\d)[A-Z\d][A-Z\d -]{2,8}[A-Z\d])(?!\w)"
)
_POSTCODES = (
    # Dutch and British are unmistakable.
    re.compile(rf"(?<![\w-])[1-9]\d{{3}}\s?[A-Z]{{2}}(?![\w-])(?:,?\s{{1,2}}(?:['’]s-)?{_CAPITAL}(?:[\s-]{_CAPITAL}){{0,2}})?"),
    re.compile(r"(?<![\w-])[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}(?![\w-])"),
    re.compile(r"(?<![\w-])[1-9]\d{3}[a-z]{2}(?![\w-])"),
    # Four or five digits are a postcode only before a town, or behind an American state.
    re.compile(rf"(?<![\w.,-])(?:[A-Z]{{1,2}}-)?\d{{2}}[- ]?\d{{3}},?\s{_CAPITAL}(?:[\s-]{_CAPITAL}){{0,2}}"),
    re.compile(r"(?<![\w-])[A-Z]{2}\s\d{5}(?:-\d{4})?(?![\w-])"),
    re.compile(_NAMED_CODE, re.IGNORECASE),
)  # fmt: skip
_TOWN = re.compile(rf"(?:['’]s-)?{_CAPITAL}(?:[\s-]{_CAPITAL}){{0,2}},?\s(?=[A-Z]{{1,2}}\d|\d)")
# Between a street and the town that belongs to it.
_JOINS = re.compile(r"[\s,]{1,4}(?:[A-Z]{1,3}-)?")
_MONTH = (
    r"(?:jan|ene|gen|feb|fév|fev|mar|mär|mrt|maa|apr|avr|abr|may|mai|mei|mag|jun|juin|giu|jul|juil|lug|aug|aoû|aou|ago|sep|set"
    r"|oct|okt|ott|nov|dec|déc|dez|dic)[a-zéû]*"
)
_DAY = (
    rf"(?:\d{{1,2}}[./ -]\d{{1,2}}[./ -]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s(?:de\s)?{_MONTH}\s(?:de\s)?\d{{2,4}}|{_MONTH}\s\d{{1,2}},?\s\d{{2,4}})"
)
_BORN = re.compile(
    r"\b(?:born|birth(?:day|date)?|d\.?o\.?b\.?|date\sof\sbirth|geboren|geburtsdatum|geburtstag|geboortedatum|geb\.|née?"
    r"|naissance|nacid[oa]|nacimiento|nat[oa]\sil|nascita)\b"
    rf"[^\d\n]{{0,24}}?(?P<day>{_DAY})",
    re.IGNORECASE,
)


def addresses(text: str) -> list[Find]:
    """Streets with a number, with the town behind them, and postcodes."""
    streets = [match.span() for pattern in _STREETS for match in pattern.finditer(text)]
    codes = [
        match.span("code") if "code" in pattern.groupindex else match.span()
        for pattern in _POSTCODES
        for match in pattern.finditer(text)
    ]
    found = [Find("address", start, _town_behind(text, end, codes)) for start, end in streets]
    return [*found, *(Find("postcode", *span) for span in codes)]


def births(text: str) -> list[Find]:
    """Days behind a word that says that somebody was born on them."""
    return [Find("birth", *match.span("day")) for match in _BORN.finditer(text)]


def _town_behind(text: str, end: int, codes: list[tuple[int, int]]) -> int:
    """The end of the address: behind its postcode and town where they follow."""
    joined = _JOINS.match(text, end)
    if joined is None:
        return end
    behind = max((stop for start, stop in codes if end < start <= joined.end()), default=end)
    if behind > end:
        return behind
    # "10 Church Lane, Milton Keynes MK9 3XS": the town stands before the code.
    town = _TOWN.match(text, joined.end())
    if town is None:
        return end
    return max((stop for start, stop in codes if town.end() - 1 <= start <= town.end() + 1), default=end)
