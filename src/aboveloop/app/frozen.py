"""Texts of an operation as a folder for a moment: what was changed in the browser is checked as any folder is."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_folder(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder that holds these texts by their relative paths, and is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="aboveloop-draft-") as made:
        for name, text in files.items():
            path = Path(made) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield Path(made)
