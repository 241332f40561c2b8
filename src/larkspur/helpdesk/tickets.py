"""Tickets: how one wish went through the hands of Larkspur's people, step by step, with what they got wrong.

A ticket is told as moves in order; `export` writes them as the desk's own export does. The order system of the same
seed stands as it was before the clerks did anything, so that whoever reads beside them finds what they found.
"""

import functools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from larkspur.customers.goals import goal_named
from larkspur.customers.hearing import Heard
from larkspur.customers.opening import parts
from larkspur.customers.personas import Persona
from larkspur.customers.replying import Asked, reply
from larkspur.customers.words import filled
from larkspur.helpdesk.desk import (
    AGENTS,
    FRONT,
    GROUPS,
    NO_ACTION,
    QUESTIONS,
    SCRIPTS,
    Agent,
    Group,
    Script,
)
from larkspur.store import Row

Kind = Literal["opened", "customer", "agent", "note", "assign", "status", "field", "tag", "priority", "rated"]
# Of the tickets: written in another language, sent to a wrong team first, sent back by it, opened again, noted down
# with a wrong reason, left without the action noted. As rough as such desks are.
FOREIGN, MISROUTED, PING_PONG, REOPENED, WRONG_REASON, ACTION_UNNOTED = 0.12, 0.22, 0.3, 0.09, 0.06, 0.05
_DESK_OPENS, _DESK_CLOSES = 8, 17
_LONGEST_AGO = timedelta(days=180)


@dataclass(frozen=True)
class Move:
    """One thing that happened. `who` is an agent's id, 0 for the customer; `value` depends on the kind."""

    kind: Kind
    at: datetime
    who: int
    value: Any = ""


@dataclass
class Ticket:
    """One ticket: for whom, about what, and its moves in order."""

    number: int
    persona: Persona
    script: Script
    channel: str
    language: str
    moves: list[Move] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """What it was really about, by the name that the desk uses."""
        if self.script.reason != "question":
            return self.script.reason
        said = str(self.moves[0].value).lower()
        return next((name for name, words in QUESTIONS.items() if any(word in said for word in words)), "return_policy")


def ticket(persona: Persona, order: Row | None, now: datetime, number: int) -> Ticket:
    """The whole life of the ticket of one customer, all of it before `now`."""
    return _Clerking(persona, order, now, number).work()


