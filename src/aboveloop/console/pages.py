"""The pages: the control room, cases, switches, releases and the audit. They only show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from aboveloop.app import store
from aboveloop.app.looking import doors, looks
from aboveloop.app.overview import attention, find_cases, headline, standing_switches, without_personal
from aboveloop.app.reviews import waiting_reviews, what_of
from aboveloop.app.store import CaseFilter
from aboveloop.app.summaries import store as answers_store
from aboveloop.app.summaries.answers import edited_summary
from aboveloop.app.summaries.gathered import gathered
from aboveloop.app.summaries.wording import PROMPT, worded
from aboveloop.app.teaching.corrections import choices_of, may_correct, readings_of
from aboveloop.connect.models.vendors import vendors_of
from aboveloop.console.frame import HERE, STATIC, AuditLook, CasesLook, Look, LookHere
from aboveloop.console.homes import home_of
from aboveloop.console.organisation import shown_queues
from aboveloop.journey import cases
from aboveloop.journey.ownership import Owner
from aboveloop.journey.phases import phases
from aboveloop.journey.store import customers_of
from aboveloop.journey.stretches import stretches
from aboveloop.journey.times import times
from aboveloop.kit.errors import NotFound
from aboveloop.kit.money import Money
from aboveloop.ledger.entries import Entry
from aboveloop.ledger.verify import Verification
from aboveloop.operation import releases
from aboveloop.operation.models import Operation
from aboveloop.work.account import account_of
from aboveloop.work.answers import accountable
from aboveloop.work.course import course
from aboveloop.work.doubt import doubted
from aboveloop.work.outcomes import breaches
from aboveloop.work.personal_use import personal_use
from aboveloop.work.privacy import consents
from aboveloop.work.summaries.summary import summary_of
from aboveloop.work.triage import store as triage
from aboveloop.work.triage.standing import standing_of

PAGE = 50
WORDS = f"prompts/{PROMPT}.md"
# Of the customer's other cases; all stand on the customer's page.
BEFORE_SHOWN = 3
# In the control room; the rest is one click away.
LIVE_SHOWN = 25
PRESETS: dict[str, tuple[str, CaseFilter]] = {
    "all": ("All cases", CaseFilter()),
    "live": ("Live: not ended", CaseFilter(live=True)),
    "waiting": ("Wait for a person", CaseFilter(owner="waiting_on_person")),
    "people": ("With a person", CaseFilter(owner="person")),
    "ended": ("Ended", CaseFilter(live=False)),
    "resolved": ("Resolved", CaseFilter(outcome="resolved")),
    "refused": ("Refused", CaseFilter(outcome="refused")),
    "alone": ("Resolved without a person", CaseFilter(alone=True)),
    "handed_over": ("Ever given to a person", CaseFilter(handed_over=True)),
    "uncertain": ("With an uncertain write", CaseFilter(uncertain=True)),
    "doubt": ("Exceptions: in doubt, for a person", CaseFilter(owner="waiting_on_person", in_doubt=True)),
    "halted": ("Stopped by a pause", CaseFilter(halted=True)),
    "came_back": ("Resolved, and came back", CaseFilter(came_back=True)),
    "not_understood": ("Not understood", CaseFilter(not_understood=True)),
    "failed": ("A worker failed", CaseFilter(failed=True)),
    "reopened": ("Reopened", CaseFilter(reopened=True)),
    "refunded": ("Refunded", CaseFilter(refunded=True)),
    "paid": ("Paid", CaseFilter(paid=True)),
}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/")
def control_room(look: LookHere) -> Response:
    """What goes on now, and what needs people first. Who may not see cases is led to their own first page."""
    premises = look.premises
    if "read_cases" not in look.visitor.person.may:
        doors.told()
        return RedirectResponse(home_of(look.operation, look.visitor.person), status_code=303)
    with premises.database.read() as reader:
        numbers = headline(reader, look.now)
        concerns = attention(reader, premises, look.now)
        if not look.reads_personal:
            concerns = [without_personal(concern) for concern in concerns]
        live = find_cases(reader, CaseFilter(live=True), limit=LIVE_SHOWN, offset=0)
        shown = customers_of(reader, {each.case_id for each in concerns if each.names_personal and each.case_id})
    if look.reads_personal:
        look.note(shown, "attention")
    return look.render("control_room.html", numbers=numbers, concerns=concerns, live=live, **shown_queues(look))


@router.get("/cases")
def case_list(
    look: CasesLook,
    show: Annotated[str, Query(max_length=20)] = "all",
    owner: Annotated[str, Query(max_length=30)] = "",
    procedure: Annotated[str, Query(max_length=100)] = "",
    channel: Annotated[str, Query(max_length=100)] = "",
    customer: Annotated[str, Query(max_length=100)] = "",
    release: Annotated[str, Query(max_length=100)] = "",
    person: Annotated[str, Query(max_length=100)] = "",
    case: Annotated[str, Query(max_length=100)] = "",
    queue: Annotated[str, Query(max_length=100)] = "",
    rule: Annotated[str, Query(max_length=100)] = "",
    days: Annotated[int, Query(ge=0, le=3650)] = 0,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    """Cases by what they are and where they stand."""
    asked = {"procedure": procedure, "channel": channel, "customer": customer, "release": release, "person": person}
    asked |= {"case": case.strip(), "owner": owner if owner in set(Owner) else "", "queue": queue, "rule": rule}
    routing = look.operation.routing
    given: dict[str, str | int] = {name: value for name, value in asked.items() if value}
    given |= {"days": days} if days else {}
    chosen = show if show in PRESETS else "all"
    preset = PRESETS[chosen][1]
    wanted = replace(
        preset,
        owner=asked["owner"] or preset.owner,
        procedure=procedure or None,
        channel=channel or None,
        customer=customer or None,
        release=release or None,
        person=person or None,
        about=asked["case"] or None,
        opened_since=look.now - timedelta(days=days) if days else None,
        queue=queue or None,
        or_no_rule=queue == routing.usual_queue,
        rule=rule or None,
        soonest_first=chosen == "waiting",
    )
    with look.premises.database.read() as reader:
        found = find_cases(reader, wanted, limit=PAGE, offset=(page - 1) * PAGE)
        procedures = store.procedures_seen(reader)
        triaged = triage.of_cases(reader, [each.id for each in found.cases])
    return look.render(
        "cases.html",
        routing=routing,
        stands={each.id: standing_of(routing, triaged.get(each.id)) for each in found.cases} if routing.queues else {},
        found=found,
        show=chosen,
        asked=asked,
        days=days,
        presets={name: words for name, (words, _) in PRESETS.items()},
        procedures=procedures,
        channels=sorted(look.operation.about.channels),
        page=page,
        pages=max(1, -(-found.total // PAGE)),
        link=lambda number: "/cases?" + urlencode({**given, "show": chosen, "page": number}),
    )


@router.get("/cases/{case_id}")
def one_case(look: CasesLook, case_id: str) -> HTMLResponse:
    """The account of a case: the four questions first, then what was said and everything in order."""
    premises = look.premises
    if not look.reads_personal:
        return _outline(look, case_id)
    with premises.database.read() as reader:
        case = cases.get(reader, case_id)
    look.note({case.id: case.customer_id}, "case")
    with premises.database.read() as reader:
        entries = premises.ledger.entries(reader, case.id)
        told = account_of(case, entries)
        summary = summary_of(gathered(premises, reader, case, entries, account=told, now=look.now))
        waiting = waiting_reviews(premises, reader, look.visitor.person, look.now, case_id=case_id)
        looked = looks.looks(reader, case=case_id)
        doubts = doubted(premises.ledger.entries(reader, case_id))
        checked = breaches.of_case(reader, premises.house, case_id)
        agreed = list(consents.standing(reader, case.customer_id).values())
        given = answers_store.of_case(reader, case_id)
        triaged = triage.standing(reader, case_id)
        others = cases.latest_of(reader, case.customer_id, BEFORE_SHOWN + 1)
    operation = premises.operation_of(case.release)
    with premises.database.read() as reader:
        release = releases.find_release(reader, case.release)
    return look.render(
        "case.html",
        case=case,
        told=told,
        summary=summary,
        **_service(entries, operation, look.now),
        before=[each for each in others if each.id != case.id],
        edited=edited_summary(entries, summary.digest),
        worded=worded(entries, summary.digest),
        vendors=sorted(vendors_of(premises.settings.home)) if WORDS in operation.files else [],
        answered={row.target: row for row in given if row.person_id == look.visitor.person.id},
        waiting=waiting,
        release=release,
        stands=standing_of(operation.routing, triaged),
        looked=looked,
        doubts=doubts,
        outcomes=checked,
        consents=agreed,
        consent_words=consents.WORDS,
        readings=readings_of(entries),
        may_correct=may_correct(look.visitor.person, case, entries),
        choices=choices_of(look.operation),
        accountable=cache(lambda by: accountable(operation, by)),
        what_of=lambda decision: what_of(operation, decision.operation, decision.args),
        is_mine=case.owner is Owner.PERSON and case.person_id == look.visitor.person.id,
        may_take="take_over" in look.visitor.person.may and case.owner is not Owner.PERSON,
        money=lambda minor: _money(operation, minor),
    )


def _service(entries: Sequence[Entry], operation: Operation, now: datetime) -> dict[str, Any]:
    """How the case went, told by its chain."""
    return {
        "course": course(entries),
        "phases": phases(entries, now),
        "times": times(entries, now),
        "stretches": stretches(entries),
        "personal_use": personal_use(entries, operation),
    }


def _outline(look: Look, case_id: str) -> HTMLResponse:
    """The case for who may not read what is personal: what was decided by which rule and what became of it."""
    premises = look.premises
    with premises.database.read() as reader:
        case = cases.get(reader, case_id)
        entries = premises.ledger.entries(reader, case.id)
        told = account_of(case, entries)
        summary = summary_of(gathered(premises, reader, case, entries, account=told, now=look.now)).plain()
        release = releases.find_release(reader, case.release)
    return look.render("case_outline.html", case=case, decisions=told.decisions, release=release, summary=summary)


@router.get("/switches")
def switch_list(look: CasesLook) -> HTMLResponse:
    """What is paused, by whom, since when; and the form to pause."""
    with look.premises.database.read() as reader:
        standing = standing_switches(reader, look.premises)
        stopped = store.halted_by_switch(reader)
    return look.render("switches.html", standing=standing, stopped=stopped, targets=_targets(look.operation))


@router.get("/audit")
def audit(look: AuditLook) -> HTMLResponse:
    """How much stands in the ledger, and its latest checkpoint."""
    return audit_page(look, None)


@router.get("/audit/looks")
def look_list(
    look: AuditLook,
    who: Annotated[str, Query(max_length=100)] = "",
    case: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """Who looked at what is personal, the latest first."""
    wanted = {"who": who.strip() or None, "case": case.strip() or None}
    with look.premises.database.read() as reader:
        found = looks.looks(reader, **wanted, offset=(page - 1) * looks.LISTED)
        total = looks.count(reader, **wanted)
    return look.render(
        "looks.html",
        found=found,
        total=total,
        asked=wanted,
        page=page,
        pages=max(1, -(-total // looks.LISTED)),
        link=lambda number: "/audit/looks?" + urlencode({"who": who, "case": case, "page": number}),
    )


@router.get("/static/{name}")
def static(name: str) -> FileResponse:
    """The console's own style and script. Raises NotFound."""
    if name not in STATIC:
        raise NotFound(f"There is no file {name} here.")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(HERE / "static" / name, media_type=STATIC[name], headers=headers)


