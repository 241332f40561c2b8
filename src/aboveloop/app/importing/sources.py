"""Which kind of export is which: opened with what the caller named, and the rest found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aboveloop.app.importing.log_tables import LogTable, OcelTable, XesTable
from aboveloop.app.importing.workbook_tables import WorkbookTable
from aboveloop.connect.exports import chatwoot, freshdesk, intercom, zammad
from aboveloop.connect.exports.chatwoot_api import ChatwootApi, as_chatwoot
from aboveloop.connect.exports.desk_api import DeskApi
from aboveloop.connect.exports.event_rows import NEEDED, CsvTable, EventRows, Table
from aboveloop.connect.exports.files import text_of
from aboveloop.connect.exports.freshdesk_api import FreshdeskApi, as_freshdesk
from aboveloop.connect.exports.intercom_api import IntercomApi, as_intercom
from aboveloop.connect.exports.jira import jira_file
from aboveloop.connect.exports.json_tickets import TicketsFile
from aboveloop.connect.exports.mail import Mailbox
from aboveloop.connect.exports.records import Export, MappingWrong, Page, Reading, Record, Row, paged
from aboveloop.connect.exports.servicenow import servicenow_file
from aboveloop.connect.exports.web import Web
from aboveloop.connect.exports.zammad_api import ZammadApi, as_zammad
from aboveloop.connect.exports.zendesk import ZendeskFile
from aboveloop.connect.exports.zendesk_api import ZendeskApi
from aboveloop.history.logs.columns import Named, choose
from aboveloop.history.logs.errors import ColumnUnknown
from aboveloop.history.logs.ocel.reading import CASE
from aboveloop.history.logs.times import looks_like_time
from aboveloop.history.quarantine import Quarantined
from aboveloop.kit.canonical import digest

# Enough values to say what a column mostly holds.
LOOKED_AT = 100


@dataclass(frozen=True)
class Wish:
    """What to import: a file, folder or address, of which kind, read how."""

    place: str
    kind: str
    reading: Reading


def open_export(wish: Wish) -> Export:
    """Raises ExportUnreadable, MappingWrong."""
    if wish.kind not in KINDS:
        raise MappingWrong(f"{wish.kind!r} is no kind of export. There are: {', '.join(KINDS)}.")
    if _is_live(wish) and wish.kind not in LIVE:
        raise MappingWrong(f"An address is read as --kind {', '.join(LIVE)}; {wish.kind} is read from a file.")
    return KINDS[wish.kind](wish)


def _csv(wish: Wish) -> Export:
    return _events(CsvTable(text_of(Path(wish.place))), wish.reading)


def _excel(wish: Wish) -> Export:
    return _events(WorkbookTable(Path(wish.place)), wish.reading)


def _log(wish: Wish) -> Export:
    path = Path(wish.place)
    return _events(XesTable(path) if wish.kind == "xes" else LogTable(path, wish.kind), wish.reading)


def _ocel(wish: Wish) -> Export:
    """The case is no column but a type of objects; it stays in the reading as it was named."""
    kind = wish.reading.columns.get("case")
    table = OcelTable(Path(wish.place), kind)
    columns = {role: name for role, name in wish.reading.columns.items() if role != "case"}
    export = _events(table, replace(wish.reading, columns=columns | {"case": CASE}))
    found = {role: name for role, name in export.reading.columns.items() if role != "case"}
    export.reading = replace(export.reading, columns=found if kind is None else found | {"case": kind})
    return export


def _events(table: Table, reading: Reading) -> EventRows:
    """Columns that are not named are found by how they are called and what stands in them."""
    export = EventRows(table, reading)
    sample, named = export.sample(), reading.columns
    clean = {name: _mostly_times(values) for name, values in sample.items()}
    left = {name: values for name, values in clean.items() if name not in named.values()}
    try:
        given = {role: named.get(role) for role in NEEDED}
        found, _ = choose(
            {**left, **{name: clean[name] for name in given.values() if name is not None and name in sample}},
            Named(given["case"], given["activity"], given["time"]),
        )
        guessed = {"case": found.case, "activity": found.activity, "time": found.time}
        guessed |= {"team": found.group or "", "who": found.resource or ""}
    except ColumnUnknown as error:
        wrong = next((each for each in named.values() if each not in sample), None)
        if wrong is not None:
            raise MappingWrong(f"There is no column {wrong!r}. There are: {', '.join(sample)}.") from error
        raise MappingWrong(str(error).replace("Name it with --", "Name it with --map ")) from error
    columns = {role: name for role, name in guessed.items() if name and role not in named} | dict(named)
    export.read_as(columns, sample)
    return export


def _mostly_times(values: list[str | None]) -> list[str | None]:
    """A column of times without what is none in it: such rows are quarantined later, the column is one of times."""
    present = [each for each in values if each]
    looked = present[:LOOKED_AT]
    if 2 * sum(map(looks_like_time, looked)) <= len(looked):
        return values
    return [each if each and looks_like_time(each) else None for each in values]


def _zendesk(wish: Wish) -> Export:
    if _is_live(wish):
        return ZendeskApi(Web(wish.place), wish.reading)
    return ZendeskFile(text_of(Path(wish.place)), wish.reading)


def _is_live(wish: Wish) -> bool:
    return wish.place.startswith(("https://", "http://"))


def _servicenow(wish: Wish) -> Export:
    return servicenow_file(text_of(Path(wish.place)), wish.reading)


def _freshdesk(wish: Wish) -> Export:
    if _is_live(wish):
        return DeskApi(FreshdeskApi(Web(wish.place, sign=as_freshdesk)), wish.reading)
    return TicketsFile(text_of(Path(wish.place)), wish.reading, wish.kind, "tickets", freshdesk.told_of)


def _intercom(wish: Wish) -> Export:
    if _is_live(wish):
        return DeskApi(IntercomApi(Web(wish.place, sign=as_intercom)), wish.reading)
    return TicketsFile(text_of(Path(wish.place)), wish.reading, wish.kind, "conversations", intercom.told_of)


def _chatwoot(wish: Wish) -> Export:
    if _is_live(wish):
        return DeskApi(ChatwootApi(Web(wish.place, sign=as_chatwoot)), wish.reading)
    return TicketsFile(text_of(Path(wish.place)), wish.reading, wish.kind, "conversations", chatwoot.told_of)


def _zammad(wish: Wish) -> Export:
    if _is_live(wish):
        return DeskApi(ZammadApi(Web(wish.place, sign=as_zammad)), wish.reading)
    return TicketsFile(text_of(Path(wish.place)), wish.reading, wish.kind, "tickets", zammad.told_of)


def _mail(wish: Wish) -> Export:
    return Mailbox(Path(wish.place), wish.kind, wish.reading)


def _jira(wish: Wish) -> Export:
    return jira_file(text_of(Path(wish.place)), wish.reading)


# Kinds that are read from an address too.
LIVE = ("zendesk", "freshdesk", "intercom", "chatwoot", "zammad")
KINDS: Mapping[str, Callable[[Wish], Export]] = {
    "csv": _csv,
    "excel": _excel,
    "parquet": _log,
    "xes": _log,
    "ocel": _ocel,
    "zendesk": _zendesk,
    "servicenow": _servicenow,
    "jira": _jira,
    "freshdesk": _freshdesk,
    "intercom": _intercom,
    "chatwoot": _chatwoot,
    "zammad": _zammad,
    "mbox": _mail,
    "maildir": _mail,
}


class Retried:
    """The rows of a quarantine, read once more as `export` reads them now."""

    has_keys: bool
    is_retry = True
    goes_on = False

    def __init__(self, export: Export, rows: list[Quarantined]) -> None:
        self._export, self._rows = export, rows
        self.kind, self.has_keys = export.kind, export.has_keys
        self.reading = replace(export.reading, remarks=())
        self.fingerprint = digest([export.fingerprint, [[each.place, each.reason] for each in rows]])

    def pages(self, mark: Any) -> Iterator[Page]:
        return paged((self._row(each) for each in self._rows), mark)

    def record(self, row: Row) -> Record:
        return self._export.record(row)

    def _row(self, each: Quarantined) -> Row:
        """Its fault stays where the row could not even be taken apart."""
        width = len(getattr(self._export, "names", ()))
        is_whole = not width or (isinstance(each.row, list) and len(each.row) == width)
        return Row(each.place, each.row, "" if is_whole else each.reason)
