"""Incidents over the API: programs lead them as the person whose token they hold may."""

from typing import Any

from starlette.testclient import TestClient

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import Site, tell

BASE = "/api/v1/incidents"
WISH = {"title": "Refunds without approval", "severity": "critical", "operation": "shop.refund_order", "release": "r1"}
GRETA = ("my sandals arrived broken, LK-100009, greta@customers.example, 20357", "The strap is torn", "40 EUR", "yes")


def opened(client: TestClient) -> dict[str, Any]:
    answer = client.post(BASE, json=WISH)
    assert answer.status_code == 200, answer.text
    value: dict[str, Any] = answer.json()
    return value


def test_a_program_leads_an_incident(site: Site, house: Stage) -> None:
    tell(house, "greta", *GRETA)
    noor = site.program("noor")
    at = f"{BASE}/{opened(noor)['id']}"
    early = noor.post(f"{at}/contain", json={})
    assert early.status_code == 409
    assert noor.post(f"{at}/stop", json={}).json()["steps"]["stop"] is not None
    assert len(noor.post(f"{at}/contain", json={}).json()["customers"]) == 1
    assert noor.post(f"{at}/correct", json={"text": "Sorry."}).json()["proposed"] == 1
    assert noor.post(f"{at}/reconcile", json={}).json()["proposed"] == 0
    key = noor.get(at).json()["unsettled"][0]
    settled = noor.post(f"{at}/accept", json={"key": key, "because": "It was right."}).json()
    assert settled["steps"]["reconcile"] is not None
    refused = noor.post(f"{at}/review", json={"release": "r1", "scenario": "nothing"})
    assert refused.status_code == 400
    assert noor.post(f"{at}/close", json={"lesson": "None."}).status_code == 409
    assert [each["id"] for each in noor.get(BASE).json()["incidents"]] == [at.rpartition("/")[2]]


def test_who_may_not_pause_opens_an_incident_and_stops_nothing(site: Site) -> None:
    sanne = site.program("sanne")
    incident = opened(sanne)["id"]
    assert sanne.post(f"{BASE}/{incident}/stop", json={}).status_code == 403
    assert sanne.post("/api/v1/pages/page_x/acknowledge", json={}).status_code == 404
    assert sanne.post(f"/api/v1/pages/{incident}/acknowledge", json={}).status_code == 403


def test_a_page_is_acknowledged_over_the_api(site: Site) -> None:
    noor = site.program("noor")
    incident = opened(noor)["id"]
    (page,) = noor.get("/api/v1/pages").json()["pages"]
    assert page["about"] == incident
    done = noor.post(f"/api/v1/pages/{page['id']}/acknowledge", json={}).json()
    assert done["acknowledged_by"] == "noor"
    assert noor.get("/api/v1/pages").json() == {"pages": []}


def test_an_incident_that_leads_nowhere_is_refused_in_a_sentence(site: Site) -> None:
    noor = site.program("noor")
    assert noor.post(BASE, json={"title": "Wrong"}).status_code == 400
    assert noor.post(BASE, json={**WISH, "severity": "awful"}).status_code == 422
    assert noor.post(BASE, json={**WISH, "release": "r9"}).status_code == 404
    assert noor.get(f"{BASE}/incident_x").status_code == 404
    assert site.client().get(BASE).status_code == 401
