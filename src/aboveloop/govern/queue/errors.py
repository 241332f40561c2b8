"""What can go wrong in the queue."""

from aboveloop.kit.errors import Conflict, NotFound, NotPermitted, PermanentError


class AbsenceNotFound(NotFound):
    """No such absence."""


class AbsenceOver(Conflict):
    """What is over cannot be ended."""


class AbsenceOverlaps(Conflict):
    """Nobody is absent twice at once."""


class AbsenceUnfit(PermanentError):
    """The times, kinds or limit of an absence make no sense."""


class DeputyUnfit(PermanentError):
    """A deputy is somebody else who holds the role."""


class ChainRefused(Conflict):
    """What was handed on is not handed on again."""


class MarksOthers(NotPermitted):
    """People mark themselves absent; only who may pause marks others."""


class OwnedByOther(Conflict):
    """Somebody else owns the request."""


class NotOwned(Conflict):
    """Nobody owns the request, or somebody else does."""


class OwnerUnfit(NotPermitted):
    """The person may not answer it, so they cannot own it."""


class BatchRefused(NotPermitted):
    """A batch holds only what the person may answer, all of one kind, as it was shown."""


class BatchTooLarge(PermanentError):
    """More than one looks at side by side."""


class BatchChanged(Conflict):
    """What was shown is not what is asked now."""
