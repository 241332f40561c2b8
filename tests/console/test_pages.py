"""The pages show what stands, to whoever has signed in, and to nobody else."""

import re
from datetime import timedelta

import pytest

from aboveloop.app.desk import Desk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import people_of, person_of
from api.open_house import ELIF, Site, tell, waiting

PAGES = ("/", "/cases", "/approvals", "/switches", "/releases", "/policy", "/audit")
EVERYBODY = (
    ["annelies", "noor", "tomasz", "yuki", "adaeze", "priya", "mateo", "sanne", "ferhat", "signe", "kofi"]
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_a_page_without_signing_in(site: Site, page: str) -> None:
    answer = site.client().get(page)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?back=")


@pytest.mark.parametrize("person", [each for each in EVERYBODY if each not in ("annelies", "kofi")])
def test_every_page_of_a_case_is_there_for_who_may_read_it(site: Site, house: Stage, person: str) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client(person)
    for page in ("/", "/cases", "/approvals", f"/cases/{case.id}", f"/approvals/{waiting(house).id}"):
        answer = client.get(page)
        assert answer.status_code == 200, f"{page}: {answer.text[:500]}"
        assert answer.text.count("<h1") == 1


def test_the_cast_of_people_is_the_operations(site: Site) -> None:
    assert set(EVERYBODY) == set(people_of(site.house.operation))


def test_an_approval_shows_what_why_for_whom_and_what_happens_otherwise(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    page = site.client("priya").get("/approvals").text
    for words in (
        "50.01 EUR",
        "LK-100007",
        "A refund above 50.00 EUR waits for a person who may approve refunds.",
        "c_000005",
        "If nobody answers in time it is denied",
        "in 24 h",
    ):
        assert words in page, words


def test_who_may_not_answer_sees_no_button_but_the_reason(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    page = site.client("sanne").get("/approvals").text
    assert 'data-act="approve"' not in page
    assert "Sanne Wolters (clerk) may not approve" in page


def test_the_control_room_ranks_money_first_and_every_number_is_a_link(site: Site, house: Stage) -> None:
    tell(house, "anna", "I want to talk to a person")
    tell(house, "elif", *ELIF)
    Desk(house, person_of(house.operation, "noor")).pause("channel", "email", because="The mail is broken.")
    page = site.client("noor").get("/").text
    kinds = re.findall(r'<li class="concern (\w+)">', page)
    assert kinds == ["approval", "hand_over", "paused"]
    for number in re.findall(r"<dd>(.*?)</dd>", page, re.DOTALL):
        assert "<a href=" in number


def test_the_case_page_answers_the_four_questions(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    Desk(house, person_of(house.operation, "priya")).approve(waiting(house).id)
    house.run_due()
    page = site.client("signe").get(f"/cases/{case.id}").text
    for words in (
        "Which version decided",
        "On what facts",
        "Who approved",
        "What happened after",
        "Priya Raman approved it",
        "the system of record shows it",
        "refundable cents",
        "169.95 EUR (16995)",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("show=live", 1),
        ("show=waiting", 1),
        ("show=ended", 1),
        ("show=alone", 1),
        ("show=handed_over", 0),
        ("show=uncertain", 0),
        ("show=halted", 0),
        ("owner=resolved", 1),
        ("owner=nonsense", 2),
        ("show=nonsense", 2),
        ("channel=webchat", 2),
        ("channel=email", 0),
        ("procedure=damaged_goods", 1),
        ("case=nothing", 0),
    ],
)
def test_cases_are_found_by_where_they_stand(site: Site, house: Stage, query: str, found: int) -> None:
    tell(house, "elif", *ELIF)
    tell(house, "bea", "what are your opening hours?")
    page = site.client("noor").get(f"/cases?{query}").text
    assert f'<p role="status">{found} case' in page


def test_many_cases_are_paged(site: Site, house: Stage) -> None:
    for number in range(60):
        tell(house, f"customer{number}", "what are your opening hours?")
    client = site.client("noor")
    first, second = client.get("/cases").text, client.get("/cases?page=2").text
    assert (first.count('class="id" aria-hidden'), second.count('class="id" aria-hidden')) == (50, 10)
    assert 'rel="next"' in first and 'rel="next"' not in second
    assert "There are not so many pages" in client.get("/cases?page=9").text


def test_empty_pages_say_so(site: Site) -> None:
    client = site.client("priya")
    assert "Nothing needs people now" in client.get("/").text
    assert "Nothing waits for approval" in client.get("/approvals").text
    assert "Nothing is paused" in client.get("/switches").text


def test_the_policy_page_is_searched_and_filtered(site: Site) -> None:
    client = site.client("noor")
    every = client.get("/policy").text.count("<article")
    some = client.get("/policy?q=refund+50.00").text
    assert 0 < some.count("<article") < every
    assert "A refund above 50.00 EUR waits" in some
    prohibited = client.get("/policy?lane=prohibited").text
    assert 0 < prohibited.count("<article") < every
    assert "No rule matches" in client.get("/policy?q=zeppelin").text


def test_what_customers_write_is_text_and_never_markup(site: Site, house: Stage) -> None:
    attack = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    case = tell(house, "mallory", attack, "I want to talk to a person")
    page = site.client("sanne").get(f"/cases/{case.id}").text
    assert attack not in page and "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_times_are_the_operations_and_utc_is_at_hand(site: Site, house: Stage) -> None:
    case = tell(house, "elif", ELIF[0])
    page = site.client("noor").get(f"/cases/{case.id}").text
    assert 'title="2026-03-02T09:00:00.000000Z">2 Mar 2026, 10:00<' in page


def test_wrong_addresses_get_a_page_with_a_sentence(site: Site) -> None:
    client = site.client("noor")
    for path, status in (
        ("/cases/case_none", 404),
        ("/approvals/none", 404),
        ("/nothing", 404),
        ("/cases?page=0", 422),
    ):
        answer = client.get(path)
        assert answer.status_code == status
        assert "<h1>That was not done</h1>" in answer.text


def test_no_page_names_a_person_in_an_address(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client("noor")
    for page in (*PAGES, f"/cases/{case.id}"):
        for address in re.findall(r'(?:href|action)="([^"]*)"', client.get(page).text):
            assert "elif" not in address and "@" not in address


def test_a_waiting_approval_that_expired_is_gone_from_the_queue(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    asked = waiting(house).id
    house.advance(timedelta(hours=25))
    client = site.client("priya")
    assert "Nothing waits for approval" in client.get("/approvals").text
    assert "expired" in client.get(f"/approvals/{asked}").text
