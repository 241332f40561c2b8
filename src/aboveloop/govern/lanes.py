"""Lanes and decisions: allowed, reviewed or prohibited, with the reason in words."""

from dataclasses import dataclass
from enum import StrEnum


class Lane(StrEnum):
    ALLOWED = "allowed"
    REVIEWED = "reviewed"
    PROHIBITED = "prohibited"


class Need(StrEnum):
    """What is still missing from the customer before an action may be performed."""

    VERIFICATION = "verification"
    CONFIRMATION = "confirmation"


class Stage(StrEnum):
    """How much a worker may do alone."""

    SHADOW = "shadow"
    ASSIST = "assist"
    SUPERVISED = "supervised"
    AUTONOMOUS = "autonomous"


@dataclass(frozen=True)
class Decision:
    """What policy says of one action.

    `needs` is empty when the customer owes nothing more; `approvers` names the roles that must approve
    when the lane is `reviewed` (each of them, or one of them where `any_approver` is true: stage assist);
    `rules` are the ids of the rules that decided, empty when nothing permits. `four_eyes`: two people must agree.
    """

    lane: Lane
    needs: tuple[Need, ...] = ()
    approvers: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    reason: str = ""
    any_approver: bool = False
    four_eyes: bool = False

    @property
    def may_perform(self) -> bool:
        """True when the action would be performed at once."""
        return self.lane is Lane.ALLOWED and not self.needs
