"""The port that every way of reaching a system fits, and the words in which ports report trouble."""

from collections.abc import Mapping
from typing import Any, Protocol

from aboveloop.connect.errors import RecordMissing, SystemRefused, SystemUnavailable
from aboveloop.operation.system_models import SystemOperation

# Enough to understand a refusal; a system's whole error page helps nobody and may hold personal words.
LONGEST_WORDS = 500


class SystemPort(Protocol):
    """One system of record. Calls block and may come from many threads at once."""

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        """The JSON answer of `operation`. `key` names a write: the same key is performed once.

        Raises RecordMissing, SystemRefused or SystemUnavailable; SystemMisdescribed where the folder is wrong.
        """
        ...

    def close(self) -> None:
        """Give back connections, threads and processes. A closed port is not used again."""
        ...


def with_key(spec: SystemOperation, args: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """The arguments as sent: with the key in the argument that the operation names for it."""
    if key is None or spec.idempotency is None:
        return dict(args)
    return {**args, spec.idempotency: key}


def said_no(name: str, spec: SystemOperation, words: str) -> RecordMissing | SystemRefused:
    """The error for a system that answered no: no such record where its words hold `spec.missing`."""
    words = shortened(words)
    if spec.missing and spec.missing.casefold() in words.casefold():
        return RecordMissing(f"{name} found no such record: {words}")
    return SystemRefused(f"{name} was refused by the system: {words or 'it gave no reason'}", words=words)


def is_down(
    name: str, spec: SystemOperation, why: str, *, may_have_happened: bool, retry_after_seconds: float = 1.0
) -> SystemUnavailable:
    unknown = may_have_happened and spec.kind == "write"
    return SystemUnavailable(
        f"{name} could not reach the system: {shortened(why)}. {_what_now(unknown)}",
        trouble="down",
        may_have_happened=unknown,
        retry_after_seconds=retry_after_seconds,
    )


def was_slow(name: str, spec: SystemOperation, seconds: float, *, may_have_happened: bool = True) -> SystemUnavailable:
    unknown = may_have_happened and spec.kind == "write"
    return SystemUnavailable(
        f"{name} had no answer within {seconds:g} seconds. {_what_now(unknown)}",
        trouble="slow",
        may_have_happened=unknown,
    )


def talked_nonsense(name: str, spec: SystemOperation, why: str) -> SystemUnavailable:
    unknown = spec.kind == "write"
    return SystemUnavailable(
        f"{name} was answered with nonsense: {shortened(why)}. {_what_now(unknown)}",
        trouble="nonsense",
        may_have_happened=unknown,
    )


def shortened(words: str) -> str:
    """One line of at most LONGEST_WORDS characters."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1] + "…"


def _what_now(may_have_happened: bool) -> str:
    if may_have_happened:
        return "Whether it happened is unknown; repeat it only with the same key."
    return "Nothing has changed; try again."
