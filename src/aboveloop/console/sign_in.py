"""Sign-in and sign-out: by password, at an identity provider, by a link or an invitation, and trusted by name."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from aboveloop.app.doors import COOKIE, SESSION_LASTS, Doorkeeper
from aboveloop.app.identity.entrance import FLOW_COOKIE, FLOW_LASTS, Entrance
from aboveloop.app.identity.errors import PasswordUnfit, SignInRefused, TooManyAttempts
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import DoorkeeperHere, bare
from aboveloop.console.homes import home_of

router = APIRouter()
PROVIDER = "/sign-in/provider"
Typed = Annotated[str, Form(max_length=300)]


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(doorkeeper: DoorkeeperHere, back: str = "/") -> HTMLResponse:
    """Who may come in here, and how."""
    return _page(doorkeeper, local(back))


@router.post("/sign-in")
def sign_in(
    request: Request, doorkeeper: DoorkeeperHere, person: Annotated[str, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """On a trusted machine only."""
    return welcome(request, doorkeeper, doorkeeper.sign_in_trusted(person), local(back))


@router.post("/sign-in/password")
def by_password(
    request: Request, doorkeeper: DoorkeeperHere, name: Typed, password: Typed, back: Annotated[str, Form()] = "/"
) -> Response:
    """The same answer, whoever there is or is not."""
    try:
        token = Entrance(doorkeeper).sign_in(name, password, address_of(request))
    except (SignInRefused, TooManyAttempts) as error:
        return _page(doorkeeper, local(back), status=error.http_status, refused=str(error), name=name)
    return welcome(request, doorkeeper, token, local(back))


@router.get(PROVIDER)
def to_provider(request: Request, doorkeeper: DoorkeeperHere, back: str = "/") -> Response:
    """To the identity provider. Nothing changes here; the browser keeps what must come back."""
    url, kept = Entrance(doorkeeper).begin(f"{str(request.base_url).rstrip('/')}{PROVIDER}/return", local(back))
    answer = RedirectResponse(url, status_code=303)
    _keep(request, answer, FLOW_COOKIE, kept, int(FLOW_LASTS.total_seconds()), path=PROVIDER)
    return answer


@router.get(f"{PROVIDER}/return")
def from_provider(
    request: Request,
    doorkeeper: DoorkeeperHere,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=400)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Back from the identity provider with a code, good once, for the browser that began."""
    if error or not code:
        return _page(doorkeeper, "/", status=401, refused="The identity provider did not sign you in. Try again.")
    token, back = Entrance(doorkeeper).finish(request.cookies.get(FLOW_COOKIE), code, state)
    answer = welcome(request, doorkeeper, token, back)
    answer.delete_cookie(FLOW_COOKIE, path=PROVIDER)
    return answer


@router.get("/sign-in/link/{token}", response_class=HTMLResponse)
def link(doorkeeper: DoorkeeperHere, token: str) -> HTMLResponse:
    """Looking at a link does not use it: programs that read mail look at links too."""
    person = doorkeeper.invited(token)
    company = doorkeeper.premises.current().about.title
    return bare("link.html", invited=person, token=token, company=company)


@router.post("/sign-in/link/{token}")
def accept_link(request: Request, doorkeeper: DoorkeeperHere, token: str) -> Response:
    """Uses the link up."""
    return welcome(request, doorkeeper, doorkeeper.accept_link(token), "/")


@router.get("/sign-in/invitation/{token}", response_class=HTMLResponse)
def invitation(doorkeeper: DoorkeeperHere, token: str) -> HTMLResponse:
    """Looking at an invitation does not use it."""
    return _invitation(doorkeeper, token)


@router.post("/sign-in/invitation/{token}")
def accept_invitation(
    request: Request, doorkeeper: DoorkeeperHere, token: str, password: Typed, again: Typed
) -> Response:
    """Sets the password and uses the invitation up."""
    try:
        session = Entrance(doorkeeper).accept(token, password, again)
    except PasswordUnfit as error:
        return _invitation(doorkeeper, token, status=error.http_status, refused=str(error))
    return welcome(request, doorkeeper, session, "/")


@router.post("/sign-out")
def sign_out(form: FormHere) -> Response:
    """The session ends here and everywhere it was copied to."""
    form.look.doorkeeper.sign_out(form.look.visitor)
    return _goodbye()


@router.post("/sign-out/everywhere")
def sign_out_everywhere(form: FormHere) -> Response:
    """Every session of the person ends."""
    person = form.look.visitor.person
    Entrance(form.look.doorkeeper).end_sessions(person.id, by=person)
    return _goodbye()


def local(path: str) -> str:
    """`path`, if it leads to a page of this site; else the first page."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local else "/"


def address_of(request: Request) -> str:
    """Where the request comes from, as the server sees it."""
    return request.client.host if request.client is not None else "unknown"


def welcome(request: Request, doorkeeper: Doorkeeper, token: str, back: str) -> Response:
    """Who came for no page in particular begins at their own."""
    person = doorkeeper.visitor(token).person
    home = home_of(doorkeeper.premises.current(), person)
    answer = RedirectResponse(home if back == "/" else back, status_code=303)
    _keep(request, answer, COOKIE, token, int(SESSION_LASTS.total_seconds()), path="/")
    return answer


def _keep(request: Request, answer: Response, name: str, value: str, seconds: int, *, path: str) -> None:
    is_secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path=path, httponly=True, samesite="lax", secure=is_secure)


def _goodbye() -> Response:
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _page(doorkeeper: Doorkeeper, back: str, *, status: int = 200, refused: str = "", name: str = "") -> HTMLResponse:
    return bare(
        "sign_in.html",
        status=status,
        people=doorkeeper.people() if doorkeeper.trusted else [],
        trusted=doorkeeper.trusted,
        provider=doorkeeper.provider is not None,
        back=back,
        company=doorkeeper.premises.current().about.title,
        refused=refused,
        name=name,
    )


def _invitation(doorkeeper: Doorkeeper, token: str, *, status: int = 200, refused: str = "") -> HTMLResponse:
    person = Entrance(doorkeeper).invited(token)
    company = doorkeeper.premises.current().about.title
    return bare("invitation.html", status=status, invited=person, token=token, company=company, refused=refused)
