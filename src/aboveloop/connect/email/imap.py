"""A mailbox read by IMAP: each message once, by its UID, and nothing in the mailbox is changed.

The place of the last message that was taken in is kept by whoever calls. Where the server has numbered its mailbox anew
(another UIDVALIDITY), what came since that message is read again; whoever takes it in knows each by its Message-ID.
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from aboveloop.connect.email.messages import Received
from aboveloop.connect.email.parsing import MOST_BYTES, read_message
from aboveloop.connect.email.server import MailServer
from aboveloop.connect.errors import MailServerRefusesUs, MailServerUnavailable
from aboveloop.kit.clock import Clock

TIMEOUT_SECONDS = 20.0
# A turn takes milliseconds to seconds; more would only make the first ones wait for the last to be read.
AT_ONCE = 50
# Servers and we may not agree on the day.
DAYS_BACK = timedelta(days=1)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NUMBER = re.compile(rb"\d+")


@dataclass(frozen=True)
class Position:
    """The last message that was taken in: its UID under a UIDVALIDITY, and when it was."""

    validity: int
    uid: int
    at: datetime


class Positions(Protocol):
    """Where mailboxes were read up to, kept over restarts."""

    def find(self, mailbox: str) -> Position | None: ...

    def keep(self, mailbox: str, position: Position) -> None: ...


class ImapInbox:
    """Reads one folder of a mailbox. `address` is ours."""

    # A connection that stands costs the server little, and whoever writes an e-mail does not sit and wait.
    look_every_seconds = 10.0

    def __init__(self, server: MailServer, address: str, positions: Positions, clock: Clock) -> None:
        self._server = server
        self._address = address
        self._positions = positions
        self._clock = clock
        self._session: imaplib.IMAP4 | None = None
        self.mailbox = f"{server.user or ''}@{server.host}/{server.folder}"

    def receive(self) -> list[Received]:
        """What nobody has acknowledged yet, oldest first, at most AT_ONCE.

        At the very first look nothing: what lay in the mailbox before is nobody's case. Raises MailServerUnavailable,
        MailServerRefusesUs; the next look connects anew.
        """
        try:
            session = self._connected()
            validity, following = _selected(session, self._server.folder)
            position = self._positions.find(self.mailbox)
            if position is None:
                self._positions.keep(self.mailbox, Position(validity, following - 1, self._clock.now()))
                return []
            return [self._read(session, validity, uid) for uid in _fresh(session, validity, position)[:AT_ONCE]]
        except (imaplib.IMAP4.error, OSError) as error:
            self.close()
            raise _in_words(self._server, error) from error

    def acknowledge(self, message: Received) -> None:
        """What came of it is committed: it is not received again."""
        position = self._positions.find(self.mailbox)
        validity, uid = message.place
        if position is None or position.validity != validity or position.uid < uid:
            self._positions.keep(self.mailbox, Position(validity, uid, self._clock.now()))

    def look(self) -> None:
        """Connect, sign in and open the folder. Raises MailServerUnavailable, MailServerRefusesUs."""
        try:
            _selected(self._connected(), self._server.folder)
        except (imaplib.IMAP4.error, OSError) as error:
            raise _in_words(self._server, error) from error
        finally:
            self.close()

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            # Whether the server says goodbye or has long gone: nothing of ours was under way.
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                session.logout()
            with contextlib.suppress(OSError):
                session.shutdown()

    def _connected(self) -> imaplib.IMAP4:
        if self._session is None:
            self._session = _signed_in(self._server)
        return self._session

    def _read(self, session: imaplib.IMAP4, validity: int, uid: int) -> Received:
        """One message, and no more of it than is read anyway. One that was deleted meanwhile is an empty one."""
        answer = _done(session.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)"))
        raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
        path = Path(self._server.folder) / str(validity) / str(uid)
        return read_message(raw, ours=self._address, path=path, place=(validity, uid))


def _signed_in(server: MailServer) -> imaplib.IMAP4:
    session: imaplib.IMAP4
    if server.security == "tls":
        context = ssl.create_default_context()
        session = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
    else:
        session = imaplib.IMAP4(server.host, server.port, timeout=TIMEOUT_SECONDS)
    if server.security == "starttls":
        session.starttls(ssl_context=ssl.create_default_context())
    try:
        session.login(server.user or "", server.password or "")
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        session.shutdown()
        if "[UNAVAILABLE]" in str(error):
            raise MailServerUnavailable(f"The mailbox at {server.host} cannot let anybody in now.") from error
        raise MailServerRefusesUs(f"The mailbox at {server.host} does not let us in. Set user and password.") from error
    return session


def _selected(session: imaplib.IMAP4, folder: str) -> tuple[int, int]:
    """UIDVALIDITY, and the UID that the next message will have. Opened to read: no flag is changed."""
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    _done(session.select(quoted, readonly=True))
    return _number(session, "UIDVALIDITY"), _number(session, "UIDNEXT")


def _fresh(session: imaplib.IMAP4, validity: int, position: Position) -> list[int]:
    """The UIDs of what came after the position, in their order."""
    if validity == position.validity:
        found = _done(session.uid("SEARCH", "UID", f"{position.uid + 1}:*"))
        # `n:*` always names the last message, also when its UID is below n.
        return [uid for uid in _numbers(found) if uid > position.uid]
    since = position.at - DAYS_BACK
    day = f"{since.day:02}-{MONTHS[since.month - 1]}-{since.year}"
    return _numbers(_done(session.uid("SEARCH", "SINCE", day)))


def _number(session: imaplib.IMAP4, name: str) -> int:
    _, data = session.response(name)
    text = data[0] if data else None
    if not isinstance(text, bytes) or not text.isdigit():
        raise imaplib.IMAP4.error(f"it does not say {name}")
    return int(text)


def _numbers(data: Sequence[Any]) -> list[int]:
    return sorted(int(found) for line in data if isinstance(line, bytes) for found in NUMBER.findall(line))


def _done(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"it says {kind}")
    return data


def _in_words(server: MailServer, error: Exception) -> MailServerUnavailable:
    if isinstance(error, MailServerUnavailable):
        return error
    if isinstance(error, ssl.SSLError):
        return MailServerRefusesUs(
            f"The mailbox at {server.host} has no certificate that this machine trusts, or speaks no TLS"
            f" ({error.reason})."
        )
    said = "".join(letter if letter.isprintable() else " " for letter in str(error))[:200]
    return MailServerUnavailable(f"The mailbox at {server.host} cannot be read now ({said}).")
