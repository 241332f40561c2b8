"""What is particular to HTTP: statuses, redirects, caps, what goes where, and what must not leave its place."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed, SystemRefused, SystemUnavailable
from aboveloop.connect.systems import http
from aboveloop.connect.systems.http_routes import openapi_routes
from aboveloop.connect.systems.systems import Systems
from connect.conftest import free_port, operation_of

Answer = tuple[int, dict[str, str], bytes]


class Shop:
    """An HTTP server that answers what the test tells it to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[dict[str, Any]] = []
        self.delay_seconds = 0.0
        shop = self

        class Handler(BaseHTTPRequestHandler):
            wbufsize = 65_536

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                shop.asked.append(
                    {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
                )
                time.sleep(shop.delay_seconds)
                status, headers, answer = shop.answers.get(self.path.split("?")[0], (200, {}, b'{"ok": true}'))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = answer

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def says(self, path: str, status: int, body: Any = b"{}", **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = {"content-type": "application/json"} if not isinstance(body, bytes) else {}
        self.answers[path] = (
            status,
            {**kind, **{name.replace("_", "-"): each for name, each in headers.items()}},
            content,
        )


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


@pytest.fixture
def systems_of(shop: Shop, tmp_path: Path) -> Iterator[Callable[..., Systems]]:
    opened: list[Systems] = []

    def make(reach: dict[str, Any] | None = None, files: dict[str, str] | None = None, **operations: Any) -> Systems:
        described = {"kind": "http", "url": shop.url, "timeout_seconds": 2, "attempts": 1, **(reach or {})}
        operation = operation_of({"reach": described, "operations": operations}, files)
        opened.append(Systems(operation, tmp_path, pause=lambda _seconds: None))
        return opened[-1]

    yield make
    for systems in opened:
        systems.close()


READ = {"kind": "read", "method": "GET", "path": "/orders/{order_id}"}
WRITE = {"kind": "write", "method": "POST", "path": "/orders/{order_id}/refunds"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (404, {"message": "gone fishing"}, RecordMissing, "gone fishing"),
        (404, b"<html>", RecordMissing, "404"),
        (400, {"detail": "amount is too high"}, SystemRefused, "amount is too high"),
        (422, {"error": {"message": "no stock"}}, SystemRefused, "no stock"),
        (409, {"code": "already_done", "message": "was refunded"}, SystemRefused, "already_done: was refunded"),
        (403, b"<html>a page</html>", SystemRefused, "status 403"),
        (400, {"errors": [{"field": "amount"}]}, SystemRefused, "amount"),
        (400, ["a", "b"], SystemRefused, "a"),
        (400, b"plain words", SystemRefused, "plain words"),
        (410, {"error": "ORDER_NOT_FOUND"}, RecordMissing, "ORDER_NOT_FOUND"),
    ],
)
def test_a_no_carries_the_systems_words(
    shop: Shop, systems_of: Callable[..., Systems], status: int, body: Any, kind: type[Exception], words: str
) -> None:
    content = {"content_type": "text/html"} if isinstance(body, bytes) and body.startswith(b"<") else {}
    shop.says("/orders/1/refunds", status, body, **content)
    systems = systems_of(refund={**WRITE, "missing": "order_not_found"})
    with pytest.raises(kind, match=words):
        systems.perform("shop.refund", {"order_id": "1"}, "k1")


@pytest.mark.parametrize(("status", "may_have_happened"), [(429, False), (408, False), (500, True), (503, True)])
def test_too_many_and_broken_servers_are_down_and_their_wish_for_patience_is_heard(
    shop: Shop, systems_of: Callable[..., Systems], status: int, may_have_happened: bool
) -> None:
    shop.says("/orders/1/refunds", status, {"message": "later"}, Retry_After="30")
    systems = systems_of({"attempts": 3}, refund=WRITE)
    with pytest.raises(SystemUnavailable) as down:
        systems.perform("shop.refund", {"order_id": "1"}, "k1")
    assert down.value.retry_after_seconds == 30
    assert down.value.may_have_happened is may_have_happened
    assert len(shop.asked) == 1


def test_a_date_to_come_back_is_read_against_the_servers_own_clock(
    shop: Shop, systems_of: Callable[..., Systems]
) -> None:
    shop.says("/orders/1", 503, Retry_After="Fri, 01 Jan 2100 00:00:00 GMT")
    with pytest.raises(SystemUnavailable) as down:
        systems_of(get=READ).read("shop.get", {"order_id": "1"})
    assert down.value.retry_after_seconds > 1_000_000


def test_a_wish_for_patience_that_is_no_number_is_a_second(shop: Shop, systems_of: Callable[..., Systems]) -> None:
    shop.says("/orders/1", 503, Retry_After="soon")
    with pytest.raises(SystemUnavailable) as down:
        systems_of(get=READ).read("shop.get", {"order_id": "1"})
    assert down.value.retry_after_seconds == 1


def test_a_read_follows_a_redirect_within_the_server(shop: Shop, systems_of: Callable[..., Systems]) -> None:
    shop.says("/orders/1", 307, Location="/v2/orders/1")
    shop.says("/v2/orders/1", 200, {"id": 1})
    assert systems_of(get=READ).read("shop.get", {"order_id": "1"}) == {"id": 1}


def test_a_read_does_not_carry_our_headers_to_another_server(shop: Shop, systems_of: Callable[..., Systems]) -> None:
    elsewhere = Shop()
    shop.says("/orders/1", 302, Location=f"{elsewhere.url}/orders/1")
    with pytest.raises(SystemUnavailable, match="sends us on"):
        systems_of({"headers": {"X-Token": "s"}}, get=READ).read("shop.get", {"order_id": "1"})
    assert elsewhere.asked == []
    elsewhere.server.shutdown()
    elsewhere.server.server_close()


def test_a_redirect_in_a_circle_ends(shop: Shop, systems_of: Callable[..., Systems]) -> None:
    shop.says("/orders/1", 302, Location="/orders/1")
    with pytest.raises(SystemUnavailable, match="circles"):
        systems_of(get=READ).read("shop.get", {"order_id": "1"})


def test_a_write_is_never_redirected(shop: Shop, systems_of: Callable[..., Systems]) -> None:
    shop.says("/orders/1/refunds", 307, Location="/elsewhere")
    with pytest.raises(SystemUnavailable) as redirected:
        systems_of(refund=WRITE).perform("shop.refund", {"order_id": "1"}, "k1")
    assert redirected.value.may_have_happened
    assert [asked["path"] for asked in shop.asked] == ["/orders/1/refunds"]


def test_an_answer_that_is_too_large_is_cut_off(
    shop: Shop, systems_of: Callable[..., Systems], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER_BYTES", 1000)
    shop.says("/orders/1", 200, {"text": "x" * 2000})
    with pytest.raises(SystemUnavailable, match="larger") as large:
        systems_of(get=READ).read("shop.get", {"order_id": "1"})
    assert large.value.trouble == "nonsense"


@pytest.mark.parametrize("body", [b"<html>", b'{"a": NaN}', b"{", b"\xff\xfe"])
def test_what_is_not_json_is_nonsense(shop: Shop, systems_of: Callable[..., Systems], body: bytes) -> None:
    shop.says("/orders/1", 200, body)
    with pytest.raises(SystemUnavailable) as nonsense:
        systems_of(get=READ).read("shop.get", {"order_id": "1"})
    assert nonsense.value.trouble == "nonsense"


def test_an_empty_answer_is_null(shop: Shop, systems_of: Callable[..., Systems]) -> None:
    shop.says("/orders/1/refunds", 204, b"")
    assert systems_of(refund=WRITE).perform("shop.refund", {"order_id": "1"}, "k1") is None


def test_a_null_where_a_record_is_read_is_no_record(shop: Shop, systems_of: Callable[..., Systems]) -> None:
    shop.says("/orders/1", 200, b"null")
    with pytest.raises(RecordMissing):
        systems_of(get={**READ, "returns": {"type": "object"}}).read("shop.get", {"order_id": "1"})


def test_nobody_listening_has_not_happened_and_a_lost_answer_may_have(
    shop: Shop, systems_of: Callable[..., Systems]
) -> None:
    systems = systems_of({"url": f"http://127.0.0.1:{free_port()}"}, refund=WRITE)
    with pytest.raises(SystemUnavailable) as nobody:
        systems.perform("shop.refund", {"order_id": "1"}, "k1")
    assert not nobody.value.may_have_happened
    shop.delay_seconds = 1.0
    with pytest.raises(SystemUnavailable) as lost:
        systems_of({"timeout_seconds": 0.3}, refund=WRITE).perform("shop.refund", {"order_id": "1"}, "k1")
    assert lost.value.may_have_happened and lost.value.trouble == "slow"


@pytest.mark.parametrize("hostile", ["../admin", "1/../../admin", "a?b=c", "a#b", "a%2Fb", "\r\nX: y", "ö ö"])
def test_an_argument_stays_in_its_segment_of_the_path(
    shop: Shop, systems_of: Callable[..., Systems], hostile: str
) -> None:
    systems_of(get=READ).read("shop.get", {"order_id": hostile})
    (asked,) = shop.asked
    assert asked["path"].startswith("/orders/")
    assert asked["path"].count("/") == 2
    assert "?" not in asked["path"]


@pytest.mark.parametrize("hole", ["", ".", "..", None])
def test_a_hole_in_the_path_is_not_sent(shop: Shop, systems_of: Callable[..., Systems], hole: str | None) -> None:
    systems = systems_of(cancel={"kind": "write", "method": "DELETE", "path": "/orders/{order_id}"})
    with pytest.raises(SystemRefused, match="another resource"):
        systems.perform("shop.cancel", {"order_id": hole}, "k1")
    assert shop.asked == []


def test_arguments_go_to_the_query_of_a_read_and_the_body_of_a_write(
    shop: Shop, systems_of: Callable[..., Systems]
) -> None:
    systems = systems_of(
        find={"kind": "read", "method": "GET", "path": "/orders"}, refund={**WRITE, "idempotency": "request_key"}
    )
    systems.read("shop.find", {"customer": "c 1", "open": True, "none": None})
    systems.perform("shop.refund", {"order_id": "1", "amount_cents": 5, "lines": [1, 2]}, "k1")
    find, refund = shop.asked
    assert find["path"] == "/orders?customer=c+1&open=true" or find["path"] == "/orders?customer=c%201&open=true"
    assert "Idempotency-Key" not in {name.title() for name in find["headers"]}
    assert json.loads(refund["body"]) == {"amount_cents": 5, "lines": [1, 2], "request_key": "k1"}
    assert {name.lower(): value for name, value in refund["headers"].items()}["idempotency-key"] == "k1"


def test_headers_come_from_the_environment_and_a_missing_one_is_named(
    shop: Shop, systems_of: Callable[..., Systems], monkeypatch: pytest.MonkeyPatch
) -> None:
    reach = {"headers": {"Authorization": "Bearer {env:SHOP_TOKEN}"}}
    with pytest.raises(SystemMisdescribed, match="SHOP_TOKEN"):
        systems_of(reach, get=READ).read("shop.get", {"order_id": "1"})
    monkeypatch.setenv("SHOP_TOKEN", "t1")
    systems_of(reach, get=READ).read("shop.get", {"order_id": "1"})
    assert shop.asked[-1]["headers"]["Authorization"] == "Bearer t1"


OPENAPI = {
    "openapi": "3.0.3",
    "servers": [{"url": "https://shop.example/v1"}],
    "paths": {
        "/orders/{id}": {
            "parameters": [{"name": "id", "in": "path"}, {"name": "X-Tenant", "in": "header"}],
            "put": {
                "operationId": "Orders.changeAddress",
                "parameters": [{"name": "notify", "in": "query"}],
                "requestBody": {
                    "content": {"application/x-www-form-urlencoded": {"schema": {"properties": {"city": {}}}}}
                },
            },
        },
        "/tags": {
            "post": {
                "operationId": "set_tags",
                "requestBody": {"$ref": "#/components/requestBodies/Tags"},
            }
        },
    },
    "components": {"requestBodies": {"Tags": {"content": {"application/json": {"schema": {"type": "array"}}}}}},
}


def test_an_openapi_file_says_where_everything_goes() -> None:
    url, routes = openapi_routes("systems/shop.json", json.dumps(OPENAPI))
    assert url == "https://shop.example/v1"
    change = routes["orders_change_address"].request(
        "shop.x", {"id": 7, "notify": False, "city": "Köln", "X-Tenant": "a"}
    )
    assert (change.method, change.path) == ("PUT", "/orders/7")
    assert change.query == {"notify": False}
    assert change.headers == {"X-Tenant": "a"}
    assert change.body == {"city": "Köln"} and change.is_form
    tags = routes["set_tags"].request("shop.x", {"body": ["a", "b"]})
    assert tags.body == ["a", "b"]


def test_the_key_goes_into_a_described_body_only_where_it_is_described() -> None:
    _, routes = openapi_routes("systems/shop.json", json.dumps(OPENAPI))
    assert not routes["orders_change_address"].takes_key("idempotency_key")
    assert routes["orders_change_address"].takes_key("city")
    assert not routes["set_tags"].takes_key("idempotency_key")


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "not JSON"), ("[]", "does not hold"), ('{"swagger": "2.0"}', "OpenAPI 3")],
)
def test_a_file_that_is_no_openapi_3_is_said_to_be_none(text: str, words: str) -> None:
    with pytest.raises(SystemMisdescribed, match=words):
        openapi_routes("systems/shop.json", text)


