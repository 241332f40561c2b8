"""What can go wrong while governing. Expected refusals of an action are decisions, not errors."""

from aboveloop.kit.errors import Conflict, NotFound, NotPermitted, PermanentError, WrongUsage


class PoliciesInvalid(PermanentError):
    """The policies of an operation cannot be used, so nothing may be decided with them."""


class PersonUnknown(NotFound):
    """No such person in the operation."""


class MayNot(NotPermitted):
    """The person's roles do not permit this."""


class OwnRequest(NotPermitted):
    """Who asks for an approval does not answer it."""


class RoleMissing(NotPermitted):
    """The person holds none of the roles whose answer is awaited."""


class OverLimit(NotPermitted):
    """More money is at stake than the person may approve."""


class AnsweredOnce(NotPermitted):
    """One person gives one answer to one approval: two roles are two people."""


class ApprovalNotFound(NotFound):
    """No such approval."""


class ApprovalHasExpired(Conflict):
    """The time to answer, or to use the answer, has passed."""


class ApprovalAlreadyAnswered(Conflict):
    """Somebody has answered already."""


class ApprovalAlreadyUsed(Conflict):
    """An approval counts once."""


class ApprovalReplaced(Conflict):
    """The arguments were edited: another approval stands in this one's place."""


class ApprovalNotJudged(Conflict):
    """Edited arguments are decided anew before the approval counts."""


class ApprovalUnfit(Conflict):
    """The decision does not belong to this approval, or asks for no approval."""


class ReasonMissing(WrongUsage):
    """A denial and a switch carry a reason in words."""


class NothingEdited(WrongUsage):
    """An edit that changes no argument."""


class SwitchUnknown(WrongUsage):
    """There is no worker, procedure, operation or channel of that name to pause."""


class StageUnknown(WrongUsage):
    """There is no such procedure, stage or environment."""


class NotPaused(Conflict):
    """What is not paused cannot be resumed."""
