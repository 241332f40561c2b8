"""The door to all systems: which ports there are, what is repeated, what the words of a failure say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed, SystemRefused, SystemUnavailable
from aboveloop.connect.systems.port import is_down, said_no
from aboveloop.connect.systems.systems import SystemRecords, Systems
from aboveloop.connect.systems.troubled import Troubles
from aboveloop.kit.errors import PermanentError, TemporaryError
from aboveloop.operation.system_models import SystemOperation
from connect.conftest import operation_of

READ = SystemOperation(kind="read")
WRITE = SystemOperation(kind="write")
OPERATIONS: dict[str, Any] = {
    "get": {"kind": "read", "returns": {"type": "object"}},
    "change": {"kind": "write", "returns": {"type": "object"}},
    "think": {"kind": "generic"},
    "maybe": {"kind": "read", "returns": {"type": ["object", "null"]}},
}


class Ledgered:
    """A port of the test's own that counts what really happened."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.happened: list[tuple[str, str | None]] = []
        self.is_closed = False

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        self.happened.append((operation, key))
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.is_closed = True


def systems_with(port: Ledgered, *, troubles: Troubles | None = None, pauses: list[float] | None = None) -> Systems:
    operation = operation_of({"reach": {"kind": "house", "attempts": 4}, "operations": OPERATIONS})
    waited = pauses if pauses is not None else []
    return Systems(operation, Path("."), ports={"shop": port}, troubles=troubles, pause=waited.append)


@pytest.mark.parametrize("kind", ["house", "recorded"])
def test_a_kind_without_a_port_says_what_to_do(kind: str, tmp_path: Path) -> None:
    systems = Systems(operation_of({"reach": {"kind": kind}, "operations": OPERATIONS}), tmp_path)
    with pytest.raises(SystemMisdescribed, match="Give its port"):
        systems.read("shop.get", {})


def test_a_given_port_is_used_and_closed() -> None:
    port = Ledgered({"a": 1})
    systems = systems_with(port)
    assert systems.read("shop.get", {}) == {"a": 1}
    systems.close()
    assert port.is_closed


@pytest.mark.parametrize("name", ["shop.nothing", "nobody.get", "get", ""])
def test_an_unknown_operation_is_named(name: str) -> None:
    with pytest.raises(SystemMisdescribed):
        systems_with(Ledgered()).read(name, {})


def test_a_write_without_a_key_is_not_performed() -> None:
    port = Ledgered()
    with pytest.raises(SystemMisdescribed, match="key"):
        systems_with(port).perform("shop.change", {}, "")
    assert port.happened == []


def test_pauses_between_attempts_grow() -> None:
    pauses: list[float] = []
    port = Ledgered(*[is_down("shop.get", READ, "away", may_have_happened=True) for _ in range(4)])
    with pytest.raises(SystemUnavailable):
        systems_with(port, pauses=pauses).read("shop.get", {})
    assert pauses == [0.1, 0.2, 0.4]
    assert len(port.happened) == 4


def test_a_no_is_not_asked_again() -> None:
    port = Ledgered(said_no("shop.get", READ, "no"), said_no("shop.get", READ, "no"))
    with pytest.raises(SystemRefused):
        systems_with(port).read("shop.get", {})
    assert len(port.happened) == 1


def test_what_neither_reads_nor_writes_is_asked() -> None:
    assert systems_with(Ledgered("forty-two")).ask("shop.think", {}) == "forty-two"


def test_an_answer_that_does_not_fit_is_nonsense_and_of_a_write_may_have_happened() -> None:
    port = Ledgered("text", "text")
    with pytest.raises(SystemUnavailable) as nonsense:
        systems_with(port).perform("shop.change", {}, "k1")
    assert nonsense.value.may_have_happened and nonsense.value.trouble == "nonsense"
    assert len(port.happened) == 1


def test_nothing_where_a_record_is_read_is_no_record_but_a_null_that_fits_is_an_answer() -> None:
    with pytest.raises(RecordMissing):
        systems_with(Ledgered(None)).read("shop.get", {})
    assert systems_with(Ledgered(None)).read("shop.maybe", {}) is None
    assert SystemRecords(systems_with(Ledgered(None))).read("shop.get", {}) is None


def test_the_words_of_a_system_are_short_and_on_one_line() -> None:
    refused = said_no("shop.get", READ, "line one\nline two " + "x" * 10_000)
    assert isinstance(refused, SystemRefused)
    assert len(refused.words) == 500 and "\n" not in str(refused)


def test_the_systems_own_word_for_no_record_is_found_in_any_case() -> None:
    spec = SystemOperation(kind="read", missing="not_found")
    assert isinstance(said_no("shop.get", spec, "ERROR: NOT_FOUND (LK-1)"), RecordMissing)
    assert isinstance(said_no("shop.get", spec, "not allowed"), SystemRefused)


def test_the_kinds_are_what_the_house_takes_them_for() -> None:
    assert issubclass(RecordMissing, PermanentError) and issubclass(SystemRefused, PermanentError)
    assert issubclass(SystemUnavailable, TemporaryError)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["down", "slow", "nonsense"]), st.booleans()), max_size=6),
    st.integers(min_value=1, max_value=8),
)
def test_what_is_known_not_to_have_happened_has_not_and_what_succeeds_has(
    planned: list[tuple[Any, bool]], patience: int
) -> None:
    troubles = Troubles()
    port = Ledgered()
    systems = systems_with(port, troubles=troubles)
    for trouble, after in planned:
        troubles.plan("shop.change", trouble, after=after)
    for _ in range(patience):
        happened_before = len(port.happened)
        try:
            systems.perform("shop.change", {}, "k1")
        except SystemUnavailable as error:
            assert error.may_have_happened or len(port.happened) == happened_before
        else:
            assert port.happened[-1] == ("change", "k1")
            break
    assert {key for _, key in port.happened} <= {"k1"}
