"""The next thing a customer says: a function of who they are and of the transcript so far, and of nothing else.

Whoever is killed and comes back therefore goes on as if nothing had happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from larkspur.customers import hearing, opening, replying
from larkspur.customers.goals import goal_named
from larkspur.customers.hearing import Heard
from larkspur.customers.personas import Persona
from larkspur.customers.words import say

CUSTOMER = "customer"
# How long somebody who was distracted does not look at the chat: longer than the demo's patience before it asks.
SILENCE_SECONDS = 25.0
# What was asked is perhaps answered already by what is on its way: wait a moment before saying it twice.
CROSSING_SECONDS = 2.5
# Whoever has written this much without getting anywhere asks for a person.
MOST_MESSAGES = 22


@dataclass(frozen=True)
class Line:
    """One message of the chat. `author`: customer, worker or person."""

    number: int
    author: str
    text: str


@dataclass(frozen=True)
class Say:
    """Write this, after a pause."""

    text: str
    pause_seconds: float = 0.0


@dataclass(frozen=True)
class Wait:
    """Nothing to say. `long`: for a colleague's decision or a search, not for the next reply."""

    long: bool = False


@dataclass(frozen=True)
class End:
    """The conversation is over: `resolved`, `refused` or `handed_over`, after the message `last_heard`."""

    outcome: str
    last_heard: str


Move = Say | Wait | End


def next_move(persona: Persona, transcript: Sequence[Line]) -> Move:
    """What comes next. Deterministic."""
    chat = _Chat.of(persona, transcript)
    pending = chat.pending
    if pending is not None and chat.is_over:
        return _farewell(chat, pending)
    parts = opening.parts(persona)
    if chat.written < len(parts):
        return Say(parts[chat.written], _silence(chat))
    if pending is None:
        return Wait()
    if hearing.role(pending.name) == "rests":
        return Wait(long=True)
    if chat.answered and not chat.reminded:
        return Wait()
    return Say(_answer(chat, pending), _silence(chat) or (CROSSING_SECONDS if chat.may_cross(len(parts)) else 0.0))


@dataclass(frozen=True)
class _Chat:
    """The transcript as this customer understands it. `pending`: what was last asked or told, and is not an aside."""

    persona: Persona
    own: tuple[str, ...]
    heard: tuple[Heard, ...]
    pending: Heard | None
    answered: bool
    reminded: bool
    own_before_pending: int

    @classmethod
    def of(cls, persona: Persona, transcript: Sequence[Line]) -> "_Chat":
        own: list[str] = []
        heard: list[Heard] = []
        pending: Heard | None = None
        answered = reminded = False
        before = 0
        for line in transcript:
            if line.author == CUSTOMER:
                own.append(line.text)
                answered, reminded = True, False
                continue
            one = hearing.hear(line.text) if line.author == "worker" else Heard("person")
            heard.append(one)
            if one.name == "still_there":
                reminded = True
            elif one.name == "goodbye" and pending is not None:
                # An answer to their thanks; what ended it came before.
                continue
            elif _counts(one) or _answers_the_opening(one, pending):
                pending, answered, reminded, before = one, False, False, len(own)
        return cls(persona, tuple(own), tuple(heard), pending, answered, reminded, before)

    @property
    def written(self) -> int:
        return len(self.own)

    @property
    def is_over(self) -> bool:
        assert self.pending is not None, "something was heard"
        return hearing.role(self.pending.name) in ("ends", "hands_over", "aside")

    def times_asked(self, name: str) -> int:
        """How often this was asked, `ask_email_again` counted as `ask_email`."""
        return sum(one.name.removesuffix("_again") == name.removesuffix("_again") for one in self.heard)

    def may_cross(self, parts: int) -> bool:
        """Whether the question was perhaps written before the last part of the opening was read."""
        return self.persona.parts and self.written == parts and self.own_before_pending <= parts


def _counts(one: Heard) -> bool:
    """Whether it asks or ends something. What a person writes in their own words the customer reads and leaves."""
    return one.name != "person" and hearing.role(one.name) != "aside"


def _answers_the_opening(one: Heard, pending: Heard | None) -> bool:
    """An answer to a question ends a case that had nothing else under way; in the middle of one it is an aside."""
    begun = pending is not None and pending.name not in ("greeting", "not_understood")
    return one.name in hearing.answers() and not begun


def _farewell(chat: _Chat, last: Heard) -> Move:
    handed = hearing.role(last.name) == "hands_over"
    outcome = "handed_over" if handed else hearing.ends().get(last.name, "resolved")
    if chat.persona.thanks and not chat.answered and last.name != "goodbye":
        kind = "thanks" if outcome == "resolved" else "thanks_flat"
        return Say(say(kind, chat.persona.chance("thanks"), {}), 0.0)
    return End(outcome, last.name)


def _silence(chat: _Chat) -> float:
    silent = chat.persona.silent_at and chat.written == chat.persona.silent_at
    return SILENCE_SECONDS if silent else 0.0


def _answer(chat: _Chat, pending: Heard) -> str:
    persona = chat.persona
    if chat.written >= MOST_MESSAGES:
        return say("person", persona.chance("person"), {})
    asides = persona.digression and persona.digression not in chat.own and chat.written >= persona.digress_at
    if asides and replying.allows_digression(pending.name):
        return persona.digression
    if pending.name in ("greeting", "not_understood", hearing.UNKNOWN):
        return _said_anew(chat, pending)
    return replying.reply(persona, _asked(chat, pending, chat.times_asked(pending.name)))


def _said_anew(chat: _Chat, pending: Heard) -> str:
    """Not understood: a plain yes to what was proposed, or the need in other words."""
    questions = [one for one in chat.heard if one.name.startswith(("ask_", "confirm_"))]
    if questions and pending.name == "not_understood":
        return replying.reply(chat.persona, _asked(chat, questions[-1], 2))
    return opening.in_other_words(chat.persona, chat.written)


def _asked(chat: _Chat, question: Heard, times: int) -> replying.Asked:
    goal = goal_named(chat.persona.goal)
    return replying.Asked(question, times, chat.own, chat.heard, goal.confirms, goal.ends)
