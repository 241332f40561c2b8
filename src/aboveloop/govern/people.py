"""People: who they are, what their roles let them do and up to what amount, as operation.yaml says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from aboveloop.govern.errors import MayNot, PersonUnknown
from aboveloop.kit.money import Money
from aboveloop.operation.models import Operation
from aboveloop.operation.models import Person as PersonSpec
from aboveloop.operation.rights import BUNDLES, RIGHTS, SAID, Right

__all__ = [
    "RIGHTS",
    "Permission",
    "Person",
    "Right",
    "may",
    "may_approve_amount",
    "people_of",
    "person_of",
    "rights_of",
]


@dataclass(frozen=True)
class Person:
    """A person with their roles and what these may do together. `limits`: for these roles, approvals up to there."""

    id: str
    name: str
    roles: frozenset[str]
    may: frozenset[str]
    limits: Mapping[str, Money] = field(default_factory=dict, hash=False)

    @property
    def actor(self) -> str:
        """How the ledger names the person."""
        return f"person:{self.id}"

    def narrowed_to(self, rights: Collection[str]) -> "Person":
        """The same person where they act with no more than these rights: through a token with scopes."""
        return replace(self, may=self.may & frozenset(rights))


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
    return {spec.id: _person(operation, spec, spec.roles) for spec in operation.about.people}


def person_of(operation: Operation, person_id: str, *, further_roles: Collection[str] = ()) -> Person:
    """The person `person_id`, with roles that an identity provider gives them besides. Raises PersonUnknown."""
    for spec in operation.about.people:
        if spec.id == person_id:
            return _person(operation, spec, (*spec.roles, *further_roles))
    raise PersonUnknown(f"There is no person {person_id} in {operation.about.title}. Name one of operation.yaml.")


def may(person: Person, what: Right) -> Permission:
    """Whether any role of `person` may do `what`."""
    if what in person.may:
        return Permission(True, f"{person.name} may {_said(what)}.")
    return Permission(False, f"{person.name} ({_roles(person)}) may not {_said(what)}. Ask somebody whose role may.")


def may_approve_amount(person: Person, role: str, amount: int | None) -> Permission:
    """Whether `person`, answering as `role`, may approve something at which `amount` minor units are at stake."""
    limit = person.limits.get(role)
    if limit is None or amount is None or abs(amount) <= limit.minor:
        return Permission(True, f"{person.name} may approve this as {_words(role)}.")
    at_stake = Money(abs(amount), limit.currency)
    return Permission(
        False,
        f"{person.name} approves up to {limit} as {_words(role)}, and this is about {at_stake}. "
        "Somebody with a higher limit approves it.",
    )


def rights_of(words: Collection[str]) -> frozenset[str]:
    """The rights that a role's list names, bundles opened."""
    return frozenset(right for word in words for right in BUNDLES.get(word, (word,)))


def _person(operation: Operation, spec: PersonSpec, roles: Collection[str]) -> Person:
    known = {name: operation.about.roles[name] for name in roles if name in operation.about.roles}
    rights = frozenset(right for role in known.values() for right in rights_of(role.may))
    limits = {}
    for name, role in known.items():
        caps = [cap for cap in (role.approve_up_to, spec.approve_up_to) if cap is not None]
        if caps:
            limits[name] = Money(min(caps), operation.about.currency)
    return Person(spec.id, spec.name, frozenset(roles), rights, limits)


def _roles(person: Person) -> str:
    return ", ".join(sorted(person.roles)) or "no role"


def _said(right: str) -> str:
    return SAID.get(right, _words(right))


def _words(name: str) -> str:
    return name.replace("_", " ")
