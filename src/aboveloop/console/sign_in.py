"""Sign-in and sign-out: by a one-time link, or on a trusted machine by saying who one is."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from aboveloop.app.doors import COOKIE, SESSION_LASTS, Doorkeeper
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import DoorkeeperHere, bare
from aboveloop.console.homes import home_of

router = APIRouter()


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(doorkeeper: DoorkeeperHere, back: str = "/") -> HTMLResponse:
    """Who may come in here, and how."""
    people = doorkeeper.people() if doorkeeper.trusted else []
    company = doorkeeper.premises.current().about.title
    return bare("sign_in.html", people=people, trusted=doorkeeper.trusted, back=local(back), company=company)


@router.post("/sign-in")
def sign_in(
    request: Request, doorkeeper: DoorkeeperHere, person: Annotated[str, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """On a trusted machine only."""
    return _welcome(request, doorkeeper, doorkeeper.sign_in_trusted(person), local(back))


@router.get("/sign-in/link/{token}", response_class=HTMLResponse)
def invitation(doorkeeper: DoorkeeperHere, token: str) -> HTMLResponse:
    """Looking at a link does not use it: programs that read mail look at links too."""
    person = doorkeeper.invited(token)
    company = doorkeeper.premises.current().about.title
    return bare("invitation.html", invited=person, token=token, company=company)


@router.post("/sign-in/link/{token}")
def accept(request: Request, doorkeeper: DoorkeeperHere, token: str) -> Response:
    """Uses the link up."""
    return _welcome(request, doorkeeper, doorkeeper.accept_link(token), "/")


@router.post("/sign-out")
def sign_out(form: FormHere) -> Response:
    """The session ends here and everywhere."""
    form.look.doorkeeper.sign_out(form.look.visitor)
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def local(path: str) -> str:
    """`path`, if it leads to a page of this site; else the first page."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local else "/"


def _welcome(request: Request, doorkeeper: Doorkeeper, token: str, back: str) -> Response:
    """Who came for no page in particular begins at their own."""
    person = doorkeeper.visitor(token).person
    home = home_of(doorkeeper.premises.current(), person)
    answer = RedirectResponse(home if back == "/" else back, status_code=303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer
