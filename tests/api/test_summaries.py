"""Summaries over the API: exact for who may read, plain for the others, answered by their own rights."""

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import ELIF, Site, tell


def test_a_summary_names_entries_steps_and_commands(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    value = site.program("priya").get(f"/api/v1/cases/{case.id}/summary").json()
    assert value["asked"][0]["quote"] == "My boots LK-100007 arrived damaged"
    assert value["asked"][0]["entries"]
    assert value["next"][0]["kind"] == "answer_approval"
    assert value["next"][0]["command"].startswith("aboveloop approve approval_")
    assert not value["personal_left_out"]


def test_who_may_not_read_what_is_personal_gets_the_plain_one(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    answer = site.program("kofi").get(f"/api/v1/cases/{case.id}/summary")
    assert answer.json()["personal_left_out"]
    for word in ("LK-100007", "50.01", "elif@"):
        assert word not in answer.text


def test_answers_are_counted_by_kind(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.program("priya")
    path = f"/api/v1/cases/{case.id}/summary"
    digest = client.get(path).json()["digest"]
    wish = {"target": "summary", "verdict": "accepted", "digest": digest}
    answer = client.post(f"{path}/answer", json=wish)
    assert answer.json() == {"case": case.id, "name": "summary", "verdict": "accepted", "done": False}
    assert site.program("kofi").post(f"{path}/answer", json=wish).status_code == 403
    assert client.post(f"{path}/answer", json={**wish, "digest": "old"}).status_code == 409
    assert client.post(f"{path}/answer", json={**wish, "verdict": "maybe"}).status_code == 422
    (rate,) = client.get("/api/v1/guidance").json()["rates"]
    assert (rate["name"], rate["accepted"], rate["acceptance"]) == ("summary", 1, 1.0)


def test_the_context_and_the_timeline_are_for_who_may_read(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.program("sanne")
    pack = client.get(f"/api/v1/cases/{case.id}/context").json()
    assert pack["summary"]["next"] and pack["phases"][0]["name"] == "demand"
    assert pack["times"]["first_response_seconds"] == 0.0 and pack["earlier"] == []
    told = client.get(f"/api/v1/customers/{case.customer_id}/timeline").json()
    assert told["channels"] == ["webchat"] and told["moments"][0]["case"] == case.id
    for path in (f"cases/{case.id}/context", f"customers/{case.customer_id}/timeline"):
        assert site.program("kofi").get(f"/api/v1/{path}").status_code == 403
