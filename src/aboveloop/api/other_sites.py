"""Other sites: a company's own pages may ask for a form and send it, where the form names their origin. No cookie goes
along, so nothing of a signed-in person can be asked for from there."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aboveloop.app.doors import Doorkeeper

PREFIX = "/api/v1/forms/"
ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}

# Whether a page of this origin may use this address.
Admits = Callable[[str, str], bool]


def admits_of(doorkeeper: Doorkeeper) -> Admits:
    """The rule of a site: origins that the forms at work name."""

    def admits(path: str, origin: str) -> bool:
        if not path.startswith(PREFIX):
            return False
        form = doorkeeper.premises.current().forms.get(path.removeprefix(PREFIX).partition("/")[0])
        return form is not None and origin in form.embed_on

    return admits


def opened_to(app: ASGIApp, origin: str) -> ASGIApp:
    """`app`, whose answers pages of this origin may read; a question whether they may is answered with yes."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = origin
                headers.add_vary_header("Origin")
            await send(message)

        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=ALLOWED)(scope, receive, sending)
        else:
            await app(scope, receive, sending)

    return answering
