"""Days as each language writes them: months, weekdays, "tomorrow", "in three days"."""

import re
from dataclasses import dataclass

from aboveloop.understand.words.lexicon import spelled


@dataclass(frozen=True)
class DayWords:
    """`ahead`, `back` and `weekday` are patterns over text without accents, with the groups that `dates` reads."""

    months: dict[str, int]
    weekdays: dict[str, int]
    named: dict[str, int]
    counts: dict[str, int]
    units: dict[str, str]
    ahead: str
    back: str
    last: str
    soon: str
    after: str
    between: str


def _numbered(listed: str, first: int) -> dict[str, int]:
    return {spelled(name): number for number, names in enumerate(listed.split(), first) for name in names.split("|")}


_COUNTS = {
    "de": "ein|einem|einer zwei drei vier fünf sechs sieben acht neun zehn",
    "fr": "un|une deux trois quatre cinq six sept huit neuf dix",
    "es": "un|una dos tres cuatro cinco seis siete ocho nueve diez",
}

DAY_WORDS: dict[str, DayWords] = {
    "de": DayWords(
        months=_numbered(
            "januar|jan|jänner februar|feb märz april|apr mai juni|jun juli|jul august|aug "
            "september|sept oktober|okt november|nov dezember|dez",
            1,
        ),
        weekdays=_numbered("montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag", 0),
        named={"heute": 0, "morgen": 1, "ubermorgen": 2, "uebermorgen": 2, "gestern": -1, "vorgestern": -2},
        counts=_numbered(_COUNTS["de"], 1),
        units={
            "tag": "day",
            "tage": "day",
            "tagen": "day",
            "woche": "week",
            "wochen": "week",
            "monat": "month",
            "monate": "month",
            "monaten": "month",
        },
        ahead=r"in\s+{count}\s+{unit}",
        back=r"vor\s+{count}\s+{unit}",
        last=r"(?:letzten?|vergangenen?|vorigen?)\s+",
        soon=r"(?:am|nachsten?|kommenden?|diesen?|bis)\s+",
        after="",
        between=r"\.?\s+",
    ),
    "fr": DayWords(
        months=_numbered(
            "janvier|janv février|févr mars avril|avr mai juin juillet|juil août septembre|sept "
            "octobre|oct novembre|nov décembre|déc",
            1,
        ),
        weekdays=_numbered("lundi mardi mercredi jeudi vendredi samedi dimanche", 0),
        named={"aujourd'hui": 0, "demain": 1, "apres-demain": 2, "hier": -1, "avant-hier": -2},
        counts=_numbered(_COUNTS["fr"], 1),
        units={"jour": "day", "jours": "day", "semaine": "week", "semaines": "week", "mois": "month"},
        ahead=r"(?:dans|d'ici)\s+{count}\s+{unit}",
        back=r"il\s+y\s+a\s+{count}\s+{unit}",
        last="",
        soon=r"(?:le|ce|pour)\s+",
        after=r"\s+(?P<after>prochain|dernier|passe)",
        between=r"\s+",
    ),
    "es": DayWords(
        months=_numbered(
            "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre", 1
        ),
        weekdays=_numbered("lunes martes miércoles jueves viernes sábado domingo", 0),
        named={"hoy": 0, "manana": 1, "pasado manana": 2, "ayer": -1, "anteayer": -2, "antes de ayer": -2},
        counts=_numbered(_COUNTS["es"], 1),
        units={"dia": "day", "dias": "day", "semana": "week", "semanas": "week", "mes": "month", "meses": "month"},
        ahead=r"(?:en|dentro\s+de)\s+{count}\s+{unit}",
        back=r"hace\s+{count}\s+{unit}",
        last="",
        soon=r"(?:el|este|proximo|el\s+proximo)\s+",
        after=r"\s+(?P<after>proximo|que\s+viene|pasado)",
        between=r"\s+(?:de\s+)?",
    ),
}
_GONE = frozenset({"dernier", "passe", "pasado"})


@dataclass(frozen=True)
class DayForms:
    """The patterns of one language, compiled."""

    words: DayWords
    day_month: re.Pattern[str]
    named: re.Pattern[str]
    ahead: re.Pattern[str]
    back: re.Pattern[str]
    weekday: re.Pattern[str]

    @classmethod
    def of(cls, words: DayWords) -> "DayForms":
        def any_of(names: dict[str, object] | dict[str, int] | dict[str, str]) -> str:
            return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(names, key=len, reverse=True))

        def pattern(source: str) -> re.Pattern[str]:
            return re.compile(rf"(?<![\w.,/-]){source}(?![\w/]|[.,-]\d)", re.IGNORECASE)

        count = rf"(?P<count>\d{{1,3}}|{any_of(words.counts)})"
        unit = rf"(?P<unit>{any_of(words.units)})"
        year = r"(?:\s+(?:de\s+)?(?P<year>(?:19|20)\d\d))?"
        after = f"(?:{words.after})?" if words.after else ""
        last = rf"(?P<last>{words.last})|" if words.last else ""
        return cls(
            words=words,
            day_month=pattern(rf"(?P<day>[0-3]?\d)(?:er)?{words.between}(?P<month>{any_of(words.months)})\.?{year}"),
            named=pattern(rf"(?P<name>{any_of(words.named)})"),
            ahead=pattern(words.ahead.format(count=count, unit=unit)),
            back=pattern(words.back.format(count=count, unit=unit)),
            weekday=pattern(rf"(?:{last}{words.soon})?(?P<weekday>{any_of(words.weekdays)}){after}"),
        )


def is_gone(after: str) -> bool:
    """Whether the word behind a weekday says that it lies behind us: "lundi dernier"."""
    return after in _GONE


FORMS = {language: DayForms.of(words) for language, words in DAY_WORDS.items()}