def test_a_reference_out_of_the_file_is_not_followed() -> None:
    outside = {
        "openapi": "3.1.0",
        "paths": {"/a": {"post": {"operationId": "a", "requestBody": {"$ref": "http://x/y"}}}},
    }
    with pytest.raises(SystemMisdescribed, match="not in it"):
        openapi_routes("systems/shop.json", json.dumps(outside))


def test_a_header_cannot_be_broken_out_of() -> None:
    _, routes = openapi_routes("systems/shop.json", json.dumps(OPENAPI))
    with pytest.raises(SystemRefused, match="printable"):
        routes["orders_change_address"].request("shop.x", {"id": 7, "X-Tenant": "a\r\nX-Admin: 1"})


def test_an_operation_without_a_route_is_misdescribed(systems_of: Callable[..., Systems]) -> None:
    with pytest.raises(SystemMisdescribed, match="method"):
        systems_of(get={"kind": "read"}).read("shop.get", {})


def test_a_read_cannot_delete(shop: Shop, systems_of: Callable[..., Systems]) -> None:
    with pytest.raises(SystemMisdescribed, match="DELETE"):
        systems_of(get={**READ, "method": "DELETE"}).read("shop.get", {"order_id": "1"})
    assert shop.asked == []


def test_an_openapi_file_that_is_not_in_the_operation_is_named(systems_of: Callable[..., Systems]) -> None:
    with pytest.raises(SystemMisdescribed, match=r"systems/shop\.json"):
        systems_of({"openapi": "shop.json"}, get=READ).read("shop.get", {"order_id": "1"})


def test_a_url_that_is_none_is_misdescribed(systems_of: Callable[..., Systems]) -> None:
    with pytest.raises(SystemMisdescribed, match="https://"):
        systems_of({"url": "shop.example"}, get=READ).read("shop.get", {"order_id": "1"})
