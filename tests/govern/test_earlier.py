"""Who approves sees that the same was denied before, by whom and why, also when it differs slightly."""

from aboveloop.govern.approval import Approval
from aboveloop.govern.queue import places
from aboveloop.govern.queue.earlier import EarlierDenial, earlier_denials
from govern.conftest import House
from govern.queueing import LATER, asked, found, who


def deny(house: House, approval: Approval, reason: str | None = None) -> None:
    with house.database.write() as tx:
        house.approvals.deny(tx, approval.id, person=who("priya"), now=LATER, because="Worn out.", reason=reason)


def earlier(house: House, approval: Approval) -> tuple[EarlierDenial, ...]:
    with house.database.read() as reader:
        return earlier_denials(reader, [approval])[approval.id]


def test_the_same_again_tells_who_denied_it_when_and_why(house: House) -> None:
    first = asked(house)
    deny(house, first)
    (told,) = earlier(house, asked(house, now=LATER))
    assert (told.approval_id, told.by, told.at, told.because) == (first.id, "priya", LATER, "Worn out.")
    assert told.how == "asked again exactly as it was"


def test_slightly_different_arguments_are_seen_as_asked_again(house: House) -> None:
    deny(house, asked(house, 6000))
    assert [each.how for each in earlier(house, asked(house, 5500, now=LATER))] == ["asked again with a smaller amount"]
    assert [each.how for each in earlier(house, asked(house, 7000, now=LATER))] == ["asked again with a larger amount"]
    noted = asked(house, 6000, now=LATER, args={"note": "please"})
    assert [each.how for each in earlier(house, noted)] == ["asked again with other arguments"]


def test_another_case_of_the_same_customer_is_seen_too(house: House) -> None:
    deny(house, asked(house))
    (told,) = earlier(house, asked(house, case="case_2", now=LATER))
    assert told.how == "asked again exactly as it was, on another case"


def test_other_records_customers_and_operations_are_none_of_it(house: House) -> None:
    deny(house, asked(house))
    assert earlier(house, asked(house, order="LK-2", now=LATER)) == ()
    assert earlier(house, asked(house, case="case_3", customer="cust_2", now=LATER)) == ()
    assert earlier(house, asked(house, operation="shop.cancel_order", now=LATER)) == ()
    assert earlier(house, asked(house, order="", case="case_4", now=LATER)) == ()


def test_what_was_denied_later_is_not_earlier(house: House) -> None:
    first = asked(house, 6000)
    second = asked(house, 7000, now=LATER)
    deny(house, second)
    assert earlier(house, first) == ()
    assert earlier(house, found(house, second)) == ()


def test_without_a_record_the_case_counts(house: House) -> None:
    deny(house, asked(house, 6000, order=""))
    assert len(earlier(house, asked(house, 5000, order="", now=LATER))) == 1
    assert earlier(house, asked(house, 5000, order="", case="case_2", now=LATER)) == ()


def test_all_are_told_so_that_they_can_be_counted(house: House) -> None:
    for cents in (6000, 6100, 6200, 6300):
        deny(house, asked(house, cents))
    assert len(earlier(house, asked(house, 6400, now=LATER))) == 4


def test_the_reason_of_the_list_is_kept(house: House) -> None:
    approval = asked(house)
    deny(house, approval, "wrong_amount")
    with house.database.read() as reader:
        assert places.denied_as(reader, approval.id) == "wrong_amount"
        (entry,) = [each for each in house.ledger.entries(reader, "case_1") if each.kind == "ActionDenied"]
    assert entry.body["reason"] == "wrong_amount" and "Worn" not in str(entry.body)


def test_the_denials_of_exactly_one_action_are_found(house: House) -> None:
    first = asked(house)
    deny(house, first)
    deny(house, asked(house, 5000))
    with house.database.read() as reader:
        assert [each.id for each in house.approvals.denials(reader, first.action)] == [first.id]


def test_of_a_whole_page_each_request_has_its_own_past(house: House) -> None:
    deny(house, asked(house))
    deny(house, asked(house, order="LK-2", case="case_5", customer="cust_2"))
    page = [
        asked(house, 5000, now=LATER),
        asked(house, 5000, order="LK-2", case="case_5", customer="cust_2", now=LATER),
    ]
    with house.database.read() as reader:
        told = earlier_denials(reader, page)
    assert [len(told[each.id]) for each in page] == [1, 1]
    assert told[page[1].id][0].case_id == "case_5"
