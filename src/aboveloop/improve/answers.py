"""What becomes of proposals: kept once, taken into the backlog, dismissed with a reason, or gone by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.improve import store
from aboveloop.improve.backlog import Backlog, Improvement, Wish
from aboveloop.improve.errors import ImprovementFaulty, ProposalAnswered, ProposalNotFound
from aboveloop.improve.proposals import Proposal
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger

# A proposal that is not answered follows the world: it goes when it is no longer so, and comes again.
UNANSWERED = ("open", "gone")


@dataclass(frozen=True)
class Standing:
    """A proposal as it stands. `state`: open, accepted, dismissed or gone."""

    key: str
    kind: str
    title: str
    why: str
    procedure: str
    link: str
    count: int
    cases: tuple[str, ...]
    state: str
    found_at: datetime
    seen_at: datetime
    answered_by: str | None
    because: str
    improvement: str | None


def standing(reader: Reader) -> list[Standing]:
    """All of them, the longest known first."""
    return [_standing(row) for row in store.every_proposal(reader)]


def keep(tx: Transaction, found: Sequence[Proposal], *, ledger: Ledger, now: datetime) -> list[Proposal]:
    """Keep what was found; returns what is new. What was dismissed or taken up stays so, and only its count follows."""
    known = {row.key: row for row in store.every_proposal(tx)}
    new = []
    for proposal in {each.key: each for each in found}.values():
        fresh = {"title": proposal.title, "why": proposal.why, "count": proposal.count, "cases": list(proposal.cases)}
        row = known.get(proposal.key)
        if row is None:
            place = {"key": proposal.key, "kind": proposal.kind, "procedure": proposal.procedure, "link": proposal.link}
            if store.insert_proposal(tx, {**place, **fresh, "state": "open", "found_at": now, "seen_at": now}):
                new.append(proposal)
        else:
            store.update_proposal(tx, proposal.key, {**fresh, "seen_at": now}, standing=(row.state,))
            if row.state == "gone":
                store.update_proposal(tx, proposal.key, {"state": "open", "found_at": now}, standing=("gone",))
    present = {each.key for each in found}
    for key, row in known.items():
        if row.state == "open" and key not in present:
            store.update_proposal(tx, key, {"state": "gone"}, standing=("open",))
    if new:
        body = {"proposals": [{"key": each.key, "count": each.count} for each in new]}
        ledger.append(tx, case_id=HOUSE, kind="ImprovementsProposed", at=now, actor=HOUSE, body=body)
    return new


def dismiss(tx: Transaction, key: str, *, ledger: Ledger, by: str, because: str, now: datetime) -> Standing:
    """Raises ProposalNotFound, ProposalAnswered and ImprovementFaulty without a reason."""
    _open(tx, key)
    if not because.strip():
        raise ImprovementFaulty("Say why it is dismissed: it is not proposed again.")
    values = {"state": "dismissed", "answered_by": by, "answered_at": now, "because": because.strip()}
    _answer(tx, key, values)
    body = {"key": key, "because": because.strip()}
    ledger.append(tx, case_id=HOUSE, kind="ImprovementDismissed", at=now, actor=by, body=body)
    return find(tx, key)


def accept(
    tx: Transaction, key: str, *, ledger: Ledger, by: str, owner: str, value_weekly: int, now: datetime
) -> Improvement:
    """Take it into the backlog. Raises ProposalNotFound and ProposalAnswered."""
    found = _open(tx, key)
    wish = Wish(found.title, found.why, owner, found.procedure, value_weekly, found.kind, found.link)
    added = Backlog(ledger).add(tx, wish, by=by, now=now)
    values = {"state": "accepted", "answered_by": by, "answered_at": now, "improvement": added.id}
    _answer(tx, key, values)
    return added


def find(reader: Reader, key: str) -> Standing:
    """Raises ProposalNotFound."""
    row = store.proposal(reader, key)
    if row is None:
        raise ProposalNotFound(f"There is no proposal {key}. `aboveloop backlog proposals` shows them all.")
    return _standing(row)


def _open(reader: Reader, key: str) -> Standing:
    found = find(reader, key)
    if found.state not in UNANSWERED:
        raise ProposalAnswered(f"“{found.title}” was {found.state} before, by {found.answered_by}.")
    return found


def _answer(tx: Transaction, key: str, values: dict[str, Any]) -> None:
    if not store.update_proposal(tx, key, values, standing=UNANSWERED):
        raise ProposalAnswered(f"The proposal {key} was answered by somebody else in this moment.")


def _standing(row: Row[Any]) -> Standing:
    values = dict(row._mapping)
    values.pop("answered_at")
    return Standing(**{**values, "cases": tuple(values["cases"])})
