"""Homes and databases that cannot be used: a sentence, a status, and no password."""

import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from cli.conftest import Call

SECRET = "geheim"
DATABASES = [
    ("nonsense", 2),
    (f"mysql://ops:{SECRET}@127.0.0.1/x", 2),
    (f"postgresql+psycopg2://ops:{SECRET}@127.0.0.1/x", 2),
    (f"postgresql://ops:{SECRET}@127.0.0.1:port/x", 2),
    (f"postgresql://ops:{SECRET}@[::1/x", 2),
    (f"postgresql://ops:{SECRET}@127.0.0.1:1/x", 1),
    (f"postgresql://ops:{SECRET}@nohost.invalid/x", 1),
    ("sqlite:///", 2),
    ("sqlite:///:memory:", 2),
    ("sqlite:///x.db?mode=ro", 2),
    ("sqlite:////nope/x.db", 1),
    (f"sqlite:///{__file__}", 1),
]


@pytest.mark.parametrize(("url", "status"), DATABASES)
def test_an_unusable_database_is_a_sentence_without_its_password(home: Path, call: Call, url: str, status: int) -> None:
    answered = call("case", "list", "--database", url, "--json")
    assert answered.status == status
    assert "database" in answered.error or "SQLite URL" in answered.error
    assert SECRET not in answered.out + answered.err


@pytest.mark.postgres
def test_a_missing_postgres_database_is_named_without_its_password(home: Path, call: Call, postgres_url: str) -> None:
    missing = sa.make_url(postgres_url).set(database="aboveloop_is_not_there", password=SECRET)
    url = missing.set(drivername="postgresql").render_as_string(hide_password=False)
    answered = call("case", "list", "--database", url, "--json")
    assert answered.status == 1
    assert "aboveloop_is_not_there" in answered.error
    assert SECRET not in answered.out + answered.err


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%20b", "100%", "a b", "a:b@c", "ä"])
def test_a_home_of_any_name_holds_its_own_database(tmp_path: Path, call: Call, name: str) -> None:
    folder = tmp_path / name
    assert call("case", "list", "--home", folder, "--json").status == 0
    assert {each.name for each in tmp_path.iterdir()} == {name}
    assert (folder / "aboveloop.db").is_file()


def test_a_home_that_is_a_file_or_nobody_s_is_wrong_usage(tmp_path: Path, call: Call) -> None:
    file = tmp_path / "file"
    file.touch()
    for folder in (file, file / "below", "~nobody-of-that-name/home"):
        assert call("case", "list", "--home", folder, "--json").status == 2


@pytest.mark.parametrize("name", ["ledger-master", "checkpoint-seed", "session"])
@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_secret_that_was_cut_short_is_never_used(deployed: Path, call: Call, name: str, content: bytes) -> None:
    call("person", "link", "priya")
    (deployed / "keys" / name).write_bytes(content)
    answered = call("person", "link", "priya", "--json")
    assert answered.status == 1
    assert str(deployed / "keys" / name) in answered.error


def test_a_damaged_database_file_is_a_sentence(deployed: Path, call: Call) -> None:
    (deployed / "aboveloop.db").write_bytes(b"no database " * 1000)
    for each in deployed.glob("aboveloop.db-*"):
        each.unlink()
    answered = call("doctor", "--json")
    assert answered.status == 1
    assert "not a database" in answered.error


def test_a_database_of_another_version_is_a_sentence(deployed: Path, call: Call) -> None:
    connection = sqlite3.connect(deployed / "aboveloop.db")
    connection.execute("DROP TABLE messages")
    connection.execute("DROP TABLE cases")
    connection.execute("CREATE TABLE cases (something INTEGER)")
    connection.commit()
    connection.close()
    answered = call("case", "list", "--json")
    assert answered.status == 1
    assert "another version" in answered.error


def test_a_ledger_whose_keys_were_lost_does_not_verify(deployed: Path, tmp_path: Path, call: Call) -> None:
    assert call("audit", "export", "--out", tmp_path / "evidence").status == 0
    shutil.rmtree(deployed / "keys")
    answered = call("audit", "verify", "--json")
    assert answered.status == 1
    assert answered.value["ok"] is False
