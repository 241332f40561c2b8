"""Freshdesk, Intercom, Chatwoot and Zammad over their APIs: limits, faults, changes during the read, kills."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.connect.exports.desks import BEGIN, KINDS, SECRET, Chatwoot, Desk, Freshdesk, Zammad, serving

from aboveloop.app.importing.importing import Import, Report
from aboveloop.app.importing.masking import Masker
from aboveloop.connect.exports.chatwoot_api import ChatwootApi, as_chatwoot
from aboveloop.connect.exports.desk_api import DeskApi
from aboveloop.connect.exports.freshdesk_api import FreshdeskApi, as_freshdesk
from aboveloop.connect.exports.intercom_api import IntercomApi, as_intercom
from aboveloop.connect.exports.records import Export, ExportUnreadable, Page, Reading, Record, Row
from aboveloop.connect.exports.web import TOKEN, Web
from aboveloop.connect.exports.zammad_api import ZammadApi, as_zammad
from aboveloop.history import store

APIS: dict[str, Any] = {
    "freshdesk": (FreshdeskApi, as_freshdesk),
    "intercom": (IntercomApi, as_intercom),
    "chatwoot": (ChatwootApi, as_chatwoot),
    "zammad": (ZammadApi, as_zammad),
}
SIZE = 3


@pytest.fixture(params=KINDS, ids=lambda kind: kind.kind)
def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("aboveloop.connect.exports.freshdesk_api._PER_PAGE", SIZE)
    with serving(request.param(10, SIZE)) as served:
        yield served


class Killed(Exception):
    """The process ends here."""


class Breaking:
    """An export that ends the process behind so many pages."""

    has_keys, is_retry, goes_on = True, False, True

    def __init__(self, export: Export, pages: int) -> None:
        self._export, self._pages = export, pages
        self.kind, self.fingerprint, self.reading = export.kind, export.fingerprint, export.reading

    def pages(self, mark: Any) -> Iterator[Page]:
        for number, page in enumerate(self._export.pages(mark)):
            if number == self._pages:
                raise Killed
            yield page

    def record(self, row: Row) -> Record:
        return self._export.record(row)


def run(
    home: Path, desk: Desk, *, waits: list[float] | None = None, token: str = SECRET, pages: int | None = None
) -> Report:
    source, sign = APIS[desk.kind]
    kept: list[float] = [] if waits is None else waits
    web = Web(desk.address, sign=sign, wait=kept.append, environment={TOKEN: token})
    try:
        export: Export = DeskApi(source(web), Reading())
        if pages is not None:
            export = Breaking(export, pages)
        now = datetime(2026, 11, 26, tzinfo=UTC)
        return Import(home, "desk", export, Masker(b"s" * 32), now=now, place=desk.address).run()
    finally:
        web.close()


def kept(home: Path) -> list[tuple[Any, ...]]:
    rows = store.table(store.find(home, "desk")).to_pylist()
    return sorted(
        (row["case_id"], row["at"], row["activity"], row["who"] or "", str(row["attributes"])) for row in rows
    )


def said(home: Path) -> dict[str, list[str]]:
    """Of each case what the customer said, in order."""
    found: dict[str, list[str]] = {}
    for row in store.table(store.find(home, "desk")).to_pylist():
        if row["activity"] == "customer_message":
            found.setdefault(row["case_id"], []).append(row["attributes"])
    return found


def test_every_ticket_is_read_once_with_all_that_was_said(tmp_path: Path, desk: Desk) -> None:
    desk.cases[4].said += [f"again {number}" for number in range(6)]
    desk.cases[5].is_done = True
    report = run(tmp_path, desk)
    assert (report.stored, report.cases, report.quarantined) == (10, 10, 0)
    found = said(tmp_path)
    assert {number: len(texts) for number, texts in found.items()} == {
        str(number): 7 if number == 4 else 1 for number in range(1, 11)
    }
    ends = [row for row in kept(tmp_path) if row[2] in ("solved", "closed")]
    assert [row[0] for row in ends] == ["5"]


def test_busy_and_broken_answers_are_waited_for_as_the_desk_says(tmp_path: Path, desk: Desk) -> None:
    part = {"freshdesk": "conversations", "intercom": "/conversations/2", "chatwoot": "messages"}.get(
        desk.kind, "artic"
    )
    limit = {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(desk.now + 30)}
    desk.faults = [(part, 429, limit if desk.kind == "intercom" else {"Retry-After": "30"}), (part, 502, {})]
    waits: list[float] = []
    report = run(tmp_path, desk, waits=waits)
    assert report.cases == 10
    assert 1.0 < waits[0] <= 30 and waits[1:] in ([1.0], [2.0])


def test_killed_behind_any_page_it_goes_on_and_is_as_never_killed(tmp_path: Path, desk: Desk) -> None:
    desk.cases[6].said.append("again")
    run(tmp_path / "whole", desk)
    for pages in range(1, 5):
        home = tmp_path / f"killed-{pages}"
        with pytest.raises(Killed):
            run(home, desk, pages=pages)
        asked = len(desk.asked)
        run(home, desk)
        assert kept(home) == kept(tmp_path / "whole")
        firsts = [
            each.path for each in desk.asked[asked:] if each.path.endswith(("/1", "/1/messages", "/1/conversations"))
        ]
        assert firsts == [], "what was kept is not asked for again"


def test_what_changes_while_it_is_read_is_kept_in_its_later_state(tmp_path: Path, desk: Desk) -> None:
    desk.then = {2: lambda: desk.change(1), 3: lambda: desk.change(8)}
    run(tmp_path, desk)
    found = said(tmp_path)
    assert len(found) == 10
    assert {number for number, texts in found.items() if len(texts) == 2} == {"1", "8"}
    assert sum(map(len, found.values())) == 12, "nothing stands there twice"


def test_what_is_deleted_while_it_is_read_takes_no_other_ticket_with_it(tmp_path: Path, desk: Desk) -> None:
    desk.then = {1: lambda: desk.cases.pop(2) and None, 2: lambda: desk.cases.pop(1) and None}
    run(tmp_path, desk)
    assert set(map(str, range(3, 11))) <= set(said(tmp_path))


def test_the_next_import_asks_for_what_has_changed_alone(tmp_path: Path, desk: Desk) -> None:
    run(tmp_path, desk)
    desk.now += 5_000
    desk.change(3)
    desk.cases[11] = type(desk.cases[3])(11, desk.now + 1)
    asked = len(desk.asked)
    report = run(tmp_path, desk)
    assert (report.stored, report.cases) == (2, 11)
    assert len(said(tmp_path)["3"]) == 2
    details = {each.path for each in desk.asked[asked:] if "/5" in each.path}
    assert details == set()


def test_the_token_is_in_no_address_and_no_message(tmp_path: Path, desk: Desk) -> None:
    run(tmp_path / "a", desk)
    assert not any(SECRET in each.path + str(each.params) + str(each.body) for each in desk.asked)
    with pytest.raises(ExportUnreadable, match="refused the token") as told:
        run(tmp_path / "b", desk, token="old-and-gone")
    assert "old-and-gone" not in str(told.value)


def test_more_tickets_of_one_second_than_a_page_holds_are_all_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aboveloop.connect.exports.freshdesk_api._PER_PAGE", SIZE)
    desk = Freshdesk(40, SIZE)
    for case in desk.cases.values():
        case.changed = BEGIN + 600 + case.number // 20
    # One of them moves to the end while the second is read in pages: the others move forward by one.
    desk.then = {3: lambda: desk.change(2)}
    with serving(desk):
        report = run(tmp_path, desk)
        assert report.cases == 40
        assert max(int(each.params["page"]) for each in desk.asked if each.path == desk.lists) < 16
        monkeypatch.setattr("aboveloop.connect.exports.freshdesk_api.LAST_PAGE", 2)
        with pytest.raises(ExportUnreadable, match="in the second after"):
            run(tmp_path / "b", desk)


def test_a_long_list_never_asks_for_a_page_behind_the_last_that_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aboveloop.connect.exports.freshdesk_api._PER_PAGE", SIZE)
    with serving(Freshdesk(120, SIZE)) as desk:
        assert run(tmp_path, desk).cases == 120
        assert {each.params["page"] for each in desk.asked if each.path == desk.lists} == {"1"}


def test_a_chatwoot_that_cannot_sort_loses_nothing(tmp_path: Path) -> None:
    desk = Chatwoot(10, SIZE)
    desk.is_old = True
    # It was on the last page, and is on the first when the second is asked for.
    desk.then = {1: lambda: desk.change(1)}
    with serving(desk):
        run(tmp_path, desk)
    assert len(said(tmp_path)) == 10 and len(said(tmp_path)["1"]) == 2


def test_a_desk_that_deletes_much_between_two_pages_loses_nothing(tmp_path: Path) -> None:
    desk = Zammad(30, SIZE)

    def delete() -> None:
        for number in range(1, 8):
            del desk.cases[number]

    desk.then = {9: delete}
    with serving(desk):
        run(tmp_path, desk)
    assert set(map(str, range(8, 31))) <= set(said(tmp_path))


def test_an_address_of_something_else_is_told(tmp_path: Path, desk: Desk) -> None:
    desk.lists = "/nowhere"
    with pytest.raises(ExportUnreadable):
        run(tmp_path, desk)
