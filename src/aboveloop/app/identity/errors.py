"""What can go wrong at the entrance."""

from aboveloop.kit.errors import Conflict, NotFound, NotPermitted, WrongUsage


class TokenNotFound(NotFound):
    """No token has this id."""


class TokenEnded(Conflict):
    """The token was revoked or is too old already."""


class ScopeRefused(NotPermitted):
    """A token may never do more than its owner and its maker may."""


class TokenMisdescribed(WrongUsage):
    """A token needs a name, at least one right, and an end."""
