"""Help is quick and true: every command shows an example, and the short lines fit the commands."""

import subprocess
import sys

import pytest
from typer.core import TyperCommand, TyperGroup

from aboveloop.cli.commands import PLACES, real_command
from cli.conftest import Call

# What these load takes seconds to import; a call that does not need it must not wait for it.
HEAVY = ("sklearn", "scipy", "dbos", "mcp", "fastapi", "uvicorn", "sqlalchemy", "numpy")


def every_command() -> list[tuple[str, TyperCommand | TyperGroup]]:
    found: list[tuple[str, TyperCommand | TyperGroup]] = []
    for name in PLACES:
        command = real_command(name)
        found.append((f"aboveloop {name}", command))
        if isinstance(command, TyperGroup):
            found += [(f"aboveloop {name} {inner}", each) for inner, each in command.commands.items()]  # type: ignore[misc]
    return found


def test_every_command_shows_an_example_of_itself() -> None:
    for path, command in every_command():
        assert f"Example: {path}" in (command.help or ""), path


def test_every_command_explains_every_option() -> None:
    for path, command in every_command():
        for each in command.params:
            if each.name not in ("help", "limit", "port"):
                assert getattr(each, "help", None), f"{path}: {each.name}"


@pytest.mark.parametrize("name", PLACES)
def test_help_of_every_command_answers(call: Call, name: str) -> None:
    answered = call(name, "--help")
    assert answered.status == 0
    assert answered.out.startswith(f"Usage: aboveloop {name}")


def loaded_by(*arguments: str) -> set[str]:
    """The top-level modules that one real call imports."""
    program = (
        "import sys\nfrom aboveloop.cli.main import main\n"
        f"try:\n    main({list(arguments)!r})\nexcept SystemExit as left:\n    assert left.code == 0\n"
        "print('LOADED', *sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split("LOADED", 1)[1].split()}


def test_help_and_version_load_nothing_heavy() -> None:
    assert not loaded_by("--help") & set(HEAVY)
    assert not loaded_by("version") & set(HEAVY)


def test_check_opens_no_house() -> None:
    loaded = loaded_by("check")
    assert not loaded & {"sklearn", "scipy", "dbos", "mcp", "fastapi", "uvicorn"}
