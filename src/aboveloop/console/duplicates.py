"""The pages of customers found twice: the list, and one record beside those that may be the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app import duplicates
from aboveloop.app.duplicates import Sources, live_records
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import CasesLook
from aboveloop.journey import store as journey
from aboveloop.journey.errors import CustomerNotFound
from aboveloop.journey.matching import joins
from aboveloop.journey.matching.joins import Join
from aboveloop.journey.matching.people import Told
from aboveloop.kit.errors import Conflict

router = APIRouter(default_response_class=HTMLResponse)
# Nobody decides about more at one sitting.
LISTED = 100
BESIDE = 10
# More are compared from the command line: a page that waits for half a minute is no page.
MOST_AT_ONCE = 20_000
FIELDS: Sequence[tuple[str, str]] = (
    ("name", "Name"),
    ("emails", "E-mail"),
    ("phones", "Telephone"),
    ("address", "Address"),
    ("own_ids", "Proved to be"),
    ("orders", "Orders"),
    ("born", "Birthday"),
)


class TooMany(Conflict):
    """So many customers are not compared while somebody waits for a page."""


@dataclass(frozen=True)
class Beside:
    """Another record that may be the same: what the last look found, or the join that holds them together."""

    told: Told
    pair: dict[str, Any] | None
    join: Join | None


@router.get("/customers/duplicates")
def listed(look: CasesLook) -> HTMLResponse:
    """What the last look found of live customers: ids and fields, nothing personal."""
    seen = duplicates.last_look(look.premises.settings.home)
    pairs = _live(seen.pairs) if seen is not None else []
    with look.premises.database.read() as reader:
        done = {(each.one, each.other) for one in pairs[:LISTED] for each in joins.joined(reader, one["one"])}
    return look.render(
        "duplicates.html",
        seen=seen,
        pairs=[(each, tuple(sorted((each["one"], each["other"]))) in done) for each in pairs[:LISTED]],
        many=len(pairs),
    )


@router.post("/customers/duplicates")
def look_now(form: FormHere) -> RedirectResponse:
    premises = form.look.premises
    many = duplicates.count_live(premises)
    if many > MOST_AT_ONCE:
        raise TooMany(f"{many} customers take a while: run aboveloop customers duplicates, and look here again.")
    duplicates.look(premises, Sources())
    return RedirectResponse("/customers/duplicates?notice=compared", status_code=303)


@router.get("/customers/{customer_id}/same")
def same(look: CasesLook, customer_id: str) -> HTMLResponse:
    """One record beside the others, value by value."""
    premises = look.premises
    seen = duplicates.last_look(premises.settings.home)
    pairs = [each for each in _live(seen.pairs) if customer_id in (each["one"], each["other"])] if seen else []
    by_other = {_other(each, customer_id): each for each in pairs[:BESIDE]}
    with premises.database.read() as reader:
        if journey.customer(reader, customer_id) is None:
            raise CustomerNotFound(f"There is no customer {customer_id}.")
        held = joins.joined(reader, customer_id)
        wanted = list(dict.fromkeys([*joins.together(reader, customer_id), *by_other]))
        told = {each.id: each for each in live_records(reader, wanted)}
    look.note({each: each for each in wanted}, "case")
    beside = [
        Beside(told[each], by_other.get(each), _between(held, customer_id, each))
        for each in wanted
        if each != customer_id and each in told
    ]
    here = told.get(customer_id, Told(customer_id))
    return look.render("customer_same.html", here=here, beside=beside, seen=seen, fields=FIELDS)


@router.post("/customers/{customer_id}/same")
def join(form: FormHere, customer_id: str) -> RedirectResponse:
    return _settle(form, customer_id, is_same=True)


@router.post("/customers/{customer_id}/another")
def part(form: FormHere, customer_id: str) -> RedirectResponse:
    return _settle(form, customer_id, is_same=False)


def _settle(form: Form, customer_id: str, *, is_same: bool) -> RedirectResponse:
    premises, actor = form.look.premises, form.look.visitor.person.actor
    other = form.text("other", required="Say which record. Nothing was changed.")
    because = form.text("because", required="Say why, so that others can judge it. Nothing was changed.")
    change = joins.join if is_same else joins.part
    with premises.database.write() as tx:
        change(tx, premises.ledger, (customer_id, other), because=because, actor=actor, now=form.look.now)
    said = "joined" if is_same else "parted"
    return RedirectResponse(f"/customers/{customer_id}/same?notice={said}", status_code=303)


def _live(pairs: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(each) for each in pairs if "/" not in each["one"] and "/" not in each["other"]]


def _other(pair: dict[str, Any], one: str) -> str:
    return str(pair["other"] if pair["one"] == one else pair["one"])


def _between(held: Sequence[Join], one: str, other: str) -> Join | None:
    return next((each for each in held if {each.one, each.other} == {one, other}), None)
