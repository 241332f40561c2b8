"""What a visitor of the chat page is offered: the language that it is in, a microphone, answers read aloud."""

from aboveloop.app.premises import Premises
from aboveloop.connect.speech.ports import Recogniser
from aboveloop.govern.switches import Switches
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation
from aboveloop.operation.names import VOICE, WEBCHAT
from aboveloop.operation.widget_words.words import language_for, languages_with_words


def offered(premises: Premises, operation: Operation, language: str) -> tuple[Recogniser | None, bool]:
    """Who hears this language in the chat, and whether answers in it are read aloud; neither while voice is paused."""
    with premises.database.read() as reader:
        if is_paused(premises, operation, reader):
            return None, False
    return premises.voice.ears(operation, language), premises.voice.mouth(operation, language) is not None


def language_on_page(operation: Operation, wanted: list[str]) -> str:
    """The language that a visitor's page is in: the first wanted one that is offered, else the first offered."""
    offered = offered_languages(operation)
    return language_for([each for each in wanted if each], offered) or offered[0]


def offered_languages(operation: Operation) -> tuple[str, ...]:
    """At least one: who serves only languages without words gets the page in English words."""
    served = operation.about.languages
    return languages_with_words(served, operation.about.channels[WEBCHAT].words) or tuple(served[:1])


def is_paused(premises: Premises, operation: Operation, reader: Reader) -> bool:
    return Switches(premises.ledger, operation).standing(reader, channel=VOICE) is not None
