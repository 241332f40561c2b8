"""Task graphs turned into procedures: steps in order, what each waits for, what follows which answer.

A graph maps a step to the one after it. Its other nodes are no steps but what may be heard: `yes`, `no`, `available`,
`query_failure` and the like. A procedure follows the graph by itself, with nothing learned from any dialogue.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from aboveloop.app.shadowing.star.dialogues import QUERY, START, Moment, told
from aboveloop.app.shadowing.star.wording import plain_words, words
from aboveloop.kit.errors import WrongUsage

_HEARD = ("yes", "correct", "available", QUERY + "_success", "done")
_HEARD_NOT = ("no", "incorrect", "unavailable", QUERY + "_failure", "noanswer", "info_missing", "info_missing2")
_YES = frozenset(["yes", "yeah", "yep", "sure", "ok", "okay", "please", "correct", "right", "great", "perfect"])
_NO = frozenset(["no", "nope", "not", "don't", "nothing", "never"])
# Weights of what tells the task, beside some 2 of a word: chosen on a third of the published dialogues.
_NOW, _DONE, _LAST = 4, 5.0, 20.0
_OF_ANY_TASK = frozenset([START, "free", "hello", "anything_else", "goodbye_1", "ask_name"])
_GREETING = frozenset(["hi", "hello", "hey", "there", "good", "morning", "afternoon", "evening"])
_PARTING = frozenset(["bye", "goodbye", "thanks", "thank"])
_REFUSED = re.compile(r"unavailable|fail|sorry|conflict|too small|must provide|unable|none|not ", re.IGNORECASE)


@dataclass(frozen=True)
class Graph:
    """One task as a procedure. `replies` holds what is said at each step, `after` the step that follows each node.

    `asked` are the names and values that the task's system takes: a customer's words for them point to the task.
    """

    task: str
    replies: Mapping[str, str]
    after: Mapping[str, str]
    asked: tuple[str, ...] = ()

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The steps along the path on which nothing goes wrong, and nothing twice."""
        found: list[str] = []
        step: str | None = self.after.get("hello")
        while step is not None and step not in found:
            found.append(step)
            step = self.after.get(step) or self._on_success(step)
        return tuple(found)

    def _on_success(self, step: str) -> str | None:
        nodes = _HEARD[2:4] if step.startswith(QUERY) else _HEARD[:1]
        return next((self.after[node] for node in nodes if node in self.after), None)

    @property
    def signals(self) -> frozenset[str]:
        """The nodes that are no steps but what may be heard."""
        return frozenset({*_HEARD, *_HEARD_NOT})

    @cached_property
    def steps(self) -> frozenset[str]:
        """Every step that the clerk may take in the task."""
        return frozenset({*self.replies, *self.after, *self.after.values()} - self.signals)

    def next_step(self, moment: Moment) -> str:
        """What follows at this moment."""
        last, said = moment.path[-1], set(words(moment.said))
        if last.startswith("API:"):
            return self._after_answer(moment)
        if last == START and said <= _GREETING:
            return "hello"
        if "correct" in self.after and self._is_riddle(moment):
            return self.after["correct" if _is_right(moment) else "incorrect"]
        done = {step for step in moment.path if step in self.steps}
        left = self._left(done)
        following = self.after.get(last)
        if self._failed(last):
            return self._first_query if said and not is_no(said) else self._parting
        if self._waits_for_yes(last):
            return self._after_word(moment)
        if last == "anything_else" or left == "anything_else" or (last == "hello" and said & (_PARTING | _NO)):
            return self._after_end(said)
        return left if following is None or following in done else following

    def _is_riddle(self, moment: Moment) -> bool:
        """Whether the customer answers a question whose answer the system has just given."""
        asked = len(moment.path) > 1 and moment.path[-2].startswith("API:")
        return asked and bool(moment.heard) and "Answer" in (moment.answer or {})

    def _failed(self, step: str) -> bool:
        return step in {self.after[node] for node in (QUERY + "_failure", "unavailable") if node in self.after}

    def _left(self, done: set[str]) -> str:
        """The next step of the order: what was left out before the furthest step that was taken is not needed."""
        furthest = max((place for place, step in enumerate(self.order) if step in done), default=-1)
        return next(iter(self.order[furthest + 1 :]), "anything_else")

    def _after_end(self, said: set[str]) -> str:
        """Nothing is left to do: the customer takes leave, wants the same again, or is asked what else they want."""
        if said & (_PARTING | _NO):
            return self._parting
        return self._first_query if said - _YES - _GREETING else "anything_else"

    @property
    def _first_query(self) -> str:
        return next((step for step in self.order if step.startswith(QUERY)), QUERY)

    def _after_answer(self, moment: Moment) -> str:
        asked = next((step for step in reversed(moment.path) if step.startswith(QUERY)), QUERY)
        success, failure = (QUERY + "_success", "available"), (QUERY + "_failure", "unavailable")
        outcomes = failure if is_refused(moment) else success
        # A check is answered by what is available, where the graph tells that apart from what succeeds.
        nodes = (*outcomes[::-1], asked) if asked == QUERY + "_check" else (asked, *outcomes)
        return next((self.after[node] for node in (*nodes, QUERY) if node in self.after), "anything_else")

    def _waits_for_yes(self, step: str) -> bool:
        known = step in self.steps and step not in self.after and step != "anything_else"
        return known and ("yes" in self.after or "confirm" in step)

    def _after_word(self, moment: Moment) -> str:
        said = set(words(moment.said))
        if is_no(said) and not is_yes(said):
            return self.after.get("no", self._parting)
        return self.after.get("yes", QUERY + "_book")

    @property
    def _parting(self) -> str:
        return next((step for step in self.replies if step.endswith("_bye")), "goodbye_1")


