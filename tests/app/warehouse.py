"""The sample company's warehouse in tests: it says how orders stand, also what it should not."""

import sqlite3
from contextlib import closing
from datetime import timedelta

from aboveloop.app.contracts.checks import Result, check_contract, fetching
from aboveloop.app.rehearsal.stage import Stage
from larkspur.clock import stamp
from larkspur.shop import Shop


class Warehouse:
    """Writes into the order system's database as the feed does, on the house's clock."""

    def __init__(self, house: Stage) -> None:
        self.house = house
        self.path = house.settings.home / "larkspur.db"

    def says(self) -> None:
        """A sound event, now."""
        shop = Shop(self.path, self.house.clock.now)
        shop.hear_from_warehouse()
        shop.close()

    def sends(self, order_id: str | None = "LK-100007", status: str = "shipped", late: timedelta = timedelta(0)) -> int:
        """Any event, which happened `late` before it came now. Returns its number."""
        now = self.house.clock.now()
        event = (order_id, status, stamp(now - late), stamp(now))
        with closing(sqlite3.connect(self.path)) as connection, connection:
            written = connection.execute(
                "INSERT INTO status_events (order_id, status, at, received_at) VALUES (?, ?, ?, ?)", event
            )
            assert written.lastrowid is not None
            return written.lastrowid

    def mends(self, event: int) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("DELETE FROM status_events WHERE id = ?", (event,))

    def changes(self, statement: str, *values: object) -> None:
        """Anything at all in the order system's tables; what its schema forbids, too."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints=ON")
            connection.execute(statement, values)

    def checked(self, contract: str = "order_status_events") -> Result:
        operation = self.house.operation
        fetch = fetching(self.house.systems_of(operation), self.house.settings.home)
        return check_contract(operation, operation.contracts[contract], fetch, self.house.clock.now)
