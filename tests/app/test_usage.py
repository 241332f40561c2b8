"""Looks at pages are counted by page, role and day; nobody is named, and what nobody opens is told."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from aboveloop.app.looking import store
from aboveloop.app.looking.usage import KEPT_DAYS, Usage, count_look, counted_pages, usage
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.console.page_names import page_names
from aboveloop.govern.people import person_of
from api.open_house import Site, house, operation, site, template, understands

__all__ = ["house", "operation", "site", "template", "understands"]


def counted(house: Stage, days: int = 28) -> Usage:
    with house.database.read() as reader:
        return usage(house, reader, house.operation, days)


def looks_at(house: Stage, person: str, page: str) -> None:
    count_look(house, house.operation, person_of(house.operation, person), f"GET {page}")


def test_looks_of_the_site_are_counted_by_role_and_name_nobody(site: Site, house: Stage) -> None:
    client = site.client("noor")
    assert counted(house).looks == 0 and len(counted(house).dead) == len(counted_pages())
    for address in ("/radar", "/radar", "/cases/none", "/static/console.css", "/nowhere"):
        client.get(address)
    client.get("/radar", headers={"X-Refresh": "1"})
    site.client("annelies").get("/stages")
    site.client().get("/stages")
    found = {each.page: each for each in counted(house).pages if not each.is_dead}
    assert set(found) == {"/radar", "/stages"}, "neither what is not there, nor files, nor who is not signed in"
    assert found["/radar"].times == 2 and sum(times for _, times in found["/radar"].by_role) == 2
    assert found["/radar"].last == house.clock.now().date().isoformat()
    kept = json.dumps([tuple(row) for row in _rows(house)])
    assert "noor" not in kept.lower() and "person" not in kept
    page = client.get("/organisation/usage").text
    assert "What nobody opens" in page and 'href="/data"' in page and ">2</td>" in page
    assert counted(house).as_json()["opened"][0]["page"] == "/radar"


def test_a_house_is_not_judged_by_days_on_which_nothing_was_counted(house: Stage) -> None:
    today = house.clock.now().date()
    assert (counted(house).since, counted(house).days) == (today.isoformat(), 1)
    looks_at(house, "noor", "/radar")
    house.clock.advance(timedelta(days=3))
    assert (counted(house).since, counted(house).days) == (today.isoformat(), 4)
    house.clock.advance(timedelta(days=60))
    assert counted(house).days == 28


def test_every_page_that_is_counted_has_a_name() -> None:
    names = page_names()
    assert [page for page in counted_pages() if page not in names] == []
    assert len(set(names.values())) == len(names), "each is told from the others"


def test_a_page_that_a_person_may_not_see_is_no_look(site: Site, house: Stage) -> None:
    assert site.client("annelies").get("/people").status_code == 403
    assert counted(house).looks == 0


def test_old_looks_are_left_out_and_then_forgotten(house: Stage) -> None:
    looks_at(house, "noor", "/radar")
    house.clock.advance(timedelta(days=27))
    looks_at(house, "priya", "/data")
    assert {each.page for each in counted(house).pages if not each.is_dead} == {"/radar", "/data"}
    house.clock.advance(timedelta(days=1))
    assert {each.page for each in counted(house).pages if not each.is_dead} == {"/data"}
    house.clock.advance(timedelta(days=KEPT_DAYS))
    looks_at(house, "noor", "/radar")
    assert [row.page for row in _rows(house)] == ["/radar"], "what is old is kept no longer"


def test_a_day_is_one_of_the_operations_time_zone(house: Stage) -> None:
    late = house.clock.now().replace(hour=23, minute=30)
    house.clock.advance(late - house.clock.now())
    looks_at(house, "noor", "/radar")
    (row,) = _rows(house)
    assert row.day == (late + timedelta(hours=1)).date().isoformat(), "in Amsterdam it is tomorrow already"


def test_a_count_that_cannot_be_written_loses_no_page(house: Stage, caplog: pytest.LogCaptureFixture) -> None:
    with house.database.write() as tx:
        tx.execute(sa.text("DROP TABLE page_looks"))
    looks_at(house, "noor", "/radar")
    assert "could not be counted" in caplog.text


def test_what_is_no_page_is_not_counted(house: Stage) -> None:
    for page in ("/static/{name}", "/scorecard/csv", "/sheets/shadow/{form}", "/nowhere"):
        looks_at(house, "noor", page)
    assert _rows(house) == []


def _rows(house: Stage) -> list[sa.Row[tuple[object, ...]]]:
    with house.database.read() as reader:
        return list(store.pages_since(reader, ""))
