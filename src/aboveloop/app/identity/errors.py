"""What can go wrong at the entrance."""

from aboveloop.kit.errors import AboveloopError, Conflict, NotFound, NotPermitted, WrongUsage


class TokenNotFound(NotFound):
    """No token has this id."""


class TokenEnded(Conflict):
    """The token was revoked or is too old already."""


class ScopeRefused(NotPermitted):
    """A token may never do more than its owner and its maker may."""


class TokenMisdescribed(WrongUsage):
    """A token needs a name, at least one right, and an end."""


class SignInRefused(AboveloopError):
    """The name, the password or both are not right; it is not said which."""

    http_status = 401


class TooManyAttempts(AboveloopError):
    """It was tried too often, under this name or from this address."""

    http_status = 429


class PasswordUnfit(WrongUsage):
    """The password is too easily guessed, or not the same twice."""


class AccountBlocked(NotPermitted):
    """Somebody who manages people has blocked this person."""


class NobodyHere(NotPermitted):
    """Who signed in at the identity provider is none of the operation's people."""
