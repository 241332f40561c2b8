"""The tiny company as texts, as a folder, and with a change in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aboveloop.operation.loading import Loaded
from operation.kettle import FILES, changed_files, write_folder


@pytest.fixture
def kettle() -> dict[str, str]:
    """The texts of the folder by path."""
    return dict(FILES)


@pytest.fixture
def kettle_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kettle"
    write_folder(folder, FILES)
    return folder


@pytest.fixture
def changed() -> Callable[..., Loaded]:
    """Loads the company with `old` replaced by `new` in one file, which must hold it."""
    return changed_files
