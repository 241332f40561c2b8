"""What the worker notices at a moment, as names: of words, of what was done before, of what the systems answered."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, pairwise
from sys import intern

from aboveloop.app.shadowing.star.dialogues import FREE, QUERY, Moment
from aboveloop.app.shadowing.star.slots import Slots, value_words
from aboveloop.app.shadowing.star.wording import plain_words, sorts, words

# Longer paths and messages, and more of the same step, tell nothing more.
_LONGEST_PATH = 25
_MOST_TIMES = 4
_RECENT = 3
_SHORT_VALUE = 40
_ANSWER = "API:"


def of_step(moment: Moment, slots: Slots) -> set[str]:
    """What the next step can be told from."""
    noticed = chain(
        _of_message(moment),
        _of_last_message(moment),
        _of_values(moment, slots),
        _of_path(moment),
        _of_turns(moment),
        _of_answer(moment),
        _of_subject(moment),
        (f"recent:{word}" for word in words(" ".join(moment.earlier[-_RECENT:]))),
    )
    # Thousands of moments have a name in common: kept once, all of them take half the memory.
    return set(map(intern, noticed))


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
    if "?" in moment.said:
        yield f"asks:{last}"
        yield "asks"


def _of_last_message(moment: Moment) -> Iterator[str]:
    """Of what the clerk has answered already: a query was made because of it, and its answer is for it."""
    if not moment.earlier:
        return
    said = words(moment.earlier[-1])
    for word in said:
        yield f"before:{word}"
    if moment.heard:
        return
    for word in said:
        yield f"before:{moment.answered_by}:{word}"
    for a, b in pairwise(said):
        yield f"before:{a}_{b}"


def _of_values(moment: Moment, slots: Slots) -> Iterator[str]:
    """Which arguments the customer has given values for, and which of them a query has used already."""
    last, everything = moment.path[-1], " ".join((*moment.earlier, *moment.heard))
    message = moment.said or moment.last_message
    used = {argument: value_words(value) for argument, value in moment.asked_with.items()}
    for argument, given in slots.given(message).items():
        if argument not in used:
            yield f"given:{argument}"
            yield f"given:{last}:{argument}"
        elif given - used[argument]:
            yield f"changed:{last}"
            yield f"changed:{argument}"
            yield f"changed:{last}:{argument}"
        if argument in used and given & used[argument]:
            yield f"repeated:{last}"
            yield f"repeated:{argument}"
    known = sorted(slots.given(everything))
    for argument in known:
        yield f"known:{argument}"
        yield f"known:{last}:{argument}"
    yield f"all known:{','.join(known)}"
    plain = set(plain_words(message))
    yield f"used in it:{last}:{sum(not each.isdisjoint(plain) for each in used.values())}"
    now = sorted(set(sorts(moment.said)))
    for sort in now:
        yield f"sort:{sort}"
        yield f"sort:{last}:{sort}"
    yield f"sorts:{last}:{'+'.join(now)}"
    ever = sorted(set(sorts(everything)))
    for sort in ever:
        yield f"sort known:{sort}"
    yield f"sorts known:{'+'.join(ever)}"


def _of_path(moment: Moment) -> Iterator[str]:
    path, last = moment.path, moment.path[-1]
    yield f"last:{last}"
    for length in (2, 3, 4):
        yield f"last{length}:{'>'.join(path[-length:])}"
    yield f"last heard:{last}:{bool(moment.heard)}"
    for step, times in Counter(path).items():
        yield f"did:{step}"
        yield f"last did:{last}:{step}"
        if times > 1:
            yield f"did:{step}:{min(times, _MOST_TIMES)}"
    for a, b in pairwise(path):
        yield f"pair:{a}>{b}"
    yield f"steps:{min(len(path), _LONGEST_PATH)}"


def _of_turns(moment: Moment) -> Iterator[str]:
    """Of the steps alone, whatever was answered between them, and of those since the last answer."""
    steps = steps_of(moment)
    yield f"steps2:{'>'.join(steps[-2:])}"
    yield f"steps3:{'>'.join(steps[-3:])}"
    yield f"steps:{','.join(sorted(set(steps)))}"
    queries = [step for step in steps if step.startswith(QUERY)]
    yield f"queries:{'>'.join(queries[-3:])}"
    yield f"queries:{moment.answered_by}:{min(len(queries), _MOST_TIMES)}"
    since = since_answer(moment)
    for step in since:
        yield f"since:{step}"
    yield f"since:{moment.answered_by}:{min(len(since), _MOST_TIMES)}"


def steps_of(moment: Moment) -> list[str]:
    """The steps before a moment that have a name."""
    return [step for step in moment.path if not step.startswith(_ANSWER) and step != "free"]


def since_answer(moment: Moment) -> tuple[str, ...]:
    """What was done since a system last answered; all of it where none has."""
    answers = [place for place, step in enumerate(moment.path) if step.startswith(_ANSWER)]
    return moment.path[answers[-1] + 1 :] if answers else moment.path[1:]


def _of_answer(moment: Moment) -> Iterator[str]:
    last, answer = moment.path[-1], moment.answer
    arguments = ",".join(moment.asked_with)
    yield f"of:{moment.answered_by}"
    yield f"last of:{last}:{moment.answered_by}"
    yield f"asked with:{arguments}"
    yield f"asked with:{last}:{arguments}"
    for argument in moment.asked_with:
        yield f"asked with:{moment.answered_by}:{argument}"
    yield f"same:{moment.answer_is_same}:{moment.answer_is_new}:{last}"
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
        if isinstance(value, str | int | float):
            yield f"value:{name}={str(value)[:_SHORT_VALUE]}"
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
    told = sum("simple_step" in step or "last_step" in step for step in since_answer(moment))
    yield f"left:{len(lists[0]) - told}"
    yield f"last left:{moment.path[-1]}:{len(lists[0]) - told}"


# Steps that all tasks have say nothing of which one it is.
_OF_NO_TASK = frozenset(
    {"START", FREE, "hello", "anything_else", "goodbye_1", "ask_name", "custom", "out_of_scope", QUERY}
)


def of_task(moment: Moment) -> set[str]:
    """What the customer's need can be told from: what they said, last and before, and what the clerk has done."""
    said, last = words(moment.said), moment.path[-1]
    found = {f"w:{word}" for word in said} | {f"b:{a}_{b}" for a, b in pairwise(said)}
    found |= {f"e:{word}" for word in words(" ".join(moment.earlier))}
    found |= {f"recent:{word}" for word in words(" ".join(moment.earlier[-_RECENT:]))}
    found |= {f"before:{word}" for word in words(" ".join(moment.earlier[-1:]))}
    found |= {f"did:{step}" for step in moment.path} | {f"last:{last}", f"last2:{moment.path[-2:]}"}
    found |= {f"t:{moment.answered_by}", f"o:{moment.own_words}"} | {f"own:{word}" for word in words(moment.own_words)}
    found |= {f"t:{moment.answered_by}:{word}" for word in said}
    answers = sum(step.startswith(_ANSWER) for step in moment.path)
    found.add(f"answers:{moment.answered_by}:{min(answers, _MOST_TIMES)}")
    found.add(f"since:{moment.answered_by}:{last}:{min(len(since_answer(moment)), _MOST_TIMES)}")
    return found | set(_of_subject(moment))


def _of_subject(moment: Moment) -> Iterator[str]:
    """Of what the clerk last worked at, as the first word of a step's name tells, and of how it went."""
    steps = [step for step in steps_of(moment) if step not in _OF_NO_TASK]
    if steps:
        yield f"last step:{steps[-1]}"
    subjects = [step.split("_")[0] for step in steps if not step.startswith(QUERY)]
    if subjects:
        yield f"subject:{subjects[-1]}:{moment.answered_by}"
        yield f"subject last:{subjects[-1]}:{moment.path[-1]}"
        for word in words(moment.said):
            yield f"subject:{subjects[-1]}:{word}"
    for name, value in (moment.answer or {}).items():
        if name.endswith(("Message", "Status")):
            yield f"answer:{moment.answered_by}:{value}"
