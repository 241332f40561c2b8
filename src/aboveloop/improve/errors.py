"""What can go wrong with improvements."""

from aboveloop.kit.errors import Conflict, NotFound, WrongUsage


class ImprovementNotFound(NotFound):
    """There is no improvement of this id."""


class ProposalNotFound(NotFound):
    """There is no proposal of this name."""


class ProposalAnswered(Conflict):
    """Somebody took the proposal up, or dismissed it."""


class MoveRefused(Conflict):
    """An improvement cannot go from this state to that one, or something is missing for it."""


class ImprovementFaulty(WrongUsage):
    """What was said of an improvement cannot be so."""


class VerdictFaulty(WrongUsage):
    """What was said of who was right cannot be so."""
