"""check and release: an operation folder, looked through and frozen."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from aboveloop.app import folders
from aboveloop.app.premises import SAMPLE_OPERATION, Premises
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation import releases
from aboveloop.operation.releases import Release

Folder = Annotated[Path | None, typer.Argument(help="An operation folder. Default: the sample company's.")]

release_app = typer.Typer(no_args_is_help=True, help="Freeze an operation, put it to work, take it back.")


def check(
    folder: Folder = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the schema that policies are checked against.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look through a whole operation folder and explain each fault with file and line.

    Example: aboveloop check my-company/
    """
    chosen = _existing(folder)
    if schema:
        sys.stdout.write(json.dumps(folders.schema(chosen), indent=2) + "\n")
        return
    report = folders.look_through(chosen)
    operation = report.operation
    value = {
        "folder": str(chosen),
        "ok": report.is_sound,
        "digest": operation.digest if operation else None,
        "faults": [
            {"file": each.path, "line": each.line, "message": each.message, "severity": each.severity.value}
            for each in report.faults
        ],
        "policy_tests": len(operation.policy_tests) if operation else 0,
        "scenarios": len(operation.scenarios) if operation else 0,
    }

    def human() -> None:
        for each in report.faults:
            line(str(each))
        if report.is_sound and operation is not None:
            counts = (
                f"{len(operation.policy_tests)} policy tests hold, {len(operation.scenarios)} scenarios stand ready"
            )
            line(f"{chosen} is sound: {counts}.")
        else:
            line(f"{len(report.faults)} faults in {chosen}.")

    answer(value, as_json, human)
    if not report.is_sound:
        raise typer.Exit(1)


@release_app.command("create")
def create(
    folder: Folder = None,
    note: Annotated[str, typer.Option("--note", help="What is new, for people.")] = "",
    deploy_it: Annotated[bool, typer.Option("--deploy", help="Put it to work at once.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Freeze an operation folder into a release, named by its digest. A folder with faults is refused.

    Example: aboveloop release create my-company/ --note "Returns are easier" --deploy
    """
    chosen = _existing(folder)
    with opened(home, database) as premises:
        # Before the first deployment nobody is known yet: who can reach the state folder sets the house up.
        by = _who(premises, person) if _has_release(premises) else "house"
        release = folders.create_release(premises, chosen, by=by, note=note)
        if deploy_it:
            release = folders.deploy(premises, release.digest, by=by)
    answer(_shown(release), as_json, lambda: line(f"Release {release.name} ({release.short})"))


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

    answer({"releases": [_shown(each) for each in found], "deployed": at_work}, as_json, human)


@release_app.command("deploy")
def deploy(
    name: Annotated[str, typer.Argument(help="A release's name (r3) or the beginning of its digest.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Put a release to work: new cases begin with it, cases under way finish on theirs.

    Example: aboveloop release deploy r3 --as noor
    """
    with opened(home, database) as premises:
        release = folders.deploy(premises, name, by=_who(premises, person) if _has_release(premises) else "house")
    answer(_shown(release), as_json, lambda: line(f"Release {release.name} is at work."))


@release_app.command("rollback")
def rollback(home: Home = None, database: DatabaseUrl = None, person: As = None, as_json: Json = False) -> None:
    """Go back to the release that was at work before.

    Example: aboveloop release rollback --as noor
    """
    with opened(home, database) as premises:
        release = folders.rollback(premises, by=_who(premises, person))
    answer(_shown(release), as_json, lambda: line(f"Release {release.name} is at work again."))


def _who(premises: Premises, person: str | None) -> str:
    desk = desk_of(premises, person)
    desk.must("release")
    return desk.person.actor


def _has_release(premises: Premises) -> bool:
    with premises.database.read() as reader:
        return releases.deployed(reader) is not None


def _shown(release: Release) -> dict[str, Any]:
    return {
        "release": release.name,
        "digest": release.digest,
        "note": release.note,
        "created_by": release.created_by,
        "created_at": iso(release.created_at),
    }


def _existing(folder: Path | None) -> Path:
    chosen = folder or SAMPLE_OPERATION
    if not chosen.is_dir():
        raise WrongUsage(f"{chosen} is no folder. Name an operation folder (it holds operation.yaml).")
    return chosen
