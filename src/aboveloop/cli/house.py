"""Opening the house for one command, and who is at the keyboard."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from aboveloop.app.desk import Desk
from aboveloop.app.premises import Options, Premises
from aboveloop.govern.people import people_of
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.settings import load_settings

As = Annotated[str | None, typer.Option("--as", help="The person who does this: an id of operation.yaml.")]


@contextmanager
def opened(home: Path | None, database: str | None, options: Options | None = None) -> Iterator[Premises]:
    """The house of `home`, with its tables in place, closed afterwards."""
    premises = Premises(load_settings(home, database), options)
    try:
        premises.prepare()
        yield premises
    finally:
        premises.close()


def desk_of(premises: Premises, person_id: str | None) -> Desk:
    """The desk of `--as PERSON`, or of the person who is named like the account. Raises WrongUsage."""
    people = people_of(premises.current())
    name = person_id or getpass.getuser()
    if name not in people:
        known = ", ".join(sorted(people))
        raise WrongUsage(f"There is no person {name!r} in this operation. Say --as with one of: {known}.")
    return Desk(premises, people[name])
