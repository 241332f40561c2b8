"""Who somebody from an identity provider is here: which person, and which roles their groups give besides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.app.identity.errors import NobodyHere
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Known:
    """A person of the operation and the roles that their groups give them."""

    person_id: str
    roles: tuple[str, ...]


def known_by(operation: Operation, claims: Mapping[str, Any]) -> Known:
    """Raises NobodyHere, which names nobody that is here."""
    identity = operation.about.identity
    value = claims.get(identity.person)
    if not isinstance(value, str) or not value.strip():
        raise NobodyHere(f"The identity provider does not say `{identity.person}` of you, so nobody knows who you are.")
    wanted = value.strip().casefold()
    if identity.person == "email":
        if claims.get("email_verified") is not True and not identity.trust_email:
            raise NobodyHere("The identity provider has not verified your e-mail address, so it proves nothing here.")
        found = [spec for spec in operation.about.people if (spec.email or "").casefold() == wanted]
    else:
        found = [spec for spec in operation.about.people if spec.id == wanted]
    if len(found) != 1:
        raise NobodyHere(f"You are not among the people of {operation.about.title}. Ask its owner to add you.")
    return Known(found[0].id, _roles(operation, claims.get(identity.groups)))


def _roles(operation: Operation, groups: Any) -> tuple[str, ...]:
    """Only roles that the operation gives to these groups: what the provider calls a role is not one here."""
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    given = operation.about.identity.roles
    return tuple(sorted({given[group] for group in named if isinstance(group, str) and group in given}))
