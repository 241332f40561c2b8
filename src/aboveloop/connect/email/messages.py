"""Messages as the e-mail channel hands them in and takes them out."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aboveloop.connect.email.bounces import Bounce


@dataclass(frozen=True)
class Received:
    """A message from outside; nothing in it is proved, least of all who wrote it.

    `foreign_id` is its Message-ID, or a hash where it has none: the same message again has the same.
    `address` is the sender's in lower case, "" where it names nobody; `reply_to` is where answers go.
    `text` is the whole body, `said` what is new in it, without what it quotes. `never_answer` says why no
    answer may be sent by itself (a bounce, an automatic reply, a mailing list), and is "" otherwise. `bounce` is what
    a report says of a message of ours; `place` the UIDVALIDITY and UID in a mailbox, `path` the file in a Maildir.
    """

    foreign_id: str
    address: str
    name: str
    reply_to: str
    subject: str
    text: str
    said: str
    in_reply_to: str | None
    references: tuple[str, ...]
    attachments: tuple[str, ...]
    never_answer: str
    is_cut: bool
    path: Path
    bounce: Bounce | None = None
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Outgoing:
    """A message to be sent. `id` is ours and names it for ever: sent twice, it is the same message.

    `in_reply_to` and `references` are foreign ids of the thread. `automatic` is False only for what a person wrote.
    """

    id: str
    to: str
    subject: str
    text: str
    at: datetime
    to_name: str = ""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    automatic: bool = True
