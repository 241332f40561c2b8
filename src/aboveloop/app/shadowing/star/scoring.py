"""A worker beside the clerks of recorded dialogues: how often it reads the need and takes the step that they did.

The true history stands before every step, also where the worker would have gone another way (teacher forcing). No
dialogue is judged by what was learned from it: of a file that is learned from and judged, each part is judged by what
was learned from the other parts.
"""

import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aboveloop.app.shadowing.star.dialogues import FREE, QUERY, Moment, moments_of, read_dialogues
from aboveloop.app.shadowing.star.graphs import Tasks
from aboveloop.app.shadowing.star.learning import Model, learn
from aboveloop.app.shadowing.star.unseen import judge_unseen
from aboveloop.kit.errors import WrongUsage
from aboveloop.measure.agreement import Agreement, Pair, agreement, mean
from aboveloop.measure.intervals import interval

# Parts of a file that is learned from and judged. More cost time and win a tenth of a point.
PARTS = 4


@dataclass(frozen=True)
class Guess:
    """What the worker would have done at a moment."""

    moment: Moment
    step: str
    task: str


@dataclass(frozen=True)
class Report:
    """Everything that is told of a file of dialogues."""

    dialogues: int
    with_steps: int
    customer_turns: int
    guesses: tuple[Guess, ...]
    by_graph: tuple[Guess, ...]
    learned_from: str
    unseen: tuple[Guess, ...] = ()

    def as_json(self) -> dict[str, Any]:
        tasks, kinds = _by(self.guesses, lambda moment: moment.task), _by(self.guesses, lambda moment: moment.kind)
        tasks.pop("", None)
        by_task = {name: _both(guesses) for name, guesses in sorted(tasks.items())}
        firsts = [guess for guess in self.guesses if not guess.moment.earlier]
        return {
            "dialogues": self.dialogues,
            "dialogues_with_steps": self.with_steps,
            "turns": self.customer_turns,
            "steps": len(self.guesses),
            "free_texts": sum(guess.moment.step == FREE for guess in self.guesses),
            **_both(self.guesses),
            "intent_at_first_message": told(_intent_pairs(firsts)),
            "next_step_any_query": told(_step_pairs(self.guesses, one_query=True)),
            "macro_by_task": {
                part: mean(each[part]["agreement"] for each in by_task.values()) for part in ("intent", "next_step")
            },
            "tasks": by_task,
            "by_kind": {name: _both(guesses) for name, guesses in sorted(kinds.items())},
            "differing": [
                {"clerk": person, "worker": worker, "times": times}
                for person, worker, times in steps(self.guesses).differing
            ],
            "by_graph_alone": _both(self.by_graph),
            "unseen_tasks": self._unseen(),
            "learned_from": self.learned_from,
        }

    def _unseen(self) -> dict[str, Any] | None:
        """Next steps of tasks that were left out of learning; None where nothing is learned here."""
        if not self.unseen:
            return None
        tasks = {
            name: told(_step_pairs(guesses))
            for name, guesses in sorted(_by(self.unseen, lambda each: each.task).items())
        }
        return {
            "next_step": told(_step_pairs(self.unseen)),
            "macro": mean(each["agreement"] for each in tasks.values()),
            "tasks": tasks,
        }


def judge(path: Path, graphs: Tasks, *, model: Model | None, beside: Path | None) -> Report:
    """Score the dialogues of `path`.

    With `model`, dialogues that it was learned from are left out. Without, what is learned from `beside` is used, and
    of dialogues that stand in both files each part is judged by the rest. Without both, the graphs alone.
    Raises WrongUsage where nothing is left to judge.
    """
    unseen: list[Guess] = []
    dialogues = read_dialogues(path)
    if model is not None:
        dialogues = _unseen(dialogues, model)
    moments = [moment for dialogue in dialogues for moment in moments_of(dialogue)]
    if model is not None:
        guesses, source = _guess(model, moments), f"a model of {len(model.dialogues)} dialogues"
    elif beside is not None:
        known = [moment for dialogue in read_dialogues(beside) for moment in moments_of(dialogue)]
        guesses, source = _beside(moments, known, beside.name)
        unseen = [Guess(moment, step, moment.task) for moment, step in judge_unseen(moments, known, graphs)]
    else:
        guesses, source = by_graph(graphs, moments), "task graphs and replies alone"
    return Report(
        dialogues=len(dialogues),
        with_steps=len({moment.dialogue for moment in moments}),
        customer_turns=sum(len(moment.heard) for moment in moments),
        guesses=tuple(guesses),
        by_graph=tuple(by_graph(graphs, moments)),
        learned_from=source,
        unseen=tuple(unseen),
    )


