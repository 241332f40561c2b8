"""The customers' door: sessions, messages that count once, limits, and events that are never missed."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from aboveloop.api.fan_out import MOST_BEHIND, FanOut, Watch
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.serve import serve, wait_until_open
from aboveloop.journey import cases, store
from api.open_house import Site, embed_chat


def begin(client: TestClient) -> str:
    answer = client.post("/chat/sessions")
    assert answer.status_code == 201
    return str(answer.json()["session"])


def write(client: TestClient, session: str, id_: str, text: str) -> Any:
    return client.post(f"/chat/sessions/{session}/messages", json={"id": id_, "text": text})


def read(client: TestClient, session: str, after: int = 0) -> list[dict[str, Any]]:
    answer = client.get(f"/chat/sessions/{session}/messages", params={"after": after})
    return list(answer.json()["messages"])


def test_a_customer_writes_and_reads_the_answer(site: Site, house: Stage) -> None:
    client = site.client()
    session = begin(client)
    answer = write(client, session, "1", "I want to cancel my order")
    assert answer.status_code == 202
    house.run_due()
    said = read(client, session)
    assert [each["author"] for each in said] == ["customer", "worker"]
    assert said[1]["text"].startswith("You are chatting with Larkspur's AI assistant")
    assert read(client, session, after=said[0]["number"]) == said[1:]


def test_the_same_message_twice_is_one_message(site: Site, house: Stage) -> None:
    client = site.client()
    session = begin(client)
    first, again = (write(client, session, "same", "I want to cancel my order") for _ in range(2))
    assert first.json() == again.json()
    house.run_due()
    assert [each["author"] for each in read(client, session)] == ["customer", "worker"]


def test_the_database_holds_no_token(site: Site, house: Stage) -> None:
    client = site.client()
    session = begin(client)
    taken = write(client, session, "1", "hello").json()
    with house.database.read() as reader:
        contact = cases.contact_of(reader, cases.get(reader, taken["case"]).contact_id)
    assert contact.address not in session and session not in contact.address
    assert len(contact.address) == 40


def test_sessions_do_not_see_each_other(site: Site, house: Stage) -> None:
    client = site.client()
    one, other = begin(client), begin(client)
    write(client, one, "1", "I want to cancel my order")
    house.run_due()
    assert read(client, other) == []


@pytest.mark.parametrize("session", ["nonsense", "a" * 48, "%C3%A9", "Zm9v"])
def test_an_unknown_session_is_said_in_words(site: Site, session: str) -> None:
    client = site.client()
    for answer in (
        write(client, session, "1", "hello"),
        client.get(f"/chat/sessions/{session}/messages"),
        client.get(f"/chat/sessions/{session}/events"),
    ):
        assert (answer.status_code, answer.json()["error"]["kind"]) == (404, "SessionUnknown")


@pytest.mark.parametrize("text", ["", "   ", "x" * 8_001, "a\x00b"], ids=["empty", "blank", "long", "null"])
def test_what_cannot_be_a_message_is_refused(site: Site, house: Stage, text: str) -> None:
    client = site.client()
    session = begin(client)
    answer = write(client, session, "1", text)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (422, "TextRefused")
    assert read(client, session) == []


def test_the_longest_message_is_taken(site: Site) -> None:
    client = site.client()
    assert write(client, begin(client), "1", "é" * 8_000).status_code == 202


@pytest.mark.parametrize(
    "body", [{}, {"id": "1"}, {"text": "x"}, {"id": "", "text": "x"}, {"id": "x" * 101, "text": "x"}]
)
def test_a_malformed_message_is_refused_in_the_one_shape(site: Site, body: dict[str, str]) -> None:
    client = site.client()
    answer = client.post(f"/chat/sessions/{begin(client)}/messages", json=body)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (422, "Malformed")


def test_who_writes_too_fast_waits_and_loses_nothing(site: Site, house: Stage) -> None:
    client = site.client()
    session = begin(client)
    for number in range(20):
        assert write(client, session, str(number), "hello").status_code == 202
    refused = write(client, session, "20", "hello")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) == 60
    assert write(client, session, "19", "hello").status_code == 202, "what was taken before may be repeated"
    assert write(client, begin(client), "1", "hello").status_code == 202, "another session is not held up"
    house.clock.advance(timedelta(seconds=61))
    assert write(client, session, "20", "hello").status_code == 202


def test_only_named_sites_may_frame_the_chat_page(site: Site, house: Stage) -> None:
    assert frames(site) == ["'self'"]
    embed_chat(house, "https://shop.example", "https://www.shop.example")
    assert frames(site) == ["'self'", "https://shop.example", "https://www.shop.example"]
    embed_chat(house)
    assert frames(site) == ["'self'"]


def frames(site: Site) -> list[str]:
    policy = site.client().get("/chat").headers["content-security-policy"]
    (told,) = [each for each in policy.split("; ") if each.startswith("frame-ancestors ")]
    return told.split()[1:]


def test_the_chat_page_tells_that_it_is_an_ai(site: Site) -> None:
    answer = site.client().get("/chat")
    assert "x-frame-options" not in answer.headers
    assert "AI assistant" in answer.text
    for path in ("/chat/static/chat.js", "/chat/static/chat.css", "/widget.js"):
        assert site.client().get(path).status_code == 200


# --- events, over a real server -----------------------------------------------------------------


def any_free_port() -> int:
    """One that no other test process looks for at the same time."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def served(house: Stage) -> Iterator[str]:
    port, stop = any_free_port(), threading.Event()
    server = threading.Thread(target=serve, args=(house, "127.0.0.1", port, stop), kwargs={"trusted": True})
    server.start()
    try:
        wait_until_open("127.0.0.1", port)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop.set()
        server.join(timeout=20)
        assert not server.is_alive()


