"""The JSON API: what may be read, by whom, and in which shape it says no."""

import pytest
import sqlalchemy as sa

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import ELIF, Site, tell, waiting

READS = ("me", "cases", "approvals", "switches", "releases", "counts")


@pytest.mark.parametrize("what", READS)
def test_nobody_reads_without_signing_in(site: Site, what: str) -> None:
    answer = site.client().get(f"/api/v1/{what}")
    assert answer.status_code == 401
    assert answer.json()["error"]["kind"] == "NotSignedIn"


@pytest.mark.parametrize("what", READS)
def test_whoever_has_signed_in_reads(site: Site, what: str) -> None:
    assert site.client("signe").get(f"/api/v1/{what}").status_code == 200
    assert site.program("sanne").get(f"/api/v1/{what}").status_code == 200


def test_a_forged_token_opens_nothing(site: Site) -> None:
    client = site.client()
    token = site.doorkeeper.bearer_for("priya")
    for forged in (token[:-2] + "aa", "nonsense", "", site.doorkeeper.sign_in_trusted("priya")):
        assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {forged}"}).status_code == 401
    client.cookies.set("aboveloop_session", token)
    assert client.get("/api/v1/me").status_code == 401


def test_cases_are_filtered_counted_and_paged(site: Site) -> None:
    first = tell(site.house, "elif", ELIF[0])
    second = tell(site.house, "anna", "I want to talk to a person")
    client = site.client("noor")
    every = client.get("/api/v1/cases").json()
    assert (every["total"], [case["id"] for case in every["cases"]]) == (2, [second.id, first.id])
    waiting = client.get("/api/v1/cases", params={"owner": "waiting_on_person"}).json()
    assert [case["id"] for case in waiting["cases"]] == [second.id]
    assert waiting["cases"][0]["handed_over_because"] == "The customer asked for a person."
    mine = client.get("/api/v1/cases", params={"customer": first.customer_id}).json()
    assert [case["id"] for case in mine["cases"]] == [first.id]
    page = client.get("/api/v1/cases", params={"limit": 1, "offset": 1}).json()
    assert ([case["id"] for case in page["cases"]], page["total"]) == ([first.id], 2)


@pytest.mark.parametrize("params", [{"owner": "nobody"}, {"limit": 0}, {"limit": 201}, {"offset": -1}, {"offset": "x"}])
def test_malformed_questions_are_refused_in_words(site: Site, params: dict[str, str]) -> None:
    answer = site.client("noor").get("/api/v1/cases", params=params)
    assert answer.status_code == 422
    assert answer.json()["error"]["kind"] == "Malformed"
    assert next(iter(params)) in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path", ["/api/v1/cases/case_none", "/api/v1/cases/case_none/account", "/api/v1/approvals/nope", "/api/v1/nothing"]
)
def test_what_does_not_exist_is_said_in_a_sentence(site: Site, path: str) -> None:
    answer = site.client("noor").get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].endswith(".")


def test_a_changing_address_does_not_answer_to_get(site: Site) -> None:
    client = site.client("priya")
    for path in ("approvals/a/approve", "approvals/a/deny", "switches/pause", "switches/resume"):
        assert client.get(f"/api/v1/{path}").status_code in (404, 405)


def test_the_account_answers_the_four_questions(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    told = site.client("signe").get(f"/api/v1/cases/{case.id}/account").json()
    (refund,) = [each for each in told["decisions"] if each["operation"] == "shop.refund_order"]
    assert (refund["release"], refund["by"]) == (case.release, "worker:damaged_goods")
    assert {key: value for key, value in refund["facts"][1].items() if key in ("name", "value")} == {
        "name": "refundable_cents",
        "value": 16995,
    }
    assert refund["approval"]["roles"] == ["refund_approver"]
    assert refund["outcome"]["state"] == "waiting_for_approval"


def test_counts_say_how_many_are_where(site: Site) -> None:
    tell(site.house, "elif", *ELIF)
    tell(site.house, "anna", "I want to talk to a person")
    tell(site.house, "bea", "what are your opening hours?")
    counts = site.client("noor").get("/api/v1/counts").json()
    assert counts["live"] == 2
    assert counts["by_owner"]["waiting_on_person"] == 2
    assert counts["approvals_waiting"] == 1
    assert counts["handed_over"] == 1
    assert (counts["ended"], counts["resolved_alone"], counts["share_alone"]) == (1, 1, 1.0)


def test_a_case_on_which_a_person_approved_was_not_resolved_alone(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    client = site.program("priya")
    client.post(f"/api/v1/approvals/{waiting(house).id}/approve", json={})
    house.run_due()
    counts = client.get("/api/v1/counts").json()
    assert (counts["ended"], counts["resolved_alone"], counts["share_alone"]) == (1, 0, 0.0)


def test_releases_tell_which_one_is_deployed(site: Site) -> None:
    (release,) = site.client("noor").get("/api/v1/releases").json()["releases"]
    assert (release["name"], release["deployed"]) == ("r1", True)


def test_health_fails_while_nobody_runs_turns(site: Site) -> None:
    answer = site.client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": "reachable", "turns": "not running"}


def test_everything_is_described(site: Site) -> None:
    described = site.client().get("/api/v1/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, each in methods.items():
            assert each.get("summary") and each.get("description"), f"{method} {path} is not described"
    assert "/chat/sessions/{session}/messages" in described["paths"]


def test_every_answer_carries_the_headers_that_protect_it(site: Site) -> None:
    for path in ("/api/v1/cases", "/healthz", "/sign-in", "/no-such-page", "/api/v1/none"):
        headers = site.client().get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"


def test_what_fails_unforeseen_tells_no_trace(site: Site, house: Stage) -> None:
    with house.database.write() as tx:
        tx.execute(sa.text("DROP TABLE govern_switches"))
    answer = site.client("noor").get("/api/v1/switches")
    assert answer.status_code in (500, 503)
    assert "Traceback" not in answer.text and "govern_switches" not in answer.text


def test_a_huge_body_and_a_null_byte_are_refused(site: Site) -> None:
    client = site.client("priya")
    assert client.post("/api/v1/switches/pause", content=b"x" * 300_000).status_code == 413
    assert client.get("/api/v1/cases/%00").status_code == 400
    assert client.get("/api/v1/cases?customer=%00").status_code == 400
