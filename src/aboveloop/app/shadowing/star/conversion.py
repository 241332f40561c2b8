"""A task graph converted: an operation folder whose procedures are the graphs, as the operation's checker accepts them.

Each question becomes an `ask`, each reply a `say`, each query a `look_up`, each booking a `do` that is confirmed where
the graph asks for a yes before it. What a graph says in words that no step can ask for (that a customer does not know
their number) is left out and named. The system behind it is described as the task's form says, reached nowhere.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from scipy.optimize import linear_sum_assignment

from aboveloop.app.shadowing.star.dialogues import QUERY
from aboveloop.app.shadowing.star.frame import FRAME, SPOKEN
from aboveloop.app.shadowing.star.graphs import Graph, Tasks
from aboveloop.app.shadowing.star.wording import words

SYSTEM = "desk"
BOOK, CHECK = f"{QUERY}_book", f"{QUERY}_check"
_FINISH, _PEOPLE = "finish", "to_people"
_FOUND, _BOOKED = "found", "booked"
_NOTHING_FOUND = "_inform_nothing_found"
_PLACE = re.compile(r"\{(\w+)(?::\w)?\}")
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Form:
    """What a task's system takes: argument by argument its name here, and the words people have for it."""

    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Converted:
    """The texts of a folder by path, and by task the steps of its graph that no procedure holds."""

    files: Mapping[str, str]
    left_out: Mapping[str, tuple[str, ...]]


def convert(tasks: Tasks, forms: Path | None) -> Converted:
    """An operation folder with a procedure, an intent and an operation or two for each task."""
    files, left, operations = dict(FRAME), dict[str, tuple[str, ...]](), dict[str, Any]()
    messages = dict(SPOKEN)
    intents, policies = list[dict[str, Any]](), list[str]()
    for task, graph in sorted(tasks.graphs.items()):
        made = _Procedure(graph, form_of(forms, task))
        files[f"procedures/{task}.yaml"] = _yaml({**_head(task), "steps": made.steps})
        messages |= made.messages
        left[task] = made.left_out
        operations |= made.operations
        intents.append({"intent": task, "title": _title(task), "procedure": task, "examples": _examples(graph)})
        policies += [_permit(name, spec["kind"]) for name, spec in made.operations.items()]
    files["intents/tasks.yaml"] = _yaml(intents)
    files[f"systems/{SYSTEM}.yaml"] = _yaml(
        {"system": SYSTEM, "title": "What the clerks queried", "reach": {"kind": "recorded"}, "operations": operations}
    )
    files["policies/queries.cedar"] = "\n".join(policies)
    files |= {f"messages/en/{name}.md": f"{text}\n" for name, text in messages.items()}
    return Converted(files, left)


def put_down(converted: Converted, out: Path) -> None:
    """Put the folder down; what lies there under the same names is replaced."""
    for path, text in converted.files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text, encoding="utf-8")


def form_of(forms: Path | None, task: str) -> Form:
    """The form of a task's system; an empty one where there is none."""
    path = None if forms is None else forms / f"{task}.json"
    if path is None or not path.is_file():
        return Form()
    inputs = json.loads(path.read_text(encoding="utf-8")).get("input", ())
    told = {_plain(each["Name"]): str(each.get("ReadableName", each["Name"])) for each in inputs}
    return Form({name: said for name, said in told.items() if name != "request_type"})


