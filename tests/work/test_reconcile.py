"""Reconcile: a lost, a doubled, a foreign and an uncertain write all show, and nothing else does."""

import pytest
import sqlalchemy as sa

from aboveloop.connect.errors import RecordMissing
from aboveloop.kit.clock import iso
from aboveloop.kit.database import metadata
from aboveloop.work.reconcile import Difference, Reconciliation, reconcile
from work.bakery import ANNA, Bakery, Crash


def compared(bakery: Bakery) -> Reconciliation:
    return reconcile(bakery.house, bakery.operation)


def cancelled(bakery: Bakery) -> str:
    """A case in which an order was cancelled; returns the key of the write."""
    bakery.write("cancel CR-1001 please", ANNA, "yes")
    key: str = bakery.effects()[-1].key
    return key


def only(bakery: Bakery) -> Difference:
    (difference,) = compared(bakery).differences
    return difference


def test_when_all_agree_there_is_no_difference(bakery: Bakery) -> None:
    assert compared(bakery) == Reconciliation(0, ())
    cancelled(bakery)
    assert compared(bakery) == Reconciliation(1, ())


def test_a_lost_write_shows(bakery: Bakery) -> None:
    key = cancelled(bakery)
    bakery.till.journal.clear()
    assert only(bakery) == Difference(key, "till.cancel_order", "The system's journal has it 0 times.")


def test_a_doubled_write_shows(bakery: Bakery) -> None:
    key = cancelled(bakery)
    bakery.till.write_behind("cancel_order", key)
    assert only(bakery) == Difference(key, "till.cancel_order", "The system's journal has it 2 times.")


def test_a_foreign_write_shows(bakery: Bakery) -> None:
    cancelled(bakery)
    bakery.till.write_behind("refund_order", "somebody-else")
    assert only(bakery) == Difference("somebody-else", "till.refund_order", "The system has a write that is not ours.")


def test_another_write_under_our_key_shows(bakery: Bakery) -> None:
    key = cancelled(bakery)
    bakery.till.journal[0]["operation"] = "refund_order"
    assert only(bakery) == Difference(key, "till.cancel_order", "The system did refund_order under this key.")


def test_a_write_that_the_ledger_does_not_tell_of_shows(bakery: Bakery) -> None:
    key = cancelled(bakery)
    effects = metadata.tables["effects"]
    with bakery.database.write() as tx:
        tx.execute(sa.update(effects).values(key="another"))
    found = {each.key: each.because for each in compared(bakery).differences if "ledger" in each.because}
    assert found["another"] == "The ledger tells of it 0 times."
    assert found[key] == "The ledger tells of a write that was never settled."


def test_a_write_of_unknown_fate_shows(bakery: Bakery) -> None:
    bakery.write("write a note for the baker", ANNA, "CR-1001")
    bakery.troubles.plan("till.note_order", "slow", after=True)
    bakery.write("yes")
    since = iso(bakery.clock.now())
    assert f"Nobody knows whether it happened (intended at {since})." in [
        each.because for each in compared(bakery).differences
    ]


def test_a_write_that_a_crash_cut_off_shows_until_it_is_finished(bakery: Bakery) -> None:
    case = bakery.write("cancel CR-1001 please", ANNA)

    def crash() -> None:
        raise Crash

    bakery.till.afterwards["cancel_order"] = crash
    bakery.hand_in("yes")
    with pytest.raises(Crash):
        bakery.run_due()
    assert only(bakery).because.startswith("Nobody knows whether it happened")
    bakery.turn(case.id, "message")
    assert compared(bakery) == Reconciliation(1, ())


@pytest.mark.parametrize(("trouble", "after", "known"), [("down", False, True), ("slow", True, False)])
def test_a_write_that_was_given_up_shows_only_where_nobody_knows_its_fate(
    bakery: Bakery, trouble: str, after: bool, known: bool
) -> None:
    case = bakery.write("cancel CR-1001 please", ANNA)
    bakery.troubles.plan("till.cancel_order", trouble, times=100, after=after)  # type: ignore[arg-type]
    bakery.write("yes")
    bakery.advance(seconds=62)
    assert bakery.said(case)[-1] == "system_trouble"
    assert ("ActionUncertain" in bakery.kinds(case)) != known
    assert (compared(bakery).differences == ()) == known


def test_a_write_that_may_have_happened_once_stays_uncertain_whatever_came_after(bakery: Bakery) -> None:
    bakery.write("cancel CR-1001 please", ANNA)
    bakery.troubles.plan("till.cancel_order", "slow", after=True)
    bakery.troubles.plan("till.cancel_order", "down", times=100)
    bakery.write("yes")
    bakery.advance(seconds=62)
    (effect,) = bakery.effects()
    assert effect.state == "unknown"
    assert bakery.till.done == ["cancel_order"]


def test_a_refused_write_is_no_difference(bakery: Bakery) -> None:
    bakery.write("cancel CR-1001 please", ANNA)
    bakery.till.refuses["cancel_order"] = "no"
    bakery.write("yes")
    assert compared(bakery) == Reconciliation(0, ())


def test_a_long_journal_is_read_to_its_end_and_a_page_given_twice_counts_once(
    bakery: Bakery, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = cancelled(bakery)
    for number in range(2_500):
        bakery.till.write_behind("refund_order", f"other-{number}")
    assert len(compared(bakery).differences) == 2_500
    bakery.till.journal[:] = bakery.till.journal[:1]
    # A system that does not heed `after` gives the same lines for ever.
    monkeypatch.setattr(bakery.till, "_read", lambda operation, args: bakery.till.journal)
    assert compared(bakery) == Reconciliation(1, ())
    assert bakery.effects()[0].key == key


def test_a_journal_that_does_not_exist_is_an_empty_one(bakery: Bakery, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(operation: str, args: object) -> object:
        raise RecordMissing("There is no journal.")

    cancelled(bakery)
    monkeypatch.setattr(bakery.till, "_read", none)
    assert only(bakery).because == "The system's journal has it 0 times."
