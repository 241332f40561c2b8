"""A million rows imported, killed again and again, and compared with an import that was left alone.

Run: `nice .venv/bin/python benches/imports.py --rows 1000000 --kills 6 [--kind ocel]`: plain CSV, or the same rows as
OCEL 2.0 in JSON. Prints seconds, CPU
seconds (those do not depend on who else works on the machine), memory and digests as JSON.
"""

import argparse
import csv
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

BEGIN = 1_767_225_600
COLUMNS = ("case_id", "activity", "timestamp", "team", "who", "comment")
ACTIVITIES = ("opened", "assigned", "customer_message", "person_message", "solved", "closed")
SAID = (
    "Hello, where is my order? It was promised for last week.",
    "Thanks, it works now.",
    "Please call me back on +31 20 123 45 67.",
    "My address is {mail}, and the invoice has not come.",
    "We have sent a new one today.",
    "The parcel with number 3S{number} did not arrive. Can you tell me where it is?",
)


def make_csv(path: Path, rows: int, distinct: float) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        out.writerows(made(rows, distinct))


def made(rows: int, distinct: float) -> Iterator[tuple[str, ...]]:
    """Rows of which so large a share has a text of its own; the others repeat one of five thousand."""
    chance = random.Random(7)
    known = [_said(chance, number) for number in range(5_000)]
    for number in range(rows):
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(BEGIN + number * 20))
        text = _said(chance, number) if chance.random() < distinct else chance.choice(known)
        yield f"C{chance.randrange(rows // 6 + 1)}", chance.choice(ACTIVITIES), at, f"Tier {number % 3}", "", text


def make_ocel(path: Path, rows: int, distinct: float) -> None:
    """The same rows as events about orders."""
    with path.open("w", encoding="utf-8") as file:
        kinds = json.dumps([{"name": name, "attributes": []} for name in ACTIVITIES])
        file.write(f'{{"objectTypes": [{{"name": "order", "attributes": []}}], "eventTypes": {kinds}, "objects": [')
        orders = (json.dumps({"id": f"C{number}", "type": "order"}) for number in range(rows // 6 + 1))
        file.writelines(_listed(orders))
        file.write('], "events": [')
        file.writelines(_listed(_event(number, row) for number, row in enumerate(made(rows, distinct))))
        file.write("]}")


def _event(number: int, row: tuple[str, ...]) -> str:
    case, activity, at, team, _, text = row
    attributes = [{"name": "team", "value": team}, {"name": "comment", "value": text}]
    about = [{"objectId": case, "qualifier": "of"}]
    event = {"id": f"e{number}", "type": activity, "time": f"{at.replace(' ', 'T')}Z", "attributes": attributes}
    return json.dumps({**event, "relationships": about})


def _listed(items: Iterator[str]) -> Iterator[str]:
    for place, item in enumerate(items):
        yield f",{item}" if place else item


def _said(chance: random.Random, number: int) -> str:
    return chance.choice(SAID).format(mail=f"customer{number}@mail.example", number=100_000_000 + number)


def start(path: Path, home: Path) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).parent / "aboveloop"), "import", str(path), "--as", "desk", "--json"]
    if path.suffix == ".json":
        command += ["--kind", "ocel", "--map", "case=order"]
    return subprocess.Popen([*command, "--home", str(home)], stdout=subprocess.PIPE, start_new_session=True)


def alone(path: Path, home: Path) -> dict[str, Any]:
    began = time.perf_counter()
    process = start(path, home)
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    report = json.loads(told)
    seconds = time.perf_counter() - began
    counts = {name: report[name] for name in ("read", "stored", "unchanged", "quarantined", "events", "resumed_at")}
    worked = round(used.ru_utime + used.ru_stime, 1)
    return {**counts, "seconds": round(seconds, 1), "cpu_seconds": worked, "peak_mb": round(used.ru_maxrss / 1024)}


def killed(path: Path, home: Path, kills: int, seconds: float) -> dict[str, Any]:
    chance, dead = random.Random(3), 0
    for _ in range(kills):
        process = start(path, home)
        try:
            process.wait(chance.uniform(1.5, max(seconds / 2, 2)))
            break
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            dead += 1
    return {"killed": dead, **alone(path, home)}


def digest_of(home: Path) -> str:
    """The rows without the order in which they were kept."""
    columns = 'case_id, activity, "at", team, channel, attributes'
    found = duckdb.sql(f"SELECT {columns} FROM '{home}/history/desk/events-*.parquet' ORDER BY ALL")
    digest = hashlib.sha256()
    for batch in found.to_arrow_reader(50_000):
        digest.update(repr(batch.to_pylist()).encode())
    return digest.hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--distinct", type=float, default=0.1)
    parser.add_argument("--kind", choices=["csv", "ocel"], default="csv")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = folder / ("log.csv" if asked.kind == "csv" else "log.json")
        (make_csv if asked.kind == "csv" else make_ocel)(path, asked.rows, asked.distinct)
        first = alone(path, folder / "a")
        again = alone(path, folder / "a")
        # The same secret gives the same placeholders.
        shutil.copytree(folder / "a/keys", folder / "b/keys")
        broken = killed(path, folder / "b", asked.kills, first["seconds"])
        digests = [digest_of(folder / each) for each in ("a", "b")]
    found = {
        "rows": asked.rows,
        "kind": asked.kind,
        "distinct": asked.distinct,
        "alone": first,
        "again": again,
        "killed": broken,
    }
    sys.stdout.write(json.dumps({**found, "digests": digests, "equal": digests[0] == digests[1]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
