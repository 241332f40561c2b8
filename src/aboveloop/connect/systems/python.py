"""Systems reached as a Python module: its functions are the operations, in this process."""

import importlib
import json
import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from functools import partial
from typing import Any

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed
from aboveloop.connect.systems.port import is_down, said_no, shortened, talked_nonsense, was_slow, with_key
from aboveloop.connect.systems.surroundings import Surroundings
from aboveloop.operation.system_models import System, SystemOperation

# A function that hangs keeps its thread; so many may hang before the system counts as too slow altogether.
THREADS = 32


class _Hands:
    """Threads that are used again, which nobody waits for at the end: an ordinary pool keeps a process from ending."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._threads = 0

    def take(self, work: Callable[[], None]) -> None:
        """Do `work` on an idle thread, or on a new one."""
        with self._lock:
            is_somebody_idle = self._idle > 0
            self._idle -= is_somebody_idle
            self._threads += not is_somebody_idle
        self._work.put(work)
        if not is_somebody_idle:
            threading.Thread(target=self._serve, name=self._name, daemon=True).start()

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            work()
            with self._lock:
                self._idle += 1

    def let_go(self) -> None:
        """Each thread ends with what it does; none is waited for."""
        with self._lock:
            ending, self._threads, self._idle = self._threads, 0, 0
        for _ in range(ending):
            self._work.put(None)


class PythonPort:
    """A module of the company's own. Functions run on threads, so that a slow one does not hold up its caller."""

    def __init__(self, system: System, _surroundings: Surroundings) -> None:
        what = f"The system {system.system}"
        if not system.reach.module:
            raise SystemMisdescribed(f"{what} is reached by Python but names no `module`. Give one.")
        try:
            self._module = importlib.import_module(system.reach.module)
        except ImportError as error:
            raise SystemMisdescribed(f"{what} cannot import {system.reach.module}: {error}. Install it.") from error
        self._name = system.system
        self._timeout = system.reach.timeout_seconds
        self._free = threading.BoundedSemaphore(THREADS)
        self._hands = _Hands(f"system-{self._name}")

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        name = f"{self._name}.{operation}"
        function: Callable[..., Any] | None = getattr(self._module, operation, None)
        if not callable(function):
            raise SystemMisdescribed(f"{name} is no function of {self._module.__name__}. Write it or name another.")
        if not self._free.acquire(timeout=self._timeout):
            raise was_slow(name, spec, self._timeout, may_have_happened=False)
        pending: Future[Any] = Future()
        work = (pending, function, with_key(spec, args, key))
        self._hands.take(partial(self._carry_out, *work))
        try:
            error = pending.exception(timeout=self._timeout)
        except FutureTimeout:
            raise was_slow(name, spec, self._timeout) from None
        if error is not None:
            raise _explained(name, spec, error, self._timeout) from error
        return _json(name, spec, pending.result())

    def close(self) -> None:
        self._hands.let_go()

    def _carry_out(self, pending: "Future[Any]", function: Callable[..., Any], args: Mapping[str, Any]) -> None:
        try:
            pending.set_result(function(**args))
        except Exception as error:  # noqa: BLE001 - the edge of somebody else's code; the caller tells the kinds apart
            pending.set_exception(error)
        finally:
            self._free.release()


def _explained(name: str, spec: SystemOperation, error: BaseException, timeout_seconds: float) -> Exception:
    """What an exception means: a lookup that failed, a no, a system behind it that is away, or a fault."""
    words = shortened(str(error.args[0]) if error.args else type(error).__name__)
    if isinstance(error, LookupError):
        return RecordMissing(f"{name} found no such record: {words}")
    if isinstance(error, ValueError | PermissionError):
        return said_no(name, spec, shortened(str(error)) or type(error).__name__)
    if isinstance(error, TimeoutError):
        return was_slow(name, spec, timeout_seconds)
    if isinstance(error, OSError):
        return is_down(name, spec, str(error), may_have_happened=not isinstance(error, ConnectionRefusedError))
    return talked_nonsense(name, spec, f"{type(error).__name__}: {words}")


def _json(name: str, spec: SystemOperation, value: Any) -> Any:
    """A copy of `value` in JSON's own types, so that nobody holds on to the module's records."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise talked_nonsense(name, spec, f"its answer is not JSON ({error})") from error
