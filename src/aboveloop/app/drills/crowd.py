"""The crowd of a drill: who writes, about which order, for how much, and what should become of it."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aboveloop.kit.errors import WrongUsage
from larkspur import cast
from larkspur.auditor import Auditor, OrderInGoodOrder

# The true rule: up to 50.00 EUR at once. The planted one has a zero too many.
TRUE_LIMIT_CENTS = 5_000
PLANTED_LIMIT_CENTS = 50_000
# Well inside the 30 days, whatever else the drill does to the clock.
DELIVERED_WITHIN = timedelta(days=20)
FEWEST = 12


class Kind(StrEnum):
    """What a customer of the drill is there for. All but the first are near misses."""

    WRONGED = "wronged: above the true limit, paid by the planted rule"
    SMALL_BEFORE = "small, under the good release"
    APPROVED_BEFORE = "above the limit, approved, under the good release"
    PINNED = "began under the good release, approved while the faulty one was at work"
    EXACT = "exactly the true limit, under the faulty release"
    SMALL = "small, under the faulty release"
    TWO_APPROVALS = "above the planted limit too, approved by two"
    DECLINED = "said no under the faulty release"
    OTHER = "had another thing done under the faulty release"
    HELD = "said yes only after the stop"


@dataclass(frozen=True)
class Wish:
    """One customer of the drill. `amount_cents` is what they want back."""

    kind: Kind
    order: OrderInGoodOrder
    amount_cents: int
    channel: str
    address: str

    @property
    def opening(self) -> list[str]:
        """What they say until they are shown what will be done."""
        whole, cents = divmod(self.amount_cents, 100)
        return [
            f"my parcel arrived damaged, {self.order.order_id}, {self.order.email}, {self.order.postcode}",
            "The sole is coming off",
            f"{whole}.{cents:02d} EUR",
        ]


def gather_crowd(auditor: Auditor, now: datetime, *, seed: int, cases: int) -> list[Wish]:
    """`cases` customers, a third and more of them wronged, the rest near misses of every kind. Raises WrongUsage."""
    if cases < FEWEST:
        raise WrongUsage(f"A drill needs at least {FEWEST} cases, so that every near miss is there; not {cases}.")
    chance = random.Random(seed)
    orders = {order.order_id: order for order in auditor.orders_in_good_order(now - DELIVERED_WITHIN)}
    elif_, jonas = orders.pop(cast.ELIF_DELIVERED), orders.pop(cast.JONAS_DELIVERED)
    strangers = _one_each(orders.values(), {elif_.customer_id, jonas.customer_id, cast.ANNA})
    chance.shuffle(strangers)
    kinds = _kinds(cases)
    if len(strangers) < len(kinds):
        raise WrongUsage(f"The sample company has too few orders for {cases} cases. Ask for fewer.")
    crowd = [
        Wish(Kind.WRONGED, elif_, 15_000, "webchat", "drill-elif"),
        Wish(Kind.TWO_APPROVALS, jonas, PLANTED_LIMIT_CENTS + 1, "webchat", "drill-jonas"),
    ]
    for number, kind in enumerate(kinds):
        order = strangers[number]
        by_mail = number % 3 == 1
        where = ("email", order.email) if by_mail else ("webchat", f"drill-{number}")
        crowd.append(Wish(kind, order, _amount(kind, order, chance, first=number == 0), *where))
    return crowd


def _kinds(cases: int) -> list[Kind]:
    """Of all but the two of the cast: every near miss in turn, and two wronged for three near misses."""
    near = [kind for kind in Kind if kind not in (Kind.WRONGED, Kind.TWO_APPROVALS, Kind.OTHER)]
    kinds = [Kind.WRONGED, *near]
    turn = 0
    while len(kinds) < cases - 3:
        kinds.append(Kind.WRONGED if turn % 5 < 2 else near[turn % len(near)])
        turn += 1
    return kinds


def _one_each(orders: Iterable[OrderInGoodOrder], but: set[str]) -> list[OrderInGoodOrder]:
    """One order of each customer, with room for a refund above the true limit."""
    found: dict[str, OrderInGoodOrder] = {}
    for order in orders:
        if order.customer_id not in but and order.paid_cents > TRUE_LIMIT_CENTS + 100:
            found.setdefault(order.customer_id, order)
    return list(found.values())


def _amount(kind: Kind, order: OrderInGoodOrder, chance: random.Random, *, first: bool) -> int:
    if kind is Kind.EXACT:
        return TRUE_LIMIT_CENTS
    if kind in (Kind.SMALL, Kind.SMALL_BEFORE):
        return chance.randint(500, TRUE_LIMIT_CENTS - 1)
    if first:
        return TRUE_LIMIT_CENTS + 1
    return chance.randint(TRUE_LIMIT_CENTS + 1, min(order.paid_cents, PLANTED_LIMIT_CENTS))


def of_kind(crowd: Sequence[Wish], *kinds: Kind) -> Iterator[Wish]:
    return (wish for wish in crowd if wish.kind in kinds)
