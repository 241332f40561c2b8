"""What people do on the pages: who may, who may not, and never without the key of their own page."""

from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.console import actions, sign_in
from aboveloop.journey import cases
from aboveloop.journey.ownership import Owner
from api.open_house import ELIF, Site, tell, waiting

REFUND = "operation|shop.refund_order"


def send(site: Site, client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"form_key": site.form_key(client), **fields})


def owner(house: Stage, case_id: str) -> Owner:
    with house.database.read() as reader:
        return cases.get(reader, case_id).owner


def test_an_approver_approves(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client("priya")
    answer = send(site, client, f"/approvals/{waiting(house).id}/approve")
    assert (answer.status_code, answer.headers["location"]) == (303, "/approvals?notice=approved")
    house.run_due()
    assert owner(house, case.id) is Owner.RESOLVED
    assert "Approved. The worker goes on." in client.get(answer.headers["location"]).text


def test_an_approver_edits_an_amount_as_people_write_it(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    client = site.client("priya")
    asked = waiting(house).id
    fields = {"arg.order_id": "LK-100007", "arg.amount_cents": "60,00", "arg.reason": "arrived damaged"}
    answer = send(site, client, f"/approvals/{asked}/edit", **fields)
    # Nobody agrees to their own edit: it waits for somebody else.
    assert answer.headers["location"] == "/approvals?notice=partly", answer.text
    page = client.get(f"/approvals/{asked}").text
    assert "the approval in its place" in page


@pytest.mark.parametrize("amount", ["sixty", "60.005", "", "NaN", "1e999"])
def test_an_edit_that_is_no_amount_is_refused_in_words(site: Site, house: Stage, amount: str) -> None:
    tell(house, "elif", *ELIF)
    asked = waiting(house).id
    answer = send(site, site.client("priya"), f"/approvals/{asked}/edit", **{"arg.amount_cents": amount})
    assert answer.status_code == 400
    assert "an amount such as 49.90" in answer.text
    assert waiting(house).id == asked


def test_an_edit_that_changes_nothing_is_refused(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    answer = send(site, site.client("priya"), f"/approvals/{waiting(house).id}/edit", **{"arg.amount_cents": "50.01"})
    assert answer.status_code == 400 and "You changed nothing" in answer.text


def test_an_edit_that_policy_prohibits_is_denied_and_said_so(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    asked = waiting(house).id
    answer = send(site, site.client("priya"), f"/approvals/{asked}/edit", **{"arg.amount_cents": "170.00"})
    assert answer.headers["location"] == "/approvals?notice=prohibited"


def test_a_denial_needs_a_reason(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    asked = waiting(house).id
    client = site.client("priya")
    assert send(site, client, f"/approvals/{asked}/deny", because=" ").status_code == 400
    answer = send(site, client, f"/approvals/{asked}/deny", because="Another boot.")
    assert answer.headers["location"] == "/approvals?notice=denied"
    assert send(site, client, f"/approvals/{asked}/approve").status_code == 409


@pytest.mark.parametrize("person", ["sanne", "signe", "mateo", "tomasz"])
def test_who_may_not_answer_is_refused_with_a_sentence(site: Site, house: Stage, person: str) -> None:
    tell(house, "elif", *ELIF)
    asked = waiting(house).id
    client = site.client(person)
    for path, fields in (
        ("approve", {}),
        ("edit", {"arg.amount_cents": "20.00"}),
        ("deny", {"because": "No."}),
    ):
        answer = send(site, client, f"/approvals/{asked}/{path}", **fields)
        assert answer.status_code == 403
        assert "may not approve" in answer.text or "does not hold" in answer.text
    assert waiting(house).id == asked


def test_a_manager_pauses_and_resumes_with_reasons(site: Site) -> None:
    client = site.client("noor")
    assert send(site, client, "/switches/pause", target=REFUND, because="").status_code == 400
    assert send(site, client, "/switches/pause", target="", because="x").status_code == 400
    assert send(site, client, "/switches/pause", target="person|noor", because="x").status_code == 400
    answer = send(site, client, "/switches/pause", target=REFUND, because="Wrong amounts.")
    assert answer.headers["location"] == "/switches?notice=paused"
    page = client.get("/switches").text
    assert "Wrong amounts." in page and "Noor Haddad" in page
    assert "1 pause stands" in client.get("/").text
    answer = send(site, client, "/switches/resume", target=REFUND, because="Mended.")
    assert answer.headers["location"] == "/switches?notice=resumed"


@pytest.mark.parametrize("person", ["sanne", "signe", "ferhat"])
def test_who_may_not_pause_sees_no_form_and_is_refused(site: Site, person: str) -> None:
    client = site.client(person)
    assert 'action="/switches/pause"' not in client.get("/switches").text
    assert send(site, client, "/switches/pause", target="all|", because="Stop.").status_code == 403
    assert "Nothing is paused" in client.get("/switches").text


def test_a_clerk_takes_over_replies_and_ends_a_case(site: Site, house: Stage) -> None:
    case = tell(house, "anna", "I want to talk to a person")
    client = site.client("sanne")
    assert send(site, client, f"/cases/{case.id}/take-over").status_code == 303
    assert owner(house, case.id) is Owner.PERSON
    assert "This case is yours" in client.get(f"/cases/{case.id}").text
    assert send(site, client, f"/cases/{case.id}/reply", text="Good morning, this is Sanne.").status_code == 303
    assert "Good morning, this is Sanne." in client.get(f"/cases/{case.id}").text
    assert send(site, client, f"/cases/{case.id}/reply", text="  ").status_code == 400
    assert send(site, client, f"/cases/{case.id}/finish", outcome="nonsense").status_code == 400
    assert send(site, client, f"/cases/{case.id}/finish", outcome="resolved").status_code == 303
    assert owner(house, case.id) is Owner.RESOLVED


def test_a_case_goes_back_to_the_worker(site: Site, house: Stage) -> None:
    case = tell(house, "anna", "I want to talk to a person")
    client = site.client("sanne")
    send(site, client, f"/cases/{case.id}/take-over")
    assert send(site, client, f"/cases/{case.id}/hand-back", note="All said.").status_code == 303
    assert owner(house, case.id) is not Owner.PERSON


def test_nobody_speaks_on_a_case_that_is_not_theirs(site: Site, house: Stage) -> None:
    case = tell(house, "anna", "I want to talk to a person")
    send(site, site.client("sanne"), f"/cases/{case.id}/take-over")
    other = site.client("yuki")
    for path, fields in (("reply", {"text": "x"}), ("hand-back", {}), ("finish", {"outcome": "resolved"})):
        assert send(site, other, f"/cases/{case.id}/{path}", **fields).status_code == 409
    assert send(site, other, f"/cases/{case.id}/take-over").status_code == 409


@pytest.mark.parametrize("person", ["signe", "adaeze", "kofi"])
def test_who_may_not_take_over_is_refused(site: Site, house: Stage, person: str) -> None:
    case = tell(house, "anna", "I want to talk to a person")
    client = site.client(person)
    assert "Take over" not in client.get(f"/cases/{case.id}").text
    assert send(site, client, f"/cases/{case.id}/take-over").status_code == 403
    assert owner(house, case.id) is Owner.WAITING_ON_PERSON


def test_an_auditor_verifies_and_a_clerk_does_not(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    with house.database.write() as tx:
        checkpoint = house.ledger.checkpoint(tx, house.clock.now()).text
    client = site.client("signe")
    assert "entries of 1 cases hold" in send(site, client, "/audit/verify").text
    windows = checkpoint.replace("\n", "\r\n")
    assert "entries of 1 cases hold" in send(site, client, "/audit/verify", checkpoint=windows).text
    assert send(site, site.client("sanne"), "/audit/verify").status_code == 403


def test_a_changed_entry_shows_in_the_verification(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    with house.database.write() as tx:
        tx.execute(sa.text("UPDATE ledger_entries SET actor = 'person:nobody' WHERE number = 3"))
    assert "The ledger does not hold" in send(site, site.client("signe"), "/audit/verify").text


WRITES = [
    route.path
    for route in actions.router.routes
    if isinstance(route, APIRoute) and route.methods is not None and "POST" in route.methods
]


def test_there_are_writes_to_guard() -> None:
    assert len(WRITES) > 9


@pytest.mark.parametrize("path", [*WRITES, "/sign-out"])
def test_no_write_goes_without_the_key_of_the_visitors_own_page(site: Site, house: Stage, path: str) -> None:
    case = tell(house, "elif", *ELIF)
    address = path.format(approval_id=waiting(house).id, case_id=case.id)
    fields = {"because": "x", "target": "all|", "text": "x", "outcome": "resolved", "arg.amount_cents": "20.00"}
    client, other = site.client("noor"), site.client("noor")
    for key in ("", "nonsense", site.form_key(other)):
        assert client.post(address, data={**fields, "form_key": key}).status_code == 403
    assert client.post(address, data=fields).status_code == 403
    assert site.client().post(address, data=fields).status_code == 401
    assert client.get(address).status_code in (404, 405)
    assert waiting(house).state == "waiting"
    assert "Nothing is paused" in client.get("/switches").text


def test_every_write_of_the_console_is_among_the_guarded(site: Site) -> None:
    posts = {
        route.path
        for router in (actions.router, sign_in.router)
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in (route.methods or ())
    }
    assert posts - set(WRITES) == {
        "/sign-in",
        "/sign-in/password",
        "/sign-in/link/{token}",
        "/sign-in/invitation/{token}",
        "/sign-out",
        "/sign-out/everywhere",
    }