class _Procedure:
    """The steps of one graph, with the messages and operations that they need."""

    def __init__(self, graph: Graph, form: Form) -> None:
        self._graph, self._form = graph, form
        self.steps: list[dict[str, Any]] = []
        self.messages: dict[str, str] = {}
        self.operations: dict[str, Any] = {}
        self._asked: dict[str, str] = {}
        self._done: set[str] = set()
        self._waiting = [graph.after.get("hello", _FINISH)]
        while self._waiting:
            node = self._waiting.pop(0)
            if node not in self._done and node not in (_FINISH, _PEOPLE):
                self._done.add(node)
                self.steps += self._of(node)
        self.steps += [
            {"id": _FINISH, "say": self._message("anything_else", known=False)},
            {"end": "resolved"},
            {"id": _PEOPLE, "hand_over": "The graph of this task does not say what comes next."},
        ]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The steps of the graph that are not reached by what a procedure can ask for, without those that end all."""
        wanted = {*self._graph.after, *self._graph.after.values()} - self._graph.signals - self._done
        return tuple(sorted(each for each in wanted if each != "hello" and not _ends(each)))

    def _of(self, node: str) -> Iterator[dict[str, Any]]:
        if node.startswith(QUERY):
            return self._query(node)
        if self._asks_for_yes(node):
            return self._yes_or_no(node)
        if "correct" in self._graph.after and node not in self._graph.after and self._is_question(node):
            return self._riddle(node)
        return self._question(node) if self._is_question(node) else self._reply(node)

    def _question(self, node: str) -> Iterator[dict[str, Any]]:
        variable = f"said_{node}"
        self._asked[node] = variable
        yield {"id": node, "ask": "words", "into": variable, "say": self._message(node)}
        yield self._go(self._graph.after.get(node))

    def _reply(self, node: str) -> Iterator[dict[str, Any]]:
        yield {"id": node, "say": self._message(node)}
        yield self._go(self._graph.after.get(node))

    def _yes_or_no(self, node: str) -> Iterator[dict[str, Any]]:
        on_yes, on_no = self._graph.after["yes"], self._graph.after.get("no", _FINISH)
        if on_yes == BOOK:
            yield {"id": node, "confirm": BOOK, "say": self._message(node), "if_no": self._target(on_no)}
            yield self._go(BOOK)
            return
        yield {"id": node, "ask": "yes_or_no", "into": f"said_{node}", "say": self._message(node)}
        yield {"choose": [
            {"when": f"said_{node} == true", "go": self._target(on_yes)}, {"otherwise": True, "go": self._target(on_no)}
        ]}  # fmt: skip

    def _riddle(self, node: str) -> Iterator[dict[str, Any]]:
        """A question whose answer the system knows."""
        after = self._graph.after
        yield {"id": node, "ask": "words", "into": f"said_{node}", "say": self._message(node)}
        yield {"choose": [
            {"when": f"said_{node} == {_FOUND}.answer", "go": self._target(after["correct"])},
            {"otherwise": True, "go": self._target(after.get("incorrect"))},
        ]}  # fmt: skip

    def _query(self, node: str) -> Iterator[dict[str, Any]]:
        """Where the graph has a node of its own for a query, what follows it follows any answer."""
        name, after = f"{self._graph.task}_{node}", self._graph.after
        failed = after.get("unavailable" if node == CHECK else f"{QUERY}_failure") or after.get(f"{QUERY}_failure")
        failed = failed or next((each for each in self._graph.replies if each.endswith(_NOTHING_FOUND)), _PEOPLE)
        available = after.get("available") if node == CHECK else None
        fine = after.get(node) or available or after.get(f"{QUERY}_success")
        given = self._arguments()
        arguments = {each: {"type": "string"} for each in self._form.arguments}
        self.operations[name] = {
            "kind": "write" if node == BOOK else "read",
            "description": f"{self._graph.task.replace('_', ' ')}: {node.replace('_', ' ')}",
            "arguments": arguments,
            "optional": [each for each in arguments if each not in given],
        }
        call = {"with": given} if given else {}
        if node == BOOK:
            self.operations[name] |= {"touches": ["customer"], "idempotency": "key", "says": "Book it"}
            yield {"id": node, "do": f"{SYSTEM}.{name}", **call, "into": _BOOKED, "refused": self._target(failed)}
            yield self._go(fine)
            return
        yield {"id": node, "look_up": f"{SYSTEM}.{name}", **call, "into": _FOUND, "missing": self._target(failed)}
        yield self._go(fine)

    def _arguments(self) -> dict[str, str]:
        """Which answer goes into which field: all together, the questions whose words are most like the fields'."""
        fields = list(self._form.arguments)
        if not fields or not self._asked:
            return {}
        likeness = np.array([[self._likeness(node, name) for name in fields] for node in self._asked])
        chosen = zip(*linear_sum_assignment(likeness, maximize=True), strict=True)
        variables = list(self._asked.values())
        return {fields[field]: variables[node] for node, field in chosen if likeness[node, field] > 0}

    def _likeness(self, node: str, name: str) -> float:
        said = {*node.split("_"), *words(self._graph.replies.get(node, ""))}
        wanted = {*words(self._form.arguments[name]), *name.split("_")}
        return len(said & wanted) / len(wanted)

    def _go(self, node: str | None) -> dict[str, Any]:
        return {"go": self._target(node)}

    def _target(self, node: str | None) -> str:
        if node is None:
            return _FINISH
        target = _FINISH if node == "hello" or _ends(node) else node
        self._waiting.append(target)
        return target

    def _asks_for_yes(self, node: str) -> bool:
        """A question behind which the graph waits for a yes; what is asked when nothing was found waits for more."""
        if node in self._graph.after or "yes" not in self._graph.after or node.endswith(_NOTHING_FOUND):
            return False
        return self._is_question(node) or self._graph.replies.get(node, "").rstrip().endswith("?")

    def _is_question(self, node: str) -> bool:
        """What waits for the customer: what the graph calls so, and what is said before a query of theirs."""
        parts = node.split("_")
        if "inform" in parts and "ask" not in parts:
            return self._graph.after.get(node, "").startswith(QUERY)
        return "ask" in parts or self._graph.replies.get(node, "").rstrip().endswith("?")

    def _message(self, node: str, *, known: bool = True) -> str:
        """What is said at a node. Values stand in it once a query has found them."""
        name = f"{self._graph.task}_{node}"
        text = self._graph.replies.get(node) or SPOKEN["anything_else"]
        is_found = known and any(each.startswith(QUERY) for each in self._done)
        self.messages[name] = _PLACE.sub(r"{{ found.\1 }}" if is_found else "...", text)
        return name


