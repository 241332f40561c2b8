"""import: the past of another help desk, masked before it is kept."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from aboveloop.app.importing import imports
from aboveloop.app.importing.footing import Footing, every_footing, footing_of
from aboveloop.app.importing.importing import Report
from aboveloop.app.importing.imports import Keeping
from aboveloop.app.importing.keeping import MOST_DAYS, USUAL_DAYS, mask, mask_due, permit
from aboveloop.app.importing.promises import hold_to
from aboveloop.app.importing.sources import Wish
from aboveloop.app.inspection import sound
from aboveloop.app.premises import Premises
from aboveloop.cli.checking import existing
from aboveloop.cli.contracts import Folder, at_work
from aboveloop.cli.house import desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, progress
from aboveloop.connect.exports.mail import OWN
from aboveloop.connect.exports.records import MappingWrong, Reading
from aboveloop.history import store
from aboveloop.history.held import Held
from aboveloop.history.store import About
from aboveloop.kit.clock import from_micros, iso
from aboveloop.ledger.entries import HOUSE


class FileFirst(TyperGroup):
    """`import EXPORT` is `import file EXPORT`: what is no command of it is an export."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        is_export = bool(args) and args[0] not in self.commands and args[0] not in ("--help", "-h")
        return super().parse_args(ctx, ["file", *args] if is_export else args)


import_app = typer.Typer(
    cls=FileFirst,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="""The past of another help desk: imported, shown, tried again, forgotten.

    Example: aboveloop import export.json --kind zendesk --as desk
    """,
)

Name = Annotated[str, typer.Argument(help="The name of the history.")]
By = Annotated[str | None, typer.Option("--by", help="The person who does this: an id of operation.yaml.")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="ROLE=COLUMN (case, activity, time, who, team, channel), or a mapping file."),
]
OwnDomain = Annotated[
    list[str] | None, typer.Option("--own-domain", help="A domain from which your people write, for mailboxes.")
]
Contract = Annotated[
    str, typer.Option("--contract", help="A data contract, or CONTRACT.ASSET, that the file must keep to be imported.")
]
Zone = Annotated[str, typer.Option("--zone", help="The time zone of times that name none.")]
DayFirst = Annotated[
    bool | None,
    typer.Option("--day-first/--month-first", help="The order of day and month, where numbers do not tell."),
]
Keep = Annotated[
    str,
    typer.Option("--keep-personal", metavar="REASON", help="Keep personal data unmasked, and why; it is written down."),
]

KeepDays = Annotated[
    int, typer.Option("--keep-days", help=f"After how many days what was kept is masked, {MOST_DAYS} at most.")
]


@import_app.command("file")
def file(
    place: Annotated[str, typer.Argument(help="The file, folder or address of the export.")],
    name: Annotated[str, typer.Option("--as", help="What the history is called.")],
    kind: Annotated[str, typer.Option("--kind", help="What wrote the export.")] = "csv",
    columns: Map = None,
    write_map: Annotated[
        Path | None, typer.Option("--write-map", help="Write the mapping here, to be corrected.")
    ] = None,
    own_domains: OwnDomain = None,
    zone: Zone = "UTC",
    day_first: DayFirst = None,
    keep_personal: Keep = "",
    keep_days: KeepDays = USUAL_DAYS,
    contract: Contract = "",
    operation: Folder = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the mapping and the first rows; keep nothing.")
    ] = False,
    person: By = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Import an export, or go on where an import was interrupted. The same export again adds nothing.

    Example: aboveloop import file tickets.csv --as desk --map case=Ticket --dry-run
    """
    wish = Wish(place, kind, Reading(zone, day_first, mapping_of(columns or [], own_domains or [])))
    held: Held | None = None
    with opened(home, database) as premises:
        if contract:
            promised = sound(existing(operation)) if operation is not None else at_work(premises)
            held = hold_to(promised, contract, place, premises.house.clock.now)
        if write_map is not None:
            columns_found = imports.preview(premises, wish)["columns"]
            write_map.write_text(json.dumps(columns_found, indent=2) + "\n", encoding="utf-8")
        if dry_run:
            shown = imports.preview(premises, wish)
            answer(shown, as_json, lambda: _show(shown))
            return
        keeping = replace(_keeping(premises, person, keep_personal, keep_days), held=held)
        with progress() as bar:
            task = bar.add_task("Importing", total=None)
            report = imports.import_(premises, wish, name, keeping, lambda rows: bar.update(task, completed=rows))
        stands = _footing(premises, name)
    answer(report.as_json() | {"footing": stands.as_json()}, as_json, lambda: _tell(report, stands))


@import_app.command("list")
def list_them(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show the histories of this home.

    Example: aboveloop import list
    """
    with opened(home, database) as premises:
        mask_due(premises)
        with premises.database.read() as reader:
            found = every_footing(premises, reader, at_work(premises))

    def human() -> None:
        for about, stands in found:
            line(_line(about))
            line(f"  {stands.title}")
        if not found:
            line("No history is imported yet: `aboveloop import EXPORT --as NAME`.")

    told = [_about_json(about) | {"footing": stands.as_json()} for about, stands in found]
    answer({"histories": told}, as_json, human)


