"""Letters: what each affected customer is told, drafted from one text and what was done for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from aboveloop.govern.incidents.incident import Touched
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.expressions import ExpressionFailed, fill
from aboveloop.operation.models import Operation

MESSAGE = "incident_correction"
PLAIN = (
    "Something went wrong on our side with this: {{ what }}. A colleague is looking into it and puts it right. "
    "You need not do anything. We are sorry."
)


def letter(operation: Operation, text: str, touched: Sequence[Touched], what: Sequence[str]) -> str:
    """The text for one customer, filled; the operation's own message where `text` is empty.

    Names: `what` (the actions in words), `at` (the first one's instant), `many`, and in minor units `done`, `lawful`
    and `wrong`. Raises WrongUsage where the text cannot be filled.
    """
    names = {
        "what": "; ".join(what),
        "at": iso(touched[0].at),
        "many": len(touched),
        "done": sum(each.amount or 0 for each in touched),
        "lawful": sum(each.lawful_amount or 0 for each in touched),
        "wrong": sum(each.wrong_amount or 0 for each in touched),
    }
    own, _ = operation.message(MESSAGE, operation.about.languages[0]) or (PLAIN, "en")
    try:
        return fill(text.strip() or own, names, currency=operation.about.currency).strip()
    except ExpressionFailed as error:
        raise WrongUsage(f"The text cannot be filled: {error} It may use {', '.join(names)}.") from error


def in_words(operation: Operation, name: str, args: Mapping[str, Any]) -> str:
    """An action in one line; what it is in general where its arguments were erased."""
    spec = operation.system_operation(name)
    if spec is None:
        return name
    general = spec.description.partition(".")[0] or name
    try:
        return (
            general if spec.says is None else fill(spec.says, {"args": dict(args)}, currency=operation.about.currency)
        )
    except ExpressionFailed:
        return general
