"""release: an operation folder, frozen, rehearsed, compared, brought to customers and taken back."""

from typing import Annotated, Any

import typer

from aboveloop.app import folders
from aboveloop.app.premises import Premises
from aboveloop.app.releasing import promote as promotion
from aboveloop.app.releasing.gate_run import gate_of
from aboveloop.app.releasing.promote import Reasons
from aboveloop.app.releasing.shapes import checklist_json, gate_json, release_json
from aboveloop.cli import loading, promoting, reviewing
from aboveloop.cli.checking import Folder, existing
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, progress, several
from aboveloop.govern.people import Person, Right
from aboveloop.govern.promotion.gate import GateResult, Verdict
from aboveloop.operation import releases
from aboveloop.operation.releases import Release

release_app = several("""Freeze an operation, rehearse it, bring it to customers, take it back.

    Example: aboveloop release create my-company/ --deploy
    """)
for name, command in promoting.COMMANDS.items():
    release_app.command(name)(command)
release_app.command("load-test")(loading.load_test)
release_app.add_typer(reviewing.review_app, name="review")

Unrehearsed = Annotated[
    str, typer.Option("--unrehearsed", help="Why it may go on though its scenarios cannot be played here.")
]
WithoutLoadTest = promoting.WithoutLoadTest
WithoutCanary = Annotated[str, typer.Option("--without-canary", help="Why everybody is served without a canary first.")]


@release_app.command("create")
def create(
    folder: Folder = None,
    note: Annotated[str, typer.Option("--note", help="What is new, for people.")] = "",
    deploy_it: Annotated[bool, typer.Option("--deploy", help="Put it to work at once, if it may be.")] = False,
    later: Annotated[bool, typer.Option("--gate-later", help="Play the scenarios when it is promoted.")] = False,
    unrehearsed: Unrehearsed = "",
    without_canary: WithoutCanary = "",
    without_load_test: WithoutLoadTest = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Freeze an operation folder into a release, play its scenarios, and say what alters risk. Faults are refused.

    Example: aboveloop release create my-company/ --note "Returns are easier" --deploy
    """
    chosen = existing(folder)
    with opened(home, database) as premises:
        # Before the first deployment nobody is known yet: who can reach the state folder sets the house up.
        who = _who(premises, person, "propose") if _has_release(premises) else None
        by = who.actor if who is not None else "house"
        if deploy_it and who is not None:
            _who(premises, person, "promote")
        with premises.database.read() as reader:
            known = {each.digest for each in releases.list_releases(reader)}
        release = folders.create_release(premises, chosen, by=by, note=note)
        diff = promotion.open_review(premises, release, by=by)
        gate = None if later and not deploy_it else _gate(premises, release, by)
        if deploy_it and not _is_at_work(premises, release):
            reasons = Reasons(unrehearsed, without_canary, note, without_load_test)
            promotion.promote(premises, release, "production", person=who, reasons=reasons)
    value = {
        **release_json(release),
        "new": release.digest not in known,
        "deployed": deploy_it,
        "gate": gate_json(gate),
        "needs_review": diff.needs_review if diff is not None else False,
    }
    answer(value, as_json, lambda: line(_said(value, gate, len(diff.risky) if diff is not None else 0)))
    if gate is not None and gate.verdict is Verdict.FAILED:
        raise typer.Exit(1)


@release_app.command("list")
def list_them(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show the releases, the newest first.

    Example: aboveloop release list
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = releases.list_releases(reader)
        deployed = releases.deployed(reader)
    at_work = deployed.digest if deployed else None

    def human() -> None:
        for each in found:
            mark = "*" if each.digest == at_work else " "
            line(f"{mark} {each.name:5} {each.short} {each.created_at:%Y-%m-%d %H:%M} {each.note}")
        if not found:
            line("There is no release yet: aboveloop release create FOLDER")

    answer({"releases": [release_json(each) for each in found], "deployed": at_work}, as_json, human)


@release_app.command("deploy")
def deploy(
    name: Annotated[str, typer.Argument(help="A release's name (r3) or the beginning of its digest.")],
    unrehearsed: Unrehearsed = "",
    without_canary: WithoutCanary = "",
    without_load_test: WithoutLoadTest = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Put a release to work for everybody: new cases begin with it, cases under way finish on theirs.

    Example: aboveloop release deploy r3 --as noor
    """
    with opened(home, database) as premises:
        who = _who(premises, person, "promote") if _has_release(premises) else None
        with premises.database.read() as reader:
            release = releases.find_release(reader, name)
        listed: dict[str, Any] = {}
        if not _is_at_work(premises, release):
            reasons = Reasons(unrehearsed, without_canary, without_load_test=without_load_test)
            done = promotion.promote(premises, release, "production", person=who, reasons=reasons)
            listed = {"checklist": checklist_json(done.checklist)}
    answer({**release_json(release), **listed}, as_json, lambda: line(f"Release {release.name} is at work."))


def _is_at_work(premises: Premises, release: Release) -> bool:
    with premises.database.read() as reader:
        return releases.deployed_digest(reader) == release.digest


def _gate(premises: Premises, release: Release, by: str) -> GateResult:
    """Run the gate under a progress bar."""
    with progress() as bar:
        task = bar.add_task("Playing the scenarios", total=None)
        return gate_of(
            premises, release, by=by, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )


def _who(premises: Premises, person: str | None, what: Right) -> Person:
    desk = desk_of(premises, person)
    desk.must(what)
    return desk.person


def _has_release(premises: Premises) -> bool:
    with premises.database.read() as reader:
        return releases.deployed(reader) is not None


def _said(value: dict[str, Any], gate: GateResult | None, risky: int) -> str:
    said = f"Release {value['release']} ({value['digest'][:12]})"
    said += (
        " is made."
        if value["new"]
        else " stands already: the folder has not changed, so there is no new one and no new note."
    )
    if gate is not None:
        said += f" {gate.verdict.value.capitalize()}: {gate.reason} {'; '.join(gate.problems)}".rstrip()
    if risky and not value["deployed"]:
        said += f" Changes that alter risk: {risky}. It waits for the review; see `aboveloop release diff`."
    if value["deployed"]:
        said += " It is at work."
    return said
