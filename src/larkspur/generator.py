"""A whole company by seed: the cast in front, then as many random customers and orders as asked for.

The same seed, sizes and `today` always give the same books. Nothing here reads a clock.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from larkspur import catalogue
from larkspur.cast import CAST_CUSTOMERS, CAST_ORDERS, FIRST_RANDOM_CUSTOMER, FIRST_RANDOM_ORDER
from larkspur.cast_plans import cast_customers, cast_orders
from larkspur.clock import stamp
from larkspur.plans import OrderPlan, ReturnPlan, enter
from larkspur.records import Books, Customer

DEFAULT_CUSTOMERS = 2_000
DEFAULT_ORDERS = 6_000
# An order number has six digits; the last ones are left for orders that are sent again.
MOST_ORDERS = 890_000

NOTES = (
    "",
    "",
    "",
    "",
    "Please leave it with the neighbours at number {n}.",
    "Doorbell does not work, please knock.",
    "It is a birthday present, no invoice in the box please.",
    "Graag na 17.00 uur bezorgen.",
    "Bitte bei Abwesenheit im Hof abstellen.",
    "Second floor, left.",
)
RETURN_REASONS = ("too small", "too large", "looks different", "changed my mind", "arrived too late", "faulty seam")


@dataclass(frozen=True)
class Size:
    """How large the company is, the cast included."""

    customers: int = DEFAULT_CUSTOMERS
    orders: int = DEFAULT_ORDERS


def generate(seed: int, today: datetime, size: Size | None = None) -> Books:
    """The books of a company of `size`, as they stand at `today` (aware).

    Raises ValueError when the sizes do not hold the cast or run out of order numbers.
    """
    asked = size or Size()
    if asked.customers < CAST_CUSTOMERS or asked.orders < CAST_ORDERS:
        raise ValueError(f"Larkspur has at least {CAST_CUSTOMERS} customers and {CAST_ORDERS} orders: its cast.")
    if asked.orders > MOST_ORDERS:
        raise ValueError(f"Order numbers have six digits: at most {MOST_ORDERS} orders, not {asked.orders}.")
    today = today.replace(microsecond=0)
    chance = random.Random(seed)
    books = Books(products=catalogue.products(), variants=catalogue.variants(chance))
    cast = cast_customers(today)
    books.customers += cast.values()
    for plan in cast_orders(cast, today):
        enter(books, plan, today)
    others = [_customer(chance, FIRST_RANDOM_CUSTOMER + n, today) for n in range(asked.customers - len(cast))]
    books.customers += others
    _enter_random_orders(books, chance, (others, asked.orders - CAST_ORDERS), today)
    # As they came in, from all orders.
    books.status_events.sort(key=lambda event: (event.received_at, event.order_id))
    return books


def _enter_random_orders(
    books: Books, chance: random.Random, what: tuple[list[Customer], int], today: datetime
) -> None:
    buyers, count = what
    if not buyers:
        buyers = [customer for customer in books.customers if customer.closed is None]
    prices = {product.id: product.price_cents for product in books.products}
    wares = [(variant.sku, prices[variant.product_id]) for variant in books.variants]
    for number in range(count):
        # A square favours the buyers at the front, so that some have many orders and many have one or none.
        buyer = buyers[int(chance.random() ** 1.6 * len(buyers))]
        enter(books, _order(chance, f"LK-{FIRST_RANDOM_ORDER + number}", buyer, (wares, today)), today)


def _customer(chance: random.Random, number: int, today: datetime) -> Customer:
    first, last = chance.choice(catalogue.FIRST_NAMES), chance.choice(catalogue.LAST_NAMES)
    country = "NL" if chance.random() < 0.62 else "DE"
    city, prefix = chance.choice(catalogue.CITIES[country])
    if country == "NL":
        letters = "".join(chance.choice("ABCDEGHJKLMNPRTVWXZ") for _ in range(2))
        postcode = f"{prefix}{chance.randrange(100):02d} {letters}"
    else:
        postcode = f"{prefix}{chance.randrange(100):02d}"
    created = today - timedelta(days=chance.randint(200, 2000), hours=chance.randint(0, 23))
    closed = stamp(created + timedelta(days=chance.randint(30, 190))) if chance.random() < 0.01 else None
    return Customer(
        id=f"c_{number:06d}",
        name=f"{first} {last}",
        email=f"{first.lower()}.{last.lower()}{number}@customers.example",
        phone=f"+31 6 0000 {number % 10_000:04d}" if country == "NL" else f"+49 30 23125 {number % 1_000:03d}",
        street=f"{chance.choice(catalogue.STREETS[country])} {chance.randint(1, 220)}",
        postcode=postcode,
        city=city,
        country=country,
        created=stamp(created),
        closed=closed,
    )


def _order(
    chance: random.Random, number: str, buyer: Customer, shop: tuple[list[tuple[str, int]], datetime]
) -> OrderPlan:
    """A random order of the last two hundred days, most of them recent, at the point of its life that its age gives."""
    wares, today = shop
    picked = chance.sample(wares, k=min(len(wares), 1 + int(chance.random() ** 3 * 4)))
    bought = tuple((sku, 2 if chance.random() < 0.08 else 1, price) for sku, price in picked)
    placed = today - timedelta(days=200 * chance.random() ** 2.2, seconds=chance.randint(600, 7200))
    placed = placed.replace(microsecond=0)
    packed = placed + timedelta(hours=chance.randint(14, 40))
    shipped = packed + timedelta(hours=chance.randint(2, 12))
    promised = (placed + timedelta(days=5)).replace(hour=17, minute=0, second=0)
    draft = OrderPlan(
        id=number,
        customer=buyer,
        status="placed",
        bought=bought,
        placed_at=placed,
        promised_by=promised,
        carrier=chance.choice(catalogue.CARRIERS),
        payment_method=chance.choice(catalogue.PAYMENT_METHODS),
        note=chance.choice(NOTES).format(n=chance.randint(1, 90)),
    )
    fate = chance.random()
    if fate < 0.03 and today - placed > timedelta(hours=12):
        return replace(draft, status="cancelled", cancelled_at=placed + timedelta(hours=chance.randint(1, 11)))
    if packed > today:
        return draft
    if shipped > today:
        return replace(draft, status="packed", packed_at=packed)
    return _sent(chance, replace(draft, status="shipped", packed_at=packed, shipped_at=shipped), fate, today)


def _sent(chance: random.Random, plan: OrderPlan, fate: float, today: datetime) -> OrderPlan:
    """What became of a parcel that left the warehouse: under way, late, lost or delivered."""
    shipped = plan.shipped_at or today
    age = today - shipped
    if fate < 0.045 and age > timedelta(days=12):
        return replace(
            plan, status="lost", last_scan=shipped + timedelta(hours=14), traced_at=shipped + timedelta(days=9)
        )
    if fate < 0.10 and age < timedelta(days=12):
        return replace(plan, last_scan=shipped + timedelta(hours=14))
    delivered = shipped + timedelta(hours=chance.randint(20, 70))
    if delivered > today:
        return plan
    plan = replace(plan, status="delivered", delivered_at=delivered)
    if chance.random() < 0.14:
        return replace(plan, returned=_return(chance, plan, delivered, today))
    return plan


def _return(chance: random.Random, plan: OrderPlan, delivered: datetime, today: datetime) -> ReturnPlan | None:
    requested = delivered + timedelta(hours=chance.randint(10, 24 * 20))
    if requested > today:
        return None
    received = requested + timedelta(hours=chance.randint(40, 200))
    refunded = received + timedelta(hours=chance.randint(20, 24 * 9))
    back = ReturnPlan("requested", requested, reason=chance.choice(RETURN_REASONS), lines=1)
    if received > today:
        return back
    if refunded > today:
        return ReturnPlan("received", requested, back.reason, 1, received)
    return ReturnPlan("refunded", requested, back.reason, 1, received, refunded)
