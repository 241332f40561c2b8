"""The footing of a history: whether something may go to production on it, or it is for exploration alone.

A spreadsheet is welcome to explore with. It goes further when a data contract holds: its rows were held to it before
they were kept, the operation at work still promises the same, and nothing breaks that promise now.
"""

from dataclasses import dataclass
from typing import Any, Literal

from aboveloop.app.contracts import store
from aboveloop.app.premises import Premises
from aboveloop.history import store as histories
from aboveloop.history.errors import HistoryNotFound
from aboveloop.history.events import LEDGER
from aboveloop.history.held import SPREADSHEETS, Held, held_as, held_of
from aboveloop.history.store import About
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation

IMPORTED = "HistoryImported"


@dataclass(frozen=True)
class Footing:
    """What may be built on a history, and why; `remedy` is what would let it go further, "" where nothing is wanted."""

    history: str
    lane: Literal["exploration", "production"]
    because: str
    remedy: str = ""

    @property
    def is_firm(self) -> bool:
        return self.lane == "production"

    @property
    def title(self) -> str:
        """As it is shown beside the name of a history."""
        return "fit for production" if self.is_firm else "exploration, not for production"

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "title": self.title}


def footing_of(reader: Reader, operation: Operation | None, about: About) -> Footing:
    """The footing of one history under the operation at work, None where none is."""
    return _weighed(reader, operation, about.name, about.kind, held_of(about))


def _weighed(reader: Reader, operation: Operation | None, name: str, kind: str, held: Held | None) -> Footing:
    if kind not in SPREADSHEETS and held is None:
        return Footing(name, "production", f"It is the record of a system ({kind}), no spreadsheet.")
    again = f"`aboveloop import FILE --as {name} --contract CONTRACT`"
    if held is None:
        because = f"It is a spreadsheet ({kind}), and its rows were held to no data contract."
        return Footing(name, "exploration", because, f"Write a data contract and import the whole file again: {again}.")
    said = f"{held.contract} {held.version}"
    again = again.replace("CONTRACT", held.contract)
    contract = operation.contracts.get(held.contract) if operation is not None else None
    if contract is None:
        because = f"Its rows were held to {said}, and the operation at work has no such data contract."
        return Footing(name, "exploration", because, "Put a release to work that has it.")
    if contract.version != held.version:
        because = f"Its rows were held to {said}, and the operation at work promises version {contract.version}."
        return Footing(name, "exploration", because, f"Import the whole file again: {again}.")
    if store.open_breach(reader, contract.name) is not None:
        because = f"Its rows were held to {said}, which is broken now."
        return Footing(
            name, "exploration", because, f"Mend what breaks it: `aboveloop contract check {contract.name}`."
        )
    return Footing(name, "production", f"Every row kept the data contract {said}, and nothing breaks it now.")


def footing(premises: Premises, reader: Reader, operation: Operation | None, name: str) -> Footing | None:
    """The footing of the history of this name. Our own ledger is firm; one that was forgotten stands as the ledger
    tells of its last import, and of one that never was there is nothing to say: None."""
    if name == LEDGER:
        return Footing(name, "production", "It is our own work, sealed in the ledger.")
    try:
        return footing_of(reader, operation, histories.find(premises.settings.home, name).about)
    except HistoryNotFound:
        told = [each.body for each in premises.ledger.find(reader, kind=IMPORTED) if each.body["history"] == name]
        return _weighed(reader, operation, name, told[-1]["kind"], held_as(told[-1])) if told else None


def every_footing(premises: Premises, reader: Reader, operation: Operation | None) -> list[tuple[About, Footing]]:
    """Each history of the home with its footing, by name."""
    found = histories.all_of(premises.settings.home)
    return [(each.about, footing_of(reader, operation, each.about)) for each in found]
