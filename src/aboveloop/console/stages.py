"""The page of stages: how much the worker of each procedure may do alone, and what the next stage still asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.chartering.live_writes import LiveWrite, live_write
from aboveloop.app.chartering.stage_gate import Way, ways
from aboveloop.app.desk import Desk
from aboveloop.app.shadowing import runs
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import CasesLook
from aboveloop.govern import people, stages
from aboveloop.govern.lanes import Stage
from aboveloop.govern.stages import ORDER, StageSet
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import WrongUsage

MEANS: Mapping[str, str] = {
    "shadow": "decides beside people and does nothing",
    "assist": "proposes, and people review every action",
    "supervised": "acts as policy allows, and people review a sample",
    "autonomous": "acts as policy allows",
}

router = APIRouter(default_response_class=HTMLResponse)


@dataclass(frozen=True)
class Row:
    """One procedure. `ways` are those of the charters that are about it; `chosen` is what somebody set, `live` whether
    it ever changed the live system."""

    procedure: str
    title: str
    stage: Stage
    ways: tuple[Way, ...]
    chosen: tuple[StageSet, ...]
    live: LiveWrite

    @property
    def next(self) -> str | None:
        above = ORDER[ORDER.index(self.stage) + 1 :]
        return above[0].value if above else None

    @property
    def stricter(self) -> Sequence[str]:
        return [each.value for each in ORDER[: ORDER.index(self.stage)]]

    @property
    def lacking(self) -> tuple[str, ...]:
        """Once each, whichever charter asks for it."""
        return tuple(dict.fromkeys(said for way in self.ways for said in way.lacking))

    @property
    def evidence(self) -> tuple[str, str]:
        """Where the cases lie that the next stage is earned with."""
        if self.stage is Stage.SHADOW:
            return "/shadow", "the cases worked beside people"
        return f"/cases?procedure={self.procedure}&show=ended", "its ended cases"


@router.get("/stages")
def stage_list(look: CasesLook) -> HTMLResponse:
    """Every procedure with its stage; those on their way first."""
    with look.premises.database.read() as reader:
        operation = look.operation
        found = ways(look.premises, reader, operation)
        chosen = stages.all_set(reader)
        rows = [
            Row(
                name,
                spec.title or name,
                stages.effective(reader, operation, name, of_house=look.premises.house.stage),
                tuple(way for way in found if way.procedure == name),
                tuple(each for each in chosen if each.procedure == name),
                live_write(reader, operation, name),
            )
            for name, spec in operation.procedures.items()
        ]
        beside = _run_of(reader)
    return look.render(
        "stages.html",
        chartered=[row for row in rows if row.ways],
        others=[row for row in rows if not row.ways],
        means=MEANS,
        order=[each.value for each in ORDER],
        beside=beside,
        house=look.premises.house.stage.value if look.premises.house.stage in stages.CAUTIOUS else "",
    )


@router.post("/stages/{procedure}/promote")
def promote(form: FormHere, procedure: str) -> RedirectResponse:
    """One stage freer. Raises MayNot, StageUnearned with all that is missing, StageUnknown and ReasonMissing."""
    people.may(form.look.visitor.person, "promote").demand()
    if form.text("looked") != "yes":
        raise WrongUsage(f"Say that you looked at the evidence. {procedure} stays where it is.")
    return _set(form, procedure)


@router.post("/stages/{procedure}/fall-back")
def fall_back(form: FormHere, procedure: str) -> RedirectResponse:
    """A stricter stage, at once. Raises MayNot, StageUnknown and ReasonMissing."""
    people.may(form.look.visitor.person, "pause").demand()
    return _set(form, procedure)


def _set(form: Form, procedure: str) -> RedirectResponse:
    text = form.text("stage", required=f"Choose a stage. {procedure} stays where it is.")
    if text not in MEANS:
        raise WrongUsage(f"There is no stage {text!r}. There are: {', '.join(MEANS)}. {procedure} stays where it is.")
    because = form.text("because", required=f"Say why, for those who change it later. {procedure} stays where it is.")
    Desk(form.look.premises, form.look.visitor.person).set_stage(procedure, Stage(text), because=because)
    return RedirectResponse("/stages?notice=stage_set", status_code=303)


def _run_of(reader: Reader) -> runs.Run | None:
    try:
        return runs.find(reader)
    except runs.RunNotFound:
        return None
