"""What the radar found in a history of the home: worked out when somebody asks, kept beside it, and read from there.

It is kept under a digest of what lies there: a history that was imported anew is looked at anew.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.found import find
from aboveloop.discover.picture.choosing import sketch
from aboveloop.discover.picture.drawing import draw_sketch
from aboveloop.discover.radar import Radar, as_json, look
from aboveloop.discover.scorecard import hints_of
from aboveloop.history import store
from aboveloop.history.logs.beginnings import beginnings
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.opening import open_history, read
from aboveloop.history.logs.tellings import tellings
from aboveloop.history.store import About, History, folder_of

# Raised when findings are told otherwise than before: what was kept is then worked out again.
FORM = 5
# As many cases stand behind a box of the picture, found among so many of its first events.
BEHIND, SEARCHED = 5, 1_000


@dataclass(frozen=True)
class Looked:
    """A history and what was found in it; None where nobody has looked since it was imported."""

    about: About
    found: dict[str, Any] | None


def histories(home: Path) -> list[Looked]:
    """Every history of the home, with what was found."""
    return [Looked(each.about, _kept(home, each)) for each in store.all_of(home)]


def looked(home: Path, name: str) -> Looked:
    """Raises HistoryNotFound."""
    history = store.find(home, name)
    return Looked(history.about, _kept(home, history))


def look_at(home: Path, name: str, assumed: Assumptions) -> Looked:
    """Work out what is found and keep it. Raises HistoryNotFound, LogUnreadable."""
    history = store.find(home, name)
    source = open_history(history)
    log = read(source, Named())
    radar = look(log)
    found = (
        as_json(radar)
        | {"picture": _picture(radar)}
        | find(radar, beginnings(source, log.columns), assumed, tellings(source, log)).as_json()
    )
    found["hints"] = hints_of(radar)
    place = _place(home, history)
    for old in place.parent.glob("findings-*.json"):
        old.unlink()
    draft = place.with_suffix(".draft")
    draft.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    draft.replace(place)
    return Looked(history.about, found)


def _picture(radar: Radar) -> dict[str, Any]:
    """The process as SVG, and some cases of each activity that is drawn, under the number that its box leads to."""
    ordered = radar.cases.ordered
    drawn = sketch(ordered)
    some = {
        node.code: np.unique(ordered.case[ordered.activity == node.code][:SEARCHED])[:BEHIND] for node in drawn.nodes
    }
    shown = np.unique(np.concatenate(list(some.values())))
    names = dict(zip(shown.tolist(), ordered.names_of(shown), strict=True))
    return {
        "svg": draw_sketch(drawn, link=lambda node: f"#activity-{node.code}", styled=False),
        "activities": [
            {"number": node.code, "activity": node.name, "events": node.events,
             "examples": [names[case] for case in some[node.code].tolist()]}
            for node in drawn.nodes
        ],
    }  # fmt: skip


def events_of(home: Path, name: str, case: str) -> list[dict[str, Any]]:
    """The events of one case in order, without what was said in them. Raises HistoryNotFound."""
    import polars  # noqa: PLC0415 - large, and wanted where a case is looked at alone

    frame = open_history(store.find(home, name)).frame
    rows = frame.filter(polars.col("case_id") == case).select("activity", "at", "team", "channel").collect()
    return sorted(rows.to_dicts(), key=lambda row: row["at"])


def _kept(home: Path, history: History) -> dict[str, Any] | None:
    place = _place(home, history)
    if not place.is_file():
        return None
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found


def _place(home: Path, history: History) -> Path:
    digest = hashlib.sha256(f"{FORM} {history.about}".encode())
    for path in history.files:
        seen = path.stat()
        digest.update(f"{path.name} {seen.st_size} {seen.st_mtime_ns}".encode())
    return folder_of(home) / history.about.name / f"findings-{digest.hexdigest()[:16]}.json"
