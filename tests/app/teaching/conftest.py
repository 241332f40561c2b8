"""The bakery whose people teach its reader, open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.teaching.school import SCHOOL
from work.bakery import Bakery


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Bakery]:
    home = tmp_path / "home"
    home.mkdir()
    opened = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", SCHOOL)
    opened.open()
    yield opened
    opened.close()
