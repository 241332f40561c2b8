"""The bakery with a data contract on its orders, whose rows lie in a file that tests spoil and mend."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from aboveloop.app.contracts import store
from aboveloop.app.contracts.rounds import ContractRound, Looked
from aboveloop.govern.paging.pager import open_pages
from aboveloop.govern.switches import Switch, Switches
from aboveloop.operation import releases
from aboveloop.operation.models import Operation
from work.bakery import FILES, Bakery, operation_of

PATH = "contracts/orders.odcs.yaml"
ORDERS = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
name: Orders
version: 1.0.0
status: active
team: {name: Bakery, members: [{username: priya, role: owner}]}
support:
  - {channel: Oven on call, customProperties: [{property: onCall, value: [tom, operations]}]}
customProperties: [{property: checkEverySeconds, value: 60}]
schema:
  - name: orders
    customProperties:
      - {property: source, value: {file: orders.jsonl}}
      - {property: liveReads, value: [{read: till.get_order, fields: [order_id, status, paid_cents]}]}
    properties:
      - {name: order_id, logicalType: string, primaryKey: true}
      - name: status
        logicalType: string
        required: true
        quality: [{id: approved, metric: invalidValues, arguments: {validValues: [placed, cancelled]}, mustBe: 0}]
      - {name: paid_cents, logicalType: integer, required: true}
"""
# What uses the status of an order in the bakery, and what uses what was paid.
ON_STATUS = {"operation till.cancel_order", "procedure track_order"}
ON_PAID = {"operation till.refund_order"}
GOOD = {"order_id": "CR-1", "status": "placed", "paid_cents": 300}
ODD = {"order_id": "CR-2", "status": "teleported", "paid_cents": 300}
UNPAID = {"order_id": "CR-3", "status": "placed", "paid_cents": None}


def operation(**more: str) -> Operation:
    contracts = {f"contracts/{name}.odcs.yaml": text for name, text in more.items()}
    return operation_of({**FILES, PATH: ORDERS, **contracts})


class Depot:
    """The bakery's house, its rows, and its round."""

    def __init__(self, home: Path, url: str, held: Operation | None = None) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.bakery = Bakery(home, url, held or operation())
        self.bakery.open()
        self.bakery._opened.notice = self.bakery.live.notice_for(self.bakery.operation)
        self.round = ContractRound(self.bakery)
        self.rows(GOOD)

    def rows(self, *rows: dict[str, Any]) -> None:
        (self.home / "orders.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def gone(self) -> None:
        (self.home / "orders.jsonl").unlink(missing_ok=True)

    def look(self, *rows: dict[str, Any]) -> list[Looked]:
        """A minute passes, and what is due is checked, on these rows if any are given."""
        if rows:
            self.rows(*rows)
        self.bakery.clock.advance(timedelta(seconds=60))
        return self.round.look()

    def paused(self) -> set[str]:
        return {f"{switch.scope} {switch.name}" for switch in self.switches()}

    def switches(self) -> list[Switch]:
        with self.bakery.database.read() as reader:
            return Switches(self.bakery.ledger, self.bakery.operation).all(reader)

    def pages(self) -> list[str]:
        with self.bakery.database.read() as reader:
            return [page.about for page in open_pages(reader)]

    def breaches(self, contract: str = "orders") -> list[sa.Row[Any]]:
        with self.bakery.database.read() as reader:
            return store.breaches_of(reader, contract, limit=50)

    def is_broken(self) -> bool:
        return any(each.closed_at is None for each in self.breaches())

    def kinds(self) -> list[str]:
        wanted = ("Contract", "Switch", "Page")
        return [kind for kind in self.bakery.kinds("house") if kind.startswith(wanted)]

    def releases(self, held: Operation) -> None:
        """Another release is at work from now on."""
        now = self.bakery.clock.now()
        with self.bakery.database.write() as tx:
            made = releases.create_release(tx, held, ledger=self.bakery.ledger, by="house", note="", now=now)
            releases.deploy(tx, made, ledger=self.bakery.ledger, by="house", now=now)
        self.bakery.operation = held

    def close(self) -> None:
        self.bakery.close()
