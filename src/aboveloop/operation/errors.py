"""What can be wrong with a release."""

from aboveloop.kit.errors import Conflict, NotFound, PermanentError, WrongUsage


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


class ShareImpossible(WrongUsage):
    """A canary takes from 1 to 99 of a hundred customers."""


class NothingPlaced(Conflict):
    """No release stands in this environment."""


class AlreadyAtWork(Conflict):
    """The release serves everybody already."""
