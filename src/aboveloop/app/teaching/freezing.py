"""Frozen sets: messages with known answers that are kept apart, to weigh readers on. Never learned from.

A set is named by the digest of its rows. Rows that came from customers hold no words: they name the correction, whose
text is opened with the customer's key, and are gone with it.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.app.teaching import store
from aboveloop.app.teaching.corrections import choices_of, standing
from aboveloop.app.teaching.rows import basis_of
from aboveloop.govern.people import Person, may
from aboveloop.kit.canonical import canonical
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import NotFound, WrongUsage
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.models import Operation
from aboveloop.understand.cleaning import folded
from aboveloop.understand.examples import examples_of
from aboveloop.understand.provenance import look_through
from aboveloop.work.privacy.surroundings import of_operation

# Of what people checked, so much is kept apart: one in three, drawn by its name, whoever freezes and whenever.
ONE_IN = 3


class NothingFrozen(NotFound):
    """There is no frozen set yet."""


@dataclass(frozen=True)
class FrozenSet:
    """`rows` as they are kept: `label`, `source` and either `text` or the `correction` that holds it."""

    digest: str
    at: datetime
    by: str
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Opened:
    """The texts of a frozen set with their labels; `gone` rows were erased with their customers since."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    gone: int


def freeze(premises: Premises, given: Iterable[Mapping[str, Any]] | None, *, by: Person) -> FrozenSet:
    """Keep a set apart: the rows given (text, label, provenance), or a third of what people have checked.

    Raises MayNot, SetRefused where a row may not be used, WrongUsage where one stands among the examples.
    """
    may(by, "propose").demand()
    operation = premises.current()
    with premises.database.read() as reader:
        rows = _from_checks(premises, reader, operation) if given is None else _from_rows(operation, list(given))
    if not rows:
        raise WrongUsage("Nothing can be kept apart yet: check readings first, or give rows with `--from FILE`.")
    rows = sorted(rows, key=lambda row: canonical(row))
    digest, now = hashlib.sha256(canonical(rows)).hexdigest(), premises.house.clock.now()
    with premises.database.write() as tx:
        if store.add_frozen(tx, {"digest": digest, "at": now, "by": by.actor, "rows": rows}):
            body = {"digest": digest, "rows": len(rows)}
            premises.ledger.append(tx, case_id=HOUSE, kind="SetFrozen", at=now, actor=by.actor, body=body)
    return FrozenSet(digest, now, by.actor, tuple(rows))


def newest(reader: Reader) -> FrozenSet:
    """Raises NothingFrozen, and WrongUsage where its rows are not those of its digest."""
    rows = store.every_frozen(reader)
    if not rows:
        raise NothingFrozen("There is no frozen set to weigh readers on. Make one: `aboveloop understand freeze`.")
    found = FrozenSet(rows[0].digest, rows[0].at, rows[0].by, tuple(rows[0].rows))
    if hashlib.sha256(canonical(list(found.rows))).hexdigest() != found.digest:
        raise WrongUsage(f"The frozen set {found.digest[:12]} was changed: nothing is weighed on it. Freeze another.")
    return found


def opened(premises: Premises, reader: Reader, frozen: FrozenSet) -> Opened:
    """The texts that can still be read."""
    by_entry = {each.entry: each.text for each in standing(reader, premises.ledger)}
    texts, labels = [], []
    for row in frozen.rows:
        text = row["text"] if row["text"] is not None else by_entry.get(row["correction"])
        if text:
            texts.append(text)
            labels.append(row["label"])
    return Opened(tuple(texts), tuple(labels), len(frozen.rows) - len(texts))


def kept_apart(premises: Premises, reader: Reader) -> frozenset[str]:
    """The folded texts of every frozen set: nothing is learned from any of them."""
    every = [FrozenSet(row.digest, row.at, row.by, tuple(row.rows)) for row in store.every_frozen(reader)]
    return frozenset(folded(text) for each in every for text in opened(premises, reader, each).texts)


def _from_checks(premises: Premises, reader: Reader, operation: Operation) -> list[dict[str, Any]]:
    known = {name for name, _ in choices_of(operation)}
    learned = _examples(operation)
    return [
        {"label": each.intent, "source": "correction", "correction": each.entry, "text": None}
        for each in standing(reader, premises.ledger)
        if each.text
        and not each.also
        and each.intent in known
        and _is_drawn(each.message)
        and folded(each.text) not in learned
        and basis_of(reader, operation, each.customer_id) is not None
    ]


def _from_rows(operation: Operation, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    look_through(given, of_operation(operation)).demand()
    known, learned = {name for name, _ in choices_of(operation)}, _examples(operation)
    for number, row in enumerate(given, 1):
        if row.get("label") not in known:
            raise WrongUsage(f"Row {number} has the label {row.get('label')!r}, which is no intent of this operation.")
        if folded(str(row["text"])) in learned:
            raise WrongUsage(
                f"Row {number} stands among the examples: what was learned from tells nothing. Leave it out."
            )
    rows = {folded(row["text"]): row for row in given}
    return [
        {"label": row["label"], "source": row["provenance"]["source"], "correction": None, "text": row["text"]}
        for row in rows.values()
    ]


def _examples(operation: Operation) -> Collection[str]:
    return {folded(text) for text in examples_of(operation)[0]}


def _is_drawn(message: str) -> bool:
    return int.from_bytes(hashlib.sha256(message.encode()).digest()[:4], "big") % ONE_IN == 0
