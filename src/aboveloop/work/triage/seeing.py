"""Seeing: what routing rules may ask of a message, gathered from the message, its reading and the case."""

from collections.abc import Sequence
from datetime import datetime

from aboveloop.journey.cases import Case, Message
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation
from aboveloop.understand.readings import Reading
from aboveloop.work.doubt import is_sure
from aboveloop.work.triage import store
from aboveloop.work.triage.matching import Seen, is_open, plain


def seen_of(
    operation: Operation,
    message: Message,
    reading: Reading,
    *,
    case: Case,
    address: str,
    channel: str,
    answers: bool,
    attachments: int = 0,
    customer: frozenset[str] = frozenset({"new"}),
) -> Seen:
    """`answers`: it answers what was asked, so what it wants is what its case is about."""
    sure = answers or is_sure(operation, operation.intents.get(reading.intent), reading)
    fresh = reading.intent if sure and not answers else ""
    return Seen(
        channel=channel,
        text=plain(message.text),
        subject=plain(message.subject or ""),
        sender=address.lower() if "@" in address else "",
        attachments=attachments,
        intent=fresh or case.intent or "",
        language=reading.language or "",
        flags=flags_of(reading),
        understood=sure,
        customer=customer,
        is_open=is_open(operation, message.at),
    )


def flags_of(reading: Reading) -> frozenset[str]:
    return frozenset((*reading.flags, "wants_person")) if reading.wants_person else frozenset(reading.flags)


def customer_of(reader: Reader, customer_id: str, opened_at: datetime) -> frozenset[str]:
    """Which words of `customers` hold of whoever opened a case then."""
    return known(store.earlier(reader, customer_id, opened_at), opened_at)


def known(ended: Sequence[datetime | None], opened_at: datetime) -> frozenset[str]:
    """`ended`: when each earlier case ended, None for one that is open."""
    if not ended:
        return frozenset({"new"})
    lately = any(each is not None and opened_at - each <= store.CAME_BACK_WITHIN for each in ended)
    return frozenset({"returning", "came_back"} if lately else {"returning"})
