"""release promote, status, diff, notes, rollback and move: the way to customers and back."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal

import typer

from aboveloop.app.premises import Premises
from aboveloop.app.releasing import promote as promotion
from aboveloop.app.releasing import rollback as back
from aboveloop.app.releasing import store
from aboveloop.app.releasing.diff import LOOK_BACK_DAYS, BlastRadius, RiskDiff, blast_radius, risk_diff
from aboveloop.app.releasing.notes import release_notes
from aboveloop.app.releasing.promote import Reasons
from aboveloop.app.releasing.shapes import checklist_json, diff_json, release_json, rollback_json, status_json
from aboveloop.app.releasing.status import Status, status
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation import releases
from aboveloop.operation.releases import Release
from aboveloop.work.moving import Moved, move_case

Named = Annotated[str, typer.Argument(help="A release's name (r3) or the beginning of its digest.")]
Because = Annotated[str, typer.Option("--because", help="Why, for those who read it later.")]
WithoutLoadTest = Annotated[
    str, typer.Option("--without-load-test", help="Why customers meet it without a load test in the sandbox.")
]
DespiteGuards = Annotated[
    str, typer.Option("--despite-guards", help="Why it goes on though trust fell while more is resolved alone.")
]
# How often a command looks whether every process has the old release.
LOOK_AGAIN_SECONDS = 0.2


def promote(
    name: Named,
    to: Annotated[Literal["shadow", "canary", "production"], typer.Option("--to", help="Where it goes.")],
    share: Annotated[int, typer.Option(help="For a canary: of a hundred customers, 1 to 99.")] = 10,
    because: Because = "",
    unrehearsed: Annotated[
        str, typer.Option("--unrehearsed", help="Why it may go on though its scenarios cannot be played here.")
    ] = "",
    without_canary: Annotated[
        str, typer.Option("--without-canary", help="Why everybody is served without a canary first.")
    ] = "",
    without_load_test: WithoutLoadTest = "",
    despite_guards: DespiteGuards = "",
    dry: Annotated[bool, typer.Option("--dry-run", help="Only show what it waits for.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Bring a release to shadow, to a share of the customers, or to everybody, when all that it waits for is there.

    Example: aboveloop release promote r3 --to canary --share 10 --as noor
    """
    reasons = Reasons(unrehearsed, without_canary, because, without_load_test, despite_guards)
    with opened(home, database) as premises:
        release = _find(premises, name)
        who = _who(premises, person)
        if dry:
            promotion.open_review(premises, release, by=who.actor)
            listed = promotion.checklist(premises, release, to, by=who.actor, reasons=reasons)
        else:
            listed = promotion.promote(premises, release, to, person=who, share=share, reasons=reasons).checklist
    value = {**release_json(release), "promoted": not dry, "share": share if to == "canary" else 100}

    def human() -> None:
        for check in listed.checks:
            line(f"{'–' if check.done is None else 'ok' if check.done else 'no'}  {check.name}: {check.sentence}")
        if not dry:
            line(f"Release {release.name} is in {to}{f' for {share} of 100 customers' if to == 'canary' else ''}.")

    answer({**value, **checklist_json(listed)}, as_json, human)
    if dry and listed.missing:
        raise typer.Exit(1)


