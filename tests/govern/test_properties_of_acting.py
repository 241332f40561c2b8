"""Nothing is done that was not decided before, and a pause holds before the next action, however many are at it."""

import itertools
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aboveloop.govern.actions import Action, Principal
from aboveloop.journey.errors import OwnershipRefused
from aboveloop.kit.errors import AboveloopError
from aboveloop.operation.models import Operation
from aboveloop.work import act
from aboveloop.work.turn import _begin
from work.bakery import ANNA, BEN, Bakery, operation_of


@pytest.fixture(scope="module")
def crumb() -> Operation:
    return operation_of()


@pytest.fixture(scope="module")
def first_day(crumb: Operation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("crumb") / "home"
    home.mkdir()
    opened = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", crumb)
    opened.open()
    opened.close()
    return home


@contextmanager
def a_day(first_day: Path, crumb: Operation, home: Path) -> Iterator[Bakery]:
    shutil.copytree(first_day, home)
    opened = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", crumb)
    yield opened
    opened.close()


said = st.sampled_from(
    [
        "cancel CR-1001 please", "refund 60 EUR for CR-1002 please", "refund 20 EUR for CR-1001",
        "refund 300 EUR for CR-1002",
        "send it to another address", "Hill Road 2", ANNA, BEN, "CR-1001", "CR-1003", "yes", "yes", "yes", "no",
        "where is my order", "I want to talk to a human",
    ]
)  # fmt: skip
wants = st.sampled_from(
    [
        "cancel CR-1001 please",
        "refund 20 EUR for CR-1001 please",
        "refund 70 EUR for CR-1002 please",
        "refund 5 EUR for CR-1002",
    ]
)
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("says"), said),
        st.tuples(st.just("wants"), wants, st.sampled_from("abc")),
        st.tuples(st.just("wants"), wants, st.sampled_from("abc")),
        st.tuples(
            st.just("answers"),
            st.sampled_from(["approve", "approve", "deny", "edit"]),
            st.sampled_from(["priya", "hana"]),
        ),
        st.tuples(st.just("switch"), st.sampled_from(["pause", "resume"])),
        st.tuples(st.just("trouble"), st.sampled_from(["down", "slow"]), st.booleans()),
        st.tuples(st.just("hours"), st.sampled_from([1, 25])),
    ),
    min_size=6,
    max_size=16,
)
counter = itertools.count()


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(day=happenings)
def test_nothing_is_performed_without_exactly_one_decision_before_it(
    first_day: Path, crumb: Operation, tmp_path_factory: pytest.TempPathFactory, day: list[tuple[Any, ...]]
) -> None:
    home = tmp_path_factory.mktemp("day") / f"home{next(counter)}"
    with a_day(first_day, crumb, home) as bakery:
        for text in ("refund 60 EUR for CR-1002 please", ANNA, "yes"):
            bakery.write(text)
        happen(bakery, "answers", ["approve", "priya"])
        for kind, *rest in day:
            happen(bakery, kind, rest)
        assert_all_was_decided(bakery)


def happen(bakery: Bakery, kind: str, rest: list[Any]) -> None:
    match kind:
        case "says":
            bakery.write(rest[0])
        case "wants":
            bakery.write(rest[0], ANNA, "yes", address=f"{rest[1]}@mail.example")
        case "answers":
            waiting = [
                each for case in bakery.all_cases() for each in bakery.approvals(case) if each.state == "waiting"
            ]
            for approval in waiting[:1]:
                desk = bakery.desk(rest[1])
                try:
                    match rest[0]:
                        case "deny":
                            desk.deny(approval.id, because="No.")
                        case "edit":
                            desk.approve(approval.id, edits={"amount_cents": 5100})
                        case _:
                            desk.approve(approval.id)
                except (AboveloopError, OwnershipRefused):
                    pass
            bakery.run_due()
        case "switch":
            try:
                throw = bakery.desk("hana").pause if rest[0] == "pause" else bakery.desk("hana").resume
                throw("all", "", because="To see.")
            except AboveloopError:
                pass
            bakery.run_due()
        case "trouble":
            bakery.troubles.plan("till.refund_order", rest[0], after=rest[1])
        case _:
            bakery.advance(hours=rest[0])


