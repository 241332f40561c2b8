"""What the worker notices at a moment, as names: of words, of what was done before, of what the systems answered."""

import re
from collections.abc import Iterator
from itertools import pairwise

from aboveloop.app.shadowing.star.dialogues import Moment

_WORDS = re.compile(r"[a-z']+|\d+")
# Longer paths and messages tell nothing more.
_LONGEST_PATH = 25
_SHORT_VALUE = 40


def words(text: str) -> list[str]:
    """The words of a text; a number is told only as one."""
    return ["#" if word.isdigit() else word for word in _WORDS.findall(text.lower())]


def of_step(moment: Moment) -> set[str]:
    """What the next step can be told from."""
    return {*_of_message(moment), *_of_path(moment), *_of_answer(moment)}


def of_task(moment: Moment) -> set[str]:
    """What the customer's need can be told from: what they said, last and before, and what the clerk has done."""
    said, before = words(moment.said), words(" ".join(moment.earlier))
    found = {f"w:{word}" for word in said} | {f"b:{a}_{b}" for a, b in pairwise(said)}
    found |= {f"e:{word}" for word in before}
    found |= {f"did:{step}" for step in moment.path} | {f"last:{moment.path[-1]}", f"last2:{moment.path[-2:]}"}
    found |= {f"t:{moment.answered_by}", f"o:{moment.own_words}"}
    return found


def _of_message(moment: Moment) -> Iterator[str]:
    said, last = words(moment.said), moment.path[-1]
    for word in said:
        yield f"w:{word}"
        yield f"lw:{last}:{word}"
    for a, b in pairwise(said):
        yield f"b:{a}_{b}"
    for word in words(" ".join((*moment.earlier, *moment.heard))):
        yield f"all:{word}"
    for word in words(moment.own_words):
        yield f"own:{word}"
    yield f"messages:{min(len(moment.heard), 2)}"
    yield f"length:{min(len(said) // 3, 6)}"
    yield f"last length:{last}:{min(len(said) // 3, 4)}"
    yield f"number:{last}:{'#' in said}"


def _of_path(moment: Moment) -> Iterator[str]:
    path, last = moment.path, moment.path[-1]
    yield f"last:{last}"
    yield f"last2:{'>'.join(path[-2:])}"
    yield f"last3:{'>'.join(path[-3:])}"
    yield f"last heard:{last}:{bool(moment.heard)}"
    for step in set(path):
        yield f"did:{step}"
        yield f"last did:{last}:{step}"
    yield f"steps:{min(len(path), _LONGEST_PATH)}"


def _of_answer(moment: Moment) -> Iterator[str]:
    last, answer = moment.path[-1], moment.answer
    yield f"of:{moment.answered_by}"
    yield f"last of:{last}:{moment.answered_by}"
    yield f"asked with:{','.join(moment.asked_with)}"
    if not answer:
        yield "answer:none"
        return
    shape = "|".join(
        f"{name}={value}" if name.endswith(("Message", "Status")) else name for name, value in answer.items()
    )
    yield f"answer:{shape}:{moment.answer_is_new}"
    yield from _instructions(moment)
    said = set(words(moment.said))
    for name, value in answer.items():
        if isinstance(value, str) and len(value) < _SHORT_VALUE:
            meant = set(words(value))
            if meant and meant <= said:
                yield f"said:{name}"
            if name == "Answer":
                yield f"right answer:{bool(meant & said)}"


def _instructions(moment: Moment) -> Iterator[str]:
    """How many of the instructions that a system gave are still to be told."""
    assert moment.answer is not None
    lists = [value for name, value in moment.answer.items() if name.endswith("Instructions") and "Detailed" not in name]
    if not lists:
        return
    since = max(place for place, step in enumerate(moment.path) if step.startswith("API:"))
    told = sum("simple_step" in step or "last_step" in step for step in moment.path[since:])
    yield f"left:{len(lists[0]) - told}"
    yield f"last left:{moment.path[-1]}:{len(lists[0]) - told}"
