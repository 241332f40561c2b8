"""Faults: what is wrong in an operation folder, with file and line, as values that a person can act on."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """A folder with a fault cannot be released; one with warnings can."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True)
class Place:
    """Somewhere in a folder: a path relative to it, with line and column counted from 1."""

    path: str
    line: int = 1
    column: int | None = None

    def fault(self, message: str) -> "Fault":
        return Fault(self.path, self.line, self.column, message)

    def warning(self, message: str) -> "Fault":
        return Fault(self.path, self.line, self.column, message, Severity.WARNING)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, in a sentence. `path` is relative to the folder, lines and columns count from 1."""

    path: str
    line: int
    column: int | None
    message: str
    severity: Severity = Severity.FAULT

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" + (f":{self.column}" if self.column else "")
        return f"{where}: {'warning: ' if self.severity is Severity.WARNING else ''}{self.message}"


def ordered(faults: Iterable[Fault]) -> list[Fault]:
    """The faults once each, by file, line and column, as a reader of the files meets them."""
    return sorted(set(faults), key=lambda fault: (fault.path, fault.line, fault.column or 0, fault.message))


def any_serious(faults: Iterable[Fault]) -> bool:
    """True when one of them forbids a release."""
    return any(fault.severity is Severity.FAULT for fault in faults)
