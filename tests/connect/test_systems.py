"""Every port obeys this suite: the same small order system, reached in every way that there is."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed, SystemRefused, SystemUnavailable
from aboveloop.connect.systems.systems import SystemRecords
from connect.conftest import KINDS, Desk

REMOTE = ["mcp_stdio", "mcp_http", "http", "sql"]


def test_a_read_gives_the_record(desk: Desk) -> None:
    order = desk.systems.read("shop.get_order", {"order_id": "LK-100001"})
    assert order["customer_id"] == "c_1"
    assert order["items"] == [{"product_id": "p_1", "quantity": 2}]


def test_a_read_of_many_gives_a_list_also_when_it_is_short(desk: Desk) -> None:
    def ids(customer: str) -> list[str]:
        return [order["order_id"] for order in desk.systems.read("shop.list_orders", {"customer_id": customer})]

    assert ids("c_1") == ["LK-100001", "LK-100002"]
    assert ids("c_2") == ["LK-100003"]
    assert ids("c_9") == []


def test_a_record_that_is_not_there_is_missing_and_none_to_the_governor(desk: Desk) -> None:
    with pytest.raises(RecordMissing):
        desk.systems.read("shop.get_order", {"order_id": "LK-999999"})
    assert SystemRecords(desk.systems).read("shop.get_order", {"order_id": "LK-999999"}) is None
    found = SystemRecords(desk.systems).read("shop.get_order", {"order_id": "LK-100002"})
    assert found is not None and found["status"] == "placed"


def test_a_write_against_the_systems_rules_is_refused_and_changes_nothing(desk: Desk) -> None:
    with pytest.raises(SystemRefused) as refused:
        desk.systems.perform("shop.refund_order", {"order_id": "LK-100002", "amount_cents": 5001}, "k1")
    assert desk.refunded("LK-100002") == 0
    if desk.kind != "sql":
        assert "cannot give back more than was paid" in refused.value.words
        assert "Error executing tool" not in refused.value.words


def test_the_same_key_twice_performs_once_and_answers_the_same(desk: Desk) -> None:
    args = {"order_id": "LK-100001", "amount_cents": 700}
    first = desk.systems.perform("shop.refund_order", args, "case_1:refund")
    again = desk.systems.perform("shop.refund_order", args, "case_1:refund")
    assert first == again
    assert desk.refunded("LK-100001") == 700
    desk.systems.perform("shop.refund_order", args, "case_1:refund:2")
    assert desk.refunded("LK-100001") == 1400


def test_a_write_whose_answer_was_lost_is_repeated_with_the_same_key_and_happens_once(desk: Desk) -> None:
    args = {"order_id": "LK-100001", "amount_cents": 700}
    desk.troubles.plan("shop.refund_order", "slow", after=True)
    with pytest.raises(SystemUnavailable) as lost:
        desk.systems.perform("shop.refund_order", args, "k1")
    assert lost.value.may_have_happened
    assert desk.refunded("LK-100001") == 700
    desk.systems.perform("shop.refund_order", args, "k1")
    assert desk.refunded("LK-100001") == 700


def test_an_answer_that_does_not_fit_is_nonsense(desk: Desk) -> None:
    with pytest.raises(SystemUnavailable) as nonsense:
        desk.systems.read("shop.garbled_order", {"order_id": "LK-100001"})
    assert nonsense.value.trouble == "nonsense"
    assert not nonsense.value.may_have_happened


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_that_takes_too_long_is_given_up_and_others_go_on(kind: str, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(kind, timeout_seconds=1.5, attempts=1)
    desk.systems.read("shop.get_order", {"order_id": "LK-100001"})
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(desk.systems.read, "shop.slow_order", {"order_id": "LK-100001"})
        meanwhile = desk.systems.read("shop.get_order", {"order_id": "LK-100001"})
        error = slow.exception(timeout=10)
    assert meanwhile["order_id"] == "LK-100001"
    assert isinstance(error, SystemUnavailable) and error.trouble == "slow"
    assert desk.systems.read("shop.get_order", {"order_id": "LK-100002"})["status"] == "placed"


def test_sixteen_threads_at_once_each_get_their_own_answer(desk: Desk) -> None:
    start = threading.Barrier(16)

    def work(number: int) -> list[Any]:
        start.wait()
        answers = []
        for turn in range(5):
            order_id = f"LK-10000{1 + (number + turn) % 3}"
            answers.append(desk.systems.read("shop.get_order", {"order_id": order_id})["order_id"] == order_id)
            args = {"order_id": "LK-100003", "amount_cents": 10}
            desk.systems.perform("shop.refund_order", args, f"k{number}:{turn}")
        return answers

    with ThreadPoolExecutor(16) as threads:
        assert all(all(answers) for answers in threads.map(work, range(16)))
    assert desk.refunded("LK-100003") == 16 * 5 * 10


def test_sixteen_threads_with_one_key_perform_once(desk: Desk) -> None:
    args = {"order_id": "LK-100001", "amount_cents": 500}
    start = threading.Barrier(16)

    def work(_number: int) -> Any:
        start.wait()
        return desk.systems.perform("shop.refund_order", args, "one")

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(work, range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert desk.refunded("LK-100001") == 500


@pytest.mark.parametrize("kind", REMOTE)
def test_a_system_that_dies_is_down_until_it_is_back(kind: str, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(kind, attempts=1)
    assert desk.kill is not None
    desk.systems.read("shop.get_order", {"order_id": "LK-100001"})
    desk.kill()
    if kind != "mcp_stdio":
        with pytest.raises(SystemUnavailable) as down:
            desk.systems.read("shop.get_order", {"order_id": "LK-100001"})
        assert down.value.trouble == "down"
        with pytest.raises(SystemUnavailable):
            desk.systems.perform("shop.refund_order", {"order_id": "LK-100001", "amount_cents": 5}, "k1")
    if desk.restart is not None:
        desk.restart()
    until = time.monotonic() + 30
    while True:
        try:
            desk.systems.perform("shop.refund_order", {"order_id": "LK-100001", "amount_cents": 5}, "k1")
            break
        except SystemUnavailable:
            # A server that was started a moment ago may not listen yet where the machine is busy.
            assert time.monotonic() < until
            time.sleep(0.05)
    assert desk.refunded("LK-100001") == 5


def test_a_read_is_repeated_at_once_and_then_given_up(desk: Desk) -> None:
    desk.troubles.plan("shop.get_order", "down", times=2)
    assert desk.systems.read("shop.get_order", {"order_id": "LK-100001"})["order_id"] == "LK-100001"
    desk.troubles.plan("shop.get_order", "nonsense", times=4)
    with pytest.raises(SystemUnavailable):
        desk.systems.read("shop.get_order", {"order_id": "LK-100001"})
    assert desk.troubles.left("shop.get_order") == 1


def test_a_write_is_repeated_only_where_it_cannot_have_happened(desk: Desk) -> None:
    args = {"order_id": "LK-100001", "amount_cents": 5}
    desk.troubles.plan("shop.refund_order", "down", times=2)
    desk.systems.perform("shop.refund_order", args, "k1")
    assert desk.refunded("LK-100001") == 5
    desk.troubles.plan("shop.refund_order", "down", times=2, after=True)
    with pytest.raises(SystemUnavailable) as lost:
        desk.systems.perform("shop.refund_order", args, "k2")
    assert lost.value.may_have_happened
    assert desk.troubles.left("shop.refund_order") == 1
    assert desk.refunded("LK-100001") == 10


def test_a_write_cannot_be_called_as_a_read_nor_a_read_as_a_write(desk: Desk) -> None:
    with pytest.raises(SystemMisdescribed, match="not called as a read"):
        desk.systems.read("shop.refund_order", {"order_id": "LK-100001", "amount_cents": 5})
    with pytest.raises(SystemMisdescribed, match="not called as a write"):
        desk.systems.perform("shop.get_order", {"order_id": "LK-100001"}, "k1")
    with pytest.raises(SystemMisdescribed, match="not called as a generic"):
        desk.systems.ask("shop.get_order", {"order_id": "LK-100001"})
    assert desk.refunded("LK-100001") == 0


@pytest.mark.parametrize("kind", ["mcp_stdio", "mcp_http", "http", "python"])
def test_a_write_whose_code_crashes_may_have_happened(kind: str, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(kind)
    with pytest.raises(SystemUnavailable) as crashed:
        desk.systems.perform("shop.crashing_refund", {"order_id": "LK-100001"}, "k1")
    assert crashed.value.may_have_happened


def test_optional_arguments_are_passed_on(desk: Desk) -> None:
    args = {"order_id": "LK-100001", "amount_cents": 5, "note": "Größe 42; 'quotes' & <tags>"}
    assert desk.systems.perform("shop.refund_order", args, "k1")["amount_cents"] == 5
