"""usage: which pages of the console are opened, and which nobody opens."""

from typing import Annotated

import typer

from aboveloop.app.looking.usage import KEPT_DAYS, SPAN_DAYS, usage
from aboveloop.cli.house import opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line
from aboveloop.console.page_names import page_names

Days = Annotated[int, typer.Option("--days", min=1, max=KEPT_DAYS, help="How many days back, today with them.")]


def show_usage(days: Days = SPAN_DAYS, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show how often each page was opened, by role, and name those that nobody opened.

    Example: aboveloop usage --days 28
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = usage(premises, reader, premises.current(), days)

    def human() -> None:
        names = page_names()
        for each in found.pages:
            if not each.is_dead:
                roles = ", ".join(f"{role} {times}" for role, times in each.by_role)
                line(f"{each.times:6}  {names.get(each.page, each.page)}  ({roles}; last on {each.last})")
        line(f"Nobody has opened {counted(len(found.dead), 'page')} since {found.since}:")
        for each in found.dead:
            line(f"        {names.get(each.page, each.page)}  ({each.page})")

    answer(found.as_json(), as_json, human)
