"""The two kinds of failure in the house: one that may pass, one that will not."""


class AboveloopError(Exception):
    """Base of every error of the house. The message is a sentence that says what to do.

    `http_status` is what a door answers, `exit_status` what a command ends with.
    """

    http_status = 500
    exit_status = 1


class TemporaryError(AboveloopError):
    """It may go well later: the same work is tried again after `retry_after_seconds`."""

    http_status = 503

    def __init__(self, message: str, *, retry_after_seconds: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class PermanentError(AboveloopError):
    """Trying again will not help."""

    http_status = 422


class NotFound(PermanentError):
    """What was asked for does not exist."""

    http_status = 404


class NotPermitted(PermanentError):
    """The person may not do this."""

    http_status = 403


class Conflict(PermanentError):
    """Somebody else was first, or the thing has changed in the meantime."""

    http_status = 409


class WrongUsage(PermanentError):
    """The call itself is wrong: a flag, a path, a value."""

    http_status = 400
    exit_status = 2
