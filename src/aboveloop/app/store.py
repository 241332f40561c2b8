"""What the doors keep (tokens that were spent) and what their overviews ask of the tables of other rooms."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.govern.store import approvals
from aboveloop.journey.reasons import NOT_UNDERSTOOD
from aboveloop.journey.store import cases, messages
from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.ledger.store import ledger_entries
from aboveloop.measure.counting import CAME_BACK, FAILED, PAID, REFUNDED, REOPENED
from aboveloop.operation.routing import URGENCY
from aboveloop.work.doubt import BECAUSE
from aboveloop.work.judgement import JUDGED, TOLD
from aboveloop.work.store import effects
from aboveloop.work.triage.store import case_triage

# Sign-in links that were used and sessions that were signed out, until they would have ended by themselves.
spent_tokens = sa.Table(
    "spent_tokens",
    metadata,
    sa.Column("nonce", sa.String, primary_key=True),
    sa.Column("until", Instant, nullable=False, index=True),
)

_c = cases.c
_asked = sa.exists().where(approvals.c.case_id == _c.id)
_uncertain = sa.exists().where(effects.c.case_id == _c.id, effects.c.state == "unknown")
_why = sa.func.coalesce(_c.handed_over_because, "")
_queue = sa.select(case_triage.c.queue).where(case_triage.c.case_id == _c.id).scalar_subquery()
_rule = sa.select(case_triage.c.rule).where(case_triage.c.case_id == _c.id).scalar_subquery()
_urgency = sa.func.coalesce(
    sa.select(case_triage.c.urgency).where(case_triage.c.case_id == _c.id).scalar_subquery(), URGENCY["normal"]
)
_in_doubt = sa.or_(_why.startswith(BECAUSE), _why == NOT_UNDERSTOOD)


@dataclass(frozen=True)
class CaseFilter:
    """Which cases: all that is given must hold. `live`: not at rest; `alone`: resolved, never given to a
    person, and no person was asked to approve anything on it; `in_doubt`: given to people because sources or claims
    disagreed or the customer was not understood. `about`: a case's id, a channel's own name for one of its
    messages, or a value that it works with, such as an order number; `came_back`: opened again, or its customer
    brought the same need within a week; `failed`: a turn of its worker ended in an error;
    `reopened`, `refunded`, `paid`: it has that outcome event, whatever came after."""

    owner: str | None = None
    live: bool | None = None
    outcome: str | None = None
    handed_over: bool | None = None
    alone: bool | None = None
    uncertain: bool | None = None
    halted: bool | None = None
    in_doubt: bool | None = None
    procedure: str | None = None
    intent: str | None = None
    channel: str | None = None
    release: str | None = None
    customer: str | None = None
    person: str | None = None
    about: str | None = None
    came_back: bool | None = None
    not_understood: bool | None = None
    failed: bool | None = None
    reopened: bool | None = None
    refunded: bool | None = None
    paid: bool | None = None
    opened_since: datetime | None = None
    queue: str | None = None
    # Whether cases that met no routing rule stand in the queue that is asked for: they do in the first one.
    or_no_rule: bool = False
    rule: str | None = None
    soonest_first: bool = False


def spend(tx: Transaction, nonce: str, until: datetime) -> bool:
    """Mark a token as spent; False when it was already."""
    return tx.add(spent_tokens, {"nonce": nonce, "until": until})


def is_spent(reader: Reader, nonce: str) -> bool:
    return reader.first(sa.select(spent_tokens.c.nonce).where(spent_tokens.c.nonce == nonce)) is not None


def forget_spent(tx: Transaction, now: datetime) -> None:
    """Remove what could not be used any more in any case."""
    tx.execute(sa.delete(spent_tokens).where(spent_tokens.c.until < now))


def find_cases(reader: Reader, wanted: CaseFilter, *, limit: int, offset: int) -> Sequence[Row[Any]]:
    """Latest changed first; or what people are to take first, first."""
    order: tuple[sa.ColumnElement[Any], ...] = (_c.updated_at.desc(), _c.id.desc())
    if wanted.soonest_first:
        order = (_urgency.asc(), sa.func.coalesce(_c.handed_over_at, _c.updated_at).asc(), _c.id.asc())
    return reader.all(sa.select(cases).where(*_conditions(wanted)).order_by(*order).limit(limit).offset(offset))


def count_found(reader: Reader, wanted: CaseFilter) -> int:
    return int(reader.value(sa.select(sa.func.count()).select_from(cases).where(*_conditions(wanted))) or 0)


def count_waiting(reader: Reader, now: datetime) -> int:
    """How many approvals wait for an answer."""
    waiting = sa.select(sa.func.count()).where(approvals.c.state == "waiting", approvals.c.expires_at > now)
    return int(reader.value(waiting) or 0)


def oldest_waiting(reader: Reader, *, limit: int) -> Sequence[Row[Any]]:
    """Cases given to people that nobody has taken yet: the most urgent first, and of those the longest waiting."""
    found = sa.select(cases).where(
        _c.owner == "waiting_on_person", _c.handed_over_at.is_not(None), _c.halted_by.is_(None)
    )
    return reader.all(found.order_by(_urgency, _c.handed_over_at).limit(limit))


def uncertain_effects(reader: Reader, *, limit: int) -> Sequence[Row[Any]]:
    """Writes that nobody can tell the outcome of, the oldest first."""
    found = sa.select(effects).where(effects.c.state == "unknown")
    return reader.all(found.order_by(effects.c.intended_at).limit(limit))


def halted_by_switch(reader: Reader) -> dict[str, int]:
    """How many cases each switch has stopped."""
    count = sa.func.count().label("found")
    found = sa.select(_c.halted_by, count).where(_c.halted_by.is_not(None)).group_by(_c.halted_by)
    return {str(row.halted_by): int(row.found) for row in reader.all(found)}


def performed_since(reader: Reader, since: datetime) -> tuple[int, int]:
    """How many writes were performed since then, and how many of them by nobody's approval."""
    approved = sa.exists().where(
        approvals.c.case_id == effects.c.case_id,
        approvals.c.digest == effects.c.digest,
        approvals.c.state == "used",
    )
    performed = sa.and_(effects.c.state == "performed", effects.c.intended_at >= since)
    count = sa.select(sa.func.count()).select_from(effects)
    return int(reader.value(count.where(performed))), int(reader.value(count.where(performed, ~approved)))


