"""Expressions and texts with placeholders, held against the names that exist where they stand."""

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator

from aboveloop.operation.expressions import PLACEHOLDER, ExpressionFailed, parse
from aboveloop.operation.faults import Fault, Place

ARGUMENT = re.compile(r"(?<![\w.])args\.([A-Za-z_]\w*)")
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def expression_faults(
    source: str, names: Collection[str] | None, place: Place, *, arguments: Collection[str] | None = None
) -> Iterator[Fault]:
    """What is wrong with an expression at `place` that may use `names` and, if given, these `arguments` of `args`.

    Without `names` only its syntax is checked.
    """
    try:
        expression = parse(source)
    except ExpressionFailed as error:
        yield place.fault(str(error))
        return
    known = expression.variables if names is None else set(names)
    for name in sorted(expression.variables - known):
        yield place.fault(f"{source!r} uses `{name}`, which is not known here.{suggestion(name, known)}")
    if arguments is not None:
        for name in sorted(arguments_in(source) - set(arguments)):
            yield place.fault(f"{source!r} uses `args.{name}`, which is no argument.{suggestion(name, arguments)}")


def text_faults(
    text: str,
    names: Collection[str] | None,
    place_of: Callable[[int], Place],
    *,
    arguments: Collection[str] | None = None,
) -> Iterator[Fault]:
    """What is wrong with the placeholders of `text`; `place_of` gives the place of an offset in it."""
    for match in PLACEHOLDER.finditer(text):
        yield from expression_faults(match.group(1), names, place_of(match.start()), arguments=arguments)
    # What is left after the placeholders, at its old offsets.
    rest = PLACEHOLDER.sub(lambda match: " " * len(match.group(0)), text)
    for left in re.finditer(r"\{\{|\}\}", rest):
        yield place_of(left.start()).fault(f"`{left.group(0)}` has no partner: write `{{{{ expression }}}}`.")


def arguments_in(source: str) -> set[str]:
    """The names read from `args` as `args.name`."""
    return set(ARGUMENT.findall(QUOTED.sub("''", source)))


def is_usable_name(name: str) -> bool:
    """False for words that CEL keeps for itself, such as `in`: no expression could read such a variable."""
    try:
        return parse(name).variables == {name}
    except ExpressionFailed:
        return False


def suggestion(name: str, known: Iterable[str]) -> str:
    """` Did you mean x?` where something like it is known, else nothing."""
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f" Did you mean `{close[0]}`?" if close else ""