def events(client: httpx.Client, session: str, count: int, **headers: str) -> list[dict[str, Any]]:
    """The next `count` events of a stream."""
    found: list[dict[str, Any]] = []
    with client.stream("GET", f"/chat/sessions/{session}/events", headers=headers, timeout=10) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line[6:]))
                if len(found) == count:
                    break
    return found


def test_an_event_comes_soon_and_a_stream_goes_on_where_it_stopped(house: Stage) -> None:
    with served(house) as url, httpx.Client(base_url=url) as client:
        session = client.post("/chat/sessions").json()["session"]
        got: list[dict[str, Any]] = []
        listening = threading.Thread(target=lambda: got.extend(events(client, session, 1)))
        listening.start()
        time.sleep(0.3)
        client.post(f"/chat/sessions/{session}/messages", json={"id": "1", "text": "I want to cancel my order"})
        house.run_due()
        listening.join(timeout=5)
        assert [each["author"] for each in got] == ["worker"]
        client.post(f"/chat/sessions/{session}/messages", json={"id": "2", "text": "anna@customers.example"})
        house.run_due()
        (second,) = events(client, session, 1, **{"Last-Event-ID": str(got[0]["number"])})
        assert second["number"] > got[0]["number"]
        both = events(client, session, 2)
        assert [each["id"] for each in both] == [got[0]["id"], second["id"]]


def test_a_server_that_stops_ends_open_streams_at_once(house: Stage) -> None:
    with httpx.Client() as client:
        with served(house) as url:
            session = client.post(f"{url}/chat/sessions").json()["session"]
            stream = client.send(client.build_request("GET", f"{url}/chat/sessions/{session}/events"), stream=True)
            assert next(stream.iter_lines()).startswith("retry")
            began = time.monotonic()
        assert time.monotonic() - began < 12
        stream.close()


def in_a_loop_of_its_own(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """The result of `work()`; another test's browser may hold this thread's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


def test_nobody_is_polled_for_while_nobody_listens(house: Stage) -> None:
    async def listen() -> tuple[bool, bool, bool]:
        fan_out = FanOut(house.database, 0.01)
        before = fan_out.is_idle
        async with fan_out.listening("webchat:a"), fan_out.listening("webchat:a"):
            during = fan_out.is_idle
        return before, during, fan_out.is_idle

    assert in_a_loop_of_its_own(listen) == (True, False, True)


def test_a_listener_that_does_not_read_holds_up_nobody_and_is_told_that_it_is_behind(house: Stage, site: Site) -> None:
    client = site.client()
    session = begin(client)
    taken = write(client, session, "1", "hello").json()
    with house.database.read() as reader:
        case = cases.get(reader, taken["case"])
        address = cases.contact_of(reader, case.contact_id).address

    def tell_many() -> None:
        with house.database.write() as tx:
            for number in range(MOST_BEHIND + 50):
                cases.tell(tx, house.ledger, case, cases.Outgoing(str(number), "worker:w"), now=house.clock.now())

    async def listen() -> tuple[int, int, bool]:
        fan_out = FanOut(house.database, 0.01)
        name = f"webchat:{address}"
        async with fan_out.listening(name) as slow, fan_out.listening(name) as quick:
            await asyncio.to_thread(tell_many)
            read = 0
            while not slow.is_behind:
                await asyncio.wait_for(quick.woken.wait(), 5)
                read += len(quick.take())
            return read, len(slow.waiting), slow.is_behind

    read, kept, is_behind = in_a_loop_of_its_own(listen)
    assert (read, kept, is_behind) == (MOST_BEHIND, MOST_BEHIND, True)


def test_a_message_committed_late_is_found_all_the_same(house: Stage, site: Site) -> None:
    client = site.client()
    session = begin(client)
    taken = write(client, session, "1", "hello").json()
    house.run_due()
    with house.database.read() as reader:
        last = store.last_message_number(reader)
        contact = cases.get(reader, taken["case"]).contact_id

    def sent(number: int) -> None:
        values = {
            "number": number, "id": f"msg_{number}", "case_id": taken["case"], "contact_id": contact,
            "direction": "out", "author": "worker:w", "text": "x", "at": house.clock.now(),
        }  # fmt: skip
        with house.database.write() as tx:
            store.insert(tx, store.messages, values)

    watch = Watch(house.database)
    sent(last + 2)
    assert [message.number for _, message in watch.look()] == [last + 2]
    sent(last + 1)
    assert [message.number for _, message in watch.look()] == [last + 1]
    assert watch.look() == []
    # One that was being written when the watch began, below the last that stood there already.
    sent(last + 4)
    later = Watch(house.database)
    assert later.look() == []
    sent(last + 3)
    assert [message.number for _, message in later.look()] == [last + 3]
