"""Names: those that the house knows, those with which somebody introduces themselves, and what may be one."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from aboveloop.understand.masking.finds import Doubt, Find
from aboveloop.understand.masking.first_names import FIRST_NAMES
from aboveloop.understand.words.lexicon import words

# First names that are words too: they count only with a capital, or every "will" and "may" would be somebody.
_ALSO_WORDS = """
will may mark rose grace hope joy art bill bob frank jack pat penny ray sue summer april june august dawn
faith jan iris olive ruby amber ivy lily basil cliff drew dean grant guy chase miles rich rob sunny bo an so
in de do sandy sky star angel bell brook wood green brown black white long short young king best day love
"""
_WORDS_TOO = words(_ALSO_WORDS)
# Of these, names that stand before another name: "Will Hughes", "Rose Martin".
_NAMES_TOO = _WORDS_TOO - words("so in de do an bo love day best long short young king black white brown green wood")
# Words with capitals behind "for" and the like that are nobody: days, months, countries, what a shop speaks of.
_NOBODY = words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december germany netherlands belgium france spain austria italy europe amsterdam
    berlin paris london madrid larkspur christmas easter order invoice size customer service support team paypal
    klarna ideal visa mastercard dhl postnl ups dpd english german french spanish deutschland niederlande osterreich
    schweiz frankreich spanien montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar marz mai
    juni juli oktober dezember bestellung rechnung kundenservice grosse the this that weihnachten ostern my your our
    ich sie wir je vous ihr ihre mein meine
"""
)
_PARTICLES = r"(?:van|de|der|den|von|da|di|la|le|el|bin|ten|ter|zu|dos|del|du|af|des|'t|y)"
_NAME = r"(?:[A-ZÀ-ÞŁŚŻČŠŽ]['’])?[A-ZÀ-ÞŁŚŻČŠŽ][^\W\d_]+(?:['’-][^\W\d_]+)*"
# One word that is written like a name.
NAME_LIKE = re.compile(_NAME)
_REST = rf"(?:\s(?:{_PARTICLES}\s){{0,2}}{_NAME})"
_FULL = rf"{_NAME}{_REST}{{0,3}}"
_INTRODUCED = re.compile(
    r"(?:(?i:\b(?:my\s(?:full\s|last\s|first\s|sur)?name\s?(?:is|'s|:)|name\s?:|i\s?(?:am|'m)\scalled|this\sis|speaking\s(?:with|to)"
    r"|on\sbehalf\sof(?:\smy\s\w+,?)?|(?:in|under)\sthe\sname(?:\sof)?|addressed\sto"
    r"|ich\sheiße|ich\sheisse|mein\sname\s(?:ist|lautet)|name\slautet|hier\s(?:ist|spricht|schreibt)|auf\sden\snamen"
    r"|mijn\snaam\sis|ik\sheet|(?:u\s)?spreekt\smet|op\snaam\svan"
    r"|je\sm['’]appelle|mon\snom\sest|au\snom\sde|je\ssuis"
    r"|me\sllamo|mi\snombre\ses|a\snombre\sde|soy"
    r"|mi\schiamo|il\smio\snome\sè|a\snome\sdi|sono"
    r"|(?:mr|mrs|ms|miss|dr|prof|sr|sra|srta|sig|mw|mme|mlle)\b\.?|(?:herrn?|frau|mevrouw|mijnheer|dhr\.?|meneer|monsieur|madame|mademoiselle|señora?|señorita|don|doña|signora?|signorina|sig\.ra))\s{1,2}))"
    rf"(?P<name>(?:{_PARTICLES}\s){{0,2}}{_FULL})"
)
# "M. Élodie Rousseau": a letter and a full stop end sentences too, so two names must follow.
_TITLED = re.compile(rf"(?<![\w.])M\.\s(?P<name>{_NAME}{_REST}{{1,3}})")
# Behind "for", "from", "by" stand countries and products as well: two names with capitals, or one that is a first name.
_AT = re.compile(
    r"(?:(?i:\b(?:for|to|from|by|to\sthe\sname|für|an|von|durch|pour|chez|par|ici|c['’]est|para|por|voor|aan|door|per|da|hat|ist|here['’]?s|it['’]s|i\sam|i['’]m|ich\sbin|bin)\s))"
    rf"(?P<name>{_NAME}{_REST}{{1,3}})"
)
# With "my name is" everything is a name, however it is written.
_SAID_SMALL = re.compile(
    r"\bmy\s(?:full\s)?name\s?(?:is|'s|:)\s(?P<name>[^\W\d_]{2,}(?:\s[^\W\d_]{2,})?)", re.IGNORECASE
)
_FAREWELL = (
    r"(?i:\b(?:(?:kind|best|warm|many)\s(?:regards|wishes)|regards|sincerely|cheers|thanks|thank\syou|yours"
    r"|(?:met\s)?(?:vriendelijke\s|hartelijke\s)?(?:groeten|groetjes|groet)|bedankt|dank\su(?:\swel)?"
    r"|(?:mit\s)?(?:freundlichen|besten|vielen?|lieben?|herzlichen|schönen?|beste|liebe)\s(?:grüßen?|grüssen?)|grüße|gruß|danke|vielen\sdank|lg|mfg|vg"
    r"|(?:bien\s)?cordialement|merci|bonne\sjournée|salutations|(?:un\s|cordiales\s|muchos\s)?saludos?|gracias|atentamente"
    r"|(?:cordiali\s|distinti\s)?saluti|grazie))"
)
_SIGNED = re.compile(rf"{_FAREWELL}[,.!]?\s*\n+\s*(?P<name>{_FULL})\s*(?:\n|$)")
# "Thanks, Imogen Whitfield" at the end: a name behind the last word of thanks.
_SIGNED_INLINE = re.compile(rf"{_FAREWELL}(?:[,.!]\s|\s-\s)(?P<name>{_FULL})\s*[.!]?\s*(?:\n|$)")
# Who writes is named first: "Dear team, Imogen here".
_HERE = re.compile(rf"(?P<name>{_FULL})\s(?i:here|hier|speaking|ici)\b(?=[,.!?]|$)")
# Written all in capitals it is an abbreviation more often than somebody.
_MIXED = r"(?=[^\W\d_]{0,3}[a-zà-þłśżčšž])" + _NAME
_RUN = re.compile(rf"(?<![\w@.-]){_FULL}(?![\w@])")
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


