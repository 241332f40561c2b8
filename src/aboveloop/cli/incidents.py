"""incident: open one, and lead it through its five steps; drill: plant a fault and see whether they hold."""

from pathlib import Path
from typing import Annotated, Any

import typer

from aboveloop.app import incident_scenarios
from aboveloop.app.drills import wrong_refund
from aboveloop.app.incidents import IncidentDesk, IncidentView, plain, view_of
from aboveloop.app.inspection import sound
from aboveloop.app.premises import Premises
from aboveloop.cli.cases import scope_named
from aboveloop.cli.checking import existing
from aboveloop.cli.house import As, desk_of, note_looks, opened, shows_personal
from aboveloop.cli.incident_words import print_incident, print_list, print_test
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, several
from aboveloop.govern.incidents.book import Book, Report
from aboveloop.govern.incidents.incident import Scope, Severity
from aboveloop.govern.paging.pager import open_pages
from aboveloop.govern.switches import Scope as SwitchScope
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation import releases
from aboveloop.operation.expressions import instant_of
from aboveloop.operation.models import Operation

incident_app = several("""Something went wrong: stop, contain, correct, reconcile, review.

    Example: aboveloop incident open "Refunds without approval" --operation shop.refund_order --release r2 --as noor
    """)
Incident = Annotated[str, typer.Argument(help="The incident's id; `aboveloop incident list` shows them.")]
Against = Annotated[str | None, typer.Option(help="The release by whose policy actions are judged, such as r1.")]


@incident_app.command("open")
def open_one(
    title: Annotated[str, typer.Argument(help="What went wrong, in a line.")],
    severity: Annotated[Severity, typer.Option(help="How bad it is.")] = Severity.MAJOR,
    release: Annotated[str | None, typer.Option(help="The release suspected, such as r2.")] = None,
    procedure: Annotated[str | None, typer.Option(help="The procedure suspected.")] = None,
    rule: Annotated[str | None, typer.Option(help="The rule of policy suspected, by its @id.")] = None,
    operation: Annotated[str | None, typer.Option(help="The operation suspected, such as shop.refund_order.")] = None,
    since: Annotated[str, typer.Option(help="Nothing before this instant (ISO).")] = "",
    until: Annotated[str, typer.Option(help="Nothing after this instant (ISO).")] = "",
    found_by: Annotated[str, typer.Option(help="Who or what found it. Default: you.")] = "",
    reported_at: Annotated[str, typer.Option(help="When it was reported (ISO). Default: now.")] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="Who answers for what: --role commander=noor. Also owner, security, ...")
    ] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Open an incident: what is suspected, how bad it is, and who answers for it.

    Example: aboveloop incident open "Refunds without approval" --operation shop.refund_order --release r2 --as noor
    """
    roles = dict(_pair(each) for each in role or [])
    with opened(home, database) as premises:
        scope = Scope(
            release=_digest(premises, release),
            procedure=procedure,
            rule=rule,
            operation=operation,
            since=_instant(since, "--since"),
            until=_instant(until, "--until"),
        )
        report = Report(title, severity, scope, found_by, _instant(reported_at, "--reported-at"), roles)
        made = _desk(premises, person).open(report)
    answer(plain(made), as_json, lambda: line(f"Incident {made.id} is open. Next: aboveloop incident stop {made.id}"))


@incident_app.command("list")
def list_them(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not closed.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """List incidents, the newest first.

    Example: aboveloop incident list --open
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = Book(premises.ledger, premises.current()).all(reader, only_open=only_open)
    answer({"incidents": [plain(each) for each in found]}, as_json, lambda: print_list(found))


