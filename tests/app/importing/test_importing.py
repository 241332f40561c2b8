"""An import keeps each record once, whatever interrupts it, with nothing personal in it, and its counts add up."""

import csv
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.importing.importing import Import, KindDiffers, Report
from aboveloop.app.importing.masking import Masker
from aboveloop.app.importing.sources import Wish, open_export
from aboveloop.connect.exports.records import Export, ExportUnreadable, MappingWrong, Page, Reading, Record, Row
from aboveloop.history import quarantine, store

NOW = datetime(2026, 11, 26, tzinfo=UTC)


class Killed(Exception):
    """The process ends here."""


class Breaking:
    """An export that ends the process behind so many pages."""

    def __init__(self, export: Export, pages: int) -> None:
        self._export, self._pages = export, pages
        self.kind, self.fingerprint, self.reading = export.kind, export.fingerprint, export.reading
        self.has_keys, self.is_retry, self.goes_on = export.has_keys, export.is_retry, export.goes_on

    def pages(self, mark: Any) -> Iterator[Page]:
        for number, page in enumerate(self._export.pages(mark)):
            if number == self._pages:
                raise Killed
            yield page

    def record(self, row: Row) -> Record:
        return self._export.record(row)


def run(home: Path, export: Export, name: str = "desk", *, keeps: bool = False) -> Report:
    return Import(home, name, export, Masker(b"s" * 32, keeps=keeps), now=NOW, place="here").run()


def csv_export(path: Path, **columns: str) -> Export:
    return open_export(Wish(str(path), "csv", Reading(columns=columns)))