def introduced(text: str, ordinary: Iterable[str] = ()) -> list[Find]:
    """Names that the text itself says are names, and those that begin with a first name."""
    # Who shouts writes everything in capitals: only where somebody signs or says "my name is" are these a name.
    spoken = [match for pattern in _WRITTEN_SO for match in pattern.finditer(text) if not match["name"].isupper()]
    matches = [*spoken, *_SIGNED.finditer(text), *_SAID_SMALL.finditer(text)]
    known = {folded(word) for word in ordinary}
    finds = [Find("name", *match.span("name")) for match in matches if not _is_ordinary(match["name"], known)]
    return [*finds, *_first_names(text, known)]


_WRITTEN_SO = (_INTRODUCED, _TITLED, _AT, _SIGNED_INLINE, _HERE)


def _is_ordinary(name: str, known: Collection[str]) -> bool:
    """Whether every word of it is one of the company's own: "for Hawthorn Hiking Boots" names nobody."""
    found = NAME_LIKE.findall(name)
    return bool(found) and all(folded(word) in known or folded(word) in _NOBODY for word in found)


def _first_names(text: str, known: Collection[str]) -> Iterator[Find]:
    """Runs of capitalised words with a first name in front, and first names alone that are no words besides."""
    for match in _RUN.finditer(text):
        found = list(NAME_LIKE.finditer(match.group()))
        for place, word in enumerate(found):
            plain = folded(word.group())
            if word.group().isupper():
                continue
            last = place == len(found) - 1
            # "Jean-Pierre" is a first name by its first half.
            is_name = plain in FIRST_NAMES or plain.partition("-")[0] in FIRST_NAMES or plain in _NAMES_TOO
            if plain in known or not is_name or (plain in _WORDS_TOO and last):
                continue
            yield Find("name", match.start() + word.start(), match.end())
            break


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
