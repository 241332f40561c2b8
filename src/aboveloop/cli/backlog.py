"""backlog: what could be better, who looks after it, and which release carried it."""

from datetime import date
from typing import Annotated, Any

import typer

from aboveloop.app.improving import board, seeing
from aboveloop.app.improving.board import Item, Leads
from aboveloop.app.premises import Premises
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, several
from aboveloop.govern.people import may
from aboveloop.improve import answers
from aboveloop.improve.answers import Standing
from aboveloop.improve.backlog import CLOSED, Move, State, Wish
from aboveloop.improve.errors import ImprovementNotFound
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage

backlog_app = several("""What could be better: ideas, proposals of the house, and the releases that carry them.

    Example: aboveloop backlog list
    """)
Id = Annotated[str, typer.Argument(help="An improvement's id, as `backlog list` shows it.")]
Key = Annotated[str, typer.Argument(help="A proposal's name, as `backlog proposals` shows it.")]
Value = Annotated[int, typer.Option("--value", help="What a week of it is worth, in minor units (cents).")]
Because = Annotated[str, typer.Option("--because", help="Why, for those who read it later.")]


@backlog_app.command("add")
def add(
    title: Annotated[str, typer.Argument(help="In a few words.")],
    why: Annotated[str, typer.Option("--why", help="What is not good, and for whom.")],
    procedure: Annotated[str, typer.Option(help="The procedure that gets better.")] = "",
    owner: Annotated[str, typer.Option(help="Who looks after it. Default: you.")] = "",
    value: Value = 0,
    due: Annotated[str, typer.Option(help="The day by which it is wanted, as 2026-12-24.")] = "",
    link: Annotated[str, typer.Option(help="Where the evidence lies.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Write an idea down.

    Example: aboveloop backlog add "Ask for a photo" --why "Damage is hard to judge" --procedure damaged_goods --as noor
    """
    with opened(home, database) as premises:
        who = desk_of(premises, person).person
        wish = Wish(title, why, owner or who.id, procedure, value, "person", link, _day(due))
        added = board.add(premises, wish, by=who)
        item = _one(premises, added.id)
    answer(item_json(item), as_json, lambda: _print_item(item))


@backlog_app.command("list")
def list_them(
    everything: Annotated[bool, typer.Option("--all", help="Also what is done or dropped.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Show the backlog, what is worth most a week first, with what waiting has cost and how long ideas take.

    Example: aboveloop backlog list
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = board.items(premises, reader, premises.house.clock.now())
        took = board.leads(found, premises.current().about.currency)
        proposed = [each for each in answers.standing(reader) if each.state == "open"]
    shown = [item for item in found if everything or item.state not in CLOSED]

    def human() -> None:
        for item in shown:
            line(_line(item))
        if not shown:
            line("The backlog is empty: aboveloop backlog add, or take a proposal up.")
        line(_leads_in_words(took))
        if proposed:
            line(f"The house proposes {counted(len(proposed), 'improvement')}: aboveloop backlog proposals")

    value = {"items": [item_json(item) for item in shown], "lead_times": leads_json(took), "proposals": len(proposed)}
    answer(value, as_json, human)


@backlog_app.command("show")
def show(id_: Id, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show one improvement.

    Example: aboveloop backlog show improvement_01k9xw3m2r7h4t8n5v0c1b
    """
    with opened(home, database) as premises:
        item = _one(premises, id_)
    answer(item_json(item), as_json, lambda: _print_item(item))


@backlog_app.command("move")
def move(
    id_: Id,
    to: Annotated[State, typer.Argument(help="idea, ready, building, in_release, done or dropped.")],
    release: Annotated[str, typer.Option("--release", help="The release that carries it, for in_release.")] = "",
    because: Because = "",
    owner: Annotated[str, typer.Option(help="Who looks after it from now on.")] = "",
    value: Annotated[int | None, typer.Option("--value", help="What a week is worth, in minor units.")] = None,
    due: Annotated[str, typer.Option(help="The day by which it is wanted.")] = "",
    blocked: Annotated[str | None, typer.Option(help="What it waits for; an empty text when nothing any more.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Move an improvement on; what is in a release is done when customers are served by that release.

    Example: aboveloop backlog move improvement_01k9xw3m2r7h4t8n5v0c1b in_release --release r3 --as yuki
    """
    given = {"owner": owner or None, "value_weekly": value, "due": due or None, "blocked": blocked}
    _day(due)
    changes: dict[str, Any] = {name: each for name, each in given.items() if each is not None}
    with opened(home, database) as premises:
        who = desk_of(premises, person).person
        board.move(premises, id_, Move(to, because, release or None, changes), by=who)
        item = _one(premises, id_)
    answer(item_json(item), as_json, lambda: _print_item(item))


@backlog_app.command("propose")
def propose(home: Home = None, database: DatabaseUrl = None, person: As = None, as_json: Json = False) -> None:
    """Let the house look now for what could be better; it does so by itself every five minutes while it is open.

    Example: aboveloop backlog propose --as yuki
    """
    with opened(home, database) as premises:
        may(desk_of(premises, person).person, "propose").demand()
        new = {each.key for each in seeing.propose(premises)}
        with premises.database.read() as reader:
            found = [each for each in answers.standing(reader) if each.state == "open"]
    value = {"new": sorted(new), "open": [proposal_json(each) for each in found]}
    answer(value, as_json, lambda: _print_proposals(found))


@backlog_app.command("proposals")
def proposals(
    everything: Annotated[bool, typer.Option("--all", help="Also what was answered, or is no longer so.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Show what the house proposes, each with its evidence.

    Example: aboveloop backlog proposals
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = [each for each in answers.standing(reader) if everything or each.state == "open"]
    answer({"proposals": [proposal_json(each) for each in found]}, as_json, lambda: _print_proposals(found))


@backlog_app.command("take")
def take(
    key: Key,
    owner: Annotated[str, typer.Option(help="Who looks after it. Default: you.")] = "",
    value: Value = 0,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Take a proposal into the backlog.

    Example: aboveloop backlog take denial:shop.refund_order --value 20000 --as yuki
    """
    with opened(home, database) as premises:
        who = desk_of(premises, person).person
        added = board.take(premises, key, owner=owner or who.id, value_weekly=value, by=who)
        item = _one(premises, added.id)
    answer(item_json(item), as_json, lambda: _print_item(item))


@backlog_app.command("dismiss")
def dismiss(
    key: Key,
    because: Because = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Dismiss a proposal with a reason; it is not made again.

    Example: aboveloop backlog dismiss thin_intent:warranty --because "Nobody asks for it" --as yuki
    """
    with opened(home, database) as premises:
        found = board.dismiss(premises, key, because=because, by=desk_of(premises, person).person)
    answer(proposal_json(found), as_json, lambda: line(f"{found.title}: dismissed. {found.because}"))


@backlog_app.command("train")
def train(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show the release train: for every worker what stands where, what is on its way, and what comes next.

    Example: aboveloop backlog train
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = board.items(premises, reader, premises.house.clock.now())
        shown = board.train(premises, reader, found)
    places = {place: {"release": each.name, "since": iso(at)} for place, (each, at) in shown.places.items()}
    cars = [
        {
            "procedure": car.procedure,
            "stage": car.stage.value,
            "on_the_way": [item_json(item) for item in car.on_the_way],
            "next": [item_json(item) for item in car.next],
            "arrived": [item_json(item) for item in car.arrived],
        }
        for car in shown.cars
    ]

    def human() -> None:
        for place, (release, at) in shown.places.items():
            line(f"{place:11} {release.name} since {at:%Y-%m-%d %H:%M}")
        for car in shown.cars:
            line(f"{car.title} ({car.stage.value})")
            for item in (*car.on_the_way, *car.next):
                line(f"  {_line(item)}")

    answer({"places": places, "workers": cars}, as_json, human)


def item_json(item: Item) -> dict[str, Any]:
    each = item.improvement
    return {
        "id": each.id,
        "title": each.title,
        "why": each.why,
        "procedure": each.procedure,
        "owner": each.owner,
        "state": each.state.value,
        "value_weekly": each.value_weekly,
        "cost_of_delay": item.cost.minor,
        "age_days": round(item.age.total_seconds() / 86_400, 2),
        "source": each.source,
        "link": each.link,
        "release": item.release.name if item.release else None,
        "due": each.due.isoformat() if each.due else None,
        "blocked": each.blocked,
        "because": each.because,
        "created_by": each.created_by,
        "created_at": iso(each.created_at),
        "done_at": iso(item.done_at) if item.done_at else None,
        "taken_back": item.taken_back,
        "lead_days": None if item.lead is None else round(item.lead.total_seconds() / 86_400, 3),
    }


def leads_json(took: Leads) -> dict[str, Any]:
    return {
        "done": took.many,
        "median_days": None if took.median is None else round(took.median.total_seconds() / 86_400, 3),
        "p85_days": None if took.p85 is None else round(took.p85.total_seconds() / 86_400, 3),
        "waiting": took.waiting,
        "value_weekly": took.value_weekly.minor,
        "cost_of_delay": took.cost.minor,
    }


def proposal_json(each: Standing) -> dict[str, Any]:
    return {**vars(each), "found_at": iso(each.found_at), "seen_at": iso(each.seen_at), "cases": list(each.cases)}


def _one(premises: Premises, id_: str) -> Item:
    with premises.database.read() as reader:
        found = board.items(premises, reader, premises.house.clock.now())
    for item in found:
        if item.improvement.id == id_:
            return item
    raise ImprovementNotFound(f"There is no improvement {id_}. `aboveloop backlog list` shows them all.")


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no day. Write it as 2026-12-24.") from error


def _line(item: Item) -> str:
    each = item.improvement
    blocked = f", blocked: {each.blocked}" if each.blocked else ""
    where = f" {item.release.name}" if item.release else ""
    about = f"{each.owner}, {item.value} a week, {item.age.days} days{blocked}"
    return f"{each.state.value}{where}  {each.title} ({about})  {each.id}"


def _print_item(item: Item) -> None:
    line(_line(item))
    line(f"  {item.improvement.why}")
    if item.is_open:
        line(f"  Waiting has cost {item.cost} so far.")


def _leads_in_words(took: Leads) -> str:
    waiting = (
        f"{counted(took.waiting, 'improvement')} waiting, worth {took.value_weekly} a week; waiting cost {took.cost}."
    )
    if took.median is None or took.p85 is None:
        return f"Nothing reached production yet. {waiting}"
    days = [f"{each.total_seconds() / 86_400:.1f}" for each in (took.median, took.p85)]
    return f"From idea to production: {days[0]} days for half, {days[1]} for 85 of 100 ({took.many} done). {waiting}"


def _print_proposals(found: list[Standing]) -> None:
    for each in found:
        line(f"{each.state:9} {each.key}: {each.title}")
        line(f"          {each.why} {each.link}")
    if not found:
        line("The house proposes nothing.")
