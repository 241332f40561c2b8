"""How customers were served: the page of one over all channels and cases, and the measures of all."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from aboveloop.app.service.customer import customer_timeline
from aboveloop.app.service.measures import CAUSES, DAYS, service_measures, shown_cases
from aboveloop.app.summaries import answers
from aboveloop.console.frame import CasesLook

router = APIRouter(default_response_class=HTMLResponse)
# Of the cases behind a number.
LISTED = 200


@router.get("/customers/{customer_id}")
def one_customer(look: CasesLook, customer_id: str) -> HTMLResponse:
    """For who may not read what is personal: which cases there were and how often something was said twice."""
    premises = look.premises
    with premises.database.read() as reader:
        found = customer_timeline(premises, reader, customer_id)
    if look.reads_personal:
        look.note({each.id: each.customer_id for each in found.cases} or {customer_id: customer_id}, "case")
    return look.render("customer.html", found=found, personal=look.reads_personal)


@router.get("/service")
def service(
    look: CasesLook,
    days: Annotated[int, Query(ge=1, le=3650)] = DAYS,
    show: Annotated[str, Query(max_length=30)] = "",
) -> HTMLResponse:
    """Deflection, avoidable contacts with their causes, route precision, waiting, and how guidance fares."""
    premises = look.premises
    with premises.database.read() as reader:
        found = service_measures(premises, reader, look.now, days=days)
        guidance = answers.rates(reader, look.now, days=days)
        needs = answers.by_need(reader, look.now, days=days)
    behind = list(shown_cases(found, show))
    return look.render(
        "service.html",
        found=found,
        guidance=guidance,
        needs=needs,
        causes=CAUSES,
        days=days,
        show=show,
        behind_cases=behind[:LISTED],
        many=len(behind),
    )
