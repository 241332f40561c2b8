"""The pages of delivery and steering: KPIs with what is behind them, the backlog with its proposals."""

import re
from datetime import timedelta

from aboveloop.app.improving import seeing
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.improve import answers, backlog
from aboveloop.improve.backlog import State
from api.open_house import ELIF, Site, tell


def send(site: Site, person: str, address: str, **fields: str) -> int:
    client = site.client(person)
    return client.post(address, data={"form_key": site.form_key(client), **fields}).status_code


def test_every_kpi_shows_its_value_target_owner_and_what_is_behind_it(site: Site, house: Stage) -> None:
    tell(house, "bea", "what are your opening hours?")
    tell(house, "elif", *ELIF)
    page = site.client("noor").get("/overview/kpis").text
    for kpi in house.operation.kpis.values():
        assert kpi.title in page
    card = page.partition('aria-labelledby="k-containment"')[2].partition("</article>")[0]
    assert "100.0 %" in card and "too few cases" in card and "Noor Haddad answers for it" in card
    assert "show=alone&amp;days=28" in card
    for address in set(re.findall(r'href="(/[^"#]*)"', page)):
        assert site.client("noor").get(address.replace("&amp;", "&")).status_code == 200, address
    for person in ("annelies", "kofi"):
        shown = site.client(person).get("/overview/kpis").text.partition("<main")[2]
        for address in set(re.findall(r'href="(/[^"#]*)"', shown)):
            assert site.client(person).get(address.replace("&amp;", "&")).status_code == 200, address


def test_the_case_list_of_a_kpi_is_of_its_span_alone(site: Site, house: Stage) -> None:
    tell(house, "bea", "what are your opening hours?")
    assert "1 case" in site.client("noor").get("/cases?show=alone&days=28").text
    assert "opened in the last 28 days" in site.client("noor").get("/cases?show=alone&days=28").text


def test_the_owner_of_a_kpi_writes_it_down_on_the_page_and_nobody_else(site: Site) -> None:
    assert 'action="/overview/kpis/satisfaction"' in site.client("noor").get("/overview/kpis").text
    assert 'action="/overview/kpis/satisfaction"' not in site.client("tomasz").get("/overview/kpis").text
    assert send(site, "noor", "/overview/kpis/satisfaction", value="0,82", note="Survey") == 303
    assert "82.0 %" in site.client("kofi").get("/overview/kpis").text
    assert send(site, "tomasz", "/overview/kpis/satisfaction", value="0.9") == 403
    assert send(site, "noor", "/overview/kpis/satisfaction", value="much") == 400
    assert send(site, "noor", "/overview/kpis/containment", value="0.9") == 409


def test_measuring_now_needs_the_right_to_propose(site: Site) -> None:
    assert send(site, "sanne", "/overview/kpis") == 403
    assert send(site, "noor", "/overview/kpis") == 303


def test_an_idea_is_written_down_moved_and_shown_with_what_waiting_costs(site: Site, house: Stage) -> None:
    fields = {"title": "Ask for a photo", "why": "Damage is hard to judge.", "value": "250,00", "procedure": "exchange"}
    assert send(site, "sanne", "/backlog", **fields) == 303
    page = site.client("annelies").get("/backlog").text.partition("</header>")[2]
    assert "Ask for a photo" in page and "250.00 EUR" in page and "<summary>Change" not in page
    with house.database.read() as reader:
        (item,) = backlog.every(reader)
    assert item.owner == "sanne"
    assert send(site, "sanne", f"/backlog/{item.id}/move", to="ready") == 403
    assert (
        send(site, "yuki", f"/backlog/{item.id}/move", to="ready", blocked="The photo service.", due="2026-05-01")
        == 303
    )
    page = site.client("yuki").get("/backlog").text.partition("</header>")[2]
    assert "The photo service." in page and "2026-05-01" in page and "<summary>Change" in page
    assert send(site, "yuki", f"/backlog/{item.id}/move", to="nonsense") == 400
    assert send(site, "yuki", f"/backlog/{item.id}/move", to="ready", value="much") == 400
    assert send(site, "yuki", f"/backlog/{item.id}/move", to="ready", due="soon") == 400
    assert send(site, "yuki", f"/backlog/{item.id}/move", to="in_release", release="r1") == 303
    with house.database.read() as reader:
        assert backlog.get(reader, item.id).state is State.IN_RELEASE
    assert "done" in site.client("yuki").get("/backlog").text.partition('id="closed"')[2]


def test_a_proposal_shows_its_evidence_and_is_taken_or_dismissed(site: Site, house: Stage) -> None:
    for each in range(5):
        tell(house, f"visitor-{each}", "I want to talk to a person")
    assert send(site, "sanne", "/backlog/propose") == 403
    assert send(site, "yuki", "/backlog/propose") == 303
    page = site.client("yuki").get("/backlog").text
    assert "Fewer hand-overs" in page and "5 of 5 cases given to people" in page and 'href="/cases/case_' in page
    with house.database.read() as reader:
        found = {each.kind: each.key for each in answers.standing(reader)}
    assert send(site, "yuki", "/backlog/proposals/dismiss", key=found["untested_rule"]) == 400
    assert send(site, "yuki", "/backlog/proposals/dismiss", key=found["untested_rule"], because="Known.") == 303
    assert send(site, "yuki", "/backlog/proposals/take", key=found["hand_over"], value="10") == 303
    assert send(site, "sanne", "/backlog/proposals/take", key=found["hand_over"]) == 403
    seeing.propose(house)
    page = site.client("yuki").get("/backlog").text
    assert "2 answered before" in page and "“Known.”" in page


def test_the_kpis_day_by_day_are_drawn_on_one_axis_and_say_when_days_are_too_few(site: Site, house: Stage) -> None:
    assert "There is no day with a value yet" in site.client("noor").get("/overview/kpis/days").text
    tell(house, "bea", "what are your opening hours?")
    house.advance(timedelta(days=2))
    page = site.client("noor").get("/overview/kpis/days?days=28").text
    assert "Resolved without a person" in page and "How sure the workers are" in page
    assert "Too few days to tell a change from chance: 28 are needed" in page
    assert site.client("noor").get("/overview/kpis/days?days=5").status_code == 422
    assert site.client().get("/overview/kpis/days").status_code == 303
