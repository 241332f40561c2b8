"""Our messages out by SMTP, one connection for each: signed in over TLS, and what the server says told apart.

A message has the same Message-ID at every attempt, so a copy that a lost answer makes is recognised where it arrives.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aboveloop.connect.email.messages import Outgoing
from aboveloop.connect.email.server import MailServer
from aboveloop.connect.email.writing import foreign_id, written
from aboveloop.connect.errors import MailServerRefusesUs, MailServerUnavailable, MessageRefused

# A server that takes longer to say something is tried again; RFC 5321 would wait for minutes, and a case waits with it.
TIMEOUT_SECONDS = 20.0
LONGEST_SAID = 200
LINE_END = re.compile(rb"\r?\n")


class SmtpOutbox:
    """Sends from `address`, with `name` beside it."""

    def __init__(self, server: MailServer, address: str, *, name: str = "") -> None:
        self._server = server
        self.address = address
        self.name = name

    def send(self, message: Outgoing) -> str:
        """Send the message and return its foreign id; that it returns means that the server has taken it.

        Raises MessageUnsendable for an address that is none, MessageRefused where the server will never take it (5xx),
        MailServerUnavailable where it may later (4xx, no answer), MailServerRefusesUs where our own account is refused.
        """
        content = LINE_END.sub(b"\r\n", written(message, address=self.address, name=self.name))
        with self._signed_in() as session:
            _demand(session.mail(self.address), ours=True)
            _demand(session.rcpt(message.to))
            _demand(session.data(content))
        return foreign_id(message.id, self.address)

    def look(self) -> None:
        """Connect and sign in, and send nothing. Raises MailServerUnavailable, MailServerRefusesUs."""
        with self._signed_in() as session:
            _demand(session.noop(), ours=True)

    @contextmanager
    def _signed_in(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        try:
            session = _connected(server)
            try:
                if server.security == "starttls":
                    session.starttls(context=ssl.create_default_context())
                if server.user is not None:
                    session.login(server.user, server.password or "")
                session.ehlo_or_helo_if_needed()
                yield session
            finally:
                _leave(session)
        except smtplib.SMTPResponseException as error:
            _demand((error.smtp_code, error.smtp_error), ours=not isinstance(error, smtplib.SMTPDataError))
        except smtplib.SMTPNotSupportedError as error:
            raise MailServerRefusesUs(f"The mail server {server.host} does not offer what is asked: {error}") from error
        except ssl.SSLError as error:
            raise MailServerRefusesUs(
                f"The mail server {server.host} has no certificate that this machine trusts, or speaks no TLS"
                f" ({error.reason})."
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailServerUnavailable(f"The mail server {server.host} does not answer ({_named(error)}).") from error


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)


def _leave(session: smtplib.SMTP) -> None:
    """What was taken stays taken, whether the server says goodbye or not."""
    try:
        session.quit()
    except (smtplib.SMTPException, OSError):
        session.close()


def _demand(answer: tuple[int, bytes | str], *, ours: bool = False) -> None:
    """Nothing where the server said yes; `ours`: the answer was about us, not about this message and whom it is for."""
    code, said = answer
    if 200 <= code < 400:
        return
    words = _said(said)
    if 400 <= code < 500 or code < 200:
        raise MailServerUnavailable(f"The mail server says: not now ({code} {words}).")
    if ours:
        raise MailServerRefusesUs(f"The mail server refuses our account or address ({code} {words}).")
    raise MessageRefused(f"The mail server refuses it for good ({code} {words}).", code=code)


def _said(said: bytes | str) -> str:
    """What the server said, on one line; it comes from outside."""
    text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST_SAID]


def _named(error: Exception) -> str:
    return _said(str(error)) or type(error).__name__
