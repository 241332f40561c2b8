"""Forms, held against the rest of the operation: that every field is of something known, in every language served."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from aboveloop.operation.expression_faults import suggestion
from aboveloop.operation.faults import Fault, Place
from aboveloop.operation.form_models import Form, FormField, Spoken
from aboveloop.operation.models import Operation
from aboveloop.operation.names import BUILT_IN_INTENTS, FORM_CHANNEL
from aboveloop.operation.origin_faults import origin_faults
from aboveloop.operation.places import Places

At = Callable[..., Place]


def form_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Everything that is wrong in forms/*.yaml."""
    for name, form in operation.forms.items():

        def at(*path: str | int, name: str = name) -> Place:
            return places.at("form", name, *path)

        if FORM_CHANNEL not in operation.about.channels:
            yield at("form").fault(
                f"Forms come over the channel `{FORM_CHANNEL}`: name it under `channels`, with its disclosure."
            )
        yield from _spoken_faults(operation, form.title, at("title"), "The title")
        yield from _spoken_faults(operation, form.about, at("about"), "What it is about", optional=True)
        yield from _need_faults(operation, form, at)
        yield from origin_faults(form.embed_on, at)
        for twice, many in Counter(each.field for each in form.fields).items():
            if many > 1:
                yield at("fields").fault(f"There are {many} fields `{twice}`.")
        for index, field in enumerate(form.fields):
            yield from _field_faults(operation, field, lambda *path, at=at, index=index: at("fields", index, *path))


def _need_faults(operation: Operation, form: Form, at: At) -> Iterator[Fault]:
    """A form says what it is for, lets the customer choose, or has them write: or nobody knows what they want."""
    choosing = [each for each in form.fields if each.intents]
    if form.intent is not None:
        yield from _intent_faults(operation, form.intent, at("intent"))
        if choosing:
            yield at("intent").fault("The form has an intent and a field that chooses one: it has one or the other.")
    if len(choosing) > 1:
        yield at("fields").fault("Two fields choose what the customer wants: one does.")
    is_told = form.intent is not None or any(each.required for each in choosing)
    if not is_told and not any(each.words == "long" and each.required for each in form.fields):
        yield at("form").fault(
            "Nothing tells what the customer wants: give the form an `intent`, a required field of `intents`, or a "
            "required field of `words: long`."
        )
    if sum(each.answers_go_to for each in form.fields) > 1:
        yield at("fields").fault("Answers go to one address: only one field has `answers_go_to`.")


def _intent_faults(operation: Operation, intent: str, place: Place) -> Iterator[Fault]:
    if intent not in operation.intents and intent not in BUILT_IN_INTENTS:
        yield place.fault(f"There is no intent `{intent}`.{suggestion(intent, operation.intents)}")


def _field_faults(operation: Operation, field: FormField, at: At) -> Iterator[Fault]:
    yield from _spoken_faults(operation, field.label, at("label"), "The label")
    yield from _spoken_faults(operation, field.help, at("help"), "The help", optional=True)
    kinds = [key for key in ("entity", "intents", "words") if getattr(field, key)]
    if len(kinds) != 1:
        said = f"has {' and '.join(kinds)}" if kinds else "has none of `entity`, `intents` and `words`"
        yield at("field").fault(f"The field `{field.field}` {said}: it has exactly one.")
        return
    for intent, words in field.intents.items():
        yield from _intent_faults(operation, intent, at("intents", intent))
        yield from _spoken_faults(operation, words, at("intents", intent), f"The choice `{intent}`")
    yield from _entity_faults(operation, field, at)


def _entity_faults(operation: Operation, field: FormField, at: At) -> Iterator[Fault]:
    entities = operation.about.entities
    if field.entity is not None and field.entity not in entities:
        yield at("entity").fault(f"There is no entity `{field.entity}`.{suggestion(field.entity, entities)}")
        return
    entity = entities[field.entity] if field.entity is not None else None
    is_choice = entity is not None and entity.kind == "choice"
    if is_choice and not field.choices:
        yield at("field").fault(f"`{field.entity}` is a choice: name the `choices` that are offered, in words.")
    if field.choices and not is_choice:
        yield at("choices").fault("Only a field of an entity of kind choice has choices.")
    if field.answers_go_to and (entity is None or entity.kind != "email"):
        yield at("answers_go_to").fault("Answers go to an e-mail address: the field is of an entity of kind email.")
    known: Mapping[str, object] = entity.choices if entity is not None and is_choice else {}
    for choice, words in field.choices.items() if is_choice else ():
        if choice not in known:
            yield at("choices", choice).fault(
                f"`{choice}` is no choice of the entity `{field.entity}`.{suggestion(choice, known)}"
            )
        yield from _spoken_faults(operation, words, at("choices", choice), f"The choice `{choice}`")


def _spoken_faults(
    operation: Operation, spoken: Spoken, place: Place, what: str, *, optional: bool = False
) -> Iterator[Fault]:
    if optional and not spoken:
        return
    for language in operation.about.languages:
        if language not in spoken:
            yield place.fault(f"{what} has no words in `{language}`, which workers serve.")
        elif not spoken[language].strip():
            yield place.fault(f"{what} is empty in `{language}`.")
