"""Ten million events through the radar, and through pm4py beside it: processor seconds and memory.

    .venv/bin/python benches/radar.py [--events 10000000] [--folder FOLDER] [--csv] [--without-pm4py]

The log is the incident log of the shared data, many times with fresh case ids, in random order, as Parquet. Ours is
the command itself: `aboveloop radar LOG --json`, which measures every case, variants, the directly-follows graph and
times, and once more with a file of all cases (`--per-case`). pm4py finds the directly-follows graph (with first and
last activities), the variants, the times of steps and cases, and hand-overs between groups; reopenings, reassignments,
ping-pong and loops of each case are counted in pandas on the table that it has sorted, for it has no function of its
own for them. Both counts must be equal. It is installed into an environment of its own in the folder, for its licence
keeps it out of ours. Every run is a process of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars

from aboveloop.kit.settings import shared_folder

COLUMNS = {"number": "case", "incident_state": "activity", "sys_updated_at": "time", "assignment_group": "group"}
MEGABYTE = 1024
PM4PY = """
import resource, sys, pandas, pm4py
def told(name, before=[0.0]):
    found = resource.getrusage(resource.RUSAGE_SELF)
    used = found.ru_utime + found.ru_stime
    print(f"{name}\\t{used - before[0]}")
    before[0] = used
log = pandas.read_parquet(sys.argv[1], columns=["case", "activity", "time", "group"])
log = pm4py.format_dataframe(log, case_id="case", activity_key="activity", timestamp_key="time")
told("reading and sorting")
pm4py.discover_dfg(log), pm4py.get_variants(log)
told("graph and variants")
pm4py.discover_performance_dfg(log), pm4py.get_all_case_durations(log)
told("times of steps and cases")
case, activity, group = log["case:concept:name"], log["concept:name"], log["group"]
same, rests = case.eq(case.shift()), activity.isin(["Resolved", "Closed"])
changed = same & group.ne(group.shift())
turns = log.loc[changed | ~same, ["case:concept:name", "group"]]
back = turns["group"].eq(turns["group"].shift(2)) & turns["case:concept:name"].eq(turns["case:concept:name"].shift(2))
counted = pandas.DataFrame({
    "events": 1,
    "reopenings": same & ~rests & rests.shift(fill_value=False),
    "reassignments": changed,
    "ping_pongs": back.reindex(log.index, fill_value=False),
    "self_loops": same & activity.eq(activity.shift()),
    "kinds": ~pandas.DataFrame({"case": case, "activity": activity}).duplicated(),
    "reached_end": activity.eq("Closed") & ~same.shift(-1, fill_value=False),
}).groupby(case, sort=False).sum()
counted["loops"] = counted["events"] - counted["kinds"] - counted["self_loops"]
told("measures of each case")
print(counted[["reopenings", "reassignments", "ping_pongs", "self_loops", "loops", "reached_end"]].sum().to_json())
pm4py.discover_handover_of_work_network(log, resource_key="group")
told("hand-overs")
"""
# What the target names; hand-overs are ours and theirs besides.
NAMED = ("reading and sorting", "graph and variants", "times of steps and cases", "measures of each case")


@dataclass(frozen=True)
class Run:
    cpu_seconds: float
    megabytes: float
    out: str


def run(command: list[str]) -> Run:
    """One process: user and system seconds, the most memory that it held."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command[:3])} ended with {process.returncode}.")
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / MEGABYTE, text)


def make_log(path: Path, events: int) -> None:
    """Enough copies of the incident log, shuffled, as Parquet or as CSV."""
    shared = shared_folder()
    assert shared is not None, "the shared data folder is needed: set ABOVELOOP_SHARED"
    source = shared / "data" / "event_logs" / "uci_incidents_dev.csv.gz"
    one = polars.read_csv(source, infer_schema=False, columns=list(COLUMNS)).rename(COLUMNS)
    one = one.with_columns(polars.col("time").str.to_datetime("%d/%m/%Y %H:%M", time_unit="us"))
    copies = -(-events // len(one))
    named = [one.with_columns(polars.format("{}-{}", "case", polars.lit(copy))) for copy in range(copies)]
    polars.concat(named).head(events).sample(fraction=1.0, shuffle=True, seed=3).write_parquet(path)


def show(name: str, found: Run) -> None:
    print(f"{name:24} {found.cpu_seconds:7.1f} CPU s {found.megabytes:8,.0f} MB")


def pm4py_of(folder: Path) -> Path:
    """A Python that has pm4py, made at the first run."""
    place = folder / "pm4py"
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "pm4py", "pyarrow"], check=True)
    return python


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--events", type=int, default=10_000_000)
    reading.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "aboveloop-radar-bench")
    reading.add_argument("--csv", action="store_true", help="measure the same log as CSV too")
    reading.add_argument("--without-pm4py", action="store_true")
    given = reading.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    log, out = given.folder / f"{given.events}.parquet", given.folder / "cases.csv"
    if not log.exists():
        make_log(log, given.events)
    command = [str(Path(sys.executable).parent / "aboveloop"), "radar", str(log), "--json"]
    ours = run(command)
    told = json.loads(ours.out)
    print(f"{told['events']:,} events, {told['cases']:,} cases, {told['variants']['count']:,} variants")
    show("radar, Parquet", ours)
    show("with a file of cases", run([*command, "--per-case", str(out)]))
    if given.csv:
        text = log.with_suffix(".csv")
        polars.scan_parquet(log).sink_csv(text, datetime_format="%d/%m/%Y %H:%M")
        show("radar, CSV", run([*command[:2], str(text), "--json"]))
        text.unlink()
    if not given.without_pm4py:
        beside(run([str(pm4py_of(given.folder)), "-c", PM4PY, str(log)]), ours, told)


def beside(theirs: Run, ours: Run, told: dict[str, Any]) -> None:
    """What pm4py took for each part, and how many times less ours took for all of it."""
    show("pm4py", theirs)
    lines = theirs.out.splitlines()
    parts = {name: float(seconds) for name, _, seconds in (line.partition("\t") for line in lines) if seconds}
    for name, seconds in parts.items():
        print(f"  {name:26} {seconds:5.1f} CPU s")
    counted = next(json.loads(line) for line in lines if line.startswith("{"))
    found = {name: each["total"] for name, each in told["rework"].items()} | {"reached_end": told["reached_end"]}
    print("both count the same" if counted == found else f"the counts differ: {counted} there, {found} here")
    named = sum(parts[name] for name in NAMED)
    print(
        f"ours takes {named / ours.cpu_seconds:.1f} times less processor time for measures of cases, variants, graph"
        f" and times, {theirs.cpu_seconds / ours.cpu_seconds:.1f} with hand-overs, which ours counts in the same run"
    )


if __name__ == "__main__":
    main()
