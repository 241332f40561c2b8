"""Outcomes on pages: what was promised and is not so, whose it is, and the form to say how it was put right."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.organisation.queues import duty_title
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import CasesLook
from aboveloop.govern.people import people_of
from aboveloop.work.outcomes import breaches, store

SHOWS = {"open": "Open", "all": "Settled ones too"}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/outcomes")
def page(look: CasesLook, show: Annotated[str, Query(max_length=10)] = "open") -> HTMLResponse:
    """The breaches, the longest open first, and how many checks there are of each kind."""
    chosen = show if show in SHOWS else "open"
    with look.premises.database.read() as reader:
        found = breaches.breaches(reader, look.premises.house, standing=chosen == "open")
        tally = store.tally(reader)
    people, owners = people_of(look.operation), look.operation.about.owners
    return look.render(
        "outcomes.html",
        found=found,
        tally=[(breaches.WORDS[state], tally.get(state, 0)) for state in breaches.WORDS],
        promised=look.operation.outcomes.values(),
        show=chosen,
        shows=SHOWS,
        limit=breaches.LISTED,
        owner_of=lambda duty: people.get(owners.get(duty, "")),
        duty_title=duty_title,
    )


@router.post("/outcomes/{check_id}/settle")
def settle(form: FormHere, check_id: str) -> RedirectResponse:
    """A person has put it right, or says why it may stand."""
    because = form.text("because", required="Say how it was put right, or why it may stand. It is still open.")
    house = form.look.premises.house
    with house.database.write() as tx:
        breaches.settle(house, tx, check_id, person=form.look.visitor.person, because=because)
    return RedirectResponse("/outcomes?notice=breach_settled", status_code=303)
