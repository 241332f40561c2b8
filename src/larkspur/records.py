"""Larkspur's records, one class per table and one field per column; money is whole euro cents, instants ISO text."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Status = Literal["placed", "packed", "shipped", "delivered", "cancelled", "lost"]
ReturnState = Literal["requested", "received", "refunded", "withdrawn"]


class Customer(NamedTuple):
    """Somebody with an account. `closed` is set when the account was closed."""

    id: str
    name: str
    email: str
    phone: str
    street: str
    postcode: str
    city: str
    country: str
    created: str
    closed: str | None


class Product(NamedTuple):
    """An article in the catalogue; its price holds for all sizes and colours."""

    id: str
    name: str
    category: str
    price_cents: int


class Variant(NamedTuple):
    """One size and colour of a product; `stock` counts what can still be sold."""

    sku: str
    product_id: str
    size: str
    colour: str
    stock: int


class Order(NamedTuple):
    """An order. `address` is where the parcel goes, `note` what the customer wrote in the free field at the till.

    `paid_cents` is what the customer paid, shipping included; `replaces` names the order this one was sent again for.
    """

    id: str
    customer_id: str
    status: str
    placed_at: str
    packed_at: str | None
    shipped_at: str | None
    delivered_at: str | None
    cancelled_at: str | None
    promised_by: str
    carrier: str
    tracking: str | None
    address: str
    note: str
    shipping_cents: int
    paid_cents: int
    refunded_cents: int
    payment_method: str
    replaces: str | None


class Line(NamedTuple):
    """One line of an order; `price_cents` is what one piece cost on that day."""

    id: str
    order_id: str
    sku: str
    quantity: int
    price_cents: int


class Return(NamedTuple):
    """Articles on their way back; `state` goes requested, received, refunded, or ends as withdrawn."""

    id: str
    order_id: str
    state: str
    reason: str
    requested_at: str
    received_at: str | None
    refunded_at: str | None


class ReturnLine(NamedTuple):
    """How many pieces of an order line a return covers."""

    return_id: str
    line_id: str
    quantity: int


class Refund(NamedTuple):
    """Money given back; `state` is pending until the bank took it, then settled; a voided one never left."""

    id: str
    order_id: str
    return_id: str | None
    amount_cents: int
    state: str
    reason: str
    key: str
    made_at: str


class Exchange(NamedTuple):
    """A line to be swapped for another size or colour once the first one is back; `state`: open, sent, withdrawn."""

    id: str
    order_id: str
    line_id: str
    wanted_sku: str
    state: str
    requested_at: str


class Invoice(NamedTuple):
    """The invoice of an order, issued when it was placed."""

    number: str
    order_id: str
    issued_at: str
    total_cents: int


class ParcelEvent(NamedTuple):
    """One scan of a parcel on its way."""

    order_id: str
    at: str
    code: str
    place: str


class StatusEvent(NamedTuple):
    """What the warehouse said of an order: how it stood at an instant, and when that was heard here."""

    order_id: str
    status: str
    at: str
    received_at: str


class Trace(NamedTuple):
    """An investigation at the carrier; `state` is open or closed."""

    id: str
    order_id: str
    state: str
    reason: str
    opened_at: str


class About(NamedTuple):
    """One thing the database remembers of itself, such as the day it was made for."""

    name: str
    value: str


@dataclass
class Books:
    """Everything the order system holds on its first day, table by table."""

    customers: list[Customer] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    return_lines: list[ReturnLine] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    parcel_events: list[ParcelEvent] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    status_events: list[StatusEvent] = field(default_factory=list)
