"""How commands answer: one JSON object on standard output with --json, readable lines without."""

import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from aboveloop.kit.errors import AboveloopError, PermanentError

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


# A password may stand in a URL that somebody typed in the wrong place.
PASSWORD = re.compile(r"(://[^:/@\s]*:)\S*@")
# Longer than any sentence of ours: what is left out is what somebody pasted into the call.
LONGEST_MESSAGE = 2000


class AnswerUnwritten(PermanentError):
    """Standard output is full or broken."""


def prepare_streams() -> None:
    """Make both streams take every text: file names need not be valid UTF-8, and a stream may be closed."""
    if sys.stdout is None or sys.stderr is None:
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it stands in for the stream to the end
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def several(help: str) -> typer.Typer:
    """A command that holds others."""
    return typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=help)


def answer(value: Mapping[str, Any], as_json: bool, human: Callable[[], None]) -> None:
    """Print the answer of a command."""
    if as_json:
        print_json(value)
    else:
        human()


def line(text: str = "") -> None:
    _say(text + "\n")


def _say(text: str) -> None:
    """Write at once, so that a full disk is told of while there is still somebody to tell."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        say_no_more()
        raise AnswerUnwritten(
            f"It is done, but standard output does not take the answer: {error.strerror}. Write it elsewhere."
        ) from error


def say_no_more() -> None:
    """Send standard output nowhere from here on, so that nothing fails at the very end either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def counted(number: int, one: str) -> str:
    """`1 fault`, `2 faults`."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def sentence(text: str) -> str:
    """The text with an end."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def print_json(value: Mapping[str, Any]) -> None:
    # Where standard output is not UTF-8, escapes keep the JSON readable for every program.
    is_plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    _say(json.dumps(value, ensure_ascii=is_plain, default=str) + "\n")


def fail(error: AboveloopError, as_json: bool) -> int:
    """Say what is wrong in a sentence; with --json as an object too. Returns the exit status."""
    said = PASSWORD.sub(r"\1***@", str(error))
    if len(said) > LONGEST_MESSAGE:
        said = f"{said[: LONGEST_MESSAGE // 2]} [...] {said[-LONGEST_MESSAGE // 2 :]}"
    talk.print(said, style="red", markup=False, soft_wrap=True)
    if as_json:
        # Where standard output takes nothing, it has been said on standard error already.
        with contextlib.suppress(AnswerUnwritten):
            print_json({"error": {"kind": type(error).__name__, "message": said}})
    return error.exit_status


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
