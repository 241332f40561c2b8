"""The demo: the sample company at work, with customers who write over the real web chat."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aboveloop.app import folders
from aboveloop.app.contracts.rounds import ContractRound
from aboveloop.app.improving.regularly import Lookout
from aboveloop.app.inspection import SAMPLE_OPERATION, sound
from aboveloop.app.premises import Options, Premises
from aboveloop.app.releasing.watch import Watch
from aboveloop.app.tally import Tally, tally
from aboveloop.cli import serve
from aboveloop.cli.house import opened
from aboveloop.cli.output import talk
from aboveloop.govern.people import people_of
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.kit.errors import PermanentError, TemporaryError
from aboveloop.operation import releases
from aboveloop.work.house import Patience
from aboveloop.work.reconcile import reconcile

FIRST_PORT = 8400
PORTS_TRIED = 100
# A site opens within a second; a machine that is busy to its last core may take longer.
OPEN_WITHIN_SECONDS = 60.0
# Customers of the demo do not sleep on it, and what a procedure waits a day for takes twelve seconds.
DEMO_PATIENCE = Patience(
    remind_after=timedelta(seconds=20), give_up_after=timedelta(minutes=10), waits_shortened=7200.0
)
# After the last customer has gone, turns under way may still end; longer than this and a case is stuck.
SETTLE_SECONDS = 60.0


@dataclass(frozen=True)
class Crowd:
    """How many customers come, by which seed, how many at once, and how many seconds apart."""

    customers: int
    seed: int
    at_once: int
    pace_seconds: float


@contextlib.contextmanager
def at_work(home: Path | None, database: str | None, wanted: int = FIRST_PORT) -> Iterator[tuple[Premises, str]]:
    """The sample company, open for customers on the first free port from `wanted` on: (premises, url).

    Raises PermanentError when a hundred ports are taken.
    """
    stop, ready = threading.Event(), threading.Event()
    entrance = serve.first_free_door(wanted, PORTS_TRIED)
    port = int(entrance.getsockname()[1])
    with contextlib.closing(entrance), opened(home, database, Options(patience=DEMO_PATIENCE)) as premises:
        put_sample_to_work(premises)
        premises.run_turns()
        premises.while_open(Watch(premises).run, "release-watch")
        premises.while_open(Lookout(premises).run, "lookout")
        premises.while_open(ContractRound(premises).run, "contracts")
        door = threading.Thread(
            target=serve.serve,
            args=(premises, serve.LOCAL, port, stop),
            kwargs={"trusted": True, "ready": ready, "door": entrance},
            daemon=True,
        )
        door.start()
        try:
            if not ready.wait(OPEN_WITHIN_SECONDS):
                raise TemporaryError(f"The sample company did not open on port {port}. Look at the log and try again.")
            yield premises, f"http://127.0.0.1:{port}"
        finally:
            stop.set()
            door.join(timeout=10)


def put_sample_to_work(premises: Premises) -> None:
    """Freeze and deploy the sample company's operation, if it is not at work already."""
    operation = sound(SAMPLE_OPERATION)
    with premises.database.read() as reader:
        release = releases.deployed(reader)
    if release is None or release.digest != operation.digest:
        made = folders.create_release(premises, SAMPLE_OPERATION, by="house", note="The sample company.")
        folders.deploy(premises, made.digest, by="house")


def headless(home: Path | None, database: str | None, crowd: Crowd) -> dict[str, Any]:
    """Let a crowd through and count what became of every case."""
    began = monotonic_seconds()
    chosen = home or (Path(os.environ["ABOVELOOP_HOME"]) if os.environ.get("ABOVELOOP_HOME") else None)
    place = chosen or Path(tempfile.mkdtemp(prefix="aboveloop-"))
    with at_work(place, database) as (premises, url):
        talk.print(f"State folder: {place}", markup=False)
        with customers(premises, url, crowd, with_staff=True) as process:
            said = _wait_for(process)
        counted = _settled(premises)
        found = reconcile(premises.house, premises.current())
    return {
        **counted.as_json(),
        "lost": max(int(said.get("customers", 0)) - counted.cases, 0),
        "stuck": counted.under_way,
        "differences": len(found.differences),
        "writes": found.actions,
        "seconds": round(monotonic_seconds() - began, 1),
        "home": str(place),
        "customers": said,
    }


@contextlib.contextmanager
def customers(premises: Premises, url: str, crowd: Crowd, *, with_staff: bool) -> Iterator["subprocess.Popen[str]"]:
    """The simulated customers, as a process of their own that knows only the door."""
    home = premises.settings.home
    command = [
        sys.executable, "-m", "larkspur.customers", "--url", url, "--database", str(home / "larkspur.db"),
        "--count", str(crowd.customers), "--seed", str(crowd.seed), "--concurrency", str(crowd.at_once),
        "--pace", str(crowd.pace_seconds), "--state", str(home / f"customers-{crowd.seed}.db"), "--json",
    ]  # fmt: skip
    if with_staff:
        command += ["--staff", str(_staff_file(premises))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
        if process.poll() is None:
            process.kill()
            process.wait()


def _staff_file(premises: Premises) -> Path:
    """Tokens for simulated colleagues, beside the other secrets of this home."""
    path = premises.settings.home / "keys" / "staff.json"
    write_staff_file(premises, path)
    return path


# What a program needs that looks at approvals and answers them.
ANSWERING = frozenset({"read_cases", "read_personal", "approve"})


def write_staff_file(premises: Premises, path: Path) -> int:
    """Tokens of everybody who may approve, readable by this user alone. Returns how many."""
    people = [
        {
            "id": person.id,
            "token": serve.token_for(premises, person.id, person.may & ANSWERING),
            "roles": sorted(person.roles),
            "limits": {role: limit.minor for role, limit in person.limits.items()},
        }
        for person in people_of(premises.current()).values()
        if "approve" in person.may
    ]
    # Nobody else may read it at any moment, whatever stood there before.
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps({"people": people}))
    draft.replace(path)
    return len(people)


def _wait_for(process: "subprocess.Popen[str]") -> dict[str, Any]:
    output, _ = process.communicate()
    if process.returncode != 0 or not output.strip():
        raise PermanentError(f"The simulated customers stopped with status {process.returncode}.")
    said: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return said


def _settled(premises: Premises) -> Tally:
    """The tally once every case has ended or is with people, or when it will not get there any more."""
    deadline = monotonic_seconds() + SETTLE_SECONDS
    pause = threading.Event()
    while True:
        counted = tally(premises)
        if counted.under_way == 0 or monotonic_seconds() > deadline:
            return counted
        pause.wait(0.5)
