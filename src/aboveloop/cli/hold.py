"""hold: place, release and list legal holds."""

from collections.abc import Sequence
from typing import Annotated

import typer

from aboveloop.app.premises import Premises
from aboveloop.cli.house import As, desk_of, note_looks, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.journey.store import customers_of
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage
from aboveloop.work.privacy import holds
from aboveloop.work.privacy.holds import Hold, Wish

hold_app = several("""Legal holds: what is held is erased by nobody and by no time.

    Example: aboveloop hold list
    """)

Reason = Annotated[str, typer.Option("--reason", help="Why.")]


@hold_app.command("place")
def place(
    reason: Reason,
    customer: Annotated[str, typer.Option(help="Hold a customer with everything of theirs.")] = "",
    case: Annotated[str, typer.Option(help="Hold one case.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Keep a customer or a case from being erased.

    Example: aboveloop hold place --customer cus_01k9... --reason "claim 12/26" --as adaeze
    """
    if bool(customer) is bool(case):
        raise WrongUsage("Name either --customer or --case.")
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        wish = Wish("customer", customer, reason) if customer else Wish("case", case, reason)
        with premises.database.write() as tx:
            placed = holds.place(tx, premises.ledger, wish, by=desk.person, now=premises.house.clock.now())
        _note(premises, person, [placed])
    answer(_json(placed), as_json, lambda: line(f"Held: {placed.scope} {placed.subject}, hold {placed.id}."))


@hold_app.command("release")
def release(
    hold: Annotated[str, typer.Argument(help="The hold's id.")],
    reason: Reason,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Let go of a hold; what it kept is erased when its time comes.

    Example: aboveloop hold release hold_01k9... --reason "claim settled" --as adaeze
    """
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        with premises.database.write() as tx:
            now = premises.house.clock.now()
            done = holds.release(tx, premises.ledger, hold, by=desk.person, because=reason, now=now)
        _note(premises, person, [done])
    answer(_json(done), as_json, lambda: line(f"Released: {done.scope} {done.subject}."))


@hold_app.command("list")
def list_holds(
    everything: Annotated[bool, typer.Option("--all", help="Released ones too.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Which holds stand.

    Example: aboveloop hold list --all
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = holds.every(reader) if everything else holds.standing(reader)
        _note(premises, person, found)

    def human() -> None:
        for each in found:
            ended = f", released {iso(each.released_at)}" if each.released_at else ""
            stamp = f"{each.placed_by}, {iso(each.placed_at)}{ended}"
            line(f"{each.id}  {each.scope} {each.subject}: {each.because} ({stamp})")
        if not found:
            line("Nothing is held.")

    answer({"holds": [_json(each) for each in found]}, as_json, human)


def _note(premises: Premises, person: str | None, held: Sequence[Hold]) -> None:
    """Why something is held says something of its customer."""
    with premises.database.read() as reader:
        cases = customers_of(reader, {each.subject for each in held if each.scope == "case"})
    whole = {each.subject: each.subject for each in held if each.scope == "customer"}
    note_looks(premises, person, {**cases, **whole}, "hold")


def _json(each: Hold) -> dict[str, object]:
    released = None if each.released_at is None else iso(each.released_at)
    return {**vars(each), "placed_at": iso(each.placed_at), "released_at": released}
