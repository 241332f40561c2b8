"""A whole run of customers against a shop that fails, falls silent and forgets connections; and their colleagues."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from larkspur import cast
from larkspur.customers.carrier import SEARCH_TIME, Carrier, is_found
from larkspur.customers.crowd import Crowd, Plan
from larkspur.customers.door import Door, DoorClosed
from larkspur.customers.hearing import OPERATION
from larkspur.customers.staff import Colleague, Staff, verdict
from larkspur.customers.store import Run, Search, end_search, open_searches
from larkspur.generator import Size
from larkspur.shop import Shop
from larkspur.store import Store, create

NOW = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
HANDED_OVER = (OPERATION / "messages/en/handed_over.md").read_text(encoding="utf-8").strip()
GREETING = (OPERATION / "messages/en/greeting.md").read_text(encoding="utf-8").strip()


@dataclass
class FakeShop:
    """Takes messages by their ids, greets the first one, hands everybody over at the second; fails by seed."""

    trouble: float
    slow_to_confirm: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(3))
    chats: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    clashes: int = 0
    number: int = 0

    def door(self) -> Door:
        return Door("http://shop.example", 50, httpx.MockTransport(self.answer))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if self.chance.random() < self.trouble:
            return self._fail(request)
        steps = request.url.path.strip("/").split("/")
        if request.method == "POST" and steps == ["chat", "sessions"]:
            session = f"session-{len(self.chats)}"
            self.chats[session] = []
            return httpx.Response(201, json={"session": session})
        chat = self.chats[steps[2]]
        if steps[3] == "events":
            return httpx.Response(200, content=self._events(steps[2], int(request.url.params["after"])))
        if request.method == "GET":
            return httpx.Response(200, json={"messages": chat})
        self._take(chat, json.loads(request.content), steps[2])
        await asyncio.sleep(self.slow_to_confirm)
        # Taken, but the answer is lost on its way now and then, and where there is trouble the first one surely is.
        lost = self.chance.random() < self.trouble or (self.trouble > 0 and self.taken.total() == 1)
        return self._fail(request) if lost else httpx.Response(202, json={})

    def _fail(self, request: httpx.Request) -> httpx.Response:
        kind = self.chance.randrange(3)
        if kind == 0:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(503 if kind == 1 else 429, headers={"Retry-After": "0"} if kind == 2 else {})

    def _take(self, chat: list[dict[str, Any]], message: dict[str, Any], session: str) -> None:
        self.taken[f"{session}/{message['id']}"] += 1
        known = [one for one in chat if one["id"] == message["id"]]
        if known:
            self.clashes += known[0]["text"] != message["text"]
            return
        self._add(chat, message["id"], "customer", message["text"])
        own = sum(one["author"] == "customer" for one in chat)
        if own <= 2:
            self._add(chat, f"reply-{self.number}", "worker", GREETING if own == 1 else HANDED_OVER)

    def _add(self, chat: list[dict[str, Any]], name: str, author: str, text: str) -> None:
        self.number += 1
        chat.append({"number": self.number, "id": name, "author": author, "text": text})

    async def _events(self, session: str, after: int) -> AsyncIterator[bytes]:
        for _ in range(40):
            for message in self.chats[session]:
                if message["number"] > after and message["author"] != "customer":
                    after = message["number"]
                    yield f"id: {after}\nevent: message\ndata: {json.dumps(message)}\n\n".encode()
            await asyncio.sleep(0.02)


@pytest.fixture
def shop_file(tmp_path: Path) -> Path:
    path = tmp_path / "larkspur.db"
    create(path, seed=1, today=NOW, size=Size(80, 200))
    return path


def plan(shop_file: Path, count: int, **more: Any) -> Plan:
    return Plan("http://shop.example", shop_file, count=count, seed=4, timeout_seconds=60.0, **more)


def test_a_shop_in_trouble_loses_and_doubles_nothing(shop_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("larkspur.customers.conversation.SILENCE_SECONDS", 0.0)
    shop = FakeShop(trouble=0.25)

    async def run() -> dict[str, Any]:
        return await Crowd(plan(shop_file, 6), shop.door()).come()

    said = asyncio.run(run())
    assert said["customers"] == said["ended"] == said["handed_over"] == 6
    assert said["waiting"] == 0
    written = sum(message["author"] == "customer" for chat in shop.chats.values() for message in chat)
    assert said["messages"] == written
    assert max(shop.taken.values()) > 1, "nothing was repeated, so this proves nothing"
    assert shop.clashes == 0


def test_a_run_that_was_stopped_goes_on_with_the_same_chats(
    shop_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("larkspur.customers.conversation.SILENCE_SECONDS", 0.0)
    shop = FakeShop(trouble=0.0)
    wanted = plan(shop_file, 5, state=tmp_path / "run.db")

    async def stopped(seconds: float) -> None:
        try:
            await asyncio.wait_for(Crowd(wanted, shop.door()).come(), seconds)
        except TimeoutError:
            pass

    for seconds in (0.15, 0.3, 0.45):
        asyncio.run(stopped(seconds))
    said = asyncio.run(Crowd(wanted, shop.door()).come())
    begun = [chat for chat in shop.chats.values() if chat]
    assert said["ended"] == 5
    assert len(begun) == 5, "somebody began a second chat"
    assert shop.clashes == 0


def test_a_refusal_for_good_is_no_reason_to_go_on() -> None:
    door = Door("http://shop.example", 5, httpx.MockTransport(lambda request: httpx.Response(404, text="no")))
    with pytest.raises(DoorClosed, match="404"):
        asyncio.run(door.begin())


def test_a_run_in_a_file_is_found_again(tmp_path: Path) -> None:
    first = Run(tmp_path / "run.db")
    first.enter([{"number": 1}, {"number": 2}])
    first.keep_session(1, "secret")
    first.keep(2, messages=3, last_heard="cancel_done", outcome="resolved")
    again = Run(tmp_path / "run.db")
    assert again.personas() == [{"number": 1}, {"number": 2}]
    assert (again.session(1), again.session(2)) == ("secret", None)
    assert [row["outcome"] for row in again.standing()] == [None, "resolved"]
    first.close()
    again.close()


def test_a_reply_that_is_heard_before_the_message_counts_as_taken_is_answered(shop_file: Path) -> None:
    shop = FakeShop(trouble=0.0, slow_to_confirm=0.5)
    said = asyncio.run(Crowd(plan(shop_file, 3), shop.door()).come())
    assert said["ended"] == 3


# --- the carrier --------------------------------------------------------------------------------


@pytest.mark.parametrize(("found", "status"), [(True, "delivered"), (False, "lost")])
def test_a_search_ends_once_with_the_parcel_found_or_lost(shop_file: Path, found: bool, status: str) -> None:
    shop = Shop(shop_file, clock=lambda: NOW)
    trace = shop.open_trace(order_id=cast.OLGA_LATE, reason="late", idempotency_key="k1")
    search = Search(trace["trace_id"], cast.OLGA_LATE)
    store = Store(shop_file)
    assert open_searches(store, NOW - SEARCH_TIME) == [], "a search lasts a while"
    assert open_searches(store, NOW + SEARCH_TIME) == [search]
    end_search(store, search, NOW, found=found)
    end_search(store, search, NOW, found=not found)
    order = shop.get_order(order_id=cast.OLGA_LATE)
    assert (order["status"], order["trace"]) == (status, None)
    store.close()
    shop.close()


def test_the_carrier_answers_what_has_lasted_long_enough(shop_file: Path) -> None:
    shop = Shop(shop_file, clock=lambda: NOW)
    shop.open_trace(order_id=cast.OLGA_LATE, reason="late", idempotency_key="k1")
    store = Store(shop_file)
    assert Carrier(shop_file, seed=1).answer(store) == 1
    assert Carrier(shop_file, seed=1).answer(store) == 0
    store.close()
    shop.close()


def test_the_carrier_finds_some_parcels_and_loses_others() -> None:
    found = Counter(is_found(Search("T-1", f"LK-{number}"), 1) for number in range(100_000, 100_200))
    assert found[True] > 30 and found[False] > 60


# --- the colleagues -----------------------------------------------------------------------------


def approval(cents: int, refundable: int, **more: Any) -> dict[str, Any]:
    return {
        "id": "a1",
        "case_id": "c1",
        "operation": "shop.refund_order",
        "args": {"order_id": "LK-1", "amount_cents": cents, "reason": "arrived damaged"},
        "facts": [{"name": "refundable_cents", "value": refundable}],
        "answers": [{"role": "refund_approver", "person_id": None}, {"role": "operations_manager", "person_id": None}],
        **more,
    }


def test_hostile_words_are_denied() -> None:
    assert not verdict(approval(6000, 20000), hostile=True, chance=random.Random(1)).approve


def test_almost_the_whole_price_is_denied_or_made_less() -> None:
    for seed in range(20):
        answer = verdict(approval(19000, 20000), hostile=False, chance=random.Random(seed))
        assert not answer.approve or (answer.args or {})["amount_cents"] < 19000


def test_a_fair_amount_is_mostly_approved_as_it_is() -> None:
    answers = [verdict(approval(6000, 20000), hostile=False, chance=random.Random(seed)) for seed in range(100)]
    assert all(answer.approve for answer in answers)
    assert sum(answer.args is None for answer in answers) > 80


def test_two_roles_are_two_people() -> None:
    both = frozenset({"refund_approver", "operations_manager"})
    people = (Colleague("noor", "t1", both), Colleague("priya", "t2", both))
    staff = Staff(people, FakeShop(0.0).door(), seed=1)
    asked = staff._asked(approval(60000, 90000))
    assert {role for _, role in asked} == set(both)
    assert len({person.id for person, _ in asked}) == 2
