"""The sample company's contracts hold, and each of the textbook faults is found with its rows."""

from datetime import timedelta

import pytest

from aboveloop.app.contracts.rounds import ContractRound
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.journey import cases
from api.open_house import tell
from app.warehouse import Warehouse
from larkspur.shop import Shop


@pytest.fixture
def warehouse(house: Stage) -> Warehouse:
    opened = Warehouse(house)
    opened.says()
    return opened


def found(warehouse: Warehouse, contract: str = "order_status_events") -> dict[str, tuple[str, ...]]:
    result = warehouse.checked(contract)
    return {finding.rule: finding.rows for asset in result.assets for finding in asset.findings}


@pytest.mark.parametrize("contract", ["order_status_events", "orders", "customer_master"])
def test_every_promise_is_kept_on_the_first_day(warehouse: Warehouse, contract: str) -> None:
    result = warehouse.checked(contract)
    assert result.state == "kept" and result.rows > 0, [each.findings for each in result.assets]
    assert all(not each.checked.unchecked for each in result.assets if each.checked)


def test_an_order_number_is_never_empty(warehouse: Warehouse) -> None:
    event = warehouse.sends(order_id=None)
    assert found(warehouse) == {"order_id.required": (str(event),)}


def test_events_arrive_within_five_minutes(warehouse: Warehouse) -> None:
    event = warehouse.sends(late=timedelta(minutes=6))
    assert found(warehouse) == {"received_at.late": (str(event),)}


def test_silence_for_five_minutes_is_a_breach(warehouse: Warehouse) -> None:
    warehouse.house.clock.advance(timedelta(minutes=5))
    assert found(warehouse) == {}
    warehouse.house.clock.advance(timedelta(seconds=1))
    assert found(warehouse) == {"received_at.fresh": ()}
    warehouse.says()
    assert found(warehouse) == {}


def test_a_status_comes_from_the_approved_list(warehouse: Warehouse) -> None:
    event = warehouse.sends(status="teleported")
    assert found(warehouse) == {"status.approved": (str(event),)}


def test_every_event_is_of_an_order_and_every_order_of_a_customer(warehouse: Warehouse) -> None:
    event = warehouse.sends(order_id="LK-999999")
    assert found(warehouse) == {"order_id.refers": (str(event),)}
    warehouse.changes("UPDATE orders SET customer_id = 'c_999999' WHERE id = 'LK-100007'")
    assert found(warehouse, "orders") == {"customer_id.refers": ("LK-100007",)}


def test_the_shop_tells_what_it_did_itself(warehouse: Warehouse) -> None:
    shop = Shop(warehouse.path, warehouse.house.clock.now)
    shop.cancel_order("LK-100001", "customer asked", "key-1")
    (event,) = [each for each in shop.list_status_events(limit=5000)["events"] if each["status"] == "cancelled"][-1:]
    shop.close()
    assert event["order_id"] == "LK-100001"
    assert warehouse.checked().state == "kept"


def test_a_broken_feed_calls_its_own_people_stops_what_uses_it_and_goes_on(warehouse: Warehouse) -> None:
    house, contracts = warehouse.house, ContractRound(warehouse.house)
    contracts.look()
    house.clock.advance(timedelta(seconds=61))
    warehouse.says()
    event = warehouse.sends(status="teleported")
    contracts.look()
    house.call_people()
    mails = [each.read_text() for each in sorted((house.settings.home / "paging" / "out" / "new").iterdir())]
    assert len(mails) == 2 and all(f"first {event}" in mail.replace("=\n", "") for mail in mails)
    assert {name for name in ("kofi", "noor", "tomasz") for mail in mails if f"{name}@larkspur.example" in mail} == {
        "kofi",
        "noor",
    }
    stopped = tell(house, "anna", "I want to cancel my order LK-100001", "anna@customers.example", "1017 AB")
    assert stopped.halted_by == "procedure:cancel_order"
    catalogue = tell(house, "bea", "Do you have the hawthorn boots in 42?")
    assert catalogue.halted_by is None
    warehouse.mends(event)
    house.clock.advance(timedelta(seconds=61))
    warehouse.says()
    (looked,) = [each for each in contracts.look() if each.contract == "order_status_events"]
    assert looked.settled.closed and looked.settled.cases == 1
    house.run_due()
    with house.database.read() as reader:
        assert cases.get(reader, stopped.id).halted_by is None
    house.clock.advance(timedelta(hours=1))
    house.call_people()
    assert len(list((house.settings.home / "paging" / "out" / "new").iterdir())) == 2
