"""Kill -9 at any moment: no case is lost, no write is doubled, the ledger verifies, and work goes on.

The real server is killed again and again while simulated customers write over the web chat and colleagues answer
approvals; between two kills it lives for a random, seeded moment. A longer run:

    ABOVELOOP_KILLS=300 ABOVELOOP_CUSTOMERS=400 .venv/bin/pytest tests/crash -k sqlite
"""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

KILLS = int(os.environ.get("ABOVELOOP_KILLS", "6"))
CUSTOMERS = int(os.environ.get("ABOVELOOP_CUSTOMERS", "24"))
SEED = int(os.environ.get("ABOVELOOP_SEED", "11"))
# From the moment the door answers, a process lives this long: some die at once, some in the thick of it.
SHORTEST_LIFE, LONGEST_LIFE = 0.02, 2.5

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200), pytest.mark.xdist_group("crash")]


@dataclass
class Server:
    """`aboveloop up` as a process that can be killed and started again on the same state."""

    home: Path
    database: str
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        command = [
            sys.executable, "-m", "aboveloop.cli", "up", "--home", str(self.home), "--database", self.database,
            "--port", str(self.port), "--patience", "demo",
        ]  # fmt: skip
        with (self.home / "server.log").open("a") as log:
            self.process = subprocess.Popen(command, start_new_session=True, stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the server ended by itself with {self.process.returncode}"
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url + "/healthz", timeout=2):
                return
            time.sleep(0.02)
        raise AssertionError("the server did not open within two minutes")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self, *, with_children: bool) -> None:
        """The process alone, or together with the order system that it started."""
        assert self.process is not None
        if with_children:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)


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
        "--timeout", "6000", "--json",
    ]  # fmt: skip
    log = (server.home / "customers.log").open("w")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        log.close()


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_killed_again_and_again_nothing_is_lost_or_doubled(tmp_path: Path, database_url: str) -> None:
    chance = random.Random(SEED)
    aboveloop(tmp_path, database_url, "release", "create", "--deploy")
    aboveloop(tmp_path, database_url, "doctor")
    server = Server(tmp_path, database_url, free_port())
    server.start()
    kills = 0
    try:
        with customers(server, SEED) as crowd:
            for _ in range(KILLS):
                time.sleep(chance.uniform(SHORTEST_LIFE, LONGEST_LIFE))
                server.kill(with_children=chance.random() < 0.5)
                kills += 1
                server.start()
            output, _ = crowd.communicate(timeout=6000)
        assert crowd.returncode == 0, (tmp_path / "customers.log").read_text()[-3000:]
        said = json.loads(output.strip().splitlines()[-1])
        assert said["waiting"] == 0, said
        counted = settled(tmp_path, database_url)
    finally:
        server.stop()
    assert kills == KILLS
    assert counted["cases"] == CUSTOMERS, "a customer's case was lost or doubled"
    assert counted["under_way"] == 0, "a case is stuck"
    assert counted["doubled"] == 0
    assert aboveloop(tmp_path, database_url, "audit", "verify")["ok"] is True
    assert aboveloop(tmp_path, database_url, "audit", "reconcile")["differences"] == []
    print(f"{kills} kills, {counted}")


def settled(home: Path, database: str) -> dict[str, Any]:
    """The tally when every case has ended or is with people, or after a minute."""
    deadline = time.monotonic() + 90
    while True:
        counted = aboveloop(home, database, "case", "count")
        if counted["under_way"] == 0 or time.monotonic() > deadline:
            return counted
        time.sleep(1)
