"""Real mail servers for tests: an SMTP server of this process (aiosmtpd) and a Dovecot of its own, on free ports.

Dovecot is Debian's (`apt-get install dovecot-imapd`); it runs on a folder of the test alone, with one user.
"""

import datetime
import getpass
import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aboveloop.connect.email.server import MailServer

USER, PASSWORD = "help@crumb.example", "let-me-in"
# Debian puts it where ordinary users do not look.
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key, one for all servers of a folder; who trusts it trusts them."""
    public, private = folder / "mail.pem", folder / "mail.key"
    if private.exists():
        return public, private
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Mailbag:
    """What arrived, and what the server is to say next to a recipient or to a message."""

    arrived: list[EmailMessage] = field(default_factory=list)
    to_recipient: list[str] = field(default_factory=list)
    to_message: list[str] = field(default_factory=list)
    # After how many messages the connection breaks before the server's yes is heard.
    lost_answers: int = 0
    signed_in: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.to_message:
            return self.to_message.pop(0)
        assert isinstance(envelope.content, bytes)
        message = BytesParser(EmailMessage, policy=default).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        if self.lost_answers:
            self.lost_answers -= 1
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        self.signed_in.append(data.login.decode())
        return AuthResult(success=good, handled=False)


@contextmanager
def smtp_server(bag: Mailbag, folder: Path, *, security: str = "starttls") -> Iterator[MailServer]:
    """A server that takes nothing before TLS and signing in, but with `none`."""
    public, private = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    more: dict[str, Any] = {}
    if security == "tls":
        more = {"ssl_context": context}
    elif security == "starttls":
        more = {"tls_context": context, "require_starttls": True}
    signs_in = security != "none"
    port = free_port()
    controller = Controller(
        bag,
        hostname="127.0.0.1",
        port=port,
        authenticator=bag.authenticate,
        auth_required=signs_in,
        auth_require_tls=security == "starttls",
        **more,
    )
    controller.start()
    try:
        user, password = (USER, PASSWORD) if signs_in else (None, None)
        yield MailServer("127.0.0.1", port, security, user, password)  # type: ignore[arg-type]
    finally:
        controller.stop()


@dataclass(frozen=True)
class Dovecot:
    """A running IMAP server with one mailbox, whose Maildir is `box`."""

    server: MailServer
    box: Path

    def put(self, raw: bytes, name: str) -> None:
        """Deliver a message as a mail server does."""
        draft = self.box / "tmp" / name
        draft.write_bytes(raw)
        draft.rename(self.box / "new" / name)

    def session(self) -> imaplib.IMAP4:
        """A mail program that looks at the same mailbox."""
        session = imaplib.IMAP4("127.0.0.1", self.server.port)
        session.starttls(ssl_context=ssl.create_default_context())
        session.login(USER, PASSWORD)
        return session

    def number_anew(self) -> None:
        """As after a restore: the server forgets its numbers and gives new ones."""
        for file in self.box.glob("dovecot*"):
            file.unlink()


@contextmanager
def imap_server(folder: Path) -> Iterator[Dovecot]:
    if DOVECOT is None:
        pytest.skip("No IMAP server: install Dovecot (apt-get install dovecot-imapd) to run this test.")
    public, private = certificate(folder)
    port, me, group = free_port(), getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    # Started by root it gives its rights away, as installed; started by anybody else it keeps theirs.
    inner, outer, shared = ("dovecot", "dovenull", "dovecot") if os.getuid() == 0 else (me, me, group)
    owner = pwd.getpwnam(inner)
    run = Path(tempfile.mkdtemp(prefix="aboveloop-dovecot-"))
    run.chmod(0o755)
    box = run / "box"
    for part in ("", "tmp", "new", "cur"):
        (box / part).mkdir()
        os.chown(box / part, owner.pw_uid, owner.pw_gid)
    users = run / "users"
    users.write_text(f"{USER}:{{PLAIN}}{PASSWORD}:{owner.pw_uid}:{owner.pw_gid}::{run}::\n")
    config = folder / "dovecot.conf"
    config.write_text(
        f"""
base_dir = {run}
state_dir = {run}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {inner}
default_login_user = {outer}
default_internal_group = {shared}
first_valid_uid = 1
mail_location = maildir:{box}
ssl = required
ssl_cert = <{public}
ssl_key = <{private}
disable_plaintext_auth = yes
auth_verbose = yes
auth_username_format = %Lu
passdb {{
  driver = passwd-file
  args = {users}
}}
userdb {{
  driver = passwd-file
  args = {users}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
    )
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(config)], stderr=subprocess.PIPE)
    try:
        _wait_for(port, process, folder)
        yield Dovecot(MailServer("127.0.0.1", port, "starttls", USER, PASSWORD), box)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            # A client that a failed test has left open holds it up.
            process.kill()
            process.communicate()
        shutil.rmtree(run, ignore_errors=True)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    for _ in range(200):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    log = folder / "log"
    said = log.read_text() if log.exists() else ""
    raise AssertionError(f"Dovecot did not start: {said}")
