"""What can go wrong with drafts, candidates and reports."""

from aboveloop.kit.errors import Conflict, NotFound


class NothingToReport(Conflict):
    """There is no after to hold against the before."""


class DraftNotFound(NotFound):
    """There is no draft of this name."""


class DraftChanged(Conflict):
    """Somebody else kept this draft since it was opened: what was written on an older text is not kept over it."""


class DraftUnfit(Conflict):
    """The draft lacks something without which nothing can be made of it."""


class CandidateNotFound(NotFound):
    """There is no candidate of this name."""


class NothingToRedesign(NotFound):
    """No past case tells how the need is served today."""


class DraftExists(Conflict):
    """There is such a file already."""
