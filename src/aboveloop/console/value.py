"""The page of value: four buckets, what each holds and by which count, and what could be shown fastest."""

from collections.abc import Mapping
from decimal import InvalidOperation
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.chartering.errors import CharterIncomplete
from aboveloop.app.portfolio import worth
from aboveloop.app.portfolio.after import After
from aboveloop.app.value import entries, fastest
from aboveloop.app.value.entries import BUCKETS, Claim, Grade
from aboveloop.console.forms import FormHere, minor_of
from aboveloop.console.frame import CasesLook
from aboveloop.history import store as histories
from aboveloop.history.errors import HistoryNotFound
from aboveloop.history.events import LEDGER
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.money import Money
from aboveloop.operation.charters import Bucket

MEANS: Mapping[Bucket, str] = {
    "revenue": "sold more, kept customers, paid sooner",
    "cost": "fewer touches, less done again, less paid to others",
    "risk": "fewer errors, rules kept, less fraud",
    "experience": "faster answers, fewer escalations, happier customers",
}

GRADES: Mapping[Grade, tuple[str, str]] = {
    "firm": ("firm", "lane-tag-allowed"),
    "interim": ("interim: something weakens it", "warn"),
    "no worker": ("no worker served", "warn"),
}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/overview/value")
def value_list(look: CasesLook, fastest_of: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """Every value by its bucket; `fastest_of` names the charter whose outcomes are compared. Raises CharterUnknown."""
    with look.premises.database.read() as reader:
        found = entries.every(reader)
    unable, prospects = "", []
    if fastest_of:
        try:
            prospects = fastest.prospects(look.premises, fastest_of)
        except (CharterIncomplete, HistoryNotFound) as error:
            unable = str(error)
    currency = look.operation.about.currency
    return look.render(
        "value.html",
        found=found,
        sums=entries.sums(found),
        firm=entries.firm(found),
        grades=GRADES,
        means=MEANS,
        buckets=BUCKETS,
        charters=look.operation.charters,
        fastest_of=fastest_of,
        prospects=prospects,
        unable=unable,
        sources=[LEDGER, *(each.about.name for each in histories.all_of(look.premises.settings.home))],
        units=entries.UNITS,
        currency=currency,
        money=lambda minor: Money(minor, currency),
        worth=worth,
    )


@router.post("/overview/value")
def add(form: FormHere) -> RedirectResponse:
    """Count a value and write it down. Raises MayNot, WrongUsage, BucketForeign, ValueTwice and ValueUnshown."""
    after = After(entries.day_of(form.text("since")), entries.day_of(form.text("until")), form.text("history"))
    text = form.text("each", required="Say what one unit is worth. Nothing was written down.")
    try:
        each = minor_of(text, form.look.operation.about.currency)
    except (ValueError, InvalidOperation) as error:
        raise WrongUsage(f"{text!r} is no amount: write one such as 32.00. Nothing was written down.") from error
    claim = Claim(form.text("charter"), form.text("bucket"), after, each, form.text("because"))
    entries.add(form.look.premises, claim, by=form.look.visitor.person)
    return RedirectResponse("/overview/value?notice=value_shown", status_code=303)


@router.post("/overview/value/{value_id}/withdraw")
def withdraw(form: FormHere, value_id: str) -> RedirectResponse:
    """Take a value out of the sums. Raises MayNot and ValueNotFound."""
    entries.withdraw(form.look.premises, value_id, by=form.look.visitor.person, because=form.text("because"))
    return RedirectResponse("/overview/value?notice=value_withdrawn", status_code=303)
