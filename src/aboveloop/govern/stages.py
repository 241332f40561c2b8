"""Stages: how much each procedure's worker may do alone, set by a person who may, for all or the canary only.

What a person set counts before what operation.yaml says, and that before what the house was opened with. A house that
was opened in shadow or assist lets nobody do more than that.
"""

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


def all_set(reader: Reader) -> list[StageSet]:
    """What people set, by procedure."""
    return [
        StageSet(row.procedure, Stage(row.stage), _where(row), row.set_by, row.because, row.set_at)
        for row in store.all_stages(reader)
    ]


def effective(
    reader: Reader, operation: Operation, procedure: str, *, of_house: Stage, on_canary: bool | None = None
) -> Stage:
    """The stage in which a case of this release runs this procedure. `on_canary` is found out where it matters."""
    found = {_where(row): Stage(row.stage) for row in store.all_stages(reader) if row.procedure == procedure}
    chosen = found.get("", Stage(operation.about.stages.get(procedure, of_house)))
    if "canary" in found and (_is_canary(reader, operation) if on_canary is None else on_canary):
        chosen = found["canary"]
    return min(chosen, of_house, key=ORDER.index) if of_house in CAUTIOUS else chosen


def _is_canary(reader: Reader, operation: Operation) -> bool:
    placed = environments.placed(reader, "canary")
    return placed is not None and placed.release.digest == operation.digest


def _where(row: Row[Any]) -> Where:
    return "canary" if row.environment == "canary" else ""
