"""forms/*.yaml: what a customer may fill in on a page, and what each field of it is."""

from typing import Annotated, Literal

from pydantic import Field

from aboveloop.operation.part import Name, Part

# The same words in several languages, by language.
Spoken = dict[str, Annotated[str, Field(min_length=1)]]
# What browsers and password managers fill in for people, of the HTML standard.
Autocomplete = Literal[
    "off", "name", "given-name", "family-name", "organization", "email", "tel", "street-address", "postal-code"
]


class FormField(Part):
    """One field: the value of an `entity` of the operation, the choice among needs (`intents`), or `words`.

    `choices` are the words for the choices of an entity, in their order. `answers_go_to`: the customer gives the e-mail
    address to which answers go besides. Nothing that is filled in proves who fills it in.
    """

    field: Name
    label: Spoken
    help: Spoken = {}
    entity: Name | None = None
    intents: dict[Name, Spoken] = {}
    words: Literal["short", "long"] | None = None
    choices: dict[str, Spoken] = {}
    required: bool = False
    autocomplete: Autocomplete = "off"
    answers_go_to: bool = False


class Form(Part):
    """`intent`: what the form is for; without it and without a field of `intents`, it is read as any message is.

    `embed_on`: the origins of sites (https://shop.example) that may show the form or send it from their own pages.
    `most_a_minute`: how often it may be sent by everybody together before it asks for patience.
    """

    form: Name
    title: Spoken
    about: Spoken = {}
    intent: Name | None = None
    fields: list[FormField] = Field(min_length=1, max_length=40)
    embed_on: list[str] = []
    most_a_minute: int = Field(default=60, ge=1, le=10_000)

    def field(self, name: str) -> FormField | None:
        return next((each for each in self.fields if each.field == name), None)

    @property
    def needs(self) -> frozenset[str]:
        """The intents that this form may declare."""
        own = frozenset({self.intent}) if self.intent is not None else frozenset()
        return own.union(*(each.intents for each in self.fields))


def told(spoken: Spoken, language: str) -> str:
    """The words in a language; in the first one that they are in where it is missing, "" where there are none."""
    return spoken.get(language) or next(iter(spoken.values()), "")
