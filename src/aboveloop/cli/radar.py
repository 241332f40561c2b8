"""radar: where a history shows rework, waiting and many ways, and what happened to each case."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, talk
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.picture.page import page
from aboveloop.discover.picture.words import in_words
from aboveloop.discover.radar import Radar, as_json, look, write_cases
from aboveloop.history import store
from aboveloop.history.errors import HistoryNotFound
from aboveloop.history.events import LEDGER
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.errors import LogUnreadable
from aboveloop.history.logs.opening import Source, is_objects, open_file, open_history, read
from aboveloop.kit.settings import load_settings

MICROS = 1_000_000
# Up to so many events, findings come unasked within seconds.
UNASKED = 1_000_000


Log = Annotated[
    str, typer.Argument(help="A file (CSV, Parquet, XES, OCEL), the name of an imported history, or `ledger`.")
]
CaseColumn = Annotated[str | None, typer.Option("--case", help="The column of the case; in OCEL the object type.")]
ActivityColumn = Annotated[str | None, typer.Option("--activity", help="The column of what happened.")]
TimeColumn = Annotated[str | None, typer.Option("--time", help="The column of when.")]
GroupColumn = Annotated[str | None, typer.Option("--group", help="The column of the assigned group.")]
ResourceColumn = Annotated[
    str | None, typer.Option("--resource", help="The column of who did it; people are measured.")
]
StateColumn = Annotated[str | None, typer.Option("--state", help="The column of the state of the case, if any.")]
LifecycleColumn = Annotated[
    str | None, typer.Option("--lifecycle", help="The column that says whether an activity starts or ends.")
]
StartColumn = Annotated[str | None, typer.Option("--start", help="The column of when the work of a row began.")]
Zone = Annotated[str | None, typer.Option("--zone", help="Of times that name none, such as Europe/Rome. Default: UTC.")]
PerCase = Annotated[Path | None, typer.Option("--per-case", help="Write what was counted of each case here.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write a page with the picture of the process here.")]
Pdf = Annotated[
    Path | None, typer.Option("--pdf", help="Write one page to be forwarded here: scores and opportunities.")
]
Top = Annotated[int, typer.Option("--top", min=1, help="As many variants, steps and hand-overs are named.")]
Findings = Annotated[
    bool | None,
    typer.Option(
        "--findings/--no-findings", help="Scores and opportunities; unasked in logs of up to a million events."
    ),
]
HourCost = Annotated[float | None, typer.Option("--hour-cost", min=0, help="What an hour of a person's work costs.")]
TouchMinutes = Annotated[
    float | None, typer.Option("--touch-minutes", min=0, help="How long a person works on one event.")
]


def radar(
    log: Log,
    case: CaseColumn = None,
    activity: ActivityColumn = None,
    time: TimeColumn = None,
    group: GroupColumn = None,
    resource: ResourceColumn = None,
    state: StateColumn = None,
    lifecycle: LifecycleColumn = None,
    start: StartColumn = None,
    zone: Zone = None,
    per_case: PerCase = None,
    html: Html = None,
    pdf: Pdf = None,
    top: Top = 20,
    findings: Findings = None,
    hour_cost: HourCost = None,
    touch_minutes: TouchMinutes = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json_: Json = False,
) -> None:
    """Measure reassignments, reopenings, loops, variants and waiting in an event log. Columns are found if not named.

    Example: aboveloop radar incidents.csv --per-case cases.csv
    """
    named = Named(case, activity, time, group, resource, state, lifecycle, start)
    source = _source(log, named, home, database)
    if is_objects(log):
        named = replace(named, case=None)
    found = look(read(source, named, with_resources=resource is not None, zone=zone))
    for remark in found.cases.ordered.log.remarks:
        talk.print(remark, markup=False, soft_wrap=True)
    if per_case is not None:
        write_cases(found, per_case)
    if html is not None:
        html.write_text(page(found), encoding="utf-8")
    told = as_json(found, shown=top)
    if not (findings or pdf is not None or (findings is None and found.cases.ordered.count <= UNASKED)):
        answer(told, as_json_, lambda: _tell(found, told))
        return
    from aboveloop.cli import radar_findings  # noqa: PLC0415 - statistics, which measuring alone does not need

    claimed = radar_findings.claims(source, found, Assumptions(hour_cost, touch_minutes))
    told |= claimed.as_json()
    radar_findings.write_page(told, pdf)

    def human() -> None:
        _tell(found, told)
        radar_findings.tell(claimed)

    answer(told, as_json_, human)


def _source(log: str, named: Named, home: Path | None, database: str | None) -> Source:
    """A file where there is one, else our own work or a history of the home."""
    path = Path(log)
    if path.exists():
        return open_file(path, case=named.case)
    if log == LEDGER:
        from aboveloop.cli import radar_ledger  # noqa: PLC0415 - the database's library, which no file needs

        return radar_ledger.source(load_settings(home, database).database_url)
    try:
        return open_history(store.find(load_settings(home, database).home, log))
    except HistoryNotFound as error:
        raise LogUnreadable(f"There is no file of that name. {error}") from error


def _tell(found: Radar, told: dict[str, Any]) -> None:
    line(f"{told['log']}: {counted(told['cases'], 'case')}, {counted(told['events'], 'event')}")
    line(f"from {told['first'][:16]} to {told['last'][:16]} (UTC)")
    line()
    for name, value in told["rework"].items():
        if name in ("reassignments", "ping_pongs") and not told["reassignments_known"]:
            continue
        line(f"{name.replace('_', ' '):14} {value['total']:>9,} in {value['share_of_cases']:6.1%} of the cases")
    if not told["reassignments_known"]:
        line("reassignments cannot be told: the log names no group (--group)")
    ends = ", ".join(told["ends"]["names"]) or "no activity ends the cases"
    line(f"{'reached end':14} {told['reached_end']:>9,} of {told['cases']:,} cases ({ends})")
    if told["seconds_of_ended"]:
        times = told["seconds_of_ended"]
        line(f"{'time':14} {_time(times['median']):>9} in the middle, 9 of 10 within {_time(times['p90'])}")
    _tell_more(told)
    line()
    line(f"{counted(told['variants']['count'], 'variant')}; the most common:")
    for each in told["variants"]["top"][:5]:
        line(f"  {each['share']:6.1%}  {_time(each['median_seconds']):>8}  {' > '.join(each['activities'])}")
    line("Where cases waited longest in all:")
    for each in told["bottlenecks"][:5]:
        line(f"  {each['count']:>8,} times  {_time(each['median_seconds']):>8}  {each['from']} > {each['to']}")


def _tell_more(told: dict[str, Any]) -> None:
    """What only some logs tell: how long was worked, and who did what."""
    work, people = told["service"], told["people"]
    if work is not None and work["seconds"] is not None:
        line(
            f"{'work':14} {_time(work['seconds']['median']):>9} in the middle, {work['share_of_time']:.1%} of the time;"
            " the rest is waiting"
        )
    if people is None:
        return
    line(f"{'people':14} {people['handovers']['count']:>9,} hand-overs; {people['known']:.1%} of the events name one")
    for each in people["ping_pongs"][:3]:
        line(f"  to and fro {each['times']:,} times between {each['one']} and {each['other']}")
    for each in people["again_by_same"][:3]:
        line(f"  {each['who']} did {each['activity']} again {each['times']:,} times")


def _time(seconds: float) -> str:
    return in_words(seconds * MICROS)
