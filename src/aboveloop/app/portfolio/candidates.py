"""Candidates for a pilot: begun from a finding of the radar or by hand, scored by people, kept with what data tells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aboveloop.app import kept_findings
from aboveloop.app.portfolio import store
from aboveloop.app.portfolio.errors import CandidateNotFound
from aboveloop.app.premises import Premises
from aboveloop.discover.scorecard import Candidate, Scorecard, rank
from aboveloop.govern.people import Person, may
from aboveloop.history.errors import HistoryNotFound
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import HOUSE

DAY = 86_400_000_000
# As long as a name stays readable in a list.
LONGEST_NAME = 48


@dataclass(frozen=True)
class Kept:
    """A candidate of the house. `history` is where it was seen, `evidence` what the radar said of it there."""

    candidate: Candidate
    history: str = ""
    evidence: str = ""
    by: str = ""
    at: datetime | None = None


def every(reader: Reader) -> list[Kept]:
    return [
        Kept(Candidate.model_validate(row.body), row.history, row.evidence, row.by, row.at)
        for row in store.every(reader, store.candidates)
    ]


def find(reader: Reader, name: str) -> Kept:
    """Raises CandidateNotFound."""
    for each in every(reader):
        if each.candidate.candidate == name:
            return each
    raise CandidateNotFound(f"There is no candidate {name} on the scorecard.")


def keep(premises: Premises, kept: Kept, *, by: Person) -> None:
    """Write a candidate down, in the place of the one of its name. The ledger keeps each state of it. Raises MayNot."""
    may(by, "propose").demand()
    now, body = premises.house.clock.now(), kept.candidate.model_dump(mode="json", exclude_defaults=True)
    row = {"name": kept.candidate.candidate, "body": body, "history": kept.history, "evidence": kept.evidence}
    with premises.database.write() as tx:
        tx.put(store.candidates, {**row, "by": by.actor, "at": now})
        told = {name: value if isinstance(value, dict | list) else str(value) for name, value in body.items()}
        entry = {**told, "history": kept.history, "evidence": kept.evidence}
        premises.ledger.append(tx, case_id=HOUSE, kind="CandidateScored", at=now, actor=by.actor, body=entry)


def drop(premises: Premises, name: str, *, by: Person) -> None:
    """Take a candidate off the scorecard. Raises MayNot and CandidateNotFound."""
    may(by, "propose").demand()
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        if not store.drop(tx, store.candidates, name):
            raise CandidateNotFound(f"There is no candidate {name} on the scorecard, so none was taken off.")
        body = {"candidate": name}
        premises.ledger.append(tx, case_id=HOUSE, kind="CandidateDropped", at=now, actor=by.actor, body=body)


def card(home: Path, found: list[Kept], weights: Mapping[str, float]) -> Scorecard:
    """The candidates ranked, each with what its history tells. Raises CandidatesUnreadable where there is none."""
    hints = {each.candidate.candidate: hints_of(home, each.history) for each in found}
    return rank([each.candidate for each in found], weights, hints)


def hints_of(home: Path, history: str) -> dict[str, str]:
    """What the radar found in a history for each scale; nothing where nobody has looked at it, or where it is gone."""
    found = _found(home, history)
    return dict(found.get("hints", {})) if found else {}


def from_opportunity(home: Path, history: str, number: int) -> Kept:
    """The candidate that an opportunity of a history begins. Raises CandidateNotFound and HistoryNotFound."""
    looked = kept_findings.looked(home, history)
    found = (looked.found or {}).get("opportunities", [])
    if not 0 <= number < len(found):
        raise CandidateNotFound(f"The radar tells of no such opportunity in {history} now: look at it again.")
    one = found[number]
    days = max(1.0, ((looked.about.last or 0) - (looked.about.first or 0)) / DAY)
    begun = Candidate(
        candidate=named(f"{one['pattern']} {one['place']}"),
        problem=f"{one['pattern'].replace('_', ' ').capitalize()}, {one['place']}: {one['why']}",
        scores=begun_scores(hints_of(home, history)),
        cases_a_day=round(one["cases"] / days, 2),
    )
    low, high = one["touch_hours"]["low"], one["touch_hours"]["high"]
    cost = f"{low:,.0f} to {high:,.0f} hours of work in {history}"
    out = one["prefilter"]["left_out"]
    said = f" Left out before scoring: {out}" if out else ""
    return Kept(begun, history, f"{one['why']} {cost}.{said}")


def from_kept_kind(home: Path, history: str, number: int) -> Kept:
    """A kind of case that the radar says people should keep, as a candidate that stays with them. Raises as above."""
    looked = kept_findings.looked(home, history)
    found = (looked.found or {}).get("keep_human", [])
    if not 0 <= number < len(found):
        raise CandidateNotFound(f"The radar tells of no such kind of case in {history} now: look at it again.")
    one = found[number]
    reasons = " ".join(one["reasons"])
    begun = Candidate(
        candidate=named(one["kind"]), problem=f"{one['kind']}: {reasons}", scores={}, better_for_humans=True
    )
    return Kept(begun, history, f"The radar says that people should keep it. {reasons}")


def begun_scores(hints: Mapping[str, str]) -> dict[str, int]:
    """The scores that hints begin with, for people to change."""
    return {scale: int(said.partition(":")[0]) for scale, said in hints.items()}


def named(words: str) -> str:
    """A name out of words: "reopening: Solved" as `reopening_solved`."""
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:LONGEST_NAME].strip("_")
    return plain if plain[:1].isalpha() else f"candidate_{plain}".strip("_")


def _found(home: Path, history: str) -> dict[str, Any] | None:
    if not history:
        return None
    try:
        return kept_findings.looked(home, history).found
    except HistoryNotFound:
        return None