def _ends(node: str) -> bool:
    return node in ("anything_else", "goodbye_1") or node.endswith("_bye")


def _head(task: str) -> dict[str, Any]:
    oversight = {"reviewer": "clerk", "every_days": 7, "good": "The step is the one that the clerk's graph names."}
    return {"procedure": task, "title": _title(task), "owner": "operations", "oversight": oversight}


def _examples(graph: Graph) -> list[str]:
    """What the graph itself says of what it is for; a desk's own messages are better examples."""
    named = graph.task.replace("_", " ")
    said = [f"I need help with {named}", f"{named} please", f"Can you help me, it is about {named}"]
    scope = graph.replies.get("out_of_scope", "")
    able = re.search(r"only able to (.+?)\.?$", scope)
    return [*said, *([f"Can you {able[1].replace('your', 'my').replace(' you ', ' me ')}?"] if able else [])]


def _permit(name: str, kind: str) -> str:
    confirmed = "\nwhen { context.confirmed }" if kind == "write" else ""
    reason = "A customer books what they said yes to." if kind == "write" else "Clerks may query it."
    return (
        f'@id("{name.replace("_", "-")}") @lane("allowed") @reason("{reason}")\n'
        f'permit (principal is Worker, action == Action::"{SYSTEM}.{name}", resource){confirmed};\n'
    )


def _title(task: str) -> str:
    return task.replace("_", " ").capitalize()


def _plain(name: str) -> str:
    return _SPLIT.sub("_", name).lower()


def _yaml(value: Any) -> str:
    plain = YAML()
    plain.width = 120
    plain.default_flow_style = False
    text = StringIO()
    plain.dump(value, text)
    return text.getvalue()
