"""What stands at two looks in a row is a difference: in the ledger, told to people, and settled once it is gone."""

import threading

import pytest

from aboveloop.app import reconciling
from aboveloop.app.reconciling import ABOUT, Reconciling
from aboveloop.app.releasing.store import count_measure
from aboveloop.connect.errors import SystemUnavailable
from aboveloop.govern.promotion.guards import Count
from aboveloop.work import store
from work.bakery import ANNA, Bakery

JOURNAL = "The system's journal has it 0 times."


@pytest.fixture
def paged(bakery: Bakery) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    bakery.page = lambda reason, severity, about: found.append((reason, severity, about))
    return found


def kinds(bakery: Bakery, case_id: str) -> list[str]:
    with bakery.database.read() as reader:
        return [entry.kind for entry in bakery.ledger.entries(reader, case_id)]


def standing(bakery: Bakery) -> list[tuple[str, str]]:
    with bakery.database.read() as reader:
        return [(row.case_id, row.because) for row in store.standing_differences(reader)]


def test_one_look_alone_tells_nobody_and_the_second_does(bakery: Bakery, paged: list[tuple[str, str, str]]) -> None:
    case = bakery.write("cancel CR-1001 please", ANNA, "yes")
    bakery.till.journal.clear()
    comparing = Reconciling(bakery)
    assert comparing.look() == [] and paged == [] and standing(bakery) == []
    assert len(comparing.look()) == 1
    assert standing(bakery) == [(case.id, JOURNAL)]
    assert kinds(bakery, case.id)[-1] == "DifferenceFound"
    assert comparing.look() == [], "it is told once"
    with bakery.database.read() as reader:
        counted = count_measure(reader, "differences", bakery.operation.digest, case.opened_at)
    assert counted == Count(1, 1), "and a canary is guarded by it"
    assert [(severity, about) for _, severity, about in paged] == [("high", ABOUT)]


def test_what_is_gone_is_settled_and_stands_again_when_it_comes_back(
    bakery: Bakery, paged: list[tuple[str, str, str]]
) -> None:
    case = bakery.write("cancel CR-1001 please", ANNA, "yes")
    kept = list(bakery.till.journal)
    bakery.till.journal.clear()
    comparing = Reconciling(bakery)
    for _ in range(2):
        comparing.look()
    bakery.till.journal.extend(kept)
    comparing.look()
    assert standing(bakery) == []
    assert kinds(bakery, case.id)[-1] == "DifferenceSettled"
    with bakery.database.read() as reader:
        assert store.count_differences(reader, standing=False) == 1
        assert store.count_differences(reader, standing=True) == 0
        assert [row.key for row in store.every_difference(reader, limit=5)] != []
    bakery.till.journal.clear()
    for _ in range(2):
        comparing.look()
    assert standing(bakery) == [(case.id, JOURNAL)] and len(paged) == 2


def test_a_foreign_write_belongs_to_no_case(bakery: Bakery, paged: list[tuple[str, str, str]]) -> None:
    bakery.till.write_behind("refund_order", "somebody-else")
    comparing = Reconciling(bakery)
    for _ in range(2):
        comparing.look()
    assert standing(bakery) == [("", "The system has a write that is not ours.")]
    assert "not ours" in paged[0][0]


def test_a_system_that_does_not_answer_is_asked_again(
    bakery: Bakery, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    closing, looks = threading.Event(), []

    class Impatient(Reconciling):
        def look(self) -> list[reconciling.Difference]:
            looks.append(1)
            if len(looks) == 2:
                closing.set()
            raise SystemUnavailable("The till is away.", trouble="down", may_have_happened=False)

    monkeypatch.setattr(reconciling, "COMPARE_EVERY_SECONDS", 0.001)
    Impatient(bakery).run(closing)
    assert len(looks) == 2 and "The till is away." in caplog.text
