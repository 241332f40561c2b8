"""Decisions are made again from the ledger alone, and come out the same unless somebody changed something."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from aboveloop.govern.lanes import Stage
from aboveloop.kit.errors import NotFound
from aboveloop.ledger.entries import Entry
from aboveloop.ledger.store import ledger_entries
from aboveloop.operation.models import Operation
from aboveloop.work.erase import erase
from aboveloop.work.judgement import as_decision, as_recorded, holds_decision, recorded
from aboveloop.work.redeciding import Redecisions, redecide
from work.bakery import ANNA, ANNAS_OTHER, BEN, Bakery

REFUND = ("refund 60 EUR for CR-1002 please", ANNA, "yes")


def again(bakery: Bakery) -> Redecisions:
    with bakery.database.read() as reader:
        return redecide(bakery.ledger.find(reader), bakery.operation_of, bakery.pack_of)


def a_busy_day(bakery: Bakery) -> str:
    """Reads, replies, a cancellation, an edited and performed refund, a prohibited edit. Returns Anna's customer id."""
    bakery.write("cancel CR-1003 please", BEN, "yes", address=BEN)
    case = bakery.write(*REFUND)
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 5500})
    bakery.run_due()
    bakery.write("yes")
    other = bakery.write(*REFUND, address=ANNAS_OTHER, channel="email")
    bakery.desk("priya").approve(bakery.approval(other).id, edits={"order_id": "CR-1003", "amount_cents": 100})
    bakery.run_due()
    return bakery.case(case.id).customer_id


def damage(bakery: Bakery, kind: str, change: dict[str, object]) -> Entry:
    """Change the body of the last entry of `kind` behind the ledger's back."""
    with bakery.database.write() as tx:
        *_, entry = bakery.ledger.find(tx, kind=kind)
        body = json.dumps({**entry.body, **change})
        tx.execute(sa.update(ledger_entries).where(ledger_entries.c.id == entry.id).values(body=body))
    return entry


def test_every_decision_comes_out_bit_for_bit(bakery: Bakery) -> None:
    a_busy_day(bakery)
    found = again(bakery)
    with bakery.database.read() as reader:
        kinds = [entry.kind for entry in bakery.ledger.find(reader) if holds_decision(entry)]
    assert {"RecordRead", "ActionDecided", "EditDecided", "MessageSent"} <= set(kinds)
    assert (found.decisions, found.different, found.erased, found.incomplete) == (len(kinds), 0, 0, 0)
    assert found.first is None
    assert found.as_text() == f"{len(kinds)} decisions made again, 0 came out otherwise."


def test_a_decision_read_back_is_the_one_that_was_written(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    (entry,) = [entry for entry in bakery.entries(case) if entry.kind == "ActionDecided"]
    found = recorded(entry, bakery.operation)
    assert found.question.action.digest == found.digest
    assert found.question.conversation.customer == "c_anna"
    assert as_recorded(as_decision(found.decided)) == found.decided


@pytest.mark.parametrize("stage", [Stage.ASSIST, Stage.SHADOW])
def test_the_stage_in_which_it_was_decided_counts(bakery: Bakery, stage: Stage) -> None:
    bakery.house = replace(bakery.house, stage=stage)
    bakery.write("cancel CR-1003 please", BEN, "yes", address=BEN)
    bakery.house = replace(bakery.house, stage=Stage.SUPERVISED)
    found = again(bakery)
    assert found.decisions > 3 and found.different == 0


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"lane": "allowed"}, "Decided again, lane was allowed and is reviewed."),
        ({"rules": [], "approvers": ["head"]}, "approvers was head and is refund_approver; rules was none and is"),
        ({"action": "0" * 64}, "The arguments in the entry are not those of the action that it names."),
        ({"by": "worker"}, "does not hold what a decision is made of"),
        ({"stage": "party"}, "does not hold what a decision is made of"),
    ],
)
def test_a_changed_entry_is_named(bakery: Bakery, change: dict[str, object], because: str) -> None:
    case = bakery.write(*REFUND)
    entry = damage(bakery, "ActionDecided", change)
    found = again(bakery)
    assert found.different == 1 and found.first is not None
    assert (found.first.entry, found.first.case, found.first.operation) == (entry.id, case.id, "till.refund_order")
    assert because in found.first.because
    assert found.as_json()["ok"] is False and found.as_json()["first"]["entry"] == entry.id
    assert because in found.as_text()


def test_the_first_that_differs_comes_first(bakery: Bakery) -> None:
    bakery.write(*REFUND)
    later = damage(bakery, "ActionDecided", {"lane": "allowed"})
    earlier = damage(bakery, "RecordRead", {"rules": ["other"]})
    found = again(bakery)
    assert [each.entry for each in found.differences] == [earlier.id, later.id]


def test_a_message_whose_lane_was_changed_is_named(bakery: Bakery) -> None:
    bakery.write("when are you open")
    entry = damage(bakery, "MessageSent", {"rules": ["never"]})
    found = again(bakery)
    assert found.first is not None and found.first.entry == entry.id
    assert found.first.operation == "house.reply"


def test_a_release_that_is_gone_is_a_difference(bakery: Bakery) -> None:
    bakery.write("when are you open")

    def nothing(digest: str) -> Operation:
        raise NotFound(f"There is no release {digest[:12]}.")

    with bakery.database.read() as reader:
        found = redecide(bakery.ledger.find(reader), nothing, bakery.pack_of)
    assert found.first is not None and found.first.because.startswith("It cannot be decided again: There is no release")


def test_an_entry_without_a_release_is_a_difference(bakery: Bakery) -> None:
    bakery.write("when are you open")
    with bakery.database.write() as tx:
        tx.execute(sa.update(ledger_entries).values(release=None))
    found = again(bakery)
    assert found.different == found.decisions > 0


def test_the_decisions_of_an_erased_customer_are_counted_and_no_fault(bakery: Bakery) -> None:
    customer = a_busy_day(bakery)
    before = again(bakery).decisions
    with bakery.database.write() as tx:
        erase(bakery.house, tx, customer, actor="person:hana")
    found = again(bakery)
    assert found.erased > 0 and found.decisions + found.erased == before
    assert found.different == 0
    assert f"{found.erased} more are of erased customers" in found.as_text()


def test_a_message_of_an_older_version_is_counted_and_no_fault(bakery: Bakery) -> None:
    bakery.write("when are you open")
    with bakery.database.write() as tx:
        (entry, *_) = bakery.ledger.find(tx, kind="MessageSent")
        body = {name: value for name, value in entry.body.items() if name != "stage"}
        stored = sa.update(ledger_entries).where(ledger_entries.c.id == entry.id).values(body=json.dumps(body))
        tx.execute(stored)
    found = again(bakery)
    assert (found.incomplete, found.different) == (1, 0)
    assert "1 more were written by a version" in found.as_text()


def test_an_empty_ledger_has_nothing_to_decide(bakery: Bakery) -> None:
    assert again(bakery).as_json()["ok"] is True


def test_progress_is_told_for_every_entry(bakery: Bakery) -> None:
    bakery.write("when are you open")
    seen: list[int] = []
    with bakery.database.read() as reader:
        redecide(bakery.ledger.find(reader), bakery.operation_of, bakery.pack_of, progress=seen.append)
        assert seen == list(range(1, bakery.ledger.count(reader) + 1))
