"""A form as it was sent: the channel's own row for a message, written in the same transaction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

# The contact point of who answers a form by e-mail begins so; the rest is that of its page.
BY_MAIL = "mail:"


@dataclass(frozen=True)
class Field:
    """`label` and `shown` are in the language of the page; `entity` is what `value` is to be read as."""

    name: str
    label: str
    shown: str
    entity: str | None = None
    value: str = ""


@dataclass(frozen=True)
class Sent:
    """`need` is the intent that the form is for, None where `text` tells; `answers_go_to` is the e-mail address that
    the customer gave for answers, which nobody has proved to be theirs."""

    form: str
    language: str
    need: str | None
    fields: tuple[Field, ...]
    text: str
    answers_go_to: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Sent":
        return Sent(**{**value, "fields": tuple(Field(**each) for each in value["fields"])})

    def in_words(self, title: str) -> str:
        """The message that it is: what people read, and what the customer reads of their own."""
        lines = [f"{each.label}{'' if each.label.endswith(('?', '!')) else ':'} {each.shown}" for each in self.fields]
        return "\n".join([title, "", *lines, *(["", self.text] if self.text else [])])
