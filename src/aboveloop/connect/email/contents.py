"""What a message holds: its texts, its HTML, and the names of what is attached."""

from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage, Message

from aboveloop.connect.email.headers import decoded, one_line, text_of_bytes

MOST_ATTACHMENTS = 50
LONGEST_FILE_NAME = 200
# Deeper nesting than this comes from nobody's mail program.
DEEPEST = 20
# What the standard library raises on structures that are none.
UNREADABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Contents:
    """`kind` is the whole message's content type; `is_cut` is True where parts were left out."""

    kind: str
    plain: str
    html: str
    attachments: tuple[str, ...]
    is_cut: bool


@dataclass
class _Found:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    is_cut: bool = False


def contents_of(message: EmailMessage) -> Contents:
    """The contents of `message`; a part that cannot be read counts as attached."""
    found = _Found()
    _collect(message, found, 0)
    kind = _kind(message)
    return Contents(kind, "\n\n".join(found.plain), "\n".join(found.html), tuple(found.attachments), found.is_cut)


def _collect(part: Message, found: _Found, depth: int) -> None:
    kind = _kind(part)
    if depth > DEEPEST or len(found.attachments) >= MOST_ATTACHMENTS:
        found.is_cut = True
        return
    name = _file_name(part)
    if name or _is_attached(part) or kind.startswith("message/"):
        found.attachments.append(name or kind)
        return
    payload = part.get_payload()
    if isinstance(payload, list):
        for inner in payload:
            if isinstance(inner, Message):
                _collect(inner, found, depth + 1)
        return
    if kind == "text/html":
        found.html.append(_text(part))
    elif kind.startswith(("text/", "multipart/")):
        # A "multipart" without parts is a text whose head promises too much.
        found.plain.append(_text(part))
    else:
        found.attachments.append(kind)


def _text(part: Message) -> str:
    try:
        content = part.get_payload(decode=True)
        charset = part.get_param("charset")
    except UNREADABLE:
        return str(part.get_payload())
    if not isinstance(content, bytes):
        return ""
    return text_of_bytes(content, charset if isinstance(charset, str) else None)


def _kind(part: Message) -> str:
    try:
        return part.get_content_type()
    except UNREADABLE:
        return "text/plain"


def _is_attached(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except UNREADABLE:
        return True


def _file_name(part: Message) -> str:
    """The name of an attached file: its last part only, on one line, so that it can be shown and stored."""
    try:
        name = part.get_filename() or ""
    except UNREADABLE:
        return ""
    shown = one_line(decoded(str(name))).replace("\\", "/").rsplit("/", 1)[-1]
    return shown[:LONGEST_FILE_NAME]
