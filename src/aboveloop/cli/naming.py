"""version: which Aboveloop this is."""

import aboveloop
from aboveloop.cli.output import Json, answer, line


def version(as_json: Json = False) -> None:
    """Say which version this is.

    Example: aboveloop version
    """
    answer({"version": aboveloop.__version__}, as_json, lambda: line(aboveloop.__version__))