@import_app.command("show")
def show(name: Name, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show what is known of a history: counts, window, mapping, what was masked.

    Example: aboveloop import show desk
    """
    with opened(home, database) as premises:
        about, stands = store.find(premises.settings.home, name).about, _footing(premises, name)

    def human() -> None:
        line(_line(about))
        line(f"  {_as_said(stands)}")
        for role, column in about.mapping.items():
            line(f"  own domains: {column}" if role == OWN else f"  {role} is the column {column}")
        last = about.more.get("last", {})
        line("  last import: " + ", ".join(f"{last[each]} {each}" for each in last if each != "personal"))
        _tell_personal(last.get("personal", {}), kept=bool(about.more.get("keeps_personal")))

    answer(_about_json(about) | {"footing": stands.as_json()}, as_json, human)


@import_app.command("quarantine")
def quarantine(name: Name, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show the rows that could not be read, each with its place and the reason. Status 1 if there are any.

    Example: aboveloop import quarantine desk
    """
    with opened(home, database) as premises:
        found = imports.quarantined(premises.settings.home, name)

    def human() -> None:
        for row in found:
            line(f"{row.place}: {row.reason}")
        line(f"{counted(len(found), 'row')} in quarantine.")

    answer({"rows": [vars(each) for each in found]}, as_json, human)
    if found:
        raise typer.Exit(1)


@import_app.command("retry")
def retry(
    name: Name,
    place: Annotated[str, typer.Option("--from", help="Where the export lies now. Default: where it lay.")] = "",
    columns: Map = None,
    own_domains: OwnDomain = None,
    zone: Zone = "UTC",
    day_first: DayFirst = None,
    keep_personal: Keep = "",
    keep_days: KeepDays = USUAL_DAYS,
    person: By = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Read the quarantined rows again, with what is named here. Status 1 if some are still not read.

    Example: aboveloop import retry desk --month-first
    """
    reading = Reading(zone, day_first, mapping_of(columns or [], own_domains or []))
    with opened(home, database) as premises:
        keeping = _keeping(premises, person, keep_personal, keep_days)
        report = imports.retry(premises, name, reading, keeping, place=place)
        stands = _footing(premises, name)
    answer(report.as_json() | {"footing": stands.as_json()}, as_json, lambda: _tell(report, stands))
    if report.quarantined:
        raise typer.Exit(1)


@import_app.command("forget")
def forget(
    name: Name, person: By = None, home: Home = None, database: DatabaseUrl = None, as_json: Json = False
) -> None:
    """Take a history away, with its quarantine and what was begun of it.

    Example: aboveloop import forget desk
    """
    with opened(home, database) as premises:
        events = imports.forget(premises, name, _actor(premises, person))
    answer(
        {"history": name, "events": events}, as_json, lambda: line(f"{name} is forgotten: {counted(events, 'event')}.")
    )


@import_app.command("mask")
def mask_it(
    name: Name, person: By = None, home: Home = None, database: DatabaseUrl = None, as_json: Json = False
) -> None:
    """Mask a history that kept personal data, before its time is over.

    Example: aboveloop import mask desk
    """
    with opened(home, database) as premises:
        values = mask(premises, name, _actor(premises, person))
    said = f"{name} holds nothing personal that is not masked: {counted(values, 'value')} masked now."
    answer({"history": name, "masked": values}, as_json, lambda: line(said))


def mapping_of(given: list[str], own_domains: list[str]) -> dict[str, str]:
    """`case=Ticket`, or files that hold such an object as JSON, and the domains of the house. Raises MappingWrong."""
    found: dict[str, str] = {OWN: ",".join(own_domains)} if own_domains else {}
    for each in given:
        role, sign, column = each.partition("=")
        if sign:
            found[role.strip()] = column.strip()
            continue
        try:
            told = json.loads(Path(each).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise MappingWrong(f"{each} is neither ROLE=COLUMN nor a mapping file: {error}.") from error
        if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
            raise MappingWrong(f'{each} is no mapping: write {{"case": "Ticket", "activity": "Event", "time": "At"}}.')
        found |= told
    return found


def _actor(premises: Premises, person: str | None) -> str:
    """The person of --by; the house where nobody is named."""
    return HOUSE if person is None else desk_of(premises, person).person.actor


def _keeping(premises: Premises, person: str | None, why: str, days: int) -> Keeping:
    """Raises MayNot where somebody is named who may not see what is personal, and WrongUsage."""
    if why:
        permit(None if person is None else desk_of(premises, person).person, days)
    return Keeping(_actor(premises, person), why, days)


def _footing(premises: Premises, name: str) -> Footing:
    with premises.database.read() as reader:
        return footing_of(reader, at_work(premises), store.find(premises.settings.home, name).about)


def _as_said(stands: Footing) -> str:
    return f"{'' if stands.is_firm else 'for '}{stands.title}. {stands.because} {stands.remedy}".rstrip()


def _line(about: About) -> str:
    window = "no events"
    if about.first is not None and about.last is not None:
        window = f"{iso(from_micros(about.first))[:10]} to {iso(from_micros(about.last))[:10]}"
    counts = f"{counted(about.cases, 'case')}, {counted(about.events, 'event')}"
    return f"{about.name}: {about.kind}, {counts}, {window}"


def _about_json(about: About) -> dict[str, Any]:
    times = {
        name: None if value is None else iso(from_micros(value))
        for name, value in (("imported_at", about.imported_at), ("first", about.first), ("last", about.last))
    }
    return {**vars(about), **times}


def _show(shown: dict[str, Any]) -> None:
    for role, column in shown["columns"].items():
        line(f"own domains: {column}" if role == OWN else f"{role} is the column {column!r}")
    for remark in shown["remarks"]:
        line(remark)
    for row in shown["first"]:
        line(f"{row['place']}: {row['fault']}" if "fault" in row else f"{row['place']}: case {row['case']}")
        for each in row.get("events", ()):
            line(f"  {iso(from_micros(each['at']))[:19]} {each['activity']} {json.dumps(each['attributes'])[:120]}")
    line("Nothing was kept.")


def _tell(report: Report, stands: Footing) -> None:
    for remark in report.remarks:
        line(remark)
    if report.resumed_at:
        line(f"Went on behind row {report.resumed_at:,}, where an earlier start had come to.")
    line(
        f"{report.read:,} read = {report.stored:,} stored + {report.unchanged:,} unchanged"
        f" + {report.quarantined:,} in quarantine."
    )
    line(f"{report.name} holds {counted(report.events, 'event')} of {counted(report.cases, 'case')}.")
    _tell_personal(report.personal, kept=False)
    line(f"It is {_as_said(stands)}")
    if report.quarantined:
        line(f"See `aboveloop import quarantine {report.name}`.")


def _tell_personal(personal: dict[str, dict[str, int]], *, kept: bool) -> None:
    for field, kinds in personal.items():
        told = ", ".join(f"{number:,} {kind}" for kind, number in kinds.items())
        line(f"  personal in {field}: {told}{' (kept)' if kept else ''}")
