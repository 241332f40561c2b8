"""How an order became what it is: a plan of its life, entered into the books as consistent records.

Both the cast and the random customers go through here, so that totals, scans and refunds always add up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from larkspur.catalogue import shipping_cents
from larkspur.clock import stamp
from larkspur.records import (
    Books,
    Customer,
    Exchange,
    Invoice,
    Line,
    Order,
    ParcelEvent,
    Refund,
    Return,
    ReturnLine,
    ReturnState,
    Status,
    StatusEvent,
    Trace,
)

# Until the bank took a refund it can be voided; that takes two days.
SETTLES_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class ReturnPlan:
    """A return of the first lines of an order, each with all its pieces."""

    state: ReturnState
    requested_at: datetime
    reason: str = "too small"
    lines: int = 1
    received_at: datetime | None = None
    refunded_at: datetime | None = None


@dataclass(frozen=True)
class OrderPlan:
    """One order: what was bought (sku, pieces, price of one piece in cents) and when things happened to it.

    `shipping` in cents is by the tariff when it is None. `last_scan` ends the parcel's trail early (late and lost
    parcels). `returned` comes with its refund; `refunded_cents` is a further refund, made at `refunded_at`.
    """

    id: str
    customer: Customer
    status: Status
    bought: tuple[tuple[str, int, int], ...]
    placed_at: datetime
    promised_by: datetime
    packed_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    last_scan: datetime | None = None
    shipping: int | None = None
    carrier: str = "Postduif"
    payment_method: str = "ideal"
    note: str = ""
    returned: ReturnPlan | None = None
    refunded_cents: int = 0
    refunded_at: datetime | None = None
    refund_reason: str = "goodwill"
    exchange_to: str | None = None
    traced_at: datetime | None = None


def address_of(customer: Customer) -> str:
    """`Singel 4, 1017 AB Amsterdam, NL`: how an address stands on a label."""
    return f"{customer.street}, {customer.postcode} {customer.city}, {customer.country}"


def enter(books: Books, plan: OrderPlan, today: datetime) -> None:
    """Write the order of `plan` and everything that belongs to it into `books`."""
    goods = sum(pieces * price for _, pieces, price in plan.bought)
    shipping = shipping_cents(goods) if plan.shipping is None else plan.shipping
    lines = [
        Line(f"{plan.id}-{number}", plan.id, sku, pieces, price)
        for number, (sku, pieces, price) in enumerate(plan.bought, start=1)
    ]
    books.lines += lines
    refunded = _enter_refunds(books, plan, lines, goods + shipping, today)
    books.orders.append(_order(plan, shipping=shipping, paid=goods + shipping, refunded=refunded))
    books.invoices.append(Invoice(f"INV-{plan.id[3:]}", plan.id, stamp(plan.placed_at), goods + shipping))
    _enter_parcel(books, plan, today)
    _enter_status_events(books, plan, today)
    if plan.exchange_to:
        number = f"X-{600001 + len(books.exchanges)}"
        asked = plan.delivered_at or today
        asked_at = stamp(min(asked + timedelta(days=2), today))
        books.exchanges.append(Exchange(number, plan.id, lines[0].id, plan.exchange_to, "open", asked_at))
    if plan.traced_at:
        number = f"T-{800001 + len(books.traces)}"
        books.traces.append(Trace(number, plan.id, "open", "not received", stamp(plan.traced_at)))


def _order(plan: OrderPlan, *, shipping: int, paid: int, refunded: int) -> Order:
    return Order(
        id=plan.id,
        customer_id=plan.customer.id,
        status=plan.status,
        placed_at=stamp(plan.placed_at),
        packed_at=_maybe(plan.packed_at),
        shipped_at=_maybe(plan.shipped_at),
        delivered_at=_maybe(plan.delivered_at),
        cancelled_at=_maybe(plan.cancelled_at),
        promised_by=stamp(plan.promised_by),
        carrier=plan.carrier,
        tracking=f"{plan.carrier[:2].upper()}{plan.id[3:]}{plan.customer.id[-4:]}" if plan.shipped_at else None,
        address=address_of(plan.customer),
        note=plan.note,
        shipping_cents=shipping,
        paid_cents=paid,
        refunded_cents=refunded,
        payment_method=plan.payment_method,
        replaces=None,
    )


def _enter_refunds(books: Books, plan: OrderPlan, lines: list[Line], paid: int, today: datetime) -> int:
    """The refunds of the plan: of a cancelled order, of a return, and the further one. Returns their sum in cents."""
    before = len(books.refunds)
    if plan.cancelled_at:
        _refund(books, plan, (paid, None, "cancelled"), plan.cancelled_at, today)
    if plan.returned:
        number = f"R-{500001 + len(books.returns)}"
        covered = lines[: plan.returned.lines]
        _enter_return(books, plan, number, covered)
        if plan.returned.refunded_at:
            worth = sum(line.quantity * line.price_cents for line in covered)
            _refund(books, plan, (worth, number, "returned"), plan.returned.refunded_at, today)
    if plan.refunded_cents and plan.refunded_at:
        _refund(books, plan, (plan.refunded_cents, None, plan.refund_reason), plan.refunded_at, today)
    return sum(refund.amount_cents for refund in books.refunds[before:])


def _refund(
    books: Books, plan: OrderPlan, what: tuple[int, str | None, str], made_at: datetime, today: datetime
) -> None:
    amount, return_id, reason = what
    number = f"RF-{700001 + len(books.refunds)}"
    state = "settled" if today - made_at >= SETTLES_AFTER else "pending"
    books.refunds.append(
        Refund(number, plan.id, return_id, amount, state, reason, f"first-day-{number}", stamp(made_at))
    )


def _enter_return(books: Books, plan: OrderPlan, number: str, covered: list[Line]) -> None:
    back = plan.returned
    if back is None:
        raise ValueError(f"The plan of {plan.id} holds no return.")
    books.returns.append(
        Return(
            number,
            plan.id,
            back.state,
            back.reason,
            stamp(back.requested_at),
            _maybe(back.received_at),
            _maybe(back.refunded_at),
        )
    )
    books.return_lines += [ReturnLine(number, line.id, line.quantity) for line in covered]


def _enter_parcel(books: Books, plan: OrderPlan, today: datetime) -> None:
    if plan.shipped_at is None:
        return
    city = plan.customer.city
    trail = [
        ("label_made", plan.packed_at or plan.shipped_at, "Larkspur warehouse, Zwolle"),
        ("collected", plan.shipped_at, "Larkspur warehouse, Zwolle"),
        ("sorted", plan.shipped_at + timedelta(hours=14), "Apeldoorn hub"),
    ]
    if plan.delivered_at:
        trail.append(("out_for_delivery", plan.delivered_at - timedelta(hours=4), city))
        trail.append(("delivered", plan.delivered_at, city))
    ends = min(plan.last_scan or plan.delivered_at or today, today)
    books.parcel_events += [ParcelEvent(plan.id, stamp(at), code, place) for code, at, place in trail if at <= ends]


def _enter_status_events(books: Books, plan: OrderPlan, today: datetime) -> None:
    """What the warehouse said of the order; each is heard within a minute."""
    told = [
        ("placed", plan.placed_at),
        ("packed", plan.packed_at),
        ("shipped", plan.shipped_at),
        ("delivered", plan.delivered_at),
        ("cancelled", plan.cancelled_at),
        ("lost", (plan.traced_at or plan.last_scan) if plan.status == "lost" else None),
    ]
    delay = timedelta(seconds=2 + int(plan.id[3:]) % 55)
    books.status_events += [
        StatusEvent(plan.id, status, stamp(at), stamp(min(at + delay, today)))
        for status, at in told
        if at is not None and at <= today
    ]


def _maybe(instant: datetime | None) -> str | None:
    return None if instant is None else stamp(instant)
