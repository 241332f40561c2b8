"""What can go wrong in discovering."""

from aboveloop.kit.errors import WrongUsage


class CandidatesUnreadable(WrongUsage):
    """The file of candidates or the weights say nothing that can be ranked."""
