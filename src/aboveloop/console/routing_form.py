"""The form of one routing rule or queue: its fields as text, and what they mean."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from aboveloop.console.forms import Form
from aboveloop.operation.models import Operation
from aboveloop.operation.routing import Automatic, Customers, Flag, Queue, RoutingRule, When
from aboveloop.operation.routing_words import AUTOMATIC, CUSTOMERS, FLAGS, LANGUAGES, language_name

DESTINATIONS: Mapping[str, str] = {
    "usual": "is answered as usual; only where it stands if people get it changes",
    "people": "goes to people at once",
    "aside": "is set aside: mail that becomes no case and is never answered",
}
# A condition that is asked either way, or not at all.
EITHER: Mapping[str, tuple[str, str, str]] = {
    "understood": ("How surely the need is understood", "only surely", "only not surely"),
    "open": ("When it comes", "only within the working hours", "only outside the working hours"),
    "attachments": ("What is attached", "only with something attached", "only with nothing attached"),
}
CHOSEN = ("intents", "flags", "languages", "channels", "customers", "automatic")
LISTED = ("words", "subject", "senders")
LONGEST_NAME = 40


def choices(operation: Operation, rule: RoutingRule | None) -> dict[str, dict[str, str]]:
    """What can be ticked, by condition: what the operation has, and what the rule names already."""
    when = rule.when if rule is not None else When()
    languages = dict.fromkeys([*operation.about.languages, *LANGUAGES, *when.languages])
    intents = {name: each.title or name.replace("_", " ") for name, each in operation.intents.items()}
    return {
        "intents": intents | {name: name for name in when.intents if name not in intents},
        "flags": {name: FLAGS[name] for name in get_args(Flag)},
        "languages": {code: language_name(code) for code in languages},
        "channels": {name: name for name in dict.fromkeys([*operation.about.channels, *when.channels])},
        "customers": {name: CUSTOMERS[name] for name in get_args(Customers)},
        "automatic": {name: AUTOMATIC[name] for name in get_args(Automatic)},
    }


def values_of(rule: RoutingRule) -> dict[str, str]:
    """What stands in the fields for a rule."""
    values = {"name": rule.rule, "before": rule.rule, "title": rule.title, "to": rule.to, "priority": rule.priority}
    values["queue"] = rule.queue or ""
    for condition in CHOSEN:
        values |= {f"{condition}.{each}": "yes" for each in getattr(rule.when, condition)}
    for condition in LISTED:
        values[condition] = "\n".join(getattr(rule.when, condition))
    for condition in EITHER:
        asked = getattr(rule.when, condition)
        values[condition] = "" if asked is None else "yes" if asked else "no"
    return values


def read_rule(form: Form, standing: RoutingRule | None) -> tuple[RoutingRule | None, list[str]]:
    """The rule that the fields mean, or why there is none. What `standing` names keeps its order: a page has its own,
    and nobody changed it."""
    name = form.text("before") or form.text("name") or named_after(form.text("title"))
    if not name:
        return None, ["Say what the rule is called."]
    before = standing.when if standing is not None else When()
    when: dict[str, Any] = {
        condition: _in_order(_ticked(form, condition), getattr(before, condition)) for condition in CHOSEN
    }
    when |= {condition: _lines(form.text(condition)) for condition in LISTED}
    when |= {condition: {"yes": True, "no": False}.get(form.text(condition)) for condition in EITHER}
    given: dict[str, Any] = {"rule": name, "title": form.text("title")}
    given |= {"when": {key: each for key, each in when.items() if each != []}}
    given |= {"to": form.text("to") or "usual", "priority": form.text("priority") or "normal"}
    given["queue"] = form.text("queue") or None
    try:
        return RoutingRule.model_validate(given), []
    except ValidationError as error:
        return None, list(dict.fromkeys(_said(each, name) for each in error.errors(include_url=False)))


def read_queue(form: Form) -> tuple[Queue | None, list[str]]:
    name = form.text("before") or form.text("name") or named_after(form.text("title"))
    if not name:
        return None, ["Say what the queue is called."]
    try:
        queue = Queue.model_validate({"queue": name, "title": form.text("title"), "roles": _ticked(form, "roles")})
    except ValidationError as error:
        return None, list(dict.fromkeys(_said(each, name) for each in error.errors(include_url=False)))
    return queue, []


def named_after(title: str) -> str:
    """A short name out of a title: small letters, digits and _."""
    plain = unicodedata.normalize("NFKD", title.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")[:LONGEST_NAME].strip("_")


def _ticked(form: Form, condition: str) -> list[str]:
    return [
        key.partition(".")[2]
        for key, value in form.values.items()
        if key.startswith(f"{condition}.") and value == "yes"
    ]


def _in_order(ticked: list[str], before: Sequence[str]) -> list[str]:
    return [each for each in before if each in ticked] + [each for each in ticked if each not in before]


def _lines(text: str) -> list[str]:
    """One on a line, or with commas between them; each once."""
    return list(dict.fromkeys(each for line in re.split(r"[\n,]", text) if (each := " ".join(line.split()))))


def _said(error: Mapping[str, Any], name: str) -> str:
    where: Sequence[Any] = error["loc"]
    if where and where[0] in ("rule", "queue") and len(where) == 1:
        return f"“{name}” is no short name: small letters, digits and _, beginning with a letter."
    if where and where[0] == "roles":
        return "Choose at least one role whose work it is."
    return f"The field {' '.join(str(each) for each in where)} holds what cannot be chosen there."
