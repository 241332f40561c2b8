"""The bakery's house, for tests of what is wired around it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveloop.operation.models import Operation
from api.open_house import house, operation, site, template, understands
from work.bakery import FILES, Bakery, operation_of

__all__ = ["bakery", "crumb", "first_day", "folder", "house", "operation", "site", "template", "understands"]


@pytest.fixture(scope="session")
def crumb() -> Operation:
    return operation_of()


@pytest.fixture(scope="session")
def first_day(crumb: Operation, tmp_path_factory: pytest.TempPathFactory) -> Path:
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


SOUND = {
    **{path: text for path, text in FILES.items() if "unasked" not in path and "broken" not in path},
    "intents/all.yaml": FILES["intents/all.yaml"].partition("- intent: unasked")[0]
    + "- intent: opening_hours\n  examples: [when are you open, opening hours, are you open on sunday]\n",
    "systems/till.yaml": FILES["systems/till.yaml"].replace(
        "    touches: [customer]\n    resource", "    touches: [customer]\n    idempotency: key\n    resource"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bakery as a folder without faults."""
    folder = tmp_path / "crumb"
    for path, text in SOUND.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
