"""What expires first and harms most comes first, and everybody sees how long it has waited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aboveloop.govern.approval import loaded
from aboveloop.govern.queue import places, store
from aboveloop.govern.queue.ageing import age_of, bands
from aboveloop.govern.queue.store import NOBODY, Queued
from govern.conftest import House
from govern.corner import NOW
from govern.queueing import LATER, SHOP, asked, by_person, lasting, shop, who

HOUR = timedelta(hours=1)


def order(house: House, wanted: Queued = Queued(), now: datetime = LATER) -> list[str]:
    with house.database.read() as reader:
        rows = store.waiting(reader, now, wanted, bands=bands(SHOP.about, now), limit=50)
        assert store.count_waiting(reader, now, wanted) == len(rows)
        return [row.id for row in rows]


def test_what_expires_within_the_hour_comes_before_more_money(house: House) -> None:
    rich = asked(house, 90_000, case="rich")
    poor = asked(house, 100, case="poor")
    soon = asked(lasting(house, 1), 5_500, case="soon")
    today = asked(lasting(house, 3), 100, case="today")
    assert order(house) == [soon.id, today.id, rich.id, poor.id]


def test_what_expires_in_the_night_presses_in_the_evening(house: House) -> None:
    evening = datetime(2026, 11, 14, 17, 30, tzinfo=UTC)
    small = asked(lasting(house, 10), 100, case="night", now=evening)
    large = asked(house, 90_000, case="rich", now=evening)
    assert order(house, now=evening) == [small.id, large.id]
    age = age_of(SHOP.about, small, evening)
    assert age.words == "expires within a working hour" and not age.expires_unseen


def test_what_expires_before_anybody_is_at_work_again_is_said_so(house: House) -> None:
    night = datetime(2026, 11, 14, 19, 0, tzinfo=UTC)
    approval = asked(lasting(house, 10), now=night)
    assert age_of(SHOP.about, approval, night).expires_unseen


def test_waiting_is_told_by_the_clock_and_in_working_hours(house: House) -> None:
    approval = asked(house, now=NOW + 5 * HOUR)
    age = age_of(SHOP.about, approval, NOW + 21 * HOUR)
    assert (age.waited, age.worked) == (16 * HOUR, 2 * HOUR)
    assert (age.left, age.workable) == (8 * HOUR, 8 * HOUR)
    assert age.part == pytest.approx(16 / 24)


def test_of_a_closed_request_the_age_is_that_of_its_end(house: House) -> None:
    approval = replace(asked(house), closed_at=LATER)
    age = age_of(SHOP.about, approval, NOW + 48 * HOUR)
    assert age.waited == LATER - NOW


def test_a_request_without_any_time_is_over(house: House) -> None:
    approval = asked(house)
    age = age_of(SHOP.about, replace(approval, expires_at=approval.requested_at), LATER)
    assert (age.part, age.left, age.waited) == (1.0, timedelta(0), timedelta(0))


def test_the_queue_is_filtered(house: House) -> None:
    theirs = asked(house, 6000, "manager", case="theirs")
    own = asked(house, 6000, case="own", by=by_person("priya"))
    mine = asked(house, 7000, case="mine", rule="other")
    assert order(house, Queued(who("priya").roles, "priya", True)) == [mine.id]
    assert set(order(house, Queued(who("priya").roles, "priya", False))) == {theirs.id, own.id}
    assert order(house, Queued(least=6500)) == [mine.id]
    assert order(house, Queued(operation="shop.note")) == []
    assert order(house, Queued(kind=places.kind_of(mine))) == [mine.id]
    assert order(house, Queued(before=NOW + HOUR)) == []
    assert len(order(house, Queued(owner=NOBODY))) == 3
    assert order(house, Queued(owner="priya")) == []


def test_what_has_expired_is_not_in_the_queue(house: House) -> None:
    asked(house)
    assert order(house, now=NOW + 24 * HOUR) == []


def test_kinds_and_operations_are_counted(house: House) -> None:
    first = asked(house, 6000, case="a")
    asked(house, 7000, case="b")
    asked(house, 7000, "manager", case="c")
    with house.database.read() as reader:
        largest, other = store.kinds_waiting(reader, LATER, Queued())
        assert (largest.many, largest.amount, largest.example) == (2, 13_000, first.id)
        assert largest.expires_at == first.expires_at and other.many == 1
        assert store.operations_waiting(reader, LATER, Queued()) == {"shop.refund_order": 3}
        assert [row.id for row in store.approvals_named(reader, [first.id])] == [first.id]


def test_a_request_of_an_older_home_has_no_place_and_is_listed_all_the_same(house: House) -> None:
    approval = asked(house)
    with house.database.write() as tx:
        tx.execute(store.places.delete())
    assert order(house) == [approval.id]
    assert order(house, Queued(owner=NOBODY)) == [approval.id]
    with house.database.write() as tx:
        assert places.denied_as(tx, approval.id) is None
        places.put(tx, approval)
        places.put(tx, approval)
        assert len(store.places_of(tx, [approval.id])) == 1


def test_an_erased_customer_leaves_no_record_in_the_queue(house: House) -> None:
    approval = asked(house)
    with house.database.write() as tx:
        house.approvals.forget(tx, "cust_1", now=LATER)
        assert store.places_of(tx, [approval.id])[approval.id].resource == ""
        assert loaded(tx, store.approvals_named(tx, [approval.id]))[0].evidence.resource == ""


def test_a_shop_without_working_hours_counts_by_the_clock() -> None:
    about = shop().about.model_copy(update={"working_hours": None})
    assert bands(about, NOW) == (NOW + HOUR, NOW + 4 * HOUR)
