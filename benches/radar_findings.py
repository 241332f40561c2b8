"""How far the findings of the radar can be trusted: planted patterns, logs without any, and halves of real logs.

    python benches/radar_findings.py [--planted 100] [--splits 20] [--only planted|halves|logs|insights]

Planted: precision and recall of all claims over many seeds, and how often anything is claimed where nothing is planted.
Halves: each log is split into two random halves of its cases; the ten first opportunities of the one are compared with
where they stand in the other (Spearman; what the other half does not claim stands last), one by one and with the places
that are shared, with the middle and the bounds of 95 % of the splits. Logs: what each log reveals, in short.
"""

import argparse
import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy import stats

from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.drivers import drivers
from aboveloop.discover.findings.found import Findings, find
from aboveloop.discover.findings.opportunity import Opportunity, places_of
from aboveloop.discover.findings.planted import Plan, make, random_plan
from aboveloop.discover.findings.planted_told import ToldPlan, make_told, random_told_plan
from aboveloop.discover.findings.rules import facts_of
from aboveloop.discover.findings.trends import trends
from aboveloop.discover.radar import look
from aboveloop.history.logs.beginnings import Beginnings, beginnings
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.log import Log, Numbers, part
from aboveloop.history.logs.opening import open_file, read
from aboveloop.history.logs.tellings import Tellings, tellings

ROOT = Path(__file__).resolve().parents[1]
TOP = 10
CASES = 2_000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--planted", type=int, default=100)
    asked.add_argument("--splits", type=int, default=20)
    asked.add_argument("--only", choices=("planted", "halves", "logs", "insights"))
    asked.add_argument("--shared", type=Path, default=Path(os.environ.get("ABOVELOOP_SHARED", ROOT.parent / "shared")))
    said = asked.parse_args()
    logs = sorted((said.shared / "data" / "event_logs").glob("*.*"))
    if said.only in (None, "planted"):
        planted(said.planted)
        planted_told(said.planted)
    if said.only in (None, "insights"):
        insights(said.planted)
    for path in logs if said.only in (None, "logs") else ():
        reveal(path)
    for path in logs if said.only in (None, "halves") else ():
        halves(path, said.splits)


def planted(seeds: int) -> None:
    begin, right, claimed, there = time.process_time(), 0, 0, 0
    noisy = calendar = 0
    for seed in range(seeds):
        chance = np.random.default_rng(1_000 + seed)
        plan = random_plan(chance)
        claims = claims_of(plan, chance)
        right, claimed, there = right + len(claims & plan.truth), claimed + len(claims), there + len(plan.truth)
        for pattern, place in sorted(claims ^ plan.truth):
            print(f"  seed {seed}: {'missed' if (pattern, place) in plan.truth else 'wrong'} {pattern} at {place}")
        quiet = claims_of(Plan(), chance)
        noisy += any(pattern != "period" for pattern, _ in quiet)
        calendar += any(pattern == "period" for pattern, _ in quiet)
    print(f"planted: {there} patterns in {seeds} logs of {CASES:,} cases, {claimed} claims")
    print(f"  precision {right / claimed:.3f}, recall {right / there:.3f}")
    print(f"  nothing planted: an opportunity in {noisy}, a calendar in {calendar} of {seeds} logs")
    print(f"  {time.process_time() - begin:.0f} s of processor time")


def planted_told(seeds: int) -> None:
    """The same for what events say: asked later, typed twice, chased, answered alike."""
    begin, right, claimed, there, noisy = time.process_time(), 0, 0, 0, 0
    for seed in range(seeds):
        chance = np.random.default_rng(2_000 + seed)
        plan = random_told_plan(chance)
        claims = told_claims_of(plan, chance)
        right, claimed, there = right + len(claims & plan.truth), claimed + len(claims), there + len(plan.truth)
        for pattern, place in sorted(claims ^ plan.truth):
            print(f"  seed {seed}: {'missed' if (pattern, place) in plan.truth else 'wrong'} {pattern} at {place}")
        noisy += bool(told_claims_of(ToldPlan(), chance))
    print(f"told: {there} patterns in {seeds} logs of {CASES:,} cases, {claimed} claims")
    print(f"  precision {right / claimed:.3f}, recall {right / there:.3f}; nothing planted: claims in {noisy} logs")
    print(f"  {time.process_time() - begin:.0f} s of processor time")


def told_claims_of(plan: ToldPlan, chance: np.random.Generator) -> frozenset[tuple[str, str]]:
    log, known, told = make_told(plan, CASES, chance)
    return find(look(log), known, Assumptions(), told).claims


