"""Whether an operation's own examples can carry the cap on wrong readings that it sets."""

from aboveloop.app.weights import installed_embedder
from aboveloop.operation.models import Operation
from aboveloop.understand.reader import FirstReader


def unkept(operation: Operation) -> str | None:
    """Why nothing can be promised under the operation's cap; None where it can, or where it sets none."""
    kept = FirstReader.fit(operation, installed_embedder()).promise
    return kept.reason if kept is not None and kept.threshold is None else None
