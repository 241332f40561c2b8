"""The doctor's look at a house: what works, what does not, and what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from aboveloop.app.embeddings.renewing import looked_at
from aboveloop.app.embeddings.standing import FITTED
from aboveloop.app.paging import ADDRESS
from aboveloop.app.post import servers
from aboveloop.app.post import store as post
from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.app.reach import reach
from aboveloop.connect.email.imap import ImapInbox
from aboveloop.connect.email.server import mail_server
from aboveloop.connect.email.smtp import SmtpOutbox
from aboveloop.connect.errors import MailServerUnavailable
from aboveloop.durable import store as durable
from aboveloop.kit.errors import WrongUsage
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
    findings += _mail(premises, operation)
    findings += _embeddings(premises)
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


def _embeddings(premises: Premises) -> Iterator[Finding]:
    """The provider's embeddings, where they are set up."""
    if premises.meaning is not None:
        found = looked_at(premises, premises.meaning.vendor)
        yield Finding("embeddings", found.state == FITTED, found.sentence)


def _mail(premises: Premises, operation: Operation) -> Iterator[Finding]:
    """The mail servers of the environment, and what did not arrive."""
    channel = operation.about.channels.get(servers.EMAIL)
    address = (channel.address if channel is not None else None) or ADDRESS
    try:
        smtp, imap = mail_server("smtp"), mail_server("imap")
    except WrongUsage as error:
        yield Finding("mail", False, str(error))
        return
    if smtp is not None:
        yield _answers("mail out", SmtpOutbox(smtp, address).look, f"{smtp.host} takes our mail ({smtp.security}).")
    if imap is not None:
        positions = servers.KeptPositions(premises.database)
        inbox = ImapInbox(imap, address, positions, premises.house.clock)
        yield _answers("mail in", inbox.look, f"{inbox.mailbox} can be read ({imap.security}).")
    with premises.database.read() as reader:
        lost = post.count_state(reader, post.UNDELIVERED)
    if lost:
        yield Finding("mail", True, f"{lost} messages did not reach their customers. See /quality.")


def _answers(what: str, look: Callable[[], None], sentence: str) -> Finding:
    try:
        look()
    except MailServerUnavailable as error:
        return Finding(what, False, str(error))
    return Finding(what, True, sentence)


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
