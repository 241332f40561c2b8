"""outcome: list what was promised and is not so, and settle it."""

from typing import Annotated

import typer

from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, several
from aboveloop.kit.clock import iso
from aboveloop.work.outcomes import breaches, store

outcome_app = several("""Outcomes: what was promised is read again after a case has ended; what is not so is a breach.

    Example: aboveloop outcome list
    """)

# More is looked up case by case.
MOST = 10_000


@outcome_app.command("list")
def list_breaches(
    everything: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Which outcomes are not as promised, the longest open first.

    Example: aboveloop outcome list --all
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = breaches.breaches(reader, premises.house, standing=not everything, limit=MOST)
        tally = store.tally(reader)

    def human() -> None:
        for each in found:
            checked = iso(each.checked_at) if each.checked_at else "never"
            stands = f"settled by {each.settled_by}" if each.settled_at else "open"
            line(f"{each.id}  {each.title} ({each.case_id}): {each.because} Checked {checked}, {stands}.")
        many = sum(tally.get(state, 0) for state in ("held", "broken", "untold"))
        line(f"{counted(many, 'outcome')} checked, {tally.get('waiting', 0)} to come.")

    answer({"breaches": [each.as_json() for each in found], "checks": tally}, as_json, human)


@outcome_app.command("settle")
def settle(
    check: Annotated[str, typer.Argument(help="The breach's id, as `outcome list` names it.")],
    reason: Annotated[str, typer.Option("--reason", help="How it was put right, or why it may stand.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Say how a breach was put right, or why it may stand.

    Example: aboveloop outcome settle outcome_01k9... --reason "paid by hand" --as adaeze
    """
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        with premises.database.write() as tx:
            done = breaches.settle(premises.house, tx, check, person=desk.person, because=reason)
    answer(done.as_json(), as_json, lambda: line(f"Settled: {done.title} on {done.case_id}."))
