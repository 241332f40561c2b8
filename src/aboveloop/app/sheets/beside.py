"""The sheet of a run beside people: what a worker would have done, how far it agrees, and where it would not."""

from datetime import datetime
from typing import Any

from aboveloop.app.portfolio.worth import time_of
from aboveloop.app.shadowing.runs import Run
from aboveloop.app.shadowing.scorecard import Costs, scorecard
from aboveloop.app.sheets.sheet import Figure, Part, Sheet, Table
from aboveloop.kit.money import Money
from aboveloop.operation.models import Operation

# The most frequent kinds; more do not fit on a page.
KINDS_SHOWN = 8
ASPECTS = {"intent": "Same need", "route": "Same team", "action": "Same action", "outcome": "Same end"}
WOULD = {
    "ended_alone": "Ended without a person",
    "asked_approval": "Waited for a person's yes",
    "handed_over": "Gone to a person",
}


def beside_sheet(operation: Operation, run: Run, costs: Costs | None, *, now: datetime) -> Sheet:
    card = scorecard(run.compared, run.verdicts, costs)
    alone = card["would_have"]["ended_alone"]
    return Sheet(
        title=f"Beside people: {run.history}",
        lead=f"A worker took up {card['cases']} past cases without touching one. {_share(alone)} would have"
        " ended without a person.",
        company=operation.about.title,
        at=now,
        parts=[_agrees(card), _would(card, operation.about.currency), _kinds(card), _judged(card)],
        limits=[
            "People's answer is not always the right one: where the two differ, a person says who was right.",
            "Cases were worked on the records of today, not of their day, and customers answered what people asked.",
            *([] if card["cost"] else ["What people cost was not said, so no money is told."]),
        ],
        origin=[f"Run {run.id}, worked {run.at:%d %b %Y} by the operation {run.operation[:12]}. Nothing was written."],
    )


def _agrees(card: dict[str, Any]) -> Part:
    figures = [
        Figure(words, _share(card["agreement"][name]), _of(card["agreement"][name])) for name, words in ASPECTS.items()
    ]
    return Part("How far it agrees with people", (), figures)


def _would(card: dict[str, Any], currency: str) -> Part:
    figures = [
        Figure(words, _share(card["would_have"][name]), _of(card["would_have"][name])) for name, words in WOULD.items()
    ]
    seconds, said = card["seconds"], []
    if seconds["people_solved"] is not None:
        first, solved, worker = (_time(seconds[name]) for name in ("people_first_reply", "people_solved", "worker"))
        said.append(
            f"In the middle, people first answered after {first} and solved after {solved}; the worker took {worker},"
            " the customers' own time aside."
        )
    if card["cost"]:
        people, left = (Money(round(card["cost"][name]), currency) for name in ("people", "with_worker"))
        said.append(f"What people wrote cost {people}; with the worker {left} of it would be left.")
    return Part("What it would have taken over", said, figures)


def _kinds(card: dict[str, Any]) -> Part:
    kinds = sorted(card["kinds"].items(), key=lambda item: (-item[1]["cases"], item[0]))
    rows = [
        (
            kind.replace("_", " "),
            str(part["cases"]),
            _share(part["agreement"]["intent"]),
            _share(part["agreement"]["action"]),
            _share(part["would_have"]["ended_alone"]),
        )
        for kind, part in kinds[:KINDS_SHOWN]
    ]
    more = len(kinds) - len(rows)
    said = [f"The {len(rows)} most frequent of {len(kinds)} kinds."] if more else []
    return Part("By kind of case", said, (), Table(("Kind", "Cases", "Same need", "Same action", "Alone"), rows))


def _judged(card: dict[str, Any]) -> Part:
    verdicts = card["verdicts"]
    said = f"They differ in {card['differing']} of {card['cases']} cases; people judged {verdicts['judged']} of them."
    if verdicts["judged"]:
        right = verdicts["worker_right"]
        said += f" The worker was right, alone or with the person, in {_share(right)} ({_of(right)})."
    return Part("Where they differ", [said])


def _share(rate: dict[str, Any]) -> str:
    return "not noted" if rate["share"] is None else f"{rate['share']:.0%}"


def _of(rate: dict[str, Any]) -> str:
    if rate["share"] is None:
        return "by people"
    low, high = rate["interval"]
    return f"of {rate['n']}; {low:.0%} to {high:.0%} with 95 %"


def _time(seconds: float | None) -> str:
    return "an unknown time" if seconds is None else time_of(seconds)