def log(path: Path, rows: int, seed: int = 1) -> Path:
    chance = random.Random(seed)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Case ID", "Activity", "Timestamp", "Team", "Comment"])
        for _ in range(rows):
            day = f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02} 10:00:00"
            out.writerow(
                [chance.randint(1, rows // 3), chance.choice(["open", "close"]), day, "T1", "thanks, it works"]
            )
    return path


def rows_of(home: Path, name: str = "desk") -> list[tuple[Any, ...]]:
    kept = store.table(store.find(home, name)).to_pylist()
    return sorted(tuple(value for key, value in row.items() if key not in ("position", "source")) for row in kept)


def adds_up(report: Report) -> bool:
    return report.read == report.stored + report.unchanged + report.quarantined


def test_killed_anywhere_and_gone_on_with_it_is_as_never_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aboveloop.app.importing.importing.ROWS_OF_A_BATCH", 5_000)
    monkeypatch.setattr("aboveloop.connect.exports.event_rows.ROWS_OF_A_PAGE", 1_000)
    path = log(tmp_path / "log.csv", 12_000)
    whole = run(tmp_path / "a", csv_export(path))
    assert (whole.read, whole.stored, whole.events) == (12_000, 12_000, 12_000)
    for _ in range(2):
        with pytest.raises(Killed):
            run(tmp_path / "b", Breaking(csv_export(path), 6))
        assert not (tmp_path / "b/history/desk").exists(), "a reader sees all of it or nothing"
    resumed = run(tmp_path / "b", csv_export(path))
    assert resumed.resumed_at == 10_000 and resumed.stored == 12_000
    assert rows_of(tmp_path / "b") == rows_of(tmp_path / "a")
    again = run(tmp_path / "b", csv_export(path))
    assert (again.stored, again.unchanged, again.events) == (0, 12_000, 12_000)
    positions = store.table(store.find(tmp_path / "b", "desk"), ["position"])["position"].to_pylist()
    assert len(set(positions)) == 12_000


def test_a_longer_file_adds_its_new_rows_alone(tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", 900)
    run(tmp_path, csv_export(path))
    with path.open("a") as file:
        file.write("7,open,2026-12-01 10:00:00,T1,new\n7,open,2026-12-01 10:00:00,T1,new\n")
    report = run(tmp_path, csv_export(path))
    assert (report.stored, report.unchanged, report.events) == (2, 900, 902)
    with pytest.raises(KindDiffers, match="other columns"):
        run(tmp_path, csv_export(path, team="Comment"))


def test_rows_that_cannot_be_read_are_quarantined_and_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "case,activity,time,note\n1,open,2026-01-02,a\n1,close,soon,b\n,open,2026-01-02,c\n1,open\n2,open,2026-01-03,"
        "mail ann.lee@shop.example\n3,open,later,from bob@shop.example\n"
    )
    report = run(tmp_path, csv_export(path))
    assert (report.read, report.stored, report.quarantined) == (6, 2, 4) and adds_up(report)
    held = list(quarantine.read(tmp_path / "history/desk" / quarantine.FILE))
    assert [each.place for each in held] == ["line 3", "line 4", "line 5", "line 7"]
    assert [each.reason for each in held][:3] == [
        "'soon' is no time that can be read.",
        "It names no case.",
        "It has 2 fields where the header has 4.",
    ]
    kept = b"".join(each.read_bytes() for each in (tmp_path / "history/desk").iterdir())
    assert b"bob@shop" not in kept and b"ann.lee" not in kept
    assert report.personal == {"note": {"email": 1}, "quarantine": {"email": 1}}


def zendesk(path: Path, tickets: list[dict[str, Any]]) -> Export:
    users = [{"id": 1, "role": "end-user"}, {"id": 7, "role": "agent"}]
    path.write_text(json.dumps({"tickets": tickets, "users": users, "groups": [{"id": 3, "name": "Tier 2"}]}))
    return open_export(Wish(str(path), "zendesk", Reading()))


def ticket(number: int, *texts: str, status: str = "open") -> dict[str, Any]:
    at = "2026-03-01T10:00:00Z"
    comments = [{"author_id": 1, "body": text, "public": True, "created_at": at} for text in texts]
    said = {"id": number, "created_at": at, "updated_at": at, "requester_id": 1, "status": status, "group_id": 3}
    return {**said, "comments": comments}


def test_a_ticket_that_changed_takes_the_place_of_its_earlier_state(tmp_path: Path) -> None:
    path = tmp_path / "z.json"
    first = run(tmp_path, zendesk(path, [ticket(1, "Where is it"), ticket(2, "Hello"), {"no": "id"}]))
    assert (first.stored, first.quarantined, first.cases) == (2, 1, 2)
    second = run(tmp_path, zendesk(path, [ticket(1, "Where is it", "Still not", status="solved"), ticket(2, "Hello")]))
    assert (second.stored, second.unchanged, second.cases) == (1, 1, 2) and adds_up(second)
    told = [row[1] for row in rows_of(tmp_path) if row[0] == "1"]
    assert sorted(told) == ["assigned", "customer_message", "customer_message", "opened", "solved"]
    twice = run(tmp_path, zendesk(path, [ticket(3, "a"), ticket(3, "a", "b"), ticket(2, "Hello")]))
    assert (twice.stored, twice.unchanged, twice.cases) == (2, 1, 3)
    assert len([row for row in rows_of(tmp_path) if row[0] == "3"]) == 4


def test_a_value_has_one_placeholder_and_keeping_it_is_counted_too() -> None:
    mask = Masker(b"s" * 32)
    once, again = (mask.text(f"Mail {each}, please", "text") for each in ("ann@shop.example", "Ann@shop.example"))
    assert once == again and "@" not in once
    assert mask.text("Thanks, it works", "text") == "Thanks, it works"
    assert mask.value({"tel": 31612345678, "n": 7}, "field")["n"] == 7
    assert mask.person("person:701") == "person:701" and mask.person("Sanne Wolters") != "Sanne Wolters"
    assert mask.text("12.03.2026 11:22:10", "at") == "12.03.2026 11:22:10"
    keeps = Masker(b"s" * 32, keeps=True)
    assert keeps.text("ann@shop.example", "text") == "ann@shop.example" and keeps.counts["text", "email"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04abc", "Excel"),
        (b"only\nwords\n", "one column"),
        (b"a,b,c\n1,2,3\n", "looks like the time"),
        (b"\x00\x01\x02\x03", "zero bytes"),
    ],
)
def test_what_is_no_export_is_told_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises((ExportUnreadable, MappingWrong), match=said):
        csv_export(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_encodings_signs_doubled_names_and_long_texts(tmp_path: Path, encoding: str, sign: str) -> None:
    path = tmp_path / "x.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.writer(file, delimiter=sign)
        out.writerows([["ticket id", "event", "date", "note", "note"]])
        out.writerows([["1", "open", "13/02/2026 10:00", "Grüße,\nzwei Zeilen", "x" * 200_000]])
        out.writerows([["1", "close", "02/03/2026 3:05 PM", "ok", ""]])
    report = run(tmp_path, csv_export(path))
    assert (report.stored, report.quarantined) == (2, 0)
    first, second = sorted(rows_of(tmp_path), key=lambda row: row[2])
    assert datetime.fromtimestamp(first[2] / 1e6, UTC) == datetime(2026, 2, 13, 10, tzinfo=UTC)
    assert datetime.fromtimestamp(second[2] / 1e6, UTC) == datetime(2026, 3, 2, 15, 5, tzinfo=UTC)
    told = json.loads(first[-1])
    assert told["note"].startswith("Grüße,\nzwei") and len(told["note (2)"]) == 200_000


def test_times_without_a_zone_are_in_the_zone_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("case,activity,time\n1,open,2026-07-01 12:00:00\n")
    export = open_export(Wish(str(path), "csv", Reading(zone="Europe/Amsterdam")))
    run(tmp_path, export)
    assert rows_of(tmp_path)[0][2] == int(datetime(2026, 7, 1, 10, tzinfo=UTC).timestamp()) * 1_000_000
    with pytest.raises(MappingWrong, match="no time zone"):
        open_export(Wish(str(path), "csv", Reading(zone="Mars")))
