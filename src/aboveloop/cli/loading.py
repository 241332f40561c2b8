"""release load-test: what a release does under volume, in the sandbox."""

from dataclasses import asdict
from typing import Annotated

import typer

from aboveloop.app.releasing.volume import load_standing
from aboveloop.app.releasing.volume import load_test as run_load_test
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, progress
from aboveloop.kit.clock import iso
from aboveloop.operation import releases


def load_test(
    name: Annotated[str, typer.Argument(help="A release's name (r3) or the beginning of its digest.")],
    cases: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Simulated cases. Default: what the operation asks.")
    ] = None,
    rate: Annotated[float, typer.Option(min=0.01, max=1000, help="How many of them begin in a second.")] = 2.0,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Let simulated customers through a release on a throw-away home, and keep what became of them with the release.

    Nothing of the house is touched. Status 1 where it falls short of what the operation asks.
    Example: aboveloop release load-test r3 --cases 200 --rate 2 --as noor
    """
    with opened(home, database) as premises:
        with premises.database.read() as reader:
            release = releases.find_release(reader, name)
            is_set_up = releases.deployed(reader) is not None
        by = "house"
        if is_set_up:
            desk = desk_of(premises, person)
            desk.must("propose")
            by = desk.person.actor
        operation = premises.operation_of(release.digest)
        floor = operation.about.delivery.load_test
        chosen = cases if cases is not None else (floor.cases if floor is not None else 100)
        with progress() as bar:
            task = bar.add_task("Letting customers through", total=chosen)
            result = run_load_test(
                premises, release, chosen, rate, by=by, progress=lambda done, total: bar.update(task, completed=done)
            )
        with premises.database.read() as reader:
            _, lacks = load_standing(reader, operation, release)
    value = {"release": release.name, "digest": release.digest, **asdict(result), "ran_at": iso(result.ran_at)}

    def human() -> None:
        line(result.sentence)
        if floor is None:
            line("The operation asks for nothing (`delivery.load_test`), so nothing is held against it.")
        else:
            line(f"It falls short: {'; '.join(lacks)}." if lacks else "It survives what the operation asks.")

    answer({**value, "asked": None if floor is None else floor.model_dump(), "short_of": lacks}, as_json, human)
    if lacks:
        raise typer.Exit(1)
