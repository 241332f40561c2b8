"""Fire at the doors and the policies: every route of the OpenAPI and every page, as everybody and nobody; any question.

    .venv/bin/python benches/fuzz.py [--requests 100000] [--decisions 20000] [--seed 1] [--operation FOLDER]

Nothing may fail with 5xx, nobody may get what their roles do not give, a refusal may change nothing, and nothing
personal or secret may stand in a log. Of the policies: no exception, a reason for every no, and no lane that opens when
a fact is taken away. Status 1 where anything was found; each finding is printed with all that sends it again.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.rehearsal import stage
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.serve import build_site
from aboveloop.operation.loading import load
from aboveloop.operation.models import Operation
from aboveloop.understand.reader import FirstReader
from api.fuzzing import Fuzz, leaks, overheard, pages, requests
from govern.policy_fuzz import PolicyFuzz

# A house that has taken so much grows slow to ask; the next one begins fresh.
REQUESTS_A_HOUSE = 10_000
SHOWN = 20


def doors(operation: Operation, count: int, number: int) -> dict[str, Any]:
    """`count` requests or a few more, in houses of their own."""
    reader, began = FirstReader.fit(operation), time.perf_counter()
    faults: list[str] = []
    statuses: dict[int, int] = {}
    done = 0
    while done < count:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            stage.build(operation, home)
            house = Stage(operation, home, reader)
            house.prepare()
            fuzz = Fuzz(house, build_site(house, trusted=True))
            many = -(-min(REQUESTS_A_HOUSE, count - done) // len(fuzz.callers))
            with overheard() as heard, asyncio.Runner() as runner:
                # Half of them at the API, as Schemathesis makes them from its description, half at the console's pages.
                for asked in (*requests(fuzz, many // 2, number), *pages(fuzz, many // 2, number)):
                    fuzz.play(asked, runner)
            found = [*fuzz.faults, *(f"it stands in a log: {line}" for line in leaks(heard.getvalue(), fuzz))]
            for fault in found[: max(SHOWN - len(faults), 0)]:
                print(fault, file=sys.stderr)
            faults += found
            for status, times in fuzz.statuses.items():
                statuses[status] = statuses.get(status, 0) + times
            done, number = done + fuzz.requests, number + 1
            house.close()
        print(f"{done} requests, {len(faults)} findings", file=sys.stderr)
    seconds = round(time.perf_counter() - began, 1)
    return {"requests": done, "statuses": dict(sorted(statuses.items())), "seconds": seconds, "faults": faults}


def policies(operation: Operation, count: int, number: int) -> dict[str, Any]:
    """`count` questions to the policies of one operation."""
    fuzz, began = PolicyFuzz(operation), time.perf_counter()
    fuzz.play(count, number)
    seconds = round(time.perf_counter() - began, 1)
    told = {"decisions": count, "lanes": dict(fuzz.lanes), "optional_facts_that_hold_a_lane_shut": dict(fuzz.gaps)}
    return {**told, "seconds": seconds, "faults": fuzz.faults}


def main() -> int:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--requests", type=int, default=100_000)
    reading.add_argument("--decisions", type=int, default=20_000)
    reading.add_argument("--seed", type=int, default=1)
    reading.add_argument("--operation", type=Path, default=SAMPLE_OPERATION)
    given = reading.parse_args()
    operation = load(given.operation).operation
    if operation is None:
        print(f"{given.operation} is no sound operation: run aboveloop check.", file=sys.stderr)
        return 2
    found = {
        "doors": doors(operation, given.requests, given.seed),
        "policies": policies(operation, given.decisions, given.seed),
    }
    for fault in found["policies"]["faults"][:SHOWN]:
        print(fault, file=sys.stderr)
    for part in found.values():
        part["faults"] = len(part["faults"])
    print(json.dumps(found, indent=1))
    return 1 if any(part["faults"] for part in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
