"""What can be wrong with a request, a hold or a consent."""

from aboveloop.kit.errors import Conflict, NotFound


class HoldNotFound(NotFound):
    """There is no such hold, or it was released."""


class UnderHold(Conflict):
    """A legal hold stands on what was to be erased."""


class RequestNotFound(NotFound):
    """There is no such request."""


class RequestClosed(Conflict):
    """The request was carried out or refused before."""
