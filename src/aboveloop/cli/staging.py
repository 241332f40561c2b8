"""stage: how much the worker of each procedure may do alone."""

from typing import Annotated, Literal

import typer

from aboveloop.app.chartering.live_writes import live_write
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.govern import stages
from aboveloop.govern.lanes import Stage
from aboveloop.kit.clock import iso

stage_app = several("""Say how much the worker of a procedure may do alone.

    Example: aboveloop stage list
    """)


@stage_app.command("set")
def set_it(
    procedure: Annotated[str, typer.Argument(help="A procedure of the operation.")],
    stage: Annotated[Stage, typer.Argument(help="shadow, assist, supervised or autonomous.")],
    because: Annotated[str, typer.Option("--because", help="Why, for those who change it later.")],
    on: Annotated[Literal["everywhere", "canary"], typer.Option("--on", help="Where it holds.")] = "everywhere",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Set the stage of a procedure. It holds from the next turn of every case; making it stricter needs the right to
    pause, making it freer the right to release.

    Example: aboveloop stage set refund assist --because "Two wrong refunds" --as noor
    """
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        done = desk.set_stage(procedure, stage, because=because, where="canary" if on == "canary" else "")
    value = {"procedure": procedure, "stage": done.stage.value, "on": on, "set_by": done.set_by}
    answer(value, as_json, lambda: line(f"{procedure} runs in stage {done.stage.value} ({on})."))


@stage_app.command("list")
def list_them(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show the stage of every procedure in production, what people set, and whether it ever changed the live system.

    Example: aboveloop stage list
    """
    with opened(home, database) as premises:
        operation = premises.current()
        with premises.database.read() as reader:
            house = premises.house.stage
            found = {name: stages.effective(reader, operation, name, of_house=house) for name in operation.procedures}
            chosen = stages.all_set(reader)
            live = {name: live_write(reader, operation, name) for name in operation.procedures}
    value = {
        "stages": {name: stage.value for name, stage in found.items()},
        "live": {name: each.as_json() for name, each in live.items()},
        "set": [
            {
                "procedure": each.procedure,
                "stage": each.stage.value,
                "on": each.where or "everywhere",
                "set_by": each.set_by,
                "because": each.because,
                "set_at": iso(each.set_at),
            }
            for each in chosen
        ],
    }

    def human() -> None:
        for name, stage in found.items():
            line(f"{stage.value:11} {live[name].state:13} {name}")
        for each in chosen:
            line(f"{each.procedure}: {each.stage.value} {each.where or 'everywhere'} by {each.set_by}: {each.because}")

    answer(value, as_json, human)
