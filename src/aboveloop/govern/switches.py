"""Switches: a person pauses a worker, a procedure, an operation, a channel or everything.

A switch holds before the next action, loses no configuration, and is itself in the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.engine import Row

from aboveloop.govern import store
from aboveloop.govern.errors import NotPaused, ReasonMissing, SwitchUnknown
from aboveloop.govern.paging.pager import raise_page
from aboveloop.govern.people import Person, may
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation

Scope = Literal["worker", "procedure", "operation", "channel", "all"]


@dataclass(frozen=True)
class Switch:
    """A pause that stands. `name` is "" for everything; `thrown_by` is `person:<id>` or `house`. `id` is another one
    when somebody else made the pause theirs."""

    scope: Scope
    name: str
    thrown_by: str
    because: str
    thrown_at: datetime
    id: str = ""

    @property
    def sentence(self) -> str:
        """What is paused, by whom and why."""
        return (
            f"{_words(self.scope, self.name)} is paused by {self.thrown_by} since {iso(self.thrown_at)}: {self.because}"
        )


class Switches:
    """Throws and releases switches. `workers` are the names of workers that are not procedures (models)."""

    def __init__(self, ledger: Ledger, operation: Operation, workers: frozenset[str] = frozenset()) -> None:
        self._ledger = ledger
        self._operation = operation
        self._workers = workers | operation.procedures.keys()

    def pause(
        self, tx: Transaction, scope: Scope, *, name: str = "", by: Person | None, because: str, now: datetime
    ) -> Switch:
        """Throw a switch; where it stands already, that one. `by` is None when the house itself stops something.

        What the house has paused and a person pauses too is theirs from then on: the house does not end it any more.
        Raises MayNot, ReasonMissing and SwitchUnknown.
        """
        if by is not None:
            may(by, "pause").demand()
        if not because.strip():
            raise ReasonMissing(f"{_words(scope, name)} was not paused: say why, so that others know when to resume.")
        self._refuse_unknown(scope, name)
        actor = by.actor if by is not None else HOUSE
        switch_id = new_id("switch")
        values = {"id": switch_id, "scope": scope, "name": name}
        row = store.throw_switch(tx, {**values, "thrown_by": actor, "because": because, "thrown_at": now})
        if row.id != switch_id and by is not None and row.thrown_by == HOUSE:
            row = self._keep(tx, row, {"id": switch_id, "thrown_by": actor, "because": because}, now)
        elif row.id == switch_id:
            body = {"scope": scope, "name": name, "because": because}
            self._ledger.append(tx, case_id=HOUSE, kind="SwitchThrown", at=now, actor=actor, body=body)
            if by is None:
                # Whatever stops without a person is looked at by one.
                reason, about = f"{_words(scope, name)} was paused by the house: {because}", f"switch:{scope}:{name}"
                raise_page(tx, self._ledger, reason=reason, severity="critical", about=about, now=now)
        return _switch(row)

    def stop(self, tx: Transaction, scope: Scope, *, name: str, because: str, now: datetime) -> Switch:
        """As `pause` by the house, for a caller that calls people about the whole of which this is a part.

        Raises SwitchUnknown.
        """
        self._refuse_unknown(scope, name)
        switch_id = new_id("switch")
        values = {"id": switch_id, "scope": scope, "name": name, "thrown_by": HOUSE}
        row = store.throw_switch(tx, {**values, "because": because, "thrown_at": now})
        if row.id == switch_id:
            body = {"scope": scope, "name": name, "because": because}
            self._ledger.append(tx, case_id=HOUSE, kind="SwitchThrown", at=now, actor=HOUSE, body=body)
        return _switch(row)

    def end(self, tx: Transaction, switch: Switch, *, because: str, now: datetime) -> bool:
        """The house ends a pause of its own. False where it does not stand any more, or is a person's by now."""
        row = store.end_switch(tx, switch.id, HOUSE)
        if row is None:
            return False
        body = {"scope": row.scope, "name": row.name, "because": because, "thrown_at": iso(row.thrown_at)}
        self._ledger.append(tx, case_id=HOUSE, kind="SwitchReleased", at=now, actor=HOUSE, body=body)
        return True

    def resume(
        self, tx: Transaction, scope: Scope, *, name: str = "", by: Person, because: str, now: datetime
    ) -> Switch:
        """Release a switch and say which one stood. Raises MayNot, ReasonMissing and NotPaused."""
        may(by, "resume").demand()
        if not because.strip():
            raise ReasonMissing(f"{_words(scope, name)} was not resumed: say why it may go on.")
        row = store.release_switch(tx, scope, name)
        if row is None:
            raise NotPaused(f"{_words(scope, name)} is not paused, so there is nothing to resume.")
        body = {"scope": scope, "name": name, "because": because, "thrown_at": iso(row.thrown_at)}
        self._ledger.append(tx, case_id=HOUSE, kind="SwitchReleased", at=now, actor=by.actor, body=body)
        return _switch(row)

    def standing(
        self, reader: Reader, *, worker: str = "", procedure: str = "", operation: str = "", channel: str = ""
    ) -> Switch | None:
        """The switch that stops this action, the longest standing if several do; None when it may go on."""
        named = {"worker": worker, "procedure": procedure, "operation": operation, "channel": channel}
        places = [("all", ""), *((scope, name) for scope, name in named.items() if name)]
        rows = store.switches_at(reader, places)
        return _switch(rows[0]) if rows else None

    def all(self, reader: Reader) -> list[Switch]:
        """Every switch that stands, the longest standing first."""
        return [_switch(row) for row in store.all_switches(reader)]

    def _keep(self, tx: Transaction, row: Row[Any], values: Mapping[str, Any], now: datetime) -> Row[Any]:
        """A person makes a pause of the house their own; since when it stands does not change."""
        kept = store.keep_switch(tx, row.id, values)
        if kept is None:
            return row
        body = {"scope": row.scope, "name": row.name, "because": values["because"], "thrown_because": row.because}
        self._ledger.append(tx, case_id=HOUSE, kind="SwitchKept", at=now, actor=values["thrown_by"], body=body)
        return kept

    def _refuse_unknown(self, scope: Scope, name: str) -> None:
        operation = self._operation
        known = {
            "worker": name in self._workers,
            "procedure": name in operation.procedures,
            "operation": operation.system_operation(name) is not None,
            "channel": name in operation.about.channels,
            "all": name == "",
        }
        if not known.get(scope, False):
            raise SwitchUnknown(f"There is no {scope} {name!r} in {operation.about.title}, so nothing was paused.")


def _switch(row: Row[Any]) -> Switch:
    return Switch(row.scope, row.name, row.thrown_by, row.because, row.thrown_at, row.id)


def _words(scope: str, name: str) -> str:
    return "Everything" if scope == "all" else f"The {scope} {name}"
