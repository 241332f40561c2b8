"""What the main flow works with: the ports of the house, filled by the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from aboveloop.connect.errors import RecordMissing
from aboveloop.connect.models.embeddings import Embedded
from aboveloop.durable.turns import Turns
from aboveloop.govern.lanes import Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.kit.clock import Clock
from aboveloop.kit.database import Database, Reader
from aboveloop.kit.errors import TemporaryError
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.reader import Reader as MessageReader


class SystemsOfRecord(Protocol):
    """The systems of one operation: read, or write under an idempotency key.

    Raises what aboveloop.connect.errors names: no such record, refused, unavailable.
    """

    def read(self, operation: str, args: Mapping[str, Any]) -> Any: ...

    def perform(self, operation: str, args: Mapping[str, Any], key: str) -> Any: ...


class Deployed(Protocol):
    """The digest of the release that a customer's new case begins on, of production where nobody is named."""

    def __call__(self, reader: Reader, customer_id: str = "", /) -> str: ...


class Destination(Protocol):
    """A vendor outside: what policies, flows and people call it, and from which doubt on nothing is sent to it."""

    @property
    def name(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def most_uncertainty(self) -> float: ...


class Meaning(Protocol):
    """A provider's embeddings, where messages may be read with them. Nothing of it waits longer than it is told."""

    @property
    def vendor(self) -> Destination: ...

    @property
    def reading_seconds(self) -> float: ...

    def reader_of(self, operation: Operation) -> FirstReader:
        """The reader that was fitted with them. Raises MeaningUnready."""
        ...

    def request_bytes(self, texts: Sequence[str]) -> bytes: ...

    def ask(self, body: bytes, count: int, *, within_seconds: float) -> Embedded:
        """Send what `request_bytes` made of `count` texts. Raises ModelRefused, ModelUnavailable."""
        ...


class MeaningUnready(TemporaryError):
    """There is no reader that was fitted with the provider's embeddings, or none that may be used now."""


class Deliverer(Protocol):
    """Brings a recorded message to where the customer reads it; the same message twice arrives once."""

    def deliver(self, message_id: str) -> None: ...


@dataclass(frozen=True)
class Patience:
    """How long a silent customer is waited for, and how often a system that does not answer is tried."""

    remind_after: timedelta = timedelta(hours=24)
    give_up_after: timedelta = timedelta(hours=72)
    retry_first: timedelta = timedelta(seconds=2)
    retries: int = 5
    # The demo shortens the waits of procedures (`wait: {hours: 48}`); at work they last as long as they say.
    waits_shortened: float = 1.0


@dataclass(frozen=True)
class House:
    """Everything the main flow needs. `deployed` gives the release that a customer's new case begins on; `stage` is
    that of procedures that nobody gave one of their own; `meaning` is there where messages may be read with a
    provider's embeddings."""

    database: Database
    clock: Clock
    ledger: Ledger
    turns: Turns
    deployed: Deployed
    operation_of: Callable[[str], Operation]
    systems_of: Callable[[Operation], SystemsOfRecord]
    reader_of: Callable[[Operation], MessageReader]
    pack_of: Callable[[Operation], PolicyPack]
    channels: Mapping[str, Deliverer] = field(default_factory=dict)
    stage: Stage = Stage.SUPERVISED
    patience: Patience = field(default_factory=Patience)
    meaning: Meaning | None = None


class TurnRecords:
    """Records for one turn: what was read once is not read again, until something was written."""

    def __init__(self, systems: SystemsOfRecord) -> None:
        self._systems = systems
        self._known: dict[str, Any] = {}

    def read(self, operation: str, args: Mapping[str, Any]) -> Any | None:
        """The record, None where there is none. Raises what the systems raise but for that."""
        name = f"{operation} {sorted(args.items())!r}"
        if name not in self._known:
            try:
                self._known[name] = self._systems.read(operation, args)
            except RecordMissing:
                self._known[name] = None
        return self._known[name]

    def forget(self) -> None:
        self._known.clear()
