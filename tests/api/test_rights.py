"""Every route of the API asks for its right, and who does not hold it gets nothing from there."""

from collections import defaultdict

import pytest

from aboveloop.app.looking.doors import READS
from aboveloop.app.looking.programs import PROGRAMS
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.operation.rights import SAID, Right
from api.open_house import ELIF, Site, tell, waiting

# Of every route: the rights that it takes, as the doors say (tests/app/test_doors.py holds them to every person). A
# program may raise an alarm only where it may see what it is about.
ALARMS = {("POST", "/api/v1/incidents"), ("POST", "/api/v1/pages/{page}/acknowledge")}
NEEDS: dict[tuple[str, str], set[Right]] = {
    (method, path): {
        *door.rights,
        *((READS,) if door.shows and not door.in_part else ()),
        *(("read_cases",) if (method, path) in ALARMS else ()),
    }
    for name, door in PROGRAMS.items()
    for method, path in [tuple(name.split(" ", 1))]
    if path.startswith("/api/v1/")
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
    "reading": {"intent": "cancel_order"},
    "close": {"lesson": "Look twice."},
}


def test_the_parts_of_the_api_are_all_looked_at(site: Site) -> None:
    described = site.client().get("/api/v1/openapi.json").json()["paths"]
    every = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert {(method, path) for method, path in every if path.startswith("/api/v1/")} == set(NEEDS)


@pytest.mark.parametrize(("method", "path"), NEEDS)
def test_without_any_one_of_its_rights_a_route_refuses(site: Site, house: Stage, method: str, path: str) -> None:
    case = tell(house, "elif", *ELIF)
    asked = waiting(house).id
    known = {"case": case.id, "approval": asked, "incident": "incident_x", "page": "page_x"}
    address = path.format_map(defaultdict(lambda: "nothing", known))
    body = None if method == "GET" else BODIES.get(path.rpartition("/")[2], {})
    everything = site.house.operation.about.roles["operations_manager"].may
    for missing in NEEDS[method, path]:
        client = site.program("noor", [right for right in everything if right != missing])
        answer = client.request(method, address, json=body)
        assert answer.status_code == 403, f"without {missing}: {answer.text}"
        assert f"may not {SAID.get(missing, missing.replace('_', ' '))}" in answer.json()["error"]["message"]
    assert waiting(house).state == "waiting"
