"""The doctor's look at a house: what works, what does not, and what to do about it."""

from dataclasses import dataclass

import sqlalchemy as sa

from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.app.reach import reach
from aboveloop.durable import store as durable
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Finding:
    what: str
    ok: bool
    sentence: str


def examine(premises: Premises) -> list[Finding]:
    """Everything that a person would look at first, in that order."""
    findings = [_database(premises), _ledger(premises)]
    try:
        operation = premises.current()
    except NothingDeployed as error:
        return [*findings, Finding("release", False, str(error))]
    findings.append(Finding("release", True, f"{operation.about.title} is at work ({operation.digest[:12]})."))
    findings += [_system(premises, operation, name) for name in operation.systems]
    findings.append(_processes(premises))
    return findings


def _database(premises: Premises) -> Finding:
    try:
        with premises.database.read() as reader:
            reader.value(sa.select(1))
    except sa.exc.DBAPIError as error:
        return Finding("database", False, f"It does not answer: {error.orig}. Check --database.")
    kind = "PostgreSQL" if premises.database.is_postgres else "SQLite"
    return Finding("database", True, f"{kind} answers.")


def _ledger(premises: Premises) -> Finding:
    with premises.database.read() as reader:
        found = premises.ledger.verify(reader)
    if found.ok:
        return Finding("ledger", True, f"{found.entries} entries of {found.cases} cases hold.")
    return Finding("ledger", False, f"{found.reason} Do not go on: compare with an export.")


def _system(premises: Premises, operation: Operation, name: str) -> Finding:
    found = reach(premises, operation, name)
    return Finding(f"system {name}", found.ok, found.sentence)


def _processes(premises: Premises) -> Finding:
    now = premises.house.clock.now()
    with premises.database.read() as reader:
        processes = durable.known(reader)
    living = [process for process in processes if not process.is_dead(now)]
    if not living:
        return Finding(
            "processes", True, "No process runs turns now: start one with `aboveloop up` or `aboveloop demo`."
        )
    return Finding("processes", True, f"{len(living)} processes run turns.")
