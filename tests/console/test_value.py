"""The page of value: four buckets with what shows them, refused where chance would do, and what is shown fastest."""

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import Site
from app.portfolio.earned import LATER, NAME, helpdesk
from console.test_charters import sent

PAGE = "/overview/value"
CLAIM = {
    "charter": NAME,
    "bucket": "cost",
    "since": "2027-01-04",
    "until": "2027-03-29",
    "history": "faster",
    "each": "30.00",
    "because": "An hour of support, from finance.",
}


def ready(site: Site, house: Stage) -> None:
    helpdesk(house)
    helpdesk(house, "faster", began=LATER, hours=5)
    sent(site, "yuki", f"/charters/{NAME}/freeze")


def test_without_a_value_the_page_says_what_one_is(site: Site) -> None:
    page = site.client("annelies").get(PAGE).text
    assert "No value is shown yet" in page and "beyond chance" in page
    assert "Show a value" not in page, "the sponsor only looks"


def test_a_value_is_shown_from_the_page_and_leads_to_its_count(site: Site, house: Stage) -> None:
    ready(site, house)
    assert sent(site, "annelies", PAGE, **CLAIM)[0] == 403
    assert sent(site, "yuki", PAGE, **CLAIM) == (303, f"{PAGE}?notice=value_shown")
    page = site.client("annelies").get(PAGE).text
    assert "Shown so far: <strong>100800.00 EUR" in page and "+20 hours a case for the better" in page
    assert "Firm of it: <strong>0.00 EUR" in page and "interim: something weakens it" in page
    assert "/charters/lost_parcels?since=2027-01-04&amp;until=2027-03-29&amp;history=faster#moved" in page
    assert "100800.00 EUR shown so far</a>, by 1 count" in site.client("annelies").get("/overview").text
    status, said = sent(site, "yuki", PAGE, **{**CLAIM, "bucket": "experience"})
    assert status == 409 and "counted already as cost" in said


def test_what_cannot_be_read_or_is_no_bucket_is_told(site: Site, house: Stage) -> None:
    ready(site, house)
    for field, wrong in (("since", "soon"), ("each", "much"), ("each", ""), ("bucket", "revenue"), ("because", "")):
        assert sent(site, "yuki", PAGE, **{**CLAIM, field: wrong})[0] == 400, field


def test_a_value_is_withdrawn_with_a_reason(site: Site, house: Stage) -> None:
    ready(site, house)
    sent(site, "yuki", PAGE, **CLAIM)
    page = site.client("yuki").get(PAGE).text
    address = page.split('action="/overview/value/', 1)[1].split('"', 1)[0]
    assert sent(site, "annelies", f"{PAGE}/{address}", because="No.")[0] == 403
    assert sent(site, "yuki", f"{PAGE}/{address}")[0] == 400
    assert sent(site, "yuki", f"{PAGE}/{address}", because="Another rate.")[0] == 303
    page = site.client("annelies").get(PAGE).text
    assert "Withdrawn because: Another rate." in page and "No value is shown yet" in page
    assert "nobody has shown yet" in site.client("annelies").get("/overview").text


def test_what_is_shown_fastest_stands_first(site: Site, house: Stage) -> None:
    told = site.client("annelies").get(PAGE, params={"fastest_of": NAME})
    assert told.status_code == 200 and "no history helpdesk" in told.text.lower()
    helpdesk(house)
    page = site.client("annelies").get(PAGE, params={"fastest_of": NAME}).text
    assert "Fastest of lost parcels" in page and "helpdesk does not tell of it." in page
    assert site.client("annelies").get(PAGE, params={"fastest_of": "none"}).status_code == 404
