"""Signing in: by a link that is good once, or by name on a machine that is trusted; and out again."""

from datetime import timedelta

import pytest

from aboveloop.api.chat_sessions import ChatOptions
from aboveloop.app.doors import COOKIE
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.serve import build_site, sign_in_link
from aboveloop.console.sign_in import local
from aboveloop.kit.errors import WrongUsage
from api.open_house import URL, Site


@pytest.fixture
def strict(house: Stage) -> Site:
    """The site as it is served to others: nobody is trusted."""
    app = build_site(house, trusted=False, chat=ChatOptions())
    return Site(house, app, app.state.doorkeeper)


def test_on_a_trusted_machine_a_person_says_who_they_are(site: Site) -> None:
    client = site.client()
    assert "Priya Raman" in client.get("/sign-in").text
    answer = client.post("/sign-in", data={"person": "priya", "back": "/approvals"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/approvals")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert "Priya Raman" in client.get("/").text


def test_nobody_signs_in_as_somebody_who_is_not_there(site: Site) -> None:
    assert site.client().post("/sign-in", data={"person": "mallory"}).status_code == 404
    assert site.client().post("/sign-in", data={}).status_code == 422


def test_another_site_signs_nobody_in(site: Site) -> None:
    headers = {"Origin": "https://evil.example"}
    assert site.client().post("/sign-in", data={"person": "priya"}, headers=headers).status_code == 403


def test_without_trust_names_are_neither_shown_nor_taken(strict: Site) -> None:
    client = strict.client()
    page = client.get("/sign-in").text
    assert "Priya" not in page and "aboveloop person invite" in page
    assert client.post("/sign-in", data={"person": "priya"}).status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "shop.example", "::", ""])
def test_a_trusted_site_is_not_built_where_others_reach_it(house: Stage, host: str) -> None:
    with pytest.raises(WrongUsage, match="trusted"):
        build_site(house, trusted=True, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_a_trusted_site_is_built_on_this_machine(house: Stage, host: str) -> None:
    build_site(house, trusted=True, host=host)


def test_a_link_lets_one_person_in_once(strict: Site, house: Stage) -> None:
    link = sign_in_link(house, "priya", URL).removeprefix(URL)
    client = strict.client()
    for _ in range(2):
        assert "Sign in as Priya Raman" in client.get(link).text, "looking at it does not use it"
    answer = client.post(link)
    assert answer.status_code == 303 and COOKIE in answer.headers["set-cookie"]
    assert "Priya Raman" in client.get("/").text
    assert strict.client().post(link).status_code == 409
    assert strict.client().get(link).status_code == 409


def test_an_old_or_forged_link_lets_nobody_in(strict: Site, house: Stage) -> None:
    link = sign_in_link(house, "priya", URL).removeprefix(URL)
    # Not the last letter: some of its bits are no part of the signature.
    forged = link[:-9] + ("a" if link[-9] != "a" else "b") + link[-8:]
    assert strict.client().post(forged).status_code == 409
    bearer = strict.doorkeeper.bearer_for("priya")
    assert strict.client().post(f"/sign-in/link/{bearer}").status_code == 409
    house.clock.advance(timedelta(minutes=15))
    assert strict.client().post(link).status_code == 409


def test_a_session_ends_when_its_person_signs_out(site: Site) -> None:
    client = site.client("priya")
    stolen = client.cookies.get(COOKIE)
    answer = client.post("/sign-out", data={"form_key": site.form_key(client)})
    assert answer.headers["location"] == "/sign-in"
    again = site.client()
    again.cookies.set(COOKIE, stolen or "")
    assert again.get("/").status_code == 303


def test_a_session_ends_by_itself_after_a_working_day(site: Site, house: Stage) -> None:
    client = site.client("priya")
    house.clock.advance(timedelta(hours=12))
    assert client.get("/").status_code == 303


def test_signing_in_stands_in_the_ledger(site: Site, house: Stage) -> None:
    site.client("priya")
    with house.database.read() as reader:
        (entry,) = house.ledger.find(reader, kind="PersonSignedIn")
    assert (entry.actor, entry.body["by"]) == ("person:priya", "trusted machine")


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [("/cases", "/cases"), ("https://evil.example", "/"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("", "/")],
)
def test_the_way_back_stays_on_this_site(asked: str, leads_to: str) -> None:
    assert local(asked) == leads_to
