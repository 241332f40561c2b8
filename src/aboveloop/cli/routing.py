"""route: by which rules cases go to people, and what routing by skill saves."""

from dataclasses import asdict
from typing import Annotated

import typer

from aboveloop.app.service.routing import compared, past_load, seeded_load
from aboveloop.cli.house import opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.govern.people import people_of
from aboveloop.work.handoff_rules import handoff_rules

route_app = several("""By which rules cases go to people, and what routing by skill saves.

    Example: aboveloop route simulate
    """)


@route_app.command("rules")
def rules(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """List every rule by which the release at work gives cases to people.

    Example: aboveloop route rules
    """
    with opened(home, database) as premises:
        operation = premises.current()
        found = handoff_rules(operation)

    def human() -> None:
        for each in found:
            line(f"{each.sort:10} {each.name}: {each.words}{'' if each.is_adjustable else ' (holds everywhere)'}")

    answer({"release": operation.digest, "rules": [asdict(each) for each in found]}, as_json, human)


@route_app.command("simulate")
def simulate(
    many: Annotated[int, typer.Option("--cases", min=1, max=100_000, help="How many, where they are made up.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same result.")] = 1,
    seeded: Annotated[bool, typer.Option("--seeded", help="Make the load up, whatever the house has seen.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Compare routing by intent and skill with routing by availability alone, on the cases that people had.

    Where people had too few cases, the load is made up from the operation's needs and people, and the answer says so.

    Example: aboveloop route simulate --json
    """
    with opened(home, database) as premises:
        operation = premises.current()
        with premises.database.read() as reader:
            load = None if seeded else past_load(premises, reader)
        if load is None:
            people = [each.id for each in people_of(operation).values() if "take_over" in each.may]
            load = seeded_load(sorted(operation.intents), people or ["somebody"], many=many, seed=seed)
        value = compared(load, seed=seed)

    def human() -> None:
        line(f"{value['cases']} cases ({value['source']}), {value['people']} people, minutes:")
        for rule in ("skill", "availability"):
            found = value[rule]
            line(
                f"  by {rule:13} wait {found['mean_wait']:7.1f} (95 of 100 within {found['p95_wait']:.1f}),"
                f" to settle {found['mean_to_settle']:7.1f}, settled by the first {found['first_touch']:.0%}"
            )
        line(f"Routing by skill saves {value['saved_minutes_a_case']:.1f} minutes a case.")

    answer(value, as_json, human)
