"""A provider's embeddings in a house: fitted beside the turns, looked at again and again, used only while they are the
same. Until then, and whenever they fail, messages are read without them.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aboveloop.app.embeddings import standing
from aboveloop.app.embeddings.files import fit_embedder
from aboveloop.app.embeddings.kept import KeptVectors
from aboveloop.app.embeddings.provider import Leaving, Manner, probed
from aboveloop.app.embeddings.standing import FITTED, REFUSED, UNAVAILABLE, WITHHELD
from aboveloop.connect.models.embedding_settings import EmbeddingSettings, embeddings_of
from aboveloop.connect.models.embeddings import Embedded, EmbeddingModel
from aboveloop.connect.models.exchange import ModelRefused, ModelUnavailable
from aboveloop.govern.actions import Principal
from aboveloop.govern.lanes import Stage
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.models import Operation
from aboveloop.understand.embedding import are_same
from aboveloop.understand.examples import examples_of
from aboveloop.understand.kernel import Floats32
from aboveloop.understand.learned_before import learned
from aboveloop.understand.reader import FirstReader
from aboveloop.work.house import House, MeaningUnready
from aboveloop.work.judgement import Judgement
from aboveloop.work.privacy.errand import About, Errand
from aboveloop.work.privacy.surroundings import of_operation

# A provider that changes its model under its old name is found out within this time; a new release waits as long at
# most where nobody asks for it.
LOOK_EVERY_SECONDS = 600.0
RETRY_SECONDS = 30.0
# The worker in whose name examples leave, and what for, as flows name it.
READER, FIT = "reader", "fit"
RENEW = "aboveloop model renew"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Sent:
    """What leaves with one batch of a fit: all of which the mask is not sure was left out before."""

    counts: dict[str, int]
    uncertainty: float = 0.0
    because: str = ""


class HouseMeaning:
    """The provider's embeddings of one process. Threads share it."""

    def __init__(self, settings: EmbeddingSettings, house: Callable[[], House], page: Callable[[str], None]) -> None:
        self.vendor = settings
        self.reading_seconds = settings.reading_seconds
        self._house, self._page = house, page
        self._model = EmbeddingModel(settings)
        self._kept = KeptVectors.of(settings)
        self._lock = threading.Lock()
        self._readers: dict[str, FirstReader] = {}
        self._wanted: dict[str, Operation] = {}
        self._unready = "they are looked at for the first time."
        self._asked = threading.Event()

    def reader_of(self, operation: Operation) -> FirstReader:
        """The reader that was fitted with them; where there is none yet it is asked for. Raises MeaningUnready."""
        with self._lock:
            known, because = self._readers.get(operation.digest), self._unready
            if known is None and operation.digest not in self._wanted:
                self._wanted[operation.digest] = operation
                self._asked.set()
        if because:
            raise MeaningUnready(because)
        if known is None:
            raise MeaningUnready("no reader is fitted with them yet for this release.")
        if self._model.breaker.is_open:
            raise MeaningUnready("they failed several times in a row, and are left alone for a while.")
        return known

    def request_bytes(self, texts: Sequence[str]) -> bytes:
        return self._model.request_bytes(texts)

    def ask(self, body: bytes, count: int, *, within_seconds: float) -> Embedded:
        return self._model.ask(body, count, within_seconds=within_seconds)

    def probes(self, *, within_seconds: float | None = None) -> Floats32:
        """What the provider makes of the probes now. Raises ModelRefused, ModelUnavailable."""
        return probed(self._model, within_seconds=within_seconds)

    def close(self) -> None:
        self._asked.set()
        self._model.close()

    def run(self, closing: threading.Event, current: Callable[[], Operation]) -> None:
        """Look, fit, and wait until it is time again or a release is asked for, until the house closes."""
        while not closing.is_set():
            self._asked.clear()
            is_well = self.look(current(), closing.wait)
            self._asked.wait(LOOK_EVERY_SECONDS if is_well else RETRY_SECONDS)
            if not is_well:
                closing.wait(1.0)

    def look(self, current: Operation, pause: Callable[[float], bool]) -> bool:
        """Whether the provider answers as it did, with a reader fitted for every release that is asked for."""
        try:
            live = probed(self._model)
        except (ModelUnavailable, ModelRefused) as error:
            # What is fitted stays in use: each reading finds out for itself, and goes on without.
            with self._lock:
                if not self._readers:
                    self._unready = str(error)
            return self._stands(UNAVAILABLE, str(error))
        before = self._kept.probes()
        if before is not None and not are_same(before, live):
            said = f"the provider has changed its model. Nothing is read with it until `{RENEW}` fits it anew."
            self._refuse(said)
            return self._stands(REFUSED, f"The embeddings of {self.vendor.name} answer otherwise than before: {said}")
        with self._lock:
            # Fitted before somebody renewed what is kept.
            self._readers = {
                digest: reader for digest, reader in self._readers.items() if are_same(before, reader.intents.probes)
            }
            self._wanted.setdefault(current.digest, current)
            wanted = [each for digest, each in self._wanted.items() if digest not in self._readers]
        return all(self._fits(operation, live, pause) for operation in wanted) and self._stands(
            FITTED, "", is_well=True
        )

    def _fits(self, operation: Operation, live: Floats32, pause: Callable[[float], bool]) -> bool:
        errand, judgement = self._judged(operation)
        withheld = errand.standing() or ("" if judgement.decision.may_perform else judgement.decision.reason)
        if not withheld and judgement.stage is Stage.SHADOW:
            withheld = "In stage shadow nothing leaves the house."
        if withheld:
            self._refuse(withheld)
            return self._stands(WITHHELD, f"Nothing is sent to {self.vendor.name}: {withheld}")

        def before(leaving: Leaving) -> None:
            errand.flow(judgement, _Sent(dict(leaving.masked)), leaving.body)

        try:
            manner = Manner(of_operation(operation), before, pause, self._kept)
            # Not `FirstReader.fit`: who fits with words must not wait for a provider.
            embedder = fit_embedder(self._model, manner, live)
            reader = FirstReader(operation, learned(*examples_of(operation), embedder))
        except (ModelUnavailable, ModelRefused) as error:
            with self._lock:
                self._unready = "" if self._readers else str(error)
            return self._stands(UNAVAILABLE, str(error))
        with self._lock:
            self._readers[operation.digest] = reader
            self._unready = ""
        return True

    def _judged(self, operation: Operation) -> tuple[Errand, Judgement]:
        about, by = About(HOUSE, None), Principal("worker", READER)
        errand = Errand(self._house(), operation, about, by, self.vendor, FIT, ("examples",))
        return errand, errand.judged("The examples of this operation, masked.")

    def _refuse(self, because: str) -> None:
        with self._lock:
            self._readers = {}
            self._unready = because

    def _stands(self, state: str, sentence: str, *, is_well: bool = False) -> bool:
        """Write down how it stands where that is news, and call people where it is bad."""
        house = self._house()
        if standing.note(house, self.vendor, state, sentence) and state == REFUSED:
            logger.error("%s", sentence)
            self._page(sentence)
        return is_well


def meaning_of(home: Path, house: Callable[[], House], page: Callable[[str], None]) -> HouseMeaning | None:
    """The embeddings that this home may use, None where none are set up. Raises WrongUsage for a faulty setting."""
    settings = embeddings_of(home)
    return None if settings is None else HouseMeaning(settings, house, page)
