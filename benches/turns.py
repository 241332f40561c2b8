"""CPU per turn, turns per second and the cost of waiting, beside the same conversation as a LangGraph graph.

    .venv/bin/python benches/turns.py [--turns 400] [--postgres URL] [--waiting 100000]

One turn is: a message comes in, is read, two records are read, one write is performed under an idempotency key, a
reply is sent. Both sides use the same reading and the same functions as their system of record, and both keep
their state in SQLite on the same disk. Ours also decides each step by policy and keeps the ledger.
"""

import argparse
import json
import operator
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypedDict

sys.path.insert(0, str(Path(__file__).parent))

import itertools

import turns_shop
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

from aboveloop.api.fan_out import Watch
from aboveloop.app import folders
from aboveloop.app.premises import Options, Premises
from aboveloop.journey import cases
from aboveloop.kit.clock import SystemClock
from aboveloop.kit.settings import load_settings
from aboveloop.understand.reader import FirstReader
from aboveloop.work.intake import take_in

OPERATION = Path(__file__).parent / "turns_operation"
MESSAGE = "please put a note on my order LK-{}"
IN_FLIGHT = 16


def cpu() -> float:
    """Seconds of processor time of this process, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def ours(turns: int, home: Path, database: str | None) -> dict[str, float]:
    """CPU per turn one after the other, and turns per second with sixteen cases in flight."""
    premises = Premises(load_settings(home, database), Options(workers=IN_FLIGHT))
    premises.prepare()
    release = folders.create_release(premises, OPERATION, by="house", note="")
    folders.deploy(premises, release.digest, by="house")
    premises.run_turns()
    try:
        _let_through(premises, "warm", 20)
        began, at = cpu(), time.perf_counter()
        _let_through(premises, "measured", turns)
        return {
            "cpu_ms_per_turn": (cpu() - began) / turns * 1000,
            "turns_per_second": turns / (time.perf_counter() - at),
        }
    finally:
        premises.close()


def _let_through(premises: Premises, name: str, turns: int) -> None:
    """Sixteen customers at a time, each a new case; waits until every case is resolved."""
    ended = threading.Semaphore(0)
    room = threading.Semaphore(IN_FLIGHT)
    open_cases: set[str] = set()
    lock = threading.Lock()

    def watch() -> None:
        """One watcher for all, the one that open chats have: its polling is part of the price."""
        seen = 0
        while seen < turns:
            for _ in watched.look():
                seen += 1
                room.release()
                ended.release()
            time.sleep(0.02)

    watched = Watch(premises.database)
    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(turns):
        room.acquire()
        received = take_in(premises.house, cases.Incoming("webchat", f"{name}-{number}", MESSAGE.format(number % 1000)))
        with lock:
            open_cases.add(received.case.id)
    for _ in range(turns):
        ended.acquire()
    watcher.join()
    with premises.database.read() as reader:
        unresolved = [each for each in open_cases if cases.get(reader, each).outcome != "resolved"]
    # The reply and the end of the case are one transaction: every case that was answered is resolved.
    assert not unresolved, f"{len(unresolved)} cases were not resolved"


class State(TypedDict):
    messages: Annotated[list[tuple[str, str]], operator.add]
    intent: str
    order_id: str
    order: dict[str, str]
    buyer: dict[str, str]
    noted: dict[str, str]


def peer(turns: int, home: Path, reader: FirstReader) -> dict[str, float]:
    """The same conversation as a LangGraph graph with its SQLite checkpointer."""
    now = SystemClock().now()

    def read(state: State) -> dict[str, Any]:
        reading = reader.read(state["messages"][-1][1], now=now)
        return {"intent": reading.intent, "order_id": reading.found("order_number")[0].value}

    def look_up_order(state: State) -> dict[str, Any]:
        return {"order": turns_shop.get_order(state["order_id"])}

    def look_up_buyer(state: State) -> dict[str, Any]:
        return {"buyer": turns_shop.get_customer(state["order"]["customer_id"])}

    def note(state: State) -> dict[str, Any]:
        key = f"{state['order_id']}-{len(state['messages'])}-{id(state)}"
        return {"noted": turns_shop.note_order(state["order_id"], "call first", key)}

    def reply(state: State) -> dict[str, Any]:
        return {"messages": [("worker", f"Dear {state['buyer']['name']}, the note stands on {state['order_id']}.")]}

    graph = StateGraph(State)
    nodes = [("read", read), ("order", look_up_order), ("buyer", look_up_buyer), ("note", note), ("reply", reply)]
    for name, node in nodes:
        graph.add_node(f"{name}_", node)
    names = [START, *(f"{name}_" for name, _ in nodes), END]
    for before, after in itertools.pairwise(names):
        graph.add_edge(before, after)
    connection = sqlite3.connect(home / "langgraph.db", check_same_thread=False)
    saver = SqliteSaver(connection)
    saver.setup()
    app = graph.compile(checkpointer=saver)

    def turn(name: str, number: int) -> None:
        said = [("customer", MESSAGE.format(number % 1000))]
        app.invoke({"messages": said}, {"configurable": {"thread_id": f"{name}-{number}"}})

    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        list(pool.map(lambda number: turn("warm", number), range(20)))
        began, at = cpu(), time.perf_counter()
        list(pool.map(lambda number: turn("measured", number), range(turns)))
        figures = {
            "cpu_ms_per_turn": (cpu() - began) / turns * 1000,
            "turns_per_second": turns / (time.perf_counter() - at),
        }
    connection.close()
    return figures


WAITING = """
import json, sys, time, resource
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from aboveloop.app.premises import Premises
from aboveloop.kit.settings import load_settings
premises = Premises(load_settings(Path(sys.argv[1])))
premises.prepare()
premises.run_turns()
premises.reader_of(premises.current())
time.sleep(15)
def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
began, at = cpu(), time.perf_counter()
time.sleep(float(sys.argv[2]))
spent = (cpu() - began) / (time.perf_counter() - at) * 100
pages = int(Path("/proc/self/statm").read_text().split()[1])
print(json.dumps({"resident_mb": pages * resource.getpagesize() / 1e6, "idle_cpu_percent": spent}))
premises.close()
"""


def waiting(number: int, home: Path, seconds: float) -> dict[str, float]:
    """A process of its own beside `number` cases that wait for their customers, each with its timer."""
    premises = Premises(load_settings(home))
    premises.prepare()
    release = folders.create_release(premises, OPERATION, by="house", note="")
    folders.deploy(premises, release.digest, by="house")
    now = premises.house.clock.now()
    for low in range(0, number, 1000):
        with premises.database.write() as tx:
            for each in range(low, min(low + 1000, number)):
                incoming = cases.Incoming("webchat", f"waiting-{each}", "hello")
                received = cases.receive(tx, premises.ledger, incoming, release=lambda: release.digest, now=now)
                cases.change_owner(
                    tx,
                    premises.ledger,
                    received.case,
                    cases.Owner.WAITING_ON_CUSTOMER,
                    actor="house",
                    because="asked",
                    now=now,
                )
                if each % 100 == 0:
                    delay = timedelta(days=1).total_seconds()
                    premises.house.turns.submit(
                        tx, lane=received.case.id, stimulus="timer:silence", delay_seconds=delay
                    )
    premises.close()
    command = [sys.executable, "-c", WAITING, str(home), str(seconds), str(Path(__file__).parent)]
    figures: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", help="URL of an empty PostgreSQL database, to measure there too")
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--idle-seconds", type=float, default=30)
    chosen = parser.parse_args()
    reader = FirstReader.fit(folders.sound(OPERATION))
    ratios = []
    for _ in range(chosen.rounds):
        with tempfile.TemporaryDirectory() as folder:
            theirs = peer(chosen.turns, Path(folder), reader)
            mine = ours(chosen.turns, Path(folder), None)
        ratios.append(mine["cpu_ms_per_turn"] / theirs["cpu_ms_per_turn"])
        print(
            f"LangGraph + SQLite   {theirs['cpu_ms_per_turn']:6.2f} ms CPU a turn  {theirs['turns_per_second']:6.1f}/s"
        )
        print(f"Aboveloop + SQLite   {mine['cpu_ms_per_turn']:6.2f} ms CPU a turn  {mine['turns_per_second']:6.1f}/s")
        print(f"ratio of CPU         {ratios[-1]:6.2f}")
    print(f"median ratio of CPU  {sorted(ratios)[len(ratios) // 2]:6.2f}")
    if chosen.postgres:
        with tempfile.TemporaryDirectory() as folder:
            mine = ours(chosen.turns, Path(folder), chosen.postgres)
        print(f"Aboveloop + PostgreSQL {mine['cpu_ms_per_turn']:4.2f} ms CPU a turn  {mine['turns_per_second']:6.1f}/s")
    if chosen.waiting:
        with tempfile.TemporaryDirectory() as folder:
            idle = waiting(chosen.waiting, Path(folder), chosen.idle_seconds)
        print(
            f"{chosen.waiting} waiting cases: {idle['resident_mb']:.0f} MB, {idle['idle_cpu_percent']:.2f} % CPU idle"
        )


if __name__ == "__main__":
    main()
