"""Which mail comes in and goes out where: a folder of Maildirs, or the servers that the environment names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aboveloop.app.post import store
from aboveloop.app.post.outboxes import Outbox
from aboveloop.app.premises import Premises
from aboveloop.connect.email.imap import ImapInbox, Position
from aboveloop.connect.email.maildir import MaildirChannel
from aboveloop.connect.email.messages import Received
from aboveloop.connect.email.server import mail_server
from aboveloop.connect.email.smtp import SmtpOutbox
from aboveloop.kit.database import Database
from aboveloop.kit.errors import NotFound, WrongUsage

EMAIL = "email"


class Inbox(Protocol):
    """Hands out what nobody has acknowledged yet. `receive` raises TemporaryError."""

    look_every_seconds: float

    def receive(self) -> list[Received]: ...

    def acknowledge(self, message: Received) -> None: ...


@dataclass(frozen=True)
class Post:
    """The ways of the channel `email`, either of which may be missing; `address` is ours, `name` stands beside it."""

    inbox: Inbox | None
    outbox: Outbox
    address: str
    name: str


@dataclass(frozen=True)
class KeptPositions:
    """How far mailboxes were read, in the house's database: every process goes on where another has stopped."""

    database: Database

    def find(self, mailbox: str) -> Position | None:
        with self.database.read() as reader:
            row = store.position(reader, mailbox)
        return None if row is None else Position(row.validity, row.uid, row.at)

    def keep(self, mailbox: str, position: Position) -> None:
        values = {"validity": position.validity, "uid": position.uid, "at": position.at}
        with self.database.write() as tx:
            store.keep_position(tx, {"mailbox": mailbox, **values})


def is_set_up() -> bool:
    """Whether the environment names a mail server. Raises WrongUsage for half a one."""
    return mail_server("smtp") is not None or mail_server("imap") is not None


def post_of(premises: Premises, folder: Path | None) -> Post:
    """The channel's ways: servers of the environment first, else the Maildirs `in` and `out` of the folder.

    Raises NotFound where the operation has no such channel, WrongUsage where nothing takes what is to be sent.
    """
    about = premises.current().about
    channel = about.channels.get(EMAIL)
    if channel is None or channel.address is None:
        raise NotFound(f"{about.title} has no channel `email` with an address in operation.yaml.")
    address, name = channel.address, about.title
    smtp, imap = mail_server("smtp"), mail_server("imap")
    maildirs = None if folder is None else MaildirChannel(folder / "in", folder / "out", address, name=name)
    outbox: Outbox | None = maildirs if smtp is None else SmtpOutbox(smtp, address, name=name)
    if outbox is None:
        raise WrongUsage("Mail comes in and cannot be answered: set ABOVELOOP_SMTP_URL, or name a folder with --mail.")
    inbox: Inbox | None = maildirs
    if imap is not None:
        inbox = ImapInbox(imap, address, KeptPositions(premises.database), premises.house.clock)
    return Post(inbox, outbox, address, name)
