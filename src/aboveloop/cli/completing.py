"""completeness: governance, instrumentation and ownership around each worker, and whether the whole drifts apart."""

import typer

from aboveloop.app.organisation.middle import examine_model
from aboveloop.cli.house import opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line
from aboveloop.govern.completeness import share


def completeness(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show how complete the operating model is around each worker, and what to write next. Status 1 on a warning sign.

    Example: aboveloop completeness --json
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = examine_model(premises, reader, premises.house.clock.now())

    def human() -> None:
        for sign in found.signs:
            line(f"{'WARN' if sign.warns else 'ok':4}  {sign.title}: {sign.sentence}")
        for each in found.workers:
            three = (each.governance, each.instrumentation, each.ownership)
            line("  ".join([*(f"{share(items):4.0%}" for items in three), each.title]))
            for item in each.missing:
                line(f"      {item.mend}")
        line("Shares are of governance, instrumentation and ownership.")

    answer(found.as_json(), as_json, human)
    if found.drifts:
        raise typer.Exit(1)
