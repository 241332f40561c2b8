"""Customers, contact points, journeys, cases and messages: tables and the queries on them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.kit.prepared import Prepared

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    # The customer's id in the system of record, once proved; several contact points then lead here.
    sa.Column("known_as", sa.String, unique=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("erased_at", Instant),
    # Set when this record turned out to be another customer's: erasing that one erases this one too.
    sa.Column("merged_into", sa.String, index=True),
)

contact_points = sa.Table(
    "contact_points",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("address", sa.String, nullable=False),
    sa.UniqueConstraint("channel", "address"),
)

journeys = sa.Table(
    "journeys",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("phase", sa.String, nullable=False),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("journey_id", sa.ForeignKey("journeys.id"), nullable=False, index=True),
    sa.Column("contact_id", sa.ForeignKey("contact_points.id"), nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("release", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False, index=True),
    sa.Column("person_id", sa.String),
    sa.Column("intent", sa.String),
    sa.Column("procedure", sa.String),
    # resolved | refused | None while open; `handed_over_at` is set when a worker gave it to a person.
    sa.Column("outcome", sa.String),
    sa.Column("handed_over_at", Instant),
    sa.Column("handed_over_because", sa.Text),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False, index=True),
    sa.Column("resolved_at", Instant),
    # Who is verified here: contact point and customer id in the system of record.
    sa.Column("verified_contact", sa.String),
    sa.Column("verified_as", sa.String),
    # The memory of the procedure's runs, and the fence: only the turn named here may change the case.
    sa.Column("memory", sa.JSON, nullable=False),
    sa.Column("fence", sa.String),
    # The switch that stopped this case, while it is thrown.
    sa.Column("halted_by", sa.String, index=True),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("case_id", sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("contact_id", sa.ForeignKey("contact_points.id"), nullable=False, index=True),
    sa.Column("direction", sa.String, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("template", sa.String),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("at", Instant, nullable=False),
    # Of the channel: the same message handed in twice is one message.
    sa.Column("foreign_id", sa.String),
    sa.Column("handled_at", Instant),
    sa.Column("delivered_at", Instant),
    sa.UniqueConstraint("contact_id", "foreign_id"),
)


# Statements that every turn needs are compiled once: building them anew costs more than running them.
_INSERT = {table.name: Prepared(sa.insert(table)) for table in (customers, contact_points, journeys, cases, messages)}
_UPDATE_CASE = Prepared(sa.update(cases).where(cases.c.id == sa.bindparam("which")))
_FENCE_CASE = Prepared(
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("which"))
    .values(fence=sa.bindparam("fence"))
    .returning(*cases.columns)
)
_UPDATE_JOURNEY = Prepared(sa.update(journeys).where(journeys.c.id == sa.bindparam("which")))
_UPDATE_MESSAGE = Prepared(sa.update(messages).where(messages.c.id == sa.bindparam("which")))
_CONTACT = Prepared(
    sa.select(contact_points).where(
        contact_points.c.channel == sa.bindparam("channel"), contact_points.c.address == sa.bindparam("address")
    )
)
_CONTACT_BY_ID = Prepared(sa.select(contact_points).where(contact_points.c.id == sa.bindparam("id")))
_CUSTOMER = Prepared(sa.select(customers).where(customers.c.id == sa.bindparam("id")))
_CUSTOMER_KNOWN_AS = Prepared(sa.select(customers).where(customers.c.known_as == sa.bindparam("known_as")))
_LATEST_CASE = Prepared(
    sa.select(cases)
    .where(cases.c.customer_id == sa.bindparam("customer_id"))
    .order_by(
        (cases.c.owner == "resolved").asc(),
        # Of two open cases, the one that has asked something is the one that is answered.
        (cases.c.owner == "waiting_on_customer").desc(),
        cases.c.updated_at.desc(),
    )
    .limit(1)
)
_CASE_BEFORE = Prepared(
    sa.select(cases)
    .where(cases.c.customer_id == sa.bindparam("customer_id"), cases.c.id != sa.bindparam("id"))
    .order_by(cases.c.updated_at.desc())
    .limit(1)
)
_OPEN_JOURNEY = Prepared(
    sa.select(journeys)
    .where(journeys.c.customer_id == sa.bindparam("customer_id"), journeys.c.ended_at.is_(None))
    .order_by(journeys.c.began_at.desc())
    .limit(1)
)
_BY_ID = sa.select(cases).where(cases.c.id == sa.bindparam("id"))
_CASE, _CASE_LOCKED = Prepared(_BY_ID), Prepared(_BY_ID.with_for_update())
_BY_FOREIGN_ID = Prepared(
    sa.select(messages).where(
        messages.c.contact_id == sa.bindparam("contact_id"), messages.c.foreign_id == sa.bindparam("foreign_id")
    )
)
_LATEST_OF_CUSTOMER = Prepared(
    sa.select(cases)
    .where(cases.c.customer_id == sa.bindparam("customer_id"))
    .order_by(cases.c.updated_at.desc())
    .limit(sa.bindparam("at_most"))
)
_MESSAGE = Prepared(sa.select(messages).where(messages.c.id == sa.bindparam("id")))
_OF_CASE = sa.select(messages).where(messages.c.case_id == sa.bindparam("case_id")).order_by(messages.c.number)
_MESSAGES = Prepared(_OF_CASE)
_UNHANDLED = Prepared(_OF_CASE.where(messages.c.direction == "in", messages.c.handled_at.is_(None)))
_MESSAGES_AFTER = Prepared(
    sa.select(messages)
    .where(messages.c.number > sa.bindparam("number"))
    .order_by(messages.c.number)
    .limit(sa.bindparam("at_most"))
)
_LAST_MESSAGE = Prepared(sa.select(sa.func.max(messages.c.number)))


def contact(reader: Reader, channel: str, address: str) -> Row[Any] | None:
    return reader.first(_CONTACT, {"channel": channel, "address": address})


def contact_by_id(reader: Reader, contact_id: str) -> Row[Any] | None:
    return reader.first(_CONTACT_BY_ID, {"id": contact_id})


def contacts_of(reader: Reader, customer_id: str) -> Sequence[Row[Any]]:
    return reader.all(sa.select(contact_points).where(contact_points.c.customer_id == customer_id))


def customer_known_as(reader: Reader, known_as: str) -> Row[Any] | None:
    return reader.first(_CUSTOMER_KNOWN_AS, {"known_as": known_as})


def customer(reader: Reader, customer_id: str) -> Row[Any] | None:
    return reader.first(_CUSTOMER, {"id": customer_id})


def insert(tx: Transaction, table: sa.Table, values: Mapping[str, object]) -> None:
    tx.change(_INSERT[table.name], values)


def customers_of(reader: Reader, case_ids: Collection[str]) -> dict[str, str]:
    """The customer of each of these cases."""
    if not case_ids:
        return {}
    found = reader.all(sa.select(cases.c.id, cases.c.customer_id).where(cases.c.id.in_(case_ids)))
    return {row.id: row.customer_id for row in found}


def latest_case(reader: Reader, customer_id: str) -> Row[Any] | None:
    """The customer's open case if there is one, else the one that was resolved last."""
    return reader.first(_LATEST_CASE, {"customer_id": customer_id})


