"""approval: the queue of decisions from the command line: what waits, whose it is, and how long people take."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from aboveloop.app.approval_measures import DAYS, review_cost
from aboveloop.app.approval_queue import PAGE, SHOWS, Filters, Standing, queue_of, standings
from aboveloop.app.premises import Premises
from aboveloop.app.queue_desk import QueueDesk
from aboveloop.app.reminding import ReminderRound
from aboveloop.cli.house import As, desk_of, note_looks, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, several
from aboveloop.govern.people import Person
from aboveloop.govern.queue.ownership import Owner
from aboveloop.govern.queue.reminders import Reminder
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage
from aboveloop.work.turn_state import approvals_of

approval_app = several("""Decisions that wait for people: list, look after, remind, measure.

    Example: aboveloop approval list
    """)
ApprovalId = Annotated[str, typer.Argument(help="The approval's id; `aboveloop approval list` shows what waits.")]


@approval_app.command("list")
def list_them(
    show: Annotated[str, typer.Option(help=f"Which: {', '.join(SHOWS)}.")] = "all",
    operation: Annotated[str, typer.Option(help="Only of this operation, such as shop.refund_order.")] = "",
    owner: Annotated[str, typer.Option(help="Only what this person looks after.")] = "",
    page: Annotated[int, typer.Option(min=1, max=100_000, help=f"Which page of {PAGE}.")] = 1,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """List what waits, what presses first: what expires within a working hour, then the larger amounts.

    Example: aboveloop approval list --show mine --as priya
    """
    if show not in SHOWS:
        raise WrongUsage(f"{show!r} is nothing to show. Say one of: {', '.join(SHOWS)}.")
    with opened(home, database) as premises:
        looks = _looker(premises, person, needed=show in ("mine", "owned", "others"))
        filters = Filters(show=show, operation=operation, owner=owner)
        with premises.database.read() as reader:
            queue = queue_of(premises, reader, looks, premises.house.clock.now(), filters=filters, page=page)
        asked = [each.approval for each in queue.standing]
        note_looks(premises, person, {each.action.case_id: each.customer_id for each in asked}, "approval")
    value = {"approvals": [_row(each) for each in queue.standing], "total": queue.total, "waiting": queue.waiting}

    def human() -> None:
        for each in queue.standing:
            owned = each.owner.person_id or "nobody"
            line(f"{each.approval.id}  {_span(each.age.left):>8} left  {owned:10} {each.review.what}")
        if not queue.standing:
            line("Nothing waits here.")
        elif queue.total > len(queue.standing):
            line(f"Page {page} of {queue.pages}; {queue.total} in all.")

    answer(value, as_json, human)


@approval_app.command("show")
def show_one(
    approval: ApprovalId,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Show one approval: what is asked, its facts and its age, who looks after it, what was denied before.

    Example: aboveloop approval show approval_01k9...
    """
    with opened(home, database) as premises:
        looks = _looker(premises, person, needed=False)
        with premises.database.read() as reader:
            found = approvals_of(premises.house, premises.current()).find(reader, approval)
            (told,) = standings(premises, reader, [found], looks, premises.house.clock.now())
        note_looks(premises, person, {found.action.case_id: found.customer_id}, "approval")
    value = _row(told) | {
        "facts": {fact.name: fact.value for fact in told.review.facts},
        "answers": [
            {"role": each.role, "person": each.person_id, "verdict": each.verdict, "because": each.because}
            for each in found.answers
        ],
    }

    def human() -> None:
        line(f"{told.review.what} ({found.state}), for {told.review.for_whom}")
        line(f"Why a person: {told.review.why}")
        line(f"Waits since {iso(found.requested_at)} ({_span(told.age.worked)} of working time), {told.age.words}.")
        line(f"Looked after by {told.owner.person_id or 'nobody'}.")
        if told.earlier:
            line(f"Denied {counted(len(told.earlier), 'time')} before on this record.")
        for each in told.earlier:
            line(f"Denied before by {each.by or 'policy'} ({each.how}): {each.because}")
        for fact in told.review.facts:
            line(f"  {fact.name}: {fact.value} ({fact.source})")

    answer(value, as_json, human)


@approval_app.command("claim")
def claim(
    approval: ApprovalId, home: Home = None, database: DatabaseUrl = None, person: As = None, as_json: Json = False
) -> None:
    """Look after an approval, so that others know that somebody does.

    Example: aboveloop approval claim approval_01k9... --as priya
    """
    with opened(home, database) as premises:
        owner = QueueDesk(premises, desk_of(premises, person).person).claim(approval)
    _tell(approval, owner, as_json)


