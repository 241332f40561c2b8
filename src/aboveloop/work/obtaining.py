"""Obtaining: whether the customer has told what policy wants to know before such an action, such as a reason.

What it is stands in the system file (`obtains`), in the words in which it is asked for and told.
"""

from collections.abc import Iterable, Mapping
from itertools import chain

from aboveloop.operation.system_models import Heard
from aboveloop.work.agreement import Agreement
from aboveloop.work.claims import DENIED, SENTENCES
from aboveloop.work.transcript import Exchange
from aboveloop.work.wording import plain, says

# An answer of so few words to a question among others ("Yes, please.") tells nothing.
FEWEST_WORDS = 4


def told(exchanges: Iterable[Exchange], obtains: Mapping[str, Heard]) -> tuple[str, ...]:
    """What the customer has told in own words of what can be told, as "name: choice". What was denied was not told."""
    heard = [
        plain(sentence)
        for exchange in exchanges
        for sentence in SENTENCES.split(exchange.reply)
        if not DENIED.search(sentence)
    ]
    return tuple(
        f"{name}: {choice}"
        for name, wanted in obtains.items()
        for choice, phrases in wanted.choices.items()
        if any(says(text, phrase) for text in heard for phrase in phrases)
    )


def was_obtained(exchanges: Iterable[Exchange], wanted: Heard) -> bool:
    """True when the customer told it unasked, or answered a question for it with more than a yes or a no."""
    for exchange in exchanges:
        reply = exchange.plain_reply
        if any(says(reply, phrase) for phrase in chain(wanted.said, *wanted.choices.values())):
            return True
        was_asked = any(says(exchange.plain_shown, word) for word in wanted.asked)
        if was_asked and exchange.agreed is not Agreement.YES and len(reply.split()) >= FEWEST_WORDS:
            return True
    return False
