"""Outcome events: what became of a case for the customer, told apart from the activity on the way there.

A message, a note or an assignment says that somebody was busy. That a case was resolved, refused, opened again, paid
back, paid or rated says what came of it: these are counted first, everywhere. What an event is called decides which.
"""

import re
from collections.abc import Mapping
from typing import Literal, get_args

from aboveloop.history.states import Standing, is_reopening, plain, standing_of

Outcome = Literal["resolved", "refused", "reopened", "refunded", "paid", "rated"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
# As the event model calls them; where it says more than one word for one, a case has one outcome.
OWN: Mapping[str, Outcome] = {
    "solved": "resolved",
    "closed": "resolved",
    "refused": "refused",
    "reopened": "reopened",
    "refunded": "refunded",
    "paid": "paid",
    "rated": "rated",
}
# What histories call them, in seven languages. Without accents, as `plain` leaves them.
_REFUNDED = re.compile(
    r"\b(refund(ed|s)?|reimburse(d|ment)?s?|money back|rimbors\w+|(zu)?ruckerstatt\w*|ruckzahlung\w*|rembours\w+"
    r"|reembols\w+|devuelt\w+|terugbeta\w+)\b"
)
_PAID = re.compile(
    r"\b(paid|payment (received|handled|completed|made|cleared)|invoice settled|pagat[oa]|bezahlt|zahlung eingegangen"
    r"|paye[es]?|pagad[oa]|pag[oa]|betaald)\b"
)
_RATED = re.compile(
    r"\b(rat(ed|ing)|csat|nps|satisfaction|satisfait\w*|bewert\w+|valutazion\w+|valorad\w+|avaliad\w+)\b"
)
# What was only asked for, turned down or begun has not come about.
_NOT_SO = re.compile(
    r"\b(not|non|no|nicht|un|request(ed|s)?|ask(ed)?|wants?|pending|await\w*|wait\w*|reject\w*|declin\w*|den(y|ied)"
    r"|fail\w*|cancel\w*|send|sent|due|partial\w*|partly|part|approv\w*|propos\w*|to be|before|reminder|offer\w*)\b"
)


def outcome_of(activity: str) -> Outcome | None:
    """The outcome that an event of this name is, None where it is activity."""
    if activity in OWN:
        return OWN[activity]
    if is_reopening(activity):
        return "reopened"
    name = plain(activity).replace("-", " ")
    if not _NOT_SO.search(name):
        for outcome, words in (("refunded", _REFUNDED), ("paid", _PAID), ("rated", _RATED)):
            if words.search(name):
                return OWN[outcome]
    return "resolved" if standing_of(activity) in (Standing.RESOLVED, Standing.CLOSED) else None
