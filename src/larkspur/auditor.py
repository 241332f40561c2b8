"""An auditor of the shop: reads its books directly, asks nobody who works with it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from larkspur.clock import read_stamp, stamp
from larkspur.store import Store


@dataclass(frozen=True)
class OrderInGoodOrder:
    """A delivered order on which nothing has happened since."""

    order_id: str
    customer_id: str
    paid_cents: int
    email: str
    postcode: str


@dataclass(frozen=True)
class RefundInBooks:
    """`state` is pending, settled or voided; `key` is who asked for it."""

    refund_id: str
    order_id: str
    customer_id: str
    amount_cents: int
    state: str
    made_at: datetime
    key: str


class Auditor:
    """Looks into the database at `path`. Close it when done."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path)

    def orders_in_good_order(self, since: datetime) -> list[OrderInGoodOrder]:
        """Delivered since then, by number."""
        with self._store.read() as tables:
            rows = tables.untroubled_orders(stamp(since))
        return [
            OrderInGoodOrder(row["id"], row["customer_id"], row["paid_cents"], row["email"], row["postcode"])
            for row in rows
        ]

    def refunds(self) -> list[RefundInBooks]:
        """Every refund, oldest first."""
        with self._store.read() as tables:
            rows = tables.refunds()
        return [
            RefundInBooks(
                row["id"],
                row["order_id"],
                row["customer_id"],
                row["amount_cents"],
                row["state"],
                read_stamp(row["made_at"]),
                row["key"],
            )
            for row in rows
        ]

    def refunded_cents(self) -> dict[str, int]:
        """What each order's own sum says was given back."""
        with self._store.read() as tables:
            return tables.refunded_cents()

    def close(self) -> None:
        self._store.close()
