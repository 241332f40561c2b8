"""Messages: that those which are needed exist in every language, and that they can be filled."""

from collections.abc import Callable, Collection, Iterator
from itertools import chain

from aboveloop.operation.expression_faults import suggestion, text_faults
from aboveloop.operation.faults import Fault, Place
from aboveloop.operation.models import Operation, Step
from aboveloop.operation.names import BUILT_IN_MESSAGES, LANGUAGE, NOT_SERVED, RUN_NAMES
from aboveloop.operation.places import Places


def message_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Missing messages, and placeholders that do not parse or that nothing could fill."""
    yield from _language_faults(operation, places)
    yield from _built_in_faults(operation)
    for index, answer in enumerate(operation.about.answers):
        yield from missing_message(operation, answer.say, places.at("operation", "", "answers", index, "say"))
    for name, intent in operation.intents.items():
        if intent.answer is not None:
            yield from missing_message(operation, intent.answer, places.at("intent", name, "answer"))
    for kind, parts in (("procedure", operation.procedures), ("fragment", operation.fragments)):
        for name, part in parts.items():
            for index, step in enumerate(part.steps):
                for key, message in messages_of(step):
                    yield from missing_message(operation, message, places.at(kind, name, "steps", index, key))
    yield from _personalised_faults(operation, places)
    yield from _filling_faults(operation)


def messages_of(step: Step) -> list[tuple[str, str]]:
    """The messages that a step says, by key."""
    found = (("say", step.say), ("again", step.again))
    return [(key, message) for key, message in found if message is not None]


def missing_message(operation: Operation, name: str, place: Place) -> Iterator[Fault]:
    """A fault for each language in which the message that `place` needs does not exist."""
    for language in operation.about.languages:
        known = operation.messages.get(language, {})
        if name not in known:
            path = f"messages/{language}/{name}.md"
            yield place.fault(f"There is no message `{name}`: write {path}.{suggestion(name, known)}")


def placeholder_faults(operation: Operation, name: str, names: Collection[str] | None) -> Iterator[Fault]:
    """What is wrong with the placeholders of a message, in each language, where `names` exist (None: unknown)."""
    for language, messages in operation.messages.items():
        if name in messages:
            path = f"messages/{language}/{name}.md"
            text = operation.files.get(path, messages[name])
            yield from text_faults(text, names, _line_in(path, text))


def _line_in(path: str, text: str) -> Callable[[int], Place]:
    return lambda offset: Place(path, text.count("\n", 0, offset) + 1)


def _language_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    languages = operation.about.languages
    if not languages:
        yield places.at("operation", "", "languages").fault("Name at least one language that workers serve.")
    for index, language in enumerate(languages):
        place = places.at("operation", "", "languages", index)
        if not LANGUAGE.fullmatch(language):
            yield place.fault(f"`{language}` is no language: write `en`, `nl` or `pt-BR`.")
        elif language in languages[:index]:
            yield place.fault(f"The language `{language}` stands here twice.")
    for channel, spec in operation.about.channels.items():
        for language in languages[1:]:
            if language not in spec.disclosures:
                yield places.at("operation", "", "channels", channel).fault(
                    f"Nothing tells customers in `{language}` that an AI writes: add it to `disclosures`."
                )
    for language, messages in operation.messages.items():
        # Whoever writes in a language that workers do not serve may still be told so in it.
        if language not in languages and set(messages) != {NOT_SERVED}:
            yield Place(f"messages/{language}").warning(
                f"Messages in `{language}` are never sent: it is not among the languages in operation.yaml."
            )


def _built_in_faults(operation: Operation) -> Iterator[Fault]:
    """An operation that only judges actions talks to nobody and needs no messages."""
    if not operation.intents and not operation.procedures:
        return
    for language in operation.about.languages:
        for name in BUILT_IN_MESSAGES:
            if name not in operation.messages.get(language, {}):
                yield Place(f"messages/{language}/{name}.md").fault(
                    f"There is no message `{name}` in `{language}`, which every operation needs: write this file."
                )


def _personalised_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """What is fitted to a customer is left out for whoever has not agreed, so nothing may depend on its being said."""
    needed = {*BUILT_IN_MESSAGES, *(answer.say for answer in operation.about.answers)}
    needed |= {intent.answer for intent in operation.intents.values() if intent.answer is not None}
    procedures = [each.steps for each in operation.procedures.values()]
    for step in chain(*procedures, *(each.steps for each in operation.fragments.values())):
        alone = step.ask is None and step.confirm is None and step.wait is None
        needed |= {name for key, name in messages_of(step) if not (alone and key == "say")}
    for index, name in enumerate(operation.about.privacy.personalised):
        place = places.at("operation", "", "privacy", "personalised", index)
        yield from missing_message(operation, name, place)
        if name in needed:
            yield place.fault(
                f"`{name}` is left out for whoever has not agreed to personalisation, so only a step that says it and"
                " nothing else may use it: it is asked, confirmed, waited with or answered somewhere."
            )


def _filling_faults(operation: Operation) -> Iterator[Fault]:
    """Messages that are said outside a procedure have no variables; the others are checked with their procedures."""
    alone = {*BUILT_IN_MESSAGES, *(answer.say for answer in operation.about.answers)}
    alone |= {intent.answer for intent in operation.intents.values() if intent.answer is not None}
    names = {name for messages in operation.messages.values() for name in messages}
    for name in sorted(names):
        yield from placeholder_faults(operation, name, RUN_NAMES if name in alone else None)
