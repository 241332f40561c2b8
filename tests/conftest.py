"""What every test may use: the two databases, a fixed clock, the shared data."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from aboveloop.kit.clock import FixedClock
from aboveloop.kit.database import Database
from aboveloop.kit.settings import shared_folder
from postgres_pool import Pool

POSTGRES_URL = os.environ.get("ABOVELOOP_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    return clock.now()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'aboveloop.db'}"


@pytest.fixture(scope="session")
def postgres_pool() -> Iterator[Pool]:
    pool = Pool(POSTGRES_URL)
    yield pool
    pool.close()


@pytest.fixture
def postgres_url(postgres_pool: Pool) -> Iterator[str]:
    """A PostgreSQL database without a row in it, which nobody else uses."""
    try:
        name = postgres_pool.take()
    except psycopg.OperationalError:
        pytest.skip("No PostgreSQL server answers: set ABOVELOOP_TEST_POSTGRES or start one on 127.0.0.1:5432.")
    yield postgres_pool.url(name)
    postgres_pool.give_back(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    database.create_tables()
    yield database
    database.dispose()


@pytest.fixture
def shared() -> Path:
    folder = shared_folder()
    if folder is None:
        pytest.skip("The shared data folder is missing: set ABOVELOOP_SHARED to run this test.")
    return folder


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where nothing may be skipped, a skip is a failure that names its reason."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if os.environ.get("ABOVELOOP_NO_SKIPS") and skipped:
        for report in skipped:
            reporter.write_line(f"SKIPPED, which counts as failed here: {report.nodeid}: {report.longrepr[-1]}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
