"""The board of problems found: everybody inside sees it, every kind is counted, and a filter says what it hides."""

from datetime import timedelta

import pytest

from aboveloop.app.desk import Desk
from aboveloop.app.incidents import IncidentDesk
from aboveloop.app.quality.board import BY_NAME, PROBLEMS, Board, board
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.incidents.book import Report
from aboveloop.govern.incidents.incident import Scope, Severity
from aboveloop.govern.people import people_of, person_of
from aboveloop.kit.database import Transaction
from aboveloop.ledger.entries import HOUSE
from api.open_house import ELIF, Site, tell, waiting

# One entry of each kind, as its room writes it; what rooms write themselves is tested with them.
ENTRIES = {
    "DifferenceFound": {"key": "k", "operation": "shop.refund_order", "because": "The journal has it 0 times."},
    "OutcomeChecked": {"outcome": "refund_paid", "held": False, "because": ""},
    "KpiBreached": {"kpi": "hand_over_rate", "value": "0.5", "target": "0.2"},
    "ActionDenied": {"role": "approver", "reason": "wrong_amount"},
    "ReadingCorrected": {"guessed": None, "intent": "refund"},
    "IncidentOpened": {"title": "Wrong refunds", "severity": "major"},
    "PageRaised": {
        "page": "page_1",
        "reason": "The ledger does not verify: x",
        "severity": "critical",
        "about": "ledger",
    },
    "ReleaseWithdrawn": {"because": "A guard was breached."},
    "ReleaseRolledBack": {},
    "TurnFailed": {"error": "ValueError"},
    "ActionUncertain": {"operation": "shop.refund_order"},
    "ActionRejected": {"operation": "shop.refund_order"},
    "MailRefused": {"message": "msg_1"},
    "MailBounced": {"message": "msg_2"},
}


def write(tx: Transaction, house: Stage, kind: str, case: str) -> None:
    now = house.clock.now()
    house.ledger.append(tx, case_id=case, kind=kind, at=now, actor="house", body=ENTRIES[kind])


def seen(house: Stage, **wish: object) -> Board:
    with house.database.read() as reader:
        return board(reader, house.clock.now(), **wish)  # type: ignore[arg-type]


def test_every_kind_of_problem_is_counted_listed_and_linked(house: Stage) -> None:
    case = tell(house, "anna", "I want to talk to a person")
    assert {kind for problem in PROBLEMS for kind in problem.kinds} == set(ENTRIES)
    with house.database.write() as tx:
        for kind in ENTRIES:
            write(tx, house, kind, case.id)
    found = seen(house)
    assert {line.problem.name: line.recent for line in found.lines} == {
        problem.name: len(problem.kinds) for problem in PROBLEMS
    }
    assert len(found.listed) == len(ENTRIES) == found.shown
    assert all(each.address == f"/cases/{case.id}" and each.what for each in found.listed)
    assert found.as_json()["hidden"] == {"other_kinds": 0, "older": 0, "not_listed": 0}


@pytest.mark.parametrize("kind", BY_NAME)
def test_a_filter_always_says_what_it_hides(site: Site, house: Stage, kind: str) -> None:
    with house.database.write() as tx:
        for each in ENTRIES:
            write(tx, house, each, HOUSE)
    house.clock.advance(timedelta(days=40))
    with house.database.write() as tx:
        for each in ENTRIES:
            write(tx, house, each, HOUSE)
    own = len(BY_NAME[kind].kinds)
    found = seen(house, kind=kind)
    assert (found.shown, found.other_kinds, found.older) == (own, len(ENTRIES) - own, len(ENTRIES))
    page = site.client("kofi").get(f"/quality?kind={kind}&days=30").text
    assert f"{len(ENTRIES) - own} of other kinds" in page and f"{len(ENTRIES)} older" in page
    for problem in PROBLEMS:
        assert problem.words in page, "every kind stays on the board, whatever is filtered"
    everything = site.client("kofi").get("/quality?kind=&days=0").text
    assert "This filter hides nothing." in everything


def test_everybody_inside_sees_it_and_nobody_else(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    Desk(house, person_of(house.operation, "priya")).deny(waiting(house).id, reason="wrong_amount")
    for who in people_of(house.operation):
        page = site.client(who).get("/quality")
        assert page.status_code == 200 and "An action was denied: wrong amount" in page.text, who
        assert "LK-100007" not in page.text and "elif@" not in page.text, "nothing of it is personal"
        assert '<a href="/quality"' in page.text.partition("</nav>")[0]
    assert site.client().get("/quality").status_code == 303


def test_what_stands_is_told_apart_from_what_is_over(site: Site, house: Stage) -> None:
    desk = IncidentDesk(house, person_of(house.operation, "noor"))
    desk.open(Report("Wrong refunds", Severity.MINOR, Scope(operation="shop.refund_order")))
    stands = {line.problem.name: line.stands for line in seen(house).lines}
    assert stands["incidents"] == 1 and stands["differences"] == 0 and stands["failed"] is None
    assert "<strong>1</strong> problem stands now" in site.client("annelies").get("/quality").text


def test_the_board_says_when_the_ledger_was_verified_and_what_was_found(site: Site, house: Stage) -> None:
    assert "Nobody has verified the ledger yet" in site.client("kofi").get("/quality").text
    signe = site.client("signe")
    signe.post("/audit/verify", data={"form_key": site.form_key(signe)})
    page = site.client("kofi").get("/quality").text
    assert "The ledger was verified" in page and "Signe Dahlgaard" in page
    house.verify("nonsense\n", by="house")
    assert "The ledger did not verify" in site.client("kofi").get("/quality").text
    found = seen(house).as_json()["verified"]
    assert found["ok"] is False and found["by"] == "house"


def test_an_unknown_kind_filters_nothing(site: Site) -> None:
    page = site.client("kofi").get("/quality?kind=nonsense&days=11").text
    assert "This filter hides nothing." in page and "11 days" in page
