"""Checking: the rows of an asset, batch by batch, against its rules. Memory does not grow with the rows but for eight
bytes of each value that must be unique or stand elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aboveloop.history.contracts.rules import SKEW, Row, Rule, Rules, promise_of
from aboveloop.history.contracts.seen import Seen, hashes_of
from aboveloop.history.contracts.values import instant
from aboveloop.kit.clock import iso
from aboveloop.operation.contracts.contract import Dimension, Severity

# As many rows as somebody looks up before they know what is wrong.
NAMED_ROWS = 5
LONGEST_KEY = 64


@dataclass(frozen=True)
class Finding:
    """A broken rule: how many of how many rows break it, and the first of them by key. It holds no other value."""

    rule: str
    words: str
    fields: tuple[str, ...]
    count: int
    of: int
    rows: tuple[str, ...] = ()
    severity: Severity = "error"
    dimension: Dimension = "quality"
    measured: str = ""

    @property
    def said(self) -> str:
        """What is so, instead of what was promised."""
        first = f", first {', '.join(self.rows)}" if self.rows else ""
        said = self.measured or f"{self.count} of {self.of} rows {'breaks' if self.count == 1 else 'break'} it"
        return f"{said[0].upper()}{said[1:]}{first}."

    @property
    def sentence(self) -> str:
        """What was promised, and what is so instead."""
        return f"Promised: {self.words}. {self.said}"

    def as_json(self) -> dict[str, Any]:
        return {
            **vars(self),
            "fields": list(self.fields),
            "rows": list(self.rows),
            "said": self.said,
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class Checked:
    """What one check of an asset found. `unchecked` names the rules that could not be asked, and why."""

    asset: str
    rows: int
    findings: tuple[Finding, ...]
    checked: tuple[str, ...] = ()
    unchecked: Mapping[str, str] = field(default_factory=dict)
    newest: datetime | None = None

    @property
    def broken(self) -> tuple[Finding, ...]:
        """What pages and pauses: everything but warnings."""
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def is_kept(self) -> bool:
        return not self.broken


@dataclass
class _Count:
    count: int = 0
    rows: list[str] = field(default_factory=list)


class Checking:
    """One check under way. `parents` are the columns that others refer to (`orders.order_id`), where they are known."""

    def __init__(self, rules: Rules, *, now: datetime, parents: Mapping[str, Seen] | None = None) -> None:
        self._rules = rules
        self._now = now
        self._parents = parents or {}
        self._rows = 0
        self._counts: dict[int, _Count] = {}
        self._newest: dict[int, datetime] = {}
        places = list(enumerate(rules.rules))
        self._repeated = [(place, rule, Seen()) for place, rule in places if rule.sort == "repeated"]
        self._absent = [(place, rule) for place, rule in places if rule.sort == "absent"]
        self._aged = [(place, rule) for place, rule in places if rule.sort == "newest"]
        self._key = tuple(each.name for each in rules.asset.keys)
        self._hides_key = any(each.is_personal for each in rules.asset.keys)

    def take(self, rows: Sequence[Row]) -> None:
        """Look at the next rows."""
        broken = self._rules.broken
        for offset, row in enumerate(rows):
            for place in broken(row):
                self._note(place, rows, offset)
        for place, rule, seen in self._repeated:
            chosen, hashes = _hashed(rows, rule.fields)
            for index in seen.add(hashes).nonzero()[0]:
                self._note(place, rows, chosen[index])
        for place, rule in self._absent:
            self._look_up(place, rule, rows)
        for place, rule in self._aged:
            self._age(place, rule.fields[0], rows)
        self._rows += len(rows)

    def end(self) -> Checked:
        """What was found in all rows."""
        findings, unchecked = [], {}
        for place, rule in enumerate(self._rules.rules):
            if rule.sort == "absent" and self._parent(rule) is None:
                unchecked[rule.name] = f"The rows of {self._reference(rule)} are not at hand."
                continue
            found = self._judge(place, rule)
            if found is not None:
                findings.append(found)
        newest = max(self._newest.values(), default=None)
        names = tuple(rule.name for rule in self._rules.rules if rule.name not in unchecked)
        return Checked(self._rules.asset.name, self._rows, tuple(findings), names, unchecked, newest)

    def _judge(self, place: int, rule: Rule) -> Finding | None:
        counted = self._counts.get(place, _Count())
        if rule.sort == "newest":
            return self._judge_age(place, rule)
        count = self._rows if rule.sort == "rows" else counted.count
        measured = 100 * count / self._rows if rule.limit.percent and self._rows else count
        if rule.limit.holds(measured):
            return None
        said = f"there are {self._rows}" if rule.sort == "rows" else ""
        return self._finding(rule, count, counted.rows, said)

    def _judge_age(self, place: int, rule: Rule) -> Finding | None:
        promise, newest = promise_of(self._rules.asset, rule), self._newest.get(place)
        if promise is None or (newest is not None and self._now - newest <= promise.within):
            return None
        said = (
            "there is no row whose age could be told"
            if newest is None
            else f"the newest is of {iso(newest)}, {span_words(self._now, newest)} ago"
        )
        return self._finding(rule, self._rows, [], said)

    def _finding(self, rule: Rule, count: int, rows: Sequence[str], said: str) -> Finding:
        return Finding(
            rule=rule.name,
            words=rule.words,
            fields=rule.fields,
            count=count,
            of=self._rows,
            rows=tuple(rows),
            severity=rule.severity,
            dimension=rule.dimension,
            measured=said,
        )

    def _look_up(self, place: int, rule: Rule, rows: Sequence[Row]) -> None:
        parent = self._parent(rule)
        if parent is None:
            return
        chosen, hashes = _hashed(rows, rule.fields)
        for index in (~parent.contains(hashes)).nonzero()[0]:
            self._note(place, rows, chosen[index])

    def _parent(self, rule: Rule) -> Seen | None:
        return self._parents.get(self._reference(rule))

    def _reference(self, rule: Rule) -> str:
        referring = self._rules.asset.field(rule.fields[0])
        return referring.refers_to if referring is not None else ""

    def _age(self, place: int, name: str, rows: Sequence[Row]) -> None:
        """Keep the newest instant of a column; what lies ahead counts apart and makes nothing fresh."""
        spec = self._rules.asset.field(name)
        zone = spec.zone if spec is not None else "UTC"
        newest, latest = self._newest.get(place), self._now + SKEW
        for offset, row in enumerate(rows):
            at = instant(row.get(name), zone)
            if at is None:
                continue
            if at > latest:
                # The rule about the future stands right behind that about the newest.
                self._note(place + 1, rows, offset)
            elif newest is None or at > newest:
                newest = at
        if newest is not None:
            self._newest[place] = newest

    def _note(self, place: int, rows: Sequence[Row], offset: int) -> None:
        counted = self._counts.setdefault(place, _Count())
        counted.count += 1
        if len(counted.rows) < NAMED_ROWS:
            counted.rows.append(self._named(rows[offset], self._rows + offset + 1))

    def _named(self, row: Row, number: int) -> str:
        """The row by its key; by its number where the key is personal, empty or no key at all."""
        return key_of(row, self._key, number, hidden=self._hides_key)


def key_of(row: Row, names: Sequence[str], number: int, *, hidden: bool) -> str:
    """How a row is named to people: by its key, unless that could tell who somebody is."""
    values = [row.get(name) for name in names]
    key = "/".join(str(value) for value in values)
    plain = len(key) <= LONGEST_KEY and "@" not in key and not any(letter.isspace() for letter in key)
    is_named = bool(values) and not hidden and all(value not in (None, "") for value in values) and plain
    return key if is_named else f"row {number}"


def span_words(now: datetime, then: datetime) -> str:
    """How long ago, in whole units that somebody says."""
    seconds = max((now - then).total_seconds(), 0)
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{int(seconds)} seconds"


def _hashed(rows: Sequence[Row], names: Sequence[str]) -> tuple[list[int], Any]:
    """The offsets of the rows that have a value, and the hashes of these values."""
    if len(names) == 1:
        name = names[0]
        chosen = [offset for offset, row in enumerate(rows) if row.get(name) is not None]
        return chosen, hashes_of((rows[offset][name] for offset in chosen), len(chosen))
    chosen = [offset for offset, row in enumerate(rows) if all(row.get(name) is not None for name in names)]
    return chosen, hashes_of((tuple(rows[offset][name] for name in names) for offset in chosen), len(chosen))
