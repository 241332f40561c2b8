"""The backlog beside the releases: what is done, how long it took from idea to production, what waiting costs; and the
release train: for every worker what stands where, and what comes next."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import get_args

from aboveloop.app.premises import Premises
from aboveloop.govern import stages
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import Person, may
from aboveloop.govern.promotion import store as kept
from aboveloop.improve import answers, backlog
from aboveloop.improve.answers import Standing
from aboveloop.improve.backlog import CLOSED, Backlog, Improvement, Move, State, Wish
from aboveloop.improve.errors import ImprovementFaulty
from aboveloop.kit.database import Reader
from aboveloop.kit.money import Money
from aboveloop.operation import environments, releases
from aboveloop.operation.environments import Beside
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release

# As many rollbacks as a house has in years.
ROLLBACKS = 1000


@dataclass(frozen=True)
class Item:
    """An improvement as it stands now. `done_at`: since when customers have it; `lead` from the idea until then."""

    improvement: Improvement
    release: Release | None
    done_at: datetime | None
    taken_back: bool
    age: timedelta
    cost: Money
    value: Money

    @property
    def state(self) -> State:
        return self.improvement.state

    @property
    def lead(self) -> timedelta | None:
        return None if self.done_at is None else self.done_at - self.improvement.created_at

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED


@dataclass(frozen=True)
class Leads:
    """From idea to production: how many, the median and the 85th percentile, and what waits and costs meanwhile."""

    many: int
    median: timedelta | None
    p85: timedelta | None
    waiting: int
    value_weekly: Money
    cost: Money


@dataclass(frozen=True)
class Car:
    """One worker on the train: its stage, what of the backlog is in a release on its way, and what is next."""

    procedure: str
    title: str
    stage: Stage
    on_the_way: tuple[Item, ...]
    next: tuple[Item, ...]
    arrived: tuple[Item, ...]


@dataclass(frozen=True)
class Train:
    """`places` says by environment which release stands there and since when."""

    places: Mapping[str, tuple[Release, datetime]]
    cars: tuple[Car, ...]


def items(premises: Premises, reader: Reader, now: datetime) -> list[Item]:
    """Everything, what is worth most a week first. What is in a release that serves customers is done."""
    currency = premises.current().about.currency
    by_digest = {release.digest: release for release in releases.list_releases(reader)}
    arrived, back = _arrivals(reader)
    found = []
    for each in backlog.every(reader):
        at = arrived.get(each.release or "") if each.state is State.IN_RELEASE else None
        if each.state is State.DONE:
            at = each.changed_at
        shown = replace(each, state=State.DONE) if at is not None else each
        ended = at or (each.changed_at if each.state in CLOSED else now)
        found.append(
            Item(
                improvement=shown,
                release=by_digest.get(each.release or ""),
                done_at=at,
                taken_back=each.state is State.IN_RELEASE and at is None and each.release in back,
                age=ended - each.created_at,
                cost=Money(each.cost_of_delay(ended), currency),
                value=Money(each.value_weekly, currency),
            )
        )
    return found


def leads(found: Iterable[Item], currency: str) -> Leads:
    """How long ideas take, over those that are done."""
    every = list(found)
    took = sorted(item.lead for item in every if item.lead is not None)
    waiting = [item for item in every if item.is_open]
    return Leads(
        many=len(took),
        median=_ranked(took, 0.5),
        p85=_ranked(took, 0.85),
        waiting=len(waiting),
        value_weekly=Money(sum(item.value.minor for item in waiting), currency),
        cost=Money(sum(item.cost.minor for item in waiting), currency),
    )


def train(premises: Premises, reader: Reader, found: Sequence[Item]) -> Train:
    """What stands in which environment, and for each worker what is on its way and what comes next."""
    operation = premises.current()
    places: dict[str, tuple[Release, datetime]] = {}
    deployments = releases.list_deployments(reader)
    if deployments:
        places["production"] = (deployments[0].release, deployments[0].deployed_at)
    for place in get_args(Beside):
        standing = environments.placed(reader, place)
        if standing is not None:
            places[place] = (standing.release, standing.placed_at)
    cars = []
    for name, procedure in operation.procedures.items():
        theirs = [item for item in found if item.improvement.procedure == name]
        cars.append(
            Car(
                procedure=name,
                title=procedure.title or name.replace("_", " ").capitalize(),
                stage=stages.effective(reader, operation, name, of_house=premises.house.stage),
                on_the_way=tuple(item for item in theirs if item.state is State.IN_RELEASE),
                next=tuple(sorted((item for item in theirs if _is_next(item)), key=_order)),
                arrived=tuple(item for item in theirs if item.state is State.DONE),
            )
        )
    return Train(places, tuple(cars))


def add(premises: Premises, wish: Wish, *, by: Person) -> Improvement:
    """Anybody who sees cases may have an idea. Raises MayNot and ImprovementFaulty."""
    may(by, "read_cases").demand()
    _must_exist(premises.current(), wish.owner, wish.procedure)
    with premises.database.write() as tx:
        return Backlog(premises.ledger).add(tx, wish, by=by.actor, now=premises.house.clock.now())


def move(premises: Premises, id_: str, asked: Move, *, by: Person) -> Improvement:
    """Raises MayNot, ImprovementNotFound, MoveRefused, ImprovementFaulty and ReleaseNotFound."""
    may(by, "propose").demand()
    with premises.database.read() as reader:
        found = backlog.get(reader, id_)
        named = releases.find_release(reader, asked.release) if asked.release else None
    owner = str(asked.changes.get("owner", found.owner))
    if "owner" in asked.changes:
        _must_exist(premises.current(), owner, "")
    chosen = replace(asked, release=named.digest if named is not None else None)
    with premises.database.write() as tx:
        return Backlog(premises.ledger).move(tx, id_, chosen, by=by.actor, now=premises.house.clock.now())


def take(premises: Premises, key: str, *, owner: str, value_weekly: int, by: Person) -> Improvement:
    """Take a proposal of the house into the backlog. Raises MayNot, ProposalNotFound and ProposalAnswered."""
    may(by, "propose").demand()
    _must_exist(premises.current(), owner, "")
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        return answers.accept(
            tx, key, ledger=premises.ledger, by=by.actor, owner=owner, value_weekly=value_weekly, now=now
        )


def dismiss(premises: Premises, key: str, *, because: str, by: Person) -> Standing:
    """Raises MayNot, ProposalNotFound, ProposalAnswered and ImprovementFaulty without a reason."""
    may(by, "propose").demand()
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        return answers.dismiss(tx, key, ledger=premises.ledger, by=by.actor, because=because, now=now)


def carried_by(found: Iterable[Item], release: Release) -> list[Item]:
    """What of the backlog a release carries."""
    return [item for item in found if item.release is not None and item.release.digest == release.digest]


def _must_exist(operation: Operation, owner: str, procedure: str) -> None:
    if all(person.id != owner for person in operation.about.people):
        raise ImprovementFaulty(f"There is no person {owner!r} in this operation, so nobody would look after it.")
    if procedure and procedure not in operation.procedures:
        raise ImprovementFaulty(f"There is no procedure {procedure!r} in the operation at work.")


def _arrivals(reader: Reader) -> tuple[dict[str, datetime], set[str]]:
    """By release, since when customers have it; and those that were taken back and have not returned."""
    first: dict[str, datetime] = {}
    last: dict[str, datetime] = {}
    for each in releases.list_deployments(reader):
        first[each.release.digest] = each.deployed_at
        last[each.release.digest] = max(last.get(each.release.digest, each.deployed_at), each.deployed_at)
    back = {
        row.left_digest
        for row in kept.all_rollbacks(reader, limit=ROLLBACKS)
        if row.environment == "production" and row.effective_at > last.get(row.left_digest, row.effective_at)
    }
    return {digest: at for digest, at in first.items() if digest not in back}, back


def _is_next(item: Item) -> bool:
    return item.state in (State.IDEA, State.READY, State.BUILDING)


def _order(item: Item) -> tuple[int, date, int]:
    """What is furthest first; of those, what is due first; of those, what is worth most."""
    furthest = (State.BUILDING, State.READY, State.IDEA).index(item.state)
    return furthest, item.improvement.due or date.max, -item.value.minor


def _ranked(ordered: Sequence[timedelta], part: float) -> timedelta | None:
    """The value at nearest rank, None where there is none."""
    return ordered[max(math.ceil(part * len(ordered)), 1) - 1] if ordered else None
