"""Opening the house for one command, and who is at the keyboard."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from aboveloop.app.desk import Desk
from aboveloop.app.looking import looks
from aboveloop.app.looking.looks import Looker
from aboveloop.app.overview import find_cases
from aboveloop.app.premises import Options, Premises
from aboveloop.app.store import CaseFilter
from aboveloop.cli.output import sentence
from aboveloop.govern.people import people_of
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.journey.errors import CaseNotFound
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import PermanentError, WrongUsage
from aboveloop.kit.settings import load_settings
from aboveloop.ledger.entries import HOUSE

As = Annotated[str | None, typer.Option("--as", help="The person who does this: an id of operation.yaml.")]

# A person waits before the screen: a server that has not answered by then is said to be away.
CONNECT_SECONDS = "10"
# As many cases as a sentence names.
SEVERAL = 5


class DatabaseUnusable(PermanentError):
    """The database does not answer, refuses, or is not one of ours."""


@contextmanager
def opened(home: Path | None, database: str | None, options: Options | None = None) -> Iterator[Premises]:
    """The house of `home`, with its tables in place, closed afterwards. Raises DatabaseUnusable."""
    settings = load_settings(home, database)
    os.environ.setdefault("PGCONNECT_TIMEOUT", CONNECT_SECONDS)
    with _in_words(settings.database_url):
        premises = Premises(settings, options)
        try:
            premises.prepare()
            yield premises
        finally:
            premises.close()


@contextmanager
def _in_words(url: str) -> Iterator[None]:
    """What the driver says of a database becomes a sentence."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        shown = sa.make_url(url).render_as_string(hide_password=True)
        said = sentence(" ".join(str(error.orig).split()))
        raise DatabaseUnusable(
            f"The database {shown} cannot be used: {said} Check --database and --home; the database of another version"
            " does not fit either."
        ) from error
    except sa.exc.TimeoutError as error:
        raise DatabaseUnusable("The database has no connection left. Try again when less is under way.") from error


def case_of(reader: Reader, case_id: str) -> Case:
    """The case of this id, or the one that works with this order number or message. Raises CaseNotFound, which says
    where to look."""
    try:
        return cases.get(reader, case_id)
    except CaseNotFound as error:
        found = find_cases(reader, CaseFilter(about=case_id), limit=SEVERAL, offset=0)
        if found.total == 1:
            return found.cases[0]
        if found.total > 1:
            named = ", ".join(each.id for each in found.cases)
            raise CaseNotFound(f"{found.total} cases are about {case_id}: {named}. Name one of them.") from error
        raise CaseNotFound(f"There is no case {case_id}. `aboveloop case list` shows them.") from error


def desk_of(premises: Premises, person_id: str | None) -> Desk:
    """The desk of `--as PERSON`, or of the person who is named like the account. Raises WrongUsage."""
    people = people_of(premises.current())
    name = _account() if person_id is None else person_id
    if name not in people:
        known = ", ".join(sorted(people))
        raise WrongUsage(f"There is no person {name!r} in this operation. Say --as with one of: {known}.")
    return Desk(premises, people[name])


def note_look(premises: Premises, person_id: str | None, case: Case) -> None:
    """Write down who at this keyboard reads what is personal of a case: a person of the operation, who must be allowed
    to, or else the machine's account. Raises MayNot and WrongUsage."""
    account = _account()
    if person_id is None and account not in people_of(premises.current()):
        looker = Looker(HOUSE, "command line", account=account or "unknown")
    else:
        desk = desk_of(premises, person_id)
        desk.must("read_personal")
        looker = Looker(desk.person.actor, "command line")
    looks.note(premises, looker, {case.id: case.customer_id}, "case")


def _account() -> str:
    """The account's name; "" where the machine knows none for this user, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
