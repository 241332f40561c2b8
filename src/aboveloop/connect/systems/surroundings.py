"""Surroundings in a system's file: where this house stands and what only its environment knows."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aboveloop.connect.errors import SystemMisdescribed

PLACEHOLDER = re.compile(r"\{(python|home|env:[A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True)
class Surroundings:
    """`home` is the state folder, `files` are the operation's texts by path, as a release keeps them too."""

    home: Path
    files: Mapping[str, str] = field(default_factory=dict)

    def fill(self, text: str, *, what: str) -> str:
        """`text` with `{python}`, `{home}` and `{env:NAME}` replaced; other braces stay.

        Raises SystemMisdescribed for a variable that is not set: `what` says where it is wanted.
        """

        def value_of(match: re.Match[str]) -> str:
            name = match.group(1)
            if not name.startswith("env:"):
                return sys.executable if name == "python" else str(self.home)
            variable = name.removeprefix("env:")
            if variable not in os.environ:
                raise SystemMisdescribed(f"{what} needs the environment variable {variable}, which is not set. Set it.")
            return os.environ[variable]

        return PLACEHOLDER.sub(value_of, text)

    def fill_all(self, texts: Mapping[str, str], *, what: str) -> dict[str, str]:
        return {name: self.fill(text, what=what) for name, text in texts.items()}

    def text_of(self, path: str, *, what: str) -> str:
        """The text of a file of the operation. Raises SystemMisdescribed where it is not there."""
        if path not in self.files:
            raise SystemMisdescribed(f"{what} names the file {path}, which is not in the operation. Add it.")
        return self.files[path]
