"""Batches: requests of one kind side by side, so that they can be answered together with open eyes.

Each remains an approval of its own, bound to its own digest. What is the same in all is said once; what differs stands
beside each, and whoever approves says how many they approve.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.govern.answering import may_answer
from aboveloop.govern.approval import Approval, State
from aboveloop.govern.people import Person
from aboveloop.govern.queue.errors import BatchChanged, BatchRefused, BatchTooLarge
from aboveloop.govern.queue.places import kind_of
from aboveloop.kit.canonical import digest
from aboveloop.kit.errors import WrongUsage


@dataclass(frozen=True)
class Comparison:
    """Arguments and facts of requests of one kind. `same` by name; `names` of what differs; `rows` by approval id."""

    same: Mapping[str, Any]
    names: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Chosen:
    """What somebody ticked: the approval and `seen`, which names exactly what stood beside it."""

    approval_id: str
    seen: str


def compared(asked: Sequence[Approval]) -> Comparison:
    """What these requests have in common and what differs, arguments before facts."""
    rows = {approval.id: _told(approval) for approval in asked}
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    first = next(iter(rows.values()), {})
    same = {name: first[name] for name in names if all(_equal(row, first, name) for row in rows.values())}
    return Comparison(same, tuple(name for name in names if name not in same), rows)


def seen_of(approval: Approval) -> str:
    """Names what is shown of a request: its exact action and all its facts."""
    return digest({"action": approval.digest, "evidence": approval.evidence.as_body()})


def refuse_unfit(
    asked: Sequence[Approval],
    chosen: Sequence[Chosen],
    person: Person,
    *,
    count: int,
    largest: int,
    now: datetime,
) -> None:
    """Raise what forbids answering these together: nothing of a batch is answered then.

    WrongUsage for no or a wrong count, BatchTooLarge, BatchChanged, BatchRefused. A request that was closed by
    somebody else in the meantime forbids nothing: it is told of by itself.
    """
    if not chosen or len({each.approval_id for each in chosen}) != len(chosen):
        raise WrongUsage("Choose each request once, and at least one. Nothing was approved.")
    if len(chosen) > largest:
        raise BatchTooLarge(
            f"{len(chosen)} are chosen; at most {largest} are looked at together. Nothing was approved."
        )
    if count != len(chosen):
        raise WrongUsage(f"You chose {len(chosen)} and wrote {count}. Look again. Nothing was approved.")
    if len({kind_of(approval) for approval in asked}) > 1:
        raise BatchRefused("These are not of one kind, so they cannot be answered together. Nothing was approved.")
    shown = {each.approval_id: each.seen for each in chosen}
    for approval in asked:
        still = approval.state is State.WAITING and now < approval.expires_at
        if still and not (allowed := may_answer(person, approval, now)).granted:
            raise BatchRefused(f"{allowed.reason} ({approval.id}) Nothing of this batch was approved.")
        if shown[approval.id] != seen_of(approval):
            raise BatchChanged(f"Approval {approval.id} is not what you were shown. Load the page again.")


def _told(approval: Approval) -> dict[str, Any]:
    facts = {fact.name: fact.value for fact in approval.evidence.facts.values()}
    # A fact of an argument's name would hide it; arguments are what is done, so they keep the name.
    named = {f"{name} (fact)" if name in approval.action.args else name: value for name, value in facts.items()}
    return {**approval.action.args, "customer": approval.evidence.owner or approval.customer_id, **named}


def _equal(row: Mapping[str, Any], first: Mapping[str, Any], name: str) -> bool:
    return name in row and name in first and row[name] == first[name]
