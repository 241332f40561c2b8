"""The engine of expressions starts without its own command line."""

import subprocess
import sys


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def test_the_engine_starts_without_a_command_line() -> None:
    code = "import sys, aboveloop.operation.cel_engine as it"
    asked = "print(it.cel.evaluate('1 + 1'), 'prompt_toolkit' in sys.modules)"
    assert _run(f"{code}; {asked}") == "2 False"


def test_its_command_line_can_still_be_imported_afterwards() -> None:
    code = "import aboveloop.operation.cel_engine; import importlib; print(importlib.import_module('cel.cli').__name__)"
    assert _run(code) == "cel.cli"
