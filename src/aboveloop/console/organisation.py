"""The organisation's pages: roles and rights, duties, the roster, readiness, and the sponsor's overview."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.insights import Kind, insights
from aboveloop.app.looking.pages import PAGES as DOORS
from aboveloop.app.looking.usage import usage
from aboveloop.app.organisation import maturity
from aboveloop.app.organisation.middle import examine_model
from aboveloop.app.organisation.queues import duty_title, four_queues
from aboveloop.app.organisation.roster import people_lines, title_of, workers_of
from aboveloop.app.organisation.scale import examine
from aboveloop.app.organisation.sign_offs import sign, sign_offs
from aboveloop.app.overview import attention, headline, outcomes, without_personal
from aboveloop.app.value import entries
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import CasesLook, Look, LookHere
from aboveloop.console.homes import PAGES
from aboveloop.console.page_names import page_names
from aboveloop.govern.completeness import share
from aboveloop.govern.duties import held_duties
from aboveloop.govern.people import RIGHTS, Person, people_of, rights_of
from aboveloop.govern.readiness import missing_to_go_live
from aboveloop.kit.money import Money
from aboveloop.operation import releases

# Each kind of insight in words, and what is said where there is none.
INSIGHTS: Mapping[Kind, tuple[str, str]] = {
    "topic": ("New topics", "None: what was not understood has nothing in common, or nobody has looked."),
    "trend": ("What changed", "No week stands out from which on something is another than before."),
    "driver": ("What goes with slow or reopened cases", "Nothing that is known at the start surely goes with it."),
}

router = APIRouter(default_response_class=HTMLResponse)
# What a steering group gets through in one sitting; the rest is in the control room.
AGENDA = 8
THREE = ("governance", "instrumentation", "ownership")


@router.get("/organisation")
def organisation(look: LookHere) -> HTMLResponse:
    """Who may what, and who answers for what; an empty duty is red."""
    about = look.operation.about
    people = people_of(look.operation)
    roles = [
        {
            "title": title_of(look.operation, name),
            "name": name,
            "holders": [person for person in people.values() if name in person.roles],
            "limit": None if role.approve_up_to is None else Money(role.approve_up_to, about.currency),
            "home": PAGES[role.home].words if role.home is not None else "",
            "rights": [right for right in RIGHTS if right in rights_of(role.may)],
        }
        for name, role in about.roles.items()
    ]
    return look.render(
        "organisation.html",
        roles=roles,
        rights={right: (words, _holders(people, right)) for right, words in RIGHTS.items()},
        duties=held_duties(look.operation),
        missing=missing_to_go_live(look.operation),
    )


@router.get("/organisation/roster")
def roster(look: LookHere) -> HTMLResponse:
    """AI workers and people side by side."""
    return look.render(
        "roster.html",
        workers=workers_of(look.operation),
        people=people_lines(look.operation),
        duty_title=duty_title,
    )


@router.get("/organisation/readiness")
def readiness(look: LookHere) -> HTMLResponse:
    """The go-live checklist and the five tests, asked now."""
    with look.premises.database.read() as reader:
        newest = releases.list_releases(reader)[0]
        operation = look.premises.operation_of(newest.digest)
        signed = sign_offs(reader, operation, newest)
    return look.render(
        "readiness.html",
        found=examine(look.premises),
        purpose=look.operation.about.purpose,
        release=newest,
        signed=signed,
    )


@router.get("/organisation/usage")
def usage_page(look: CasesLook) -> HTMLResponse:
    """Which pages are opened, by role, and which nobody opens."""
    with look.premises.database.read() as reader:
        found = usage(look.premises, reader, look.operation)
    return look.render("usage.html", found=found, titles=page_names())


@router.get("/organisation/completeness")
def completeness_page(look: LookHere) -> HTMLResponse:
    """How complete the operating model is around each worker, and the signs of a middle state."""
    with look.premises.database.read() as reader:
        found = examine_model(look.premises, reader, look.now)
    return look.render("completeness.html", found=found, share=share, three=THREE)


@router.get("/organisation/maturity")
def maturity_page(look: LookHere) -> HTMLResponse:
    """The eight questions with what was answered, the level, and what to do next."""
    with look.premises.database.read() as reader:
        found = maturity.examine(look.premises, reader)
    may = look.visitor.person.may
    return look.render(
        "maturity.html",
        found=found,
        levels=maturity.LEVELS,
        reaches=lambda page: may.issuperset(DOORS[f"GET {page}"].rights),
    )


@router.post("/organisation/maturity")
def answer_maturity(form: FormHere) -> RedirectResponse:
    """Write the answers down. Raises MayNot, and WrongUsage for what is no answer."""
    said = {each.name: form.text(each.name) for each in maturity.QUESTIONS}
    given = {name: int(text) if text.isdecimal() else 0 for name, text in said.items() if text}
    maturity.answer(form.look.premises, given, by=form.look.visitor.person)
    return RedirectResponse("/organisation/maturity?notice=maturity_answered", status_code=303)


@router.post("/organisation/sign-off")
def sign_off(form: FormHere) -> RedirectResponse:
    """The holder of a duty signs the release that they looked at. Raises MayNot and ReleaseNotFound."""
    look = form.look
    with look.premises.database.read() as reader:
        release = releases.find_release(reader, form.text("release", required="Say which release you sign."))
    operation = look.premises.operation_of(release.digest)
    with look.premises.database.write() as tx:
        sign(tx, look.premises.ledger, operation, release, form.text("duty"), by=look.visitor.person, now=look.now)
    return RedirectResponse("/organisation/readiness?notice=signed_off", status_code=303)


@router.get("/overview")
def overview(look: CasesLook) -> HTMLResponse:
    """For who answers for the outcome: what it brings, what waits for a decision, and what nobody measures yet."""
    with look.premises.database.read() as reader:
        numbers = headline(reader, look.now)
        ends = outcomes(reader, numbers)
        queues = four_queues(reader, look.premises, look.now)
        concerns = [without_personal(each) for each in attention(reader, look.premises, look.now)]
        shown = [each for each in entries.every(reader) if not each.withdrawn]
    return look.render(
        "overview.html",
        shown=shown,
        worth=Money(sum(entries.sums(shown).values()), look.operation.about.currency),
        numbers=numbers,
        ends=ends,
        queues=queues,
        agenda=concerns[:AGENDA],
        waiting=len(concerns),
        missing=missing_to_go_live(look.operation),
        purpose=look.operation.about.purpose,
        duty_title=duty_title,
    )


@router.get("/overview/insights")
def insights_page(look: CasesLook) -> HTMLResponse:
    """New topics, changes, and what goes with bad ends, from all that was looked at."""
    with look.premises.database.read() as reader:
        found = insights(look.premises, reader)
    return look.render("insights.html", found=found, kinds=INSIGHTS)


def _holders(people: Mapping[str, Person], right: str) -> list[Person]:
    return [person for person in people.values() if right in person.may]


def shown_queues(look: Look) -> dict[str, Any]:
    """What the control room shows of the four queues."""
    with look.premises.database.read() as reader:
        return {"queues": four_queues(reader, look.premises, look.now), "duty_title": duty_title}
