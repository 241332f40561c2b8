"""Changes of what customers say and are told: intents with their examples, and messages."""

from collections.abc import Iterator, Mapping

from aboveloop.operation.changes.change import Change, ReviewPart, keys_of
from aboveloop.operation.models import Intent, Operation, Step

TOLD = "Customers are told something else, and hold the company to it."
SAYING = ("say", "again")


def intent_changes(old: Operation, new: Operation) -> Iterator[Change]:
    removed, added, changed = keys_of(old.intents, new.intents)
    for name in removed:
        yield _routed(name, f"The need {_named(old.intents[name])} is no longer recognised.", old.intents[name])
    for name in added:
        intent = new.intents[name]
        yield _routed(name, f"A new need is recognised: {_named(intent)}, {_way(intent)}.", intent)
    for name in changed:
        yield from _changed_intent(name, old.intents[name], new.intents[name])


def message_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """Every text that customers are told. What differs only in white space is told the same."""
    before, after = _texts(old), _texts(new)
    removed, added, changed = keys_of(before, after)
    for name in removed:
        yield Change(f"message:{name}", f"The message {_plain(name)} is gone.", touches=_sayers(old, name))
    for name in added:
        yield _told(name, f"A new message may be told, {_plain(name)}: {_short(after[name])}", _sayers(new, name))
    for name in changed:
        yield _told(name, f"The message {_plain(name)} now reads: {_short(after[name])}", _sayers(new, name))


def _told(name: str, words: str, touches: frozenset[str]) -> Change:
    parts = (ReviewPart.MONITORING, ReviewPart.AUDITABILITY)
    return Change(f"message:{name}", words, TOLD, parts, noticed="customers", touches=touches)


def _routed(name: str, words: str, intent: Intent) -> Change:
    risk = "Cases of this kind go another way."
    touches = frozenset({intent.procedure} if intent.procedure else ())
    parts = (ReviewPart.MONITORING, ReviewPart.ESCALATION)
    return Change(f"intent:{name}", words, risk, parts, noticed="customers", touches=touches)


def _changed_intent(name: str, old: Intent, new: Intent) -> Iterator[Change]:
    if _way(old) != _way(new):
        yield _routed(name, f"The need {_named(new)} was {_way(old)} and is now {_way(new)}.", new)
    more, fewer = set(new.examples) - set(old.examples), set(old.examples) - set(new.examples)
    if more or fewer:
        words = f"The need {_named(new)} is learned from {len(more)} more and {len(fewer)} fewer example messages."
        yield Change(f"intent:{name}", words)
    if (old.title, old.description) != (new.title, new.description):
        yield Change(f"intent:{name}", f"The need {_named(new)} is described in other words, for colleagues.")


def _way(intent: Intent) -> str:
    if intent.procedure:
        return f"resolved by the procedure {intent.procedure}"
    return (
        f"answered with the message {intent.answer}"
        if intent.answer
        else ("given to a person" if intent.hand_over else "answered at once")
    )


def _named(intent: Intent) -> str:
    return f"“{intent.title}”" if intent.title else intent.intent.replace("_", " ")


def _texts(operation: Operation) -> dict[str, str]:
    return {
        f"{language}/{name}": " ".join(text.split())
        for language, messages in operation.messages.items()
        for name, text in messages.items()
    }


def _plain(name: str) -> str:
    language, _, message = name.partition("/")
    return f"{message.replace('_', ' ')} ({language})"


def _short(text: str, most: int = 160) -> str:
    return f"“{text}”" if len(text) <= most else f"“{text[: most - 1]}…”"


def _sayers(operation: Operation, name: str) -> frozenset[str]:
    """The procedures that may say a message."""
    message = name.partition("/")[2]
    return frozenset(
        procedure
        for procedure, steps in steps_with_fragments(operation).items()
        if any(getattr(step, key) == message for step in steps for key in SAYING)
    )


def steps_with_fragments(operation: Operation) -> Mapping[str, list[Step]]:
    """By procedure, its steps and those of every fragment that it uses, however deep."""
    found: dict[str, list[Step]] = {}
    for name, procedure in operation.procedures.items():
        steps, used, waiting = list(procedure.steps), set[str](), [step.use for step in procedure.steps if step.use]
        while waiting:
            fragment = operation.fragments.get(waiting.pop())
            if fragment is None or fragment.fragment in used:
                continue
            used.add(fragment.fragment)
            steps += fragment.steps
            waiting += [step.use for step in fragment.steps if step.use]
        found[name] = steps
    return found
