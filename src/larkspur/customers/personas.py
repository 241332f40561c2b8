"""Personas: who comes, with which need, what they know, and how they write. Dealt out once, by seed."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from larkspur.customers.goals import GOALS, Goal, Order
from larkspur.customers.slips import slip
from larkspur.customers.store import Row

# How often each habit is met.
HABITS = {
    "knows_number": 0.6,
    "says_all": 0.2,
    "wrong_order_first": 0.15,
    "wrong_postcode_first": 0.04,
    "digresses": 0.08,
    "changes_mind": 0.04,
    "falls_silent": 0.03,
    "greets_first": 0.08,
    "in_pieces": 0.08,
    "slips": 0.25,
    "thanks": 0.6,
}
# Goals that end in a proposal which names the order.
PROPOSED = ("cancel_order", "return_order", "invoice_copy", "delivery_note")
GREETINGS = ("Hello", "hi there", "Good morning")


@dataclass(frozen=True)
class Persona:
    """One customer of a run. `opening` is what they write unasked, message by message; `facts` what they can tell."""

    number: int
    seed: int
    goal: str
    email: str
    postcode: str
    order_id: str
    other_ids: list[str]
    opening: list[str]
    facts: dict[str, Any]
    habits: list[str]

    def has(self, habit: str) -> bool:
        return habit in self.habits

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Persona":
        return Persona(**value)


def deal(orders: Sequence[Row], products: Sequence[Row], *, count: int, seed: int) -> list[Persona]:
    """`count` personas; no two share an account as long as there are accounts for what they want."""
    open_orders = [order for order in orders if order["account_closed"] is None]
    candidates = {goal.name: _shuffled(goal, open_orders, seed) for goal in GOALS}
    used: set[str] = set()
    chance = random.Random(f"{seed}:deal")
    weights = [goal.weight for goal in GOALS]
    made = []
    for number in range(count):
        goal, order = _picked(chance, candidates, used, weights)
        if order is not None:
            used.add(str(order["customer_id"]))
        made.append(_persona(number, seed, (goal, order), (open_orders, products)))
    return made


def _shuffled(goal: Goal, orders: Sequence[Row], seed: int) -> list[Row]:
    if goal.fits is None:
        return []
    fitting = [order for order in orders if goal.fits(order)]
    random.Random(f"{seed}:{goal.name}").shuffle(fitting)
    return fitting


def _picked(
    chance: random.Random, candidates: Mapping[str, list[Row]], used: set[str], weights: Sequence[float]
) -> tuple[Goal, Row | None]:
    """A goal by weight, with an order of somebody who has not written yet; at last, of anybody."""
    for _ in range(50):
        goal = chance.choices(GOALS, weights)[0]
        if goal.fits is None:
            return goal, None
        order = next(_unused(candidates[goal.name], used), None)
        if order is not None:
            return goal, order
    goal = chance.choices([goal for goal in GOALS if candidates[goal.name]], k=1)[0]
    return goal, chance.choice(candidates[goal.name])


def _unused(fitting: list[Row], used: set[str]) -> Iterator[Row]:
    """Those whose customer has not written yet; those before them are never looked at again."""
    while fitting:
        if fitting[0]["customer_id"] not in used:
            yield fitting[0]
            return
        fitting.pop(0)


def _persona(
    number: int, seed: int, what: tuple[Goal, Row | None], shop: tuple[Sequence[Row], Sequence[Row]]
) -> Persona:
    goal, order = what
    orders, products = shop
    chance = random.Random(f"{seed}:{number}")
    habits = [habit for habit, share in HABITS.items() if chance.random() < share]
    facts: dict[str, Any] = dict(goal.facts(chance, order)) if order is not None else {}
    if goal.name == "stock":
        product = chance.choice(products)
        facts |= {"article": product["name"], "size": "M" if product["size"] == "ONE" else product["size"]}
    if goal.name == "somebody_elses_order" and order is not None:
        strangers = [each["id"] for each in orders if each["customer_id"] != order["customer_id"]]
        facts["other"] = chance.choice(strangers)
    order_id = str(order["id"]) if order is not None else ""
    # The wrong order, too, is one that it could be about: the slip is noticed at the proposal.
    others = [str(each["id"]) for each in orders if order is not None and _could_be_meant(goal, each, order)]
    if not others and "wrong_order_first" in habits:
        habits.remove("wrong_order_first")
    persona = Persona(
        number=number,
        seed=seed,
        goal=goal.name,
        email=str(order["email"]) if order is not None else "",
        postcode=_postcode(chance, order),
        order_id=order_id,
        other_ids=others,
        opening=[],
        facts=facts,
        habits=habits,
    )
    return Persona(**{**asdict(persona), "opening": _opening(persona, goal, chance)})


def _could_be_meant(goal: Goal, other: Row, order: Row) -> bool:
    same = other["customer_id"] == order["customer_id"] and other["id"] != order["id"]
    return same and goal.name in PROPOSED and goal.fits is not None and goal.fits(other)


def _postcode(chance: random.Random, order: Order | None) -> str:
    """As people write it: with the space, without, in small letters."""
    if order is None:
        return ""
    written = str(order["postcode"])
    return chance.choice((written, written, written.replace(" ", ""), written.lower()))


def _opening(persona: Persona, goal: Goal, chance: random.Random) -> list[str]:
    text = chance.choice(goal.openings)
    named = persona.order_id if persona.has("knows_number") else "my order"
    if persona.has("wrong_order_first"):
        named = chance.choice(persona.other_ids)
    said = text.format(**{"order": named, **persona.facts})
    if persona.has("slips") and goal.name not in ("foreign_language", "injection"):
        said = slip(said, chance)
    parts = [said]
    if goal.fits is not None and persona.has("says_all") and not persona.has("wrong_postcode_first"):
        who = f"My email is {persona.email} and my postcode is {persona.postcode}."
        end = "" if said.endswith(("?", ".", "!")) else "."
        parts = [said, who] if persona.has("in_pieces") else [f"{said}{end} {who}"]
    if persona.has("greets_first"):
        parts = [chance.choice(GREETINGS), *parts]
    return parts
