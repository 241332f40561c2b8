"""What holding rows to a data contract costs: a million rows in a check, and one record in a customer's turn.

Run `python benches/contracts.py [ROWS]`. The peer is jsonschema on the same rows, which knows neither uniqueness over
rows nor age, so it does less.
"""

import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from aboveloop.history.contracts.checking import Checking
from aboveloop.history.contracts.rules import compile_rules
from aboveloop.operation.contracts.contract import Asset
from aboveloop.operation.contracts.reading import read_contract
from aboveloop.operation.yaml_text import read_yaml

CONTRACT = Path(__file__).parents[1] / "src/larkspur/operation/contracts/order_status_events.odcs.yaml"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STATES = ("placed", "packed", "shipped", "delivered")
BATCH = 10_000
# The peer is slow: a part of the rows tells its pace.
PEER_ROWS = 20_000
LIVE_LOOKS = 100_000
SCHEMA = {
    "type": "object",
    "required": ["event_id", "order_id", "status", "at", "received_at"],
    "properties": {
        "event_id": {"type": "integer"},
        "order_id": {"type": "string", "pattern": "^LK-[0-9]{6}$"},
        "status": {"enum": [*STATES, "cancelled", "lost"]},
        "at": {"type": "string"},
        "received_at": {"type": "string"},
    },
}


def events() -> Asset:
    document, _ = read_yaml(CONTRACT.read_text(encoding="utf-8"), "contracts/order_status_events.odcs.yaml")
    assert document is not None
    contract, faults = read_contract(document)
    assert contract is not None, faults
    return contract.assets[0]


def batches(count: int) -> Iterator[list[dict[str, Any]]]:
    at, came = (NOW - timedelta(seconds=90)).isoformat(), (NOW - timedelta(seconds=60)).isoformat()
    for start in range(0, count, BATCH):
        yield [
            {
                "event_id": number,
                "order_id": f"LK-{number % 1_000_000:06d}",
                "status": STATES[number % 4],
                "at": at,
                "received_at": came,
            }
            for number in range(start, min(start + BATCH, count))
        ]


def main(count: int = 1_000_000) -> None:
    rules = compile_rules(events())
    checking, spent = Checking(rules, now=NOW), 0.0
    for batch in batches(count):
        began = time.process_time()
        checking.take(batch)
        spent += time.process_time() - began
    found = checking.end()
    assert found.is_kept and found.rows == count, found.findings
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pace = spent / count * 1e6
    print(f"{count:,} rows against {len(found.checked)} rules: {spent:.1f} CPU s, {pace:.1f} us a row, {memory:.0f} MB")

    validator, rows = Draft202012Validator(SCHEMA), [row for batch in batches(PEER_ROWS) for row in batch]
    began = time.process_time()
    assert all(validator.is_valid(row) for row in rows)
    peer = (time.process_time() - began) / PEER_ROWS * 1e6
    print(f"jsonschema, which does less: {peer:.1f} us a row; ratio {pace / peer:.2f}")

    live, row = rules.live(["order_id", "status"]), rows[0]
    began = time.process_time()
    for _ in range(LIVE_LOOKS):
        live.broken(row)
    look = (time.process_time() - began) / LIVE_LOOKS * 1e6
    print(f"a record read at work, two columns: {look:.2f} us, {look / 2:.2f} us a column")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