def case_before(reader: Reader, customer_id: str, case_id: str) -> Row[Any] | None:
    """The customer's case that changed last, but for this one."""
    return reader.first(_CASE_BEFORE, {"customer_id": customer_id, "id": case_id})


def open_journey(reader: Reader, customer_id: str) -> Row[Any] | None:
    return reader.first(_OPEN_JOURNEY, {"customer_id": customer_id})


def case(reader: Reader, case_id: str) -> Row[Any] | None:
    return reader.first(_CASE, {"id": case_id})


def lock_case(tx: Transaction, case_id: str) -> Row[Any] | None:
    """The case, locked until the transaction ends (on SQLite a writer is alone already)."""
    return tx.first(_CASE_LOCKED if tx.is_postgres else _CASE, {"id": case_id})


def update_case(tx: Transaction, case_id: str, values: Mapping[str, object]) -> None:
    tx.change(_UPDATE_CASE, {**values, "which": case_id})


def fence_case(tx: Transaction, case_id: str, fence: str) -> Row[Any] | None:
    """Set the fence and give the case; None where there is none."""
    return tx.first(_FENCE_CASE, {"fence": fence, "which": case_id})


def update_journey(tx: Transaction, journey_id: str, values: Mapping[str, object]) -> None:
    tx.change(_UPDATE_JOURNEY, {**values, "which": journey_id})


def move_contacts(tx: Transaction, from_customer: str, to_customer: str) -> None:
    """Everything of one customer becomes another's: they are the same person."""
    for table in (contact_points, journeys, cases):
        tx.execute(sa.update(table).where(table.c.customer_id == from_customer).values(customer_id=to_customer))
    tx.execute(
        sa.update(customers)
        .where((customers.c.id == from_customer) | (customers.c.merged_into == from_customer))
        .values(merged_into=to_customer)
    )


def merged_customers(reader: Reader, customer_id: str) -> list[str]:
    """This customer's id and those of all records that turned out to be the same person."""
    rows = reader.all(sa.select(customers.c.id).where(customers.c.merged_into == customer_id))
    return [customer_id, *(row.id for row in rows)]


def set_known_as(tx: Transaction, customer_id: str, known_as: str) -> None:
    tx.execute(sa.update(customers).where(customers.c.id == customer_id).values(known_as=known_as))


def message_by_foreign_id(reader: Reader, contact_id: str, foreign_id: str) -> Row[Any] | None:
    return reader.first(_BY_FOREIGN_ID, {"contact_id": contact_id, "foreign_id": foreign_id})


