"""Trouble on order, for tests, scenarios and drills: a named operation fails, before or after it really happened."""

import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.connect.errors import SystemUnavailable, Trouble
from aboveloop.connect.systems.port import SystemPort, is_down, talked_nonsense, was_slow
from aboveloop.operation.system_models import SystemOperation


@dataclass(frozen=True)
class Planned:
    """One failure to come. `after` means that the system does what it is told, and then fails to say so."""

    trouble: Trouble
    after: bool


class Troubles:
    """What is planned to go wrong, by operation (`shop.refund_order`), in the order in which it was planned."""

    def __init__(self) -> None:
        self._planned: defaultdict[str, deque[Planned]] = defaultdict(deque)
        self._lock = threading.Lock()

    def plan(self, operation: str, trouble: Trouble, *, times: int = 1, after: bool = False) -> None:
        """Make the next `times` calls of `operation` fail."""
        with self._lock:
            self._planned[operation].extend([Planned(trouble, after)] * times)

    def left(self, operation: str) -> int:
        """How many planned failures have not come yet."""
        with self._lock:
            return len(self._planned[operation])

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, operation: str) -> Planned | None:
        """The next failure of `operation`, which is then no longer planned."""
        with self._lock:
            planned = self._planned[operation]
            return planned.popleft() if planned else None


class TroubledPort:
    """A port around another one that fails as planned and otherwise does what the other does."""

    def __init__(self, system: str, inner: SystemPort, troubles: Troubles) -> None:
        self._system = system
        self._inner = inner
        self._troubles = troubles

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        name = f"{self._system}.{operation}"
        planned = self._troubles.take(name)
        if planned is None:
            return self._inner.call(operation, spec, args, key=key)
        if planned.after:
            self._inner.call(operation, spec, args, key=key)
        raise _failure(name, spec, planned)

    def close(self) -> None:
        self._inner.close()


def _failure(name: str, spec: SystemOperation, planned: Planned) -> SystemUnavailable:
    """As the real thing: only a system that could not even be reached is known not to have done anything."""
    if planned.trouble == "down":
        return is_down(name, spec, "it is down as planned", may_have_happened=planned.after)
    if planned.trouble == "slow":
        return was_slow(name, spec, 0)
    return talked_nonsense(name, spec, "it talks nonsense as planned")
