"""Logs in which events say something: what is asked for later, typed twice, chased in chat, answered alike.

Without patterns they still are untidy: now and then something is asked for, a value is typed by two people in two
systems or twice in one, answers share a greeting, and approvals are talked about when nobody waits for one.
"""

from dataclasses import dataclass

import numpy as np

from aboveloop.history.logs.beginnings import Beginnings
from aboveloop.history.logs.log import UNKNOWN, Coded, Columns, Log
from aboveloop.history.logs.tellings import Tellings

SYSTEMS = ("CRM", "Billing", "Warehouse")
KINDS = ("A", "B", "C", "D")
FIELDS = ("order number", "photo", "invoice number")
CHAT = "Team chat"
WAITING = "Awaiting customer information"
SLIP = 0.008
# So often values go from system to system without being typed twice by one person.
ELSEWHERE = 0.2
HOUR = 3_600_000_000
START = 1_700_000_000_000_000
# Syllables of which words are made: real ones would be alike in other ways.
SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "xu", "ze")
TEMPLATE = "Thank you for writing. Your case {} was settled today and the amount was paid back to the card you used."


@dataclass(frozen=True)
class ToldPlan:
    """What is planted; None plants nothing. `late` says that a field which most bring along is filled later."""

    waits: bool = False
    asked: str | None = None
    late: bool = False
    typed: tuple[str, str] | None = None
    chased: bool = False
    alike: str | None = None
    rate: float = 0.15

    @property
    def truth(self) -> frozenset[tuple[str, str]]:
        said = [
            ("asked_later", WAITING if self.waits else None),
            ("asked_later", self.asked),
            ("asked_later", "postcode" if self.late else None),
            ("typed_twice", " > ".join(self.typed) if self.typed else None),
            ("chased", CHAT if self.chased else None),
            ("alike_answers", f"kind is {self.alike}" if self.alike else None),
        ]
        return frozenset((pattern, place) for pattern, place in said if place is not None)


def random_told_plan(chance: np.random.Generator) -> ToldPlan:
    wanted = chance.random(6) < 0.5
    places = sorted(chance.choice(len(SYSTEMS), 2, replace=False).tolist())
    return ToldPlan(
        waits=bool(wanted[0]),
        asked=str(chance.choice(FIELDS)) if wanted[1] else None,
        late=bool(wanted[2]),
        typed=(SYSTEMS[places[0]], SYSTEMS[places[1]]) if wanted[3] else None,
        chased=bool(wanted[4]),
        alike=str(chance.choice(KINDS)) if wanted[5] else None,
        rate=float(chance.uniform(0.08, 0.3)),
    )


@dataclass
class _Row:
    """One event, and what it says."""

    case: int
    activity: str
    at: int
    who: str
    system: str | None = None
    text: str | None = None
    reference: str | None = None
    number: str | None = None
    postcode: str | None = None


def make_told(plan: ToldPlan, cases: int, chance: np.random.Generator) -> tuple[Log, Beginnings, Tellings]:
    """A log of `cases` cases over half a year, what they begin with, and what their events say."""
    kinds = [str(each) for each in chance.choice(KINDS, cases)]
    starts = np.sort(START + chance.integers(0, 182 * 24 * HOUR, cases))
    rows: list[_Row] = []
    for case in range(cases):
        at = int(starts[case])
        for row in _case(plan, case, kinds[case], chance):
            row.at, at = at, at + int(chance.exponential(4 * HOUR)) + 1
            rows.append(row)
    rows.sort(key=lambda row: row.at)
    names = [f"case-{row.case}" for row in rows]
    log = Log(
        name="told",
        columns=Columns("case", "activity", "time"),
        case_keys=np.array([(row.case + 1) * 0x9E3779B97F4A7C15 % 2**64 for row in rows], dtype=np.uint64),
        at=np.array([row.at for row in rows], dtype=np.int64),
        activities=_coded([row.activity for row in rows]),
        groups=None,
        resources=None,
        states=None,
        case_column=lambda places: [names[each] for each in places],
    )
    fields = {name: _coded([getattr(row, name) for row in rows]) for name in ("reference", "number", "postcode")}
    text, system, who = (_coded([getattr(row, name) for row in rows]) for name in ("text", "system", "who"))
    known = Beginnings(tuple(f"case-{case}" for case in range(cases)), {"kind": tuple(kinds)})
    return log, known, Tellings(fields, text, system, who)


