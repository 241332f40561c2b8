"""Personal data that an import kept for a while, and its masking when that time is over.

Who works beside people on past cases needs to see who the customer was; nobody needs it for longer than that work
takes. Masking later leaves what masking at the import would have left.
"""

import json
import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from aboveloop.app.importing.draft import Draft, kept_events
from aboveloop.app.importing.footing import IMPORTED
from aboveloop.app.importing.importing import RECORDS
from aboveloop.app.importing.masking import Masker
from aboveloop.app.premises import Premises
from aboveloop.govern.people import Person, may
from aboveloop.history import quarantine, store
from aboveloop.history.events import Event, attributes_of
from aboveloop.history.quarantine import Quarantined
from aboveloop.history.store import About
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import AboveloopError, WrongUsage
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE

SECRET = "imports"
# A run beside people and the verdicts on it take weeks; whoever needs longer imports again and says why again.
USUAL_DAYS, MOST_DAYS = 30, 180
LOOK_EVERY_SECONDS = 3600.0

logger = logging.getLogger(__name__)


def permit(person: Person | None, days: int) -> None:
    """Before personal data is kept. `person` is None for the machine's account, which holds the keys to all of it.

    Raises MayNot and WrongUsage.
    """
    if person is not None:
        may(person, "read_personal").demand()
    if not 1 <= days <= MOST_DAYS:
        raise WrongUsage(f"Personal data of a history is kept for 1 to {MOST_DAYS} days, not {days}: say --keep-days.")


def until(now: datetime, days: int) -> str:
    return iso(now + timedelta(days=days))


def kept(premises: Premises, reader: Reader) -> dict[str, str]:
    """The histories of this home that hold personal data, with the time until which; "" where none was said."""
    said = {}
    for entry in premises.ledger.find(reader, kind=IMPORTED):
        if entry.body.get("personal") == "kept":
            said[str(entry.body["history"])] = str(entry.body.get("until", ""))
    home = premises.settings.home
    return {each.about.name: said.get(each.about.name, "") for each in store.all_of(home) if is_kept(each.about)}


def is_kept(about: About) -> bool:
    """Whether a history holds personal data as it came."""
    return bool(about.more.get("keeps_personal"))


def mask_due(premises: Premises) -> list[str]:
    """Mask every history whose time is over; their names."""
    now = iso(premises.house.clock.now())
    with premises.database.read() as reader:
        due = [name for name, end in kept(premises, reader).items() if end and end <= now]
    for name in due:
        mask(premises, name, HOUSE)
    return due


def mask(premises: Premises, name: str, actor: str) -> int:
    """Mask a history that kept personal data, its quarantine with it; how many values were masked.

    The new state is whole before the old one goes. Raises HistoryNotFound.
    """
    home = premises.settings.home
    history = store.find(home, name)
    if not is_kept(history.about):
        return 0
    masker = Masker(premises.settings.secret(SECRET))
    place, draft = store.folder_of(home) / name, store.folder_of(home) / f".{new_id('draft')}"
    draft.mkdir(parents=True)
    try:
        more = {**history.about.more, "keeps_personal": False, "settings": _settings(history.about.more)}
        about = replace(history.about, more=more)
        store.write_into(draft, about, (masked(event, masker) for event in kept_events(history.files)))
        quarantine.write(draft / quarantine.FILE, _rows(quarantine.read(place / quarantine.FILE), masker))
        if (place / RECORDS).is_file():
            # Contents are known by digests of what is no longer there: read again, every record counts as changed.
            keys, contents = np.load(place / RECORDS)
            np.save(draft / RECORDS, np.array([keys, np.zeros_like(contents)]))
        shutil.rmtree(place)
        draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    # What an interrupted import left lies there as it came.
    Draft(home, name).drop()
    values = sum(masker.counts.values())
    body = {"history": name, "values": values}
    with premises.database.write() as tx:
        now = premises.house.clock.now()
        premises.ledger.append(tx, case_id=HOUSE, kind="HistoryMasked", at=now, actor=actor, body=body)
    return values


def masked(event: Event, masker: Masker) -> Event:
    """One event as an import that masks would have kept it."""
    return event._replace(
        case_id=masker.name(event.case_id, "case") or "",
        activity=masker.name(event.activity, "activity") or "",
        who=masker.person(event.who),
        team=masker.name(event.team, "team"),
        channel=masker.name(event.channel, "channel"),
        attributes=attributes_of(masker.attributes(json.loads(event.attributes or "{}"))),
    )


def _rows(rows: Iterator[Quarantined], masker: Masker) -> Iterator[Quarantined]:
    for row in rows:
        reason = masker.text(row.reason, "quarantine")
        yield replace(row, reason=reason, row=masker.value(row.row, "quarantine"))


def _settings(more: Any) -> str:
    """How the export was read, as an import that masks would say it."""
    told = json.loads(str(more.get("settings") or "[false]"))
    return json.dumps([*told[:-1], False])


class KeptRound:
    """Masks what was kept long enough, for as long as the house is open."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                for name in mask_due(self._premises):
                    logger.info("The history %s was masked: its personal data had been kept long enough.", name)
            except (sa.exc.DBAPIError, OSError, AboveloopError) as error:
                logger.error("Histories that kept personal data could not be masked and will be again: %s", error)
            stop.wait(LOOK_EVERY_SECONDS)
