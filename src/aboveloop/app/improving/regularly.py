"""Beside the turns: the KPIs are measured and the house looks for what could be better, again and again."""

import logging
import threading
from collections.abc import Callable

import sqlalchemy as sa

from aboveloop.app.improving.seeing import propose
from aboveloop.app.measuring.kpis import measure_all
from aboveloop.app.premises import Premises
from aboveloop.kit.errors import AboveloopError

# A breach is noticed within minutes; each look counts the cases of a month and reads the journals of the systems.
LOOK_EVERY_SECONDS = 300.0
# The first look, when a house that has just opened has something to count.
FIRST_AFTER_SECONDS = 60.0

logger = logging.getLogger(__name__)


class Lookout:
    """One process's lookout. Two at once find the same, and keep it once."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises

    def look(self) -> None:
        """Measure, then propose. What fails is said and tried again."""
        for what in (measure_all, propose):
            self._try(what)

    def run(self, stop: threading.Event) -> None:
        """Look until `stop` is set."""
        wait = FIRST_AFTER_SECONDS
        while not stop.wait(wait):
            self.look()
            wait = LOOK_EVERY_SECONDS

    def _try(self, what: Callable[[Premises], object]) -> None:
        try:
            what(self._premises)
        except (sa.exc.DBAPIError, AboveloopError) as error:
            logger.error("The house could not look at itself and will again: %s", error)
