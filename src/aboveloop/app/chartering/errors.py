"""What can go wrong between an idea and its baseline."""

from aboveloop.kit.errors import Conflict, NotFound


class CharterUnknown(NotFound):
    """The operation has no charter of this name."""


class CharterIncomplete(Conflict):
    """Something that is agreed before anything is built is missing."""


class BaselineFrozen(Conflict):
    """The baseline stands already."""


class StageUnearned(Conflict):
    """The procedure has not shown what its charter asks before the stage."""