def insights(seeds: int) -> None:
    """How often a change or a driver is told of logs in which no week and no kind differs."""
    changes = driven = 0
    for seed in range(seeds):
        log, known = make(Plan(), CASES, np.random.default_rng(3_000 + seed))
        cases = look(log).cases
        changes, driven = changes + bool(trends(cases)), driven + bool(drivers(cases, facts_of(cases, known)))
    print(f"insights: of {seeds} logs in which nothing changes, a change in {changes}, a driver in {driven}")


def claims_of(plan: Plan, chance: np.random.Generator) -> frozenset[tuple[str, str]]:
    log, known = make(plan, CASES, chance)
    return find(look(log), known, Assumptions()).claims


def reveal(path: Path) -> None:
    log, known, told = opened(path)
    begin = time.process_time()
    found = find(look(log), known, Assumptions(), told)
    seconds = time.process_time() - begin
    scores = (found.repetition.value, found.rework.value, found.rules_score.value)
    print(f"{path.name}: repetition {scores[0]:.0f}, rework {scores[1]:.0f}, rules {scores[2]:.0f} ({seconds:.1f} s)")
    for each in found.opportunities[:3]:
        hours = each.touch_hours
        print(f"  {each.pattern} {each.place}: {hours.value:,.0f} h (at least {hours.low:,.0f}). {each.why}")
    for check in (each for each in found.checks if each.could_go):
        print(f"  could go: {check.name}, {check.refusals} of {check.made:,} said no ({check.share.high:.1%} at most)")
    print(f"  {len(found.opportunities)} opportunities; people should keep {len(found.keep)} kinds")


def halves(path: Path, splits: int) -> None:
    log, known, told = opened(path)
    _, case = np.unique(log.case_keys, return_inverse=True)
    plain, shared, short = [], [], 0
    for seed in range(splits):
        first = np.random.default_rng(seed).random(case.max() + 1) < 0.5
        one, other = (
            find(look(part(log, rows)), known, Assumptions(), part_of(told, rows))
            for rows in (np.flatnonzero(side[case]) for side in (first, ~first))
        )
        if len(one.opportunities) < 3:
            short += 1
            continue
        plain.append(alike(one, other, lambda found: list(range(len(found)))))
        shared.append(alike(one, other, places_of))
    said = ", ".join(
        f"{name} {bounds(values)}" for name, values in (("one by one", plain), ("shared", shared)) if values
    )
    print(f"{path.name}: top {TOP} in halves over {len(plain)} splits: {said or 'too few opportunities'}", flush=True)
    if short:
        print(f"  {short} splits had fewer than 3 opportunities and are left out")


def alike(one: Findings, other: Findings, places: Callable[[Sequence[Opportunity]], list[int]]) -> float:
    """Spearman's correlation of where the first ten of the one stand there and in the other; what is not claimed there
    stands last. Where all of them share one place in both, the two agree."""
    there = {name_of(each): place for each, place in zip(other.opportunities, places(other.opportunities), strict=True)}
    chosen = one.opportunities[:TOP]
    here = places(one.opportunities)[:TOP]
    seen = [there.get(name_of(each), len(other.opportunities) + 1) for each in chosen]
    if len(set(here)) == 1 or len(set(seen)) == 1:
        return 1.0 if len(set(here)) == len(set(seen)) else 0.0
    return float(stats.spearmanr(here, seen).statistic)


def name_of(each: Opportunity) -> tuple[str, str]:
    """An outcome that follows from facts is one opportunity, by whichever facts a half tells it; an activity that is
    called "approved by the budget owner" is another than one "by the supervisor"."""
    return each.pattern, each.place.split(" by ")[0] if each.pattern == "rule" else each.place


def bounds(values: list[float]) -> str:
    low, middle, high = np.nanquantile(values, (0.025, 0.5, 0.975))
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def opened(path: Path) -> tuple[Log, Beginnings, Tellings]:
    source = open_file(path)
    log = read(source, Named())
    names = list(log.case_column(np.arange(log.count)))
    log = dataclasses.replace(log, case_column=lambda at: [names[each] for each in at])
    return log, beginnings(source, log.columns), tellings(source, log)


def part_of(told: Tellings, rows: Numbers) -> Tellings:
    def some(column):  # type: ignore[no-untyped-def]
        return None if column is None else dataclasses.replace(column, codes=column.codes[rows])

    fields = {name: some(column) for name, column in told.fields.items()}
    return Tellings(fields, some(told.text), some(told.system), some(told.who))


if __name__ == "__main__":
    main()
