"""Where an HTTP operation goes: method, path, and the place of each argument, from the folder or an OpenAPI file."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from aboveloop.connect.errors import SystemMisdescribed, SystemRefused
from aboveloop.operation.system_models import SystemOperation

Place = Literal["query", "header", "body"]
HOLE = re.compile(r"\{([^{}]+)\}")
METHODS = ("get", "put", "post", "delete", "patch")
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True)
class Request:
    """One request: `body` is JSON or, where `is_form`, a form; None for none."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    is_form: bool = False


@dataclass(frozen=True)
class Route:
    """Method and path of an operation; `places` says where arguments go that do not stand in the path.

    What has no place goes into the body of a method that has one, else into the query. `whole_body` names
    the one argument that is the body, `body_names` the properties of a body that takes no others.
    """

    method: str
    path: str
    places: Mapping[str, Place] = field(default_factory=dict)
    is_form: bool = False
    whole_body: str | None = None
    body_names: frozenset[str] | None = None

    def takes_key(self, argument: str) -> bool:
        """True where the key has a place under this name; it is sent as a header in any case."""
        if argument in self.places or argument in _holes(self.path):
            return True
        free = self.method in BODY_METHODS and self.whole_body is None
        return free and (self.body_names is None or argument in self.body_names)

    def request(self, name: str, args: Mapping[str, Any]) -> Request:
        """The request for these arguments; null is left out. Raises SystemRefused for a value with no safe place."""
        holes = _holes(self.path)
        given = {key: value for key, value in args.items() if value is not None}
        path = HOLE.sub(lambda hole: _segment(name, hole.group(1), given.get(hole.group(1))), self.path)
        put: dict[Place, dict[str, Any]] = {"query": {}, "header": {}, "body": {}}
        usual: Place = "body" if self.method in BODY_METHODS else "query"
        for key, value in given.items():
            if key not in holes:
                put[self.places.get(key, usual)][key] = value
        headers = {key: _header(name, key, value) for key, value in put["header"].items()}
        body = put["body"].get(self.whole_body) if self.whole_body else put["body"] or None
        return Request(self.method, path, put["query"], headers, body, self.is_form)


def route_of(name: str, operation: str, spec: SystemOperation, routes: Mapping[str, Route]) -> Route:
    """The route that the operation itself names, else the one of its OpenAPI file. Raises SystemMisdescribed."""
    if spec.method and spec.path:
        return Route(spec.method, spec.path)
    if operation in routes:
        return routes[operation]
    raise SystemMisdescribed(
        f"{name} has neither `method` and `path` nor an operation of that name in the system's OpenAPI file. Add one."
    )


def openapi_routes(path: str, text: str) -> tuple[str | None, dict[str, Route]]:
    """The first server's URL and the routes by operationId, also as snake_case, of an OpenAPI 3 file."""
    document = _document(path, text)
    if not str(document.get("openapi", "")).startswith("3."):
        raise SystemMisdescribed(f"{path} is not an OpenAPI 3 file. Export the description in that version.")
    routes: dict[str, Route] = {}
    for route_path, shared in document.get("paths", {}).items():
        for method in METHODS:
            if method in shared and "operationId" in shared[method]:
                route = _openapi_route(document, method, route_path, shared)
                identifier = shared[method]["operationId"]
                routes[identifier] = route
                routes.setdefault(_snake_case(identifier), route)
    servers = document.get("servers") or [{}]
    return servers[0].get("url"), routes


def _openapi_route(document: dict[str, Any], method: str, path: str, shared: dict[str, Any]) -> Route:
    described = shared[method]
    parameters = [
        _resolved(document, entry) for entry in [*shared.get("parameters", []), *described.get("parameters", [])]
    ]
    places: dict[str, Place] = {
        entry["name"]: entry["in"] for entry in parameters if entry["in"] in ("query", "header")
    }
    content = _resolved(document, described.get("requestBody", {})).get("content", {})
    is_form = "application/x-www-form-urlencoded" in content and "application/json" not in content
    media: dict[str, Any] = next((content[kind] for kind in ("application/json", *content) if kind in content), {})
    schema = _resolved(document, media.get("schema", {}))
    # A body that is a list or a text has no names of its own; its argument is called `body`.
    whole = "body" if schema.get("type", "object") != "object" else None
    open_ended = "properties" not in schema or schema.get("additionalProperties", False) is not False
    names = None if open_ended else frozenset(schema["properties"])
    return Route(method.upper(), path, places, is_form, whole, names)


def _document(path: str, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise SystemMisdescribed(f"{path} is not JSON: {error}. Export the description as JSON.") from error
    if not isinstance(document, dict):
        raise SystemMisdescribed(f"{path} does not hold an OpenAPI description.")
    return document


def _resolved(document: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """`entry`, or what its `$ref` inside the same file points to."""
    seen: set[str] = set()
    while isinstance(reference := entry.get("$ref"), str):
        if not reference.startswith("#/") or reference in seen:
            raise SystemMisdescribed(f"The OpenAPI file refers to {reference}, which is not in it. Bundle it first.")
        seen.add(reference)
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, dict) else {}
        entry = found
    return entry


def _segment(name: str, hole: str, value: Any) -> str:
    """One argument as one segment of the path: it can neither leave its place nor make it vanish."""
    text = "" if value is None else _text(value)
    if text in ("", ".", ".."):
        words = f"{hole} cannot be {text!r} in a path, where it would name another resource"
        raise SystemRefused(f"{name} was not sent: {words}.", words=words)
    return quote(text, safe="")


def _header(name: str, key: str, value: Any) -> str:
    text = _text(value)
    if not text.isprintable() or not text.isascii():
        words = f"{key} goes into a header, which holds printable ASCII only"
        raise SystemRefused(f"{name} was not sent: {words}.", words=words)
    return text


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _holes(path: str) -> frozenset[str]:
    return frozenset(HOLE.findall(path))


def _snake_case(identifier: str) -> str:
    """`getOrder` as `get_order`, so that it can be the name of an operation."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", identifier)
    return re.sub(r"[^a-zA-Z0-9]+", "_", words).strip("_").lower()
