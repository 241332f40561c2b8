"""What a customer agreed to, on the pages: shown beside the case, and written down when they say something about it."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from aboveloop.console.forms import FormHere
from aboveloop.govern.people import may
from aboveloop.work.privacy import consents

router = APIRouter()


@router.post("/consents")
def say(form: FormHere) -> RedirectResponse:
    """Write down what the customer said; it holds at once. Goes back to the case, or to the page of privacy."""
    look = form.look
    may(look.visitor.person, "reply").demand()
    customer = form.text("customer", required="Name the customer: the id that cases show.")
    purpose = consents.purpose_of(form.text("purpose"))
    channel = form.text("channel", required="Say where they said it: in the chat, by e-mail, on the phone, on paper.")
    said = consents.Said(customer, purpose, form.text("given") == "yes", look.visitor.person.actor, channel)
    with look.premises.database.write() as tx:
        consents.say(tx, look.premises.ledger, said, now=look.now)
    case = form.text("case")
    back = f"/cases/{case}" if case.replace("_", "").isalnum() else f"/privacy?customer={customer}"
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}notice=consent_said", status_code=303)
