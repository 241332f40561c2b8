"""A batch is many approvals side by side: of one kind, as they were shown, and only what the person may answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aboveloop.govern.approval import Approval, State
from aboveloop.govern.facts import Fact
from aboveloop.govern.queue.batches import Chosen, compared, refuse_unfit, seen_of
from aboveloop.govern.queue.errors import BatchChanged, BatchRefused, BatchTooLarge
from aboveloop.kit.errors import WrongUsage
from govern.conftest import House
from govern.queueing import LATER, asked, by_person, found, who


def chosen(*approvals: Approval) -> list[Chosen]:
    return [Chosen(each.id, seen_of(each)) for each in approvals]


def check(
    asked: Sequence[Approval],
    ticked: Sequence[Chosen],
    *,
    by: str = "priya",
    count: int | None = None,
    largest: int = 5,
    now: datetime = LATER,
) -> None:
    count = len(ticked) if count is None else count
    refuse_unfit(asked, ticked, who(by), count=count, largest=largest, now=now)


def test_what_differs_stands_beside_each_and_what_is_the_same_is_said_once(house: House) -> None:
    first, second = asked(house, 6000, case="a"), asked(house, 7000, case="b", args={"note": "torn"})
    told = compared([first, second])
    assert told.same == {"order_id": "LK-1", "customer": "c_1", "refundable_cents": 90000}
    assert told.names == ("amount_cents", "note")
    assert told.rows[second.id]["note"] == "torn" and "note" not in told.rows[first.id]
    assert compared([]).names == ()


def test_a_fact_does_not_hide_the_argument_of_its_name(house: House) -> None:
    approval = asked(house)
    facts = {"amount_cents": Fact("amount_cents", 1, "elsewhere")}
    odd = replace(approval, evidence=replace(approval.evidence, facts=facts, owner=""))
    row = compared([odd]).rows[approval.id]
    assert (row["amount_cents"], row["amount_cents (fact)"], row["customer"]) == (6000, 1, "cust_1")


def test_a_batch_of_one_kind_is_fit(house: House) -> None:
    both = [asked(house, 6000, case="a"), asked(house, 7000, case="b")]
    check(both, chosen(*both))


def test_nothing_too_many_and_a_wrong_count_are_refused(house: House) -> None:
    both = [asked(house, 6000, case="a"), asked(house, 7000, case="b")]
    with pytest.raises(WrongUsage, match="at least one"):
        check([], [])
    with pytest.raises(WrongUsage, match="once"):
        check(both, chosen(both[0], both[0]))
    with pytest.raises(BatchTooLarge):
        check(both, chosen(*both), largest=1)
    with pytest.raises(WrongUsage, match="You chose 2 and wrote 3"):
        check(both, chosen(*both), count=3)


def test_different_kinds_are_not_answered_together(house: House) -> None:
    both = [asked(house, 6000, case="a"), asked(house, 6000, case="b", rule="another")]
    with pytest.raises(BatchRefused, match="not of one kind"):
        check(both, chosen(*both))


@pytest.mark.parametrize("by", ["noor", "cleo", "odd"])
def test_a_batch_holds_nothing_that_the_person_may_not_approve(house: House, by: str) -> None:
    both = [asked(house, 6000, case="a"), asked(house, 7000, case="b")]
    with pytest.raises(BatchRefused):
        check(both, chosen(*both), by=by)


def test_a_batch_holds_nothing_that_the_person_asked_for(house: House) -> None:
    both = [asked(house, 6000, case="a", by=by_person("finn")), asked(house, 7000, case="b", by=by_person("priya"))]
    with pytest.raises(BatchRefused, match="asked for this"):
        check(both, chosen(*both))


def test_what_is_not_as_it_was_shown_is_refused(house: House) -> None:
    approval = asked(house)
    with pytest.raises(BatchChanged):
        check([approval], [Chosen(approval.id, "something else")])


def test_what_was_answered_or_expired_meanwhile_holds_up_nobody(house: House) -> None:
    both = [asked(house, 6000, case="a"), asked(house, 7000, case="b")]
    with house.database.write() as tx:
        house.approvals.deny(tx, both[0].id, person=who("finn"), now=LATER, because="No.")
    closed = [found(house, both[0]), both[1]]
    assert closed[0].state is State.DENIED
    check(closed, chosen(*closed))
    check(both, chosen(*both), now=LATER + timedelta(days=2))