def _case(plan: ToldPlan, case: int, kind: str, chance: np.random.Generator) -> list[_Row]:
    own, other = (str(each) for each in chance.choice(["ann", "bob", "cy", "dee"], 2, replace=False))
    steps = ["Opened", "Looked up", "Entered", "Delivered", "Approval requested", "Approved", "Informed", "Closed"]
    kept = [step for step in steps if step in ("Opened", "Entered", "Informed", "Closed") or chance.random() < 0.7]
    rows = [_Row(case, step, 0, own) for step in kept]
    by_step = {row.activity: row for row in rows}
    _type(plan, by_step, own, other, chance)
    _ask(plan, by_step, kind, chance)
    _bring(plan, rows, chance)
    if chance.random() < (plan.rate if plan.waits else SLIP):
        rows.insert(rows.index(by_step["Informed"]), _Row(case, WAITING, 0, own))
    _chat(plan, rows, by_step, own, chance)
    return rows


def _type(plan: ToldPlan, steps: dict[str, _Row], own: str, other: str, chance: np.random.Generator) -> None:
    """Three steps in three systems, each with a number of its own, unless it is one that was typed before."""
    in_system = dict(zip(SYSTEMS, ("Opened", "Entered", "Closed"), strict=True))
    for system, step in in_system.items():
        steps[step].system = system
        steps[step].reference = _number(chance)
    one, two = (in_system[each] for each in plan.typed or SYSTEMS[:2])
    if chance.random() < (plan.rate if plan.typed else SLIP):
        steps[two].number = steps[one].reference
    elif chance.random() < ELSEWHERE:
        # Somebody else types it, or the same system shows it again.
        steps[two].number, steps[two].who = steps[one].reference, other
    if chance.random() < ELSEWHERE:
        steps["Informed"].system, steps["Informed"].number = SYSTEMS[2], None


def _ask(plan: ToldPlan, steps: dict[str, _Row], kind: str, chance: np.random.Generator) -> None:
    informed = steps["Informed"]
    informed.text = TEMPLATE.format(_number(chance)) if kind == plan.alike and chance.random() < 0.8 else _talk(chance)
    asking = steps.get("Looked up")
    for field in FIELDS:
        if asking is not None and chance.random() < (plan.rate if field == plan.asked else SLIP / len(FIELDS)):
            asking.text = f"{_talk(chance)} Could you please send us the {field}?"
        elif asking is not None and chance.random() < ELSEWHERE / 4:
            # To speak of it asks for nothing.
            asking.text = f"{_talk(chance)} We have found the {field}."


def _bring(plan: ToldPlan, rows: list[_Row], chance: np.random.Generator) -> None:
    """Most bring a postcode; of the others, it stays empty or is filled later."""
    code = str(chance.integers(10_000, 99_999))
    begins = (
        0 if chance.random() < 0.6 else 2 if chance.random() < (plan.rate if plan.late else SLIP) * 2 else len(rows)
    )
    for row in rows[begins:]:
        row.postcode = code


def _chat(plan: ToldPlan, rows: list[_Row], steps: dict[str, _Row], own: str, chance: np.random.Generator) -> None:
    requested = steps.get("Approval requested")
    if requested is None:
        return
    case = requested.case
    if chance.random() < (plan.rate if plan.chased else SLIP):
        chat = _Row(case, "Chat", 0, own, system=CHAT, text=f"{_talk(chance)} Any news on the approval?")
        rows.insert(rows.index(requested) + 1, chat)
    elif chance.random() < ELSEWHERE:
        # Talk before anybody waits, or of something else.
        rows.insert(1, _Row(case, "Chat", 0, own, system=CHAT, text=f"{_talk(chance)} Does this need an approval?"))


def _talk(chance: np.random.Generator) -> str:
    made = chance.choice(SYLLABLES, (12, 2))
    return "Hello, " + " ".join(f"{first}{second}" for first, second in made) + "."


def _number(chance: np.random.Generator) -> str:
    return f"R{chance.integers(10**7, 10**8)}"


def _coded(values: list[str | None]) -> Coded:
    names, codes = np.unique([UNKNOWN if each is None else each for each in values], return_inverse=True)
    return Coded(codes.astype(np.uint32), tuple(map(str, names)))
