"""People: who they are and what their roles let them do, as operation.yaml says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aboveloop.govern.errors import MayNot, PersonUnknown
from aboveloop.operation.models import Operation

Right = Literal["approve", "take_over", "reply", "pause", "release", "audit", "erase", "disclose"]


@dataclass(frozen=True)
class Person:
    """A person with their roles and what these may do together."""

    id: str
    name: str
    roles: frozenset[str]
    may: frozenset[str]

    @property
    def actor(self) -> str:
        """How the ledger names the person."""
        return f"person:{self.id}"


@dataclass(frozen=True)
class Permission:
    """Whether a person may do something, and why or why not."""

    granted: bool
    reason: str

    def demand(self) -> None:
        """Raise MayNot with the reason where it is not granted."""
        if not self.granted:
            raise MayNot(self.reason)


def people_of(operation: Operation) -> Mapping[str, Person]:
    """The people of the operation by id."""
    found = {}
    for person in operation.about.people:
        roles = [operation.about.roles[name] for name in person.roles if name in operation.about.roles]
        rights = frozenset(right for role in roles for right in role.may)
        found[person.id] = Person(person.id, person.name, frozenset(person.roles), rights)
    return found


def person_of(operation: Operation, person_id: str) -> Person:
    """The person `person_id`. Raises PersonUnknown."""
    found = people_of(operation).get(person_id)
    if found is None:
        raise PersonUnknown(f"There is no person {person_id} in {operation.about.title}. Name one of operation.yaml.")
    return found


def may(person: Person, what: Right) -> Permission:
    """Whether any role of `person` may do `what`."""
    if what in person.may:
        return Permission(True, f"{person.name} may {_words(what)}.")
    roles = ", ".join(sorted(person.roles)) or "no role"
    return Permission(False, f"{person.name} ({roles}) may not {_words(what)}. Ask somebody whose role may.")


def _words(right: str) -> str:
    return right.replace("_", " ")
