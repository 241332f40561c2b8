"""Where a message of ours goes: the SMTP server of the environment, else a folder from which a mail server takes it."""

from pathlib import Path
from typing import Protocol

from aboveloop.connect.email.maildir import MaildirChannel
from aboveloop.connect.email.messages import Outgoing
from aboveloop.connect.email.server import mail_server
from aboveloop.connect.email.smtp import SmtpOutbox


class Outbox(Protocol):
    """Takes a message and returns its foreign id. Raises MessageUnsendable, MessageRefused and TemporaryError."""

    def send(self, message: Outgoing) -> str: ...


def outbox_of(folder: Path, address: str, name: str) -> Outbox:
    """`address` is ours, `name` stands beside it. Raises WrongUsage for half a setting."""
    smtp = mail_server("smtp")
    if smtp is not None:
        return SmtpOutbox(smtp, address, name=name)
    return MaildirChannel(folder / "in", folder / "out", address, name=name)