def show_status(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show what stands in each environment, the canary's guards, the last rollbacks and the processes that serve.

    Example: aboveloop release status
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = status(premises, reader)
    answer(status_json(found), as_json, lambda: _print_status(found))


def diff(
    old: Annotated[str, typer.Argument(help="A release; the only one named is compared with production.")],
    new: Annotated[str | None, typer.Argument(help="The release to compare it with.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far back the reach is counted.")] = LOOK_BACK_DAYS,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Say what changes between two releases, what of it alters risk and needs the review, and whom it would reach.

    Example: aboveloop release diff r2 r3
    """
    with opened(home, database) as premises:
        before, after = _pair(premises, old, new)
        found = risk_diff(premises, before, after)
        with premises.database.read() as reader:
            operation = premises.operation_of(after.digest)
            blast = blast_radius(reader, operation, found.changes, premises.house.clock.now(), days=days)
    answer(diff_json(found, blast), as_json, lambda: _print_diff(found, blast))


def notes(
    name: Named,
    against: Annotated[str | None, typer.Option("--against", help="The release before. Default: production's.")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Tell in plain words what customers and colleagues will notice, which rules changed, and who must know.

    Example: aboveloop release notes r3
    """
    with opened(home, database) as premises:
        made = release_notes(premises, _find(premises, name), _find(premises, against) if against else None)
    value = {
        "title": made.title,
        "note": made.note,
        "first": made.first,
        "customers": list(made.customers),
        "colleagues": list(made.colleagues),
        "rules": list(made.rules),
        "nobody": list(made.nobody),
        "must_know": list(made.must_know),
        "effect": made.effect,
        "carries": list(made.carries),
        "kpis": list(made.kpis),
        "text": made.as_text,
    }
    answer(value, as_json, lambda: line(made.as_text))


def rollback(
    environment: Annotated[
        Literal["production", "canary", "shadow"] | None,
        typer.Option("--environment", help="What to take back. Default: what was promoted last."),
    ] = None,
    because: Because = "",
    wait: Annotated[float, typer.Option(min=0, max=60, help="Seconds to wait for the serving processes.")] = 5.0,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Take back what was promoted last, and say how long it took until every process served the old release.

    Example: aboveloop release rollback --because "Refunds are wrong" --as noor
    """
    with opened(home, database) as premises:
        who = _who(premises, person)
        back.roll_back(premises, by=who.actor, because=because, place=environment)
        done = _until_all_serve(premises, wait)

    def human() -> None:
        line(f"Release {done.to.name} is at work again" + _where(done) + f", after {done.seconds_to_effect:.3f} s.")
        if done.seconds_to_all is not None:
            line(f"Every process that serves has it ready after {done.seconds_to_all:.2f} s.")
        else:
            line("No process that serves has said so yet; each asks at every new case, so it holds already.")
        line(f"Cases that began on {done.left.name} finish there; `aboveloop release move` takes them along.")

    answer({**release_json(done.to), **rollback_json(done)}, as_json, human)


def move(
    from_: Annotated[str, typer.Option("--from", help="The release that the cases run on.")],
    to: Annotated[str, typer.Option("--to", help="The release that they go on with.")],
    case: Annotated[str | None, typer.Option("--case", help="One case; every open one by default.")] = None,
    because: Because = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Move cases in flight to another release, each only if the steps that it stands on are there too.

    Example: aboveloop release move --from r3 --to r2 --because "r3 was taken back" --as noor
    """
    if not because.strip():
        raise WrongUsage("Say --because with why the cases are moved: it stands in the ledger of each.")
    with opened(home, database) as premises:
        who = _who(premises, person)
        source, target = _find(premises, from_), _find(premises, to)
        with premises.database.read() as reader:
            open_there = store.open_cases(reader, source.digest)
        if case is not None and case not in open_there:
            raise WrongUsage(f"Case {case} is not open on {source.name}. `aboveloop case list` shows the cases.")
        chosen = open_there if case is None else [case]
        moved = [
            move_case(premises.house, each, target.digest, actor=who.actor, because=because.strip()) for each in chosen
        ]
    _answer_moved(moved, source, target, as_json)


COMMANDS: dict[str, Callable[..., None]] = {
    "promote": promote,
    "status": show_status,
    "diff": diff,
    "notes": notes,
    "rollback": rollback,
    "move": move,
}


def _pair(premises: Premises, old: str, new: str | None) -> tuple[Release, Release]:
    if new is not None:
        return _find(premises, old), _find(premises, new)
    with premises.database.read() as reader:
        production = releases.deployed(reader)
    if production is None:
        raise WrongUsage("Nothing is in production to compare with. Name two releases.")
    return production, _find(premises, old)


def _find(premises: Premises, name: str) -> Release:
    with premises.database.read() as reader:
        return releases.find_release(reader, name)


def _who(premises: Premises, person: str | None) -> Any:
    desk = desk_of(premises, person)
    desk.must("promote")
    return desk.person


def _until_all_serve(premises: Premises, seconds: float) -> back.Rollback:
    """The rollback as it stands when every serving process has it, or after so many seconds, or when none serves."""
    pause = threading.Event()
    deadline = premises.house.clock.now() + timedelta(seconds=seconds)
    while True:
        now = premises.house.clock.now()
        with premises.database.read() as reader:
            done = back.list_rollbacks(reader, now)[0]
            serves = bool(status(premises, reader).processes)
        if done.seconds_to_all is not None or not serves or now >= deadline:
            return done
        pause.wait(LOOK_AGAIN_SECONDS)


def _where(done: back.Rollback) -> str:
    if done.environment == "production":
        return ""
    return f" for everybody: {done.left.name} is out of the {done.environment}"


def _print_status(found: Status) -> None:
    production = found.production
    line(f"production  {f'{production.name} {production.short}' if production else 'nothing'}")
    canary, shadow = found.canary, found.shadow
    line(f"canary      {f'{canary.release.name} for {canary.share} of 100 customers' if canary else 'nothing'}")
    line(f"shadow      {shadow.release.name if shadow else 'nothing'}")
    if found.shadowed is not None:
        said = f"{counted(len(found.shadowed.otherwise), 'case')} decided otherwise"
        line(f"  of {counted(found.shadowed.asked, 'action')} on live cases, {said}")
    for state in found.weighed.states if found.weighed else ():
        line(f"  {state.standing.value:9} {state.sentence}")
    for each in found.processes:
        line(f"process     {each.name} {'serves it' if each.serves else 'is making it ready'}")
    for done in found.rollbacks:
        all_of_them = "" if done.seconds_to_all is None else f", every process after {done.seconds_to_all:.2f} s"
        said = f"rolled back {done.left.name} to {done.to.name} in {done.seconds_to_effect:.3f} s{all_of_them}"
        line(f"{said}: {done.because or 'no reason given'}")


def _print_diff(found: RiskDiff, blast: BlastRadius) -> None:
    line(f"{found.old.name} to {found.new.name}: {counted(len(found.risky), 'change')} of risk.")
    for change in found.risky:
        line(f"! {change.words} {change.risk} ({', '.join(part.value for part in change.parts)})")
    for change in found.harmless:
        line(f"  {change.words}")
    if found.asked:
        line(f"{counted(found.asked, 'case')} were decided by the policies of both.")
    line(blast.sentence)
    line("It needs the five-part review." if found.needs_review else "It needs no review.")


def _answer_moved(moved: list[Moved], source: Release, target: Release, as_json: bool) -> None:
    gone = [each.case_id for each in moved if not each.refused]
    stayed = {each.case_id: each.refused for each in moved if each.refused}

    def human() -> None:
        line(f"{counted(len(gone), 'case')} moved from {source.name} to {target.name}.")
        for case_id, why in stayed.items():
            line(f"{case_id} stays: {why}")

    answer({"from": source.digest, "to": target.digest, "moved": gone, "stayed": stayed}, as_json, human)
    if stayed:
        raise typer.Exit(1)
