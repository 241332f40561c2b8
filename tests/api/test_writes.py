"""Writes over the API: who may, who may not, and from where."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.approval import State
from aboveloop.work.turn_state import approvals_of
from api.open_house import ELIF, Site, tell, waiting


def deny(approval_id: str) -> tuple[str, dict[str, Any]]:
    return f"/api/v1/approvals/{approval_id}/deny", {"because": "The carrier says otherwise."}


def approve(approval_id: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return f"/api/v1/approvals/{approval_id}/approve", more


PAUSE = ("/api/v1/switches/pause", {"scope": "operation", "name": "shop.refund_order", "because": "Wrong amounts."})
RESUME = ("/api/v1/switches/resume", {"scope": "operation", "name": "shop.refund_order", "because": "Mended."})


def post(client: TestClient, wish: tuple[str, dict[str, Any]]) -> Any:
    return client.post(wish[0], json=wish[1])


def test_an_approver_approves_and_the_refund_is_made(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    answer = post(site.program("priya"), approve(waiting(house).id, because="Seen the photo."))
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    house.run_due()
    told = site.program("priya").get(f"/api/v1/cases/{case.id}/account").json()
    (refund,) = [each for each in told["decisions"] if each["operation"] == "shop.refund_order"]
    assert refund["outcome"]["state"] == "performed"
    assert refund["approval"]["answers"][0]["person"] == "person:priya"


def test_an_edited_approval_is_decided_anew_and_performed_as_edited(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    answer = post(site.program("priya"), approve(waiting(house).id, args={"amount_cents": 5500}))
    assert answer.status_code == 200, answer.text
    assert answer.json()["args"]["amount_cents"] == 5500
    house.run_due()
    told = site.program("priya").get(f"/api/v1/cases/{case.id}/account").json()
    edited = told["decisions"][-1]
    assert edited["edits"] == [{"name": "amount_cents", "before": 5001, "after": 5500}]


def test_an_edit_beyond_what_was_paid_is_prohibited(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    answer = post(site.program("priya"), approve(waiting(house).id, args={"amount_cents": 17_000}))
    assert (answer.status_code, answer.json()["state"]) == (200, "denied")


def test_a_denial_needs_a_reason_and_ends_it(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    asked = waiting(house).id
    client = site.program("priya")
    assert client.post(f"/api/v1/approvals/{asked}/deny", json={"because": ""}).status_code == 422
    assert client.post(f"/api/v1/approvals/{asked}/deny", json={"because": "  "}).status_code == 400
    assert post(client, deny(asked)).json()["state"] == "denied"
    assert post(client, approve(asked)).status_code == 409


@pytest.mark.parametrize("person", ["signe", "sanne", "tomasz", "mateo"])
def test_who_holds_no_asked_role_may_not_answer(site: Site, house: Stage, person: str) -> None:
    tell(house, "elif", *ELIF)
    asked = waiting(house).id
    for wish in (approve(asked), deny(asked)):
        answer = post(site.program(person), wish)
        assert answer.status_code == 403, answer.text
    shown = site.program(person).get(f"/api/v1/approvals/{asked}").json()
    assert shown["may_answer"] is False and shown["may_answer_because"]
    with house.database.read() as reader:
        assert approvals_of(house.house, house.operation).find(reader, asked).state is State.WAITING


@pytest.mark.parametrize("person", ["signe", "sanne", "ferhat"])
def test_who_may_not_pause_may_neither_pause_nor_resume(site: Site, person: str) -> None:
    assert post(site.program(person), PAUSE).status_code == 403
    assert post(site.program("noor"), PAUSE).status_code == 200
    assert post(site.program(person), RESUME).status_code == 403
    assert len(site.program(person).get("/api/v1/switches").json()["switches"]) == 1


def test_a_pause_holds_and_resuming_brings_the_cases_back(site: Site, house: Stage) -> None:
    client = site.program("noor")
    assert post(client, ("/api/v1/switches/pause", {"scope": "all", "because": "Stop."})).status_code == 200
    case = tell(house, "elif", ELIF[0])
    assert case.halted_by is not None
    answer = post(client, ("/api/v1/switches/resume", {"scope": "all", "because": "Go on."}))
    assert answer.json() == {"cases": 1}


def test_what_is_not_there_cannot_be_paused_or_resumed(site: Site) -> None:
    client = site.program("noor")
    assert post(client, (PAUSE[0], {**PAUSE[1], "name": "shop.nothing"})).status_code == 400
    assert post(client, RESUME).status_code == 409
    assert post(client, (PAUSE[0], {**PAUSE[1], "scope": "person"})).status_code == 422
    assert post(client, (PAUSE[0], {**PAUSE[1], "reason": "misspelt"})).status_code == 422


def test_a_write_with_a_cookie_carries_the_key_of_its_own_pages(site: Site) -> None:
    client, other = site.client("noor"), site.client("noor")
    assert post(client, PAUSE).json()["error"]["kind"] == "ForgeryRefused"
    for wrong in ("", "nonsense", site.form_key(other)):
        client.headers["X-Form-Key"] = wrong
        assert post(client, PAUSE).status_code == 403
    client.headers["X-Form-Key"] = client.get("/api/v1/me").json()["form_key"]
    assert post(client, PAUSE).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_sites_write_is_refused(site: Site, headers: dict[str, str]) -> None:
    answer = site.program("noor").post(PAUSE[0], json=PAUSE[1], headers=headers)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (403, "ForgeryRefused")


def test_a_write_takes_json_only(site: Site) -> None:
    client = site.program("noor")
    answer = client.post(PAUSE[0], content='{"scope": "all"}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert client.post(PAUSE[0], content="{", headers={"Content-Type": "application/json"}).status_code == 422


def test_nobody_writes_without_signing_in(site: Site) -> None:
    for wish in (approve("a"), deny("a"), PAUSE, RESUME):
        assert post(site.client(), wish).status_code == 401


def test_a_reason_that_cannot_be_written_down_is_refused(site: Site) -> None:
    assert post(site.program("noor"), (PAUSE[0], {**PAUSE[1], "because": "a\x00b"})).status_code == 422


def test_a_trusted_site_answers_only_under_names_of_this_machine(site: Site) -> None:
    client = site.program("noor")
    assert client.get("/api/v1/me", headers={"Host": "rebound.example"}).status_code == 421
    assert client.get("/api/v1/me", headers={"Host": "localhost:8400"}).status_code == 200
