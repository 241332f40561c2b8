"""The command line: `aboveloop ...`. Each command is a thin door; errors become one sentence and an exit status."""

import logging
import sys
from collections.abc import Sequence

import click
import sqlalchemy as sa
import typer

import aboveloop
from aboveloop.cli import cases, operations, replaying, running
from aboveloop.cli.audit import audit_app
from aboveloop.cli.output import fail, line
from aboveloop.kit.errors import AboveloopError, PermanentError

app = typer.Typer(
    name="aboveloop",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Customer operations on AI workers, with people above the loop.",
)
app.command("demo")(running.demo)
app.command("up")(running.up)
app.command("doctor")(running.doctor)
app.command("check")(operations.check)
app.command("replay")(replaying.replay)
app.command("approve")(cases.approve)
app.command("deny")(cases.deny)
app.command("pause")(cases.pause)
app.command("resume")(cases.resume)
app.add_typer(operations.release_app, name="release")
app.add_typer(cases.case_app, name="case")
app.add_typer(audit_app, name="audit")
app.add_typer(running.person_app, name="person")


@app.command("version")
def version() -> None:
    """Say which version this is.

    Example: aboveloop version
    """
    line(aboveloop.__version__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status: 0 done, 1 refused or found wanting, 2 wrong usage."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        app(args=given, standalone_mode=False)
    except typer.Exit as leaving:
        sys.exit(leaving.exit_code)
    except AboveloopError as error:
        sys.exit(fail(error, as_json))
    except click.ClickException as error:
        error.show(file=sys.stderr)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except sa.exc.OperationalError as error:
        sys.exit(fail(PermanentError(f"The database does not answer: {error.orig}"), as_json))
    except BrokenPipeError:
        sys.exit(1)
