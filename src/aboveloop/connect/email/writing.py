"""Our messages as bytes: what comes from elsewhere (subjects, names, ids) cannot become a header of its own."""

import hashlib
import re
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

from aboveloop.connect.email.headers import one_line
from aboveloop.connect.email.messages import Outgoing
from aboveloop.connect.email.parsing import ADDRESS, IDENTIFIER
from aboveloop.connect.errors import MessageUnsendable

# A header line may have 998 characters; ids must never be broken or encoded, so lines are as long as that.
POLICY = policy.default.clone(max_line_length=998, cte_type="7bit")
LONGEST_SUBJECT = 200
LONGEST_NAME = 100
# The ids of a thread that still fit into one line.
LONGEST_REFERENCES = 900
PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def file_name(message_id: str) -> str:
    """A name for our message that any file system takes, the same for the same id."""
    if PLAIN_ID.fullmatch(message_id):
        return message_id
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]


def foreign_id(message_id: str, address: str) -> str:
    """The Message-ID under which our message goes out: made of its id, so that a second copy is recognised."""
    return f"<{file_name(message_id)}@{address.partition('@')[2]}>"


def written(message: Outgoing, *, address: str, name: str) -> bytes:
    """The bytes of `message` from `address`. Raises MessageUnsendable where its address is none."""
    email = EmailMessage(policy=POLICY)
    email["From"] = _mailbox(message, name, address)
    email["To"] = _mailbox(message, message.to_name, message.to)
    email["Subject"] = one_line(message.subject)[:LONGEST_SUBJECT]
    email["Date"] = message.at
    email["Message-ID"] = foreign_id(message.id, address)
    if thread := _thread(message):
        email["In-Reply-To"] = thread[-1]
        email["References"] = " ".join(thread)
    if message.automatic:
        # RFC 3834: other machines must not answer what a machine wrote.
        email["Auto-Submitted"] = "auto-replied" if thread else "auto-generated"
        email["X-Auto-Response-Suppress"] = "All"
    email.set_content(message.text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""))
    return email.as_bytes()


def _mailbox(message: Outgoing, name: str, address: str) -> Address:
    if not ADDRESS.fullmatch(address) or not address.isascii() or not address.isprintable():
        raise MessageUnsendable(
            f"Message {message.id} has no address that mail can go to. Correct it, or reply otherwise."
        )
    try:
        return Address(display_name=one_line(name)[:LONGEST_NAME], addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise MessageUnsendable(
            f"Message {message.id} has no address that mail can go to ({error}). Correct it, or reply otherwise."
        ) from error


def _thread(message: Outgoing) -> list[str]:
    """The thread's ids, oldest first, the one that is answered last; what is no id is left out."""
    answered = [message.in_reply_to] if message.in_reply_to else []
    ids = [each for each in [*message.references, *answered] if IDENTIFIER.fullmatch(each) and each.isascii()]
    thread = list(dict.fromkeys(reversed(ids)))[::-1]
    while len(" ".join(thread)) > LONGEST_REFERENCES:
        # The first and the last matter most to mail programs.
        del thread[1 if len(thread) > 2 else 0]
    return thread
