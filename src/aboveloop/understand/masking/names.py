"""Names: those that the house knows, those with which somebody introduces themselves, and what may be one."""

import re
import unicodedata
from collections.abc import Iterable

from aboveloop.understand.masking.finds import Doubt, Find

# First names that are words too: they count only with a capital, or every "will" and "may" would be somebody.
_ALSO_WORDS = """
will may mark rose grace hope joy art bill bob frank jack pat penny ray sue summer april june august dawn
faith jan iris olive ruby amber ivy lily basil cliff drew dean grant guy chase miles rich rob sunny bo an so
in de do sandy sky star angel bell brook wood green brown black white long short young king best day love
"""
_WORDS_TOO = frozenset(_ALSO_WORDS.split())
_PARTICLES = r"(?:van|de|der|den|von|da|di|la|le|el|bin|ten|ter|zu|dos|del|du|af)"
_NAME = r"[A-ZÀ-ÞŁŚŻČŠŽ][^\W\d_]+(?:['’-][^\W\d_]+)*"
# One word that is written like a name.
NAME_LIKE = re.compile(_NAME)
_FULL = rf"{_NAME}(?:\s(?:{_PARTICLES}\s){{0,2}}{_NAME}){{0,3}}"
_INTRODUCED = re.compile(
    r"(?:(?i:\b(?:my\s(?:full\s|last\s|first\s)?name\s?(?:is|'s|:)|name\s?:|i\s?(?:am|'m)\scalled|this\sis|speaking\swith"
    r"|ich\sheiße|ich\sheisse|mein\sname\sist|mijn\snaam\sis|ik\sheet|je\sm['’]appelle|me\sllamo|mi\schiamo"
    r"|(?:mr|mrs|ms|miss|dr|prof|herr|frau|mevrouw|dhr|meneer|mme|monsieur|madame|señora?)\.?)\s{1,2}))"
    rf"(?P<name>{_FULL})"
)
# With "my name is" everything is a name, however it is written.
_SAID_SMALL = re.compile(
    r"\bmy\s(?:full\s)?name\s?(?:is|'s|:)\s(?P<name>[^\W\d_]{2,}(?:\s[^\W\d_]{2,})?)", re.IGNORECASE
)
_SIGNED = re.compile(
    r"(?:(?i:\b(?:(?:kind|best|warm|many)\s(?:regards|wishes)|regards|sincerely|cheers|groeten|groetjes|grüße|gruß"
    r"|cordialement|saludos|saluti|yours)))[,.!]?\s*\n+\s*"
    rf"(?P<name>{_FULL})\s*(?:\n|$)"
)
# Written all in capitals it is an abbreviation more often than somebody.
_MIXED = r"(?=[^\W\d_]{0,3}[a-zà-þłśżčšž])" + _NAME
_PAIR = re.compile(rf"(?<![\w@.-]){_MIXED}(?:\s(?:{_PARTICLES}\s){{0,2}}{_MIXED})+(?![\w@])")
_BEGINS = re.compile(r"(?:^|[.!?:;\n\"“(]\s*|[-*•]\s)$")
# A pair of capitals inside a sentence is a name more often than not; at its beginning less often.
_PAIR_WEIGHT, _FIRST_PAIR_WEIGHT = 0.6, 0.4
# An "at" or "dot" that stands for a sign: an address that hides from machines.
_HIDDEN_EMAIL = re.compile(
    r"(?<![\w.])[\w.+-]{1,64}\s?(?:\(|\[|\{|<)?\s?(?:\bat\b|@|ät)\s?(?:\)|\]|\}|>)?\s?"
    r"[\w-]{1,63}(?:\s?(?:\(|\[|\{|<)?\s?(?:\bdot\b|\.)\s?(?:\)|\]|\}|>)?\s?[\w-]{2,24}){1,3}(?!\w)",
    re.IGNORECASE,
)
_SHORTEST_KNOWN = 2


def introduced(text: str) -> list[Find]:
    """Names that the text itself says are names."""
    matches = [match for pattern in (_INTRODUCED, _SIGNED, _SAID_SMALL) for match in pattern.finditer(text)]
    return [Find("name", *match.span("name")) for match in matches]


def hidden_emails(text: str) -> list[Find]:
    """Addresses written out: `anna (at) mail dot example`. A plain sentence with "at" and a full stop is none."""
    return [
        Find("email", *match.span())
        for match in _HIDDEN_EMAIL.finditer(text)
        if re.search(r"\bdot\b|[(\[{<]\s?(?:at|@)", match.group(), re.IGNORECASE)
    ]


def doubts(text: str, ordinary: Iterable[str] = ()) -> list[Doubt]:
    """Runs of capitalised words that may be names. `ordinary` are words of the company's own that are none."""
    known = {word.casefold() for word in ordinary}
    found = []
    for match in _PAIR.finditer(text):
        if all(word.casefold() in known for word in re.findall(r"[^\W\d_]+", match.group())):
            continue
        begins = _BEGINS.search(text, 0, match.start()) is not None
        weight = _FIRST_PAIR_WEIGHT if begins else _PAIR_WEIGHT
        found.append(Doubt("words with capitals that may be a name", weight, *match.span()))
    return found


def known_finds(text: str, value: str, kind: str) -> list[tuple[int, int]]:
    """Where a value that the house knows stands in `text`, however its letters are written, before an 's too."""
    wanted = folded(value).split()
    if not wanted or sum(map(len, wanted)) < _SHORTEST_KNOWN:
        return []
    body = r"[\s,]{1,3}".join(map(re.escape, wanted))
    ends = r"(?=(?:['’]?s|en|n)?(?!\w))" if kind == "name" else r"(?!\w)"
    places = [match.span() for match in re.finditer(rf"(?<!\w){body}{ends}", folded(text))]
    if kind == "name" and len(wanted) == 1 and (wanted[0] in _WORDS_TOO or len(wanted[0]) <= _SHORTEST_KNOWN):
        return [(start, end) for start, end in places if text[start].isupper()]
    return places


def folded(text: str) -> str:
    """Small letters without accents, each at its place: `folded(text)[i]` is the letter of `text[i]`."""
    if text.isascii():
        return text.lower()
    return "".join(_plain(letter) for letter in text)


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter
