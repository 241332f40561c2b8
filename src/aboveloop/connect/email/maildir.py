"""The e-mail channel: takes messages out of one Maildir and puts ours into another, each once.

A message is only moved from `new` to `cur` when whoever received it has committed what came of it; after a crash in
between it is received again, under the same foreign id.
"""

import os
import threading
from pathlib import Path

from aboveloop.connect.email.messages import Outgoing, Received
from aboveloop.connect.email.parsing import MOST_BYTES, read_message
from aboveloop.connect.email.writing import file_name, foreign_id, written
from aboveloop.connect.errors import MailFolderUnavailable

FOLDERS = ("tmp", "new", "cur")
# A turn takes milliseconds to seconds; more would only make the first ones wait for the last to be parsed.
AT_ONCE = 100


class MaildirChannel:
    """`inbox` and `outbox` are Maildirs, made when missing; `address` is ours, `name` stands beside it."""

    # People who write e-mail do not sit and wait: looking twice a second is quick enough and costs next to nothing.
    look_every_seconds = 0.5

    def __init__(self, inbox: Path, outbox: Path, address: str, *, name: str = "") -> None:
        self.inbox = inbox
        self.outbox = outbox
        self.address = address
        self.name = name
        for folder in (inbox, outbox):
            for part in FOLDERS:
                (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)

    def receive(self, *, at_once: int = AT_ONCE) -> list[Received]:
        """The messages that nobody has acknowledged yet, oldest first, at most `at_once`. Takes nothing away."""
        try:
            names = sorted(
                entry.name for entry in os.scandir(self.inbox / "new") if entry.is_file(follow_symlinks=False)
            )
        except OSError as error:
            raise MailFolderUnavailable(f"{self.inbox / 'new'} cannot be read ({error.strerror}).") from error
        received = (self._read(self.inbox / "new" / name) for name in names if not name.startswith("."))
        found: list[Received] = []
        for message in received:
            if message is not None:
                found.append(message)
            if len(found) == at_once:
                break
        return found

    def acknowledge(self, message: Received) -> None:
        """What came of it is committed: it is not received again. Acknowledging twice is no harm."""
        seen = self.inbox / "cur" / f"{message.path.name.partition(':')[0]}:2,S"
        try:
            message.path.rename(seen)
        except FileNotFoundError:
            return
        except OSError as error:
            raise MailFolderUnavailable(f"{message.path} cannot be moved ({error.strerror}).") from error

    def send(self, message: Outgoing) -> str:
        """Put the message into the outbox and return its foreign id. The same message twice is there once.

        Raises MessageUnsendable for an address that is none, MailFolderUnavailable where it cannot be written.
        """
        content = written(message, address=self.address, name=self.name)
        name = file_name(message.id)
        target = self.outbox / "new" / name
        try:
            if not target.exists() and not any((self.outbox / "cur").glob(f"{name}:*")):
                self._put(content, target)
        except OSError as error:
            raise MailFolderUnavailable(f"{target} cannot be written ({error.strerror}).") from error
        return foreign_id(message.id, self.address)

    def _read(self, path: Path) -> Received | None:
        """The message in `path`, None where somebody else has acknowledged it meanwhile."""
        try:
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MailFolderUnavailable(f"{path} cannot be read ({error.strerror}).") from error
        return read_message(raw, ours=self.address, path=path)

    def _put(self, content: bytes, target: Path) -> None:
        """Write aside and rename, so that whoever sends the outbox never sees half a message."""
        draft = self.outbox / "tmp" / f"{target.name}.{os.getpid()}.{threading.get_ident()}"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
