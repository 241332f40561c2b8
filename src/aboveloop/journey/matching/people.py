"""A record of somebody, as it is compared: everything in its normal form."""

from collections.abc import Iterable
from dataclasses import dataclass

from aboveloop.journey.matching.forms import Name, address_form, email_form, name_form, phone_form


@dataclass(frozen=True, slots=True)
class Told:
    """What one place says of a customer. `id` names the record, `source` where it is from."""

    id: str
    source: str = ""
    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: str = ""
    own_ids: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    born: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """The same in normal forms."""

    id: str
    name: Name
    emails: frozenset[str]
    phones: frozenset[str]
    address: str
    own_ids: frozenset[str]
    orders: frozenset[str]
    born: str


def entry_of(told: Told, code: str = "") -> Entry:
    """`code`: the calling code of the country in which the company is at home."""
    return Entry(
        told.id,
        name_form(told.name) if told.name else Name(),
        _set(email_form(each) for each in told.emails),
        _set(phone_form(each, code) for each in told.phones),
        address_form(told.address) if told.address else "",
        _set(each.strip() for each in told.own_ids),
        _set(each.strip() for each in told.orders),
        told.born.strip(),
    )


_NOTHING: frozenset[str] = frozenset()


def _set(values: Iterable[str]) -> frozenset[str]:
    return frozenset(each for each in values if each) or _NOTHING
