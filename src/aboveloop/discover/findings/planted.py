"""Logs made with patterns at known places, to see whether what is planted is found and nothing else.

Without patterns a log still is untidy: steps are left out by chance, and people slip in one of a hundred cases.
"""

from dataclasses import dataclass

import numpy as np

from aboveloop.history.logs.beginnings import Beginnings
from aboveloop.history.logs.log import Coded, Columns, Log, Numbers

STEPS = ("Open", "Triage", "Check", "Look up", "Calculate", "Inform", "Record", "Close")
GROUPS = ("Front", "Back", "Billing", "Field")
KINDS = ("A", "B", "C", "D")
# How often each step between the first and the last is left out, and how often people slip.
LEFT_OUT = 0.35
SLIP = 0.008
HOUR = 3_600_000_000
START = 1_700_000_000_000_000


@dataclass(frozen=True)
class Plan:
    """What is planted where; None plants nothing. `rate` is the share of the cases of the place that have it."""

    self_loop: str | None = None
    loop: str | None = None
    ping_pong: tuple[str, str] | None = None
    reopening: bool = False
    rule: str | None = None
    repeated: str | None = None
    weekday: bool = False
    rate: float = 0.15

    @property
    def truth(self) -> frozenset[tuple[str, str]]:
        """Patterns and places as `discover.findings` names them; the calendar under `period`."""
        said = [
            ("self_loop", self.self_loop),
            ("loop", self.loop),
            ("ping_pong", " <> ".join(sorted(self.ping_pong)) if self.ping_pong else None),
            ("reopening", "Close" if self.reopening else None),
            ("rule", self.rule),
            ("repetition", f"kind is {self.repeated}" if self.repeated else None),
            ("period", "weekday" if self.weekday else None),
        ]
        return frozenset((pattern, place) for pattern, place in said if place is not None)


def random_plan(chance: np.random.Generator) -> Plan:
    """Each pattern or not, at any place and of any strength that is worth finding."""
    one, other = chance.choice(GROUPS, 2, replace=False)
    # Not the last before the end: a case comes back to a step only after another one.
    steps = chance.permutation(STEPS[1:-2])
    wanted = chance.random(7) < 0.5
    return Plan(
        self_loop=str(steps[0]) if wanted[0] else None,
        loop=str(steps[1]) if wanted[1] else None,
        ping_pong=(str(one), str(other)) if wanted[2] else None,
        reopening=bool(wanted[3]),
        rule=str(steps[2]) if wanted[4] else None,
        repeated=str(chance.choice(KINDS)) if wanted[5] else None,
        weekday=bool(wanted[6]),
        rate=float(chance.uniform(0.08, 0.3)),
    )


def make(plan: Plan, cases: int, chance: np.random.Generator) -> tuple[Log, Beginnings]:
    """A log of `cases` cases over half a year, and what they begin with."""
    kinds = chance.choice(KINDS, cases)
    amounts = chance.integers(1, 1_000, cases)
    starts = _starts(plan, cases, chance)
    rows: list[tuple[int, str, int, str]] = []
    for case in range(cases):
        steps = _case(plan, str(kinds[case]), int(amounts[case]), chance)
        waits = chance.exponential(4 * HOUR, len(steps)).astype(np.int64) + 1
        at = int(starts[case])
        for (step, group), wait in zip(steps, waits, strict=True):
            rows.append((case, step, at, group))
            at += int(wait)
    rows.sort(key=lambda row: row[2])
    ids = [f"case-{number}" for number in range(cases)]
    known = Beginnings(tuple(ids), {"kind": tuple(map(str, kinds)), "amount": tuple(map(str, amounts))})
    return _log(rows, ids), known


def _starts(plan: Plan, cases: int, chance: np.random.Generator) -> Numbers:
    days = np.arange(182)
    weight = np.where(plan.weekday & (days % 7 == 2), 2.5, 1.0)
    day = chance.choice(days, cases, p=weight / weight.sum())
    at: Numbers = np.sort(START + day * 24 * HOUR + chance.integers(0, 24 * HOUR, cases))
    return at


def _case(plan: Plan, kind: str, amount: int, chance: np.random.Generator) -> list[tuple[str, str]]:
    """The steps of one case, each with the group that has it."""
    repeated = kind == plan.repeated
    middle = [step for step in STEPS[1:-1] if repeated or chance.random() >= LEFT_OUT]
    if plan.rule is not None and not repeated:
        middle = [step for step in STEPS[1:-1] if (amount > 500 if step == plan.rule else step in middle)]
    steps = _with_again([STEPS[0], *middle, STEPS[-1]], plan, 0.0 if repeated else 1.0, chance)
    groups = _groups(len(steps), plan, 0.0 if repeated else 1.0, chance)
    return list(zip(steps, groups, strict=True))


def _with_again(steps: list[str], plan: Plan, factor: float, chance: np.random.Generator) -> list[str]:
    told: list[str] = []
    for step in steps:
        told.append(step)
        if chance.random() < factor * (plan.rate if step == plan.self_loop else SLIP):
            told.append(step)
    return _came_back(told, plan, factor, chance)


def _came_back(steps: list[str], plan: Plan, factor: float, chance: np.random.Generator) -> list[str]:
    told = list(steps)
    for step in STEPS[1:-1]:
        if step in told and chance.random() < factor * (plan.rate if step == plan.loop else SLIP / 4):
            last = max(place for place, name in enumerate(told) if name == step)
            if last + 2 < len(told):
                told.insert(last + 2, step)
    if chance.random() < factor * (plan.rate if plan.reopening else SLIP):
        told += ["Reopened", STEPS[-1]]
    return told


def _groups(count: int, plan: Plan, factor: float, chance: np.random.Generator) -> list[str]:
    """One group for the case; or to and fro between two."""
    own = str(chance.choice(GROUPS))
    groups = [own] * count
    pair = plan.ping_pong
    if pair is not None and own in pair and count > 3:
        if chance.random() < factor * plan.rate:
            groups[2] = pair[1] if own == pair[0] else pair[0]
    elif chance.random() < factor * SLIP and count > 3:
        groups[2] = str(chance.choice(GROUPS))
    return groups


def _log(rows: list[tuple[int, str, int, str]], ids: list[str]) -> Log:
    names = [ids[row[0]] for row in rows]
    return Log(
        name="planted",
        columns=Columns("case", "activity", "time", "group"),
        case_keys=np.array([(row[0] + 1) * 0x9E3779B97F4A7C15 % 2**64 for row in rows], dtype=np.uint64),
        at=np.array([row[2] for row in rows], dtype=np.int64),
        activities=_coded([row[1] for row in rows]),
        groups=_coded([row[3] for row in rows]),
        resources=None,
        states=None,
        case_column=lambda at: [names[each] for each in at],
    )


def _coded(values: list[str]) -> Coded:
    names, codes = np.unique(values, return_inverse=True)
    return Coded(codes.astype(np.uint8), tuple(map(str, names)))
