"""How alike people's answers are: needs whose cases are mostly answered with the same words, give or take a name."""

import re
from collections.abc import Iterator, Mapping

import numpy as np

from aboveloop.discover.cases import CaseMeasures
from aboveloop.discover.findings.asking import by_us
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.chance import discoveries, more_than, share
from aboveloop.discover.findings.opportunity import Opportunity, won
from aboveloop.history.logs.beginnings import Values
from aboveloop.history.logs.log import UNKNOWN, Numbers
from aboveloop.history.logs.tellings import Tellings

PATTERN = "alike_answers"
# Two answers are alike when half of their runs of three words are shared (Broder 1997).
RUN, ALIKE = 3, 0.5
# Where more than half of a need's answers are alike, they are a template that somebody types.
HALF = 0.5
FEWEST = 50
MOST_KINDS = 20
# Answers among which the one is looked for that most others are like, and those that are held against it.
TRIED, HELD = 150, 5_000
# Two needs that share so many alike cases are one finding.
SAME = 0.8
# A shorter answer says too little to be called alike.
WORDS = 6

Runs = frozenset[str]


def alike_answers(
    cases: CaseMeasures, told: Tellings, facts: Mapping[str, Values], assumed: Assumptions
) -> list[Opportunity]:
    """Needs (kinds of cases by a fact, or all) of which surely more than half are answered alike, none told twice."""
    answers = _answers(cases, told)
    looked = [(name, inside, _alike(inside, answers)) for name, inside in _needs(cases, facts, answers)]
    likely = [more_than(len(alike), of=len(inside), chance=HALF) for _, inside, alike in looked]
    stands = discoveries(likely)
    found: list[Opportunity] = []
    taken: list[Numbers] = []
    for each in sorted(range(len(looked)), key=lambda place: -len(looked[place][2])):
        name, inside, alike = looked[each]
        if stands[each] and not any(np.isin(alike, other).mean() >= SAME for other in taken):
            found.append(_opportunity(name, inside, alike, likely[each], assumed))
            taken.append(alike)
    return found


def _answers(cases: CaseMeasures, told: Tellings) -> dict[int, Runs]:
    """The last answer of each case that has one of some length, as its runs of words."""
    if told.text is None:
        return {}
    ordered = cases.ordered
    runs = [_runs(text) for text in told.text.names]
    long = np.array([len(each) > WORDS - RUN for each in runs], dtype=np.bool_)
    codes = told.text.codes[ordered.rows]
    places = np.flatnonzero(long[codes] & by_us(ordered))
    return dict(zip(ordered.case[places].tolist(), (runs[code] for code in codes[places]), strict=True))


def _runs(text: str) -> Runs:
    """Numbers and placeholders are one word each, whatever they say."""
    if text == UNKNOWN:
        return frozenset()
    words = re.findall(r"\w+", re.sub(r"\[[^\]]*\]|<[^>]*>|\S*\d\S*", " 0 ", text.lower()))
    return frozenset(" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _needs(
    cases: CaseMeasures, facts: Mapping[str, Values], answers: Mapping[int, Runs]
) -> Iterator[tuple[str, list[int]]]:
    answered = sorted(answers)[-HELD:]
    if len(answered) >= FEWEST:
        yield "every case", answered
    for fact, values in facts.items():
        by_kind: dict[str, list[int]] = {}
        for case in answered:
            if (value := values[case]) is not None:
                by_kind.setdefault(value, []).append(case)
        if 2 <= len(by_kind) <= MOST_KINDS:
            for kind, inside in sorted(by_kind.items()):
                if len(inside) >= FEWEST:
                    yield f"{fact} is {kind}", inside


def _alike(inside: list[int], answers: Mapping[int, Runs]) -> Numbers:
    """The cases whose answer is like the one that most of those tried are like."""
    chance = np.random.default_rng(1)
    tried = inside if len(inside) <= TRIED else sorted(chance.choice(inside, TRIED, replace=False).tolist())
    best = max(tried, key=lambda case: sum(_shared(answers[case], answers[other]) >= ALIKE for other in tried))
    return np.array([case for case in inside if _shared(answers[case], answers[best]) >= ALIKE], dtype=np.int64)


def _shared(one: Runs, other: Runs) -> float:
    """Jaccard's likeness."""
    both = len(one & other)
    return both / (len(one) + len(other) - both)


def _opportunity(name: str, inside: list[int], alike: Numbers, likely: float, assumed: Assumptions) -> Opportunity:
    count, spread = len(inside), share(len(alike), len(inside))
    return Opportunity(
        pattern=PATTERN,
        place=name,
        cases=len(alike),
        of=count,
        share=spread,
        touch_hours=won(spread, count).times(assumed.hours),
        elapsed_hours=None,
        likely=likely,
        examples=tuple(int(case) for case in alike[:5]),
        why=(
            f"The last answers of {len(alike):,} of {count:,} answered cases ({spread.value:.1%}) share at least half "
            "of their runs of three words: people write the same again."
        ),
        needs="What differs between these answers must stand in a system that a worker can read.",
        inside=np.array(inside, dtype=np.int64),
    )
