"""A request has an owner who may answer it, or visibly none; every change of owner stands in the ledger."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from aboveloop.govern.approval import Approval
from aboveloop.govern.errors import ApprovalAlreadyAnswered, ApprovalNotFound
from aboveloop.govern.queue import store
from aboveloop.govern.queue.delegation import Absences, Wish
from aboveloop.govern.queue.errors import NotOwned, OwnedByOther, OwnerUnfit
from aboveloop.govern.queue.ownership import Owner, Ownership, owned_for, owners_of
from aboveloop.govern.queue.store import Queued
from govern.conftest import House
from govern.corner import NOW
from govern.queueing import LATER, SHOP, asked, by_person, who

DAY = timedelta(days=1)


def claim(house: House, approval: Approval, by: str, now: datetime = LATER) -> Owner:
    with house.database.write() as tx:
        return Ownership(house.ledger, SHOP).claim(tx, approval.id, person=who(by), now=now)


def release(house: House, approval: Approval, by: str) -> Owner:
    with house.database.write() as tx:
        return Ownership(house.ledger, SHOP).release(tx, approval.id, person=who(by), now=LATER)


def reassign(house: House, approval: Approval, to: str, by: str) -> Owner:
    with house.database.write() as tx:
        return Ownership(house.ledger, SHOP).reassign(tx, approval.id, to=who(to), by=who(by), now=LATER)


def owner(house: House, approval: Approval, now: datetime = LATER) -> Owner:
    with house.database.read() as reader:
        return owners_of(reader, SHOP, [approval], now)[approval.id]


def absent(house: House, person: str, deputy: str | None, **more: object) -> None:
    given = who(deputy) if deputy else None
    with house.database.write() as tx:
        wish = Wish(NOW, NOW + DAY, given, **more)  # type: ignore[arg-type]
        Absences(house.ledger, SHOP).mark(tx, who(person), wish, by=who(person), now=NOW)


def test_whoever_claims_it_looks_after_it(house: House) -> None:
    approval = asked(house)
    assert owner(house, approval) == Owner()
    assert claim(house, approval, "priya") == Owner("priya", "priya", LATER)
    assert claim(house, approval, "priya") == Owner("priya", "priya", LATER)
    assert house.kinds("case_1") == ["ApprovalRequested", "ApprovalClaimed"]


def test_what_somebody_looks_after_is_not_claimed_by_another(house: House) -> None:
    approval = asked(house)
    claim(house, approval, "priya")
    with pytest.raises(OwnedByOther, match="Priya Raman looks after"):
        claim(house, approval, "finn")


@pytest.mark.parametrize("person", ["cleo", "odd", "noor"])
def test_who_may_not_answer_cannot_look_after_it(house: House, person: str) -> None:
    approval = asked(house)
    with pytest.raises(OwnerUnfit):
        claim(house, approval, person)
    with pytest.raises(OwnerUnfit):
        reassign(house, approval, person, "priya")
    assert owner(house, approval) == Owner()


def test_who_asked_for_it_cannot_look_after_it(house: House) -> None:
    approval = asked(house, by=by_person("priya"))
    with pytest.raises(OwnerUnfit, match="asked for this"):
        claim(house, approval, "priya")
    with pytest.raises(OwnerUnfit, match="asked for this"):
        reassign(house, approval, "priya", "finn")


def test_the_owner_gives_it_back_and_nobody_else_does(house: House) -> None:
    approval = asked(house)
    claim(house, approval, "priya")
    with pytest.raises(NotOwned):
        release(house, approval, "finn")
    assert release(house, approval, "priya") == Owner()
    with pytest.raises(NotOwned):
        release(house, approval, "priya")


@pytest.mark.parametrize("by", ["priya", "finn", "noor"])
def test_it_is_reassigned_by_its_owner_by_who_may_answer_and_by_who_may_pause(house: House, by: str) -> None:
    approval = asked(house)
    claim(house, approval, "priya")
    assert reassign(house, approval, "finn", by).person_id == "finn"
    assert reassign(house, approval, "finn", "finn").person_id == "finn"
    assert house.kinds("case_1")[-1] == "ApprovalReassigned" and len(house.kinds("case_1")) == 3


def test_who_may_nothing_reassigns_nothing(house: House) -> None:
    approval = asked(house)
    with pytest.raises(NotOwned):
        reassign(house, approval, "finn", "cleo")


@pytest.mark.parametrize("act", [claim, release, lambda house, each, by: reassign(house, each, by, by)])
def test_what_is_closed_or_unknown_has_no_owner(house: House, act: Callable[[House, Approval, str], Owner]) -> None:
    approval = asked(house)
    with house.database.write() as tx:
        house.approvals.deny(tx, approval.id, person=who("priya"), now=LATER, because="No.")
    with pytest.raises(ApprovalAlreadyAnswered):
        act(house, approval, "priya")
    with pytest.raises(ApprovalNotFound), house.database.write() as tx:
        Ownership(house.ledger, SHOP).claim(tx, "none", person=who("priya"), now=LATER)


def test_while_the_owner_is_away_the_deputy_looks_after_it(house: House) -> None:
    approval = asked(house)
    claim(house, approval, "priya")
    absent(house, "priya", "finn")
    theirs = owner(house, approval)
    assert (theirs.claimed_by, theirs.person_id, theirs.stands_in_for) == ("priya", "finn", "priya")
    with house.database.read() as reader:
        owned = Queued(owner="finn", owned_for=owned_for(reader, who("finn"), LATER))
        assert store.count_waiting(reader, LATER, owned) == 1
    assert owner(house, approval, NOW + DAY).person_id == "priya"
    assert release(house, approval, "finn") == Owner()


def test_beyond_what_was_handed_on_nobody_looks_after_it_and_others_may_claim_it(house: House) -> None:
    small, large = asked(house, 6000, case="small"), asked(house, 60_000, case="large")
    other = asked(house, 6000, case="other", operation="shop.cancel_order")
    for approval in (small, large, other):
        claim(house, approval, "priya")
    absent(house, "priya", "finn", operations=("shop.refund_order",), most=10_000)
    assert owner(house, small).person_id == "finn"
    assert owner(house, large).person_id is None and owner(house, other).person_id is None
    with house.database.read() as reader:
        owned = Queued(owner="finn", owned_for=owned_for(reader, who("finn"), LATER))
        assert store.count_waiting(reader, LATER, owned) == 1
    assert claim(house, large, "max").person_id == "max"


def test_a_deputy_who_asked_for_it_does_not_look_after_it(house: House) -> None:
    approval = asked(house, by=by_person("finn"))
    claim(house, approval, "priya")
    absent(house, "priya", "finn")
    assert owner(house, approval).person_id is None


def test_a_deputy_who_has_answered_another_role_does_not_answer_for_two(house: House) -> None:
    approval = asked(house, 30_000, "manager", "refund_approver")
    claim(house, approval, "priya")
    absent(house, "priya", "max")
    assert owner(house, approval).person_id == "max"
    with house.database.write() as tx:
        answered = house.approvals.approve(tx, approval.id, person=who("max"), now=LATER)
    assert owner(house, answered).person_id is None


def test_a_deputy_who_is_away_too_looks_after_nothing(house: House) -> None:
    approval = asked(house)
    claim(house, approval, "priya")
    absent(house, "priya", "finn")
    absent(house, "finn", None)
    assert owner(house, approval).person_id is None


def test_without_a_deputy_nobody_looks_after_what_the_absent_own(house: House) -> None:
    approval = asked(house)
    claim(house, approval, "priya")
    absent(house, "priya", None)
    assert owner(house, approval).person_id is None


def test_an_owner_who_has_left_the_company_is_none(house: House) -> None:
    approval = asked(house)
    claim(house, approval, "priya")
    with house.database.write() as tx:
        store.set_place(tx, approval.id, {"claimed_by": "gone"})
    assert owner(house, approval).person_id is None
    assert claim(house, approval, "finn").person_id == "finn"
