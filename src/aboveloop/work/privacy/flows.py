"""Data flows: which fields of which case went to which outside model, when, under which decision."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import Entry
from aboveloop.ledger.ledger import Ledger
from aboveloop.work.privacy.errand import SENT


@dataclass(frozen=True)
class Flow:
    entry: str
    at: datetime
    case: str
    customer: str | None
    actor: str
    vendor: str
    model: str
    url: str
    prompt: str
    fields: tuple[str, ...]
    masked: dict[str, int]
    bytes: int
    sha256: str
    action: str
    lane: str
    rules: tuple[str, ...]


def flows(
    reader: Reader, ledger: Ledger, *, case_id: str | None = None, customer_id: str | None = None
) -> Iterator[Flow]:
    """Every flow, oldest first, of one case or customer where it is named."""
    for entry in ledger.find(reader, kind=SENT, case_id=case_id, customer_id=customer_id):
        yield _flow(entry)


def _flow(entry: Entry) -> Flow:
    body = entry.body
    return Flow(
        entry=entry.id,
        at=entry.at,
        case=entry.case_id,
        customer=entry.customer_id,
        actor=entry.actor,
        vendor=body["vendor"],
        model=body["model"],
        url=body["url"],
        prompt=body["prompt"],
        fields=tuple(body["fields"]),
        masked=dict(body["masked"]),
        bytes=body["bytes"],
        sha256=body["sha256"],
        action=body["action"],
        lane=body["lane"],
        rules=tuple(body["rules"]),
    )
