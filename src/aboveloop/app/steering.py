"""Steering: what a group of people with an executive sponsor decides in one sitting. The agenda makes itself from what
waits for a decision, the budgets of the functions from what was paid, and the boards of their owners from what their
workers did."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveloop.app.improving import board
from aboveloop.app.improving.board import Item
from aboveloop.app.measuring import kpis
from aboveloop.app.organisation import store as organisation
from aboveloop.app.organisation.sign_offs import lacking
from aboveloop.app.premises import Premises
from aboveloop.app.releasing.store import performed_amounts
from aboveloop.govern.incidents.store import all_incidents
from aboveloop.govern.people import Person, people_of
from aboveloop.govern.promotion import store as promotion
from aboveloop.govern.readiness import missing_to_go_live
from aboveloop.govern.training import courses
from aboveloop.improve import answers
from aboveloop.kit.database import Reader
from aboveloop.kit.money import Money
from aboveloop.measure.counting import Scope, Value, count
from aboveloop.measure.kpis import State
from aboveloop.operation import releases
from aboveloop.operation.delivery import Budget, Function, is_vanity
from aboveloop.operation.models import Operation
from aboveloop.work.privacy.outside import ANSWERED

# What a function's workers do is looked at over the span of most KPIs.
DAYS = 28
# A group decides the largest; the rest is behind the number.
SHOWN = 10


@dataclass(frozen=True)
class Point:
    """One point of the agenda: what is to be decided, why, since when, where, and who brings it."""

    what: str
    why: str
    address: str
    since: datetime | None = None
    owner: Person | None = None


@dataclass(frozen=True)
class Spending:
    """A budget with what was used of it: `paid` to customers, `providers` for outside models."""

    days: int
    limit: Money
    paid: Money
    payments: int
    providers_limit: Money
    providers: Money
    tokens: int

    @property
    def share(self) -> float | None:
        return self.paid.minor / self.limit.minor if self.limit.minor else None

    @property
    def is_over(self) -> bool:
        return self.paid.minor > self.limit.minor or self.providers.minor > self.providers_limit.minor


@dataclass(frozen=True)
class Board:
    """The board of a function's owner: its backlog, how much its workers do alone, its KPIs before and now."""

    name: str
    function: Function
    owner: Person | None
    adoption: Value
    adoption_before: Value
    cases: int
    kpis: tuple[State, ...]
    # Titles of what it pins and what no board carries: measures of a model that move nothing of the business.
    vanity: tuple[str, ...]
    items: tuple[Item, ...]
    spending: Spending | None


@dataclass(frozen=True)
class Steering:
    """Everything that the group looks at."""

    agenda: tuple[Point, ...]
    blocked: tuple[Point, ...]
    boards: tuple[Board, ...]

    @property
    def over_budget(self) -> list[Board]:
        return [each for each in self.boards if each.spending is not None and each.spending.is_over]


def steering(premises: Premises, reader: Reader, now: datetime) -> Steering:
    """What is to be decided, what is blocked, and every function's board."""
    operation = premises.current()
    items = board.items(premises, reader, now)
    states = kpis.states(premises, reader, now)
    boards = tuple(
        board_of(premises, reader, name, items=items, states=states, now=now) for name in operation.about.functions
    )
    return Steering(
        agenda=tuple(_agenda(premises, reader, boards, states, now)),
        blocked=tuple(_blocked(premises, reader, items)),
        boards=boards,
    )


def board_of(
    premises: Premises, reader: Reader, name: str, *, items: Sequence[Item], states: Sequence[State], now: datetime
) -> Board:
    """One function's board. `name` is one of the operation's functions."""
    operation = premises.current()
    function = operation.about.functions[name]
    theirs = tuple(function.procedures)
    pinned = [state for state in states if state.kpi.kpi in function.kpis]
    vain = [state for state in pinned if is_vanity(state.kpi, operation.kpis)]
    return Board(
        name=name,
        function=function,
        owner=people_of(operation).get(function.owner),
        adoption=_alone(reader, theirs, now, 0),
        adoption_before=_alone(reader, theirs, now, 1),
        cases=_cases(reader, theirs, now),
        kpis=tuple(state for state in pinned if state not in vain),
        vanity=tuple(state.kpi.title for state in vain),
        items=tuple(item for item in items if item.improvement.procedure in theirs and item.is_open),
        spending=None if function.budget is None else spent(premises, reader, function, function.budget, now),
    )


def spent(premises: Premises, reader: Reader, function: Function, budget: Budget, now: datetime) -> Spending:
    """What was used of a budget: writes that moved money, and tokens at the price of the contract."""
    operation = premises.current()
    since = now - timedelta(days=budget.days)
    actions = set(budget.operations) or _money_actions(operation, function)
    amounts = [amount for _, amount in performed_amounts(reader, since, actions)]
    tokens = _tokens(premises, reader, since) if budget.per_million_tokens else 0
    currency = operation.about.currency
    return Spending(
        days=budget.days,
        limit=Money(budget.limit, currency),
        paid=Money(sum(amounts), currency),
        payments=len(amounts),
        providers_limit=Money(budget.providers, currency),
        providers=Money(round(tokens * budget.per_million_tokens / 1_000_000), currency),
        tokens=tokens,
    )


