"""Every route of the API asks for its right, and who does not hold it gets nothing from there."""

import pytest
from fastapi.routing import APIRoute

from aboveloop.api import incidents, queue, routes
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.operation.rights import SAID
from api.open_house import ELIF, Site, tell, waiting

# Of every route: the rights that it takes. A new route is written in here before it passes.
NEEDS: dict[tuple[str, str], set[str]] = {
    ("GET", "/api/v1/me"): set(),
    ("GET", "/api/v1/cases"): {"read_cases"},
    ("GET", "/api/v1/cases/{case}"): {"read_cases"},
    ("GET", "/api/v1/cases/{case}/account"): {"read_cases", "read_personal"},
    ("GET", "/api/v1/cases/{case}/decisions"): {"read_cases", "read_personal"},
    ("GET", "/api/v1/approvals"): {"read_cases", "read_personal"},
    ("GET", "/api/v1/approvals/{approval}"): {"read_cases", "read_personal"},
    ("POST", "/api/v1/approvals/{approval}/approve"): {"approve", "read_personal"},
    ("POST", "/api/v1/approvals/{approval}/deny"): {"approve", "read_personal"},
    ("GET", "/api/v1/switches"): {"read_cases"},
    ("POST", "/api/v1/switches/pause"): {"pause"},
    ("POST", "/api/v1/switches/resume"): {"resume"},
    ("GET", "/api/v1/releases"): {"read_cases"},
    ("GET", "/api/v1/counts"): {"read_cases"},
    ("GET", "/api/v1/queue"): {"read_cases", "read_personal"},
    ("GET", "/api/v1/queue/measures"): {"read_cases"},
    ("POST", "/api/v1/queue/{approval}/claim"): {"approve", "read_personal"},
    ("POST", "/api/v1/queue/{approval}/release"): {"approve", "read_personal"},
    ("POST", "/api/v1/queue/{approval}/reassign"): {"approve", "read_personal"},
    ("GET", "/api/v1/incidents"): {"read_cases"},
    ("GET", "/api/v1/incidents/{incident}"): {"read_cases"},
    ("POST", "/api/v1/incidents"): {"read_cases"},
    ("POST", "/api/v1/incidents/{incident}/stop"): {"incident"},
    ("POST", "/api/v1/incidents/{incident}/contain"): {"incident"},
    ("POST", "/api/v1/incidents/{incident}/correct"): {"incident"},
    ("POST", "/api/v1/incidents/{incident}/reconcile"): {"incident"},
    ("POST", "/api/v1/incidents/{incident}/accept"): {"incident"},
    ("POST", "/api/v1/incidents/{incident}/review"): {"incident"},
    ("POST", "/api/v1/incidents/{incident}/close"): {"incident"},
    ("GET", "/api/v1/pages"): {"read_cases"},
    ("POST", "/api/v1/pages/{page}/acknowledge"): {"read_cases"},
}
BODIES = {
    "approve": {"because": "Fine."},
    "deny": {"because": "No."},
    "pause": {"scope": "channel", "name": "email", "because": "Odd."},
    "resume": {"scope": "channel", "name": "email", "because": "Fine."},
    "reassign": {"to": "ferhat"},
    "incidents": {"title": "Wrong refunds", "severity": "minor", "operation": "shop.refund_order"},
    "contain": {},
    "correct": {"text": "We are sorry."},
    "reconcile": {},
    "accept": {"key": "key", "because": "Fine."},
    "review": {"release": "r1", "scenario": "silence"},
    "close": {"lesson": "Look twice."},
}


def test_the_rights_of_every_route_are_written_down_here() -> None:
    found = {
        (method, route.path)
        for part in (routes, queue, incidents)
        for route in part.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert found == set(NEEDS)


def test_the_parts_of_the_api_are_all_looked_at(site: Site) -> None:
    described = site.client().get("/api/v1/openapi.json").json()["paths"]
    every = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert {(method, path) for method, path in every if path.startswith("/api/v1/")} == set(NEEDS)


@pytest.mark.parametrize(("method", "path"), NEEDS)
def test_without_any_one_of_its_rights_a_route_refuses(site: Site, house: Stage, method: str, path: str) -> None:
    case = tell(house, "elif", *ELIF)
    asked = waiting(house).id
    address = path.format(case=case.id, approval=asked, incident="incident_x", page="page_x")
    body = None if method == "GET" else BODIES.get(path.rpartition("/")[2], {})
    everything = site.house.operation.about.roles["operations_manager"].may
    for missing in NEEDS[method, path]:
        client = site.program("noor", [right for right in everything if right != missing])
        answer = client.request(method, address, json=body)
        assert answer.status_code == 403, f"without {missing}: {answer.text}"
        assert f"may not {SAID.get(missing, missing.replace('_', ' '))}" in answer.json()["error"]["message"]
    assert waiting(house).state == "waiting"
