"""Kill -9 at any moment: no case is lost, no write is doubled, the ledger verifies, and work goes on.

The real server is killed again and again while simulated customers write over the web chat and colleagues answer
approvals; between two kills it lives for a random, seeded moment. A longer run:

    ABOVELOOP_KILLS=150 ABOVELOOP_CUSTOMERS=90 ABOVELOOP_PACE=5 .venv/bin/pytest tests/crash -s
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import larkspur
from larkspur import store as larkspur_store
from larkspur.feed import Feed
from larkspur.generator import Size
from larkspur.shop import Shop

KILLS = int(os.environ.get("ABOVELOOP_KILLS", "6"))
CUSTOMERS = int(os.environ.get("ABOVELOOP_CUSTOMERS", "24"))
SEED = int(os.environ.get("ABOVELOOP_SEED", "11"))
# From the moment the door answers, a process lives this long: some die at once, some in the thick of it.
SHORTEST_LIFE, LONGEST_LIFE = 0.02, float(os.environ.get("ABOVELOOP_LIFE", "2.5"))
# Seconds between two customers: in a long run they must not be done before the killing is.
PACE = os.environ.get("ABOVELOOP_PACE", "0")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200), pytest.mark.xdist_group("crash")]


@dataclass
class Server:
    """`aboveloop up` as a process that can be killed and started again on the same state, within a second."""

    home: Path
    database: str
    port: int
    pid: int = 0
    zygote: "subprocess.Popen[str] | None" = field(default=None)

    def start(self) -> None:
        zygote = self.zygote or self._prepared()
        assert zygote.stdin is not None and zygote.stdout is not None
        command = ["up", "--home", str(self.home), "--database", self.database, "--port", str(self.port)]
        zygote.stdin.write(json.dumps([*command, "--patience", "demo"]) + "\n")
        zygote.stdin.flush()
        self.pid = int(zygote.stdout.readline())
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self.is_alive(), "the server ended by itself: " + (self.home / "server.log").read_text()[-3000:]
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url + "/healthz", timeout=2):
                return
            time.sleep(0.01)
        raise AssertionError("the server did not open within two minutes")

    def _prepared(self) -> "subprocess.Popen[str]":
        """The order system runs inside the server here, so that a kill can hit between its commit and ours."""
        surroundings = {**os.environ, "LARKSPUR_DATABASE": str(self.home / "larkspur.db")}
        with (self.home / "server.log").open("a") as log:
            self.zygote = subprocess.Popen(
                [sys.executable, str(Path(__file__).parent / "zygote.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=surroundings,
            )
        return self.zygote

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self, number: int = signal.SIGKILL) -> None:
        os.kill(self.pid, number)
        deadline = time.monotonic() + 60
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        assert not self.is_alive()

    def stop(self) -> None:
        if self.pid and self.is_alive():
            self.kill(signal.SIGTERM)
        if self.zygote is not None:
            self.zygote.kill()
            self.zygote.communicate()


def with_shop_inside(home: Path) -> Path:
    """The sample operation with its order system as a Python module instead of a process of its own."""
    folder = home / "operation"
    shutil.copytree(Path(larkspur.__file__).parent / "operation", folder)
    path = folder / "systems" / "shop.yaml"
    text = path.read_text(encoding="utf-8")
    inside, count = re.subn(
        r"^  kind: mcp\n  command: .*\n", "  kind: python\n  module: larkspur.in_process\n", text, flags=re.MULTILINE
    )
    assert count == 1
    path.write_text(inside, encoding="utf-8")
    larkspur_store.create(home / "larkspur.db", seed=SEED, today=datetime.now(UTC), size=Size(400, 1200))
    return folder


def aboveloop(home: Path, database: str, *arguments: str, status: int = 0) -> dict[str, Any]:
    """Run one command with --json and give its answer."""
    command = [sys.executable, "-m", "aboveloop.cli", *arguments, "--home", str(home), "--database", database, "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ended.returncode == status, ended.stderr[-2000:] + ended.stdout[-2000:]
    value: dict[str, Any] = json.loads(ended.stdout)
    return value


@contextlib.contextmanager
def customers(server: Server, seed: int) -> Iterator["subprocess.Popen[str]"]:
    staff = server.home / "keys" / "staff.json"
    aboveloop(server.home, server.database, "person", "tokens", "--out", str(staff))
    command = [
        sys.executable, "-m", "larkspur.customers", "--url", server.url,
        "--database", str(server.home / "larkspur.db"), "--count", str(CUSTOMERS), "--seed", str(seed),
        "--concurrency", "16", "--state", str(server.home / "customers.db"), "--staff", str(staff),
        "--timeout", "6000", "--pace", PACE, "--json",
    ]  # fmt: skip
    log = (server.home / "customers.log").open("w")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
        log.close()


@contextlib.contextmanager
def warehouse(home: Path) -> Iterator[None]:
    """It says how orders stand before anybody serves: were it silent, the house would rightly pause itself."""
    shop = Shop(home / "larkspur.db")
    feed = Feed(shop)
    feed.start()
    try:
        yield
    finally:
        feed.stop()
        shop.close()


@contextlib.contextmanager
def running(server: Server) -> Iterator[None]:
    try:
        server.start()
        yield
    finally:
        server.stop()


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_killed_again_and_again_nothing_is_lost_or_doubled(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LARKSPUR_DATABASE", str(tmp_path / "larkspur.db"))
    chance = random.Random(SEED)
    # Scenarios cannot be played where the order system is at a place of its own; they are, elsewhere.
    create = ["release", "create", str(with_shop_inside(tmp_path)), "--deploy", "--unrehearsed", "played elsewhere"]
    aboveloop(tmp_path, database_url, *create)
    server = Server(tmp_path, database_url, free_port())
    kills = 0
    with warehouse(tmp_path), running(server):
        with customers(server, SEED) as crowd:
            while kills < KILLS and crowd.poll() is None:
                time.sleep(chance.uniform(SHORTEST_LIFE, LONGEST_LIFE))
                server.kill()
                kills += 1
                server.start()
            output, _ = crowd.communicate(timeout=6000)
        assert crowd.returncode == 0, (tmp_path / "customers.log").read_text()[-3000:]
        said = json.loads(output.strip().splitlines()[-1])
        assert said["waiting"] == 0, said
        counted = settled(tmp_path, database_url)
    assert counted["cases"] == CUSTOMERS, "a customer's case was lost or doubled"
    assert counted["under_way"] == 0, "a case is stuck"
    assert counted["doubled"] == 0
    assert aboveloop(tmp_path, database_url, "audit", "verify")["ok"] is True
    assert aboveloop(tmp_path, database_url, "audit", "reconcile")["differences"] == []
    print(f"{kills} kills, {counted}")
    assert kills == KILLS, "the customers were done before the killing was: bring more of them"


def settled(home: Path, database: str) -> dict[str, Any]:
    """The tally when every case has ended or is with people, or after a minute and a half."""
    deadline = time.monotonic() + 90
    while True:
        counted = aboveloop(home, database, "case", "count")
        if counted["under_way"] == 0 or time.monotonic() > deadline:
            return counted
        time.sleep(1)
