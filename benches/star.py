"""How often a worker beside the clerks of STAR would have done what they did, against what anybody could guess.

Run `python benches/star.py [DIALOGUES]`; the published dialogues of the shared folder are read where none are named.
Peers in the same run: the step that most often follows the last one, learned from the same dialogues and judged by the
same parts, and the task graphs alone. Beside them stands how often two dialogues go on alike after the same.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from aboveloop.app.shadowing.star.dialogues import FREE, Moment, moments_of, read_dialogues
from aboveloop.app.shadowing.star.graphs import read_graphs
from aboveloop.app.shadowing.star.places import apis_for, tasks_for, to_learn_from
from aboveloop.app.shadowing.star.scoring import judge
from aboveloop.app.shadowing.star.wording import plain_words

# What is done and heard in very many dialogues would count for more than all the rest.
_MOST_ALIKE = 30


def main() -> None:
    learn_from = to_learn_from()
    dialogues = Path(sys.argv[1]) if len(sys.argv) > 1 else learn_from
    if dialogues is None or learn_from is None:
        sys.exit("The shared folder is missing: set ABOVELOOP_SHARED.")
    began, worked = time.perf_counter(), time.process_time()
    found = judge(
        dialogues, read_graphs(tasks_for(dialogues, None), apis_for(dialogues, None)), model=None, beside=learn_from
    ).as_json()
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    peer = _most_frequent(dialogues, learn_from)
    print(f"{found['dialogues']} dialogues, {found['next_step']['n']} steps, {took:.0f} s, {cpu:.0f} s of CPU")
    for name, part in (("all", found), *found["by_kind"].items()):
        print(f"{name}: need {_rate(part['intent'])}, next step {_rate(part['next_step'])}")
    print(f"next step, any query alike: {_rate(found['next_step_any_query'])}")
    f1, macro = found["next_step"]["weighted_f1"], found["macro_by_task"]["next_step"]
    print(f"F1 weighted: {f1:.3f}, macro by task: {macro:.3f}")
    if found["unseen_tasks"]:
        print(f"tasks left out of learning: {_rate(found['unseen_tasks']['next_step'])}")
    print(f"peer, graphs alone: {found['by_graph_alone']['next_step']['agreement']:.1%}")
    print(f"peer, the usual next step: {peer:.1%}; ratio {found['next_step']['agreement'] / peer:.2f}")
    alike, pairs = _go_on_alike(dialogues)
    print(f"two dialogues after the same steps and words of the customer go on alike: {alike:.1%} of {pairs} pairs")


def _go_on_alike(dialogues: Path) -> tuple[float, int]:
    """How often two dialogues of one task go on alike, behind the first step: the rest is the clerks' own ways."""
    alike: defaultdict[tuple[object, ...], list[Moment]] = defaultdict(list)
    for moment in _steps(dialogues):
        if moment.heard and len(moment.path) > 1 and moment.task:
            alike[(moment.task, moment.path, *plain_words(moment.said))].append(moment)
    pairs = [
        one.step == other.step
        for moments in alike.values()
        for one, other in combinations(moments[:_MOST_ALIKE], 2)
        if one.dialogue != other.dialogue
    ]
    return sum(pairs) / max(1, len(pairs)), len(pairs)


def _most_frequent(dialogues: Path, learn_from: Path) -> float:
    judged = _steps(dialogues)
    own: defaultdict[tuple[str, ...], Counter[str]] | None = None
    if dialogues.samefile(learn_from):
        own = defaultdict(Counter)
    usual: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for moment in _steps(learn_from):
        usual[moment.path[-2:]][moment.step] += 1
        if own is not None:
            own[(moment.dialogue, *moment.path[-2:])][moment.step] += 1
    hits = 0
    for moment in judged:
        counts = Counter(usual[moment.path[-2:]])
        if own is not None:
            # A dialogue does not teach what it is judged by.
            counts -= own[(moment.dialogue, *moment.path[-2:])]
        hits += bool(counts) and counts.most_common(1)[0][0] == moment.step
    return hits / len(judged)


def _steps(path: Path) -> Sequence[Moment]:
    return [each for dialogue in read_dialogues(path) for each in moments_of(dialogue) if each.step != FREE]


def _rate(part: dict) -> str:  # type: ignore[type-arg]
    low, high = part["interval"]
    return f"{part['agreement']:.1%} ({low:.1%} to {high:.1%})"


if __name__ == "__main__":
    main()
