"""Checks that never change anything: who always says yes could be spared, with a sample to keep them honest."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from aboveloop.discover.findings.chance import Estimate, share
from aboveloop.discover.ordering import Ordered

YES = re.compile(r"approved|accepted|passed|confirmed|final_?approved|genehmigt|approvato", re.IGNORECASE)
NO = re.compile(r"rejected|declined|denied|failed|refused|abgelehnt|rifiutato", re.IGNORECASE)
# A check that surely says no to fewer than one in fifty changes next to nothing.
SELDOM = 0.02
HOUR = 3_600_000_000


@dataclass(frozen=True)
class Check:
    """A check that was made `made` times and said no `refusals` times; `hours` were waited for it in all."""

    name: str
    made: int
    refusals: int
    share: Estimate
    hours: float

    @property
    def could_go(self) -> bool:
        return self.share.high < SELDOM

    def as_json(self) -> dict[str, Any]:
        return {
            "check": self.name,
            "made": self.made,
            "refusals": self.refusals,
            "share": self.share.as_json(),
            "hours_waited": round(self.hours, 1),
            "could_go": self.could_go,
        }


def checks(ordered: Ordered) -> list[Check]:
    """Every check that the activities tell of (`... APPROVED by X`), those that refuse least first."""
    said: dict[str, tuple[list[int], list[int]]] = {}
    for code, name in enumerate(ordered.log.activities.names):
        if YES.search(name) or NO.search(name):
            stem = " ".join(NO.sub("", YES.sub("", name)).split()) or "check"
            said.setdefault(stem, ([], []))[1 if NO.search(name) else 0].append(code)
    found = [_check(ordered, stem, yes, no) for stem, (yes, no) in said.items() if yes]
    return sorted(found, key=lambda each: (each.share.high, each.name))


def _check(ordered: Ordered, name: str, yes: list[int], no: list[int]) -> Check:
    agreed, refused = (np.isin(ordered.activity, codes) for codes in (yes, no))
    made = np.flatnonzero((agreed | refused) & ~ordered.is_first)
    waited = float((ordered.at[made] - ordered.at[made - 1]).sum()) / HOUR
    count, refusals = int((agreed | refused).sum()), int(refused.sum())
    return Check(name, count, refusals, share(refusals, count), waited)
