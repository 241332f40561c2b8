"""Erase: of a person nothing readable is left in any table, in any file of the database, and the ledger verifies."""

import pytest

from aboveloop.journey.errors import CustomerNotFound
from aboveloop.journey.ownership import Owner
from aboveloop.work.erase import erase
from work.bakery import ANNA, ANNAS_OTHER, BEN, Bakery

SECRETS = (
    ANNA, ANNAS_OTHER, "c_anna", "Annabelle", "Hill Road", "CR-1001", "CR-1002", "the neighbour of Annabelle",
)  # fmt: skip


def erased(bakery: Bakery, customer_id: str) -> list[str]:
    with bakery.database.write() as tx:
        return erase(bakery.house, tx, customer_id, actor="person:hana")


def lived(bakery: Bakery) -> str:
    """Anna writes from two places, moves an order, has one approval denied and one open; returns her id."""
    case = bakery.write("send it to another address", ANNA, "CR-1001", "Annabelle, Hill Road 2", "yes")
    bakery.write("refund 60 EUR for CR-1002 please", ANNA, "yes", address=ANNAS_OTHER, channel="email")
    refund = bakery.all_cases()[-1]
    bakery.desk("priya").deny(bakery.approval(refund).id, because="the neighbour of Annabelle said no")
    bakery.run_due()
    desk = bakery.desk("tom")
    desk.take_over(refund.id)
    desk.reply(refund.id, "Dear Annabelle, no.")
    desk.hand_back(refund.id, "Annabelle may ask again")
    bakery.run_due()
    bakery.write("refund 60 EUR for CR-1002 please", ANNA, "yes", address=ANNAS_OTHER, channel="email")
    return bakery.case(case.id).customer_id


def test_before_an_erasure_the_words_are_there_to_be_found(bakery: Bakery) -> None:
    lived(bakery)
    for secret in SECRETS:
        assert bakery.holding(secret) or secret == "the neighbour of Annabelle", secret


def test_of_an_erased_customer_nothing_readable_is_left(bakery: Bakery) -> None:
    customer = lived(bakery)
    everyone = erased(bakery, customer)
    assert len(everyone) == 2
    for secret in SECRETS:
        assert bakery.holding(secret) == [], secret
    assert bakery.verifies()
    with bakery.database.read() as reader:
        for entry in bakery.ledger.find(reader):
            assert not any(secret in str((entry.body, entry.personal)) for secret in SECRETS), entry.kind


def test_erasing_one_leaves_the_others(bakery: Bakery) -> None:
    bakery.write("cancel CR-1003 please", BEN, address=BEN)
    customer = lived(bakery)
    erased(bakery, customer)
    ben = bakery.write("yes", address=BEN)
    assert ben.outcome == "resolved"
    assert bakery.till.done[-1] == "cancel_order"
    assert BEN in str([entry.personal for entry in bakery.entries(ben)])


def test_nothing_goes_on_for_who_was_erased(bakery: Bakery) -> None:
    customer = lived(bakery)
    before = list(bakery.till.done)
    said = {case.id: len(bakery.said(case)) for case in bakery.all_cases()}
    erased(bakery, customer)
    assert all(each.state != "waiting" for case in bakery.all_cases() for each in bakery.approvals(case))
    bakery.run_due()
    assert bakery.till.done == before
    assert {case.id: len(bakery.said(case)) for case in bakery.all_cases()} == said
    assert all(bakery.unhandled(case) == [] for case in bakery.all_cases())


def test_a_turn_at_work_writes_nothing_back_of_who_is_erased_meanwhile(bakery: Bakery) -> None:
    case = bakery.write("cancel CR-1001 please")
    bakery.till.afterwards["identify"] = lambda: erased(bakery, case.customer_id)
    bakery.write(ANNA)
    for secret in (ANNA, "c_anna", "CR-1001"):
        assert bakery.holding(secret) == [], secret
    assert bakery.verifies()


def test_who_comes_back_after_an_erasure_is_somebody_new(bakery: Bakery) -> None:
    customer = lived(bakery)
    erased(bakery, customer)
    case = bakery.write("cancel CR-1001 please", ANNA)
    assert case.customer_id != customer
    assert bakery.said(case)[-1] == "confirm_cancel"
    assert case.owner is Owner.WAITING_ON_CUSTOMER


def test_erasing_nobody_is_said_so(bakery: Bakery) -> None:
    with pytest.raises(CustomerNotFound, match="cus_none"):
        erased(bakery, "cus_none")