def _alone(reader: Reader, procedures: tuple[str, ...], now: datetime, earlier: int) -> Value:
    length = timedelta(days=DAYS)
    until = now - earlier * length + timedelta(microseconds=1)
    found = count(reader, "containment", Scope(until - length, until, procedures=procedures))
    assert found is not None, "containment is counted here"
    return found


def _cases(reader: Reader, procedures: tuple[str, ...], now: datetime) -> int:
    until = now + timedelta(microseconds=1)
    found = count(reader, "hand_over_rate", Scope(until - timedelta(days=DAYS), until, procedures=procedures))
    return found.cases if found is not None else 0


def _money_actions(operation: Operation, function: Function) -> set[str]:
    """The writes with money at stake that the function's procedures do, those of their fragments included."""
    found = set()
    steps = [step for name in function.procedures if name in operation.procedures for step in _steps(operation, name)]
    for name in steps:
        spec = operation.system_operation(name)
        if spec is not None and spec.kind == "write" and spec.amount is not None:
            found.add(name)
    return found


def _steps(operation: Operation, procedure: str) -> Iterator[str]:
    waiting, seen = list(operation.procedures[procedure].steps), set()
    while waiting:
        step = waiting.pop()
        if step.do is not None:
            yield step.do
        if step.use is not None and step.use in operation.fragments and step.use not in seen:
            seen.add(step.use)
            waiting += operation.fragments[step.use].steps


def _tokens(premises: Premises, reader: Reader, since: datetime) -> int:
    """What outside models used, of the whole house: the ledger says for which case, not for which function."""
    entries = premises.ledger.find(reader, kind=ANSWERED, since=since)
    return sum((entry.body["tokens_in"] or 0) + (entry.body["tokens_out"] or 0) for entry in entries)


def _agenda(
    premises: Premises, reader: Reader, boards: Sequence[Board], states: Sequence[State], now: datetime
) -> Iterator[Point]:
    """What waits for a decision, in the order in which it costs."""
    operation = premises.current()
    people = people_of(operation)
    for each in boards:
        if each.spending is not None and each.spending.is_over:
            why = f"{each.spending.paid} of {each.spending.limit} in {each.spending.days} days."
            address = f"/overview/functions/{each.name}"
            yield Point(f"{each.function.title} is over its budget", why, address, owner=each.owner)
    for state in states:
        if state.is_out:
            owner = people.get(state.kpi.owner)
            yield Point(f"{state.kpi.title} is out of tolerance", state.kpi.definition, "/overview/kpis", owner=owner)
    for missing in missing_to_go_live(operation):
        yield Point("Missing to go live", missing.sentence, "/organisation/readiness")
    for attendance in courses.missing(reader, operation):
        what = f"{attendance.person.name} has not done “{attendance.course.title}”"
        yield Point(what, "Nothing reaches customers before.", "/organisation/training", owner=attendance.person)
    yield from _releases(premises, reader)
    asked = organisation.asked(reader, now)
    if asked.many:
        why = f"{asked.many} actions wait for people."
        yield Point(
            "Approvals wait", why, "/approvals", asked.oldest, people.get(operation.about.owners.get("policy", ""))
        )
    proposed = [each for each in answers.standing(reader) if each.state == "open"]
    if proposed:
        owner = people.get(operation.about.owners.get("conversations", ""))
        said = f"Proposals of the house, {len(proposed)} in all: take each up or dismiss it."
        yield Point("Improvements to decide", said, "/backlog#proposals", proposed[0].found_at, owner)


def _releases(premises: Premises, reader: Reader) -> Iterator[Point]:
    """Releases that wait for a signature: of the review, or of the duties that sign off."""
    deployed = releases.deployed(reader)
    for release in releases.list_releases(reader):
        if deployed is None or release.number <= deployed.number:
            break
        review = promotion.review(reader, release.digest, deployed.digest)
        if review is not None and review.signed_by is None:
            what = f"The review of {release.name} is not signed"
            yield Point(what, release.note or "No note.", f"/releases/{release.digest}", review.opened_at)
        unsigned = [each.duty.title for each in lacking(reader, premises.operation_of(release.digest), release)]
        if unsigned:
            what = f"{release.name} is not signed off"
            yield Point(what, f"Missing: {', '.join(unsigned)}.", "/organisation/readiness", release.created_at)


def _blocked(premises: Premises, reader: Reader, items: Sequence[Item]) -> Iterator[Point]:
    """What cannot go on: improvements that wait for something, open incidents, runs that a pause stopped."""
    people = people_of(premises.current())
    for item in items:
        if item.improvement.blocked and item.is_open:
            each = item.improvement
            yield Point(each.title, each.blocked, "/backlog#waiting", each.created_at, people.get(each.owner))
    for row in all_incidents(reader, only_open=True):
        yield Point(row.title, "An open incident.", f"/incidents/{row.id}", row.opened_at, people.get(row.owner))
    halted = organisation.halted(reader)
    if halted.many:
        yield Point(
            f"{halted.many} cases stopped by a pause", "They go on when it ends.", "/cases?show=halted", halted.oldest
        )
