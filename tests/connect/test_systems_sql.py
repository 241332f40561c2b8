"""What is particular to databases: one transaction with the key, nothing committed by a read, rows as JSON."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed, SystemRefused, SystemUnavailable
from aboveloop.connect.systems.sql_values import answer_of_rows
from aboveloop.connect.systems.systems import Systems
from aboveloop.operation.system_models import SystemOperation
from connect.conftest import operation_of

ROW = {"type": "object", "required": ["id", "stock"], "properties": {"tags": {"type": "array"}}}
OPERATIONS: dict[str, Any] = {
    "get": {"kind": "read", "statement": "select id, stock, tags from things where id = :id", "returns": ROW},
    "list": {"kind": "read", "statement": "select id, stock from things order by id", "returns": {"type": "array"}},
    "count": {"kind": "read", "statement": "select count(*) from things", "returns": {"type": "integer"}},
    "sneaky": {"kind": "read", "statement": "update things set stock = 0 returning id", "returns": {"type": "array"}},
    "wrong": {"kind": "read", "statement": "select nothing from nowhere"},
    "take": {
        "kind": "write",
        "arguments": {"id": {}, "count": {}, "note": {}},
        "optional": ["note"],
        "statement": "update things set stock = stock - :count, note = :note where id = :id and stock >= :count",
    },
    "add": {"kind": "write", "statement": "insert into things (id, stock, tags) values (:id, :stock, :tags)"},
}


@pytest.fixture
def systems_of(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Systems]]:
    """Opens the same little database on SQLite and on PostgreSQL."""
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("create table things (id integer primary key, stock integer, tags text, note text)"))
        connection.execute(sa.text("insert into things values (1, 10, '[\"a\"]', null), (2, 0, '[]', null)"))
    engine.dispose()
    opened: list[Systems] = []

    def make(**reach: Any) -> Systems:
        described = {"kind": "sql", "url": database_url, "timeout_seconds": 5, "attempts": 1, **reach}
        opened.append(Systems(operation_of({"reach": described, "operations": OPERATIONS}), tmp_path))
        return opened[-1]

    yield make
    for systems in opened:
        systems.close()


def test_a_row_is_an_object_rows_are_a_list_and_a_value_is_itself(systems_of: Callable[..., Systems]) -> None:
    systems = systems_of()
    assert systems.read("shop.get", {"id": 1}) == {"id": 1, "stock": 10, "tags": ["a"]}
    assert systems.read("shop.list", {}) == [{"id": 1, "stock": 10}, {"id": 2, "stock": 0}]
    assert systems.read("shop.count", {}) == 2
    with pytest.raises(RecordMissing):
        systems.read("shop.get", {"id": 9})


def test_a_read_that_writes_leaves_nothing_behind(systems_of: Callable[..., Systems]) -> None:
    systems = systems_of()
    systems.read("shop.sneaky", {})
    assert systems.read("shop.get", {"id": 1})["stock"] == 10


def test_a_write_that_changes_nothing_is_refused_and_its_key_is_free(systems_of: Callable[..., Systems]) -> None:
    systems = systems_of()
    with pytest.raises(SystemRefused):
        systems.perform("shop.take", {"id": 2, "count": 1}, "k1")
    systems.perform("shop.add", {"id": 3, "stock": 1, "tags": []}, "k2")
    assert systems.perform("shop.take", {"id": 1, "count": 1}, "k1") == {"changed": 1}


def test_the_same_key_for_another_request_is_refused(systems_of: Callable[..., Systems]) -> None:
    systems = systems_of()
    systems.perform("shop.take", {"id": 1, "count": 1}, "k1")
    with pytest.raises(SystemRefused, match="another request"):
        systems.perform("shop.take", {"id": 1, "count": 2}, "k1")
    assert systems.read("shop.get", {"id": 1})["stock"] == 9


def test_two_houses_with_the_same_key_perform_once(systems_of: Callable[..., Systems]) -> None:
    houses = [systems_of() for _ in range(8)]
    start = threading.Barrier(8)

    def work(systems: Systems) -> Any:
        start.wait()
        return systems.perform("shop.take", {"id": 1, "count": 3}, "k1")

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, houses)) == [{"changed": 1}] * 8
    assert houses[0].read("shop.get", {"id": 1})["stock"] == 7


def test_a_table_of_keys_that_a_restored_backup_lacks_is_made_again(
    systems_of: Callable[..., Systems], database_url: str
) -> None:
    systems = systems_of()
    systems.perform("shop.take", {"id": 1, "count": 1}, "k1")
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("drop table aboveloop_keys"))
    engine.dispose()
    assert systems.perform("shop.take", {"id": 1, "count": 1}, "k2") == {"changed": 1}


def test_a_broken_rule_of_the_database_is_its_no(systems_of: Callable[..., Systems]) -> None:
    systems = systems_of()
    with pytest.raises(SystemRefused) as refused:
        systems.perform("shop.add", {"id": 1, "stock": 5, "tags": ["x"]}, "k1")
    assert refused.value.words
    assert systems.read("shop.get", {"id": 1})["stock"] == 10


def test_arguments_are_bound_and_cannot_become_statements(systems_of: Callable[..., Systems]) -> None:
    systems = systems_of()
    systems.perform("shop.take", {"id": 1, "count": 1, "note": "'; drop table things; --"}, "k1")
    assert systems.read("shop.count", {}) == 2


def test_a_wrong_statement_is_misdescribed_and_not_tried_again(systems_of: Callable[..., Systems]) -> None:
    with pytest.raises(SystemMisdescribed):
        systems_of(attempts=3).read("shop.wrong", {})
    with pytest.raises(SystemMisdescribed):
        systems_of().read("shop.get", {})


def test_a_locked_row_is_waited_for_and_then_given_up_without_harm(
    systems_of: Callable[..., Systems], database_url: str
) -> None:
    systems = systems_of(timeout_seconds=0.6)
    systems.perform("shop.take", {"id": 1, "count": 1}, "k0")
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        connection.execute(sa.text("update things set stock = stock where id = 1"))
        with pytest.raises(SystemUnavailable) as locked:
            systems.perform("shop.take", {"id": 1, "count": 1}, "k1")
        assert not locked.value.may_have_happened
        connection.rollback()
    engine.dispose()
    assert systems.perform("shop.take", {"id": 1, "count": 1}, "k1") == {"changed": 1}
    assert systems.read("shop.get", {"id": 1})["stock"] == 8


@pytest.mark.postgres
def test_a_database_whose_connections_were_cut_answers_again(postgres_url: str, tmp_path: Path) -> None:
    operations = {
        "one": {"kind": "read", "statement": "select 1 as one"},
        "nap": {"kind": "read", "statement": "select pg_sleep(5)"},
    }
    reach = {"kind": "sql", "url": postgres_url, "timeout_seconds": 0.5, "attempts": 1}
    systems = Systems(operation_of({"reach": reach, "operations": operations}), tmp_path)
    assert systems.read("shop.one", {}) == [{"one": 1}]
    with pytest.raises(SystemUnavailable) as slow:
        systems.read("shop.nap", {})
    assert slow.value.trouble == "slow"
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        connection.execute(sa.text(f"select pg_terminate_backend(pid) {others}"))
    engine.dispose()
    assert systems.read("shop.one", {}) == [{"one": 1}]
    systems.close()


def test_a_database_that_is_not_there_is_down_and_not_created(tmp_path: Path) -> None:
    reach = {"kind": "sql", "url": "sqlite:///{home}/missing.db", "attempts": 1}
    systems = Systems(operation_of({"reach": reach, "operations": OPERATIONS}), tmp_path)
    with pytest.raises(SystemUnavailable) as down:
        systems.perform("shop.take", {"id": 1, "count": 1}, "k1")
    assert not down.value.may_have_happened
    assert not (tmp_path / "missing.db").exists()


@pytest.mark.parametrize("url", ["nonsense", "nosuch://x/y"])
def test_a_url_that_cannot_be_used_is_misdescribed(url: str, tmp_path: Path) -> None:
    systems = Systems(operation_of({"reach": {"kind": "sql", "url": url}, "operations": OPERATIONS}), tmp_path)
    with pytest.raises(SystemMisdescribed):
        systems.read("shop.count", {})


def test_values_become_json_or_are_called_nonsense() -> None:
    spec = SystemOperation(kind="read", returns={"type": "object", "properties": {"open": {"type": "boolean"}}})
    row = {"whole": Decimal("5.00"), "part": Decimal("5.25"), "open": 1, "none": None}
    assert answer_of_rows("shop.x", spec, [row]) == {"whole": 5, "part": 5.25, "open": True, "none": None}
    with pytest.raises(SystemUnavailable, match="bytes"):
        answer_of_rows("shop.x", spec, [{"photo": b"x"}])
    with pytest.raises(SystemUnavailable, match="2 records"):
        answer_of_rows("shop.x", spec, [row, row])
