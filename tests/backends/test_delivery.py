"""KPIs, backlog, proposals, courses and load tests on both databases: the same questions, the same answers."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from aboveloop.app.improving.store import answered, handed_over, open_proposals
from aboveloop.govern.promotion import store as promotion
from aboveloop.govern.training import store as training
from aboveloop.improve import answers, backlog
from aboveloop.improve.backlog import Backlog, Move, State, Wish
from aboveloop.improve.errors import MoveRefused
from aboveloop.improve.proposals import Proposal
from aboveloop.journey.store import cases, contact_points, customers, journeys, messages
from aboveloop.kit.database import Database
from aboveloop.ledger.ledger import Ledger
from aboveloop.measure import store as kpis
from aboveloop.measure.counting import SHARES, Scope, count

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(b"m" * 32, b"s" * 32)


def a_case(database: Database, name: str, *, handed: bool = False, opened: datetime = AT) -> None:
    """A resolved case of one customer, with a message that took two seconds."""
    with database.write() as tx:
        tx.execute(sa.insert(customers), {"id": f"cus_{name}", "created_at": AT})
        tx.execute(
            sa.insert(journeys), {"id": f"j_{name}", "customer_id": f"cus_{name}", "phase": "action", "began_at": AT}
        )
        point = {"id": f"p_{name}", "customer_id": f"cus_{name}", "channel": "webchat", "address": name}
        tx.execute(sa.insert(contact_points), point)
        values: dict[str, object] = {
            "id": f"case_{name}", "customer_id": f"cus_{name}", "journey_id": f"j_{name}", "contact_id": f"p_{name}",
            "channel": "webchat", "release": "r" * 64, "owner": "resolved", "intent": "cancel", "procedure": "cancel",
            "outcome": "resolved", "handed_over_at": opened if handed else None,
            "handed_over_because": "Asked." if handed else None,
            "opened_at": opened, "updated_at": opened, "resolved_at": opened + SECOND, "memory": {},
        }  # fmt: skip
        tx.execute(sa.insert(cases), values)
        said = {
            "id": f"m_{name}", "case_id": f"case_{name}", "contact_id": f"p_{name}", "direction": "in",
            "author": "customer", "text": "Hello", "at": opened, "handled_at": opened + 2 * SECOND,
        }  # fmt: skip
        tx.execute(sa.insert(messages), said)


def test_every_measure_is_counted_alike(database: Database) -> None:
    scope = Scope(AT - SECOND, AT + timedelta(hours=1), release="r" * 64, procedures=("cancel",))
    with database.read() as reader:
        for measure in (*SHARES, "handling_time", "approval_wait", "denial_rate", "edit_rate"):
            found = count(reader, measure, scope)  # type: ignore[arg-type]
            assert found is not None and (found.value, found.cases) == (None, 0)
        assert count(reader, "write_error_rate", scope) is None
    a_case(database, "anna")
    a_case(database, "bram", handed=True)
    with database.read() as reader:
        worth = {measure: count(reader, measure, scope) for measure in SHARES}  # type: ignore[arg-type]
        time = count(reader, "handling_time", scope)
    assert {name: (each.part, each.cases) for name, each in worth.items() if each} == {
        "containment": (1, 2),
        "first_contact_resolution": (2, 2),
        "hand_over_rate": (1, 2),
        "refusal_rate": (0, 2),
        "resolution_rate": (2, 2),
        "reopening_rate": (0, 2),
        "refund_rate": (0, 2),
        "payment_rate": (0, 2),
        "not_understood_rate": (0, 2),
        "failed_turn_rate": (0, 2),
    }
    assert time is not None and (time.value, time.cases) == (2.0, 1)


def test_a_kpi_breaches_once_at_a_time_and_the_latest_value_is_found(database: Database) -> None:
    with database.write() as tx:
        for share in (0.5, 0.7):
            row = {"kpi": "alone", "value": share, "part": 5, "cases": 10, "by": "house", "note": "", "at": AT}
            kpis.insert_value(tx, row)
        kpis.open_breach(tx, {"kpi": "alone", "value": 0.5, "opened_at": AT})
    with pytest.raises(sa.exc.IntegrityError), database.write() as tx:
        kpis.open_breach(tx, {"kpi": "alone", "value": 0.4, "opened_at": AT})
    with database.write() as tx:
        assert kpis.latest(tx)["alone"].value == 0.7
        assert [row.value for row in kpis.history(tx, "alone", limit=5)] == [0.7, 0.5]
        kpis.close_breach(tx, "alone", AT)
        assert kpis.open_breaches(tx) == {}
        kpis.open_breach(tx, {"kpi": "alone", "value": 0.4, "opened_at": AT})
        kpis.forget_before(tx, AT + SECOND)
        assert kpis.latest(tx) == {}


def test_an_improvement_is_added_and_moved_by_one_at_a_time(database: Database, ledger: Ledger) -> None:
    book = Backlog(ledger)
    with database.write() as tx:
        added = book.add(tx, Wish("Faster", "It is slow.", "noor", value_weekly=100), by="person:noor", now=AT)
        book.move(tx, added.id, Move(State.READY), by="person:noor", now=AT)
    with database.read() as reader:
        (found,) = backlog.every(reader)
    assert found.state is State.READY and found.created_at == AT and found.cost_of_delay(AT + timedelta(days=7)) == 100
    with pytest.raises(MoveRefused), database.write() as tx:
        book.move(tx, added.id, Move(State.DONE), by="person:noor", now=AT)


def test_a_proposal_is_kept_once(database: Database, ledger: Ledger) -> None:
    proposal = Proposal("denial", "shop.refund", "Often denied", "Three of five.", "/there", 3, cases=("case_1",))
    with database.write() as tx:
        assert answers.keep(tx, [proposal, proposal], ledger=ledger, now=AT) == [proposal]
        assert answers.keep(tx, [proposal], ledger=ledger, now=AT + SECOND) == []
    with database.write() as tx:
        assert open_proposals(tx) == (1, AT)
        answers.dismiss(tx, proposal.key, ledger=ledger, by="person:noor", because="Known.", now=AT)
        assert answers.keep(tx, [proposal], ledger=ledger, now=AT) == []
        assert open_proposals(tx) == (0, None)
        assert answers.find(tx, proposal.key).cases == ("case_1",)


def test_hand_overs_are_seen_with_their_reason(database: Database) -> None:
    a_case(database, "bram", handed=True)
    with database.read() as reader:
        assert [each.because for each in handed_over(reader, AT - SECOND)] == ["Asked."]
        assert handed_over(reader, AT + SECOND) == [] and answered(reader, AT) == []


def test_courses_passed_and_load_tests_are_found_by_the_latest(database: Database) -> None:
    figures = dict.fromkeys(
        ("per_second", "seconds", "turns_per_second", "p50_seconds", "p95_seconds"), 1.0
    ) | dict.fromkeys(("messages", "lost", "stuck", "doubled", "differences", "failed"), 0)
    with database.write() as tx:
        for hours in (0, 1):
            at = AT + timedelta(hours=hours)
            training.insert_pass(tx, {"course": "asking", "person_id": "priya", "at": at})
            row = {"digest": "d" * 64, "version": "1", "cases": hours, **figures, "ran_at": at}
            promotion.insert_load_test(tx, row)
    with database.read() as reader:
        assert training.latest(reader) == {("asking", "priya"): AT + timedelta(hours=1)}
        assert [row.cases for row in promotion.load_tests(reader, "d" * 64, "1")] == [1, 0]
        assert promotion.load_tests(reader, "d" * 64, "2") == []
