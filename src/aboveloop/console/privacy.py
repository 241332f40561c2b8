"""The page of privacy: what customers asked and by when it is due, what is held, what goes when, what left."""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.background import BackgroundTask

from aboveloop.app.evidence.folder import zip_folder
from aboveloop.app.privacy_access import give_access
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import Look, looking
from aboveloop.journey.store import customers_of
from aboveloop.kit.database import Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.work.house import House
from aboveloop.work.privacy import consents, holds, requests, retention
from aboveloop.work.privacy.flows import flows
from aboveloop.work.privacy.holds import Wish
from aboveloop.work.privacy.store import person_ids

# More than this nobody reads on a page; the command line shows all.
SHOWN = 50

router = APIRouter(default_response_class=HTMLResponse)
PrivacyLook = Annotated[Look, Depends(looking("audit"))]


@router.get("/privacy")
def page(look: PrivacyLook, customer: str = "") -> HTMLResponse:
    """What is due, what is held, what left; and of one customer, what they agreed to."""
    premises, wanted = look.premises, customer.strip()[:100]
    with premises.database.read() as reader:
        known = bool(wanted) and bool(person_ids(reader, wanted))
        left = list(flows(reader, premises.ledger))
        values: dict[str, Any] = {
            "still_open": requests.still_open(reader),
            "closed": [each for each in requests.every(reader) if each.state != "open"][-SHOWN:],
            "held": holds.standing(reader),
            "classes": retention.plan(reader, look.operation, look.now),
            "flows": list(islice(reversed(left), SHOWN)),
            "flows_in_all": len(left),
            "consents": list(consents.standing(reader, wanted).values()) if known and look.reads_personal else [],
        }
    if look.reads_personal:
        _note(look, values, wanted if known else "")
    return look.render("privacy.html", wanted=wanted, known=known, consent_words=consents.WORDS, **values)


def _note(look: Look, shown: dict[str, Any], customer: str) -> None:
    """Who asked for what, why something is held, and what a customer agreed to: each a look at that customer."""
    asked = [*shown["still_open"], *shown["closed"]]
    look.note({each.customer_id: each.customer_id for each in asked}, "request")
    with look.premises.database.read() as reader:
        cases = customers_of(reader, {each.subject for each in shown["held"] if each.scope == "case"})
    whole = {each.subject: each.subject for each in shown["held"] if each.scope == "customer"}
    look.note({**cases, **whole}, "hold")
    if customer:
        look.note({customer: customer}, "consent")


@router.post("/privacy/requests")
def open_request(form: FormHere) -> RedirectResponse:
    kind: Literal["access", "erasure"] = "access" if form.text("kind") == "access" else "erasure"
    customer = form.text("customer", required="Name the customer: the id that cases show.")
    asked_by = form.text("asked_by", required="Say who asked, and how they showed who they are. Nothing was opened.")
    return _done(
        form,
        lambda tx: requests.open_request(
            _house(form), tx, kind, customer, asked_by=asked_by, person=form.look.visitor.person
        ),
        "request_opened",
    )


@router.post("/privacy/requests/{request_id}/erase")
def erase(form: FormHere, request_id: str) -> RedirectResponse:
    """Erasing cannot be undone, so the word is asked for."""
    if form.text("sure").lower() != "erase":
        raise WrongUsage("Write the word erase into the field to erase this person. Nothing was erased.")
    person = form.look.visitor.person
    return _done(
        form, lambda tx: requests.carry_out_erasure(_house(form), tx, request_id, person=person), "person_erased"
    )


@router.post("/privacy/requests/{request_id}/refuse")
def refuse(form: FormHere, request_id: str) -> RedirectResponse:
    because = form.text("because", required="Say why it is refused: the customer has a right to know.")
    person = form.look.visitor.person
    return _done(
        form,
        lambda tx: requests.refuse(_house(form), tx, request_id, person=person, because=because),
        "request_refused",
    )


@router.post("/privacy/requests/{request_id}/access")
def access(form: FormHere, request_id: str) -> FileResponse:
    """Everything about the person as one zip; the request is closed with its digest."""
    premises, person = form.look.premises, form.look.visitor.person
    with premises.database.read() as reader:
        asked = requests.find(reader, request_id)
    if asked.kind != "access" or asked.state != "open":
        raise WrongUsage(f"Request {request_id} does not ask for access, or is {asked.state}. Nothing was made.")
    name = f"access-{asked.customer_id}"
    with ExitStack() as kept:
        place = Path(kept.enter_context(TemporaryDirectory(prefix="aboveloop-access-")))
        given = give_access(premises, person, asked.customer_id, place / name, through="console", request_id=request_id)
        packed = zip_folder(given.folder, place / f"{name}.zip")
        gone = BackgroundTask(kept.pop_all().close)
    return FileResponse(packed, media_type="application/zip", filename=packed.name, background=gone)


@router.post("/privacy/holds")
def place_hold(form: FormHere) -> RedirectResponse:
    scope: Literal["case", "customer"] = "case" if form.text("scope") == "case" else "customer"
    subject = form.text("subject", required="Name the customer or the case to hold.")
    because = form.text("because", required="Say why it is held, for those who must release it later.")
    wish, by = Wish(scope, subject, because), form.look.visitor.person
    ledger, now = form.look.premises.ledger, form.look.now
    return _done(form, lambda tx: holds.place(tx, ledger, wish, by=by, now=now), "hold_placed")


@router.post("/privacy/holds/{hold_id}/release")
def release_hold(form: FormHere, hold_id: str) -> RedirectResponse:
    because = form.text("because", required="Say why it need not be held any more. It is still held.")
    ledger, now, by = form.look.premises.ledger, form.look.now, form.look.visitor.person
    return _done(form, lambda tx: holds.release(tx, ledger, hold_id, by=by, because=because, now=now), "hold_released")


def _house(form: Form) -> House:
    return form.look.premises.house


def _done(form: Form, change: Callable[[Transaction], object], notice: str) -> RedirectResponse:
    with form.look.premises.database.write() as tx:
        change(tx)
    return RedirectResponse(f"/privacy?notice={notice}", status_code=303)
