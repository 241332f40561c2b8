"""Opening the house for one command, and who is at the keyboard."""

import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from aboveloop.app.desk import Desk
from aboveloop.app.looking import looks
from aboveloop.app.looking.commands import COMMANDS
from aboveloop.app.looking.doors import NOTHING, READS, What, door_of, passing
from aboveloop.app.looking.looks import Looker
from aboveloop.app.overview import find_cases
from aboveloop.app.premises import NothingDeployed, Options, Premises
from aboveloop.app.store import CaseFilter
from aboveloop.cli.called import CALLED
from aboveloop.cli.databases import in_words
from aboveloop.govern.people import Person, people_of
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.journey.errors import CaseNotFound
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.settings import load_settings
from aboveloop.ledger.entries import HOUSE

As = Annotated[str | None, typer.Option("--as", help="The person who does this: an id of operation.yaml.")]

# A person waits before the screen: a server that has not answered by then is said to be away.
CONNECT_SECONDS = "10"
# As many cases as a sentence names.
SEVERAL = 5


@contextmanager
def opened(home: Path | None, database: str | None, options: Options | None = None) -> Iterator[Premises]:
    """The house of `home`, with its tables in place, closed afterwards; by the door of the command that was called.

    Raises DatabaseUnusable, DoorUndeclared, MayNot, and LookForgotten at the end.
    """
    settings = load_settings(home, database)
    os.environ.setdefault("PGCONNECT_TIMEOUT", CONNECT_SECONDS)
    with in_words(settings.database_url):
        premises = Premises(settings, options)
        try:
            premises.prepare()
            with _through_the_door(premises):
                yield premises
        finally:
            premises.close()


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
    """Write down who at this keyboard reads what is personal of a case."""
    note_looks(premises, person_id, {case.id: case.customer_id}, "case")


def note_looks(premises: Premises, person_id: str | None, customers: Mapping[str, str], what: What) -> None:
    """Write down who at this keyboard reads what is personal of these cases or customers (`customers` as in
    `looks.note`): a person of the operation, or else the machine's account. Raises WrongUsage."""
    person = _asker(premises, person_id)
    looks.note(premises, _looker(person), customers, what)


def looker_of(premises: Premises, person_id: str | None) -> Looker:
    """Who looks from this keyboard. Raises WrongUsage."""
    return _looker(_asker(premises, person_id))


def shows_personal(premises: Premises, person_id: str | None) -> bool:
    """Whether who is at this keyboard is shown what is personal: the machine's account holds the keys to all of it."""
    person = _asker(premises, person_id)
    return person is None or READS in person.may


@contextmanager
def _through_the_door(premises: Premises) -> Iterator[None]:
    called = CALLED.get()
    # Whoever opens a house from a program of their own comes through no door.
    door = NOTHING if called is None else door_of(COMMANDS, called.name)
    if called is None or door == NOTHING:
        yield
        return
    with passing(f"`aboveloop {called.name}`", door, _asker(premises, called.as_person)):
        yield


def _asker(premises: Premises, person_id: str | None) -> Person | None:
    """The person of --as, or who is named like the account; None for an account that the operation does not know."""
    if person_id is not None:
        return desk_of(premises, person_id).person
    try:
        return people_of(premises.current()).get(_account())
    except NothingDeployed:
        return None


def _looker(person: Person | None) -> Looker:
    if person is None:
        return Looker(HOUSE, "command line", account=_account() or "unknown")
    return Looker(person.actor, "command line")


def _account() -> str:
    """The account's name; "" where the machine knows none for this user, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