@router.get("/favicon.ico")
def icon() -> FileResponse:
    """For browsers that ask for it on pages that name none."""
    return static("icon.svg")


def audit_page(look: Look, verified: Verification | None) -> HTMLResponse:
    """The audit page, with what a verification found when there was one."""
    ledger = look.premises.ledger
    with look.premises.database.read() as reader:
        entries = ledger.count(reader)
        checkpoint = ledger.latest_checkpoint(reader)
    return look.render(
        "audit.html", entries=entries, checkpoint=checkpoint, verified=verified, key=str(ledger.public_key)
    )


def _targets(operation: Operation) -> dict[str, list[tuple[str, str]]]:
    """All that can be paused, by kind: the form's value and its words."""
    operations = [
        f"{system.system}.{name}"
        for system in operation.systems.values()
        for name, spec in system.operations.items()
        if spec.kind == "write"
    ]
    return {
        "Everything": [("all|", "Everything: no worker acts at all")],
        "A channel": [(f"channel|{name}", name) for name in sorted(operation.about.channels)],
        "A procedure": [(f"procedure|{name}", each.title or name) for name, each in operation.procedures.items()],
        "An operation of a system": [(f"operation|{name}", name) for name in sorted(operations)],
        "A worker": [(f"worker|{name}", name) for name in sorted(operation.procedures)],
    }


def _money(operation: Operation, minor: int) -> str:
    return str(Money(minor, operation.about.currency))
