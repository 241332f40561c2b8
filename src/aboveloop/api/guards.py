"""What every request and answer passes: limits, where it may come from, and the headers that protect pages."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aboveloop.api.errors import answer
from aboveloop.api.other_sites import Admits, opened_to
from aboveloop.app.doors import is_loopback

# An approval's edited arguments and the longest message fit many times over.
LARGEST_BODY = 256 * 1024
# A minute of speech as the chat page records it, with a little to spare.
LARGEST_SOUND = 2_000_000
_SOUND = re.compile(r"/chat/sessions/[^/]+/speech")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guards:
    """Pure ASGI, so that streams stay streams. `loopback_only`: a trusted site answers only under loopback names,
    else any web page could reach it by a name that it points to 127.0.0.1."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        loopback_only: bool = False,
        admits: Admits = lambda _path, _origin: False,
        too_large: Mapping[str, ASGIApp] = MappingProxyType({}),
    ) -> None:
        """`admits`: which other sites may use which addresses. `too_large`: who says so, by how an address begins."""
        self._app = app
        self._loopback_only = loopback_only
        self._admits = admits
        self._too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        same = _is_same_origin(headers, scope)
        is_admitted = not same and origin is not None and await to_thread.run_sync(self._admits, scope["path"], origin)
        refused = self._refused(scope, headers, from_here=same or is_admitted)
        target = refused if refused is not None else self._app
        if is_admitted and origin is not None:
            target = opened_to(target, origin)
        # What is too large is read and thrown away by who says so.
        is_cut = refused is None or refused not in self._too_large.values()
        await target(scope, _limited(receive, _largest(scope)) if is_cut else receive, _with_headers(send))

    def _refused(self, scope: Scope, headers: Headers, *, from_here: bool) -> ASGIApp | None:
        if self._loopback_only and not is_loopback(urlsplit(f"//{headers.get('host', '')}").hostname or ""):
            return answer(421, "WrongHost", "This site answers only on this machine: use http://127.0.0.1.")
        if b"\x00" in scope["path"].encode() or b"%00" in scope.get("query_string", b""):
            return answer(400, "WrongUsage", "The address holds characters that no name here has.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _largest(scope):
            told = (page for prefix, page in self._too_large.items() if scope["path"].startswith(prefix))
            return next(told, answer(413, "TooLarge", f"A request has at most {_largest(scope) // 1024} KB."))
        if scope["method"] not in READS and not from_here:
            return answer(403, "ForgeryRefused", "This request comes from another site, so nothing was done.")
        return None


def _is_same_origin(headers: Headers, scope: Scope) -> bool:
    """Browsers say where a write comes from; what says nothing is no browser and needs a token of its own."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        # Under our own referrer policy a browser hides the origin of a form from ourselves too; this it still says.
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def _largest(scope: Scope) -> int:
    return LARGEST_SOUND if _SOUND.fullmatch(scope["path"]) else LARGEST_BODY


def _limited(receive: Receive, largest: int) -> Receive:
    """`receive`, cut off where a body without a length grows too long."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > largest else message

    return limited


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            # A page that sets a policy of its own says itself who may frame it.
            own = "content-security-policy" in headers
            for name, value in HEADERS.items():
                if not (own and name == "X-Frame-Options"):
                    headers.setdefault(name, value)
        await send(message)

    return sending
