"""The organisation's pages say who may what, who answers for what, who works, and what is not there."""

import re
from collections.abc import Callable

import pytest

from aboveloop.app.desk import Desk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.duties import DUTIES
from aboveloop.govern.people import RIGHTS, people_of, person_of
from aboveloop.operation.models import Operation
from api.open_house import ELIF, Site, tell

Changed = Callable[..., None]


@pytest.fixture
def without(house: Stage) -> Changed:
    """The operation at work, changed in memory: `owners` lose duties, procedures lose their oversight."""

    def change(*duties: str, oversight_of: str = "") -> None:
        operation: Operation = house.operation
        about = operation.about.model_copy(
            update={"owners": {name: who for name, who in operation.about.owners.items() if name not in duties}}
        )
        procedures = dict(operation.procedures)
        if oversight_of:
            procedures[oversight_of] = procedures[oversight_of].model_copy(update={"oversight": None})
        house.operation = operation.model_copy(update={"about": about, "procedures": procedures})

    return change


def row(page: str, heading: str) -> str:
    """The row of a table that begins with this heading."""
    found = re.search(rf"<tr[^>]*><th scope=\"row\">{re.escape(heading)}</th>.*?</tr>", page, re.DOTALL)
    assert found is not None, heading
    return found.group(0)


@pytest.mark.parametrize("person", ["annelies", "sanne", "kofi", "signe"])
def test_everybody_sees_who_answers_for_what(site: Site, house: Stage, person: str) -> None:
    page = site.client(person).get("/organisation").text
    people = people_of(house.operation)
    for duty in DUTIES:
        assert people[house.operation.about.owners[duty.name]].name in row(page, duty.title)
        for address, _ in duty.acts_on:
            assert f'href="{address}"' in row(page, duty.title)
    assert 'class="bad"' not in page


def test_an_unassigned_duty_is_red_and_says_nobody(site: Site, without: Changed) -> None:
    without("legal", "kpis")
    page = site.client("noor").get("/organisation").text
    for title in ("Legal and compliance", "KPIs"):
        assert 'class="bad"' in row(page, title) and "<strong>Nobody</strong>" in row(page, title)
    assert "2 things are missing to go live" in page


def test_every_right_is_shown_with_who_holds_it(site: Site, house: Stage) -> None:
    page = site.client("noor").get("/organisation").text
    people = people_of(house.operation).values()
    for right in RIGHTS:
        shown = row(page.partition('id="rights"')[2], right.replace("_", " ").capitalize())
        for person in people:
            assert (person.name in shown) is (right in person.may), f"{person.id} {right}"


def test_roles_have_their_names_holders_and_limits(site: Site) -> None:
    page = site.client("noor").get("/organisation").text
    for title, holder in (
        ("AI Operations Manager", "Tomasz Wilczek"),
        ("Conversation Designer", "Yuki Tanabe"),
        ("Responsible AI Lead", "Adaeze Nwosu"),
    ):
        assert holder in row(page, title)
    assert "1000.00 EUR" in row(page, "Refund approver")


def test_the_roster_says_what_each_worker_does_who_reviews_it_and_what_good_is(site: Site, house: Stage) -> None:
    page = site.client("sanne").get("/organisation/roster").text
    for name, procedure in house.operation.procedures.items():
        card = page.partition(f'aria-labelledby="w-{name}"')[2].partition("</article>")[0]
        assert procedure.oversight is not None and procedure.oversight.good.partition("'")[0] in card
        assert f"every {procedure.oversight.every_days} days" in card
        assert "Who answers for it" in card
    assert "shop.refund_order" in page and "Damage after thirty days goes to a person." in page
    ferhat = page.partition("Ferhat Yalman")[2].partition("</tr>")[0]
    assert "Up to 200.00 EUR as Refund approver" in ferhat and "2026-02-02" in ferhat


def test_a_worker_that_nobody_reviews_says_so(site: Site, without: Changed) -> None:
    without(oversight_of="cancel_order")
    page = site.client("noor").get("/organisation/roster").text
    card = page.partition('aria-labelledby="w-cancel_order"')[2].partition("</article>")[0]
    assert "Nobody reviews it." in card and "Nobody has said." in card


