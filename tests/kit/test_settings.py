"""Settings: flags before environment before defaults; secrets made once and read by their owner alone."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.settings import (
    IdentityProvider,
    SecretDamaged,
    Settings,
    default_home,
    identity_provider,
    load_settings,
    shared_folder,
)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ABOVELOOP_HOME", "ABOVELOOP_DATABASE_URL", "ABOVELOOP_SHARED", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_an_argument_wins_over_the_environment_and_that_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert load_settings().home == tmp_path / "state" / "aboveloop"
    monkeypatch.setenv("ABOVELOOP_HOME", str(tmp_path / "environment"))
    monkeypatch.setenv("ABOVELOOP_DATABASE_URL", "sqlite:////tmp/environment.db")
    assert load_settings() == Settings(tmp_path / "environment", "sqlite:////tmp/environment.db")
    chosen = load_settings(tmp_path / "flag", "sqlite:////tmp/flag.db")
    assert chosen == Settings(tmp_path / "flag", "sqlite:////tmp/flag.db")
    assert not chosen.is_postgres


def test_an_empty_environment_variable_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("ABOVELOOP_HOME", "")
    monkeypatch.setenv("ABOVELOOP_DATABASE_URL", "")
    assert load_settings().database_url == f"sqlite:///{tmp_path / 'aboveloop' / 'aboveloop.db'}"


def test_without_anything_the_home_is_under_the_users_own() -> None:
    assert default_home() == Path.home() / ".local" / "state" / "aboveloop"


@pytest.mark.parametrize("written", ["postgres://u@h/n", "postgresql://u@h/n", "postgresql+psycopg://u@h/n"])
def test_every_usual_way_to_write_postgres_reaches_the_one_driver(tmp_path: Path, written: str) -> None:
    settings = load_settings(tmp_path, written)
    assert settings.database_url == "postgresql+psycopg://u@h/n"
    assert settings.is_postgres


@pytest.mark.parametrize("written", ["mysql://h/n", "sqlite://", "postgresql+asyncpg://h/n", "nonsense"])
def test_another_database_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(WrongUsage, match="must begin with"):
        load_settings(tmp_path, written)


def test_a_database_that_keeps_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="must name a file"):
        load_settings(tmp_path, "sqlite:///:memory:")


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongUsage, match="is a file"):
        load_settings(tmp_path / "file")
    with pytest.raises(WrongUsage, match="cannot be made"):
        load_settings(tmp_path / "file" / "below")


@pytest.mark.parametrize("home", ["~nobody-of-that-name/home", "half a pair \ud83d"])
def test_a_home_that_names_no_folder_is_refused(home: str) -> None:
    with pytest.raises(WrongUsage, match="names no folder"):
        load_settings(Path(home))


def test_a_secret_that_was_cut_short_is_not_used(tmp_path: Path) -> None:
    settings = Settings(tmp_path, "sqlite:///x")
    settings.secret("one")
    (tmp_path / "keys" / "one").write_bytes(b"short")
    with pytest.raises(SecretDamaged, match="cut short"):
        settings.secret("one")


def test_a_home_is_made_and_named_absolutely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "somebody"))
    assert load_settings(Path("here")).home == tmp_path / "here"
    assert load_settings(Path("~/there")).home == tmp_path / "somebody" / "there"
    assert (tmp_path / "here").is_dir()


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", "sqlite:///x")
    made = settings.secret("one")
    assert len(made) == 32
    assert settings.secret("one") == made == Settings(tmp_path / "home", "sqlite:///y").secret("one")
    assert settings.secret("two", size=16) != made
    assert len(settings.secret("two", size=16)) == 16
    keys = tmp_path / "home" / "keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in keys.iterdir()} == {0o600}


@pytest.mark.parametrize("left", [b"", b"short", b"x" * 31])
def test_a_secret_that_was_cut_short_is_not_given_out(tmp_path: Path, left: bytes) -> None:
    settings = Settings(tmp_path, "sqlite:///x")
    settings.secret("one")
    (tmp_path / "keys" / "one").write_bytes(left)
    with pytest.raises(SecretDamaged, match="keys/one"):
        settings.secret("one")


def test_of_many_that_make_the_same_secret_at_once_one_wins_and_all_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(tmp_path, "sqlite:///x")
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: settings.secret("shared"), range(32)))) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["shared"]


def test_a_secret_that_appears_while_another_is_made_is_the_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def slower(source: str, target: str) -> None:
        Path(target).write_bytes(b"theirs".ljust(32))
        link(source, target)

    monkeypatch.setattr(os, "link", slower)
    assert Settings(tmp_path, "sqlite:///x").secret("raced") == b"theirs".ljust(32)
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["raced"]


def test_the_shared_folder_is_none_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABOVELOOP_SHARED", str(tmp_path / "missing"))
    assert shared_folder() is None
    monkeypatch.setenv("ABOVELOOP_SHARED", str(tmp_path))
    assert shared_folder() == tmp_path


def test_an_identity_provider_is_named_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"ABOVELOOP_OIDC_{name}", raising=False)
    assert identity_provider() is None
    monkeypatch.setenv("ABOVELOOP_OIDC_ISSUER", "https://login.example")
    with pytest.raises(WrongUsage, match="Set both"):
        identity_provider()
    monkeypatch.setenv("ABOVELOOP_OIDC_CLIENT_ID", "aboveloop")
    assert identity_provider() == IdentityProvider("https://login.example", "aboveloop", None)
    monkeypatch.setenv("ABOVELOOP_OIDC_CLIENT_SECRET", "s")
    assert identity_provider() == IdentityProvider("https://login.example", "aboveloop", "s")
