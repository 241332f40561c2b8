"""The warehouse's feed: each minute it says how an order under way stands, so that silence means that it is broken."""

import sqlite3
import sys
import threading

from larkspur.shop import Shop

EVERY_SECONDS = 60.0


class Feed:
    """Tells at once, then once a minute, until it is stopped."""

    def __init__(self, shop: Shop, every_seconds: float = EVERY_SECONDS) -> None:
        self._shop = shop
        self._every = every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_on, name="warehouse", daemon=True)

    def start(self) -> None:
        self._tell()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _keep_on(self) -> None:
        while not self._stop.wait(self._every):
            self._tell()

    def _tell(self) -> None:
        try:
            self._shop.hear_from_warehouse()
        except sqlite3.Error as error:
            # The next minute tells again; who watches the feed sees the gap.
            print(f"The warehouse could not be heard: {error}", file=sys.stderr)  # noqa: T201 - the server's only log