def message(reader: Reader, message_id: str) -> Row[Any] | None:
    return reader.first(_MESSAGE, {"id": message_id})


def messages_of(reader: Reader, case_id: str, *, unhandled: bool = False) -> Sequence[Row[Any]]:
    return reader.all(_UNHANDLED if unhandled else _MESSAGES, {"case_id": case_id})


def messages_for_contact(reader: Reader, contact_id: str, after: int) -> Sequence[Row[Any]]:
    return reader.all(
        sa.select(messages)
        .where(messages.c.contact_id == contact_id, messages.c.number > after)
        .order_by(messages.c.number)
        .limit(500)
    )


def messages_after(reader: Reader, number: int, *, limit: int = 500) -> Sequence[Row[Any]]:
    return reader.all(_MESSAGES_AFTER, {"number": number, "at_most": limit})


def last_message_number(reader: Reader) -> int:
    return int(reader.value(_LAST_MESSAGE) or 0)


def mark_handled(tx: Transaction, message_id: str, now: datetime) -> None:
    tx.change(_UPDATE_MESSAGE, {"handled_at": now, "which": message_id})


def mark_delivered(tx: Transaction, message_id: str, now: datetime) -> None:
    tx.change(_UPDATE_MESSAGE, {"delivered_at": now, "which": message_id})


def move_message(tx: Transaction, message_id: str, case_id: str) -> None:
    tx.execute(sa.update(messages).where(messages.c.id == message_id).values(case_id=case_id))


def latest_of_customer(reader: Reader, customer_id: str, limit: int) -> Sequence[Row[Any]]:
    """A customer's cases, the latest changed first."""
    return reader.all(_LATEST_OF_CUSTOMER, {"customer_id": customer_id, "at_most": limit})


def list_cases(
    reader: Reader, *, owner: str | None = None, customer_id: str | None = None, limit: int = 100, offset: int = 0
) -> Sequence[Row[Any]]:
    query = sa.select(cases).order_by(cases.c.updated_at.desc()).limit(limit).offset(offset)
    if owner is not None:
        query = query.where(cases.c.owner == owner)
    if customer_id is not None:
        query = query.where(cases.c.customer_id == customer_id)
    return reader.all(query)


def count_cases(reader: Reader) -> list[tuple[str, str | None, bool, int]]:
    """Counts by owner, outcome and whether the case was ever handed over to a person."""
    handed = cases.c.handed_over_at.is_not(None).label("was_handed")
    number = sa.func.count().label("number")
    query = sa.select(cases.c.owner, cases.c.outcome, handed, number).group_by(cases.c.owner, cases.c.outcome, handed)
    return [(row.owner, row.outcome, bool(row.was_handed), int(row.number)) for row in reader.all(query)]


def erase_customer(tx: Transaction, customer_id: str, now: datetime) -> None:
    """Blank what state tables hold of a person: texts, addresses, who they proved to be and the memory of runs."""
    ids = sa.select(cases.c.id).where(cases.c.customer_id == customer_id)
    theirs = messages.c.case_id.in_(ids)
    # Nothing is left to be heard of what was not heard yet.
    unheard = sa.and_(theirs, messages.c.direction == "in", messages.c.handled_at.is_(None))
    tx.execute(sa.update(messages).where(unheard).values(handled_at=now))
    tx.execute(sa.update(messages).where(theirs).values(text="(erased)", subject=None, foreign_id=None))
    blank: dict[str, object] = {
        "memory": {},
        "handed_over_because": None,
        "verified_as": None,
        "verified_contact": None,
    }
    tx.execute(sa.update(cases).where(cases.c.customer_id == customer_id).values(blank))
    tx.execute(
        sa.update(contact_points)
        .where(contact_points.c.customer_id == customer_id)
        .values(address=sa.literal("erased:") + contact_points.c.id)
    )
    tx.execute(sa.update(customers).where(customers.c.id == customer_id).values(known_as=None, erased_at=now))


def open_cases_of_release(reader: Reader, release: str) -> list[str]:
    """The cases on a release that have not ended, oldest first."""
    found = sa.select(cases.c.id).where(cases.c.release == release, cases.c.owner != "resolved")
    return [row.id for row in reader.all(found.order_by(cases.c.id))]


def halted_cases(reader: Reader, switch_key: str) -> list[str]:
    return [row.id for row in reader.all(sa.select(cases.c.id).where(cases.c.halted_by == switch_key))]


def case_ids_of(reader: Reader, customer_id: str) -> list[str]:
    return [row.id for row in reader.all(sa.select(cases.c.id).where(cases.c.customer_id == customer_id))]


def resolved_case_ids(reader: Reader) -> set[str]:
    """Cases that ended resolved without ever having been handed over."""
    query = sa.select(cases.c.id).where(cases.c.outcome == "resolved", cases.c.handed_over_at.is_(None))
    return {row.id for row in reader.all(query)}
