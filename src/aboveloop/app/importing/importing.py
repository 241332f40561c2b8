"""The import itself: read, mask, tell new from known, keep in batches, put in place; whole or to be gone on with.

The unit is the record: a ticket, or a row. A record that is kept already with the same content is unchanged; one that
changed takes the place of its earlier state; a row that cannot be read is quarantined. Each is counted once.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from aboveloop.app.importing.draft import WHOLE, Batch, Draft, Progress, counted, kept_events
from aboveloop.app.importing.hashes import Hashes
from aboveloop.app.importing.masking import Masker
from aboveloop.connect.exports.records import Export, Record, Row, RowUnreadable
from aboveloop.history import quarantine, store
from aboveloop.history.errors import HistoryNotFound
from aboveloop.history.events import Event, attributes_of
from aboveloop.history.held import HELD_TO, Held
from aboveloop.history.quarantine import Quarantined
from aboveloop.history.store import About, History
from aboveloop.kit.clock import to_micros
from aboveloop.kit.errors import Conflict

# Rows and events that are kept together: seconds of work, and tens of megabytes of memory.
ROWS_OF_A_BATCH, EVENTS_OF_A_BATCH = 20_000, 100_000
RECORDS = "records.npy"
COUNTS = ("read", "stored", "unchanged", "quarantined")
Told = Callable[[int], None]


class KindDiffers(Conflict):
    """A history of this name came from another kind of source."""


@dataclass(frozen=True)
class Report:
    """What an import did. `read` = `stored` + `unchanged` + `quarantined`."""

    name: str
    kind: str
    read: int
    stored: int
    unchanged: int
    quarantined: int
    events: int
    cases: int
    new_events: int
    resumed_at: int
    fingerprint: str
    personal: dict[str, dict[str, int]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "remarks": list(self.remarks)}


class Import:
    """One import into the home. `now` is when; `place` is what was read, for people; `held` is the contract that its
    rows were held to before."""

    def __init__(
        self, home: Path, name: str, export: Export, masker: Masker, *, now: Any, place: str, held: Held | None = None
    ) -> None:
        store.check_name(name)
        self._home, self._name, self._export, self._masker = home, name, export, masker
        self._now, self._place, self._held = now, place, held
        self._draft = Draft(home, name)
        self._earlier = _earlier(home, name)
        self._settings = _settings_of(export, masker)
        if self._earlier is not None:
            self._check_alike(self._earlier.about)

    def run(self, told: Told = lambda rows: None) -> Report:
        """Read what is left, and put the history in its place. `told` hears how many rows have been read."""
        progress, resumed_at = self._started()
        if not progress.is_read:
            self._read(progress, told)
        if not progress.is_whole:
            self._make_whole(progress)
        self._draft.put()
        about = store.find(self._home, self._name).about
        return Report(
            self._name,
            self._export.kind,
            progress.read,
            progress.stored,
            progress.unchanged,
            progress.quarantined,
            about.events,
            about.cases,
            progress.events,
            resumed_at,
            self._export.fingerprint,
            progress.personal,
            self._export.reading.remarks,
        )

    def _check_alike(self, about: About) -> None:
        """What is read otherwise would stand there twice. Raises KindDiffers."""
        if about.kind != self._export.kind:
            raise KindDiffers(
                f"The history {self._name} was imported from {about.kind}, this is {self._export.kind}. Choose another"
                " name with --as, or forget that one."
            )
        if about.more.get("settings") != self._settings and not self._export.is_retry and not self._export.has_keys:
            raise KindDiffers(
                f"The history {self._name} was imported with other columns, zone or masking, so its rows would stand"
                f" there twice. Forget it first (`aboveloop import forget {self._name}`), or choose another name."
            )

    def _started(self) -> tuple[Progress, int]:
        told = self._settings
        earlier = self._draft.progress()
        if earlier and (earlier.fingerprint, earlier.settings) == (self._export.fingerprint, told):
            for place, kinds in earlier.personal.items():
                self._masker.counts.update({(place, kind): number for kind, number in kinds.items()})
            return earlier, earlier.read
        self._draft.begin()
        behind = self._earlier.about.more.get("mark") if self._earlier and self._export.goes_on else None
        return Progress(self._export.fingerprint, told, mark=behind), 0

    def _read(self, progress: Progress, told: Told) -> None:
        position = self._next_position() + progress.events
        state = _State(self._known_records(), position, has_keys=self._export.has_keys)
        for records, contents in self._draft.records(progress):
            state.take_back(records, contents)
        batch = Batch()
        for page in self._export.pages(progress.mark):
            for row in page.rows:
                self._take(row, batch, state, progress.stored)
            progress.mark = page.mark
            told(progress.read + batch.read)
            if page.is_dear or batch.read >= ROWS_OF_A_BATCH or len(batch.events) >= EVENTS_OF_A_BATCH:
                self._keep(batch, progress)
                batch = Batch()
        progress.is_read = True
        self._keep(batch, progress)

    def _keep(self, batch: Batch, progress: Progress) -> None:
        progress.personal = counted(self._masker.counts)
        self._draft.keep(batch, progress)

    def _take(self, row: Row, batch: Batch, state: "_State", stored: int) -> None:
        """`stored` records are in earlier batches."""
        batch.read += 1
        try:
            if row.fault:
                raise RowUnreadable(row.fault)
            record = self._export.record(row)
            events = self._masked(record, state.position)
        except RowUnreadable as error:
            reason = self._masker.text(str(error), "quarantine")
            batch.quarantined.append(Quarantined(row.place, reason, self._masker.value(row.value, "quarantine")))
            return
        content = _hash(*[str(part) for event in events for part in (*event[1:4], *event[5:])])
        if not self._export.has_keys:
            batch.contents.append(content)
        key = _hash(self._masker.name(record.key, "case") or "") if record.key else state.counted(content)
        if state.is_known(key, content):
            batch.unchanged += 1
            return
        if record.key:
            state.note(key, content)
        state.position += len(events)
        batch.of_record += [stored + len(batch.records)] * len(events)
        batch.records.append(key)
        batch.digests.append(content)
        batch.events += events

    def _masked(self, record: Record, position: int) -> list[Event]:
        mask, name = self._masker, self._name
        case = mask.name(record.case, "case") or ""
        return [
            Event(
                name,
                case,
                mask.name(each.activity, "activity") or "",
                each.at,
                position + place,
                mask.person(each.who),
                mask.name(each.team, "team"),
                mask.name(each.channel, "channel"),
                attributes_of(mask.attributes(each.attributes)),
            )
            for place, each in enumerate(record.happenings)
        ]

    def _known(self) -> dict[int, int]:
        hashes, digests = self._known_records()
        return dict(zip(hashes.tolist(), digests.tolist(), strict=True))

    def _known_records(self) -> Any:
        path = self._draft.place / RECORDS
        if self._earlier is None or not path.is_file():
            return np.empty((2, 0), dtype=np.int64)
        return np.load(path)

    def _next_position(self) -> int:
        return int(self._earlier.about.more.get("next_position", 0)) if self._earlier else 0

    def _make_whole(self, progress: Progress) -> None:
        """The history as it will stand: what was kept and did not change, then what is new."""
        whole = self._draft.folder / WHOLE
        shutil.rmtree(whole, ignore_errors=True)
        whole.mkdir()
        batches = [records for records, _ in self._draft.records(progress)]
        if self._export.has_keys:
            now, last, replaced = _latest(self._known(), batches)
            records = np.array([list(now), list(now.values())], dtype=np.int64)
            events = self._all_events(progress, set(last.values()), replaced)
        else:
            records = np.concatenate([self._known_records(), *batches], axis=1)
            events = self._all_events(progress, None, set())
        store.write_into(whole, self._about(progress, records.shape[1]), events)
        np.save(whole / RECORDS, records)
        quarantine.write(whole / quarantine.FILE, self._quarantined(progress))
        progress.is_whole = True
        self._draft.write(progress)

    def _about(self, progress: Progress, records: int) -> About:
        export = self._export
        more = {
            "next_position": self._next_position() + progress.events,
            "place": self._place,
            "fingerprint": export.fingerprint,
            "mark": progress.mark,
            "settings": progress.settings,
            "keeps_personal": self._masker.keeps,
            "last": {each: getattr(progress, each) for each in (*COUNTS, "personal")},
            HELD_TO: self._held_to(progress, records),
        }
        columns = dict(export.reading.columns)
        return About(self._name, export.kind, to_micros(self._now), export.reading.zone, columns, more)

    def _held_to(self, progress: Progress, records: int) -> dict[str, str] | None:
        """The contract that every record was held to. Rows that are tried again were held to it when they first came;
        what was imported without one before is held to it when the file has all of it once more."""
        earlier = self._earlier.about.more.get(HELD_TO) if self._earlier else None
        if self._export.is_retry or (self._held is None and not progress.stored):
            return earlier
        has_all = progress.stored + progress.unchanged == records
        if self._held is None or not (self._earlier is None or earlier == self._held.as_json() or has_all):
            return None
        return self._held.as_json()

    def _all_events(self, progress: Progress, last: set[int] | None, replaced: set[int]) -> Iterator[Event]:
        if self._earlier is not None:
            is_replaced: dict[str, bool] = {}
            for event in kept_events(self._earlier.files):
                gone = is_replaced.get(event.case_id) if replaced else False
                if gone is None:
                    gone = is_replaced[event.case_id] = _hash(event.case_id) in replaced
                if not gone:
                    yield event
        yield from self._draft.events(progress, last)

    def _quarantined(self, progress: Progress) -> Iterator[Quarantined]:
        """What this import could not read, behind what an import of another file left."""
        now = list(self._draft.quarantined(progress))
        if self._earlier is not None and self._keeps_earlier:
            again = {(each.place, str(each.row)) for each in now}
            for each in quarantine.read(self._draft.place / quarantine.FILE):
                if (each.place, str(each.row)) not in again:
                    yield each
        yield from now

    @property
    def _keeps_earlier(self) -> bool:
        earlier = self._earlier.about.more.get("fingerprint") if self._earlier else None
        return not self._export.is_retry and earlier != self._export.fingerprint


def _latest(known: dict[int, int], batches: list[Any]) -> tuple[dict[int, int], dict[int, int], set[int]]:
    """Every record with its content now, the serial number of the last state of each new one, and which replace one."""
    last: dict[int, int] = {}
    now, serial = dict(known), 0
    for hashes, digests in batches:
        for key, content in zip(hashes.tolist(), digests.tolist(), strict=True):
            last[key], now[key] = serial, content
            serial += 1
    return now, last, known.keys() & last.keys()


def _hash(*parts: str) -> int:
    """64 bits of the parts: two of ten million records are mixed up once in 370,000 imports."""
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), "little", signed=True)


class _State:
    """Which records are kept already, and how often equal rows have come. Rows without a name are held as hashes alone:
    where each is a record, there are many."""

    def __init__(self, known: Any, position: int, *, has_keys: bool) -> None:
        """`known` are the hashes of records and, below them, the digests of what they hold."""
        self.position = position
        self._contents = dict(zip(*(each.tolist() for each in known), strict=True)) if has_keys else {}
        self._known = Hashes(np.empty(0, dtype=np.int64) if has_keys else known[0])
        self._rows, self._again = Hashes(np.empty(0, dtype=np.int64)), dict[int, int]()

    def counted(self, content: int) -> int:
        """The key of a row that has no name: its content, and how many such have come before."""
        times = self._count(content)
        return content if times == 0 else _hash(str(content), str(times))

    def is_known(self, key: int, content: int) -> bool:
        return self._contents.get(key) == content or key in self._known

    def note(self, key: int, content: int) -> None:
        self._contents[key] = content

    def take_back(self, records: Any, contents: Any) -> None:
        """What a batch of an earlier start noted: records that have a key, or the contents of rows that have none."""
        for content in contents.tolist():
            self._count(content)
        if not len(contents):
            self._contents.update(zip(*(each.tolist() for each in records), strict=True))

    def _count(self, content: int) -> int:
        """How many such rows came before this one."""
        if content not in self._rows:
            self._rows.add(content)
            return 0
        times = self._again.get(content, 1)
        self._again[content] = times + 1
        return times


def _earlier(home: Path, name: str) -> History | None:
    try:
        return store.find(home, name)
    except HistoryNotFound:
        return None


def _settings_of(export: Export, masker: Masker) -> str:
    reading = export.reading
    return json.dumps([reading.zone, reading.day_first, sorted(reading.columns.items()), masker.keeps])
