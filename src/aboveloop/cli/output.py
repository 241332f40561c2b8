"""How commands answer: one JSON object on standard output with --json, readable lines without."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from aboveloop.kit.errors import AboveloopError, WrongUsage

Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object on standard output.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="The state folder. Default: ABOVELOOP_HOME, else ~/.local/state/aboveloop."),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option("--database", help="SQLite or PostgreSQL URL. Default: ABOVELOOP_DATABASE_URL, else in --home."),
]

# Everything but the answer goes to standard error, so that --json output can be piped.
talk = Console(stderr=True, highlight=False)


def answer(value: Mapping[str, Any], as_json: bool, human: Callable[[], None]) -> None:
    """Print the answer of a command."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()
    else:
        human()


def line(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def fail(error: AboveloopError, as_json: bool) -> int:
    """Say what is wrong in a sentence; with --json as an object too. Returns the exit status."""
    if as_json:
        kind = type(error).__name__
        sys.stdout.write(json.dumps({"error": {"kind": kind, "message": str(error)}}, ensure_ascii=False) + "\n")
    talk.print(str(error), style="red", markup=False, soft_wrap=True)
    return 2 if isinstance(error, WrongUsage) else error.exit_status


def progress() -> Progress:
    """A progress bar on standard error, gone when done; nothing where standard error is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
        TimeElapsedColumn(),
        console=talk,
        transient=True,
        disable=not talk.is_terminal,
    )
