"""Each role reaches the pages that it needs and no other, and what is personal only where it may be read."""

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest
from fastapi.routing import APIRoute

from aboveloop import console
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import person_of
from api.open_house import ELIF, Site, tell, waiting

OPEN = {"/policy", "/organisation"}
CASES = {"/", "/cases", "/switches", "/releases", "/overview", *OPEN}
PERSONAL = {*CASES, "/approvals"}
# Written out by hand, so that a right that slips into a role is seen here.
REACHES = {
    "annelies": CASES,
    "noor": {*PERSONAL, "/audit", "/privacy"},
    "tomasz": {*PERSONAL, "/audit", "/privacy"},
    "yuki": PERSONAL,
    "adaeze": {*PERSONAL, "/audit", "/privacy"},
    "priya": PERSONAL,
    "mateo": PERSONAL,
    "sanne": PERSONAL,
    "ferhat": PERSONAL,
    "signe": {*PERSONAL, "/audit", "/privacy"},
    "kofi": CASES,
}
PAGES = (
    "/",
    "/cases",
    "/approvals",
    "/switches",
    "/releases",
    "/policy",
    "/audit",
    "/privacy",
    "/overview",
    "/organisation",
)
BEGINS = {
    "priya": "/approvals",
    "signe": "/audit",
    "sanne": "/cases",
    "tomasz": "/",
    "noor": "/",
    "adaeze": "/policy",
    "yuki": "/releases",
    "annelies": "/overview",
    "kofi": "/organisation/readiness",
}


@pytest.mark.parametrize("person", REACHES)
def test_a_person_reaches_their_pages_and_no_other(site: Site, person: str) -> None:
    client = site.client(person)
    shown = client.get("/policy").text
    for page in PAGES:
        may = page in REACHES[person]
        assert client.get(page).status_code == (200 if may else 403), page
        assert (f'<a href="{page}"' in shown.partition("</nav>")[0]) is may, f"{page} in the navigation"


@pytest.mark.parametrize("person", BEGINS)
def test_a_person_begins_on_the_page_of_their_role(site: Site, person: str) -> None:
    answer = site.client().post("/sign-in", data={"person": person})
    assert answer.headers["location"] == BEGINS[person]
    answer = site.client().post("/sign-in", data={"person": person, "back": "/policy"})
    assert answer.headers["location"] == "/policy", "who wanted a page gets that one"


@pytest.mark.parametrize("person", ["annelies", "kofi"])
def test_who_may_not_read_what_is_personal_sees_the_decisions_of_a_case_alone(
    site: Site, house: Stage, person: str
) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client(person)
    page = client.get(f"/cases/{case.id}").text
    assert "shop.refund_order" in page and "waiting for approval" in page
    for personal in ("elif@customers.example", "10437", "LK-100007", "the sole came off", "50.01", "5001"):
        assert personal not in page, personal
    assert client.get(f"/approvals/{waiting(house).id}").status_code == 403
    assert "LK-100007" not in client.get("/").text, "the control room names no order to them either"


def test_without_the_right_to_resume_a_pause_stays(site: Site, house: Stage) -> None:
    """Stopping is open to more people than letting go on."""
    mateo = site.client("mateo")
    key = site.form_key(mateo)
    paused = mateo.post("/switches/pause", data={"target": "all|", "because": "Odd.", "form_key": key})
    assert paused.status_code == 303
    assert 'action="/switches/resume"' not in mateo.get("/switches").text
    resumed = mateo.post("/switches/resume", data={"target": "all|", "because": "Fine.", "form_key": key})
    assert resumed.status_code == 403 and "may not resume" in resumed.text


def test_above_their_limit_a_person_sees_why_they_may_not_approve(site: Site, house: Stage) -> None:
    assert person_of(house.operation, "ferhat").limits["refund_approver"].minor == 20_000
    tell(house, "ines", "My tent LK-100011 arrived damaged", "ines@customers.example", "6211 CK", "a torn seam")
    tell(house, "ines", "250 euro", "yes")
    page = site.client("ferhat").get("/approvals").text
    assert "Ferhat Yalman approves up to 200.00 EUR as refund approver, and this is about 250.00 EUR" in page
    asked = waiting(house).id
    ferhat = site.client("ferhat")
    answer = ferhat.post(f"/approvals/{asked}/approve", data={"form_key": site.form_key(ferhat)})
    assert answer.status_code == 403 and "up to 200.00 EUR" in answer.text
    assert waiting(house).id == asked


# Before somebody has signed in there is no key: where the request comes from is looked at instead.
BEFORE_SIGNING_IN = {"/sign-in", "/sign-in/password", "/sign-in/link/{token}", "/sign-in/invitation/{token}"}


def routes(method: str) -> list[str]:
    """Every address of the console for this method, with its gaps filled by names of nothing."""
    parts = [import_module(f"aboveloop.console.{each.name}") for each in iter_modules(console.__path__)]
    found = {
        route.path
        for part in parts
        if hasattr(part, "router")
        for route in part.router.routes
        if isinstance(route, APIRoute) and method in (route.methods or ())
    }
    assert len(found) > 20, "there is something to look at"
    return [re.sub(r"\{[^}]*\}", "nothing", path) for path in sorted(found - BEFORE_SIGNING_IN)]


def test_no_write_of_the_console_goes_without_the_key_of_ones_own_page(site: Site) -> None:
    client, other = site.client("noor"), site.client("tomasz")
    every = routes("POST")
    for path in every:
        for key in ("", "nonsense", site.form_key(other)):
            assert client.post(path, data={"form_key": key}).status_code == 403, path
        assert site.client().post(path, data={}).status_code == 401, path


def test_no_page_of_the_console_shows_itself_to_nobody(site: Site) -> None:
    for path in routes("GET"):
        if not path.startswith(("/static", "/favicon", "/sign-in")):
            answer = site.client().get(path)
            assert answer.status_code == 303 and "/sign-in" in answer.headers["location"], path


# Who changes nothing: the sponsor looks. Asked of every write, whatever it is about.
def test_the_sponsor_and_the_auditor_change_nothing_of_the_work(site: Site) -> None:
    own = {
        "/account",
        "/sign-out",
        "/incidents",
        "/absences",
        "/audit",
        "/cases/nothing/evidence",
        "/pages",
        "/privacy",
        # It keeps nothing: what is tried is sent as a form so that it stands in no address and no log.
        "/routing/try",
    }
    for person in ("annelies", "signe"):
        client = site.client(person)
        key = site.form_key(client)
        for path in routes("POST"):
            if not path.startswith(tuple(own)):
                answer = client.post(path, data={"form_key": key, "because": "x", "target": "all|", "text": "x"})
                assert answer.status_code in (400, 403, 404, 422), f"{person} {path} {answer.status_code}"
        assert "Nothing is paused" in client.get("/switches").text
