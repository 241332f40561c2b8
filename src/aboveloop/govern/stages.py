"""Stages: how much each procedure's worker may do alone, set by a person who may, for all or the canary only.

What a person set counts before what operation.yaml says, and that before what the house was opened with. Neither file
nor house goes beyond the stage in which a procedure was admitted when its release was put to work; what was never
admitted where others were is in shadow. A house that was opened in shadow or assist lets nobody do more than that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.engine import Row

from aboveloop.govern import store
from aboveloop.govern.errors import ReasonMissing, StageUnknown
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import Person, may
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation import environments
from aboveloop.operation.models import Operation

Where = Literal["", "canary"]
# From the most careful to the freest.
ORDER = tuple(Stage)
# A house that was opened in one of these holds every procedure there, whatever was set before.
CAUTIOUS = (Stage.SHADOW, Stage.ASSIST)


# The environment under which the stage is kept that a procedure was admitted in.
ADMITTED = "admitted"


@dataclass(frozen=True)
class Admission:
    """The most that a procedure may do until a person sets its stage, and why."""

    stage: Stage
    because: str


@dataclass(frozen=True)
class StageSet:
    """What a person set for a procedure. `where` is "" for everywhere."""

    procedure: str
    stage: Stage
    where: Where
    set_by: str
    because: str
    set_at: datetime


@dataclass(frozen=True)
class Setting:
    """A stage that somebody wants to set, and why."""

    procedure: str
    stage: Stage
    because: str
    where: Where = ""


def set_stage(
    tx: Transaction, operation: Operation, setting: Setting, *, ledger: Ledger, by: Person, now: datetime
) -> StageSet:
    """Set it. Who may pause or release may make it stricter; only who may release makes it freer.

    Raises MayNot, ReasonMissing and StageUnknown.
    """
    name = setting.procedure
    if name not in operation.procedures:
        raise StageUnknown(f"There is no procedure {name!r} in {operation.about.title}, so no stage was set.")
    before = effective(tx, operation, name, of_house=Stage.SUPERVISED, on_canary=setting.where == "canary")
    stricter = ORDER.index(setting.stage) < ORDER.index(before)
    if not (stricter and "pause" in by.may):
        may(by, "promote").demand()
    if not setting.because.strip():
        raise ReasonMissing(f"The stage of {name} was not set: say why, so that others know when to change it.")
    values = {"environment": setting.where, "procedure": name, "stage": setting.stage.value}
    store.set_stage(tx, {**values, "set_by": by.actor, "because": setting.because, "set_at": now})
    body = {**values, "before": before.value, "because": setting.because}
    ledger.append(tx, case_id=HOUSE, kind="StageSet", at=now, actor=by.actor, body=body, release=operation.digest)
    return StageSet(name, setting.stage, setting.where, by.actor, setting.because, now)


def fall_back(
    tx: Transaction, operation: Operation, setting: Setting, *, ledger: Ledger, before: Stage, now: datetime
) -> None:
    """The house makes a procedure stricter by itself; freer it never does. `before` is the stage that it stood in."""
    assert ORDER.index(setting.stage) < ORDER.index(before), "the house only brings procedures down"
    values = {"environment": setting.where, "procedure": setting.procedure, "stage": setting.stage.value}
    store.set_stage(tx, {**values, "set_by": HOUSE, "because": setting.because, "set_at": now})
    body = {**values, "before": before.value, "because": setting.because}
    ledger.append(tx, case_id=HOUSE, kind="StageSet", at=now, actor=HOUSE, body=body, release=operation.digest)


def admit(
    tx: Transaction,
    operation: Operation,
    admissions: Mapping[str, Admission],
    *,
    ledger: Ledger,
    by: str,
    now: datetime,
) -> None:
    """Keep how far procedures of a release may go by themselves. Only what differs from before is written."""
    known = admitted(tx)
    fresh = {name: each for name, each in admissions.items() if known.get(name) is not each.stage}
    for name, each in fresh.items():
        values = {"environment": ADMITTED, "procedure": name, "stage": each.stage.value}
        store.set_stage(tx, {**values, "set_by": by, "because": each.because, "set_at": now})
    if fresh:
        told = {name: {"stage": each.stage.value, "because": each.because} for name, each in fresh.items()}
        body = {"admitted": told}
        ledger.append(tx, case_id=HOUSE, kind="StagesAdmitted", at=now, actor=by, body=body, release=operation.digest)


def admitted(reader: Reader) -> dict[str, Stage]:
    """The stage in which each procedure was admitted; nothing in a house that was set up before any was."""
    return {row.procedure: Stage(row.stage) for row in store.all_stages(reader) if row.environment == ADMITTED}


def all_set(reader: Reader) -> list[StageSet]:
    """What people set, by procedure."""
    return [
        StageSet(row.procedure, Stage(row.stage), _where(row), row.set_by, row.because, row.set_at)
        for row in store.all_stages(reader)
        if row.environment != ADMITTED
    ]


def chosen(reader: Reader, operation: Operation, procedure: str) -> StageSet | None:
    """What was set for cases of this release that run this procedure; None where nobody set anything."""
    found = {each.where: each for each in all_set(reader) if each.procedure == procedure}
    return (found.get("canary") if _is_canary(reader, operation) else None) or found.get("")


def effective(
    reader: Reader, operation: Operation, procedure: str, *, of_house: Stage, on_canary: bool | None = None
) -> Stage:
    """The stage in which a case of this release runs this procedure. `on_canary` is found out where it matters."""
    rows = store.all_stages(reader)
    found = {row.environment: Stage(row.stage) for row in rows if row.procedure == procedure}
    declared = Stage(operation.about.stages.get(procedure, of_house))
    unknown = Stage.SHADOW if any(row.environment == ADMITTED for row in rows) else declared
    chosen = found.get("", min(declared, found.get(ADMITTED, unknown), key=ORDER.index))
    if "canary" in found and (_is_canary(reader, operation) if on_canary is None else on_canary):
        chosen = found["canary"]
    return min(chosen, of_house, key=ORDER.index) if of_house in CAUTIOUS else chosen


def _is_canary(reader: Reader, operation: Operation) -> bool:
    placed = environments.placed(reader, "canary")
    return placed is not None and placed.release.digest == operation.digest


def _where(row: Row[Any]) -> Where:
    return "canary" if row.environment == "canary" else ""
