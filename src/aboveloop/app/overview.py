"""The overview: what goes on now and what needs people first, for the control room and the JSON counts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from aboveloop.app import store
from aboveloop.app.contracts import store as contracts
from aboveloop.app.premises import Premises
from aboveloop.app.reviews import what_of
from aboveloop.app.store import CaseFilter
from aboveloop.govern.approval import Approval
from aboveloop.govern.switches import Switch, Switches
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.journey.store import count_cases
from aboveloop.kit.database import Reader
from aboveloop.kit.money import Money
from aboveloop.work.triage import store as triage
from aboveloop.work.triage.standing import standing_of
from aboveloop.work.turn_state import approvals_of

# More than fits a screen is a list of its own.
ATTENTION_SHOWN = 50
Sort = Literal["breach", "approval", "hand_over", "uncertain", "paused"]


@dataclass(frozen=True)
class Headline:
    """Counts of cases. `alone`: resolved, never given to a person, nobody asked to approve anything; of all `ended`
    ones, that is `share`."""

    live: int
    by_owner: dict[str, int]
    by_outcome: dict[str, int]
    handed_over: int
    approvals: int
    ended: int
    alone: int

    @property
    def share(self) -> float | None:
        """Resolved by AI workers without a person, of all that ended, from 0 to 1; None before the first end."""
        return self.alone / self.ended if self.ended else None

    @property
    def waiting_for_people(self) -> int:
        """Cases that go on only when a person does something."""
        return self.by_owner.get("waiting_on_person", 0)


@dataclass(frozen=True)
class Concern:
    """One thing that needs people: what it is, since when, and the case or page behind it."""

    sort: Sort
    what: str
    why: str
    since: datetime
    case_id: str | None = None
    approval_id: str | None = None
    amount: Money | None = None
    expires_at: datetime | None = None
    contract: str = ""

    @property
    def names_personal(self) -> bool:
        """Whether its words come from what an action is about: an order, an amount."""
        return self.sort in ("approval", "uncertain")


@dataclass(frozen=True)
class Listed:
    """One page of cases and how many there are in all."""

    cases: list[Case]
    total: int


def headline(reader: Reader, now: datetime) -> Headline:
    """The numbers at the top."""
    counted = count_cases(reader)
    by_owner: dict[str, int] = {}
    by_outcome: dict[str, int] = {}
    for owner, outcome, _, count in counted:
        by_owner[owner] = by_owner.get(owner, 0) + count
        if outcome is not None:
            by_outcome[outcome] = by_outcome.get(outcome, 0) + count
    return Headline(
        live=sum(count for owner, count in by_owner.items() if owner != "resolved"),
        by_owner=by_owner,
        by_outcome=by_outcome,
        handed_over=sum(count for _, _, handed, count in counted if handed),
        approvals=store.count_waiting(reader, now),
        ended=sum(by_outcome.values()),
        alone=store.count_found(reader, CaseFilter(alone=True)),
    )


@dataclass(frozen=True)
class Outcomes:
    """Cases by what came of them for the customer, and apart from that what was done: messages written by anybody,
    writes performed."""

    resolved: int
    refused: int
    reopened: int
    refunded: int
    paid: int
    messages: int
    writes: int


def outcomes(reader: Reader, numbers: Headline) -> Outcomes:
    """Outcomes first, activity beside them."""
    written, performed = store.activity(reader)
    return Outcomes(
        resolved=numbers.by_outcome.get("resolved", 0),
        refused=numbers.by_outcome.get("refused", 0),
        reopened=store.count_found(reader, CaseFilter(reopened=True)),
        refunded=store.count_found(reader, CaseFilter(refunded=True)),
        paid=store.count_found(reader, CaseFilter(paid=True)),
        messages=written,
        writes=performed,
    )


def attention(reader: Reader, premises: Premises, now: datetime) -> list[Concern]:
    """What needs people, the greatest risk first.

    Broken data comes first, for everything else may rest on it. Then come approvals with money, by amount times hours
    waited (plus one, so that a new one counts by its amount); then other approvals, hand-overs, uncertain writes and
    pauses, each by age; hand-overs by their priority before that.
    """
    waiting = approvals_of(premises.house, premises.current()).waiting(reader, now)
    money = [approval for approval in waiting if approval.evidence.amount]
    others = [approval for approval in waiting if not approval.evidence.amount]
    money.sort(key=lambda approval: _risk(approval, now), reverse=True)
    concerns = [*_breaches(reader), *(_of_approval(premises, approval) for approval in (*money, *others))]
    concerns += _hand_overs(reader, premises)
    concerns += _uncertain(reader, premises)
    concerns += _paused(reader, premises)
    return concerns[:ATTENTION_SHOWN]


def without_personal(concern: Concern) -> Concern:
    """The concern for who may not read what is personal: that it is there, why by policy, and since when."""
    match concern.sort:
        case "approval":
            return replace(concern, what="An action waits for an approval", approval_id=None, amount=None)
        case "uncertain":
            return replace(concern, what="A write whose end nobody can tell")
        case _:
            return concern


def find_cases(reader: Reader, wanted: CaseFilter, *, limit: int, offset: int) -> Listed:
    """One page of the cases that match, the latest changed first."""
    rows = store.find_cases(reader, wanted, limit=limit, offset=offset)
    return Listed(
        [Case(**{**row._mapping, "owner": Owner(row.owner)}) for row in rows], store.count_found(reader, wanted)
    )


def standing_switches(reader: Reader, premises: Premises) -> list[Switch]:
    """Every pause that stands, the longest standing first."""
    return Switches(premises.ledger, premises.current()).all(reader)


def _risk(approval: Approval, now: datetime) -> float:
    hours = (now - approval.requested_at).total_seconds() / 3600
    return abs(approval.evidence.amount or 0) * (1 + hours)


def _of_approval(premises: Premises, approval: Approval) -> Concern:
    operation = premises.operation_of(approval.release) if approval.release else premises.current()
    amount = approval.evidence.amount
    return Concern(
        sort="approval",
        what=what_of(operation, approval.action.operation, approval.action.args),
        why=approval.reason,
        since=approval.requested_at,
        case_id=approval.action.case_id,
        approval_id=approval.id,
        amount=None if amount is None else Money(amount, operation.about.currency),
        expires_at=approval.expires_at,
    )


def _hand_overs(reader: Reader, premises: Premises) -> Iterator[Concern]:
    rows = store.oldest_waiting(reader, limit=ATTENTION_SHOWN)
    triaged = triage.of_cases(reader, [row.id for row in rows])
    routing = premises.current().routing
    for row in rows:
        because = row.handed_over_because or "A worker gave the case to people."
        stands = standing_of(routing, triaged.get(row.id))
        what = "A case waits to be taken over"
        if stands.queue:
            what += f": {stands.queue_title}{'' if stands.priority == 'normal' else f', {stands.words}'}"
        yield Concern("hand_over", what, because, row.handed_over_at, case_id=row.id)


def _uncertain(reader: Reader, premises: Premises) -> Iterator[Concern]:
    for row in store.uncertain_effects(reader, limit=ATTENTION_SHOWN):
        what = what_of(premises.current(), row.operation, row.args)
        why = "Nobody can tell whether it was done. Look in the system of record before anything is repeated."
        yield Concern("uncertain", what, why, row.intended_at, case_id=row.case_id)


def _breaches(reader: Reader) -> Iterator[Concern]:
    for row in contracts.open_breaches(reader):
        paused = len([each for each in contracts.pauses_of(reader, row.id) if each.ended_at is None])
        first = row.findings[min(row.findings)]["sentence"]
        more = f" {len(row.findings) - 1} more rules are broken." if len(row.findings) > 1 else ""
        why = f"{first}{more} Paused because of it: {paused}."
        yield Concern("breach", f"{row.title} breaks its data contract", why, row.opened_at, contract=row.contract)


def _paused(reader: Reader, premises: Premises) -> Iterator[Concern]:
    """Pauses, but for those that a breach made: they stand with it."""
    switches = standing_switches(reader, premises)
    of_breaches = {row.switch_id for row in contracts.pauses_by_switch(reader, [each.id for each in switches])}
    for switch in switches:
        if switch.id in of_breaches:
            continue
        what = "Everything is paused" if switch.scope == "all" else f"The {switch.scope} {switch.name} is paused"
        yield Concern("paused", what, switch.because, switch.thrown_at)