def activity(reader: Reader) -> tuple[int, int]:
    """How many messages there are, and how many writes were performed: what was done, not what came of it."""
    written = reader.value(sa.select(sa.func.count()).select_from(messages))
    performed = sa.select(sa.func.count()).select_from(effects).where(effects.c.state == "performed")
    return int(written or 0), int(reader.value(performed) or 0)


def procedures_seen(reader: Reader) -> list[str]:
    found = sa.select(_c.procedure).where(_c.procedure.is_not(None)).distinct().order_by(_c.procedure)
    return [str(row.procedure) for row in reader.all(found)]


def messages_since(reader: Reader, contact_id: str, since: datetime) -> list[datetime]:
    """When the customer wrote from this contact point since then, oldest first."""
    found = sa.select(messages.c.at).where(
        messages.c.contact_id == contact_id, messages.c.direction == "in", messages.c.at > since
    )
    return [row.at for row in reader.all(found.order_by(messages.c.number))]


def messages_numbered(reader: Reader, numbers: Collection[int]) -> Sequence[Row[Any]]:
    """The messages of these numbers that exist by now."""
    return reader.all(sa.select(messages).where(messages.c.number.in_(numbers)).order_by(messages.c.number))


def _conditions(wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    equal = {
        _c.owner: wanted.owner,
        _c.outcome: wanted.outcome,
        _c.procedure: wanted.procedure,
        _c.intent: wanted.intent,
        _c.channel: wanted.channel,
        _c.release: wanted.release,
        _c.customer_id: wanted.customer,
        _c.person_id: wanted.person,
    }
    either: list[tuple[bool | None, sa.ColumnElement[bool]]] = [
        (wanted.live, _c.owner != "resolved"),
        (wanted.handed_over, _c.handed_over_at.is_not(None)),
        (wanted.alone, sa.and_(_c.outcome == "resolved", _c.handed_over_at.is_(None), ~_asked)),
        (wanted.uncertain, _uncertain),
        (wanted.halted, _c.halted_by.is_not(None)),
        (wanted.in_doubt, _in_doubt),
        (wanted.came_back, sa.and_(_c.outcome == "resolved", sa.or_(REOPENED, CAME_BACK))),
        (wanted.not_understood, _why == NOT_UNDERSTOOD),
        (wanted.failed, FAILED),
        (wanted.reopened, REOPENED),
        (wanted.refunded, REFUNDED),
        (wanted.paid, PAID),
    ]
    found = [column == value for column, value in equal.items() if value is not None]
    found += [condition if asked else ~condition for asked, condition in either if asked is not None]
    if wanted.opened_since is not None:
        found.append(_c.opened_at >= wanted.opened_since)
    if wanted.rule is not None:
        found.append(_rule == wanted.rule)
    if wanted.queue is not None:
        found.append(sa.or_(_queue == wanted.queue, _queue.is_(None)) if wanted.or_no_rule else _queue == wanted.queue)
    return found if wanted.about is None else [*found, _about(wanted.about)]


def _about(text: str) -> sa.ColumnElement[bool]:
    """Cases that keep exactly this value, as it is written or in capitals: in what they remember, ask people or do.

    What was only read and is forgotten stands in the ledger alone, closed under the customer's key. "" is no value.
    """
    if not text:
        return sa.false()
    written = {json.dumps(each) for each in (text, text.upper())}

    def holds(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return sa.or_(*(sa.cast(column, sa.Text).contains(each, autoescape=True) for each in sorted(written)))

    return sa.or_(
        _c.id == text,
        _c.id.in_(sa.select(messages.c.case_id).where(messages.c.foreign_id == text)),
        _c.id.in_(sa.select(effects.c.case_id).where(holds(effects.c.args))),
        _c.id.in_(sa.select(approvals.c.case_id).where(holds(approvals.c.args))),
        holds(_c.memory),
    )


# --- what rules decided


_entry = ledger_entries.c
_decides = _entry.kind.in_(sorted((*JUDGED, TOLD)))
_RULES_SEALED = (
    sa.select(_entry.body)
    .where(_decides, _entry.leaf >= sa.bindparam("low"), _entry.leaf < sa.bindparam("high"))
    .order_by(_entry.leaf)
)
_RULES_UNSEALED = sa.select(_entry.body).where(_decides, _entry.leaf.is_(None))
_SEALED = sa.select(sa.func.coalesce(sa.func.max(_entry.leaf) + 1, 0))


def sealed_count(reader: Reader) -> int:
    """How many entries have their place in the ledger's tree: those never change, and none comes before them."""
    return int(reader.value(_SEALED))


def decisions_sealed(reader: Reader, low: int, high: int) -> Iterator[Mapping[str, Any]]:
    """The bodies of the decisions at leaves low..high-1."""
    return (json.loads(row.body) for row in reader.all(_RULES_SEALED, {"low": low, "high": high}))


def decisions_unsealed(reader: Reader) -> Iterator[Mapping[str, Any]]:
    """The bodies of the decisions that are not sealed yet."""
    return (json.loads(row.body) for row in reader.all(_RULES_UNSEALED))


def cases_decided_by(reader: Reader, rule: str, *, limit: int) -> list[str]:
    """The ids of the cases in which a rule decided, the latest decision first."""
    found = (
        sa.select(_entry.case_id, sa.func.max(_entry.position).label("latest"))
        .where(_decides, _entry.body.contains(json.dumps(rule), autoescape=True))
        .group_by(_entry.case_id)
        .order_by(sa.desc("latest"))
        .limit(limit)
    )
    return [row.case_id for row in reader.all(found)]
