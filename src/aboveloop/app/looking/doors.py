"""Doors: every page, address and command of the house, who may come through it, and whether it shows what is personal.

Each door passes here before anything is read. One that is declared nowhere opens to nobody, and one that shows what is
personal and wrote down no look gives nothing out: a new door can forget neither.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from aboveloop.govern.people import Person, Right, may
from aboveloop.kit.errors import PermanentError

# What kind of personal data a look was at, as looks are listed.
What = Literal["", "approval", "attention", "case", "consent", "evidence", "hold", "incident", "request", "everything"]
READS: Right = "read_personal"


class DoorUndeclared(PermanentError):
    """A door of which nobody has said who may come through it and what it shows."""

    http_status = 500


class LookForgotten(PermanentError):
    """A door shows what is personal and has not written down who looks."""

    http_status = 500


@dataclass(frozen=True)
class Door:
    """`rights`: all of them are needed. `shows`: what is personal behind it, "" for nothing. `in_part`: who may not
    read what is personal comes in too and is shown the rest. `is_open`: nobody has to say who they are."""

    rights: tuple[Right, ...] = ()
    shows: What = ""
    in_part: bool = False
    is_open: bool = False

    def admit(self, person: Person) -> None:
        """Raises MayNot."""
        for right in self.rights:
            may(person, right).demand()
        if self.shows and not self.in_part:
            may(person, READS).demand()

    def shows_to(self, person: Person) -> bool:
        """Whether this person is shown what is personal behind it."""
        return bool(self.shows) and READS in person.may


@dataclass
class Passage:
    """One way through a door. `is_told`: the look was written down, or nothing personal was shown after all."""

    name: str
    door: Door
    is_told: bool = False

    def leave(self) -> None:
        """Before anything is given out. Raises LookForgotten."""
        if not self.is_told:
            raise LookForgotten(f"{self.name} was not answered: it shows what is personal, and no look was noted.")


OPEN = Door(is_open=True)
NOTHING = Door()
_passage: ContextVar[Passage | None] = ContextVar("passage", default=None)


def needs(*rights: Right) -> Door:
    """Shows nothing personal."""
    return Door(rights)


def personal(shows: What, *rights: Right) -> Door:
    """Only for who may read what is personal, and each look is written down."""
    return Door(rights, shows)


def in_part(shows: What, *rights: Right) -> Door:
    """Others are shown what is not personal."""
    return Door(rights, shows, in_part=True)


def door_of(doors: Mapping[str, Door], name: str) -> Door:
    """Raises DoorUndeclared."""
    door = doors.get(name)
    if door is None:
        raise DoorUndeclared(f"{name} opens to nobody: app/looking does not say who may use it and what it shows.")
    return door


@contextmanager
def passing(name: str, door: Door, person: Person | None) -> Iterator[Passage]:
    """Go through a door as `person`, None for who commands the machine. What is asked meanwhile is held to it.

    Raises MayNot; at the end LookForgotten, before anything was given out.
    """
    if person is not None:
        door.admit(person)
    way = Passage(name, door)
    token = _passage.set(way)
    try:
        yield way
    finally:
        _passage.reset(token)
    if door.shows and (person is None or door.shows_to(person)):
        way.leave()


def told() -> None:
    """The look is written down, or nothing personal is shown this time."""
    way = _passage.get()
    if way is not None:
        way.is_told = True
