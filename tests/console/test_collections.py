"""The page of collections: asks for a history and a day, and says what it cannot tell."""

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.history import store
from aboveloop.history.store import About
from api.open_house import Site
from measure.test_collections import BY_HAND, events

PAGE = "/overview/collections"


def books(house: Stage) -> None:
    store.write(house.settings.home, About(name="books", kind="file", imported_at=0), events(BY_HAND))


def test_without_a_history_the_page_says_what_to_bring(site: Site) -> None:
    assert "aboveloop import receivables.csv" in site.client("annelies").get(PAGE).text


def test_the_four_numbers_stand_for_30_and_60_days(site: Site, house: Stage) -> None:
    books(house)
    client = site.client("annelies")
    page = client.get(PAGE, params={"history": "books", "start": "2026-03-01"}).text
    assert page.count("Days sales outstanding") == 2 and ">90.00 EUR</a>" in page and "45.0 days" in page
    assert "01 Mar 2026 to 30 Mar 2026, held against 30 Jan 2026 to 28 Feb 2026." in page and "1 write-off." in page
    assert "there is no before of 60 days" not in page and "30.00 EUR for the result" in page
    early = client.get(PAGE, params={"history": "books", "start": "2026-04-20"}).text
    assert "the 30 days are not over" in early and "cannot be told" in early


def test_a_history_that_tells_nothing_of_it_and_a_wrong_day_are_told(site: Site, house: Stage) -> None:
    books(house)
    store.write(house.settings.home, About(name="desk", kind="file", imported_at=0), events(BY_HAND[-1:]))
    client = site.client("annelies")
    assert "tells of no payment" in client.get(PAGE, params={"history": "desk", "start": "2026-03-01"}).text
    assert "no history gone" in client.get(PAGE, params={"history": "gone", "start": "2026-03-01"}).text
    assert client.get(PAGE, params={"history": "books", "start": "soon"}).status_code == 422
