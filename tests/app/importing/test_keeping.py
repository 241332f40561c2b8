"""Personal data is kept by who may, for a time, and is gone when that is over: from events, quarantine and drafts."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.app.importing import imports, keeping
from aboveloop.app.importing.imports import Keeping
from aboveloop.app.importing.sources import Wish
from aboveloop.connect.exports.records import Reading
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import person_of
from aboveloop.history import store
from aboveloop.kit.errors import WrongUsage
from app.chartering.bakery_house import bakery, put_to_work
from app.conftest import SOUND
from work.bakery import Bakery

__all__ = ["bakery"]

ROWS = (
    ("1", "customer_message", "2026-01-05T09:00:00Z", "customer: Femke Claassen", "I am femke@customers.example."),
    ("1", "person_message", "2026-01-05T10:00:00Z", "person: Sanne Bos", "Hello, we call 06-12345678."),
    ("2", "customer_message", "2026-01-06T09:00:00Z", "customer: Femke Claassen", "femke@customers.example again"),
    ("3", "customer_message", "no time at all", "customer: Femke Claassen", "femke@customers.example is late"),
)
PERSONAL = (b"femke@customers", b"Claassen", b"Sanne Bos", b"06-12345678")
COLUMNS = {"case": "case", "activity": "activity", "time": "time", "who": "who"}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("case", "activity", "time", "who", "text"), *ROWS])
    return path


def imported(bakery: Bakery, export: Path, name: str, why: str = "", days: int = 30) -> None:
    imports.import_(bakery, Wish(str(export), "csv", Reading("UTC", None, COLUMNS)), name, Keeping("house", why, days))


def lies_there(home: Path) -> set[bytes]:
    """What of the personal values stands in any file of the histories, also inside of their tables."""
    folder = store.folder_of(home)
    texts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    texts += [str(store.table(each).to_pylist()).encode() for each in store.all_of(home)]
    return {value for value in PERSONAL for text in texts if value in text}


def events_of(bakery: Bakery, name: str) -> list[tuple[object, ...]]:
    found = store.table(store.find(bakery.settings.home, name)).to_pylist()
    return [tuple(value for key, value in row.items() if key != "source") for row in found]


def test_what_was_kept_is_gone_when_its_time_is_over(bakery: Bakery, export: Path) -> None:
    imported(bakery, export, "kept", "To work beside people.", days=10)
    assert lies_there(bakery.settings.home) == set(PERSONAL)
    bakery.clock.advance(timedelta(days=9))
    assert keeping.mask_due(bakery) == [] and lies_there(bakery.settings.home)
    bakery.clock.advance(timedelta(days=1))
    assert keeping.mask_due(bakery) == ["kept"]
    assert lies_there(bakery.settings.home) == set()
    assert keeping.mask_due(bakery) == [] and bakery.kinds("house").count("HistoryMasked") == 1


def test_masking_later_leaves_what_masking_at_the_import_leaves(bakery: Bakery, export: Path) -> None:
    imported(bakery, export, "masked")
    imported(bakery, export, "kept", "To work beside people.")
    assert events_of(bakery, "kept") != events_of(bakery, "masked")
    assert keeping.mask(bakery, "kept", "house") > 0
    assert events_of(bakery, "kept") == events_of(bakery, "masked")
    home = bakery.settings.home
    assert [each.row for each in imports.quarantined(home, "kept")] == [
        each.row for each in imports.quarantined(home, "masked")
    ]
    assert keeping.mask(bakery, "masked", "house") == 0


def test_who_keeps_why_and_until_when_stands_in_the_ledger(bakery: Bakery, export: Path) -> None:
    imported(bakery, export, "kept", "To work beside people.", days=10)
    with bakery.database.read() as reader:
        (entry,) = bakery.ledger.find(reader, kind="HistoryImported")
        assert keeping.kept(bakery, reader) == {"kept": entry.body["until"]}
    assert (entry.body["personal"], entry.body["why"]) == ("kept", "To work beside people.")
    assert entry.body["until"][:10] == str((bakery.clock.now() + timedelta(days=10)).date())


def test_who_may_not_see_what_is_personal_may_not_keep_it(bakery: Bakery) -> None:
    put_to_work(
        bakery,
        {
            **SOUND,
            "operation.yaml": SOUND["operation.yaml"]
            .replace("roles:\n", "roles:\n  blind: {may: [propose]}\n")
            .replace("people:\n", "people:\n  - {id: bo, name: Bo Lind, roles: [blind], trained: 2026-02-02}\n"),
        },
    )
    with pytest.raises(MayNot):
        keeping.permit(person_of(bakery.current(), "bo"), 30)
    for days in (0, 181):
        with pytest.raises(WrongUsage, match="1 to 180 days"):
            keeping.permit(None, days)