def by_graph(graphs: Tasks, moments: Sequence[Moment]) -> list[Guess]:
    """What the task graphs alone say, with the task read from the words of their replies."""
    found = []
    for moment in moments:
        task = graphs.nearest(moment)
        found.append(Guess(moment, graphs.graphs[task].next_step(moment), task))
    return found


def _guess(model: Model, moments: Sequence[Moment]) -> list[Guess]:
    triples = zip(moments, model.next_steps(moments), model.intents(moments), strict=True)
    return [Guess(moment, step, task) for moment, step, task in triples]


def _beside(moments: Sequence[Moment], known: Sequence[Moment], name: str) -> tuple[list[Guess], str]:
    judged = {moment.dialogue for moment in moments}
    others = [moment for moment in known if moment.dialogue not in judged]
    shared = judged & {moment.dialogue for moment in known}
    if not shared:
        count = len({moment.dialogue for moment in others})
        return _guess(learn(others), moments), f"{count} dialogues of {name}, none of them judged here"
    parts: defaultdict[int, list[Moment]] = defaultdict(list)
    for moment in moments:
        parts[_part(moment)].append(moment)
    found = []
    for part, held_out in parts.items():
        rest = [moment for moment in known if moment.dialogue not in judged or _part(moment) != part]
        found += _guess(learn(rest), held_out)
    return found, f"{name} in {PARTS} parts, each dialogue judged by the parts that it does not stand in"


def _part(moment: Moment) -> int:
    return zlib.crc32(moment.dialogue.encode()) % PARTS


def _unseen(dialogues: Sequence[dict[str, Any]], model: Model) -> list[dict[str, Any]]:
    left = [dialogue for dialogue in dialogues if str(dialogue["DialogueID"]) not in model.dialogues]
    if not left:
        raise WrongUsage("The model was learned from every one of these dialogues, so nothing can be judged.")
    return left


def steps(guesses: Sequence[Guess], *, one_query: bool = False) -> Agreement:
    """The agreement on next steps, of those that have a name. `one_query` does not ask what a query is for."""
    return agreement([pair for _, pair in _step_pairs(guesses, one_query=one_query)])


def intents(guesses: Sequence[Guess]) -> Agreement:
    """The agreement on what the customer needs, at every step that answers a message of theirs."""
    return agreement([pair for _, pair in _intent_pairs(guesses)])


def _step_pairs(guesses: Sequence[Guess], *, one_query: bool = False) -> list[tuple[str, Pair]]:
    """Pairs with the dialogue that each stands in."""

    def name(step: str) -> str:
        return QUERY if one_query and step.startswith(QUERY) else step

    named = [guess for guess in guesses if guess.moment.step != FREE]
    return [(guess.moment.dialogue, Pair(name(guess.moment.step), name(guess.step))) for guess in named]


def _intent_pairs(guesses: Sequence[Guess]) -> list[tuple[str, Pair]]:
    heard = [guess for guess in guesses if guess.moment.heard and guess.moment.task]
    return [(guess.moment.dialogue, Pair(guess.moment.task, guess.task)) for guess in heard]


def told(pairs: Sequence[tuple[str, Pair]]) -> dict[str, Any]:
    """The agreement over pairs. Steps of one dialogue are alike, so the interval draws dialogues, not steps."""
    found = agreement([pair for _, pair in pairs])
    agrees = np.array([pair.agrees for _, pair in pairs], dtype=float)
    bounds = interval("share", agrees, groups=np.array([dialogue for dialogue, _ in pairs])) if pairs else None
    return {
        "agreement": found.rate.share, "interval": None if bounds is None else [bounds.low, bounds.high],
        "n": found.rate.of, "dialogues": 0 if bounds is None else bounds.groups, "macro": found.macro,
        "weighted_f1": found.f1,
    }  # fmt: skip


def _both(guesses: Sequence[Guess]) -> dict[str, Any]:
    return {"intent": told(_intent_pairs(guesses)), "next_step": told(_step_pairs(guesses))}


def _by(guesses: Sequence[Guess], key: Callable[[Moment], str]) -> dict[str, list[Guess]]:
    found: defaultdict[str, list[Guess]] = defaultdict(list)
    for guess in guesses:
        found[key(guess.moment)].append(guess)
    return dict(found)
