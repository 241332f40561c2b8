"""contract: what data sources promise, whether they keep it, and what stops when they do not."""

import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from aboveloop.app.contracts import inquiry, store
from aboveloop.app.contracts.checks import Result, fetching
from aboveloop.app.contracts.holding import hold
from aboveloop.app.contracts.inquiry import Named
from aboveloop.app.contracts.rounds import LOOK_EVERY_SECONDS, ContractRound, Looked
from aboveloop.app.drills import broken_feed
from aboveloop.app.inspection import SAMPLE_OPERATION, sound
from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.cli.checking import existing
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, several
from aboveloop.kit.clock import SystemClock
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.models import Operation

contract_app = several("""Data contracts: what data sources promise, and who is called when they break it.

    Example: aboveloop contract check
    """)

Name = Annotated[str | None, typer.Argument(help="A contract, or CONTRACT.ASSET. Default: all.")]
Folder = Annotated[Path | None, typer.Option("--operation", help="An operation folder. Default: the one at work.")]


@contract_app.command("check")
def check(
    name: Name = None,
    rows: Annotated[
        Path | None,
        typer.Option("--rows", help="Hold this file to the contract instead: CSV, Excel, JSON lines, Parquet."),
    ] = None,
    operation: Folder = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Fetch the rows and say which promises they break, and which rows. Pages and pauses nothing. Status 1 if broken.

    Example: aboveloop contract check order_status_events
    """
    if rows is not None and operation is not None:
        held = sound(existing(operation))
        _tell(held, [_of_file(held, name, rows)], as_json)
        return
    with opened(home, database) as premises:
        held = sound(existing(operation)) if operation is not None else at_work(premises)
        wanted = inquiry.named(held, name)
        if rows is not None:
            results = [_of_file(held, name, rows)]
        else:
            fetch = fetching(premises.systems_of(held), premises.settings.home)
            results = inquiry.check_named(held, wanted, fetch, premises.house.clock.now)
    _tell(held, results, as_json)


@contract_app.command("list")
def list_them(operation: Folder = None, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show the contracts with their owners, who is called, and what a breach would pause.

    Example: aboveloop contract list
    """
    with opened(home, database) as premises:
        held = sound(existing(operation)) if operation is not None else at_work(premises)
        with premises.database.read() as reader:
            states = store.all_states(reader)
    found: list[dict[str, Any]] = [
        {
            "contract": contract.name,
            "title": contract.title,
            "version": contract.version,
            "owner": contract.owner,
            "team": contract.team,
            "on_call": list(contract.on_call),
            "assets": [asset.name for asset in contract.assets],
            "state": states[contract.name].state if contract.name in states else "unchecked",
            "would_pause": [vars(each) for each in inquiry.would_pause(held, contract)],
        }
        for _, contract in sorted(held.contracts.items())
    ]

    def human() -> None:
        for each in found:
            called = ", ".join(each["on_call"])
            line(f"{each['contract']} {each['version']}: {each['state']}")
            line(f"    owner {each['owner']} ({each['team']}), called: {called}")
            for paused in each["would_pause"]:
                line(f"    would pause the {paused['scope']} {paused['name']}: it uses {paused['uses']}")
        if not found:
            line("There are no data contracts: docs/how-to/write-a-data-contract.md says how to write one.")

    answer({"contracts": found}, as_json, human)


@contract_app.command("watch")
def watch(
    once: Annotated[bool, typer.Option("--once", help="Look once at what is due and end: for a scheduler.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Check what is due as a running house does: a breach calls people and pauses, and ends by itself. Until Ctrl-C.

    Example: aboveloop contract watch --once
    """
    with opened(home, database) as premises:
        premises.current()
        round_ = ContractRound(premises)
        looked = round_.look()
        if not as_json:
            _print_looks(looked)
        while not once:
            threading.Event().wait(LOOK_EVERY_SECONDS)
            _print_looks(round_.look())
        with premises.database.read() as reader:
            broken = [row.contract for row in store.open_breaches(reader)]
    value = {
        "checked": [each.result.as_json() for each in looked if each.result is not None],
        "changes": [{"contract": each.contract, **vars(each.settled)} for each in looked],
        "broken": broken,
    }
    answer(value, as_json, lambda: line(f"Broken now: {', '.join(broken) or 'none'}."))
    if broken:
        raise typer.Exit(1)


@contract_app.command("drill")
def drill(as_json: Json = False) -> None:
    """Break three promises of the sample company's order events, in a fresh temporary home: each has to be found, call
    people, and pause what depends on it until it is mended. Status 1 where one does not.

    Example: aboveloop contract drill
    """
    result = broken_feed.run()
    answer(result, as_json, lambda: line("\n".join(broken_feed.shown(result))))
    if not result["ok"]:
        raise typer.Exit(1)


@contract_app.command("hold")
def hold_it(
    name: Annotated[str, typer.Argument(help="A contract whose breach has paused something.")],
    because: Annotated[str, typer.Option("--because", help="Why it must not go on by itself.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Make what a breach paused your own: it stays paused until a person resumes it, also when the data is well again.

    Example: aboveloop contract hold orders --because "I want to see a day of clean data" --as noor
    """
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        held = hold(premises, desk.person, name, because=because)
    value = {"contract": name, "held": [{"scope": each.scope, "name": each.name} for each in held]}
    answer(value, as_json, lambda: line(f"{counted(len(held), 'pause')} held. Resume each with `aboveloop resume`."))


def _print_looks(looked: list[Looked]) -> None:
    for each in looked:
        settled, state = each.settled, each.result.state if each.result is not None else "seen at work"
        change = "broken" if settled.opened or settled.grown else "kept again" if settled.closed else ""
        if change or state != "kept":
            line(f"{each.contract}: {change or state}")
        for scope, paused in settled.paused:
            line(f"    paused the {scope} {paused}")
        for scope, resumed in settled.resumed:
            line(f"    the {scope} {resumed} goes on")
        if settled.cases:
            line(f"    {counted(settled.cases, 'case')} went on")


def at_work(premises: Premises) -> Operation:
    """The operation that new cases begin with; the sample company's where none is at work yet."""
    try:
        return premises.current()
    except NothingDeployed:
        return sound(SAMPLE_OPERATION)


def _of_file(operation: Operation, name: str | None, rows: Path) -> Result:
    wanted: list[Named] = inquiry.named(operation, name)
    if len(wanted) != 1:
        raise WrongUsage("A file is held to one contract: name it, such as `aboveloop contract check orders --rows F`.")
    return inquiry.check_file(operation, wanted[0], rows, SystemClock().now)


def _tell(operation: Operation, results: list[Result], as_json: bool) -> None:
    value = inquiry.as_json(operation, results)

    def human() -> None:
        for result in results:
            line(f"{result.contract.name} {result.contract.version}: {result.state}, {counted(result.rows, 'row')}")
            for asset in result.assets:
                if asset.unreachable:
                    line(f"  {asset.asset}: its rows cannot be had now. {asset.unreachable}")
                for finding in asset.findings:
                    line(f"  {asset.asset}: {finding.sentence}")
                for rule, why in (asset.checked.unchecked if asset.checked else {}).items():
                    line(f"  {asset.asset}: {rule} was not asked. {why}")

    answer(value, as_json, human)
    if not value["ok"]:
        raise typer.Exit(1)
