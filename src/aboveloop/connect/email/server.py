"""Which mail servers there are, as the environment names them; passwords stand beside the addresses, never in them."""

import os
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from aboveloop.kit.errors import WrongUsage


@dataclass(frozen=True)
class MailServer:
    """`security`: TLS from the first byte, STARTTLS before anything else is said, or none on this machine alone.

    `folder` is the mailbox's, of IMAP.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str | None
    password: str | None = field(repr=False)
    folder: str = "INBOX"


# By protocol and whether TLS comes first: the port that servers listen on.
MAIL_PORTS = {("smtp", True): 465, ("smtp", False): 587, ("imap", True): 993, ("imap", False): 143}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def mail_server(kind: Literal["smtp", "imap"]) -> MailServer | None:
    """The server that ABOVELOOP_SMTP_URL or ABOVELOOP_IMAP_URL names, such as smtps://user@mail.example or
    imap://user@mail.example/INBOX (STARTTLS), with its password in ABOVELOOP_SMTP_PASSWORD or _IMAP_PASSWORD; or None.

    Raises WrongUsage for what is no such address, holds its password, or would send one over the network in the open.
    """
    name = f"ABOVELOOP_{kind.upper()}_URL"
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        raise WrongUsage(f"{name} is no address of a server: write {kind}s://user@mail.example.") from error
    if url.scheme not in (kind, f"{kind}s") or not url.hostname:
        raise WrongUsage(f"{name} begins with {kind}s:// (TLS) or {kind}:// (STARTTLS) and names a server.")
    if url.password is not None:
        raise WrongUsage(f"{name} holds a password, which many can read there: set ABOVELOOP_{kind.upper()}_PASSWORD.")
    is_open = url.query == "security=none"
    if url.query and not is_open:
        raise WrongUsage(f"{name} takes nothing behind ? but security=none.")
    if is_open and url.hostname not in LOOPBACK:
        raise WrongUsage(f"{name} says security=none, which is for a server on this machine alone.")
    first = url.scheme.endswith("s")
    return MailServer(
        host=url.hostname,
        port=port or MAIL_PORTS[kind, first],
        security="none" if is_open else "tls" if first else "starttls",
        user=unquote(url.username) if url.username else None,
        password=os.environ.get(f"ABOVELOOP_{kind.upper()}_PASSWORD") or None,
        folder=unquote(url.path.strip("/")) or "INBOX",
    )
