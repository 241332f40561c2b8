"""Folders of evidence for tests: what happened in a house, and the verifier run as an outsider would run it."""

import json
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cffi
import cryptography

from aboveloop.app.evidence.verifier import verifier_text


@dataclass(frozen=True)
class Outsider:
    """A Python that knows the standard library and `cryptography`, and the verifier from a place of its own."""

    python: Path
    program: Path

    def verify(self, folder: Path, key: str | None, *more: str | Path) -> "Verdict":
        given = [] if key is None else ["--key", key]
        command = [self.python, "-I", self.program, folder, *given, "--json", *more]
        done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
        assert not done.stderr, done.stderr
        return Verdict(done.returncode, json.loads(done.stdout))


@dataclass(frozen=True)
class Verdict:
    status: int
    told: dict[str, Any]

    @property
    def wrong(self) -> str:
        return " ".join(self.told["wrong"])


def outsider(folder: Path) -> Outsider:
    """Made with links to this environment's `cryptography` and what that stands on, and to nothing else."""
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    installed = Path(cryptography.__file__).parent.parent
    for name in ("cryptography", "cffi", "pycparser"):
        if (installed / name).exists():
            (packages / name).symlink_to(installed / name)
    for library in installed.glob("_cffi_backend*"):
        (packages / library.name).symlink_to(library)
    assert Path(cffi.__file__).is_relative_to(installed)
    program = folder / "verify.py"
    program.write_text(verifier_text(), "utf-8")
    made = Outsider(folder / "venv" / "bin" / "python", program)
    tried = subprocess.run([made.python, "-I", "-c", "import aboveloop"], capture_output=True, check=False)
    assert tried.returncode == 1, f"the outsider's Python must not know Aboveloop ({sys.prefix})"
    return made
