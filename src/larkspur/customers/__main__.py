"""The command line: `python -m larkspur.customers --url http://127.0.0.1:8400 --database larkspur.db --count 50`."""

import argparse
import asyncio
import json
import logging
import sys
from pathlib import Path

from larkspur.clock import present
from larkspur.customers.crowd import Crowd, Plan
from larkspur.customers.staff import read_staff
from larkspur.generator import Size
from larkspur.store import create


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="larkspur.customers", description="Customers who write over the web chat.")
    parser.add_argument("--url", required=True, help="where the house answers, for example http://127.0.0.1:8400")
    parser.add_argument("--database", type=Path, required=True, help="the shop's SQLite file; made if it is missing")
    parser.add_argument("--count", type=int, default=50, help="how many customers come")
    parser.add_argument("--seed", type=int, default=1, help="who they are and how they write")
    parser.add_argument("--concurrency", type=int, default=16, help="how many write at once")
    parser.add_argument("--state", type=Path, help="a file in which a run is kept, so that it can go on after a kill")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds between arrivals; also slows how they write")
    parser.add_argument("--staff", type=Path, help="JSON with people and their tokens: they answer approvals, too")
    parser.add_argument("--timeout", type=float, default=3600.0, help="seconds after which it ends anyhow")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    asked = parser.parse_args(given)
    if asked.count < 1 or asked.concurrency < 1:
        parser.error("--count and --concurrency are at least 1.")
    return asked


def main(given: list[str] | None = None) -> None:
    """Let them come, and print what became of them as the last line."""
    asked = arguments(sys.argv[1:] if given is None else given)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if not asked.database.exists():
        create(asked.database, seed=1, today=present(), size=Size())
    plan = Plan(
        url=asked.url.rstrip("/"),
        database=asked.database,
        count=asked.count,
        seed=asked.seed,
        at_once=asked.concurrency,
        pace_seconds=asked.pace,
        timeout_seconds=asked.timeout,
        state=asked.state,
        staff=read_staff(asked.staff) if asked.staff else (),
    )
    said = asyncio.run(Crowd(plan).come())
    text = json.dumps(said, indent=None if asked.json else 2)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
