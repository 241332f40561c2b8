"""The page of outcomes: what is not as promised, whose it is, and the form to settle it."""

from datetime import timedelta

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.rehearsal.store import change_record
from aboveloop.journey.cases import Case
from aboveloop.operation.scenario_models import RecordChange
from aboveloop.work.outcomes import breaches
from api.open_house import ELIF, Site, tell


@pytest.fixture
def case(house: Stage) -> Case:
    """A refund of which somebody changed the amount in the shop, seen a minute later."""
    done = tell(house, ELIF[1], *ELIF[:4], "49 EUR", "yes please")
    change = RecordChange(table="refunds", id="RF-700012", set={"amount_cents": 490})
    assert change_record(house.settings.home / "larkspur.db", change) == 1
    house.advance(timedelta(minutes=2))
    return done


def breach(house: Stage) -> breaches.Check:
    with house.database.read() as reader:
        (found,) = breaches.breaches(reader, house.house)
    return found


def post(site: Site, person: str, check: str, **fields: str):  # type: ignore[no-untyped-def]
    client = site.client(person)
    data = {"form_key": site.form_key(client), **fields}
    return client.post(f"/outcomes/{check}/settle", data=data, follow_redirects=False)


def test_where_nothing_is_open_the_page_says_so_and_what_is_promised(site: Site) -> None:
    page = site.client("noor").get("/outcomes").text
    assert "Nothing is open" in page and "The money that was given back stands in the order system" in page
    assert "No promise was ever broken" in site.client("noor").get("/outcomes?show=all").text


def test_a_breach_is_seen_with_its_owner_on_its_page_on_the_case_and_in_the_queue(
    site: Site, house: Stage, case: Case
) -> None:
    page = site.client("noor").get("/outcomes").text
    assert case.id in page and "Priya Raman" in page and "not as promised" in page
    assert "/outcomes" in site.client("noor").get("/").text
    shown = site.client("noor").get(f"/cases/{case.id}").text
    assert "Outcome checks" in shown and "not as promised" in shown
    assert 'id="why-1"' not in site.client("sanne").get("/outcomes").text, "who may not settle sees no form"


def test_who_may_settles_it_and_the_page_is_empty_again(site: Site, house: Stage, case: Case) -> None:
    check = breach(house)
    assert post(site, "sanne", check.id, because="x").status_code == 403
    assert post(site, "adaeze", check.id, because=" ").status_code == 400
    assert post(site, "adaeze", check.id, because="Paid by hand.").headers["location"] == (
        "/outcomes?notice=breach_settled"
    )
    assert "Nothing is open" in site.client("noor").get("/outcomes").text
    assert "Adaeze Nwosu" in site.client("noor").get("/outcomes?show=all").text
    assert "Paid by hand." in site.client("noor").get(f"/cases/{case.id}").text
    assert post(site, "adaeze", check.id, because="Twice.").status_code == 409
    assert post(site, "adaeze", "outcome_nothing", because="x").status_code == 404
