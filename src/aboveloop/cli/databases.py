"""What a driver says of a database becomes a sentence; for commands that open a database."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from aboveloop.cli.output import sentence
from aboveloop.kit.errors import PermanentError


class DatabaseUnusable(PermanentError):
    """The database does not answer, refuses, or is not one of ours."""


@contextmanager
def in_words(url: str) -> Iterator[None]:
    """Raises DatabaseUnusable for what goes wrong with the database of this URL."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        shown = sa.make_url(url).render_as_string(hide_password=True)
        said = sentence(" ".join(str(error.orig).split()))
        raise DatabaseUnusable(
            f"The database {shown} cannot be used: {said} Check --database and --home; the database of another version"
            " does not fit either."
        ) from error
    except sa.exc.TimeoutError as error:
        raise DatabaseUnusable("The database has no connection left. Try again when less is under way.") from error
