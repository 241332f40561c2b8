"""Calls the command line in this process, on state folders of their own."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aboveloop.cli.main import main


@dataclass(frozen=True)
class Answered:
    """How one call ended, and what it wrote where."""

    status: int
    out: str
    err: str

    @property
    def value(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def error(self) -> str:
        """The sentence of a refusal with --json, which stands on standard error too."""
        assert set(self.value) == {"error"}
        said = self.value["error"]["message"]
        assert isinstance(said, str)
        assert said in self.err
        return said


Call = Callable[..., Answered]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    """Run a command and give its status and both streams. A traceback fails the test by itself."""

    def run(*arguments: str | Path) -> Answered:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(each) for each in arguments])
        said = capfd.readouterr()
        assert isinstance(left.value.code, int)
        return Answered(left.value.code, said.out, said.err)

    return run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh state folder, which commands use without being told."""
    monkeypatch.delenv("ABOVELOOP_DATABASE_URL", raising=False)
    folder = tmp_path / "home"
    monkeypatch.setenv("ABOVELOOP_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def deployed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample company at work, made once for all test processes and copied."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "deployed"
    with (shared.with_suffix(".lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            folder = tmp_path_factory.mktemp("deploying") / "home"
            with pytest.raises(SystemExit) as left:
                main(["release", "create", "--deploy", "--home", str(folder)])
            assert left.value.code == 0
            folder.rename(shared)
    return shared


@pytest.fixture
def deployed(home: Path, deployed_once: Path) -> Path:
    """The fresh state folder with the sample company at work in it."""
    shutil.copytree(deployed_once, home)
    return home
