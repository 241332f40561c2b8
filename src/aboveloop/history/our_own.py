"""Our own work in the words of histories: the entries of the ledger as events, so that before and after compare.

Only what is open in an entry is used; texts and reasons stay sealed under the customers' keys.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.history.events import LEDGER, Event, attributes_of
from aboveloop.kit.database import Reader
from aboveloop.ledger import store
from aboveloop.ledger.entries import HOUSE, Stored

# The two groups that a case of ours may be with.
WORKERS, PEOPLE = "workers", "people"

Body = Mapping[str, Any]
# An activity and its attributes; None where the entry is no event of a case.
Told = tuple[str, Body] | None


@dataclass
class _Standing:
    """What earlier entries of a case leave for the later ones."""

    channel: str | None = None
    team: str = WORKERS
    # An approval is asked for: that a person is waited for is no hand-over then.
    asks: bool = False


Telling = Callable[[Stored, Body, _Standing], Told]
# After these nobody is asked for an approval any more.
ANSWERED = frozenset({"ActionApproved", "ActionDenied", "ApprovalWithdrawn", "ApprovalExpired"})


def events(reader: Reader, *, since: datetime | None = None) -> Iterator[Event]:
    """The events of all cases in the order in which they were written down, from `since` on."""
    standing: dict[str, _Standing] = {}
    position = 0
    for rows in store.find(reader, store.matching({}, since)):
        for row in rows:
            event = _event(row, standing, position) if row.case_id != HOUSE else None
            if event is None:
                continue
            yield event
            position += 1
            if (outcome := _outcome(row)) is not None:
                yield event._replace(activity=outcome, position=position)
                position += 1


def _outcome(row: Stored) -> str | None:
    """What a write that was performed means for the customer, where its operation says so."""
    return json.loads(row.body).get("outcome") if row.kind == "ActionPerformed" else None


def _event(row: Stored, standing: dict[str, _Standing], position: int) -> Event | None:
    tell = TELLING.get(row.kind)
    if tell is None and row.kind not in ANSWERED:
        return None
    body = json.loads(row.body)
    now = standing.setdefault(row.case_id, _Standing())
    told = tell(row, body, now) if tell is not None else None
    now.channel = body.get("channel") or now.channel
    if row.kind in ANSWERED or row.kind == "ApprovalRequested":
        now.asks = row.kind not in ANSWERED
    if told is None:
        return None
    activity, attributes = told
    if activity in ("handed_over", "taken"):
        now.team = PEOPLE
    elif activity in ("given_back", "reopened"):
        now.team = WORKERS
    return Event(
        LEDGER, row.case_id, activity, row.at, position, row.actor, now.team, now.channel, attributes_of(attributes)
    )


def _named(activity: str, *keys: str) -> Telling:
    """An entry of one meaning, with these keys of its body."""
    return lambda row, body, now: (activity, {key: body[key] for key in keys if body.get(key) not in (None, "")})


def _sent(row: Stored, body: Body, now: _Standing) -> Told:
    kind = row.actor.partition(":")[0]
    return f"{kind}_message", {"template": body["template"]} if body.get("template") else {}


def _owner(row: Stored, body: Body, now: _Standing) -> Told:
    """The end is told by its own entry, and where a case goes after it was opened again needs no second word."""
    before, after = body["from"], body["to"]
    if after == "reopened":
        return "reopened", {}
    if after == "person":
        return "taken", {}
    if after == "waiting_on_person" and (before == after or not now.asks):
        return "handed_over", {}
    if after == "resolved" or before == "reopened":
        return None
    if before == "person":
        return "given_back", {}
    return "status_changed", {"status": after, "from": before}


def _ended(row: Stored, body: Body, now: _Standing) -> Told:
    return "refused" if body["outcome"] == "refused" else "solved", {}


TELLING: dict[str, Telling] = {
    "CaseOpened": _named("opened"),
    "MessageReceived": _named("customer_message"),
    "MessageSent": _sent,
    "CaseOwnerChanged": _owner,
    "CaseEnded": _ended,
    "ActionDecided": _named("action_decided", "operation", "lane", "stage"),
    "ActionRefused": _named("action_refused", "operation", "lane"),
    "ActionPerformed": _named("action_performed", "operation"),
    "ActionRejected": _named("action_rejected", "operation"),
    "ActionUncertain": _named("action_uncertain", "operation"),
    "ApprovalRequested": _named("approval_requested", "operation"),
    "ActionApproved": _named("approved", "operation"),
    "ActionDenied": _named("denied", "operation"),
}
