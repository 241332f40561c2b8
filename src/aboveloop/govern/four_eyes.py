"""Four eyes: who may agree to what somebody proposed, and how many must.

Whoever edits an action proposes what it has become. Their own approval counts only where the edit tightens: nothing but
the money at stake changed, and it became less. Under the mark `four_eyes` it never counts, and two people agree.
"""

from collections.abc import Collection, Mapping
from typing import Any

from aboveloop.govern.facts import Evidence
from aboveloop.govern.lanes import Decision

# A role that is asked alone is asked twice under four eyes. No role has a blank in its name, so this is nobody's own.
SECOND = "second "
TWO_PEOPLE = 2


def role_of(place: str) -> str:
    """The role whose holders answer a place that is asked."""
    return place.removeprefix(SECOND)


def places_of(roles: Collection[str]) -> frozenset[str]:
    """Every place that holders of these roles may answer."""
    return frozenset((*roles, *(SECOND + role for role in roles)))


def places_asked(decision: Decision) -> tuple[str, ...]:
    """What is asked, one person for each: the roles, and a second holder where one role alone is not two people."""
    roles = decision.approvers
    if not decision.four_eyes or (len(roles) >= TWO_PEOPLE and not decision.any_approver):
        return roles
    return (*roles, *(SECOND + role for role in roles))


def people_needed(asked: int, *, any_approver: bool, four_eyes: bool) -> int:
    """How many of the `asked` places must be answered with a yes."""
    if not any_approver:
        return asked
    return TWO_PEOPLE if four_eyes else 1


def tightens(before: tuple[Mapping[str, Any], Evidence], after: tuple[Mapping[str, Any], Evidence]) -> bool:
    """Whether an edit of the arguments only lowers the money at stake.

    True when one argument alone differs, it is the amount at stake before and after, the amount became less without
    changing its sign, and it is the same record of the same owner. What cannot be told so does not tighten.
    """
    (old, was), (new, now) = before, after
    differing = [name for name in {*old, *new} if old.get(name) != new.get(name)]
    if len(differing) != 1 or was.amount is None or now.amount is None:
        return False
    if (was.owner, was.resource) != (now.owner, now.resource):
        return False
    (name,) = differing
    is_amount = (old.get(name), new.get(name)) == (was.amount, now.amount)
    return is_amount and abs(now.amount) < abs(was.amount) and was.amount * now.amount >= 0
