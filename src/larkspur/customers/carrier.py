"""The carrier that looks for parcels: what the world answers to a search, in the shop's own records.

Searches that were asked for during a run end after a while: the parcel turned up, or it is lost.
"""

import asyncio
import logging
import random
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from larkspur.clock import present
from larkspur.customers.store import Search, end_search, open_searches
from larkspur.store import Store

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
# Shorter than what the demo makes of the two days that the shop gives the carrier.
SEARCH_TIME = timedelta(seconds=12)
FOUND_SHARE = 0.35


def is_found(search: Search, seed: int) -> bool:
    """Whether the parcel turns up. The same parcel ends alike in every run of a seed."""
    return random.Random(f"carrier-{seed}-{search.order_id}").random() < FOUND_SHARE


@dataclass
class Carrier:
    """Works on the shop's database, as the real one would through its interface to the shop."""

    database: Path
    seed: int

    async def work(self) -> None:
        """Look and answer, until cancelled."""
        store = Store(self.database)
        try:
            while True:
                try:
                    await asyncio.to_thread(self.answer, store)
                except (sqlite3.OperationalError, LookupError) as error:
                    # Locked or changed meanwhile: it is looked at again.
                    logger.debug("The carrier could not answer: %s", error)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            store.close()

    def answer(self, store: Store) -> int:
        """End the searches that have lasted long enough. Returns how many."""
        now = present()
        ripe = open_searches(store, now - SEARCH_TIME)
        for search in ripe:
            end_search(store, search, now, found=is_found(search, self.seed))
        return len(ripe)
