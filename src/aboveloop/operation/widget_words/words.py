"""Which words the chat has in which language, and which language a visitor gets."""

from collections.abc import Iterable, Mapping
from string import Formatter

from aboveloop.operation.widget_words.english import ENGLISH
from aboveloop.operation.widget_words.french import FRENCH
from aboveloop.operation.widget_words.german import GERMAN
from aboveloop.operation.widget_words.spanish import SPANISH

WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
NAMES = tuple(ENGLISH)

Own = Mapping[str, Mapping[str, str]]


def words_in(language: str, own: Own) -> dict[str, str]:
    """All words in this language: the operation's own where it has them, else the house's, English where neither."""
    known = WORDS.get(language.partition("-")[0], ENGLISH)
    return {**ENGLISH, **known, **own.get(language, {})}


def languages_with_words(served: Iterable[str], own: Own) -> tuple[str, ...]:
    """The served languages in which nothing would be missing."""
    return tuple(
        each for each in served if each.partition("-")[0] in WORDS or not set(NAMES) - set(own.get(each, {}).keys())
    )


def language_for(wanted: Iterable[str], offered: tuple[str, ...]) -> str | None:
    """The first wanted language that is offered, by itself or by its first part ("de-AT" is answered with "de")."""
    for each in wanted:
        exactly = [one for one in offered if one.lower() == each.lower()]
        nearly = [one for one in offered if one.partition("-")[0].lower() == each.partition("-")[0].lower()]
        if exactly or nearly:
            return (exactly or nearly)[0]
    return None


def wanted_in(accepts: str) -> list[str]:
    """The languages of an `Accept-Language` header, the best liked first; what is refused (q=0) or malformed is left
    out."""
    liked: list[tuple[float, str]] = []
    for part in accepts[:500].split(","):
        name, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            continue
        if name.strip() and 0 < weight <= 1:
            liked.append((weight, name.strip()))
    return [name for _, name in sorted(liked, key=lambda each: -each[0])]


def placeholders(text: str) -> set[str] | None:
    """The names in braces; None where the text cannot be filled at all."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None