def assert_all_was_decided(bakery: Bakery) -> None:
    """In the ledger, and in the till: every write of a key follows exactly one decision that let it pass."""
    decided: Counter[str] = Counter()
    performed: Counter[str] = Counter()
    with bakery.database.read() as reader:
        for entry in bakery.ledger.find(reader):
            key = entry.body.get("key")
            if entry.kind == "ActionDecided" and key:
                assert (entry.body["lane"], entry.body["needs"]) == ("allowed", [])
                decided[key] += 1
            elif entry.kind == "ActionPerformed":
                assert decided[key] == 1, "decided once, and before"
                performed[key] += 1
    assert all(count == 1 for count in performed.values())
    called = {key for name, _, key in bakery.till.calls if name in ("cancel_order", "refund_order", "move_order")}
    assert called <= decided.keys(), "the till was asked to write nothing that was not decided"
    assert {line["key"] for line in bakery.till.journal} >= performed.keys()


IN_FLIGHT = 1000
HANDS = 8


def test_a_pause_holds_before_the_next_of_a_thousand_actions_in_flight(
    first_day: Path, crumb: Operation, tmp_path: Path
) -> None:
    with a_day(first_day, crumb, tmp_path / "home") as bakery:
        turns = [in_flight(bakery, number) for number in range(IN_FLIGHT)]
        held, done = threading.Event(), threading.Semaphore(0)
        begun_after: list[act.Outcome] = []
        before: list[act.Outcome] = []

        def carry_out(place: int) -> None:
            was_held = held.is_set()
            turn, args = turns[place]
            outcome = act.perform(turn, "till.cancel_order", args, f"key_{place}")
            (begun_after if was_held else before).append(outcome)
            if isinstance(outcome, act.Performed):
                turn.commit()
                done.release()

        with ThreadPoolExecutor(HANDS) as pool:
            flying = [pool.submit(carry_out, place) for place in range(IN_FLIGHT)]
            for _ in range(40):
                assert done.acquire(timeout=60)
            bakery.desk("hana").pause("operation", "till.cancel_order", because="Stop.")
            held.set()
            for each in flying:
                each.result()
        assert len(begun_after) + len(before) == IN_FLIGHT and len(begun_after) > IN_FLIGHT / 2
        assert all(isinstance(outcome, act.Halted) for outcome in begun_after)
        performed = sum(isinstance(outcome, act.Performed) for outcome in before)
        assert len(bakery.till.done) == performed == len(bakery.effects())
        # What had passed the switch already when it was thrown is at most what every hand held.
        with bakery.database.read() as reader:
            kinds = [
                entry.kind for entry in bakery.ledger.find(reader) if entry.kind in ("SwitchThrown", "ActionDecided")
            ]
        assert kinds.index("SwitchThrown") >= 40
        assert len(kinds) - kinds.index("SwitchThrown") - 1 <= HANDS
        assert bakery.verifies()


def in_flight(bakery: Bakery, number: int) -> tuple[Any, dict[str, Any]]:
    """A turn that is about to cancel an order: the customer is verified and has said yes to exactly this."""
    order = f"CR-{2000 + number}"
    bakery.till.add_order(order, "c_anna", 100)
    message = bakery.hand_in(f"cancel {order}", address=f"anna{number}@mail.example")
    turn = _begin(bakery.house, bakery.case_of(message).id)
    assert turn is not None
    turn.case = replace(turn.case, verified_as="c_anna", verified_contact=turn.contact.id)
    args = {"order_id": order}
    turn.memory.confirmed.append(Action(turn.case.id, "till.cancel_order", args, Principal("worker", "x")).digest)
    return turn, args
