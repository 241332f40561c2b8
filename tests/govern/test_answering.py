"""Whether a person may answer is told before they try, in the words of the refusal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aboveloop.govern.answering import may_answer
from aboveloop.govern.approval import State
from aboveloop.kit.money import Money
from govern.conftest import House
from govern.corner import NOW
from govern.queueing import LATER, asked, by_person, who


@pytest.mark.parametrize(
    ("person", "words"),
    [("cleo", "may not approve"), ("noor", "does not hold"), ("priya", "answers as refund approver")],
)
def test_the_reason_names_the_role(house: House, person: str, words: str) -> None:
    allowed = may_answer(who(person), asked(house), LATER)
    assert words in allowed.reason and allowed.granted == (person == "priya")


def test_what_is_closed_or_over_takes_no_answer(house: House) -> None:
    approval = asked(house)
    assert "is denied" in may_answer(who("priya"), replace(approval, state=State.DENIED), LATER).reason
    assert "has expired" in may_answer(who("priya"), approval, NOW + timedelta(days=2)).reason


def test_nobody_answers_for_themselves_or_twice(house: House) -> None:
    own = asked(house, by=by_person("priya"))
    assert "asked for this" in may_answer(who("priya"), own, LATER).reason
    two = asked(house, 30_000, "manager", "refund_approver", case="two")
    with house.database.write() as tx:
        two = house.approvals.approve(tx, two.id, person=who("max"), now=LATER)
    assert "has answered already" in may_answer(who("max"), two, LATER).reason


def test_who_edited_it_does_not_answer_it(house: House) -> None:
    edited = replace(asked(house), edited_by="priya")
    assert "edited this" in may_answer(who("priya"), edited, LATER).reason


def test_above_their_limit_nobody_answers(house: House) -> None:
    limited = replace(who("priya"), limits={"refund_approver": Money(100, "EUR")})
    allowed = may_answer(limited, asked(house), LATER)
    assert not allowed.granted and "up to 1.00 EUR" in allowed.reason