@incident_app.command("show")
def show(
    incident: Incident,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Show an incident: its steps, everybody affected, each repair, and its timeline from the ledger.

    Example: aboveloop incident show incident_01k9...
    """
    with opened(home, database) as premises:
        _show(premises, _viewer(premises, incident), person, as_json=as_json)


@incident_app.command("stop")
def stop(
    incident: Incident,
    pause: Annotated[
        str, typer.Option(help="What to pause, such as operation:shop.refund_order or all. Default: what is suspected.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, for those who find it paused.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Step 1: pause what is suspected. Holds before the next action.

    Example: aboveloop incident stop incident_01k9... --as noor
    """
    with opened(home, database) as premises:
        scope, name = _pause(pause)
        _desk(premises, person).stop(incident, scope=scope, name=name, because=reason)
        _show(premises, _viewer(premises, incident), person, as_json=as_json)


@incident_app.command("contain")
def contain(
    incident: Incident,
    against: Against = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Step 2: find everybody touched, and whom of them wrongly. Default: judged by the release before the faulty one.

    Example: aboveloop incident contain incident_01k9... --against r1 --as noor
    """
    with opened(home, database) as premises:
        _show(premises, _desk(premises, person).contain(incident, against=against), person, as_json=as_json)


@incident_app.command("correct")
def correct(
    incident: Incident,
    text: Annotated[
        str, typer.Option(help="What customers are told; may hold {{ what }}, {{ money(done) }}. Default: the message.")
    ] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Step 3: draft a message to each affected customer. Somebody else approves each before it is sent.

    Example: aboveloop incident correct incident_01k9... --as noor
    """
    with opened(home, database) as premises:
        made = _desk(premises, person).correct(incident, text=text)
        said = f"{counted(made, 'draft')} made; each waits for an approval once the house runs."
        _show(premises, _viewer(premises, incident), person, as_json=as_json, said=said, more={"proposed": made})


@incident_app.command("reconcile")
def reconcile(
    incident: Incident,
    against: Against = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Step 4: compare what was done with what policy says now, and propose to undo what it would not allow.

    Example: aboveloop incident reconcile incident_01k9... --as noor
    """
    with opened(home, database) as premises:
        made = _desk(premises, person).reconcile(incident, against=against)
        said = f"{counted(made, 'repair')} proposed; each waits for an approval once the house runs."
        _show(premises, _viewer(premises, incident), person, as_json=as_json, said=said, more={"proposed": made})


@incident_app.command("accept")
def accept(
    incident: Incident,
    key: Annotated[str, typer.Argument(help="The wrong action's key, as `incident show` names it.")],
    reason: Annotated[str, typer.Option(help="Why it may stay as it is.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Within step 4: decide that one wrong action stays as it is.

    Example: aboveloop incident accept incident_01k9... run_01k9...:pay_back:1 --reason "Too small" --as noor
    """
    with opened(home, database) as premises:
        _desk(premises, person).accept(incident, key, because=reason)
        _show(premises, _viewer(premises, incident), person, as_json=as_json)


@incident_app.command("scenario")
def scenario(
    incident: Incident,
    key: Annotated[str, typer.Option(help="Of which action. Default: the first that was wrong.")] = "",
    name: Annotated[str, typer.Option(help="How the scenario is called.")] = "incident",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Draft the incident as a scenario. It holds a customer's own words: write it anew for a stand-in before use.

    Example: aboveloop incident scenario incident_01k9... > scenarios/incident.yaml
    """
    with opened(home, database) as premises:
        view = _viewer(premises, incident)
        touched = next((each for each in view.affected if not key or each.key == key), None)
        if touched is None:
            raise WrongUsage(f"Incident {incident} has no wrong action {key or 'yet'}. Contain it first.")
        note_looks(premises, person, {touched.case_id: touched.customer_id}, "incident")
        with premises.database.read() as reader:
            drafted = incident_scenarios.draft(premises, reader, view.incident, touched, name=name)
    answer({"scenario": drafted}, as_json, lambda: line(incident_scenarios.as_yaml(drafted)))


@incident_app.command("review")
def review(
    incident: Incident,
    scenario: Annotated[str, typer.Option(help="The scenario of the operation that tells the incident.")],
    folder: Annotated[Path | None, typer.Option(help="The operation folder with the rule change.")] = None,
    release: Annotated[str | None, typer.Option(help="Or a release that has it, such as r3.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Step 5: test a rule change on the incident's own cases and as a scenario. The old rule must fail, the new pass.

    Example: aboveloop incident review incident_01k9... --folder my-company/ --scenario incident --as noor
    """
    if (folder is None) == (release is None):
        raise WrongUsage("Name the rule change: either --folder with an operation folder, or --release.")
    with opened(home, database) as premises:
        found = _desk(premises, person).review(incident, _candidate(premises, folder, release), scenario)
    answer(found.as_json(), as_json, lambda: print_test(found))


@incident_app.command("close")
def close(
    incident: Incident,
    lesson: Annotated[str, typer.Option(help="What was learnt, in a line.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Close it once all five steps are done: its pauses end, and no case finishes on the faulty release.

    Example: aboveloop incident close incident_01k9... --lesson "Limits have scenarios" --as noor
    """
    with opened(home, database) as premises:
        moved = _desk(premises, person).close(incident, lesson=lesson)
        said = f"Closed. {moved['moved']} cases moved to the release at work, {moved['handed_over']} given to people."
        _show(premises, _viewer(premises, incident), person, as_json=as_json, said=said, more={"cases": moved})


@incident_app.command("pages")
def pages(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """List the pages that nobody has acknowledged, the oldest first.

    Example: aboveloop incident pages
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = open_pages(reader)

    def human() -> None:
        for each in found:
            line(f"{each.id}  {each.severity:8} level {each.level}  {each.reason}")
        if not found:
            line("Nobody is being called.")

    answer({"pages": [plain(each) for each in found]}, as_json, human)


@incident_app.command("acknowledge")
def acknowledge(
    page: Annotated[str, typer.Argument(help="The page's id, or the incident that it is about.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Take on a page: nobody else is called about it.

    Example: aboveloop incident acknowledge page_01k9... --as noor
    """
    with opened(home, database) as premises:
        done = _desk(premises, person).acknowledge(page)
    answer(plain(done), as_json, lambda: line(f"{done.id} is acknowledged by {done.acknowledged_by}."))


@incident_app.command("drill")
def drill(
    what: Annotated[str, typer.Argument(help="wrong-refund: a release that pays too much without approval.")],
    seed: Annotated[int, typer.Option(help="The company and its customers, and what they want.")] = 1,
    cases: Annotated[int, typer.Option(max=500, help="How many customers write.")] = 24,
    as_json: Json = False,
) -> None:
    """Plant a fault in the sample company, in a fresh temporary home, and lead it through all five steps.

    Example: aboveloop incident drill wrong-refund --seed 7 --cases 40
    """
    if what != "wrong-refund":
        raise WrongUsage(f"There is no drill {what!r}. The one there is: wrong-refund.")
    result = wrong_refund.run(seed=seed, cases=cases)
    answer(result, as_json, lambda: line("\n".join(wrong_refund.shown(result))))
    if not result["ok"]:
        raise typer.Exit(1)


def _desk(premises: Premises, person: str | None) -> IncidentDesk:
    return IncidentDesk(premises, desk_of(premises, person).person)


def _viewer(premises: Premises, incident: str) -> IncidentView:
    with premises.database.read() as reader:
        return view_of(premises, reader, incident)


def _show(
    premises: Premises,
    view: IncidentView,
    person: str | None,
    *,
    as_json: bool,
    said: str = "",
    more: dict[str, Any] | None = None,
) -> None:
    personal = shows_personal(premises, person)
    if personal:
        note_looks(premises, person, view.mended, "incident")
    currency = premises.current().about.currency

    def human() -> None:
        if said:
            line(said)
        print_incident(view, currency)

    answer({**view.as_json(personal=personal), **(more or {})}, as_json, human)


def _candidate(premises: Premises, folder: Path | None, release: str | None) -> Operation:
    if folder is not None:
        return sound(existing(folder))
    digest = _digest(premises, release)
    assert digest is not None, "one of the two was given"
    return premises.operation_of(digest)


def _digest(premises: Premises, named: str | None) -> str | None:
    if named is None:
        return None
    with premises.database.read() as reader:
        return releases.find_release(reader, named).digest


def _instant(text: str, option: str) -> Any:
    if not text:
        return None
    try:
        return instant_of(text)
    except ValueError as error:
        raise WrongUsage(f"{option} {text!r} is no instant. Write it as 2026-11-25T14:30:00Z.") from error


def _pair(text: str) -> tuple[str, str]:
    role, separator, who = text.partition("=")
    if not separator or not who:
        raise WrongUsage(f"--role {text!r} is not of the form role=person.")
    return role, who


def _pause(text: str) -> tuple[SwitchScope | None, str]:
    if not text:
        return None, ""
    kind, _, name = text.partition(":")
    return scope_named(kind, name), name
