"""What can be wrong with a release."""

from aboveloop.kit.errors import Conflict, NotFound, PermanentError


class ReleaseNotFound(NotFound):
    """There is no such release."""


class ReleaseDamaged(PermanentError):
    """The texts of a release are not those that its digest names."""


class ReleaseUnreadable(PermanentError):
    """The texts of a release are whole but this version of the software cannot load them."""


class NothingToRelease(PermanentError):
    """The operation does not carry the texts that it was loaded from."""


class NothingToRollBack(Conflict):
    """No release was deployed before the one that is deployed now."""
