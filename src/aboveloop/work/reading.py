"""Reading a message: with a provider's embeddings where they are set up and all is well, and else without them.

Nothing is sent while a transaction is open, nothing that masking or policy holds back, and nobody waits longer than
`reading_seconds`. Whatever goes wrong, the message is read, by words or the weights of this machine, under the promise
of the reader that read it.
"""

from dataclasses import replace

from aboveloop.connect.models.exchange import ModelRefused, ModelUnavailable
from aboveloop.govern.lanes import Stage
from aboveloop.journey.cases import Message
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.understand.kernel import Floats32
from aboveloop.understand.provided import Looked
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.readings import Expectation, Reading
from aboveloop.work.house import Meaning, MeaningUnready
from aboveloop.work.privacy.errand import About, Errand
from aboveloop.work.privacy.outside import FAILED
from aboveloop.work.privacy.surroundings import surroundings
from aboveloop.work.turn_state import Turn

# What is sent of a case, and what for, as flows name it.
FIELDS, PURPOSE = ("messages",), "embedding"
# How a reading says that it was read with embeddings; any other sentence says why it was not.
WITH = "Read with the embeddings of"
# Which clauses are looked at depends on what the whole was taken for: a second request is rare, a third is not made.
_REQUESTS = 2


class _NotRead(Exception):
    """It could not be read with the provider's embeddings; the message says why."""


def read(turn: Turn, message: Message, expected: Expectation) -> Reading:
    """What the message says. Raises nothing of the provider's."""
    meaning = turn.house.meaning
    if meaning is None:
        return _without(turn, message, expected)
    try:
        return _by_meaning(turn, meaning, message, expected)
    except (_NotRead, MeaningUnready, ModelUnavailable, ModelRefused) as error:
        because = f"Read without the embeddings of {meaning.vendor.name}: {error}"
        return replace(_without(turn, message, expected), read_by=because)


def _without(turn: Turn, message: Message, expected: Expectation) -> Reading:
    return turn.house.reader_of(turn.operation).read(message.text, expecting=expected, now=turn.now)


def _by_meaning(turn: Turn, meaning: Meaning, message: Message, expected: Expectation) -> Reading:
    reader = meaning.reader_of(turn.operation)
    embedder = reader.intents.embedder
    assert embedder is not None, "a reader of meaning was fitted with embeddings"
    with turn.house.database.read() as database:
        around = surroundings(database, turn.operation, turn.case)
    known: dict[str, Floats32] = {}
    left = meaning.reading_seconds
    for request in range(_REQUESTS + 1):
        looked = Looked(embedder, around, known)
        reading = _read(reader, looked, message, expected, turn)
        if not looked.missing:
            said = f"{WITH} {meaning.vendor.name}." if known else ""
            return replace(reading, read_by=said)
        if request < _REQUESTS:
            vectors, waited = _vectors(turn, meaning, looked, left)
            known, left = known | vectors, left - waited
    raise _NotRead("it says so many things that it would take several requests more.")


def _read(reader: FirstReader, looked: Looked, message: Message, expected: Expectation, turn: Turn) -> Reading:
    return reader.through(looked).read(message.text, expecting=expected, now=turn.now)


def _vectors(turn: Turn, meaning: Meaning, looked: Looked, left: float) -> tuple[dict[str, Floats32], float]:
    """The vectors of what is missing: judged, written down, and then asked for; and how long that took of what is
    `left` of the time for it."""
    about = About(turn.case.id, turn.case.customer_id, turn.case.channel)
    errand = Errand(turn.house, turn.operation, about, turn.worker, meaning.vendor, PURPOSE, FIELDS)
    stopped = errand.stopped(looked.hidden)
    if stopped:
        raise _NotRead(stopped)
    texts = looked.missing
    judgement = errand.judged("\n".join(texts))
    if not judgement.decision.may_perform:
        raise _NotRead(f"{judgement.decision.reason} Nothing was sent.")
    if judgement.stage is Stage.SHADOW:
        raise _NotRead("In stage shadow nothing leaves the house.")
    if left <= 0:
        raise _NotRead(f"The {meaning.reading_seconds:.3g} s of one reading were over.")
    body = meaning.request_bytes(texts)
    flow = errand.flow(judgement, looked.hidden, body)
    begun = monotonic_seconds()
    try:
        vectors = meaning.ask(body, len(texts), within_seconds=left).vectors
        if vectors.shape[1] != looked.probes.shape[1]:
            raise ModelRefused(f"The embeddings of {meaning.vendor.name} have another size than those of the fit.")
    except (ModelUnavailable, ModelRefused) as error:
        errand.write(FAILED, {"flow": flow, "vendor": meaning.vendor.name, "error": type(error).__name__})
        raise
    return dict(zip(texts, vectors, strict=True)), monotonic_seconds() - begun
