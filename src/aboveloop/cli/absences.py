"""absence: who is away, from when to when, and who stands in for them."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from aboveloop.app.approval_queue import LOOKED_AHEAD
from aboveloop.app.premises import Premises
from aboveloop.app.queue_desk import QueueDesk
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.govern.people import person_of
from aboveloop.govern.queue.delegation import Absence, Wish, coming
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage

absence_app = several("""Who is away, and who stands in.

    Example: aboveloop absence list
    """)


@absence_app.command("add")
def add(
    until: Annotated[str, typer.Option(help="Its end: 2026-12-24 (that whole day) or 2026-12-24T12:00.")],
    start: Annotated[str, typer.Option("--from", help="Its beginning, likewise; now when left out.")] = "",
    who: Annotated[str, typer.Option("--person", help="Who is away; yourself when left out.")] = "",
    deputy: Annotated[str, typer.Option(help="Who stands in; they must hold the role.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="Only for this role; repeat for more.")] = None,
    operation: Annotated[list[str] | None, typer.Option(help="Only for this operation; repeat for more.")] = None,
    most: Annotated[int | None, typer.Option(help="Only up to this amount, in minor units such as cents.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Mark yourself absent, with a deputy for a time, for kinds of action and up to an amount.

    Example: aboveloop absence add --until 2026-12-24 --deputy ferhat --most 20000 --as priya
    """
    with opened(home, database) as premises:
        desk = QueueDesk(premises, desk_of(premises, person).person)
        wish = Wish(
            starts_at=_instant(premises, start, ends=False) if start else premises.house.clock.now(),
            ends_at=_instant(premises, until, ends=True),
            deputy=person_of(premises.current(), deputy) if deputy else None,
            roles=tuple(role or ()),
            operations=tuple(operation or ()),
            most=most,
        )
        marked = desk.mark_absent(who or desk.person.id, wish)
    answer(_row(marked), as_json, lambda: line(_sentence(marked)))


@absence_app.command("list")
def list_them(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """List who is away now or will be within a year.

    Example: aboveloop absence list
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        now = premises.house.clock.now()
        found = coming(reader, now, now + LOOKED_AHEAD)

    def human() -> None:
        for each in found:
            line(f"{each.id}  {_sentence(each)}")
        if not found:
            line("Nobody is away.")

    answer({"absences": [_row(each) for each in found]}, as_json, human)


@absence_app.command("end")
def end(
    absence: Annotated[str, typer.Argument(help="The absence's id; `aboveloop absence list` shows them.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """End an absence before its time: somebody is back, or does not go.

    Example: aboveloop absence end absence_01k9... --as priya
    """
    with opened(home, database) as premises:
        ended = QueueDesk(premises, desk_of(premises, person).person).end_absence(absence)
    answer(_row(ended), as_json, lambda: line(f"{ended.person_id} is back; nobody stands in any more."))


def _instant(premises: Premises, text: str, *, ends: bool) -> datetime:
    """A day or an instant as people write it, in the operation's time zone unless it names another."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no day or time. Write 2026-12-24 or 2026-12-24T12:00.") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(premises.current().about.timezone))
    # A day that is named as the end belongs to the absence.
    return moment + timedelta(days=1) if ends and len(text) == len("2026-12-24") else moment


def _row(each: Absence) -> dict[str, Any]:
    return {
        "absence": each.id,
        "person": each.person_id,
        "deputy": each.deputy_id,
        "starts_at": iso(each.starts_at),
        "ends_at": iso(each.ends_at),
        "roles": list(each.roles),
        "operations": list(each.operations),
        "most": each.most,
        "marked_by": each.marked_by,
        "ended_at": iso(each.ended_at) if each.ended_at else None,
    }


def _sentence(each: Absence) -> str:
    span = f"{each.person_id} is away from {iso(each.starts_at)[:16]} to {iso(each.ends_at)[:16]} UTC"
    if each.deputy_id is None:
        return f"{span}; nobody stands in."
    kinds = ", ".join(each.operations) or "everything"
    limit = f" up to {each.most} in minor units" if each.most is not None else ""
    return f"{span}; {each.deputy_id} stands in as {', '.join(each.roles)} for {kinds}{limit}."
