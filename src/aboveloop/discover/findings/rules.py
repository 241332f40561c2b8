"""How far what happens to a case follows from what is known when it begins: a small tree, judged on later cases.

A tree of at most four questions learns from the earlier cases and is held against the later ones beside the plainest
rule: what happens most often. Only what the tree adds to that counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from aboveloop.discover.cases import CaseMeasures
from aboveloop.discover.findings.chance import Estimate, Floats, more_than, share
from aboveloop.discover.ordering import Mask
from aboveloop.history.logs.beginnings import Beginnings, Values, are_numbers
from aboveloop.history.logs.log import Coded, Numbers

DEPTH = 4
# A leaf of fewer cases is an anecdote.
LEAF = 20
LEARNED_SHARE = 0.7
MOST_CASES = 20_000
# Fewer than these and nothing is said.
FEWEST = 100
# Kinds of a fact that the tree may ask for; the rest are one kind.
ASKED = 15
# Something that happens in nearly all or nearly no cases leaves nothing to decide.
RARE = 0.05
OUTCOMES = 8
UNSAID = "not said"


@dataclass(frozen=True)
class Rule:
    """What was learned of one outcome. `right` and `usual` are shares of later cases that the tree, and always saying
    what is most frequent, get right. `gain` is the part of what is left to decide that the tree decides."""

    outcome: str
    facts: tuple[str, ...]
    tree: str
    right: Estimate
    usual: Estimate
    judged: int
    cases: Numbers
    likely: float

    @property
    def gain(self) -> float:
        left = 1 - self.usual.value
        return max(0.0, (self.right.value - self.usual.value) / left) if left else 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "facts": list(self.facts),
            "tree": self.tree.splitlines(),
            "right": self.right.as_json(),
            "most_frequent_right": self.usual.as_json(),
            "judged_cases": self.judged,
            "gain": round(self.gain, 4),
            "chance": self.likely,
        }


@dataclass(frozen=True)
class _Asked:
    """What the tree may ask: one column for each question."""

    names: list[str]
    facts: list[str]
    values: Floats


def rules(cases: CaseMeasures, known: Beginnings) -> list[Rule]:
    """A rule for each outcome that is open when a case begins, those that decide most first."""
    chosen = np.flatnonzero(cases.reached_end) if cases.ends.names else np.arange(cases.cases)
    chosen = chosen[-MOST_CASES:]
    if len(chosen) < FEWEST:
        return []
    asked = _questions(facts_of(cases, known), chosen)
    if not asked.names:
        return []
    found = [
        _rule(name, happens[open_], _Asked(asked.names, asked.facts, asked.values[open_]), chosen[open_])
        for name, happens, open_ in _outcomes(cases, chosen)
    ]
    return sorted(found, key=lambda rule: (-rule.gain, rule.outcome))


def facts_of(cases: CaseMeasures, known: Beginnings) -> dict[str, Values]:
    """What is known at the start of each case, in the order of `cases`, with its first activity and group."""
    ordered = cases.ordered
    first = ordered.starts[:-1]
    facts = {"first activity": _named(ordered.log.activities, ordered.activity[first])}
    if ordered.group is not None and ordered.log.groups is not None:
        facts["first group"] = _named(ordered.log.groups, ordered.group[first])
    if known.facts:
        place = {name: number for number, name in enumerate(known.cases)}
        at = [place[str(name)] for name in cases.names()]
        facts |= {name: tuple(values[each] for each in at) for name, values in known.facts.items()}
    return facts


def _named(column: Coded, codes: npt.NDArray[Any]) -> Values:
    return tuple(column.names[code] for code in codes)


def _outcomes(cases: CaseMeasures, chosen: Numbers) -> Iterator[tuple[str, Mask, Mask]]:
    """Whether each activity comes, and of which cases that is asked: of those that do not begin with it. Those of which
    it is most open come first."""
    ordered = cases.ordered
    begins = ordered.activity[ordered.starts[:-1]][chosen]
    looked: list[tuple[float, str, Mask, Mask]] = []
    for code, name in enumerate(ordered.log.activities.names):
        happens = (ordered.per_case(ordered.activity == code) > 0)[chosen]
        asked = begins != code
        rate = float(happens[asked].mean()) if asked.sum() >= FEWEST else 0.0
        if RARE <= rate <= 1 - RARE:
            looked.append((abs(rate - 0.5), name, happens, asked))
    for _, name, happens, asked in sorted(looked, key=lambda each: each[:2])[:OUTCOMES]:
        yield name, happens, asked


def _questions(facts: Mapping[str, Values], chosen: Numbers) -> _Asked:
    names: list[str] = []
    of: list[str] = []
    columns: list[Floats] = []
    for fact, values in facts.items():
        said = [values[each] for each in chosen]
        for name, column in _columns(fact, said):
            names.append(name)
            of.append(fact)
            columns.append(column)
    return _Asked(names, of, np.column_stack(columns) if columns else np.zeros((len(chosen), 0)))


def _columns(fact: str, said: Sequence[str | None]) -> Iterator[tuple[str, Floats]]:
    kinds, counts = np.unique([UNSAID if each is None else each for each in said], return_counts=True)
    if len(kinds) < 2:
        return
    if len(kinds) > ASKED and are_numbers(said):
        yield fact, np.array([_number(each) for each in said])
        return
    text = np.array([UNSAID if each is None else each for each in said])
    for kind in kinds[np.argsort(-counts, kind="stable")][:ASKED]:
        yield f"{fact} is {kind}", (text == kind).astype(float)


def _number(text: str | None) -> float:
    try:
        return float((text or "").replace(",", "."))
    except ValueError:
        # Below everything: the tree may ask for it like for any number.
        return -1e18


def _rule(name: str, outcome: Mask, asked: _Asked, chosen: Numbers) -> Rule:
    from sklearn.tree import DecisionTreeClassifier, export_text  # noqa: PLC0415 - heavy, and only rules need it

    cut = int(LEARNED_SHARE * len(outcome))
    leaf = max(LEAF, cut // 100)
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=leaf, min_impurity_decrease=0.002, random_state=1)
    tree.fit(asked.values[:cut], outcome[:cut])
    told = tree.predict(asked.values[cut:]) == outcome[cut:]
    usual = (outcome[:cut].mean() >= 0.5) == outcome[cut:]
    wins, losses = int((told & ~usual).sum()), int((usual & ~told).sum())
    used = dict.fromkeys(asked.facts[each] for each in tree.tree_.feature if each >= 0)
    return Rule(
        outcome=name,
        facts=tuple(used),
        tree=export_text(tree, feature_names=asked.names, class_names=["no", "yes"], decimals=2)
        if len(tree.classes_) == 2
        else "",
        right=share(int(told.sum()), len(told)),
        usual=share(int(usual.sum()), len(usual)),
        judged=len(told),
        cases=chosen[cut:][told & ~usual],
        # Of the cases that the two judge differently, half would go each way by chance.
        likely=more_than(wins, of=wins + losses, chance=0.5),
    )
