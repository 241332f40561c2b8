"""The middle state: automation rises while the process stays in pieces, and nobody quite answers for it any more.

Three signs, looked for in the folder and in what happened: steps without an owner, hand-overs that nobody can follow,
and outcomes that vary more from week to week than their number of cases lets expect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scipy import stats

from aboveloop.app.premises import Premises
from aboveloop.govern.completeness import Completeness, completeness, share, steps_within
from aboveloop.govern.duties import held_duties
from aboveloop.govern.people import people_of
from aboveloop.kit.database import Reader
from aboveloop.measure.counting import Scope, Value, count, instrumented_hand_overs
from aboveloop.operation.models import Operation

WEEKS = 8
WEEK = timedelta(days=7)
# A week of fewer ended cases says nothing of how they vary.
FEWEST_OF_A_WEEK = 20
FEWEST_WEEKS = 4
# Weeks that differ so much come once in a hundred houses where nothing differs.
CHANCE = 0.01


@dataclass(frozen=True)
class Sign:
    """One sign: its share (1 is good), what it is a share of, whether it warns, and a sentence."""

    name: str
    title: str
    value: float | None
    warns: bool
    sentence: str


@dataclass(frozen=True)
class Health:
    """The three signs, and how complete each worker's governance, instrumentation and ownership are."""

    signs: tuple[Sign, ...]
    workers: tuple[Completeness, ...]

    @property
    def drifts(self) -> bool:
        return any(sign.warns for sign in self.signs)

    def as_json(self) -> dict[str, Any]:
        return {
            "middle_state": self.drifts,
            "signs": [vars(sign) for sign in self.signs],
            "workers": [
                {
                    "procedure": each.procedure,
                    "governance": round(share(each.governance), 4),
                    "instrumentation": round(share(each.instrumentation), 4),
                    "ownership": round(share(each.ownership), 4),
                    "missing": [vars(item) for item in each.missing],
                }
                for each in self.workers
            ],
        }


def examine_model(premises: Premises, reader: Reader, now: datetime) -> Health:
    """Look at the operation at work, now."""
    operation = premises.current()
    hand_overs = instrumented_hand_overs(reader, Scope(now - WEEKS * WEEK, now + timedelta(microseconds=1)))
    weeks = [Scope(now - (ago + 1) * WEEK, now - ago * WEEK) for ago in reversed(range(WEEKS))]
    alone = [count(reader, "containment", week) for week in weeks]
    signs = (_owned(operation), _followed(hand_overs), steady([each for each in alone if each is not None]))
    return Health(signs, completeness(operation))


def _owned(operation: Operation) -> Sign:
    people = people_of(operation)
    held = {each.duty.name for each in held_duties(operation) if each.person is not None}
    owned = every = 0
    for procedure in operation.procedures.values():
        steps = sum(1 for _ in steps_within(operation, procedure.steps))
        every += steps
        owned += steps * (procedure.owner is not None and (procedure.owner in people or procedure.owner in held))
    if not every:
        return Sign("steps_owned", "Steps with an owner", None, False, "There are no procedures yet.")
    said = f"{owned} of {every} steps of all procedures have an owner who is a person, or a duty that somebody holds."
    return Sign("steps_owned", "Steps with an owner", owned / every, owned < every, said)


def _followed(found: Value) -> Sign:
    name, title = "hand_overs_followed", "Hand-overs that can be followed"
    if found.value is None:
        said = (
            f"No case of the last {WEEKS} weeks was given to people a day ago or earlier; newer ones may yet be taken."
        )
        return Sign(name, title, None, False, said)
    said = (
        f"Of {found.cases} cases of the last {WEEKS} weeks that were given to people a day ago or earlier, "
        f"{found.part} say why, and who took them or how they ended."
    )
    return Sign(name, title, found.value, found.value < 0.95, said)


def steady(weeks: Sequence[Value]) -> Sign:
    """Whether the share resolved without a person varies from week to week more than chance (a chi-squared test of
    equal shares)."""
    name, title = "outcomes_steady", "Outcomes that can be foreseen"
    full = [week for week in weeks if week.cases >= FEWEST_OF_A_WEEK]
    if len(full) < FEWEST_WEEKS:
        said = f"That takes {FEWEST_WEEKS} weeks with {FEWEST_OF_A_WEEK} ended cases each; there are {len(full)}."
        return Sign(name, title, None, False, said)
    shares = [week.part / week.cases for week in full]
    spread = f"from {min(shares):.0%} to {max(shares):.0%} of the cases of a week were resolved without a person"
    table = [[week.part for week in full], [week.cases - week.part for week in full]]
    chance = 1.0 if not all(sum(row) for row in table) else float(stats.chi2_contingency(table).pvalue)
    pooled = sum(table[0]) / sum(week.cases for week in full)
    if chance >= CHANCE:
        return Sign(name, title, pooled, False, f"Weeks differ no more than chance has it: {spread}.")
    return Sign(name, title, pooled, True, f"Weeks differ more than chance has it ({chance:.1g}): {spread}.")
