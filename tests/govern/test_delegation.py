"""Who is away is marked, with a deputy who holds the role, bounded in time, kind and limit, and never in a chain."""

from datetime import timedelta
from typing import Any

import pytest

from aboveloop.govern.errors import AnsweredOnce, MayNot, OwnRequest
from aboveloop.govern.queue.delegation import Absence, Absences, Wish, coming, standing
from aboveloop.govern.queue.errors import (
    AbsenceNotFound,
    AbsenceOver,
    AbsenceOverlaps,
    AbsenceUnfit,
    ChainRefused,
    DeputyUnfit,
    MarksOthers,
)
from aboveloop.ledger.entries import HOUSE
from govern.conftest import House
from govern.corner import NOW
from govern.queueing import LATER, SHOP, asked, by_person, who

DAY = timedelta(days=1)


def mark(
    house: House, person: str, deputy: str | None = None, *, by: str = "", days: tuple[int, int] = (0, 1), **more: Any
) -> Absence:
    wish = Wish(NOW + days[0] * DAY, NOW + days[1] * DAY, who(deputy) if deputy else None, **more)
    with house.database.write() as tx:
        return Absences(house.ledger, SHOP).mark(tx, who(person), wish, by=who(by or person), now=NOW)


def end(house: House, absence: str, by: str, now: Any = LATER) -> Absence:
    with house.database.write() as tx:
        return Absences(house.ledger, SHOP).end(tx, absence, by=who(by), now=now)


def test_an_absence_stands_from_its_beginning_to_its_end(house: House) -> None:
    absence = mark(house, "priya", "finn", days=(1, 2))
    assert (absence.roles, absence.operations, absence.most) == (("refund_approver",), (), None)
    with house.database.read() as reader:
        assert standing(reader, NOW + DAY - timedelta(seconds=1)) == ()
        assert standing(reader, NOW + DAY) == (absence,)
        assert standing(reader, NOW + 2 * DAY) == ()
        assert coming(reader, NOW, NOW + 9 * DAY) == (absence,)


def test_it_stands_in_the_ledger_of_the_house_with_all_its_bounds(house: House) -> None:
    mark(house, "priya", "finn", operations=("shop.refund_order",), most=5000)
    with house.database.read() as reader:
        (entry,) = house.ledger.entries(reader, HOUSE)
    assert (entry.kind, entry.actor) == ("AbsenceMarked", "person:priya")
    assert entry.body["deputy"] == "finn" and entry.body["roles"] == ["refund_approver"]
    assert entry.body["operations"] == ["shop.refund_order"] and entry.body["most"] == 5000


@pytest.mark.parametrize(
    ("person", "deputy", "more", "refusal"),
    [
        ("priya", "priya", {}, DeputyUnfit),
        ("priya", "noor", {}, DeputyUnfit),
        ("priya", "cleo", {}, MayNot),
        ("priya", "max", {"roles": ("manager",)}, DeputyUnfit),
        ("max", "finn", {"roles": ("manager",)}, DeputyUnfit),
        ("priya", "finn", {"operations": ("shop.none",)}, AbsenceUnfit),
        ("priya", "finn", {"most": -1}, AbsenceUnfit),
        ("priya", "finn", {"days": (1, 1)}, AbsenceUnfit),
        ("priya", "finn", {"days": (-2, -1)}, AbsenceUnfit),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    house: House, person: str, deputy: str, more: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        mark(house, person, deputy, **more)
    assert house.kinds(HOUSE) == []


def test_a_named_role_alone_is_handed_on(house: House) -> None:
    assert mark(house, "max", "finn", roles=("refund_approver",)).roles == ("refund_approver",)


def test_nobody_is_absent_twice_at_once(house: House) -> None:
    mark(house, "priya", days=(0, 2))
    with pytest.raises(AbsenceOverlaps):
        mark(house, "priya", days=(1, 3))
    mark(house, "priya", days=(2, 3))


def test_what_was_handed_on_is_not_handed_on_again(house: House) -> None:
    mark(house, "priya", "finn", days=(0, 2))
    with pytest.raises(ChainRefused, match="stands in for priya"):
        mark(house, "finn", "max", days=(1, 3))
    # Who falls ill is absent all the same, only without a deputy.
    assert mark(house, "finn", days=(1, 3)).deputy_id is None
    with pytest.raises(ChainRefused, match="absent then too"):
        mark(house, "max", "finn", days=(1, 3))


@pytest.mark.parametrize("by", ["cleo", "finn"])
def test_nobody_marks_others_but_who_may_pause(house: House, by: str) -> None:
    with pytest.raises(MarksOthers):
        mark(house, "priya", by=by)
    absence = mark(house, "priya", by="noor")
    assert absence.marked_by == "person:noor"
    with pytest.raises(MarksOthers):
        end(house, absence.id, by)
    assert end(house, absence.id, "noor").ended_at == LATER


def test_who_is_back_early_is_back(house: House) -> None:
    absence = mark(house, "priya", "finn")
    end(house, absence.id, "priya")
    assert house.kinds(HOUSE) == ["AbsenceMarked", "AbsenceEnded"]
    with house.database.read() as reader:
        assert standing(reader, LATER) == ()
    with pytest.raises(AbsenceOver):
        end(house, absence.id, "priya")
    again = mark(house, "priya", days=(0, 1))
    with pytest.raises(AbsenceOver):
        end(house, again.id, "priya", NOW + DAY)
    with pytest.raises(AbsenceNotFound):
        end(house, "none", "priya")


def test_four_eyes_hold_across_a_delegation(house: House) -> None:
    mark(house, "priya", "finn")
    own = asked(house, case="own", by=by_person("finn"))
    with pytest.raises(OwnRequest), house.database.write() as tx:
        house.approvals.approve(tx, own.id, person=who("finn"), now=LATER)
    handed = asked(house, case="handed", by=by_person("priya"))
    with pytest.raises(OwnRequest, match="stands in for"), house.database.write() as tx:
        house.approvals.approve(tx, handed.id, person=who("finn"), now=LATER)
    two = asked(house, 30_000, "manager", "refund_approver", case="two")
    mark(house, "noor", "max")
    with house.database.write() as tx:
        house.approvals.approve(tx, two.id, person=who("max"), now=LATER)
    with pytest.raises(AnsweredOnce), house.database.write() as tx:
        house.approvals.approve(tx, two.id, person=who("max"), now=LATER)
    with house.database.write() as tx:
        house.approvals.approve(tx, handed.id, person=who("max"), now=LATER)


def test_who_stands_in_for_nobody_is_not_held_back_by_the_absence_of_others(house: House) -> None:
    mark(house, "priya", None)
    handed = asked(house, by=by_person("priya"))
    with house.database.write() as tx:
        assert house.approvals.approve(tx, handed.id, person=who("finn"), now=LATER).state == "approved"
