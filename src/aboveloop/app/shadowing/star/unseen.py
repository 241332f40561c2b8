"""Steps of a task that no dialogue was learned from: only its graph is known, and how other graphs were followed.

Every step that the graph holds is a candidate, told by names that any graph has: where it stands on the path, whether
it was taken, what kind of step it is. Which names speak for a step is learned from dialogues of other tasks.
"""

import random
from collections.abc import Iterator, Sequence

from aboveloop.app.shadowing.star import softmax
from aboveloop.app.shadowing.star.dialogues import FREE, QUERY, Moment
from aboveloop.app.shadowing.star.graphs import Graph, Tasks, is_no, is_parting, is_refused, is_yes
from aboveloop.app.shadowing.star.softmax import Softmax
from aboveloop.app.shadowing.star.wording import words

# Tasks left out at a time: each quarter is judged by what was learned from the others.
QUARTERS = 4
# Moments that are learned from and judged: each has some fifteen candidates, and more change no figure by half a point.
_LEARNED, _JUDGED = 6_000, 8_000
_EVERYWHERE = ("hello", "anything_else", "goodbye_1", "out_of_scope")
_KINDS = (
    "ask", "inform", "bye", "hello", "goodbye", "else", "confirm", "scope", "successful", "failed", "unavailable",
)  # fmt: skip
_YES, _NO = "taken", "left"


def judge_unseen(moments: Sequence[Moment], known: Sequence[Moment], tasks: Tasks) -> list[tuple[Moment, str]]:
    """Some of the moments, each with the step guessed for it by what `known` dialogues of other tasks teach.

    The task itself is told, as in the published experiments. No dialogue teaches what it is judged by.
    """
    dice = random.Random(0)
    found: list[tuple[Moment, str]] = []
    usable = [each for each in moments if each.step != FREE and each.task in tasks.graphs]
    teaching = [each for each in known if each.step != FREE and each.task in tasks.graphs]
    names = sorted(tasks.graphs)
    for quarter in range(min(QUARTERS, len(names))):
        left_out = set(names[quarter::QUARTERS])
        judged = [each for each in usable if each.task in left_out]
        chosen = dice.sample(judged, min(_JUDGED // QUARTERS, len(judged)))
        held_out = {each.dialogue for each in chosen}
        rest = [each for each in teaching if each.task not in left_out and each.dialogue not in held_out]
        if chosen and rest:
            model = _learn(dice.sample(rest, min(_LEARNED, len(rest))), tasks)
            found += zip(chosen, _guess(model, chosen, tasks), strict=True)
    return found


def _learn(moments: Sequence[Moment], tasks: Tasks) -> Softmax:
    rows, labels = [], []
    for moment in moments:
        for step, told in _candidates(moment, tasks.graphs[moment.task]):
            rows.append(told)
            labels.append(_YES if step == moment.step else _NO)
    (model,) = softmax.fit(rows, labels)
    return model


def _guess(model: Softmax, moments: Sequence[Moment], tasks: Tasks) -> list[str]:
    found = []
    for moment in moments:
        candidates = list(_candidates(moment, tasks.graphs[moment.task]))
        scores = model.odds([told for _, told in candidates])[:, model.classes.index(_YES)]
        found.append(candidates[int(scores.argmax())][0])
    return found


def _candidates(moment: Moment, graph: Graph) -> Iterator[tuple[str, set[str]]]:
    state, by_rule = _state(moment), graph.next_step(moment)
    for step in sorted({*graph.steps, *_EVERYWHERE}):
        told = set(_of_step(step, moment, graph))
        told.add(f"rule:{step == by_rule}")
        yield step, told | {f"{name}|{each}" for name in told for each in state}


def _state(moment: Moment) -> list[str]:
    """What has just happened, in names that no task owns."""
    last, said = moment.path[-1], set(words(moment.said))
    kind = "answer" if last.startswith("API:") else _kind(last)
    went = "" if not last.startswith("API:") else "refused" if is_refused(moment) else "fine"
    asked = next((step for step in reversed(moment.path) if step.startswith(QUERY)), "")
    heard = [name for name, is_so in (("yes", is_yes(said)), ("no", is_no(said)), ("bye", is_parting(said))) if is_so]
    return [
        f"after:{kind}{went}:{asked if went else ''}",
        f"heard:{bool(moment.heard)}:{'+'.join(heard)}",
        f"length:{min(len(said) // 4, 4)}:{'#' in said}",
        f"steps:{min(len(moment.path), 12)}",
    ]


def _of_step(step: str, moment: Moment, graph: Graph) -> Iterator[str]:
    order, last, done = graph.order, moment.path[-1], set(moment.path)
    yield f"kind:{_kind(step)}"
    for word in step.split("_"):
        yield f"word:{word}"
    yield f"done:{step in done}:{step == last}"
    if step in order:
        place = order.index(step)
        before = [each for each in order[:place] if each not in done]
        here = max((order.index(each) for each in done if each in order), default=-1)
        yield f"missing before:{min(len(before), 4)}"
        yield f"ahead:{max(-2, min(place - here, 4))}:{step in done}"
    yield f"follows:{graph.after.get(last) == step}"
    following = [node for node, after in graph.after.items() if after == step]
    for node in following:
        yield f"behind:{node if node in graph.signals else _kind(node)}"
    likeness = len(set(words(graph.replies.get(step, ""))) & set(words(moment.said)))
    yield f"likeness:{min(likeness, 4)}"


def _kind(step: str) -> str:
    """What sort of step it is, by the words that all graphs share."""
    if step.startswith(QUERY):
        return step
    parts = step.split("_")
    return "+".join(kind for kind in _KINDS if kind in parts) or "other"
