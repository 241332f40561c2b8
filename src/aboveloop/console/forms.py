"""Forms: what a page sends back, read once, checked to come from the visitor's own page, as the values it means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from aboveloop.app.reviews import Argument
from aboveloop.console.frame import DoorkeeperHere, Look, look
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.money import EXPONENTS
from aboveloop.ledger.entries import LARGEST_INTEGER

LONGEST_TEXT = 8_000
ARGUMENT = "arg."


@dataclass(frozen=True)
class Form:
    """A form that its own visitor sent. `look` says who and when."""

    look: Look
    values: Mapping[str, str]

    def text(self, name: str, *, required: str = "") -> str:
        """The field without space around it. Raises WrongUsage with `required` when it is empty."""
        value = self.values.get(name, "").strip()
        if required and not value:
            raise WrongUsage(required)
        if len(value) > LONGEST_TEXT:
            raise WrongUsage(f"{name} has {len(value)} characters; {LONGEST_TEXT} fit. Shorten it.")
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise WrongUsage(f"{name} holds characters that cannot be written down.")
        return value


async def signed_form(request: Request, doorkeeper: DoorkeeperHere) -> Form:
    """Raises NotSignedIn and ForgeryRefused."""
    seen = await run_in_threadpool(look, request, doorkeeper)
    fields = await request.form()
    values = {name: value for name, value in fields.items() if isinstance(value, str)}
    doorkeeper.check_form_key(seen.visitor, values.get("form_key"))
    return Form(seen, values)


FormHere = Annotated[Form, Depends(signed_form)]


def edits_of(form: Form, arguments: tuple[Argument, ...], currency: str) -> dict[str, Any]:
    """The arguments that differ from what was asked. Raises WrongUsage where a field is not of its type."""
    edits = {}
    for argument in arguments:
        if ARGUMENT + argument.name not in form.values:
            continue
        text = form.text(ARGUMENT + argument.name)
        if not text and argument.optional and argument.value is None:
            continue
        value = value_of(argument, text, currency)
        if value != argument.value:
            edits[argument.name] = value
    return edits


def value_of(argument: Argument, text: str, currency: str) -> Any:
    """The value that a field's text means, by the argument's schema. Raises WrongUsage."""
    kind = argument.schema.get("type", "string")
    try:
        if argument.is_money:
            return minor_of(text, currency)
        match kind:
            case "integer":
                return int(text)
            case "number":
                return float(text)
            case "boolean":
                return {"true": True, "false": False}[text]
            case "string":
                return text
            case _:
                return json.loads(text)
    except (ValueError, KeyError, InvalidOperation) as error:
        raise WrongUsage(f"{argument.name} takes {_named(argument, kind)}; {text!r} is none.") from error


def field_text(argument: Argument, currency: str) -> str:
    """What stands in the argument's field at first."""
    if argument.value is None:
        return ""
    if argument.is_money:
        places = EXPONENTS.get(currency, 2)
        return f"{Decimal(int(argument.value)).scaleb(-places):.{places}f}"
    if isinstance(argument.value, bool):
        return str(argument.value).lower()
    return argument.value if isinstance(argument.value, str) else json.dumps(argument.value, ensure_ascii=False)


def minor_of(text: str, currency: str) -> int:
    """An amount as people write it, in whole minor units. Raises ValueError where it has too many decimals."""
    minor = Decimal(text.replace(",", ".").replace(" ", "")).scaleb(EXPONENTS.get(currency, 2))
    if not minor.is_finite() or minor != minor.to_integral_value() or abs(minor) > LARGEST_INTEGER:
        raise ValueError(f"{currency} has no such amount.")
    return int(minor)


def _named(argument: Argument, kind: object) -> str:
    if argument.is_money:
        return "an amount such as 49.90"
    names = {"integer": "a whole number", "number": "a number", "boolean": "yes or no"}
    return names.get(str(kind), "JSON")