def _is_right(moment: Moment) -> bool:
    """Whether a word of the answer that the system holds has been said."""
    assert moment.answer is not None
    return not set(plain_words(str(moment.answer["Answer"]))).isdisjoint(plain_words(moment.said))


def is_refused(moment: Moment) -> bool:
    """Whether the system's last answer says no."""
    return _REFUSED.search(" ".join(told(moment.answer))) is not None


def is_yes(said: set[str]) -> bool:
    return bool(said & _YES)


def is_no(said: set[str]) -> bool:
    return bool(said & _NO)


def is_parting(said: set[str]) -> bool:
    return bool(said & _PARTING)


class _Clues:
    """What tells the task: each word heard, those of now more often, and what the clerk has done with it."""

    def __init__(self, moment: Moment) -> None:
        now, before = set(words(moment.said)), set(words(" ".join(moment.earlier)))
        self.heard = {**dict.fromkeys(before, 1), **dict.fromkeys(now, _NOW)}
        self.done = {step for step in moment.path if step not in ("hello", QUERY)}
        own = [step for step in moment.path if step in self.done and not step.startswith((QUERY, "API:"))]
        self.last = next((step for step in reversed(own) if step not in _OF_ANY_TASK), "")
        self.answered_by = moment.answered_by


class Tasks:
    """All graphs, and which of them a customer's words resemble."""

    def __init__(self, graphs: Sequence[Graph]) -> None:
        self.graphs = {graph.task: graph for graph in graphs}
        vocabulary = {graph.task: Counter(_words_of(graph)) for graph in graphs}
        spread = Counter(word for counts in vocabulary.values() for word in counts)
        self._weights = {
            task: {word: math.log((len(graphs) + 1) / spread[word]) for word in counts}
            for task, counts in vocabulary.items()
        }

    def nearest(self, moment: Moment) -> str:
        """The task whose graph speaks in the customer's words; "" without any graph."""
        clues = _Clues(moment)
        return max(self.graphs, key=lambda task: self._likeness(task, clues), default="")

    def _likeness(self, task: str, clues: _Clues) -> float:
        graph = self.graphs[task]
        found = sum(weight * clues.heard[word] for word, weight in self._weights[task].items() if word in clues.heard)
        # A step that only this task knows says more than any word; what was done last, more than what was done before.
        found += _DONE * sum(step in graph.after for step in clues.done)
        found += _LAST * (clues.last in graph.replies) + _LAST * (clues.answered_by == task)
        return found


def _words_of(graph: Graph) -> Iterator[str]:
    for word in graph.task.split("_"):
        yield word
        yield f"{word}s"
    for text in (*graph.replies.values(), *graph.asked):
        yield from words(text)


def read_graphs(folder: Path, apis: Path | None = None) -> Tasks:
    """Every task of a folder with one folder each, and what its system takes. Raises WrongUsage where there is none."""
    found = []
    for path in sorted(folder.glob("*/*.json")):
        # The folder's name is the task's: the dialogues call it so.
        task = path.parent.name
        if path.stem != task:
            continue
        value = _json(path)
        try:
            graph = Graph(task, dict(value["replies"]), dict(value["graph"]), _asked(apis, task))
        except (KeyError, TypeError, ValueError) as error:
            raise WrongUsage(f"{path} is no task graph: {error!r}.") from error
        found.append(graph)
    if not found:
        raise WrongUsage(f"{folder} holds no task graph: name the folder of tasks with --tasks.")
    return Tasks(found)


def _asked(apis: Path | None, task: str) -> tuple[str, ...]:
    path = None if apis is None else apis / f"{task}.json"
    if path is None or not path.is_file():
        return ()
    inputs = _json(path).get("input", ())
    return tuple(
        str(text) for each in inputs for text in (each.get("ReadableName", ""), *each.get("Categories", ())) if text
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongUsage(f"{path} cannot be read: {error}.") from error
