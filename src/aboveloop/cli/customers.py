"""customers: the same one found twice, merged by a person, and parted again."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from aboveloop.app import duplicates
from aboveloop.app.duplicates import Look, Sources
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, several
from aboveloop.history import store as histories
from aboveloop.journey.matching import joins
from aboveloop.journey.matching.joins import Join
from aboveloop.kit.clock import iso

customers_app = several("""The same customer found twice: find, merge, take back.

    Example: aboveloop customers duplicates
    """)

One = Annotated[str, typer.Argument(help="A customer's id, as cases name it.")]
Other = Annotated[str, typer.Argument(help="The id of the other record.")]
Because = Annotated[str, typer.Option("--because", help="Why; it stands in the ledger.")]


@customers_app.command("duplicates")
def find_duplicates(
    history: Annotated[list[str] | None, typer.Option("--history", help="An imported history to compare too.")] = None,
    everywhere: Annotated[bool, typer.Option("--all-histories", help="Compare all imported histories too.")] = False,
    records: Annotated[
        Path | None, typer.Option("--records", help="A CSV with id, name, email, phone, address ... to compare too.")
    ] = None,
    live: Annotated[bool, typer.Option("--live/--not-live", help="Compare the customers of this house.")] = True,
    limit: Annotated[int, typer.Option("--limit", min=1, help="As many pairs as are shown.")] = 50,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Find records that may be one customer, the surest first, with the evidence. Nothing is merged.

    Example: aboveloop customers duplicates --history desk
    """
    with opened(home, database) as premises:
        names = list(history or [])
        if everywhere:
            names = [each.about.name for each in histories.all_of(premises.settings.home)]
        seen = duplicates.look(premises, Sources(live, names, records))
    value = seen.as_json()
    answer({**value, "found": len(seen.pairs), "pairs": list(seen.pairs)[:limit]}, as_json, lambda: _tell(seen, limit))


@customers_app.command("merge")
def merge(
    one: One,
    other: Other,
    because: Because,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Take two records for one customer, for people who look. Workers still go by what who writes has proved.

    Example: aboveloop customers merge cus_01k9... cus_01kb... --because "She told us on the phone" --as sanne
    """
    made = _settle(joins.join, (one, other), because, (home, database, person))
    answer(_json(made), as_json, lambda: line(f"{made.one} and {made.other} stand together now."))


@customers_app.command("unmerge")
def unmerge(
    one: One,
    other: Other,
    because: Because,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Take a merge back. Everything is as it was before.

    Example: aboveloop customers unmerge cus_01k9... cus_01kb... --because "Two sisters" --as sanne
    """
    made = _settle(joins.part, (one, other), because, (home, database, person))
    answer(_json(made), as_json, lambda: line(f"{made.one} and {made.other} are two customers again."))


def _settle(
    change: Callable[..., Join], pair: tuple[str, str], because: str, where: tuple[Home, DatabaseUrl, As]
) -> Join:
    home, database, person = where
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        desk.must("take_over")
        desk.must("read_personal")
        now = premises.house.clock.now()
        with premises.database.write() as tx:
            return change(tx, premises.ledger, pair, because=because, actor=desk.person.actor, now=now)


def _json(made: Join) -> dict[str, object]:
    return {**vars(made), "at": iso(made.at)}


def _tell(seen: Look, limit: int) -> None:
    for each in seen.pairs[:limit]:
        line(f"{each['standing']:8}  {min(each['chance'], 0.99):.0%}  {each['one']}  {each['other']}")
        for said in each["evidence"]:
            line(f"          {said['field']} {said['says']}: {said['bits']:+.1f} bits")
    if len(seen.pairs) > limit:
        line(f"And {len(seen.pairs) - limit} more: --limit shows them.")
    from_where = ", ".join(f"{counted(number, 'record')} of {name}" for name, number in seen.records.items())
    line(f"{counted(len(seen.pairs), 'pair')} found. Compared: {from_where or 'no records'}.")
    if seen.left_out:
        line(
            f"{counted(seen.left_out, 'group')} of records share what many share, and were compared by the rest alone."
        )
