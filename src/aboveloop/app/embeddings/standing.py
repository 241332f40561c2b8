"""How a provider's embeddings stand, as the ledger tells it: the same for every process of a house."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveloop.app.embeddings import store
from aboveloop.connect.models.embedding_settings import EmbeddingSettings
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.work.house import House
from aboveloop.work.reading import WITH

STOOD = "EmbeddingsStood"
FITTED, UNAVAILABLE, REFUSED, WITHHELD = "fitted", "unavailable", "refused", "withheld"
# What is told of how messages were read is of the last day.
TOLD_OF = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """`state` is one of those above, `sentence` says why where it is not `FITTED`."""

    state: str
    sentence: str
    since: datetime
    name: str
    model: str
    url: str


@dataclass(frozen=True)
class ReadOfLate:
    """Messages of the last day: read with the embeddings, and without them, with the latest reason why."""

    with_them: int
    without: int
    latest: str


def read_of_late(reader: Reader, now: datetime) -> ReadOfLate:
    """How messages were read in the last day, as far as that could be one way or the other."""
    told = [each for each in store.read_since(reader, now - TOLD_OF) if each]
    without = [each for each in told if not each.startswith(WITH)]
    return ReadOfLate(len(told) - len(without), len(without), without[0] if without else "")


def note(house: House, settings: EmbeddingSettings, state: str, sentence: str) -> bool:
    """Write down how they stand. Returns whether that is news."""
    with house.database.write() as tx:
        before = latest(tx, house.ledger)
        is_news = before is None or (before.state, before.model, before.url) != (state, settings.model, settings.url)
        if is_news:
            body = {
                "state": state,
                "sentence": sentence,
                "vendor": settings.name,
                "model": settings.model,
                "url": settings.url,
            }
            house.ledger.append(tx, case_id=HOUSE, kind=STOOD, at=house.clock.now(), actor=HOUSE, body=body)
        return is_news


def latest(reader: Reader, ledger: Ledger) -> Standing | None:
    """How they stand, None where nobody has looked yet."""
    found = None
    for entry in ledger.find(reader, kind=STOOD, case_id=HOUSE):
        found = entry
    if found is None:
        return None
    body = found.body
    return Standing(body["state"], body["sentence"], found.at, body["vendor"], body["model"], body["url"])
