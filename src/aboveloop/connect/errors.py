"""What the outside answers when it does not do as asked: no such record, no, or no usable answer."""

from typing import Literal

from aboveloop.kit.errors import PermanentError, TemporaryError

Trouble = Literal["down", "slow", "nonsense"]


class RecordMissing(PermanentError):
    """The system answered that there is no such record."""

    http_status = 404


class SystemRefused(PermanentError):
    """The system answered no. `words` is what it said, without our sentence around it.

    What is refused has not happened.
    """

    http_status = 409

    def __init__(self, message: str, *, words: str = "") -> None:
        super().__init__(message)
        self.words = words


class SystemUnavailable(TemporaryError):
    """The system gave no usable answer: it is down, too slow, or talks nonsense.

    `may_have_happened` is False only where the request is known not to have been carried out; a write for
    which it is True is repeated with the same key, or looked up, never assumed either way.
    """

    def __init__(
        self,
        message: str,
        *,
        trouble: Trouble,
        may_have_happened: bool,
        retry_after_seconds: float = 1.0,
    ) -> None:
        super().__init__(message, retry_after_seconds=retry_after_seconds)
        self.trouble = trouble
        self.may_have_happened = may_have_happened


class SystemMisdescribed(PermanentError):
    """What the operation folder says of a system cannot be used: an unknown name, a missing file or variable."""


class MessageUnsendable(PermanentError):
    """A message that cannot be sent as it is: its address is none."""


class MessageRefused(PermanentError):
    """The mail server will never take this message: nobody has that address, or it is unwanted. `code`: its answer."""

    def __init__(self, message: str, *, code: int) -> None:
        super().__init__(message)
        self.code = code


class MailServerUnavailable(TemporaryError):
    """The mail server does not answer now, or says: later."""


class MailServerRefusesUs(MailServerUnavailable):
    """The mail server does not take our account, address or certificate: somebody has to mend a setting."""


class MailFolderUnavailable(TemporaryError):
    """The folder of messages cannot be read or written now."""
