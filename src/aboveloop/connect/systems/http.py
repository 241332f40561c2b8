"""Systems reached over HTTP with JSON: an OpenAPI description, or method and path of each operation."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed
from aboveloop.connect.systems.http_routes import Request, Route, openapi_routes, route_of
from aboveloop.connect.systems.port import is_down, said_no, shortened, talked_nonsense, was_slow, with_key
from aboveloop.connect.systems.surroundings import Surroundings
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.operation.system_models import System, SystemOperation

# An answer about one customer is kilobytes; more than this is an export or an attack, and would fill the memory.
LARGEST_ANSWER_BYTES = 10_000_000
MOST_REDIRECTS = 5
# One connection for each thread that may work at once, with room to spare.
MOST_CONNECTIONS = 64
KEY_HEADER = "Idempotency-Key"
# The server says of itself that it did not act on the request: timed out reading it, too early, too many.
NOT_CARRIED_OUT = frozenset({408, 425, 429})


class HttpPort:
    """One HTTP client with a pool of connections, shared by all threads."""

    def __init__(self, system: System, surroundings: Surroundings) -> None:
        reach, what = system.reach, f"The system {system.system}"
        self._name = system.system
        self._timeout = reach.timeout_seconds
        described, self._routes = (None, dict[str, Route]())
        if reach.openapi:
            path = f"systems/{reach.openapi}"
            described, self._routes = openapi_routes(path, surroundings.text_of(path, what=what))
        base = surroundings.fill(reach.url or described or "", what=what)
        if not base.startswith(("http://", "https://")):
            raise SystemMisdescribed(f"{what} needs a `url` that begins with https://, not {base!r}.")
        self._client = httpx.Client(
            base_url=base,
            headers={"Accept": "application/json", **surroundings.fill_all(reach.headers, what=what)},
            timeout=reach.timeout_seconds,
            limits=httpx.Limits(max_connections=MOST_CONNECTIONS),
            follow_redirects=False,
        )

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        name = f"{self._name}.{operation}"
        route = route_of(name, operation, spec, self._routes)
        if spec.kind == "read" and route.method == "DELETE":
            raise SystemMisdescribed(f"{name} is a read, but its method is DELETE. Make it a write.")
        keyed = spec.idempotency is not None and route.takes_key(spec.idempotency)
        request = self._built(route.request(name, with_key(spec, args, key) if keyed else args), key)
        try:
            response, body = self._exchange(name, spec, request)
        except httpx.TimeoutException as error:
            sent = not isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout)
            raise was_slow(name, spec, self._timeout, may_have_happened=sent) from error
        except httpx.TransportError as error:
            sent = not isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol)
            raise is_down(name, spec, str(error) or type(error).__name__, may_have_happened=sent) from error
        except httpx.DecodingError as error:
            raise talked_nonsense(name, spec, f"its answer cannot be unpacked ({error})") from error
        if response.is_success:
            return _json(name, spec, body)
        raise _failure(name, spec, response, body)

    def close(self) -> None:
        self._client.close()

    def _built(self, request: Request, key: str | None) -> httpx.Request:
        headers = dict(request.headers)
        if key is not None:
            headers[KEY_HEADER] = key
        sent: dict[str, Any] = {"headers": headers, "params": request.query or None}
        if request.body is not None:
            sent["data" if request.is_form else "json"] = request.body
        return self._client.build_request(request.method, request.path, **sent)

    def _exchange(self, name: str, spec: SystemOperation, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """Send, and follow a read's redirects as long as they stay with this server: the headers are meant for it."""
        until = monotonic_seconds() + self._timeout
        for _ in range(MOST_REDIRECTS):
            response = self._client.send(request, stream=True)
            try:
                body = self._body(name, spec, response, until)
            finally:
                response.close()
            following = response.next_request
            if spec.kind != "read" or following is None:
                return response, body
            if _origin(following.url) != _origin(request.url) or following.method != request.method:
                raise talked_nonsense(name, spec, f"it sends us on to {following.url.host}")
            request = following
        raise talked_nonsense(name, spec, "it sends us round in circles")

    def _body(self, name: str, spec: SystemOperation, response: httpx.Response, until: float) -> bytes:
        """The whole body, within the size cap and the time of the call (the client only limits each wait)."""
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER_BYTES:
                raise talked_nonsense(name, spec, f"its answer is larger than {LARGEST_ANSWER_BYTES} bytes")
            if monotonic_seconds() > until:
                raise was_slow(name, spec, self._timeout)
        return bytes(body)


def _failure(name: str, spec: SystemOperation, response: httpx.Response, body: bytes) -> Exception:
    """The error for a status that is not success."""
    status, words = response.status_code, _words(response, body)
    if status >= 500 or status in NOT_CARRIED_OUT:
        return is_down(
            name,
            spec,
            f"it answered {status}{f' ({words})' if words else ''}",
            may_have_happened=status not in NOT_CARRIED_OUT,
            retry_after_seconds=_retry_after(response),
        )
    if status == httpx.codes.NOT_FOUND:
        return RecordMissing(f"{name} found no such record: {words or 'status 404'}")
    if status >= 400:
        return said_no(name, spec, words or f"status {status}")
    return talked_nonsense(name, spec, f"it answered with status {status}")


def _json(name: str, spec: SystemOperation, body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except ValueError:
        raise talked_nonsense(name, spec, "its answer is not JSON") from None


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _words(response: httpx.Response, body: bytes) -> str:
    """The message inside an error's body: the usual keys (also RFC 9457's), short plain text, never a page."""
    try:
        found = json.loads(body)
    except ValueError:
        is_text = response.headers.get("content-type", "text/plain").startswith("text/plain")
        return shortened(body.decode("utf-8", errors="replace")) if is_text else ""
    for key in ("message", "detail", "error_description", "error", "title", "errors"):
        inner = found.get(key) if isinstance(found, dict) else None
        if isinstance(inner, dict) and isinstance(inner.get("message"), str):
            inner = inner["message"]
        if inner:
            code = found.get("code") if isinstance(found.get("code"), str) else ""
            return shortened(f"{code}: {_plain(inner)}" if code else _plain(inner))
    return shortened(_plain(found)) if found else ""


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _retry_after(response: httpx.Response) -> float:
    """Seconds until the server wants to be asked again: a number, or a date against the server's own clock."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    wanted, told = _date(text), _date(response.headers.get("date", ""))
    return max((wanted - told).total_seconds(), 0.0) if wanted and told else 1.0


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
