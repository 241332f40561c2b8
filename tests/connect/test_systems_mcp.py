"""What is particular to MCP: one session for all threads, a process that may die, answers in several shapes."""

import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from mcp_types import CallToolResult, TextContent

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed, SystemRefused, SystemUnavailable
from aboveloop.connect.systems.mcp_answers import answer_of
from aboveloop.connect.systems.systems import Systems
from aboveloop.operation.system_models import SystemOperation
from connect.conftest import Desk, operation_of, server_processes

ORDER = {"order_id": "LK-100001"}


def system(**reach: Any) -> dict[str, Any]:
    return {"reach": {"kind": "mcp", **reach}, "operations": {"get_order": {"kind": "read"}}}


def test_a_server_that_died_while_nothing_was_asked_is_started_again_without_an_error(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk("mcp_stdio", attempts=1)
    desk.systems.read("shop.get_order", ORDER)
    (first,) = own_processes(desk)
    first.kill()
    first.wait(timeout=10)
    time.sleep(0.2)
    assert desk.systems.perform("shop.refund_order", {**ORDER, "amount_cents": 5}, "k1")
    (second,) = own_processes(desk)
    assert second.pid != first.pid


def test_a_call_under_way_when_the_server_is_killed_fails_at_once(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("mcp_stdio", attempts=1, timeout_seconds=10)
    desk.systems.read("shop.get_order", ORDER)
    with ThreadPoolExecutor(1) as threads:
        pending = threads.submit(desk.systems.read, "shop.slow_order", ORDER)
        time.sleep(0.5)
        for process in own_processes(desk):
            process.kill()
        error = pending.exception(timeout=8)
    assert isinstance(error, SystemUnavailable) and error.trouble == "down"
    assert desk.systems.read("shop.get_order", ORDER)["order_id"] == "LK-100001"


def test_a_server_that_hangs_is_replaced_in_the_end(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("mcp_stdio", attempts=1, timeout_seconds=0.5)
    desk.systems.read("shop.get_order", ORDER)
    (hung,) = own_processes(desk)
    hung.send_signal(signal.SIGSTOP)
    until = time.monotonic() + 60
    answered = False
    while not answered and time.monotonic() < until:
        try:
            answered = desk.systems.read("shop.get_order", ORDER)["order_id"] == "LK-100001"
        except SystemUnavailable as error:
            assert error.trouble in ("slow", "down")
    assert answered
    while hung.pid in {process.pid for process in own_processes(desk)}:
        assert time.monotonic() < until, "the hung process was left alive"
        time.sleep(0.1)


def test_one_slow_call_after_a_long_rest_is_no_reason_to_start_anew(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("mcp_stdio", attempts=1, timeout_seconds=0.5)
    desk.systems.read("shop.get_order", ORDER)
    (before,) = own_processes(desk)
    time.sleep(2)
    with pytest.raises(SystemUnavailable):
        desk.systems.read("shop.slow_order", ORDER)
    desk.systems.read("shop.get_order", ORDER)
    assert [process.pid for process in own_processes(desk)] == [before.pid]


def test_a_server_that_never_comes_up_is_not_started_again_and_again(tmp_path: Path) -> None:
    script = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit('no')"
    command = ["{python}", "-S", "-c", script, "{home}/starts"]
    systems = Systems(operation_of(system(command=command)), tmp_path, pause=lambda _seconds: None)
    for _ in range(30):
        with pytest.raises(SystemUnavailable, match="no"):
            systems.read("shop.get_order", ORDER)
    assert len((tmp_path / "starts").read_text()) <= 5
    systems.close()


def test_sixteen_threads_share_one_process(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("mcp_stdio")
    before = {process.pid for process in server_processes()}
    start = threading.Barrier(16)

    def read(_number: int) -> Any:
        start.wait()
        return desk.systems.read("shop.get_order", ORDER)

    with ThreadPoolExecutor(16) as threads:
        assert len(list(threads.map(read, range(16)))) == 16
    assert len({process.pid for process in server_processes()} - before) == 1


def test_closing_leaves_no_process_and_the_next_call_opens_again(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("mcp_stdio")
    before = {process.pid for process in server_processes()}
    desk.systems.read("shop.get_order", ORDER)
    desk.systems.close()
    assert {process.pid for process in server_processes()} <= before
    assert desk.systems.read("shop.get_order", ORDER)["order_id"] == "LK-100001"


def test_a_command_that_does_not_exist_is_down_and_says_so(tmp_path: Path) -> None:
    systems = Systems(operation_of(system(command=["/no/such/program"], attempts=1)), tmp_path)
    with pytest.raises(SystemUnavailable, match="No such file") as down:
        systems.read("shop.get_order", ORDER)
    assert not down.value.may_have_happened
    systems.close()


def test_a_server_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    command = ["{python}", "-c", "raise SystemExit('there is no database to serve')"]
    systems = Systems(operation_of(system(command=command, attempts=1)), tmp_path)
    with pytest.raises(SystemUnavailable, match="there is no database to serve"):
        systems.read("shop.get_order", ORDER)
    systems.close()


def test_a_program_that_does_not_speak_the_protocol_is_down_and_not_waited_for_for_ever(tmp_path: Path) -> None:
    command = ["{python}", "-c", "print('hello', flush=True); print('[1, 2', flush=True)"]
    systems = Systems(operation_of(system(command=command, attempts=1)), tmp_path)
    with pytest.raises(SystemUnavailable):
        systems.read("shop.get_order", ORDER)
    systems.close()


def test_threads_that_wait_for_the_same_opening_fail_together(tmp_path: Path) -> None:
    command = ["{python}", "-c", "import time; time.sleep(1)"]
    systems = Systems(operation_of(system(command=command, attempts=1)), tmp_path)
    started = time.monotonic()

    def read(_number: int) -> bool:
        try:
            systems.read("shop.get_order", ORDER)
        except SystemUnavailable:
            return True
        return False

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(read, range(16)))
    assert time.monotonic() - started < 12
    systems.close()


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    systems = Systems(operation_of(system(command=["server", "{env:NO_SUCH_TOKEN}"])), tmp_path)
    with pytest.raises(SystemMisdescribed, match="NO_SUCH_TOKEN"):
        systems.read("shop.get_order", ORDER)


def test_a_system_with_neither_command_nor_url_is_misdescribed(tmp_path: Path) -> None:
    with pytest.raises(SystemMisdescribed, match="neither"):
        Systems(operation_of(system()), tmp_path).read("shop.get_order", ORDER)


def test_placeholders_name_the_python_and_the_home(tmp_path: Path) -> None:
    script = "import sys; sys.exit(sys.executable + ' ' + sys.argv[1])"
    systems = Systems(operation_of(system(command=["{python}", "-c", script, "{home}/x {y}"], attempts=1)), tmp_path)
    with pytest.raises(SystemUnavailable) as quoted:
        systems.read("shop.get_order", ORDER)
    assert f"{sys.executable} {tmp_path}/x {{y}}" in str(quoted.value)
    systems.close()


def test_the_server_gets_no_secret_that_was_not_meant_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOUSE_SECRET", "s1")
    monkeypatch.setenv("SHOP_TOKEN", "t1")
    script = "import os, sys; sys.exit(f\"{os.environ.get('HOUSE_SECRET')} {os.environ.get('TOKEN')}\")"
    reach = system(command=["{python}", "-c", script], env={"TOKEN": "{env:SHOP_TOKEN}"}, attempts=1)
    systems = Systems(operation_of(reach), tmp_path)
    with pytest.raises(SystemUnavailable, match="None t1"):
        systems.read("shop.get_order", ORDER)
    systems.close()


ANSWERS_ONCE = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    told = {"jsonrpc": "2.0", "id": asked["id"]}
    if asked["method"] == "initialize":
        told["result"] = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                          "serverInfo": {"name": "old", "version": "1"}}
    elif asked["method"] == "tools/call":
        told |= json.loads(sys.argv[1])
    elif asked["method"] == "tools/list":
        told["result"] = {"tools": [{"name": "get_order", "inputSchema": {"type": "object"},
                                     "outputSchema": {"type": "object", "required": ["order_id"]}}]}
    else:
        told["error"] = {"code": -32601, "message": "Method not found"}
    print("{nonsense on the same line", file=sys.stderr)
    print(json.dumps(told), flush=True)
"""


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ({"error": {"code": -32602, "message": "order_id is wrong"}}, SystemRefused, "order_id is wrong"),
        ({"error": {"code": -32601, "message": "no such tool"}}, SystemRefused, "no such tool"),
        ({"error": {"code": -32603, "message": "boom"}}, SystemUnavailable, "boom"),
        ({"error": {"code": -32600, "message": "Session terminated"}}, SystemUnavailable, "session"),
        ({"error": {"code": -32001, "message": "late"}}, SystemUnavailable, "no answer within"),
        ({"result": {"content": "not a list"}}, SystemUnavailable, "nonsense"),
        ({"result": {"content": [], "structuredContent": {"a": 1}}}, SystemUnavailable, "order_id"),
        ({"result": {"content": [], "isError": True}}, SystemRefused, "no reason"),
        ({"result": {"content": [{"type": "text", "text": "not_found"}], "isError": True}}, RecordMissing, "no such"),
    ],
)
def test_an_older_server_that_answers_oddly_is_understood_as_far_as_it_goes(
    tmp_path: Path, answer: dict[str, Any], kind: type[Exception], words: str
) -> None:
    described = system(command=["{python}", "-S", "-c", ANSWERS_ONCE, json.dumps(answer)], attempts=1)
    described["operations"]["get_order"]["missing"] = "not_found"
    systems = Systems(operation_of(described), tmp_path)
    with pytest.raises(kind, match=words):
        systems.read("shop.get_order", ORDER)
    systems.close()


def test_an_older_server_that_answers_well_is_understood(tmp_path: Path) -> None:
    answer = {"result": {"content": [{"type": "text", "text": "x"}], "structuredContent": {"order_id": "LK-1"}}}
    described = system(command=["{python}", "-S", "-c", ANSWERS_ONCE, json.dumps(answer)])
    systems = Systems(operation_of(described), tmp_path)
    assert systems.read("shop.get_order", ORDER) == {"order_id": "LK-1"}
    systems.close()


def test_a_server_that_does_not_even_take_the_request_is_not_waited_for_for_ever(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk("mcp_stdio", attempts=1, timeout_seconds=0.5)
    desk.systems.read("shop.get_order", ORDER)
    (hung,) = own_processes(desk)
    hung.send_signal(signal.SIGSTOP)
    args = {**ORDER, "amount_cents": 700, "note": "x" * 300_000}
    failures = 0
    answered = None
    while answered is None and failures < 20:
        started = time.monotonic()
        try:
            answered = desk.systems.perform("shop.refund_order", args, "k1")
        except SystemUnavailable:
            failures += 1
            assert time.monotonic() - started < 20
    assert answered is not None and failures > 0
    assert desk.refunded("LK-100001") == 700


def result(*texts: str, structured: Any = None) -> CallToolResult:
    content: list[Any] = [TextContent(type="text", text=text) for text in texts]
    return CallToolResult(content=content, structured_content=structured)


@pytest.mark.parametrize(
    ("returns", "answered", "value"),
    [
        ({"type": "object"}, result("ignored", structured={"a": 1}), {"a": 1}),
        ({"type": "array"}, result(structured={"result": [1, 2]}), [1, 2]),
        ({}, result(structured={"result": {"a": 1}}), {"a": 1}),
        ({"type": "object"}, result(structured={"result": None}), None),
        ({"type": "object", "required": ["result"]}, result(structured={"result": {"a": 1}}), {"result": {"a": 1}}),
        ({"type": "object"}, result(structured={"result": 5}), {"result": 5}),
        ({"type": "object"}, result('{"a": 1}'), {"a": 1}),
        ({"type": "array"}, result('{"a": 1}', '{"a": 2}'), [{"a": 1}, {"a": 2}]),
        ({"type": "array"}, result('{"a": 1}'), [{"a": 1}]),
        ({"type": "array"}, result("[1, 2]"), [1, 2]),
        ({"type": "array"}, result(), []),
        ({"type": "string"}, result("done"), "done"),
        ({"type": "string"}, result('"done"'), "done"),
        ({}, result(), None),
    ],
)
def test_an_answer_is_found_in_each_shape_that_servers_give_it(
    returns: dict[str, Any], answered: CallToolResult, value: Any
) -> None:
    assert answer_of("shop.x", SystemOperation(kind="read", returns=returns), answered) == value


def test_text_that_is_not_json_is_nonsense() -> None:
    with pytest.raises(SystemUnavailable) as nonsense:
        answer_of("shop.x", SystemOperation(kind="write"), result("<html>"))
    assert nonsense.value.trouble == "nonsense"
    assert nonsense.value.may_have_happened


def own_processes(desk: Desk) -> list[psutil.Process]:
    """The server processes that were started since the desk was opened."""
    return [process for process in server_processes() if process.pid not in desk.others]
