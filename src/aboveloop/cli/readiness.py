"""readiness: whether a pilot can grow, asked of the operation at work and its systems, now."""

import typer

from aboveloop.app.organisation.scale import examine
from aboveloop.cli.house import opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line


def readiness(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Ask the five questions by which pilots stay islands, and what is missing to go live. Status 1 if any fails.

    Example: aboveloop readiness --json
    """
    with opened(home, database) as premises:
        found = examine(premises)

    def human() -> None:
        for test in found.tests:
            line(f"{'yes' if test.passed else 'NO ':3}  {test.asks} {test.sentence}")
        for each in found.missing:
            line(f"missing to go live: {each.sentence}")
        line("Ready to grow." if found.is_ready else "Not ready to grow.")

    answer(found.as_json(), as_json, human)
    if not found.is_ready:
        raise typer.Exit(1)
