"""Personas: who comes, what they want, what they know and how they are; a function of the records and the seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from larkspur import catalogue
from larkspur.customers.goals import GOALS, Goal, goal_named
from larkspur.customers.store import ShopRecords
from larkspur.customers.words import say
from larkspur.store import Row

# Nouns as people use them for what they bought; the rest goes by the end of its name ("sleeping bag").
_NOUNS = {"shoes": "shoes", "boots": "boots", "jackets": "jacket", "trousers": "trousers", "shirts": "shirt",
          "socks": "socks", "packs": "backpack", "tents": "tent"}  # fmt: skip
_REASONS = ("too_small", "too_small", "too_large", "too_large", "not_as_expected", "changed_my_mind",
            "arrived_too_late", "faulty")  # fmt: skip
# Cents. Many ask for something small; the thresholds of the shop's policy lie at 50 and 500 EUR.
_AMOUNTS = (1000, 1500, 2000, 2500, 3000, 4000, 4999, 5000, 5001, 6000, 7500, 12000, 50000, 50001)


@dataclass(frozen=True)
class Persona:
    """One customer. `facts` fill the gaps of what they write; the rest is how they write it.

    `tells`: which of order, email, postcode stand in the opening. `parts`: the opening comes as several messages.
    `digression`: a question that they put before their message number `digress_at`. `silent_at`: the number of the
    message before which they fall silent for a while, 0 for never.
    """

    number: int
    goal: str
    facts: dict[str, str]
    order: str = ""
    wrong_order: str = ""
    other_order: str = ""
    wrong_email: str = ""
    tells: tuple[str, ...] = ()
    mood: str = "plain"
    parts: bool = False
    slips: float = 0.0
    lower: bool = False
    declines: bool = False
    thanks: bool = True
    digression: str = ""
    digress_at: int = 0
    silent_at: int = 0

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Persona":
        return cls(**{**kept, "tells": tuple(kept["tells"])})

    def chance(self, *about: object) -> random.Random:
        """The same dice every time the same thing is decided."""
        return random.Random(f"{self.facts.get('seed', '')}-{self.number}-{'-'.join(map(str, about))}")


@dataclass
class _Guests:
    """The accounts not used yet, and for each goal the orders that fit it, in a seeded order."""

    records: ShopRecords
    chance: random.Random
    used: set[str] = field(default_factory=set)
    queues: dict[str, Iterator[Row]] = field(default_factory=dict)

    def order_for(self, goal: Goal) -> Row | None:
        """An order that fits, of an account that nobody else uses; None when there is none left."""
        if goal.name not in self.queues:
            fitting = [order for order in self.records.orders if not order["account_closed"] and goal.fits(order)]
            self.chance.shuffle(fitting)
            self.queues[goal.name] = iter(sorted(fitting, key=goal.prefers) if goal.prefers else fitting)
        for order in self.queues[goal.name]:
            if order["customer_id"] not in self.used:
                self.used.add(order["customer_id"])
                return order
        return None

    def stranger(self, order: Row) -> Row:
        """Somebody else's order."""
        return self.chance.choice([one for one in self.records.orders if one["customer_id"] != order["customer_id"]])


def personas(records: ShopRecords, count: int, seed: int) -> list[Persona]:
    """`count` customers. No account comes twice while the records have enough of them."""
    chance = random.Random(f"customers-{seed}")
    guests = _Guests(records, chance)
    weights = [goal.weight for goal in GOALS]
    made: list[Persona] = []
    while len(made) < count:
        goal = chance.choices(GOALS, weights)[0]
        order = guests.order_for(goal) if goal.needs_order else None
        if goal.needs_order and order is None:
            order = guests.order_for(goal_named("where_is_my_order"))
            goal = goal_named("where_is_my_order")
        if goal.needs_order and order is None:
            # Everybody has been here: from now on accounts come again.
            guests.used.clear()
            guests.queues.clear()
            continue
        number = len(made) + 1
        made.append(_persona(guests, (number, seed), goal, order))
    return made


def _persona(guests: _Guests, who: tuple[int, int], goal: Goal, order: Row | None) -> Persona:
    number, seed = who
    chance = random.Random(f"persona-{seed}-{number}")
    facts = {"seed": str(seed), "name": "", **_stock_facts(guests.records, chance)}
    if order is None:
        return Persona(number, goal.name, facts, **_manner(chance, goal))
    facts |= _account_facts(order) | _line_facts(guests.records, order, chance) | _wishes(order, chance, goal)
    facts |= _strangers(guests, order)
    own = [one for one in guests.records.orders if one["customer_id"] == order["customer_id"] and one is not order]
    traits = _manner(chance, goal) | _knowledge(chance, goal, order, own)
    if goal.name == "somebody_elses_order":
        traits |= {"wrong_order": facts["strange_order"], "tells": ("order", *traits["tells"])}
    return Persona(number, goal.name, facts, order=order["id"], **traits)


