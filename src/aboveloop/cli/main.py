"""The command line: `aboveloop ...`. Each command is a thin door; errors become one sentence and an exit status."""

import logging
import os
import sys
from collections.abc import Sequence

import typer

from aboveloop.cli.commands import all_commands
from aboveloop.cli.output import fail, prepare_streams
from aboveloop.kit.errors import AboveloopError, PermanentError, WrongUsage

# What shells give a command that Ctrl-C ended.
INTERRUPTED = 130


class Interrupted(PermanentError):
    """Somebody pressed Ctrl-C."""

    exit_status = INTERRUPTED


class FileUnusable(PermanentError):
    """A file or folder cannot be read or written."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status: 0 done, 1 refused or found wanting, 2 wrong usage."""
    prepare_streams()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        status = _run(given, as_json)
        sys.stdout.flush()
    except BrokenPipeError:
        status = _nobody_reads()
    except OSError as error:
        status = fail(FileUnusable(_in_words(error)), as_json)
    sys.exit(status)


def _run(given: list[str], as_json: bool) -> int:
    """Run one command; its exit status."""
    try:
        if any("\0" in each for each in given):
            raise WrongUsage("An argument holds a NUL character, which no name and no text has. Leave it out.")
        # Without standalone mode, the status of typer.Exit is returned; a command that ends well returns None.
        return int(all_commands().main(given, prog_name="aboveloop", standalone_mode=False) or 0)
    except AboveloopError as error:
        return fail(error, as_json)
    except typer.TyperException as error:
        return _misused(error, as_json)
    except (typer.Abort, KeyboardInterrupt):
        return fail(Interrupted("Stopped by Ctrl-C before the end."), as_json)
    except UnicodeEncodeError:
        return fail(WrongUsage("An argument is not valid UTF-8 text. Write it in UTF-8, or name another."), as_json)


def _misused(error: typer.TyperException, as_json: bool) -> int:
    """What typer found wrong with the call, in its words and with the way to the help."""
    said = error.format_message()
    if said.startswith("Usage:"):
        # A group that is called with nothing answers with its help.
        sys.stderr.write(said + "\n")
        return WrongUsage.exit_status
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "aboveloop"
    return fail(WrongUsage(f"{said.rstrip('.')}. See `{where} --help`."), as_json)


def _in_words(error: OSError) -> str:
    named = f"{os.fspath(error.filename)}: " if isinstance(error.filename, str | os.PathLike) else ""
    return f"{named}{error.strerror or error}. Check the path and its permissions."


def _nobody_reads() -> int:
    """Whoever read standard output has gone: say nothing more, so that nothing fails at the very end either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
