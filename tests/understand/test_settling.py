"""Several values of one entity: corrections, replacements, lists, conflicts; what is said in words and in languages."""

from datetime import date

import pytest

from aboveloop.operation.models import Entity
from aboveloop.understand.amounts import money_in
from aboveloop.understand.answers import Answer
from aboveloop.understand.dates import days_in
from aboveloop.understand.entities import Asked, EntityFinder
from aboveloop.understand.personal import personal_spans
from aboveloop.understand.readings import USABLE
from aboveloop.understand.spoken import digits_in

ENTITIES = {
    "order_number": Entity(kind="pattern", pattern=r"LK-\d{6}", normalise=["upper"]),
    "size": Entity(kind="pattern", pattern=r"(?i:size |taille |größe )?(\d{2})", group=1),
    "amount": Entity(kind="money"),
    "colour": Entity(kind="choice", choices={"slate": ["slate"], "sand": ["sand"]}),
}
MONDAY = date(2026, 11, 23)


def read(text: str, name: str, *languages: str) -> tuple[list[str], bool]:
    finder = EntityFinder(ENTITIES, currency="EUR", timezone="Europe/Amsterdam")
    asked = Asked(None, MONDAY, Answer(None), languages=(*languages, "en"))
    found, conflicts = finder.settle(finder.find(text, asked, personal_spans(text)), text)
    values = [one.value for one in found if one.name == name and one.confidence >= USABLE]
    return list(dict.fromkeys(map(str, values))), name in conflicts


@pytest.mark.parametrize(
    "text",
    [
        "order LK-100001, no sorry LK-100002",
        "LK-100001... I mean LK-100002",
        "LK-100001, wait, it should be LK-100002",
        "Bestellung LK-100001, nein, ich meine LK-100002",
        "commande LK-100001, pardon, LK-100002",
        "pedido LK-100001, perdón, quiero decir LK-100002",
    ],
)
def test_a_correction_wins(text: str) -> None:
    assert read(text, "order_number") == (["LK-100002"], False)


@pytest.mark.parametrize(
    "text", ["LK-100001 or was it LK-100002?", "LK-100001 arrived but LK-100002 did not", "LK-100001 oder LK-100002"]
)
def test_two_values_without_a_correction_are_a_conflict(text: str) -> None:
    assert read(text, "order_number")[1]


def test_a_list_is_no_conflict() -> None:
    assert read("cancel LK-100001 and LK-100002", "order_number") == (["LK-100001", "LK-100002"], False)
    assert read("LK-100001, it is LK-100001", "order_number") == (["LK-100001"], False)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("slate instead of sand", "colour", "slate"),
        ("from sand to slate please", "colour", "slate"),
        ("size 43 instead of size 42", "size", "43"),
        ("exchange size 40 for size 41", "size", "41"),
        ("Größe 43 statt Größe 42", "size", "43"),
        ("taille 43 au lieu de taille 42", "size", "43"),
    ],
)
def test_what_replaces_something_is_what_is_wanted(text: str, name: str, value: str) -> None:
    assert read(text, name) == ([value], False)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "my order is L K one double zero two zero four", "LK-100204"),
        ("en", "L K one zero zero two zero oh", "LK-100200"),
        ("de", "LK eins null null zwei null vier", "LK-100204"),
        ("fr", "LK un zéro zéro deux zéro quatre", "LK-100204"),
        ("es", "LK uno cero cero dos cero cuatro", "LK-100204"),
    ],
)
def test_digits_that_are_spoken_one_by_one_are_a_number(language: str, text: str, value: str) -> None:
    assert read(text, "order_number", language) == ([value], False)


def test_two_spoken_words_are_no_digits() -> None:
    assert digits_in("one or two things, and one more", ("en",)) == []


@pytest.mark.parametrize(
    ("language", "text", "minor"),
    [
        ("de", "fünfundzwanzig Euro", 2500),
        ("de", "hundertzwanzig Euro", 12000),
        ("de", "1.234,50 Euro", 123450),
        ("fr", "quatre-vingt-dix-sept euros", 9700),
        ("fr", "vingt et un euros", 2100),
        ("fr", "1 234,50 €", 123450),
        ("es", "treinta y cinco euros", 3500),
        ("es", "ciento veinte euros", 12000),
        ("es", "veintiún euros", 2100),
        ("en", "thirty-five euros", 3500),
    ],
)
def test_amounts_are_read_as_each_language_writes_them(language: str, text: str, minor: int) -> None:
    assert [one.minor for one in money_in(text, "EUR", (language, "en"))] == [minor]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("de", "am 3. März 2027", "2027-03-03"),
        ("de", "nächsten Freitag", "2026-11-27"),
        ("de", "letzten Dienstag", "2026-11-17"),
        ("de", "vor drei Tagen", "2026-11-20"),
        ("de", "übermorgen in der Hauptstraße", "2026-11-25"),
        ("fr", "le 1er décembre", "2026-12-01"),
        ("fr", "dans deux semaines", "2026-12-07"),
        ("fr", "lundi dernier", "2026-11-16"),
        ("fr", "hier", "2026-11-22"),
        ("es", "el 5 de enero de 2027", "2027-01-05"),
        ("es", "hace tres días", "2026-11-20"),
        ("es", "el viernes que viene", "2026-11-27"),
        ("es", "pasado mañana", "2026-11-25"),
    ],
)
def test_days_are_read_as_each_language_writes_them(language: str, text: str, day: str) -> None:
    assert [one.day.isoformat() for one in days_in(text, MONDAY, languages=(language, "en"))] == [day]


def test_a_word_of_another_language_is_no_day() -> None:
    # "Hier" is here in German and yesterday in French.
    assert days_in("das Paket ist hier", MONDAY, languages=("de", "en")) == []