class _Clerking:
    """The people of the desk at work on one ticket; the dice are the persona's own."""

    def __init__(self, persona: Persona, order: Row | None, now: datetime, number: int) -> None:
        self._persona, self._order, self._now = persona, order, now
        self._chance = persona.chance("helpdesk")
        foreign = persona.goal in _phrases()["needs"] and self._chance.random() < FOREIGN
        language = self._chance.choice(("de", "fr", "es")) if foreign else "en"
        channel = self._chance.choices(("email", "web", "chat"), (55, 25, 20))[0]
        self._ticket = Ticket(number, persona, SCRIPTS[persona.goal], channel, language)
        self._at = self._begin()
        self._own: list[str] = []
        self._agent = self._somebody(FRONT)
        self._group = FRONT

    def work(self) -> Ticket:
        self._open()
        self._route()
        self._ask()
        self._settle()
        self._look_back()
        return self._ticket

    # --- what happens ---------------------------------------------------------------------------

    def _open(self) -> None:
        first, *further = self._openings()
        self._add("opened", 0, first)
        self._own.append(first)
        for more in further:
            self._at += timedelta(seconds=self._chance.randint(20, 90))
            self._says(more)
        if self._persona.mood == "angry":
            self._add("priority", 0, "high")
        self._add("assign", self._agent.id, (self._group, None))

    def _openings(self) -> list[str]:
        if self._ticket.language == "en":
            return parts(self._persona)
        phrases = _phrases()["needs"][self._persona.goal][self._ticket.language]
        return [filled(self._chance.choice(phrases), {"order": self._persona.order})]

    def _route(self) -> None:
        """To whom it belongs; a wrong team is tried first, and some tickets are played back and forth."""
        self._wait(0.4, 9.0)
        home = self._ticket.script.group
        if self._chance.random() < MISROUTED:
            wrong = self._chance.choice([group for group in GROUPS if group not in (home, self._group)])
            self._hand_on(wrong, "handed_on")
            self._wait(1.0, 20.0)
            if self._chance.random() < PING_PONG:
                self._hand_on(FRONT, "handed_back")
                self._wait(0.5, 6.0)
                self._hand_on(wrong, "handed_on")
                self._wait(1.0, 9.0)
        if self._group is not home:
            self._hand_on(home, "handed_on")
            self._wait(0.5, 12.0)
        self._add("assign", self._agent.id, (self._group, self._agent))

    def _hand_on(self, group: Group, words: str) -> None:
        self._add("note", self._agent.id, self._phrase(words))
        self._agent, self._group = self._somebody(group), group
        self._add("assign", self._agent.id, (group, None))

    def _ask(self) -> None:
        script = self._ticket.script
        persona = self._persona
        known = "order" in persona.tells or self._ticket.language != "en"
        if persona.order and script.needs_identity and not known:
            self._exchange("ask_order_number")
        if script.needs_identity and not {"email", "postcode"} <= set(persona.tells):
            self._exchange("ask_email", of="both")
            self._add("note", self._agent.id, self._phrase("note_identity"))
        for question in script.asks:
            self._exchange(question)
            if question == "ask_size_or_colour":
                self._exchange("ask_size" if persona.facts["swap"] == "size" else "ask_colour")
        if script.proposes:
            self._tells(script.proposes)
            self._status("pending")
            self._wait_for_customer()
            self._says(self._word("yes"))
            self._status("open")
            self._wait(0.1, 3.0)

    def _exchange(self, question: str, of: str = "") -> None:
        self._tells(question)
        self._status("pending")
        self._wait_for_customer()
        facts = self._persona.facts
        if of == "both":
            self._says(f"{facts['email']}, {facts['postcode']}")
        else:
            self._says(self._answer(question))
        self._status("open")
        self._wait(0.2, 6.0)

    def _answer(self, question: str) -> str:
        goal = goal_named(self._persona.goal)
        asked = Asked(Heard(question), 1, tuple(self._own), (), goal.confirms, goal.ends)
        if self._ticket.language != "en" and question == "ask_order_number":
            return self._persona.order
        return reply(self._persona, asked)

    def _settle(self) -> None:
        script, who = self._ticket.script, self._agent.id
        if script.action and self._chance.random() > ACTION_UNNOTED:
            self._add("note", who, self._phrase("note_action"))
        self._tells(script.closes)
        reason = self._ticket.reason
        if self._chance.random() < WRONG_REASON:
            reason = self._chance.choice([each.reason for each in SCRIPTS.values() if each.reason != "question"])
        self._add("field", who, ("reason", reason))
        self._add("field", who, ("action", script.action or NO_ACTION))
        if self._persona.order:
            self._add("field", who, ("order", self._persona.order))
        self._add("tag", who, "refused" if script.refuses else "helped")
        self._status("solved")

    def _look_back(self) -> None:
        if self._chance.random() < REOPENED:
            self._at += timedelta(hours=self._chance.uniform(3, 70))
            self._says(self._phrase("reopened_by"))
            self._status("open")
            self._wait(1.0, 20.0)
            self._add("agent", self._agent.id, self._phrase("reopened_answer"))
            self._status("solved")
        elif self._persona.thanks and self._chance.random() < 0.4:
            self._at += timedelta(minutes=self._chance.randint(3, 200))
            self._says(self._word("thanks"))
        if self._chance.random() < 0.2:
            self._at += timedelta(hours=self._chance.uniform(1, 20))
            good = 0.35 if self._persona.mood == "angry" else 0.85
            self._add("rated", 0, "good" if self._chance.random() < good else "bad")
        if self._at + timedelta(days=4) < self._now:
            self._at += timedelta(days=4)
            self._add("status", 0, "closed")

    # --- how it is told -------------------------------------------------------------------------

    def _tells(self, words: str) -> None:
        self._add("agent", self._agent.id, self._phrase(words))

    def _says(self, text: str) -> None:
        self._own.append(text)
        self._add("customer", 0, text)

    def _status(self, status: str) -> None:
        self._add("status", 0 if status == "open" else self._agent.id, status)

    def _add(self, kind: Kind, who: int, value: Any) -> None:
        self._ticket.moves.append(Move(kind, min(self._at, self._now), who, value))
        self._at += timedelta(seconds=self._chance.randint(1, 40))

    def _phrase(self, kind: str) -> str:
        facts = {
            **self._persona.facts,
            "order": self._persona.order,
            "first": self._persona.facts.get("name", "").split(" ")[0] or "there",
            "status": str(self._order["status"]) if self._order else "",
            "action": self._ticket.script.action.replace("_", " "),
        }
        return filled(self._chance.choice(_phrases()[kind]), facts)

    def _word(self, kind: str) -> str:
        return str(self._chance.choice(_phrases()[kind][self._ticket.language]))

    def _somebody(self, group: Group) -> Agent:
        return self._chance.choice([agent for agent in AGENTS if agent.group == group])

    # --- time -----------------------------------------------------------------------------------

    def _begin(self) -> datetime:
        """After what the wish is about has happened, and as long ago as it can be."""
        order = self._order
        days = _LONGEST_AGO.days if order is None else order["days_delivered"] or order["days_placed"] or 0.0
        ago = timedelta(days=days * self._chance.uniform(0.15, 0.85))
        if order is not None and order["status"] in ("placed", "packed"):
            ago = min(ago, timedelta(hours=10))
        return self._now - max(ago, timedelta(hours=3))

    def _wait(self, least: float, mean: float) -> None:
        """Hours until somebody of the desk turns to it; at night and on Sundays nobody does."""
        self._at += timedelta(hours=least * 0.2 + self._chance.expovariate(1 / mean))
        while self._at.weekday() == 6 or not _DESK_OPENS <= self._at.hour < _DESK_CLOSES:
            next_day = self._at if self._at.hour < _DESK_OPENS else self._at + timedelta(days=1)
            self._at = next_day.replace(hour=_DESK_OPENS, minute=self._chance.randint(0, 59))
            if self._at.weekday() == 6:
                self._at += timedelta(days=1)

    def _wait_for_customer(self) -> None:
        minutes = 3 if self._ticket.channel == "chat" else 140
        self._at += timedelta(minutes=1 + self._chance.expovariate(1 / minutes))


@functools.cache
def _phrases() -> dict[str, Any]:
    path = Path(__file__).with_name("phrases.yaml")
    found: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return found