@approval_app.command("release")
def release(
    approval: ApprovalId, home: Home = None, database: DatabaseUrl = None, person: As = None, as_json: Json = False
) -> None:
    """Give an approval back to all who may answer it.

    Example: aboveloop approval release approval_01k9... --as priya
    """
    with opened(home, database) as premises:
        owner = QueueDesk(premises, desk_of(premises, person).person).release(approval)
    _tell(approval, owner, as_json)


@approval_app.command("reassign")
def reassign(
    approval: ApprovalId,
    to: Annotated[str, typer.Option("--to", help="The person who looks after it from now on.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Give an approval to somebody who may answer it.

    Example: aboveloop approval reassign approval_01k9... --to ferhat --as priya
    """
    with opened(home, database) as premises:
        owner = QueueDesk(premises, desk_of(premises, person).person).reassign(approval, to)
    _tell(approval, owner, as_json)


@approval_app.command("remind")
def remind(
    approval: Annotated[str, typer.Argument(help="Only of this one, now; else of all that is due.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Remind whoever should answer, of what is due or of one approval. A running server sends what has an e-mail.

    Example: aboveloop approval remind
    """
    with opened(home, database) as premises:
        reminding = ReminderRound(premises)
        noted = reminding.remind_now(approval, desk_of(premises, person).person) if approval else reminding.run()
    rows = [_reminder(each) for each in noted]

    def human() -> None:
        for row in rows:
            line(f"{row['person']} is reminded of {row['approval']}")
        if not rows:
            line("Nobody has to be reminded of anything now.")

    answer({"reminders": rows}, as_json, human)


@approval_app.command("stats")
def stats(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of the last so many days.")] = DAYS,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Measure review: waiting times by the clock and in working hours, how each person answers, what needs nobody.

    Example: aboveloop approval stats --json
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        cost = review_cost(premises, reader, premises.house.clock.now(), days=days)
    found = cost.measures

    def human() -> None:
        line(f"{found.asked} asked in {days} days, {found.waiting} wait now.")
        line(f"Half were answered within {_span(found.all.median)}, 95 of 100 within {_span(found.all.p95)}.")
        line(f"In working hours: {_span(found.all.median_working)} and {_span(found.all.p95_working)}.")
        line(f"{cost.unasked} of {cost.performed} performed writes needed nobody's approval.")
        for each in found.by_person:
            glance = f"{each.at_a_glance:.0%} under three seconds"
            line(f"  {each.person_id}: {each.answers} answers, {each.acceptance:.0%} approved as asked, {glance}")

    answer(cost.as_json(), as_json, human)


def _looker(premises: Premises, person: str | None, *, needed: bool) -> Person:
    """Who looks: the person named, or of this account where it matters; else somebody who may nothing."""
    if person is not None or needed:
        return desk_of(premises, person).person
    return Person("", "Nobody", frozenset(), frozenset())


def _row(each: Standing) -> dict[str, Any]:
    approval, age = each.approval, each.age
    return {
        "approval": approval.id,
        "case": approval.action.case_id,
        "operation": approval.action.operation,
        "args": dict(approval.action.args),
        "what": each.review.what,
        "amount": None if each.review.amount is None else str(each.review.amount),
        "roles": list(approval.roles),
        "state": str(approval.state),
        "owner": each.owner.person_id,
        "claimed_by": each.owner.claimed_by,
        "requested_at": iso(approval.requested_at),
        "expires_at": iso(approval.expires_at),
        "waited_seconds": age.waited.total_seconds(),
        "waited_working_seconds": age.worked.total_seconds(),
        "urgency": age.words,
        "denied_before": [
            {"approval": told.approval_id, "by": told.by, "at": iso(told.at), "because": told.because, "how": told.how}
            for told in each.earlier
        ],
    }


def _reminder(each: Reminder) -> dict[str, str]:
    return {"approval": each.approval.id, "person": each.person.id, "step": each.step}


def _tell(approval: str, owner: Owner, as_json: bool) -> None:
    value = {"approval": approval, "owner": owner.person_id, "claimed_by": owner.claimed_by}
    who = owner.person_id or "nobody"
    answer(value, as_json, lambda: line(f"{approval} is looked after by {who}."))


def _span(span: timedelta | None) -> str:
    """In the largest unit of which there are two."""
    if span is None:
        return "-"
    seconds = int(span.total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