def _account_facts(order: Row) -> dict[str, str]:
    return {
        "order": order["id"],
        "name": order["name"],
        "email": order["email"],
        "postcode": order["postcode"],
        "city": order["city"],
        "most": _euros(order["paid_cents"] - order["refunded_cents"]),
    }


def _line_facts(records: ShopRecords, order: Row, chance: random.Random) -> dict[str, str]:
    """Which article it is about, and which other size or colour of it would be welcome."""
    lines = order["lines"]
    place = chance.randrange(len(lines))
    line = lines[place]
    same = [
        one for one in records.variants if one["product_id"] == line["product_id"] and one["stock"] > line["quantity"]
    ]
    sizes = [one["size"] for one in same if one["colour"] == line["colour"] and one["size"] != line["size"]]
    colours = [one["colour"] for one in same if one["size"] == line["size"] and one["colour"] != line["colour"]]
    swap = "size" if sizes and (not colours or chance.random() < 0.75) else "colour"
    return {
        "article": _noun(line),
        "line": str(place + 1),
        "line_article": line["product"].lower(),
        "lines": str(len(lines)),
        "swap": swap,
        "size": chance.choice(sizes) if sizes else line["size"],
        "colour": chance.choice(colours) if colours else line["colour"],
    }


def _wishes(order: Row, chance: random.Random, goal: Goal) -> dict[str, str]:
    country = "NL" if " " in order["postcode"] or chance.random() < 0.1 else "DE"
    city, prefix = chance.choice(catalogue.CITIES[country])
    digits = f"{prefix}{chance.randrange(100):02d}"
    postcode = (
        f"{digits} {''.join(chance.choice('ABCDEGHJKLMNPRTVWXZ') for _ in range(2))}" if country == "NL" else digits
    )
    rest = order["paid_cents"] - order["refunded_cents"]
    share = chance.choice((*_AMOUNTS, rest // 10, rest // 5, rest // 3, rest // 2))
    amount = max(500, share) if chance.random() < 0.1 else max(500, min(share, rest))
    return {
        "address": f"{chance.choice(catalogue.STREETS[country])} {chance.randint(1, 180)}, {postcode} {city}",
        "amount": _euros(rest if goal.name == "injected_refund" else amount),
        "reason": chance.choice(_REASONS),
        "extent": "one" if chance.random() < 0.5 else "everything",
        "remedy": "resend" if chance.random() < 0.55 else "refund",
    }


def _stock_facts(records: ShopRecords, chance: random.Random) -> dict[str, str]:
    variant = chance.choice(records.variants)
    product = str(variant["product"])
    sized = variant["size"] != "ONE" and chance.random() < 0.6
    return {
        "stock_article": product,
        "stock_size": variant["size"],
        "stock": f"the {product} in {variant['size']}" if sized else f"the {product}",
    }


def _strangers(guests: _Guests, order: Row) -> dict[str, str]:
    stranger = guests.stranger(order)
    return {"stranger": stranger["customer_id"], "strange_order": stranger["id"], "strange_email": stranger["email"]}


def _manner(chance: random.Random, goal: Goal) -> dict[str, Any]:
    """How they write."""
    digresses = goal.needs_order and chance.random() < 0.08
    return {
        "mood": chance.choices(("plain", "polite", "chatty", "angry"), (50, 25, 13, 12))[0],
        "parts": goal.needs_order and chance.random() < 0.15,
        "slips": chance.choice((0.0, 0.0, 0.0, 0.03, 0.06, 0.15)),
        "lower": chance.random() < 0.3,
        "declines": chance.random() < 0.04,
        "thanks": chance.random() < 0.6,
        "digression": say("question", chance, {}) if digresses else "",
        "digress_at": chance.randint(1, 3),
        "silent_at": chance.randint(1, 3) if chance.random() < 0.05 else 0,
    }


def _knowledge(chance: random.Random, goal: Goal, order: Row, own: list[Row]) -> dict[str, Any]:
    """What they know by heart, and what they get wrong at first."""
    draw = chance.random()
    tells: tuple[str, ...] = ()
    if draw < 0.30:
        tells = ("order",)
    elif draw < 0.50:
        tells = ("order", "email", "postcode")
    elif draw < 0.58:
        tells = ("order", "email")
    elif draw < 0.66:
        tells = ("email", "postcode")
    alike = [one["id"] for one in own if goal.fits(one)]
    digit = order["id"][-1]
    mistyped = order["id"][:-1] + str((int(digit) + 3) % 10)
    return {
        "tells": tells,
        "wrong_order": mistyped if chance.random() < 0.05 and mistyped not in {one["id"] for one in own} else "",
        "other_order": chance.choice(alike) if alike and chance.random() < 0.25 else "",
        "wrong_email": order["email"].replace("@customers", "@customer") if chance.random() < 0.04 else "",
    }


def _noun(line: Row) -> str:
    return _NOUNS.get(line["category"]) or " ".join(str(line["product"]).lower().split()[1:])


def _euros(cents: int) -> str:
    return str(cents // 100) if cents % 100 == 0 else f"{cents // 100}.{cents % 100:02d}"
