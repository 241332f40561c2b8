"""
Numbers in words: "fünfundzwanzig", "quatre-vingt-dix-sept", "treinta y cinco"; and digits that are spoken one by
one.
"""

import functools
from collections.abc import Mapping

from aboveloop.understand.words.lexicon import Phrase, spelled

_GERMAN = """
    null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn
    achtzehn neunzehn
"""
_GERMAN_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_FRENCH = """
    zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit
    dix-neuf
"""
_FRENCH_TENS = "vingt trente quarante cinquante soixante"
_SPANISH = """
    cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete
    dieciocho diecinueve
"""
_SPANISH_TENS = "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"
_SPANISH_HUNDREDS = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)

# Digits as they are spoken over the telephone. "o" and "oh" are zeros there.
_SPOKEN = {
    "en": "zero one two three four five six seven eight nine",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
}
_ALSO_SPOKEN = {"oh": "0", "o": "0", "nought": "0", "zwo": "2", "fuenf": "5", "une": "1", "un": "1"}
REPEATS = {"double": 2, "triple": 3, "doppel": 2, "doppelte": 2, "doble": 2}


@functools.lru_cache(maxsize=32)
def spelled_numbers(languages: tuple[str, ...]) -> Mapping[Phrase, int]:
    """
    Phrases of numbers from 0 to 999 in these languages but English, which has a grammar of its own in `amounts`.
    """
    made: dict[Phrase, int] = {}
    for language in languages:
        for number in range(1000) if language in _MAKERS else ():
            for written in _MAKERS[language](number):
                made[tuple(spelled(written.replace("-", " ")).split())] = number
    return made


@functools.lru_cache(maxsize=32)
def spoken_digits(languages: tuple[str, ...]) -> Mapping[str, str]:
    """Words for one digit in these languages, English beside them."""
    found = dict(_ALSO_SPOKEN)
    for language in dict.fromkeys(("en", *languages)):
        for digit, word in enumerate(_SPOKEN.get(language, "").split()):
            found[spelled(word)] = str(digit)
    return found


def _german(number: int) -> list[str]:
    units, tens = _GERMAN.split(), ["", "", *_GERMAN_TENS.split()]
    hundreds, rest = divmod(number, 100)
    if rest < 20:
        below = units[rest] if rest or not hundreds else ""
        below = "eins" if rest == 1 else below
    else:
        below = (f"{units[rest % 10]}und" if rest % 10 else "") + tens[rest // 10]
    heads = {0: [""], 1: ["hundert", "einhundert"]}.get(hundreds, [f"{units[hundreds]}hundert"])
    return [head + below for head in heads]


def _french(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    head = "" if not hundreds else "cent" if hundreds == 1 else f"{_FRENCH.split()[hundreds]} cent"
    if hundreds and not rest:
        return [head, head + "s"]
    return [f"{head} {below}".strip() for below in _french_below(rest)]


def _french_below(rest: int) -> list[str]:
    units, tens = _FRENCH.split(), _FRENCH_TENS.split()
    if rest < 20:
        return [units[rest], "une"] if rest == 1 else [units[rest]]
    if rest < 70:
        ten, unit = tens[rest // 10 - 2], rest % 10
        return [ten] if not unit else [f"{ten} et un", f"{ten} et une"] if unit == 1 else [f"{ten} {units[unit]}"]
    if rest < 80:
        return ["soixante et onze"] if rest == 71 else [f"soixante {units[rest - 60]}"]
    return ["quatre vingts", "quatre vingt"] if rest == 80 else [f"quatre vingt {units[rest - 80]}"]


def _spanish(number: int) -> list[str]:
    units, tens = _SPANISH.split(), ["", "", *_SPANISH_TENS.split()]
    hundreds, rest = divmod(number, 100)
    if number == 100:
        return ["cien"]
    if rest < 20:
        below = units[rest] if rest or not hundreds else ""
    elif 20 < rest < 30:
        below = f"veinti{units[rest - 20]}"
    else:
        below = tens[rest // 10] + (f" y {units[rest % 10]}" if rest % 10 else "")
    head = _SPANISH_HUNDREDS.split()[hundreds - 1] if hundreds else ""
    both = f"{head} {below}".strip()
    return [both, both[:-1]] if both.endswith("uno") else [both]


_MAKERS = {"de": _german, "fr": _french, "es": _spanish}
