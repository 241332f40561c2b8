"""Histories are kept whole or not at all, and are found again as they were written."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from aboveloop.history import store
from aboveloop.history.errors import HistoryDamaged, HistoryExists, HistoryMisnamed, HistoryNotFound
from aboveloop.history.events import COLUMNS, Event, attributes_of
from aboveloop.history.store import About

ABOUT = About("desk", "zendesk", imported_at=1_700_000_000_000_000, time_zone="Europe/Rome", mapping={"team": "group"})


def events(count: int = 3) -> list[Event]:
    names = ("opened", "assigned", "solved")
    made = [Event("desk", f"case-{at // 3}", names[at % 3], 60_000_000 * at, at, who="p1") for at in range(count)]
    return [*made, Event("desk", "case-0", "reopened", 5, count, team="Tier 2", attributes=attributes_of({"b": 1}))]


def test_a_history_is_read_as_it_was_written(tmp_path: Path) -> None:
    kept = store.write(tmp_path, ABOUT, events())
    assert [tuple(row.values()) for row in store.table(kept).to_pylist()] == [tuple(each) for each in events()]
    assert store.find(tmp_path, "desk") == kept
    assert store.all_of(tmp_path) == [kept]
    about = kept.about
    assert (about.events, about.cases, about.first, about.last) == (4, 1, 0, 120_000_000)
    assert (about.time_zone, about.mapping) == ("Europe/Rome", {"team": "group"})


def test_the_columns_are_those_that_an_engine_reads(tmp_path: Path) -> None:
    kept = store.write(tmp_path, ABOUT, events())
    found = duckdb.sql(f"DESCRIBE SELECT * FROM '{kept.files[0]}'").fetchall()
    assert [row[0] for row in found] == list(COLUMNS)
    kinds = {row[0]: row[1] for row in found}
    assert {name for name, kind in kinds.items() if kind == "BIGINT"} == {"at", "position"}
    assert {kind for name, kind in kinds.items() if name not in ("at", "position")} == {"VARCHAR"}


def test_many_events_lie_in_several_files_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "ROWS_OF_A_FILE", 10)
    monkeypatch.setattr(store, "BATCH", 5)
    kept = store.write(tmp_path, ABOUT, events(32))
    assert len(kept.files) == 4
    assert store.table(kept, ["position"])["position"].to_pylist() == list(range(33))


def test_an_empty_history_is_a_table_without_rows(tmp_path: Path) -> None:
    kept = store.write(tmp_path, ABOUT, [])
    assert store.table(kept).num_rows == 0
    assert (kept.about.events, kept.about.first) == (0, None)


def test_a_history_is_replaced_only_when_asked(tmp_path: Path) -> None:
    store.write(tmp_path, ABOUT, events())
    with pytest.raises(HistoryExists, match="desk"):
        store.write(tmp_path, ABOUT, [])
    assert store.write(tmp_path, ABOUT, [], replace=True).about.events == 0


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    store.write(tmp_path, ABOUT, events())

    def broken() -> Iterator[Event]:
        yield events()[0]
        raise OSError("the line was cut")

    with pytest.raises(OSError, match="cut"):
        store.write(tmp_path, ABOUT, broken(), replace=True)
    assert store.find(tmp_path, "desk").about.events == 4
    assert [path.name for path in store.folder_of(tmp_path).iterdir()] == ["desk"]


def test_names_that_are_no_folder_of_a_history_are_refused(tmp_path: Path) -> None:
    for name in ("ledger", "../desk", "Desk", "", "a/b"):
        with pytest.raises(HistoryMisnamed):
            store.write(tmp_path, About(name, "csv", 0), [])
    with pytest.raises(HistoryNotFound, match="None was imported yet"):
        store.find(tmp_path, "../desk")


def test_a_damaged_description_says_what_to_do(tmp_path: Path) -> None:
    kept = store.write(tmp_path, ABOUT, events())
    (kept.files[0].parent / store.ABOUT).write_text("{", encoding="utf-8")
    with pytest.raises(HistoryDamaged, match="Import the history again"):
        store.find(tmp_path, "desk")


def test_a_forgotten_history_is_gone(tmp_path: Path) -> None:
    store.write(tmp_path, ABOUT, events())
    store.remove(tmp_path, "desk")
    assert store.all_of(tmp_path) == []
