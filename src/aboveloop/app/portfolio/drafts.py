"""Drafts of charters: written in the browser, kept in the house, told what they lack, and taken into an operation."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from aboveloop.app import folders
from aboveloop.app.frozen import written_folder
from aboveloop.app.portfolio import store
from aboveloop.app.portfolio.errors import DraftChanged, DraftExists, DraftNotFound, DraftUnfit
from aboveloop.app.premises import Premises
from aboveloop.govern.people import Person, may
from aboveloop.history.store import About
from aboveloop.kit.canonical import digest
from aboveloop.kit.clock import from_micros
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.charter_faults import Lack, lacking, worker_too_early, wrong
from aboveloop.operation.charters import Charter, Window
from aboveloop.operation.faults import Place
from aboveloop.operation.models import Operation
from aboveloop.operation.outcome_words import objections
from aboveloop.operation.places import Places
from aboveloop.operation.releases import Release

WEEK = timedelta(days=7)
# Without these there is nothing to keep: what hurts, whom, and what it moves come before everything else.
FIRST: Mapping[str, str] = {
    "pain_point": "Say the one pain point that is felt today, in the words of those who feel it.",
    "team": "Choose the one team that begins.",
    "kpi": "Choose the one KPI that must move.",
}


@dataclass(frozen=True)
class Draft:
    """A charter that is being written, by whom it was changed last and when."""

    charter: Charter
    by: str
    at: datetime

    @property
    def version(self) -> str:
        """Of what it says: whoever changes a draft says which one they have seen."""
        return digest(_body(self.charter))


def every(reader: Reader) -> list[Draft]:
    return [_draft(row) for row in store.every(reader, store.drafts)]


def find(reader: Reader, name: str) -> Draft:
    """Raises DraftNotFound."""
    row = store.one(reader, store.drafts, name)
    if row is None:
        raise DraftNotFound(f"There is no draft {name}. The charters page names those that there are.")
    return _draft(row)


def refusals(operation: Operation, charter: Charter) -> dict[str, str]:
    """Why a draft is not even kept, by part: it begins with an outcome, a pain point, a team and a KPI, and a worker is
    named when the work is described."""
    said = {part: words for part, words in FIRST.items() if not getattr(charter, part)}
    if early := worker_too_early(charter):
        said["worker"] = early
    against = objections(charter.outcome)
    if against:
        said["outcome"] = " ".join(against)
    kpi = operation.kpis.get(charter.kpi or "")
    if kpi is not None and kpi.level == "model":
        said["kpi"] = (
            f"{kpi.title} is a model's own measure: if it rises and nothing else moves, nobody has won. Choose a KPI of"
            " the business; it may stand beside it."
        )
    return said


def findings(operation: Operation, charter: Charter) -> dict[str, list[str]]:
    """What is missing or wrong in a draft, by part, as `charter check` will say it."""
    found: dict[str, list[str]] = {}
    for lack in lacking(operation, charter):
        found.setdefault(lack.part, []).append(_at_field(lack, charter.charter))
    for fault in wrong(operation, charter, _Parts()):
        found.setdefault(fault.path, []).append(fault.message)
    return found


def keep(premises: Premises, charter: Charter, *, by: Person, seen: str = "") -> Draft:
    """Write a draft down, in the place of the one of its name whose version was `seen`, "" where there was none. The
    ledger keeps each text.

    Raises MayNot, DraftUnfit with why it is not even kept, and DraftChanged where somebody was faster.
    """
    may(by, "propose").demand()
    refused = refusals(premises.current(), charter)
    if refused:
        raise DraftUnfit(" ".join(refused.values()))
    now = premises.house.clock.now()
    values = {"name": charter.charter, "body": _body(charter), "by": by.actor, "at": now}
    with premises.database.write() as tx:
        row = store.one(tx, store.drafts, charter.charter)
        standing = _draft(row) if row is not None else None
        is_fresh = seen == (standing.version if standing is not None else "")
        if not is_fresh or not store.keep_draft(tx, values, seen=row.body if row is not None else None):
            raise DraftChanged(_changed(premises.current(), charter.charter, standing))
        entry = {"charter": charter.charter, "text": text_of(charter)}
        premises.ledger.append(tx, case_id=HOUSE, kind="CharterDrafted", at=now, actor=by.actor, body=entry)
    return Draft(charter, by.actor, now)


def drop(premises: Premises, name: str, *, by: Person) -> None:
    """Give a draft up. Raises MayNot and DraftNotFound."""
    may(by, "propose").demand()
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        if not store.drop(tx, store.drafts, name):
            raise DraftNotFound(f"There is no draft {name}, so none was given up.")
        body = {"charter": name}
        premises.ledger.append(tx, case_id=HOUSE, kind="CharterDraftDropped", at=now, actor=by.actor, body=body)


def _changed(operation: Operation, name: str, standing: Draft | None) -> str:
    """Who was faster."""
    if standing is None:
        return f"The draft {name} was given up since you opened it. Nothing was kept: keep it again to begin it anew."
    who = standing.by.removeprefix("person:")
    named = next((person.name for person in operation.about.people if person.id == who), who)
    at = standing.at.astimezone(ZoneInfo(operation.about.timezone))
    return (
        f"{named} kept the draft {name} at {at:%H:%M} on {at:%d %b %Y}, after you had opened it, so yours was not"
        " kept over it. Look at theirs; keep yours again, and it takes the place of theirs."
    )


def text_of(charter: Charter) -> str:
    """The draft as charters/NAME.yaml says it."""
    yaml, written = YAML(), io.StringIO()
    yaml.width = 120
    yaml.dump(_body(charter), written)
    return written.getvalue()


def take(draft: Draft, folder: Path, *, replace: bool = False) -> Path:
    """Write a draft into an operation folder. Raises DraftExists."""
    path = folder / "charters" / f"{draft.charter.charter}.yaml"
    if path.exists() and not replace:
        raise DraftExists(f"{path} exists already. Say --replace to write over it. Nothing was written.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(draft.charter), encoding="utf-8")
    return path


def release(premises: Premises, draft: Draft, *, by: Person) -> Release:
    """A release with the draft's charter beside the one at work. Nothing is put to work, and no gate is played.

    Raises MayNot, and FolderFaulty where the charter names what is not there.
    """
    may(by, "propose").demand()
    files = dict(premises.current().files)
    files[f"charters/{draft.charter.charter}.yaml"] = text_of(draft.charter)
    note = f"The charter {draft.charter.charter}."
    with written_folder(files) as made:
        return folders.create_release(premises, made, by=by.actor, note=note)


def whole_weeks(about: About, timezone: str) -> Window | None:
    """The whole weeks, Monday to Sunday, that lie in a history; None where there is none."""
    if about.first is None or about.last is None:
        return None
    zone = ZoneInfo(timezone)
    first, last = (from_micros(each).astimezone(zone).date() for each in (about.first, about.last))
    since = first + timedelta(days=-first.weekday() % 7)
    until: date = last - timedelta(days=last.weekday())
    return Window(since=since, until=until) if until - since >= WEEK else None


def _at_field(lack: Lack, name: str) -> str:
    """What is said beside a field, where the charter's name and the field's need no telling."""
    if lack.part.startswith("readiness."):
        return "This question is still open."
    about = lack.sentence.removeprefix(f"The charter {name}").removeprefix(":").strip()
    if about.startswith("lacks "):
        return re.sub(r" \(`[^)]*\)", "", about.replace("lacks ", "Missing: ", 1))
    return f"It {about}" if about[:1].islower() else about


def _body(charter: Charter) -> dict[str, Any]:
    body: dict[str, Any] = charter.model_dump(mode="json", exclude_defaults=True)
    return body


def _draft(row: Any) -> Draft:
    return Draft(Charter.model_validate(row.body), row.by, row.at)


class _Parts(Places):
    """Names the part of a charter instead of a line of a file: a draft has none yet."""

    def at(self, kind: str, name: str, *path: str | int) -> Place:
        return Place(".".join(str(each) for each in path) or kind)
