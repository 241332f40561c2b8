"""Which command was called, and as whom: known before its room opens a house."""

import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Called:
    """`name`: the words of the command, such as `approval list`; `as_person`: what --as said."""

    name: str
    as_person: str | None


CALLED: ContextVar[Called | None] = ContextVar("called", default=None)


def naming(name: str, command: Callable[..., Any]) -> Callable[..., Any]:
    """`command`, known under its name while it runs."""

    @functools.wraps(command)
    def run(**given: Any) -> Any:
        token = CALLED.set(Called(name, given.get("person")))
        try:
            return command(**given)
        finally:
            CALLED.reset(token)

    return run
