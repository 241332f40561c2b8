"""The command line: `aboveloop ...`. Each command is a thin door; errors become one sentence and an exit status."""

import errno
import logging
import os
import re
import sys
from collections.abc import Sequence

import typer

from aboveloop.cli.commands import all_commands
from aboveloop.cli.output import fail, prepare_streams, say_no_more, sentence
from aboveloop.kit.errors import AboveloopError, PermanentError, WrongUsage

# What shells give a command that Ctrl-C ended.
INTERRUPTED = 130
EMPTY_OPTION = re.compile(r"--[a-z-]+=")
# What the caller got wrong, not the machine.
WRONG_PATHS = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP}


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
        # Whoever read the answer has gone, as `head` does.
        say_no_more()
        status = 1
    except OSError as error:
        status = fail(_in_words(error), as_json)
    sys.exit(status)


def _run(given: list[str], as_json: bool) -> int:
    """Run one command; its exit status."""
    try:
        _refuse_unusable(given)
        # Without standalone mode, typer returns the status of an Exit, makes one of Ctrl-C, and None of a good end.
        status = int(all_commands().main(given, prog_name="aboveloop", standalone_mode=False) or 0)
    except AboveloopError as error:
        return fail(error, as_json)
    except typer.TyperException as error:
        return _misused(error, as_json)
    if status == INTERRUPTED:
        return fail(Interrupted("Stopped by Ctrl-C before the end. The same call begins anew or goes on."), as_json)
    return status


def _refuse_unusable(given: Sequence[str]) -> None:
    """Refuse what can only be a slip: `--home "$UNSET"` must not mean the folder that one stands in."""
    for each in given:
        try:
            each.encode()
        except UnicodeEncodeError as error:
            raise WrongUsage(
                f"The argument {each!r} is not valid UTF-8. Rename what it names, or write it so."
            ) from error
        if "\0" in each:
            raise WrongUsage("An argument holds a NUL character, which no name and no text has. Leave it out.")
        if not each or EMPTY_OPTION.fullmatch(each):
            named = f" ({each})" if each else ""
            raise WrongUsage(f"An argument is empty{named}. Write something there or leave it out.")


def _misused(error: typer.TyperException, as_json: bool) -> int:
    """What typer found wrong with the call, in its words and with the way to the help."""
    said = error.format_message()
    if said.startswith("Usage:"):
        # A group that is called with nothing answers with its help.
        sys.stderr.write(said + "\n")
        return WrongUsage.exit_status
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "aboveloop"
    return fail(WrongUsage(f"{sentence(said)} See `{where} --help`."), as_json)


def _in_words(error: OSError) -> AboveloopError:
    named = f"{os.fspath(error.filename)}: " if isinstance(error.filename, str | os.PathLike) else ""
    said = f"{named}{error.strerror or error}."
    if error.errno in WRONG_PATHS:
        return WrongUsage(f"{said} Name another file or folder.")
    return FileUnusable(f"{said} Mend that, or name another file or folder.")
