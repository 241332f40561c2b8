"""All systems of an operation behind one door: reads, writes with their key, and what neither reads nor writes."""

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed, SystemUnavailable
from aboveloop.connect.systems.port import SystemPort, talked_nonsense
from aboveloop.connect.systems.surroundings import Surroundings
from aboveloop.connect.systems.tables import TablePage
from aboveloop.connect.systems.troubled import TroubledPort, Troubles
from aboveloop.operation.models import Operation
from aboveloop.operation.schemas import returns_fault
from aboveloop.operation.system_models import System, SystemOperation

# A customer waits meanwhile: three attempts cost a third of a second where the system is back at once.
FIRST_PAUSE_SECONDS = 0.1
# A system that asks for more patience than this is left alone; whoever called comes back later.
LONGEST_PAUSE_SECONDS = 2.0

Kind = Literal["read", "write", "generic"]
# Told of every answer of a read: the operation and what it gave.
Notice = Callable[[str, Any], None]


@runtime_checkable
class HasTables(Protocol):
    """A port whose tables can be read row by row."""

    def page(self, page: TablePage) -> list[dict[str, Any]]: ...


class Systems:
    """Opens the port of a system at its first use and keeps it. Threads may share it.

    `ports` gives the ports of systems that are not reached from here (`house`, `recorded`), and of doubles.
    `troubles` makes operations fail on order. `pause` waits for a number of seconds between two attempts. `notice` is
    told of what reads answer.
    """

    def __init__(
        self,
        operation: Operation,
        home: Path,
        *,
        ports: Mapping[str, SystemPort] | None = None,
        troubles: Troubles | None = None,
        pause: Callable[[float], None] = time.sleep,
        notice: Notice | None = None,
    ) -> None:
        self._operation = operation
        self._surroundings = Surroundings(home=home, files=operation.files)
        self._given = dict(ports or {})
        self._troubles = troubles
        self._pause = pause
        self.notice = notice
        self._ports: dict[str, SystemPort] = {}
        self._lock = threading.Lock()

    def read(self, operation_name: str, args: Mapping[str, Any]) -> Any:
        """The answer of a read, tried up to the system's `attempts`.

        Raises RecordMissing, SystemRefused, or SystemUnavailable after the last attempt.
        """
        answer = self.read_unnoticed(operation_name, args)
        if self.notice is not None:
            self.notice(operation_name, answer)
        return answer

    def read_unnoticed(self, operation_name: str, args: Mapping[str, Any]) -> Any:
        """As `read`, for who looks at all records themselves: `notice` is not told."""
        return self._attempted(operation_name, "read", args, None)

    def page(self, system_name: str, page: TablePage) -> list[dict[str, Any]]:
        """The next rows of a table of an SQL system. Raises SystemUnavailable, SystemRefused, SystemMisdescribed."""
        system = self._operation.systems.get(system_name)
        port: object = self._port(system) if system is not None else None
        if not isinstance(port, HasTables):
            raise SystemMisdescribed(
                f"The system {system_name} has no tables that can be read: it is not reached by SQL."
            )
        return port.page(page)

    def ask(self, operation_name: str, args: Mapping[str, Any]) -> Any:
        """The answer of an operation that neither reads nor changes records (`kind: generic`), like a read's."""
        return self._attempted(operation_name, "generic", args, None)

    def perform(self, operation_name: str, args: Mapping[str, Any], key: str) -> Any:
        """The answer of a write, performed once for each key.

        Raises RecordMissing, SystemRefused or SystemUnavailable. It is tried again only where it is known not to
        have happened; where that is unknown the caller repeats it with the same key, or looks.
        """
        if not key:
            raise SystemMisdescribed(f"{operation_name} is a write and needs a key, so that it is performed once.")
        return self._attempted(operation_name, "write", args, key)

    def close(self) -> None:
        """Close all ports; what is called afterwards opens them again."""
        with self._lock:
            ports, self._ports = list(self._ports.values()), {}
        for port in ports:
            port.close()

    def _attempted(self, operation_name: str, kind: Kind, args: Mapping[str, Any], key: str | None) -> Any:
        system, spec = self._described(operation_name, kind)
        pause = FIRST_PAUSE_SECONDS
        for left in range(system.reach.attempts - 1, -1, -1):
            try:
                return self._answered(system, operation_name, spec, args, key)
            except SystemUnavailable as error:
                patience = error.retry_after_seconds > LONGEST_PAUSE_SECONDS
                if left == 0 or error.may_have_happened or patience:
                    raise
                self._pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        raise AssertionError("every attempt returns or raises")

    def _answered(
        self, system: System, operation_name: str, spec: SystemOperation, args: Mapping[str, Any], key: str | None
    ) -> Any:
        """One call. An answer that does not fit is nonsense; nothing at all where a record is read is none."""
        answer = self._port(system).call(operation_name.partition(".")[2], spec, args, key=key)
        fault = returns_fault(spec, system.types, answer)
        if fault is None:
            return answer
        if answer is None and spec.kind == "read":
            raise RecordMissing(f"{operation_name} found no such record.")
        raise talked_nonsense(operation_name, spec, fault)

    def _described(self, operation_name: str, kind: Kind) -> tuple[System, SystemOperation]:
        system = self._operation.systems.get(operation_name.partition(".")[0])
        spec = self._operation.system_operation(operation_name)
        if system is None or spec is None:
            raise SystemMisdescribed(f"{operation_name} is no operation of {self._operation.about.name}'s systems.")
        if spec.kind != kind:
            raise SystemMisdescribed(f"{operation_name} is a {spec.kind} operation and is not called as a {kind}.")
        return system, spec

    def _port(self, system: System) -> SystemPort:
        port = self._ports.get(system.system)
        if port is not None:
            return port
        with self._lock:
            if system.system not in self._ports:
                port = self._given.get(system.system) or _open(system, self._surroundings)
                if self._troubles is not None:
                    port = TroubledPort(system.system, port, self._troubles)
                self._ports[system.system] = port
            return self._ports[system.system]


class SystemRecords:
    """Records for the facts that policies need: None where there is no such record."""

    def __init__(self, systems: Systems) -> None:
        self._systems = systems

    def read(self, operation: str, args: Mapping[str, Any]) -> Any | None:
        """The record, or None. Raises SystemUnavailable where it cannot be told now, SystemRefused for a no."""
        try:
            return self._systems.read(operation, args)
        except RecordMissing:
            return None


def _open(system: System, surroundings: Surroundings) -> SystemPort:
    """The port for a system's kind. Each brings a library that takes a moment to import: only what is used is."""
    kind = system.reach.kind
    if kind == "mcp":
        from aboveloop.connect.systems.mcp import McpPort  # noqa: PLC0415

        return McpPort(system, surroundings)
    if kind == "http":
        from aboveloop.connect.systems.http import HttpPort  # noqa: PLC0415

        return HttpPort(system, surroundings)
    if kind == "sql":
        from aboveloop.connect.systems.sql import SqlPort  # noqa: PLC0415

        return SqlPort(system, surroundings)
    if kind == "python":
        from aboveloop.connect.systems.python import PythonPort  # noqa: PLC0415

        return PythonPort(system, surroundings)
    raise SystemMisdescribed(
        f"The system {system.system} is of kind {kind}, which is not reached from here. "
        "Give its port when the systems are opened, or reach it over mcp, http, sql or python."
    )
