"""Chat sessions: secret tokens of customers who have not signed in anywhere, and how fast they may write.

Nothing is stored for a session until its first message; then only a digest of its token is, as the contact address.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveloop.api.errors import ChannelMissing, SessionUnknown, TextRefused, TooManyMessages
from aboveloop.api.shapes import writable
from aboveloop.app import store
from aboveloop.app.premises import Premises
from aboveloop.journey.cases import Contact
from aboveloop.journey.store import contact, message_by_foreign_id
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Channel
from aboveloop.operation.names import WEBCHAT

SECRET = "session"
TOKEN_BYTES = 24
PROOF_BYTES = 12
# Of the token's digest: 160 bits name every session there will ever be.
ADDRESS_CHARACTERS = 40
LONGEST_TEXT = 8_000
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class ChatOptions:
    """How often one session may write, and how often its stream looks for news and says that it is still there."""

    messages_a_minute: int = 20
    poll_seconds: float = 0.08
    keep_alive_seconds: float = 15.0


def new_session(secret: bytes) -> str:
    """A token that only its holder knows, and that this home can tell from a made-up one without storing it."""
    token = secrets.token_bytes(TOKEN_BYTES)
    return base64.urlsafe_b64encode(token + _proof(secret, token)).decode()


def address_of(secret: bytes, session: str) -> str:
    """The contact address of a session. Raises SessionUnknown for a token that was not given out here."""
    try:
        content = base64.b64decode(session.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        content = b""
    token, proof = content[:TOKEN_BYTES], content[TOKEN_BYTES:]
    if not hmac.compare_digest(_proof(secret, token), proof):
        raise SessionUnknown("There is no such chat session. Begin a new one: POST /chat/sessions.")
    return hashlib.sha256(token).hexdigest()[:ADDRESS_CHARACTERS]


def contact_of(reader: Reader, address: str) -> Contact | None:
    """The contact point of a session, None before its first message."""
    row = contact(reader, WEBCHAT, address)
    return None if row is None else Contact(row.id, row.customer_id, row.channel, row.address)


def webchat_of(premises: Premises) -> Channel:
    """The channel as the operation describes it. Raises ChannelMissing where it has no web chat."""
    about = premises.current().about
    if WEBCHAT not in about.channels:
        raise ChannelMissing(f"{about.title} has no web chat: operation.yaml names no channel {WEBCHAT}.")
    return about.channels[WEBCHAT]


def checked_text(text: str) -> str:
    """The text without space around it. Raises TextRefused for what is empty, too long or cannot be written down."""
    told = text.strip()
    if not told:
        raise TextRefused("The message is empty, so it was not sent. Write something.")
    if len(told) > LONGEST_TEXT:
        raise TextRefused(f"The message has {len(told)} characters and was not sent; {LONGEST_TEXT} fit. Send parts.")
    try:
        return writable(told)
    except ValueError as error:
        raise TextRefused(f"The message {error}, so it was not sent.") from error


def check_pace(reader: Reader, address: str, foreign_id: str, now: datetime, options: ChatOptions) -> None:
    """Raises TooManyMessages when the session has written too much. A message that is known already counts no more."""
    standing = contact_of(reader, address)
    if standing is None or message_by_foreign_id(reader, standing.id, foreign_id) is not None:
        return
    lately = store.messages_since(reader, standing.id, now - MINUTE)
    if len(lately) >= options.messages_a_minute:
        pause = (lately[-options.messages_a_minute] + MINUTE - now).total_seconds()
        raise TooManyMessages(
            f"More than {options.messages_a_minute} messages in a minute: this one was not sent. Wait a moment.",
            retry_after_seconds=max(1.0, pause),
        )


def _proof(secret: bytes, token: bytes) -> bytes:
    return hmac.new(secret, b"aboveloop/chat\n" + token, hashlib.sha256).digest()[:PROOF_BYTES]
