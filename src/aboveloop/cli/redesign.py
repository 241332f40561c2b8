"""redesign: a workflow as it is beside the one that a worker would carry."""

from math import isfinite
from typing import Annotated

import typer

from aboveloop.app.portfolio.redesign import Side, as_json
from aboveloop.app.portfolio.redesign import redesign as drawn
from aboveloop.cli.house import opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line
from aboveloop.discover.findings.assumptions import Assumptions

Cost = Annotated[float | None, typer.Option("--hour-cost", min=0, help="What an hour of a person's work costs.")]
Minutes = Annotated[float | None, typer.Option("--touch-minutes", min=0, help="How long a person works on one touch.")]


def redesign(
    procedure: Annotated[str, typer.Argument(help="A procedure of the operation at work.")],
    run: Annotated[str | None, typer.Option("--run", help="A run beside people. Default: the latest.")] = None,
    hour_cost: Cost = None,
    touch_minutes: Minutes = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json_: Json = False,
) -> None:
    """Show how a need is served today and how a worker would serve it: touches, time and cost of a case.

    Example: aboveloop redesign late_or_lost_parcel --hour-cost 38
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = drawn(premises, reader, procedure, Assumptions(hour_cost, touch_minutes), run=run)

    def human() -> None:
        line(f"{found.title}: {found.cases} past cases of {found.history}")
        for name, side in (("as it is", found.as_is), ("target", found.target), ("at best", found.at_best)):
            line(f"  {name:9}{_side(side)}")
        line("  of the target: " + ", ".join(f"{share:.0%} {way}" for way, share in found.ways.items()))
        line("as it is, in a case: " + ", ".join(f"{name} {many:.1f}" for name, many in found.before))
        for who, what in found.after:
            line(f"  {who:9}{what}")
        for each in found.remarks:
            line(each)

    answer(as_json(found), as_json_, human)


def _side(side: Side) -> str:
    touches, seconds = side.touches, side.seconds
    time = "unknown" if seconds is None else f"{seconds.value / 3600:.1f} h"
    bounds = f"{touches.low:.2f} to {touches.high:.2f}" if isfinite(touches.low) else "too few cases for bounds"
    return f"{touches.value:.2f} touches ({bounds}), {time} in the middle, {side.cost:.2f} a case"
