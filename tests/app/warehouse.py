"""The sample company's warehouse in tests: it says how orders stand, also what it should not."""

import sqlite3
from contextlib import closing

from aboveloop.app.contracts.checks import Result, check_contract, fetching
from aboveloop.app.drills import broken_feed


class Warehouse(broken_feed.Warehouse):
    """The drill's, which can spoil any table and hold a contract to its rows."""

    def changes(self, statement: str, *values: object) -> None:
        """Anything at all in the order system's tables; what its schema forbids, too."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints=ON")
            connection.execute(statement, values)

    def checked(self, contract: str = "order_status_events") -> Result:
        operation = self.house.operation
        fetch = fetching(self.house.systems_of(operation), self.house.settings.home)
        return check_contract(operation, operation.contracts[contract], fetch, self.house.clock.now)
