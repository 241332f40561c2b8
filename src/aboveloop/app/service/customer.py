"""A customer over all channels and cases: one timeline, what had to be said twice, and which cases there were."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.app.summaries.pack import earlier_json, listening_of, repeat_json
from aboveloop.journey import cases
from aboveloop.journey import store as journey
from aboveloop.journey.cases import Case
from aboveloop.journey.errors import CustomerNotFound
from aboveloop.journey.matching.joins import together
from aboveloop.journey.repeats import Repeat, repeats
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.work.timeline import Line, told

# Nobody reads through more at once; older cases have pages of their own.
MOST_CASES = 30
MOST_LINES = 300
# What a customer would recognise as something that happened to them.
SHOWN = frozenset(
    {
        "CaseOpened",
        "MessageReceived",
        "MessageSent",
        "CaseOwnerChanged",
        "ActionPerformed",
        "ActionRefused",
        "ActionDenied",
        "CustomerVerified",
        "CaseEnded",
    }
)


@dataclass(frozen=True)
class Moment:
    """One line of the timeline, with its case and the channel it came over."""

    case: Case
    channel: str
    line: Line


@dataclass(frozen=True)
class CustomerTimeline:
    """The latest first. `total`: how many moments there are; `channels`: over which the customer wrote; `records`: what
    people merged as one customer, this record first."""

    customer: str
    records: Sequence[str]
    cases: Sequence[Case]
    moments: Sequence[Moment]
    repeats: Sequence[Repeat]
    channels: tuple[str, ...]
    total: int
    is_erased: bool

    def as_json(self, *, personal: bool) -> dict[str, Any]:
        """JSON types; what was said only where `personal`."""
        return {
            "customer": self.customer,
            "records": list(self.records),
            "channels": list(self.channels),
            "erased": self.is_erased,
            "cases": [earlier_json(each) for each in self.cases],
            "repeats": [repeat_json(each) for each in self.repeats],
            "total": self.total,
            "moments": [
                {
                    "case": each.case.id,
                    "channel": each.channel,
                    "at": iso(each.line.at),
                    "entry": each.line.entry,
                    "kind": each.line.kind,
                    "direction": each.line.direction,
                    "text": each.line.text if personal else None,
                }
                for each in self.moments
            ],
        }


def customer_timeline(premises: Premises, reader: Reader, customer_id: str) -> CustomerTimeline:
    """Everything of one customer, channels and cases in one line of time. Raises CustomerNotFound."""
    if journey.customer(reader, customer_id) is None:
        raise CustomerNotFound(f"There is no customer {customer_id}.")
    records = together(reader, customer_id)
    of_all = [case for each in records for case in cases.latest_of(reader, each, MOST_CASES)]
    found = heapq.nlargest(MOST_CASES, of_all, key=lambda each: each.updated_at)
    chains = [premises.ledger.entries(reader, each.id) for each in found]
    channels = {each.id: each.channel for record in records for each in journey.contacts_of(reader, record)}
    moments: list[Moment] = []
    for case, chain in zip(found, chains, strict=True):
        for entry, line in zip(chain, told(chain), strict=True):
            if entry.kind in SHOWN:
                moments.append(Moment(case, channels.get(entry.body.get("contact", ""), case.channel), line))
    # What one turn did has one instant: within it, what comes later in the chain is later.
    numbered = heapq.nlargest(MOST_LINES, enumerate(moments), key=lambda each: (each[1].line.at, each[0]))
    listening = listening_of(premises.operation_of(found[0].release)) if found else None
    wrote = dict.fromkeys(each.channel for each in moments if each.line.direction == "in")
    return CustomerTimeline(
        customer=customer_id,
        records=records,
        cases=found,
        moments=[moment for _, moment in numbered],
        repeats=repeats(chains, listening) if listening is not None else (),
        channels=tuple(wrote),
        total=len(moments),
        is_erased=any(entry.personal is None for chain in chains for entry in chain),
    )
