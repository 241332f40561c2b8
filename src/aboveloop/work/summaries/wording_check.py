"""A wording of somebody else's, held to the exact summary: every number, id, date and name in it must stand there.

It is strict rather than clever: a true wording that names a thing in another way is refused too. What it cannot see is
a sentence that says something untrue in plain small words; so a wording only ever stands beside the exact summary.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(r"\d[\d.,'’\u00a0\u202f]*\d|\d")
_ID = re.compile(r"(?<![\w@])(?=[\w.@:/+-]*\d)(?=[\w.@:/+-]*[^\W\d_])[\w.@:/+-]+(?![\w@])")
_ADDRESS = re.compile(r"\S+@\S+|\S+://\S+")
# Dates, times and spans: their parts alone say nothing, put together in another way they lie.
_JOINED = re.compile(r"\d+(?:[-/:]\d+)+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BEGINS = re.compile(r"(?:^|[.!?:;\n]\s*[\"“«(]?\s*|[-*•]\s*)$")
_NUMBER_WORDS_TEXT = """
one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty
ninety hundred thousand million dozen half twice double triple eins zwei drei vier fünf sechs sieben acht neun
zehn elf zwölf zwanzig hundert tausend doppelt deux trois quatre cinq sept huit neuf dix douze vingt cent
mille dos tres cuatro cinco seis siete ocho nueve diez doce veinte cien mil doble
"""
_NUMBER_WORDS = frozenset(_NUMBER_WORDS_TEXT.split())
# With these a sentence begins and nobody is named.
_OPENERS_TEXT = """
the a an this that these those it its they their there he she his her we our you your i in on at by for from
with after before since until when while where who what why how if as and or but so then now next also still
already not no nothing nobody none please however because customer case person worker order refund here both
all each der die das ein eine es er sie dies im am nach vor seit bis wenn kunde nichts niemand bitte und aber
le la les un une il elle ce cette après avant depuis si rien personne el los las uno una este esta después
antes desde nada nadie
"""
_OPENERS = frozenset(_OPENERS_TEXT.split())


def unsupported(wording: str, exact: str) -> list[str]:
    """What stands in `wording` and not in `exact`, each once. Nothing where it may be shown."""
    return list(dict.fromkeys((*_ids(wording, exact), *_numbers(wording, exact), *_names(wording, exact))))


def _ids(wording: str, exact: str) -> Iterator[str]:
    """Ids, dates in digits and letters, addresses: whole, as they are written, capitals apart."""
    for pattern in (_ADDRESS, _ID, _JOINED):
        known = {token.casefold() for token in _tokens(pattern, exact)}
        yield from (token for token in _tokens(pattern, wording) if token.casefold() not in known)


def _tokens(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group().strip(".,:;!?()[]\"'“”»«\u2068\u2069") for match in pattern.finditer(text)]


def _numbers(wording: str, exact: str) -> Iterator[str]:
    known = {_value(match.group()) for match in _NUMBER.finditer(exact)}
    for match in _NUMBER.finditer(wording):
        if _value(match.group()) not in known:
            yield match.group()
    words = {match.group().casefold() for match in _WORD.finditer(exact)}
    for match in _WORD.finditer(wording):
        if match.group().casefold() in _NUMBER_WORDS and match.group().casefold() not in words:
            yield match.group()


def _names(wording: str, exact: str) -> Iterator[str]:
    """Words with a capital, and words of scripts that have none."""
    known = {match.group().casefold() for match in _WORD.finditer(exact)}
    for match in _WORD.finditer(wording):
        word = match.group()
        has_case = word.casefold() != word or word.upper() != word
        if has_case and not word[0].isupper():
            continue
        is_opener = _BEGINS.search(wording[: match.start()]) is not None and word.casefold() in _OPENERS
        if word.casefold() not in known and not is_opener:
            yield word


def _value(text: str) -> str:
    """A number as a value: 50.01, 50,01 and 1.250,00 by their last separator."""
    plain = re.sub(r"['’\u00a0\u202f]", "", text)
    places = max(plain.rfind("."), plain.rfind(","))
    if places >= 0 and len(plain) - places - 1 != 3:
        plain = re.sub(r"[.,]", "", plain[:places]) + "." + plain[places + 1 :]
    else:
        plain = re.sub(r"[.,]", "", plain)
    try:
        return str(Decimal(plain).normalize())
    except InvalidOperation:
        return plain
