"""Records that are read at work, held to what each alone shows. Only noted here: a turn waits for no table.

What is noted is taken up within a second by the round of any process; each rule is noted once, however often it breaks.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.app.contracts.breaches import Broken
from aboveloop.app.contracts.rows import listed
from aboveloop.connect.errors import SystemMisdescribed
from aboveloop.history.contracts.checking import NAMED_ROWS, Finding, key_of
from aboveloop.history.contracts.rules import Rules, compile_rules
from aboveloop.operation.contracts.contract import all_assets
from aboveloop.operation.models import Operation

# A list that is read at work fits a page; a longer one is looked at whole by the next check.
MOST_ROWS = 200


@dataclass(frozen=True)
class Held:
    """One read and the rules that its records are held to."""

    contract: str
    rules: Rules
    rows: str
    key: tuple[str, ...]
    hides_key: bool


@dataclass(frozen=True)
class Noticed:
    """A rule of a contract that records broke at work, under which release."""

    release: str
    contract: str
    broken: Broken


@dataclass
class _Noted:
    rule: int
    held: Held
    count: int = 0
    rows: int = 0
    keys: tuple[str, ...] = ()


class LiveChecks:
    """Notes what records break. Threads may share it."""

    def __init__(self) -> None:
        self._noted: dict[tuple[str, str, str, int], _Noted] = {}
        self._lock = threading.Lock()

    def notice_for(self, operation: Operation) -> Callable[[str, Any], None] | None:
        """What is to be told of every read of this operation's systems; None where no contract looks at any."""
        table: dict[str, list[Held]] = {}
        for contract, asset in all_assets(operation.contracts):
            rules = compile_rules(asset) if asset.live else None
            for live in asset.live:
                assert rules is not None, "compiled where there are live reads"
                key = tuple(field.name for field in asset.keys)
                hides = any(field.is_personal for field in asset.keys)
                held = Held(contract.name, rules.live(live.fields), live.rows, key, hides)
                table.setdefault(live.read, []).append(held)
        if not table:
            return None

        def notice(name: str, answer: Any) -> None:
            for held in table.get(name, ()):
                self._look(operation.digest, held, answer)

        return notice

    def take(self) -> list[Noticed]:
        """What was noted since the last time."""
        with self._lock:
            noted, self._noted = self._noted, {}
        return [Noticed(release, contract, _broken(each)) for (release, contract, _, _), each in noted.items()]

    def _look(self, release: str, held: Held, answer: Any) -> None:
        try:
            rows = listed(answer, held.rows)[:MOST_ROWS]
        except SystemMisdescribed:
            # Another shape than the contract says: the answer's own schema speaks of that.
            return
        for row in rows:
            for place in held.rules.broken(row):
                self._note(release, held, place, row, len(rows))

    def _note(self, release: str, held: Held, place: int, row: Mapping[str, Any], rows: int) -> None:
        slot = (release, held.contract, held.rules.asset.name, place)
        with self._lock:
            noted = self._noted.setdefault(slot, _Noted(place, held))
            noted.count += 1
            noted.rows += rows
            if len(noted.keys) < NAMED_ROWS:
                key = key_of(row, held.key, noted.count, hidden=held.hides_key)
                noted.keys = tuple(dict.fromkeys((*noted.keys, key)))


def _broken(noted: _Noted) -> Broken:
    rule = noted.held.rules.rules[noted.rule]
    number = (
        "a record that workers read breaks" if noted.count == 1 else f"{noted.count} records that workers read break"
    )
    finding = Finding(
        rule=rule.name,
        words=rule.words,
        fields=rule.fields,
        count=noted.count,
        of=noted.rows,
        rows=noted.keys,
        dimension=rule.dimension,
        measured=f"{number} it",
    )
    return Broken(noted.held.rules.asset.name, finding)
