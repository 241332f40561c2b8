"""release: an operation folder, frozen, put to work and taken back."""

from typing import Annotated, Any

import typer

from aboveloop.app import folders
from aboveloop.app.premises import Premises
from aboveloop.cli.checking import Folder, existing
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.kit.clock import iso
from aboveloop.operation import releases
from aboveloop.operation.releases import Release

release_app = several("""Freeze an operation, put it to work, take it back.

    Example: aboveloop release create my-company/ --deploy
    """)


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
    chosen = existing(folder)
    with opened(home, database) as premises:
        # Before the first deployment nobody is known yet: who can reach the state folder sets the house up.
        by = _who(premises, person) if _has_release(premises) else "house"
        with premises.database.read() as reader:
            known = {each.digest for each in releases.list_releases(reader)}
        release = folders.create_release(premises, chosen, by=by, note=note)
        if deploy_it:
            release = folders.deploy(premises, release.digest, by=by)
    is_new = release.digest not in known
    said = f"Release {release.name} ({release.short})"
    said += (
        " is made."
        if is_new
        else " stands already: the folder has not changed, so there is no new one and no new note."
    )
    if deploy_it:
        said += " It is at work."
    answer({**_shown(release), "new": is_new, "deployed": deploy_it}, as_json, lambda: line(said))


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