def test_readiness_shows_the_five_tests_and_what_is_missing(site: Site, house: Stage, without: Changed) -> None:
    page = site.client("kofi").get("/organisation/readiness").text
    assert page.count('<li class="card held">') == 4 and page.count('<li class="card failed">') == 1
    assert "Nothing has watched for drift" in page and f"{len(house.operation.kpis)} KPIs of four levels" in page
    without("security")
    page = site.client("kofi").get("/organisation/readiness").text
    assert "Nobody holds the duty Security" in page and "nobody is accountable for: Security" in page


def test_the_sponsor_sees_counts_what_waits_and_what_nobody_has_shown(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    tell(house, "bea", "what are your opening hours?")
    page = site.client("annelies").get("/overview").text
    assert "100 %" in page and "nobody has shown yet" in page
    assert "An action waits for an approval" in page
    assert "LK-100007" not in page and "50.01" not in page
    for address in re.findall(r'href="(/[^"]*)"', page):
        assert site.client("annelies").get(address.replace("&amp;", "&")).status_code == 200, address


def test_the_four_queues_have_an_owner_and_an_age(site: Site, house: Stage) -> None:
    tell(house, "anna", "I want to talk to a person")
    tell(house, "elif", *ELIF)
    Desk(house, person_of(house.operation, "noor")).pause("channel", "webchat", because="Odd.")
    tell(house, "bea", "I want to cancel my order")
    page = site.client("tomasz").get("/").text
    queues = page.partition('id="four-queues"')[2].partition("</section>")[0]
    cards = re.findall(r'<div class="queue">(.*?)</div>', queues, re.DOTALL)
    shown = [
        (re.findall(r"<dt>(.*?) <span", card)[0], int(re.findall(r"<dd><a [^>]*>(\d+)</a>", card)[0])) for card in cards
    ]
    assert shown == [
        ("Blocked runs", 2),
        ("Decisions needed", 1),
        ("Improvement proposals", 0),
        ("Outcome breaches", 0),
    ]
    for card, owner in zip(cards, ("Mateo Quispe", "Adaeze Nwosu", "Yuki Tanabe", "Noor Haddad"), strict=True):
        assert owner in card
    assert "oldest" in cards[0] and "nothing waits" in cards[2]
    assert 'href="/backlog"' in cards[2] and "0 proposals" in cards[2]
    assert 'href="/overview/kpis"' in cards[3] and "0 KPIs out of tolerance" in cards[3]


def test_the_holder_of_a_duty_signs_a_release_off_by_its_checklist(site: Site, house: Stage) -> None:
    client = site.client("kofi")
    page = client.get("/organisation/readiness").text
    assert "Somebody tried to talk the workers into what they may not do." in page
    digest = house.operation.digest
    fields = {"release": digest, "duty": "security", "form_key": site.form_key(client)}
    assert client.post("/organisation/sign-off", data=fields).status_code == 303
    page = site.client("noor").get("/organisation/readiness").text
    card = page.partition('id="sign-security"')[2].partition("</article>")[0]
    assert "signed" in card and "Kofi Adomako" in card
    for duty in ("legal", "operations", "business", "nonsense"):
        answer = client.post("/organisation/sign-off", data={**fields, "duty": duty})
        assert answer.status_code == 403, duty


def test_outcomes_come_first_on_the_overview_and_each_leads_to_its_cases(site: Site, house: Stage) -> None:
    tell(house, "anna", "I want to cancel my order LK-100001. anna@customers.example, 1017 AB", "yes")
    client = site.client("noor")
    page = client.get("/overview").text
    assert '<dt>Refunded</dt><dd><a href="/cases?show=refunded">1</a></dd>' in page
    assert page.index("<dt>Reopened</dt>") < page.index("What was done for it comes second") and "1 write in" in page
    assert "1 case" in client.get("/cases?show=refunded").text and "No case" in client.get("/cases?show=paid").text
