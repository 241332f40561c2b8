"""Imports of this house: done by somebody, written down in the ledger, shown, tried again, forgotten."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aboveloop.app.importing.draft import Draft
from aboveloop.app.importing.footing import IMPORTED
from aboveloop.app.importing.importing import Import, Report, Told
from aboveloop.app.importing.keeping import SECRET, USUAL_DAYS, until
from aboveloop.app.importing.masking import Masker
from aboveloop.app.importing.sources import Retried, Wish, open_export
from aboveloop.app.premises import Premises
from aboveloop.connect.exports.records import Export, Reading, RowUnreadable
from aboveloop.history import quarantine, store
from aboveloop.history.errors import HistoryNotFound
from aboveloop.history.held import HELD_TO, Held, held_of
from aboveloop.history.quarantine import Quarantined
from aboveloop.kit.errors import NotFound
from aboveloop.ledger.entries import HOUSE

FIRST_ROWS = 5


class NothingQuarantined(NotFound):
    """No row of this history waits in quarantine."""


@dataclass(frozen=True)
class Keeping:
    """Who imports, why personal data is kept as it is ("" where it is masked), and for how many days."""

    actor: str
    why_personal: str = ""
    days: int = USUAL_DAYS
    # The contract that the rows were held to before.
    held: Held | None = None


def import_(premises: Premises, wish: Wish, name: str, keeping: Keeping, told: Told = lambda rows: None) -> Report:
    """Import, or go on with what was interrupted. Raises ExportUnreadable, MappingWrong, KindDiffers."""
    return _run(premises, open_export(wish), name, keeping, wish.place, told)


def preview(premises: Premises, wish: Wish) -> dict[str, Any]:
    """The mapping, and what the first rows become, masked; nothing is written."""
    export = open_export(wish)
    masker = _masker(premises, Keeping("house"))
    rows: list[dict[str, Any]] = []
    for page in export.pages(None):
        rows += [_previewed(export, masker, row) for row in page.rows[: FIRST_ROWS - len(rows)]]
        if len(rows) >= FIRST_ROWS:
            break
    return {
        "kind": export.kind,
        "columns": dict(export.reading.columns),
        "time_zone": export.reading.zone,
        "day_first": export.reading.day_first,
        "remarks": list(export.reading.remarks),
        "first": rows,
    }


def retry(
    premises: Premises,
    name: str,
    reading: Reading,
    keeping: Keeping,
    *,
    place: str = "",
    told: Told = lambda rows: None,
) -> Report:
    """Read the quarantined rows again, with another reading where one is named. Raises NothingQuarantined."""
    history = store.find(premises.settings.home, name)
    rows = list(quarantine.read(store.folder_of(premises.settings.home) / name / quarantine.FILE))
    if not rows:
        raise NothingQuarantined(f"No row of {name} is in quarantine.")
    about = history.about
    columns = {**about.mapping, **reading.columns}
    zone = about.time_zone if reading.zone == "UTC" else reading.zone
    place = place or str(about.more.get("place", ""))
    export = open_export(Wish(place, about.kind, Reading(zone, reading.day_first, columns)))
    return _run(premises, Retried(export, rows), name, keeping, place, told)


def forget(premises: Premises, name: str, actor: str) -> int:
    """Take a history away, finished or not; how many events it had. Raises HistoryNotFound."""
    home = premises.settings.home
    draft = Draft(home, name)
    store.check_name(name)
    try:
        events = store.find(home, name).about.events
        store.remove(home, name)
    except HistoryNotFound:
        if not draft.folder.exists():
            raise
        events = 0
    draft.drop()
    _write(premises, "HistoryForgotten", actor, {"history": name, "events": events})
    return events


def quarantined(home: Path, name: str) -> list[Quarantined]:
    store.find(home, name)
    return list(quarantine.read(store.folder_of(home) / name / quarantine.FILE))


def _run(premises: Premises, export: Export, name: str, keeping: Keeping, place: str, told: Told) -> Report:
    masker, now = _masker(premises, keeping), premises.house.clock.now()
    report = Import(premises.settings.home, name, export, masker, now=now, place=place, held=keeping.held).run(told)
    held = held_of(store.find(premises.settings.home, name).about)
    body = {
        "history": name,
        "kind": report.kind,
        "digest": report.fingerprint,
        **{each: getattr(report, each) for each in ("read", "stored", "unchanged", "quarantined", "events", "cases")},
        "personal": "kept" if masker.keeps else "masked",
        "why": keeping.why_personal,
        **({HELD_TO: held.as_json()} if held is not None else {}),
        **({"until": until(now, keeping.days)} if masker.keeps else {}),
    }
    _write(premises, IMPORTED, keeping.actor, body)
    return report


def _write(premises: Premises, kind: str, actor: str, body: dict[str, Any]) -> None:
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        premises.ledger.append(tx, case_id=HOUSE, kind=kind, at=now, actor=actor, body=body)


def _masker(premises: Premises, keeping: Keeping) -> Masker:
    return Masker(premises.settings.secret(SECRET), keeps=bool(keeping.why_personal))


def _previewed(export: Export, masker: Masker, row: Any) -> dict[str, Any]:
    try:
        if row.fault:
            raise RowUnreadable(row.fault)
        record = export.record(row)
    except RowUnreadable as error:
        return {"place": row.place, "fault": masker.text(str(error), "quarantine")}
    return {
        "place": row.place,
        "case": masker.name(record.case, "case"),
        "events": [
            {**each._asdict(), "who": masker.person(each.who), "attributes": masker.attributes(each.attributes)}
            for each in record.happenings
        ],
    }
