"""The sample company's site, for tests of its doors, and a small bakery whose till can be told to fail."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveloop.operation.models import Operation
from api.open_house import house, operation, site, template, understands
from work.bakery import Bakery, operation_of

__all__ = ["bakery", "crumb", "first_day", "house", "operation", "site", "template", "understands"]


@pytest.fixture(scope="session")
def crumb() -> Operation:
    """The bakery's operation."""
    return operation_of()


@pytest.fixture(scope="session")
def first_day(crumb: Operation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the bakery has just opened: making it once saves most of a test's time."""
    home = tmp_path_factory.mktemp("crumb") / "home"
    home.mkdir()
    opened = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", crumb)
    opened.open()
    opened.close()
    return home


@pytest.fixture
def bakery(first_day: Path, crumb: Operation, tmp_path: Path) -> Iterator[Bakery]:
    home = tmp_path / "home"
    shutil.copytree(first_day, home)
    opened = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", crumb)
    yield opened
    opened.close()
