"""The queue over the API: in its order, with owners, and only for who may."""

import pytest

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import ELIF, Site, tell, waiting


def test_the_queue_tells_age_and_owner(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    found = site.program("priya").get("/api/v1/queue?show=mine").json()
    assert (found["total"], found["waiting"], found["pages"]) == (1, 1, 1)
    (standing,) = found["standing"]
    assert standing["owner"] is None and standing["urgency"] == "has time"
    assert standing["approval"]["amount"] == "50.01 EUR" and standing["denied_before"] == []
    assert site.program("priya").get("/api/v1/queue?show=nonsense").status_code == 422
    assert site.client().get("/api/v1/queue").status_code == 401


def test_a_program_claims_reassigns_and_releases(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    asked, priya = waiting(house).id, site.program("priya")
    assert priya.post(f"/api/v1/queue/{asked}/claim", json={}).json() == {"owner": "priya", "claimed_by": "priya"}
    assert site.program("ferhat").post(f"/api/v1/queue/{asked}/claim", json={}).status_code == 409
    assert priya.post(f"/api/v1/queue/{asked}/reassign", json={"to": "ferhat"}).json()["owner"] == "ferhat"
    assert priya.post(f"/api/v1/queue/{asked}/reassign", json={"to": "sanne"}).status_code == 403
    assert site.program("ferhat").post(f"/api/v1/queue/{asked}/release", json={}).json()["owner"] is None
    assert priya.post("/api/v1/queue/none/claim", json={}).status_code == 404


@pytest.mark.parametrize("person", ["sanne", "signe", "noor"])
def test_who_may_not_answer_may_not_claim(site: Site, house: Stage, person: str) -> None:
    tell(house, "elif", *ELIF)
    assert site.program(person).post(f"/api/v1/queue/{waiting(house).id}/claim", json={}).status_code == 403


def test_the_measures_are_told(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    program = site.program("priya")
    program.post(f"/api/v1/approvals/{waiting(house).id}/deny", json={"reason": "wrong_amount"})
    told = program.get("/api/v1/queue/measures").json()
    assert told["ended"] == {"denied": 1} and told["denied_as"] == {"wrong_amount": 1}
