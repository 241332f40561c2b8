"""Freezing a baseline: counted, signed with the house's key, kept as a file, and its digest in the ledger.

File and entry hold each other: whoever changes one is found by the other, and the signature needs the house's key.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aboveloop.app.chartering.errors import BaselineFrozen, CharterIncomplete, CharterUnknown
from aboveloop.app.importing.footing import footing
from aboveloop.app.premises import Premises
from aboveloop.govern.people import Person, may
from aboveloop.history import our_own
from aboveloop.history import store as histories
from aboveloop.history.events import LEDGER, Event
from aboveloop.kit.canonical import digest
from aboveloop.kit.clock import from_micros, iso
from aboveloop.kit.database import Reader
from aboveloop.ledger import store as ledger_store
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.errors import CheckpointRefused
from aboveloop.ledger.notes import open_note
from aboveloop.measure.baseline import Counted, count, file_digest
from aboveloop.operation.charter_faults import missing
from aboveloop.operation.charters import Charter
from aboveloop.operation.models import Operation

KIND = "BaselineFrozen"
TITLE = "Aboveloop baseline"
BATCH = 50_000


@dataclass(frozen=True)
class Frozen:
    """A baseline as it was frozen. `said` is what the file holds, `digest` the file's, `times` how often."""

    charter: str
    said: dict[str, Any]
    digest: str
    by: str
    at: str
    times: int
    problems: tuple[str, ...]

    @property
    def stands(self) -> bool:
        return not self.problems


def charter_of(operation: Operation, name: str) -> Charter:
    """Raises CharterUnknown."""
    found = operation.charters.get(name)
    if found is None:
        known = ", ".join(operation.charters) or "none"
        raise CharterUnknown(f"There is no charter {name} in {operation.about.title}. There are: {known}.")
    return found


def counted(premises: Premises, charter: Charter) -> Counted:
    """The baseline of a charter, counted now. Raises CharterIncomplete, BaselineEmpty and HistoryNotFound."""
    spec = charter.baseline
    if spec is None:
        raise CharterIncomplete(f"The charter {charter.charter} does not say what its baseline is (`baseline`).")
    zone = ZoneInfo(premises.current().about.timezone)
    if spec.history == LEDGER:
        with premises.database.read() as reader:
            return count(our_own.events(reader), spec, zone)
    return count(events_of(histories.find(premises.settings.home, spec.history)), spec, zone)


def freeze(premises: Premises, name: str, *, by: Person, because: str = "") -> Frozen:
    """Count and freeze. Raises MayNot, CharterIncomplete, BaselineFrozen where one stands and no reason is given."""
    may(by, "propose").demand()
    operation = premises.current()
    charter = charter_of(operation, name)
    lacks = missing(operation, charter)
    if lacks:
        raise CharterIncomplete(f"Nothing was frozen: success is agreed before anything is counted. {' '.join(lacks)}")
    with premises.database.read() as reader:
        before = find(premises, reader, charter)
    if before is not None and not because.strip():
        raise BaselineFrozen(f"The baseline of {name} is frozen since {before.at}. Say --because with why it is anew.")
    found, now = counted(premises, charter), premises.house.clock.now()
    lane = _lane_of(premises, operation, charter)
    said = {
        "charter": name,
        "promise": promise(charter),
        "at": iso(now),
        "by": by.actor,
        "because": because.strip(),
        **found.as_json(),
        **lane,
    }
    note = premises.ledger.sign(f"{TITLE}\n{json.dumps(said, sort_keys=True, ensure_ascii=False)}\n")
    body = {
        "charter": name,
        "file": file_digest(note),
        "promise": promise(charter),
        "value": f"{found.interval.value:.6g}",
        "low": f"{found.interval.low:.6g}",
        "high": f"{found.interval.high:.6g}",
        "cases": found.interval.rows,
        "rows": found.rows,
        "because": because.strip(),
        **lane,
    }
    with premises.database.write() as tx:
        premises.ledger.append(tx, case_id=HOUSE, kind=KIND, at=now, actor=by.actor, body=body)
    path = file_of(premises, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(note, encoding="utf-8")
    with premises.database.read() as reader:
        frozen = find(premises, reader, charter)
    assert frozen is not None, "it was written above"
    return frozen


def _lane_of(premises: Premises, operation: Operation, charter: Charter) -> dict[str, str]:
    """What the history was fit for when the before was counted from it; nothing where that cannot be told."""
    assert charter.baseline is not None, "it was counted"
    with premises.database.read() as reader:
        found = footing(premises, reader, operation, charter.baseline.history)
    return {"lane": found.lane} if found is not None else {}


def file_of(premises: Premises, name: str) -> Path:
    return premises.settings.home / "baselines" / f"{name}.txt"


def find(premises: Premises, reader: Reader, charter: Charter) -> Frozen | None:
    """The baseline frozen last, with everything that was changed since; None where none was frozen."""
    conditions = ledger_store.matching({"case_id": HOUSE, "kind": KIND}, None)
    rows = [row for batch in ledger_store.find(reader, conditions) for row in batch]
    of = [(row, body) for row in rows if (body := json.loads(row.body))["charter"] == charter.charter]
    if not of:
        return None
    row, body = of[-1]
    problems, said = _file_problems(premises, charter.charter, body)
    if body["promise"] != promise(charter):
        problems.append("The charter promises something else than when its baseline was frozen.")
    at = iso(from_micros(row.at))
    return Frozen(charter.charter, said, body["file"], row.actor, at, len(of), tuple(problems))


def _file_problems(premises: Premises, name: str, body: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """What is wrong with the file, and what it says; the entry's own words where it says nothing."""
    path = file_of(premises, name)
    bare = {"value": float(body["value"]), "low": float(body["low"]), "high": float(body["high"]),
            "rows": body["cases"], "rows_digest": body["rows"]} | {"lane": body.get("lane", "")}  # fmt: skip
    if not path.is_file():
        return [f"The file of the baseline is gone: {path}."], bare
    note = path.read_text(encoding="utf-8")
    try:
        text = open_note(note, premises.ledger.public_key)
    except CheckpointRefused:
        return [f"The file of the baseline was changed: the house's key did not sign what {path} says."], bare
    said: dict[str, Any] = json.loads(text.split("\n")[1])
    if file_digest(note) != body["file"]:
        return ["The file of the baseline is not the one that the ledger names."], said
    if f"{said['value']:.6g}" != body["value"] or said["rows_digest"] != body["rows"]:
        return ["File and ledger say different numbers."], said
    return [], said


def promise(charter: Charter) -> str:
    """The digest of what was agreed before anything was built: what is counted, and what counts as a success."""
    agreed = charter.model_dump(mode="json", include={"outcome", "pain_point", "team", "kpi", "success", "baseline"})
    return digest(agreed)


def events_of(history: histories.History) -> Iterator[Event]:
    """Every event of a history, a batch in memory at a time."""
    for batch in histories.table(history).to_batches(max_chunksize=BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        yield from (Event(*row) for row in zip(*columns, strict=True))
