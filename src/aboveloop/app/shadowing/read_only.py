"""Systems that can be read and nothing else: the second wall behind stage shadow, so that no fault of ours writes."""

import threading
from collections.abc import Mapping
from typing import Any

from aboveloop.connect.errors import SystemRefused
from aboveloop.work.house import SystemsOfRecord


class ReadOnlySystems:
    """Passes reads on and refuses every write before it reaches a system. Threads may share it."""

    def __init__(self, systems: SystemsOfRecord) -> None:
        self._systems = systems
        self._lock = threading.Lock()
        self.reads = 0
        self.refused: list[str] = []

    def read(self, operation: str, args: Mapping[str, Any]) -> Any:
        with self._lock:
            self.reads += 1
        return self._systems.read(operation, args)

    def perform(self, operation: str, args: Mapping[str, Any], key: str) -> Any:
        """Never performs. Raises SystemRefused."""
        with self._lock:
            self.refused.append(operation)
        raise SystemRefused(f"{operation} was not performed: who works beside people changes nothing.")
