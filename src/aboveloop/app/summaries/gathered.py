"""The summary of a case as every door shows it: gathered once, from the chain, the row and the release."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.app.reviews import what_of
from aboveloop.govern.switches import Switch, Switches
from aboveloop.journey.cases import Case
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation
from aboveloop.work.account import Account, account_of
from aboveloop.work.halting import key_of
from aboveloop.work.summaries.material import Material
from aboveloop.work.summaries.summary import Summary, summary_of


def gathered(
    premises: Premises, reader: Reader, case: Case, entries: Sequence[Entry], *, account: Account, now: datetime
) -> Material:
    """What the summary of a case is made of; `entries` are its chain, `account` its account."""
    operation = premises.operation_of(case.release)
    return Material(
        case=case,
        entries=entries,
        decisions=account.decisions,
        operation=operation,
        says=lambda name, args: _said(operation, name, args),
        now=now,
        names={person.id: person.name for person in operation.about.people},
        switch=_switch(premises, reader, operation, case),
    )


def summary(premises: Premises, reader: Reader, case: Case) -> Summary:
    """The summary of a case, now."""
    entries = premises.ledger.entries(reader, case.id)
    told = account_of(case, entries)
    return summary_of(gathered(premises, reader, case, entries, account=told, now=premises.house.clock.now()))


def _said(operation: Operation, name: str, args: Mapping[str, Any] | None) -> str:
    """An action in one line, without a full stop: sentences go on behind it."""
    return what_of(operation, name, args).rstrip(".")


def _switch(premises: Premises, reader: Reader, operation: Operation, case: Case) -> Switch | None:
    """The pause that stops the case, while it stands."""
    if case.halted_by is None:
        return None
    standing = Switches(premises.ledger, operation).all(reader)
    return next((each for each in standing if key_of(each) == case.halted_by), None)
