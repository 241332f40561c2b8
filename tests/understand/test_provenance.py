"""The gate of training and evaluation sets: nothing personal, and every row says where it is from."""

import pytest

from aboveloop.understand.masking.finder import Known, Surroundings
from aboveloop.understand.provenance import SetRefused, look_through

ORIGIN = {"source": "workshop of 3 March", "basis": "written", "recorded_at": "2026-03-03"}


def row(text: str = "where is my order", **changes: object) -> dict:  # type: ignore[type-arg]
    return {"text": text, "label": "track_order", "provenance": {**ORIGIN, **changes}}


def test_a_clean_set_passes_and_is_named_by_its_digest() -> None:
    report = look_through([row(), row("cancel it", basis="consented", consent="ConsentGiven entry_1")])

    assert report.passed
    assert report.bases == {"written": 1, "consented": 1}
    report.demand()
    assert (
        report.digest
        == look_through([row(), row("cancel it", basis="consented", consent="ConsentGiven entry_1")]).digest
    )
    assert report.digest != look_through([row()]).digest


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (row("write to anna@mail.example"), "personal (email)"),
        (row("my card is 4111 1111 1111 1111"), "personal (card)"),
        (row("I saw Zorvel Quint at noon"), "may hold something personal"),
        ({"text": "hello"}, "where it is from"),
        (row(source=""), "no source"),
        (row(basis="found on the web"), "its basis is none"),
        (row(basis="consented"), "does not name it"),
        (row(recorded_at="yesterday"), "is no date"),
        (row(" "), "no text"),
        ({"label": "x", "provenance": ORIGIN}, "no text"),
        ({**row(), "label": "anna@mail.example"}, "its label holds"),
    ],
)
def test_one_bad_row_refuses_the_whole_set_and_is_never_repeated(bad: dict, said: str) -> None:  # type: ignore[type-arg]
    report = look_through([row(), bad])

    assert not report.passed
    assert [fault.row for fault in report.faults] == [2]
    assert said in report.faults[0].because
    assert "anna" not in report.faults[0].because
    with pytest.raises(SetRefused, match="row 2"):
        report.demand()


def test_values_that_the_house_knows_are_found_too() -> None:
    around = Surroundings((Known("name", "Zwartjes"),))

    assert not look_through([row("zwartjes wants his money")], around).passed


def test_an_empty_set_does_not_pass() -> None:
    with pytest.raises(SetRefused, match="empty"):
        look_through([]).demand()
