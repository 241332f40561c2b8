"""What is particular to Python modules: exceptions as answers, threads that may hang, copies instead of records."""

import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed, SystemRefused, SystemUnavailable
from aboveloop.connect.systems.systems import Systems
from connect.conftest import operation_of

ANYTHING = {"kind": "read", "arguments": {"x": {}}}
WRITE = {"kind": "write", "arguments": {"x": {}}}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    module = types.ModuleType("house_of_functions")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


@pytest.fixture
def systems_of(module: types.ModuleType, tmp_path: Path) -> Iterator[Callable[..., Systems]]:
    opened: list[Systems] = []

    def make(operations: dict[str, Any], **reach: Any) -> Systems:
        described = {"kind": "python", "module": module.__name__, "attempts": 1, **reach}
        operation = operation_of({"reach": described, "operations": operations})
        opened.append(Systems(operation, tmp_path, pause=lambda _seconds: None))
        return opened[-1]

    yield make
    for systems in opened:
        systems.close()


def raising(error: BaseException) -> Callable[..., Any]:
    def function(**_args: Any) -> Any:
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "kind", "trouble", "may_have_happened"),
    [
        (KeyError("LK-1"), RecordMissing, None, None),
        (IndexError(), RecordMissing, None, None),
        (ValueError("too much"), SystemRefused, None, None),
        (PermissionError("not yours"), SystemRefused, None, None),
        (ConnectionRefusedError("closed"), SystemUnavailable, "down", False),
        (OSError("disk"), SystemUnavailable, "down", True),
        (TimeoutError("late"), SystemUnavailable, "slow", True),
        (ZeroDivisionError("1/0"), SystemUnavailable, "nonsense", True),
        (TypeError("an argument too many"), SystemUnavailable, "nonsense", True),
    ],
)
def test_an_exception_is_an_answer(
    module: types.ModuleType,
    systems_of: Callable[..., Systems],
    error: BaseException,
    kind: type[Exception],
    trouble: str | None,
    may_have_happened: bool | None,
) -> None:
    module.work = raising(error)  # type: ignore[attr-defined]
    with pytest.raises(kind) as raised:
        systems_of({"work": WRITE}).perform("shop.work", {"x": 1}, "k1")
    assert getattr(raised.value, "trouble", None) == trouble
    assert getattr(raised.value, "may_have_happened", None) == may_have_happened


def test_the_key_is_passed_only_where_the_operation_names_an_argument_for_it(
    module: types.ModuleType, systems_of: Callable[..., Systems]
) -> None:
    module.work = lambda **args: args  # type: ignore[attr-defined]
    assert systems_of({"work": WRITE}).perform("shop.work", {"x": 1}, "k1") == {"x": 1}
    keyed = systems_of({"work": {**WRITE, "idempotency": "request_key"}})
    assert keyed.perform("shop.work", {"x": 1}, "k1") == {"x": 1, "request_key": "k1"}


def test_what_is_answered_is_a_copy(module: types.ModuleType, systems_of: Callable[..., Systems]) -> None:
    record = {"items": [1, 2], "pair": (1, 2)}
    module.work = lambda x: record  # type: ignore[attr-defined]
    answer = systems_of({"work": ANYTHING}).read("shop.work", {"x": 1})
    assert answer == {"items": [1, 2], "pair": [1, 2]}
    answer["items"].append(3)
    assert record["items"] == [1, 2]


@pytest.mark.parametrize("answer", [float("nan"), {1, 2}, object(), b"x"])
def test_what_is_not_json_is_nonsense(
    module: types.ModuleType, systems_of: Callable[..., Systems], answer: object
) -> None:
    module.work = lambda x: answer  # type: ignore[attr-defined]
    with pytest.raises(SystemUnavailable) as nonsense:
        systems_of({"work": ANYTHING}).read("shop.work", {"x": 1})
    assert nonsense.value.trouble == "nonsense"


def test_functions_that_hang_use_up_the_threads_and_no_more(
    module: types.ModuleType, systems_of: Callable[..., Systems]
) -> None:
    gate = threading.Event()
    module.work = lambda x: gate.wait(20) and x  # type: ignore[attr-defined]
    systems = systems_of({"work": WRITE}, timeout_seconds=0.02)
    before = threading.active_count()
    kinds = set()
    for number in range(40):
        with pytest.raises(SystemUnavailable) as slow:
            systems.perform("shop.work", {"x": number}, f"k{number}")
        kinds.add((slow.value.trouble, slow.value.may_have_happened))
    assert threading.active_count() - before <= 32
    assert kinds == {("slow", True), ("slow", False)}
    gate.set()
    until = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert systems_of({"work": WRITE}).perform("shop.work", {"x": 7}, "k") == 7


def test_a_function_or_a_module_that_is_missing_is_named(
    systems_of: Callable[..., Systems],
) -> None:
    with pytest.raises(SystemMisdescribed, match=r"shop\.work"):
        systems_of({"work": ANYTHING}).read("shop.work", {"x": 1})
    with pytest.raises(SystemMisdescribed, match=r"no\.such\.module"):
        systems_of({"work": ANYTHING}, module="no.such.module").read("shop.work", {"x": 1})
