"""The queue of decisions as one person sees it: what they owe, in which order, whose it is, and what came before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveloop.app.premises import Premises
from aboveloop.app.reviews import Review, review_of
from aboveloop.govern.approval import Approval, loaded
from aboveloop.govern.people import Person, people_of
from aboveloop.govern.queue import store
from aboveloop.govern.queue.ageing import Age, age_of, bands
from aboveloop.govern.queue.batches import Comparison, compared, seen_of
from aboveloop.govern.queue.earlier import EarlierDenial, earlier_denials
from aboveloop.govern.queue.ownership import Owner, owned_for, owners_of
from aboveloop.govern.queue.store import NOBODY, Queued
from aboveloop.kit.database import Reader
from aboveloop.kit.money import Money

# More cards than one reads through in one sitting; what is more is filtered or paged.
PAGE = 25
# Two alike are read faster one after the other than side by side.
LEAST_ALIKE = 3
# From here on the page says first how to make the list shorter.
TOO_MANY = 100
# Older absences than these are history, not planning.
LOOKED_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Standing:
    """One request as it stands in the queue: what is asked, how old it is, whose it is, what was denied before."""

    review: Review
    age: Age
    owner: Owner
    earlier: tuple[EarlierDenial, ...]
    reminded: bool

    @property
    def approval(self) -> Approval:
        return self.review.approval


@dataclass(frozen=True)
class Alike:
    """Requests of one kind: how many, how much is at stake, and when the first of them expires."""

    kind: str
    operation: str
    many: int
    amount: Money | None
    expires_at: datetime
    example: Review


@dataclass(frozen=True)
class Filters:
    """What the person looks at. `show`: mine (may answer), owned (looks after), unowned, others or all."""

    show: str = "mine"
    operation: str = ""
    kind: str = ""
    owner: str = ""
    least: int | None = None
    within_hours: int | None = None


@dataclass(frozen=True)
class Queue:
    """One page of the queue. `total` counts what matches, `waiting` all that waits in the house."""

    standing: list[Standing]
    total: int
    waiting: int
    mine: int
    owned: int
    unowned: int
    reminded: int
    alike: list[Alike]
    operations: Mapping[str, int]
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Batch:
    """Requests of one kind side by side. `seen` names what is shown of each; `total` counts all of the kind."""

    standing: list[Standing]
    comparison: Comparison
    seen: Mapping[str, str]
    total: int
    kind: str


SHOWS: Mapping[str, str] = {
    "mine": "I may answer",
    "owned": "I look after",
    "unowned": "Nobody looks after",
    "others": "Only others may answer",
    "all": "Everything that waits",
}


def queue_of(
    premises: Premises, reader: Reader, person: Person, now: datetime, *, filters: Filters, page: int = 1
) -> Queue:
    """What waits, what presses first."""
    wanted = _wanted(reader, person, now, filters)
    about = premises.current().about
    rows = store.waiting(reader, now, wanted, bands=bands(about, now), limit=PAGE, offset=(page - 1) * PAGE)
    mine = Queued(person.roles if "approve" in person.may else frozenset(), person.id, True)
    owned = Queued(owner=person.id, owned_for=owned_for(reader, person, now))
    reminded = store.reminded_of(reader, person.id, now)
    return Queue(
        standing=standings(premises, reader, loaded(reader, rows), person, now),
        total=store.count_waiting(reader, now, wanted),
        waiting=store.count_waiting(reader, now, Queued()),
        mine=store.count_waiting(reader, now, mine),
        owned=store.count_waiting(reader, now, owned),
        unowned=store.count_waiting(reader, now, Queued(owner=NOBODY)),
        reminded=len(reminded),
        alike=list(_alike(premises, reader, person, mine, now)),
        operations=store.operations_waiting(reader, now, Queued()),
        page=page,
    )


def batch_of(premises: Premises, reader: Reader, person: Person, now: datetime, kind: str) -> Batch:
    """What this person may answer of one kind, at most as many as are answered together, what presses first."""
    about = premises.current().about
    roles = person.roles if "approve" in person.may else frozenset[str]()
    wanted = Queued(roles, person.id, True, kind=kind)
    rows = store.waiting(reader, now, wanted, bands=bands(about, now), limit=about.approvals.largest_batch)
    standing = standings(premises, reader, loaded(reader, rows), person, now)
    # What only a closer look forbids, such as a limit of the person, is not offered.
    asked = [each.approval for each in standing if each.review.allowed.granted]
    return Batch(
        standing=[each for each in standing if each.review.allowed.granted],
        comparison=compared(asked),
        seen={approval.id: seen_of(approval) for approval in asked},
        total=store.count_waiting(reader, now, wanted),
        kind=kind,
    )


def standings(
    premises: Premises, reader: Reader, asked: list[Approval], person: Person, now: datetime
) -> list[Standing]:
    """These requests with all that belongs to them, in the same order."""
    operation = premises.current()
    owners = owners_of(reader, operation, asked, now)
    earlier = earlier_denials(reader, asked)
    reminded = store.reminded_of(reader, person.id, now)
    return [
        Standing(
            review=review_of(premises, approval, person, now),
            age=age_of(operation.about, approval, now),
            owner=owners[approval.id],
            earlier=earlier[approval.id],
            reminded=approval.id in reminded,
        )
        for approval in asked
    ]


def colleagues(premises: Premises, review: Review, now: datetime) -> list[Person]:
    """Everybody who may look after this request."""
    found = people_of(premises.current()).values()
    return [person for person in found if review_of(premises, review.approval, person, now).allowed.granted]


def _wanted(reader: Reader, person: Person, now: datetime, filters: Filters) -> Queued:
    owner = {"owned": person.id, "unowned": NOBODY}.get(filters.show, filters.owner or None)
    return Queued(
        roles=person.roles if "approve" in person.may else frozenset(),
        person=person.id,
        answerable={"mine": True, "others": False}.get(filters.show),
        operation=filters.operation or None,
        kind=filters.kind or None,
        owner=owner,
        owned_for=owned_for(reader, person, now) if owner == person.id else (),
        least=filters.least,
        before=None if filters.within_hours is None else now + timedelta(hours=filters.within_hours),
    )


def _alike(premises: Premises, reader: Reader, person: Person, mine: Queued, now: datetime) -> list[Alike]:
    """The kinds of which several wait for this person."""
    rows = [row for row in store.kinds_waiting(reader, now, mine) if row.kind and row.many >= LEAST_ALIKE]
    examples = store.approvals_named(reader, [row.example for row in rows])
    shown = {each.id: review_of(premises, each, person, now) for each in loaded(reader, examples)}
    currency = premises.current().about.currency
    return [
        Alike(
            kind=row.kind,
            operation=row.operation,
            many=row.many,
            amount=None if row.amount is None else Money(int(row.amount), currency),
            expires_at=row.expires_at,
            example=shown[row.example],
        )
        for row in rows
    ]
