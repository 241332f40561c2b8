"""charter: the contract of a pilot, from the first idea to the before and after."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from aboveloop.app import inspection
from aboveloop.app.chartering import freezing, reporting
from aboveloop.app.chartering.freezing import Frozen
from aboveloop.app.chartering.reporting import Report
from aboveloop.app.chartering.stage_gate import ways
from aboveloop.app.chartering.standing import lacks
from aboveloop.app.measuring.stack import stack_of
from aboveloop.app.portfolio import drafts, pilot_guards, premortem
from aboveloop.app.portfolio.after import After
from aboveloop.app.sheets.charter import charter_sheet
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.cli.sheets import write
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import Conflict, WrongUsage
from aboveloop.measure.kpis import in_words
from aboveloop.operation.names import NAME
from aboveloop.operation.outcome_words import TEMPLATES, objections

charter_app = several("""The contract of a pilot: one pain point, one team, one KPI, a frozen baseline.

    Example: aboveloop charter check my-company/
    """)

Named = Annotated[str, typer.Argument(help="A charter of the operation.")]
DRAFT = """\
# What gets better for the business, by how much. Everything that is still missing, `aboveloop charter check` names.
charter: {name}
outcome: {outcome}
pain_point: {pain}
# team: support
# kpi: handling_time
# procedures: [refund]
# buckets: [cost, experience]
# success: {{words: "...", change: -0.15, by: 2027-03-31}}
# guards: [{{kpi: satisfaction, of: experience}}]
# may_fail: [The worker hands a case over that it could have solved.]
# owners: {{sponsor: somebody}}
# learning: What is looked at each week, and what it becomes.
# readiness: {{business: "...", data: "...", infrastructure: "...", problem: "..."}}
# canvas:
#   workflow: [The first step of the work., The second.]
#   data: [What is read and where it lies.]
#   decisions: [{{point: "What is decided?", by: rule, on: "on what"}}]   # by: rule, worker or person
# baseline:
#   history: ledger
#   measure: {{statistic: median, of: seconds, events: [solved, closed]}}
#   window: {{since: 2026-01-05, until: 2026-03-30}}
# worker: Last, when the canvas is written.
"""


class DraftExists(Conflict):
    """There is such a file already."""


@charter_app.command("new")
def new(
    folder: Annotated[Path, typer.Argument(help="The operation folder.")],
    name: Annotated[str, typer.Argument(help="Small letters, digits and _.")],
    outcome: Annotated[str, typer.Option("--outcome", help="What gets better, in an operator's words.")] = "",
    template: Annotated[str, typer.Option("--template", help=f"One of {', '.join(TEMPLATES)}.")] = "",
    pain: Annotated[
        str, typer.Option("--pain-point", help="What hurts today, in the words of those who feel it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Begin a charter with its outcome and what hurts; a tool's name without a measure is refused.

    Example: aboveloop charter new my-company/ faster_refunds --template handle_time --pain-point "Refunds take a week."
    """
    if template and template not in TEMPLATES:
        raise WrongUsage(f"There is no template {template}. There are: {', '.join(TEMPLATES)}.")
    said = outcome or TEMPLATES.get(template, "")
    if not said or not NAME.fullmatch(name):
        raise WrongUsage("Say --outcome or --template, and name the charter in small letters, digits and _.")
    against = objections(said)
    if against:
        raise WrongUsage(" ".join(against))
    if not pain.strip():
        raise WrongUsage(
            "Say what hurts, and whom (--pain-point). A charter without a problem is a tool in search of one."
        )
    if not (folder / "operation.yaml").is_file():
        raise WrongUsage(f"{folder} is no operation folder: it has no operation.yaml. Nothing was written.")
    path = folder / "charters" / f"{name}.yaml"
    if path.exists():
        raise DraftExists(f"{path} exists already. Nothing was written.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(DRAFT.format(name=name, outcome=_quoted(said), pain=_quoted(pain)), encoding="utf-8")
    answer({"charter": name, "file": str(path)}, as_json, lambda: line(f"{path} is begun."))


def _quoted(said: str) -> str:
    """The sentence as one line of YAML, whatever stands in it."""
    return "'" + " ".join(said.split()).replace("'", "''") + "'"


@charter_app.command("check")
def check(
    folder: Annotated[Path | None, typer.Argument(help="An operation folder. Default: the operation at work.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Name what charters lack, with file and line; of the operation at work also what their baselines lack. Status 1
    where one does not stand.

    Example: aboveloop charter check my-company/
    """
    found = _of_work(home, database) if folder is None else _of_folder(folder)

    def human() -> None:
        for each in found:
            line(each)
        if not found:
            line("Every charter stands.")

    answer({"ok": not found, "missing": found}, as_json, human)
    if found:
        raise typer.Exit(1)


@charter_app.command("freeze")
def freeze(
    name: Named,
    because: Annotated[
        str, typer.Option("--because", help="Why it is frozen anew; the first stays in the ledger.")
    ] = "",
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Only count again and compare with what is frozen. Status 1 if other.")
    ] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Count the baseline, sign it, and keep its digest in the ledger.

    Example: aboveloop charter freeze faster_refunds --as noor
    """
    with opened(home, database) as premises:
        if recompute:
            _recompute(premises, name, as_json)
            return
        found = freezing.freeze(premises, name, by=desk_of(premises, person).person, because=because)
    answer(_frozen_json(found), as_json, lambda: _tell_frozen(found))


@charter_app.command("show")
def show(name: Named, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show a charter, its baseline and whether either was changed since, and what its procedures still owe.

    Example: aboveloop charter show faster_refunds
    """
    with opened(home, database) as premises:
        operation = premises.current()
        charter = freezing.charter_of(operation, name)
        with premises.database.read() as reader:
            frozen = freezing.find(premises, reader, charter)
            missing = lacks(premises, reader, operation, charter)
            of = [way for way in ways(premises, reader, operation) if way.charter == name]
    value = {
        **charter.model_dump(mode="json"),
        "frozen": None if frozen is None else _frozen_json(frozen),
        "missing": missing,
        "stages": [
            {
                "procedure": way.procedure,
                "stage": way.stage.value,
                "next": way.next,
                "lacking": list(way.lacking),
                "live": way.live.as_json(),
            }
            for way in of
        ],
    }

    def human() -> None:
        line(f"{name}: {charter.outcome}")
        if frozen is not None:
            _tell_frozen(frozen)
        for each in missing:
            line(f"missing: {each}")
        for way in of:
            line(f"{way.procedure} is in {way.stage.value}, {way.live.state}; {way.next or 'no stage'} comes next")
            for ask in way.asks:
                line(f"  {'ok' if ask.held else 'no'}  {ask.name}: {ask.sentence}")

    answer(value, as_json, human)
    if missing:
        raise typer.Exit(1)


@charter_app.command("premortem")
def before_it_fails(name: Named, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Look for the four reasons by which pilots fail, and whether customers get less consistent or slower service.
    Status 1 where something points to one of them.

    Example: aboveloop charter premortem faster_refunds
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        charter = freezing.charter_of(premises.current(), name)
        reasons = premortem.premortem(premises, reader, charter)
        guards = pilot_guards.pilot_guards(reader, charter, premises.house.clock.now())
    bad = any(each.threatens for each in reasons) or any(each.worse for each in guards)

    def human() -> None:
        for each in reasons:
            line(f"{'!' if each.threatens else 'ok':3} {each.title}")
            for said in each.found:
                line(f"    {said}")
        for guard in guards:
            line(f"{'!' if guard.worse else 'ok' if guard.after else '?':3} {guard.title}: {guard.sentence}")

    value = {"charter": name, "reasons": premortem.as_json(reasons), "guards": pilot_guards.as_json(guards)}
    answer({**value, "threatened": bad}, as_json, human)
    if bad:
        raise typer.Exit(1)


@charter_app.command("stack")
def stack(name: Named, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show the four levels of KPIs around the one that a charter moves, and whether they follow one another.

    Example: aboveloop charter stack faster_refunds
    """
    with opened(home, database) as premises:
        currency = premises.current().about.currency
        charter = freezing.charter_of(premises.current(), name)
        with premises.database.read() as reader:
            found = stack_of(premises, reader, charter, premises.house.clock.now())

    def human() -> None:
        for each in found.storeys:
            value = in_words(each.kpi, each.value.value if each.value else None, currency)
            line(f"{each.kpi.level:12} {each.kpi.title}: {value} ({each.standing.value})")
            for tie in found.below(each.kpi.kpi):
                line(f"{'':12} {tie.sentence}")
        for level in found.missing:
            line(f"{level:12} nothing is tied to the KPI of the charter: say in kpis.yaml what moves what")

    answer({"charter": name, **found.as_json()}, as_json, human)


@charter_app.command("drafts")
def list_drafts(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """List the charters that were drafted in the browser, with what each still lacks.

    Example: aboveloop charter drafts
    """
    with opened(home, database) as premises:
        operation = premises.current()
        with premises.database.read() as reader:
            found = drafts.every(reader)
    value = [
        {"charter": each.charter.charter, "outcome": each.charter.outcome, "by": each.by, "at": iso(each.at),
         "lacks": drafts.findings(operation, each.charter)}
        for each in found
    ]  # fmt: skip

    def human() -> None:
        for each in value:
            line(f"{each['charter']}: {each['outcome']} ({each['by']}, lacks {len(each['lacks'])})")
        if not value:
            line("There is no draft.")

    answer({"drafts": value}, as_json, human)


@charter_app.command("take")
def take_draft(
    name: Annotated[str, typer.Argument(help="A draft, as `charter drafts` names it.")],
    folder: Annotated[Path, typer.Argument(help="The operation folder that it is written into.")],
    replace: Annotated[bool, typer.Option("--replace", help="Write over a charter of this name.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Take a charter that was drafted in the browser into an operation folder.

    Example: aboveloop charter take faster_refunds my-company/
    """
    if not folder.is_dir():
        raise WrongUsage(f"{folder} is no folder. Name an operation folder (it holds operation.yaml).")
    with opened(home, database) as premises, premises.database.read() as reader:
        draft = drafts.find(reader, name)
    path = drafts.take(draft, folder, replace=replace)
    answer({"charter": name, "file": str(path)}, as_json, lambda: line(f"{path} is written."))


@charter_app.command("report")
def report(
    name: Named,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="First day of the after.")
    ] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Day after its last.")] = None,
    history: Annotated[str | None, typer.Option("--history", help="Where the after is, such as `ledger`.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to be forwarded here.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the same page as a PDF here.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Hold the after against the frozen before, with intervals, apart from what the technology shows.

    Example: aboveloop charter report faster_refunds --since 2027-01-04 --until 2027-03-29 --history ledger
    """
    with opened(home, database) as premises:
        found = reporting.report(premises, name, since=_day(since), until=_day(until), history=history)
        after = _after(found, _day(since), _day(until), history)
        write(lambda: charter_sheet(premises.current(), found, after, now=premises.house.clock.now()), html, pdf)

    def human() -> None:
        line(f"{found.charter.outcome}")
        _tell_frozen(found.before)
        if found.after is not None and found.change is not None:
            after, change = found.after.interval, found.change
            line(f"after   {after.value:.6g} ({after.low:.6g} to {after.high:.6g}), {after.rows} cases")
            line(f"change  {change.value:+.6g} ({change.low:+.6g} to {change.high:+.6g})")
        line(f"Business metric: {found.verdict}")
        for way in found.ways:
            held = sum(ask.held for ask in way.asks)
            line(f"Technology: {way.procedure} in {way.stage.value}, {held} of {len(way.asks)} asks of the next held")

    answer(reporting.as_json(found), as_json, human)


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def _after(found: Report, since: date | None, until: date | None, history: str | None) -> After | None:
    baseline = found.charter.baseline
    if since is None or until is None or baseline is None:
        return None
    return After(since, until, history or baseline.history)


def _of_folder(folder: Path) -> list[str]:
    if not folder.is_dir():
        raise WrongUsage(f"{folder} is no folder. Name an operation folder (it holds operation.yaml).")
    return [str(fault) for fault in inspection.look_through(folder).faults if fault.path.startswith("charters/")]


def _of_work(home: Path | None, database: str | None) -> list[str]:
    with opened(home, database) as premises, premises.database.read() as reader:
        operation = premises.current()
        found = [said for each in operation.charters.values() for said in lacks(premises, reader, operation, each)]
        audit = premises.ledger.verify(reader)
    return found if audit.ok else [*found, "The ledger was changed: `aboveloop audit verify` says where."]


def _recompute(premises: Any, name: str, as_json: bool) -> None:
    charter = freezing.charter_of(premises.current(), name)
    with premises.database.read() as reader:
        frozen = freezing.find(premises, reader, charter)
    if frozen is None:
        raise WrongUsage(f"The baseline of {name} is not frozen, so there is nothing to compare with.")
    again = freezing.counted(premises, charter)
    same = again.rows == frozen.said["rows_digest"] and f"{again.interval.value:.6g}" == f"{frozen.said['value']:.6g}"
    value = {"same": same, "frozen": frozen.said, "now": again.as_json()}
    words = "the same" if same else "another"
    answer(value, as_json, lambda: line(f"Counted again: {again.interval.value:.6g}, {words} as what is frozen."))
    if not same:
        raise typer.Exit(1)


def _frozen_json(found: Frozen) -> dict[str, Any]:
    return {
        "charter": found.charter,
        "digest": found.digest,
        "by": found.by,
        "at": found.at,
        "times": found.times,
        "stands": found.stands,
        "problems": list(found.problems),
        "baseline": found.said,
    }


def _tell_frozen(found: Frozen) -> None:
    said = found.said
    line(f"before  {said['value']:.6g} ({said['low']:.6g} to {said['high']:.6g}), {said['rows']} cases")
    line(
        f"        frozen {found.at} by {found.by}, {found.digest[:12]}" + (f", {found.times} times" * (found.times > 1))
    )
    for each in said.get("remarks", ()):
        line(f"        {each}")
    for each in found.problems:
        line(f"!       {each}")
