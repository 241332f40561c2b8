"""Pages about people and how they come in: one's own account and tokens, and everybody's for who manages people."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from aboveloop.app.identity import tokens
from aboveloop.app.identity.accounts import Account, account_of, all_accounts
from aboveloop.app.identity.entrance import Entrance
from aboveloop.app.identity.errors import PasswordUnfit, SignInRefused, TooManyAttempts
from aboveloop.app.identity.tokens import LASTS, LONGEST, Wish
from aboveloop.app.organisation.roster import title_of
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import Look, LookHere, looking
from aboveloop.console.sign_in import address_of, welcome
from aboveloop.govern.people import RIGHTS, people_of, person_of
from aboveloop.kit.errors import WrongUsage

router = APIRouter(default_response_class=HTMLResponse)
ManagerLook = Annotated[Look, Depends(looking("manage_people"))]


@router.get("/account")
def account_page(look: LookHere) -> HTMLResponse:
    """One's own: password, sessions, rights, tokens."""
    return _account_page(look)


@router.post("/account/password")
def change_password(form: FormHere) -> Response:
    """Every other session of the person ends."""
    look = form.look
    try:
        session = Entrance(look.doorkeeper).change_password(
            look.visitor,
            form.values.get("old", ""),
            form.values.get("new", ""),
            form.values.get("again", ""),
            address_of(look.request),
        )
    except (PasswordUnfit, SignInRefused, TooManyAttempts) as error:
        return _account_page(look, status=error.http_status, refused=str(error))
    return welcome(look.request, look.doorkeeper, session, "/account?notice=password")


@router.post("/account/tokens")
def make_token(form: FormHere) -> HTMLResponse:
    """Shown on the page that answers, and never again. Raises MayNot, ScopeRefused, TokenMisdescribed."""
    look = form.look
    person = look.visitor.person
    wish = Wish(person, form.text("name"), [right for right in RIGHTS if f"scope.{right}" in form.values], _days(form))
    with look.premises.database.write() as tx:
        minted = tokens.create(tx, look.premises.ledger, wish, by=person, now=look.now)
    return _account_page(look, minted=minted.text)


@router.post("/account/tokens/{token_id}/revoke")
def revoke_token(form: FormHere, token_id: str) -> RedirectResponse:
    """One's own, or for who manages people anybody's."""
    look = form.look
    with look.premises.database.write() as tx:
        ended = tokens.revoke(tx, look.premises.ledger, token_id, by=look.visitor.person, now=look.now)
    back = "/account" if ended.person_id == look.visitor.person.id else "/people"
    return RedirectResponse(f"{back}?notice=revoked", status_code=303)


@router.get("/people")
def people_page(look: ManagerLook) -> HTMLResponse:
    """Everybody, how they come in, and what programs act for them."""
    return _people_page(look)


@router.post("/people/{person_id}/invite")
def invite(form: FormHere, person_id: str) -> HTMLResponse:
    """The invitation is shown on the page that answers, for the person it is for."""
    look = form.look
    token = Entrance(look.doorkeeper).invite(person_id, by=look.visitor.person)
    address = f"{str(look.request.base_url).rstrip('/')}/sign-in/invitation/{token}"
    return _people_page(look, invitation=(person_of(look.operation, person_id).name, address))


@router.post("/people/{person_id}/sign-out")
def end_sessions(form: FormHere, person_id: str) -> RedirectResponse:
    _entrance(form).end_sessions(person_id, by=form.look.visitor.person)
    return _back("signed_out")


@router.post("/people/{person_id}/block")
def block(form: FormHere, person_id: str) -> RedirectResponse:
    _entrance(form).block(person_id, by=form.look.visitor.person)
    return _back("blocked")


@router.post("/people/{person_id}/unblock")
def unblock(form: FormHere, person_id: str) -> RedirectResponse:
    _entrance(form).unblock(person_id, by=form.look.visitor.person)
    return _back("unblocked")


@router.post("/people/{person_id}/unlock")
def unlock(form: FormHere, person_id: str) -> RedirectResponse:
    _entrance(form).unlock(person_id, by=form.look.visitor.person)
    return _back("unlocked")


def _account_page(look: Look, *, status: int = 200, refused: str = "", minted: str = "") -> HTMLResponse:
    person = look.visitor.person
    with look.premises.database.read() as reader:
        account = account_of(reader, person.id)
        own = tokens.list_tokens(reader, person.id)
    return look.render(
        "account.html",
        status=status,
        account=account,
        tokens=own,
        roles=[title_of(look.operation, role) for role in sorted(person.roles)],
        rights={right: words for right, words in RIGHTS.items() if right in person.may},
        refused=refused,
        minted=minted,
        longest=LONGEST.days,
        usual=LASTS.days,
    )


def _people_page(look: Look, *, invitation: tuple[str, str] | None = None) -> HTMLResponse:
    with look.premises.database.read() as reader:
        accounts = all_accounts(reader)
        every = tokens.list_tokens(reader)
        locked = Entrance(look.doorkeeper).locked(reader)
    shown: list[dict[str, Any]] = [
        {
            "person": person,
            "roles": [title_of(look.operation, role) for role in sorted(person.roles)],
            "account": accounts.get(person.id, Account(person.id)),
            "locked": person.id in locked,
        }
        for person in people_of(look.operation).values()
    ]
    return look.render("people.html", shown=shown, tokens=every, invitation=invitation)


def _entrance(form: Form) -> Entrance:
    return Entrance(form.look.doorkeeper)


def _days(form: Form) -> timedelta:
    text = form.text("days") or str(LASTS.days)
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise WrongUsage(f"{text!r} is no number of days. Write one such as {LASTS.days}.")
    return timedelta(days=int(text))


def _back(notice: str) -> RedirectResponse:
    return RedirectResponse(f"/people?notice={notice}", status_code=303)
