"""Every door of the house says who may come through and what it shows, and is held to it: pages, API, commands."""

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from aboveloop import api, console
from aboveloop.app.looking.commands import COMMANDS
from aboveloop.app.looking.doors import NOTHING, READS, Door, LookForgotten, passing, told
from aboveloop.app.looking.pages import PAGES
from aboveloop.app.looking.programs import PROGRAMS
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.commands import PLACES, real_command
from aboveloop.console.frame import LookHere
from aboveloop.console.site import build_console
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import Person, people_of, person_of
from aboveloop.journey.cases import messages_of
from aboveloop.ledger.entries import Entry
from aboveloop.work.privacy import requests
from aboveloop.work.privacy.holds import Wish, place
from api.open_house import ELIF, URL, Site, house, operation, site, tell, template, understands, waiting

__all__ = ["house", "operation", "site", "template", "understands"]

EVERYBODY = (
    "annelies",
    "noor",
    "tomasz",
    "yuki",
    "adaeze",
    "priya",
    "mateo",
    "sanne",
    "ferhat",
    "signe",
    "kofi",
)


def routes(room: Any) -> set[str]:
    """The method and address of every route of a room."""
    parts = [import_module(f"{room.__name__}.{each.name}") for each in iter_modules(room.__path__)]
    return {
        f"{method} {route.path}"
        for part in parts
        if hasattr(part, "router")
        for route in part.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


def commands() -> set[str]:
    """Every command by its words."""

    def below(command: Any, name: str) -> list[str]:
        under = getattr(command, "commands", None)
        return [name] if under is None else [each for word in under for each in below(under[word], f"{name} {word}")]

    return {each for name in PLACES for each in below(real_command(name), name)}


# Commands that read files and open no house.
WITHOUT_A_HOUSE = {
    "charter new",
    "check",
    "models install",
    "models list",
    "policy test",
    "policy can",
    "policy operations",
    "privacy gate",
    "replay",
    "score",
    "shadow procedures",
    "shadow star",
    "understand consistency",
    "understand evaluate",
    "understand explain",
    "understand fit",
    "understand predict",
    "version",
}


def test_every_page_says_who_may_and_what_it_shows() -> None:
    assert routes(console) == set(PAGES)


def test_every_address_of_the_api_says_who_may_and_what_it_shows() -> None:
    assert routes(api) == set(PROGRAMS)


def test_every_command_that_opens_a_house_says_who_may_and_what_it_shows() -> None:
    assert commands() - WITHOUT_A_HOUSE == set(COMMANDS)


def test_nothing_but_signing_in_the_chat_forms_health_and_files_is_open() -> None:
    open_pages = {name.split()[1].split("/")[1] for name, door in PAGES.items() if door.is_open}
    assert open_pages == {"sign-in", "static", "favicon.ico"}
    open_programs = {
        name.split()[1].removeprefix("/api/v1").split("/")[1] for name, door in PROGRAMS.items() if door.is_open
    }
    assert open_programs == {"healthz", "chat", "widget.js", "forms"}
    assert not any(door.is_open for door in COMMANDS.values())


def refuses(door: Door, person: Person) -> bool:
    needed = {*door.rights, READS} if door.shows and not door.in_part else set(door.rights)
    return not person.may.issuperset(needed)


def filled(name: str) -> tuple[str, str]:
    """The method, and the address with its gaps filled by names of nothing."""
    method, _, path = name.partition(" ")
    return method, re.sub(r"\{[^}]*\}", "abcdef", path)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_lacks_a_right_of_a_door_gets_nothing_from_it(site: Site, house: Stage, who: str) -> None:
    """Asked of every page, every form and every address of the API, for each of the eleven people."""
    assert set(EVERYBODY) == set(people_of(house.operation))
    tell(house, "elif", *ELIF)
    person = person_of(house.operation, who)
    browser, program = site.client(who), site.program(who)
    key = site.form_key(browser)
    refused = 0
    for doors, client in ((PAGES, browser), (PROGRAMS, program)):
        for name, door in doors.items():
            if door.is_open or not refuses(door, person):
                continue
            method, path = filled(name)
            given: dict[str, Any] = {"data": {"form_key": key}} if doors is PAGES else {"json": {}}
            answer = client.get(path) if method == "GET" else client.post(path, **given)
            assert answer.status_code == 403, f"{who} {name}: {answer.status_code}"
            assert "may not" in answer.text, name
            refused += 1
    assert refused > 5, "there is something that each of them may not"
    assert waiting(house).state == "waiting"


def looked(house: Stage) -> list[Entry]:
    with house.database.read() as reader:
        return list(house.ledger.find(reader, kind="PersonalDataRead"))


def prepared(house: Stage) -> dict[str, str]:
    """A case with an approval that waits, a request of its customer to see everything, and one who is held."""
    case = tell(house, "elif", *ELIF)
    adaeze = person_of(house.operation, "adaeze")
    with house.database.write() as tx:
        asked = requests.open_request(house.house, tx, "access", case.customer_id, asked_by="herself", person=adaeze)
        place(tx, house.ledger, Wish("case", case.id, "claim"), by=adaeze, now=house.clock.now())
    approval = waiting(house)
    names = {"case": case.id, "case_id": case.id, "approval": approval.id, "approval_id": approval.id}
    with house.database.read() as reader:
        names["message"] = messages_of(reader, case.id)[0].id
    return names | {
        "request_id": asked.id,
        "action": approval.digest,
        "customer": case.customer_id,
        "customer_id": case.customer_id,
    }


SHOWN = [
    ("GET /", "noor", "attention"),
    ("GET /cases/{case_id}", "sanne", "case"),
    ("GET /cases/{case_id}/decisions/{action}", "priya", "case"),
    ("POST /cases/{case_id}/readings", "yuki", "case"),
    ("GET /approvals", "priya", "approval"),
    ("GET /approvals/{approval_id}", "priya", "approval"),
    ("POST /approvals/{approval_id}/approve", "priya", "approval"),
    ("POST /approvals/{approval_id}/edit", "priya", "approval"),
    ("POST /approvals/{approval_id}/deny", "priya", "approval"),
    ("POST /cases/{case_id}/evidence", "adaeze", "evidence"),
    ("POST /audit/evidence", "adaeze", "evidence"),
    ("GET /privacy", "signe", "request"),
    ("POST /privacy/requests/{request_id}/access", "adaeze", "everything"),
    ("GET /api/v1/cases/{case}/account", "sanne", "case"),
    ("GET /api/v1/cases/{case}/decisions", "sanne", "case"),
    ("POST /api/v1/cases/{case}/messages/{message}/reading", "yuki", "case"),
    ("GET /api/v1/approvals", "priya", "approval"),
    ("GET /api/v1/approvals/{approval}", "priya", "approval"),
    ("POST /api/v1/approvals/{approval}/approve", "priya", "approval"),
    ("POST /api/v1/approvals/{approval}/deny", "priya", "approval"),
    ("GET /api/v1/queue", "priya", "approval"),
    ("POST /cases/{case_id}/suggestions", "priya", "case"),
    ("GET /customers/{customer_id}", "sanne", "case"),
    ("GET /customers/{customer_id}/same", "sanne", "case"),
    ("GET /api/v1/cases/{case}/summary", "sanne", "case"),
    ("GET /api/v1/cases/{case}/context", "sanne", "case"),
    ("GET /api/v1/customers/{customer}/timeline", "sanne", "case"),
    ("POST /api/v1/cases/{case}/summary/answer", "sanne", "case"),
]
# What shows personal data only together with other requests, or once there is an incident with repairs.
SHOWN_ELSEWHERE = {
    "POST /cases/{case_id}/wording",
    "GET /understanding/check",
    "GET /understanding/topics/{key}",
    "GET /approvals/alike/{kind}",
    "POST /approvals/alike",
    *(name for name, door in PROGRAMS.items() if door.shows == "incident"),
}


def test_each_door_that_shows_what_is_personal_is_looked_through_here() -> None:
    showing = {name for doors in (PAGES, PROGRAMS) for name, door in doors.items() if door.shows}
    assert showing - SHOWN_ELSEWHERE == {name for name, _, _ in SHOWN}


@pytest.mark.parametrize(("name", "who", "what"), SHOWN, ids=[name for name, _, _ in SHOWN])
def test_a_look_through_each_door_stands_in_the_ledger(
    site: Site, house: Stage, name: str, who: str, what: str
) -> None:
    names = prepared(house)
    method, _, path = name.partition(" ")
    address = path.format(**names)
    is_api = path.startswith("/api")
    client = site.program(who) if is_api else site.client(who)
    said = {"because": "Seen."} | (
        {"target": "summary", "verdict": "accepted"} if path.endswith(("/suggestions", "/summary/answer")) else {}
    )
    if path.endswith("/readings"):
        said = {"message": names["message"], "intent": "cancel_order"}
    elif path.endswith("/reading"):
        said = {"intent": "cancel_order"}
    if method == "GET":
        answer = client.get(address)
    elif is_api:
        answer = client.post(address, json=said)
    else:
        form = said | {"personal": "yes", "arg.amount_cents": "40.00", "form_key": site.form_key(client)}
        form |= {"customer": names["customer"]} if path == "/audit/evidence" else {}
        answer = client.post(address, data=form)
    assert answer.status_code in (200, 303), answer.text
    noted = [(entry.actor, entry.body["what"], entry.body["through"]) for entry in looked(house)]
    assert (f"person:{who}", what, "api" if is_api else "console") in noted


def test_a_page_that_nobody_declared_opens_to_nobody(site: Site) -> None:
    app = build_console(site.doorkeeper)

    @app.get("/secrets")
    def secrets(look: LookHere) -> str:
        return f"{look.visitor.person.id} sees everything"

    client = TestClient(app, base_url=URL, raise_server_exceptions=False)
    client.cookies = site.client("noor").cookies
    answer = client.get("/secrets")
    assert answer.status_code == 500 and "sees everything" not in answer.text
    assert "GET /secrets opens to nobody" in answer.text


def test_a_page_that_forgets_to_write_down_the_look_gives_nothing_out(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = build_console(site.doorkeeper)
    monkeypatch.setattr("aboveloop.console.frame.PAGES", {**PAGES, "GET /secrets": Door(shows="case")})

    @app.get("/secrets")
    def secrets(look: LookHere) -> str:
        return f"{look.visitor.person.id} sees everything"

    client = TestClient(app, base_url=URL, raise_server_exceptions=False)
    client.cookies = site.client("noor").cookies
    answer = client.get("/secrets")
    assert answer.status_code == 500 and "sees everything" not in answer.text
    assert "no look was noted" in answer.text


def test_a_way_through_a_door_is_held_to_what_it_says(house: Stage) -> None:
    kofi, noor = (person_of(house.operation, each) for each in ("kofi", "noor"))
    door = Door(("read_cases",), "case")
    with pytest.raises(MayNot), passing("x", door, kofi):
        raise AssertionError("kofi came in")
    with pytest.raises(LookForgotten), passing("x", door, noor):
        pass
    with passing("x", door, noor):
        told()
    with pytest.raises(LookForgotten), passing("x", door, None):
        pass
    with passing("x", Door(shows="case", in_part=True), kofi):
        """Who may not read what is personal was shown the rest."""
    with passing("x", NOTHING, kofi):
        told()
    told()
    with pytest.raises(KeyError), passing("x", door, noor):
        raise KeyError("what goes wrong inside stays what it is")
