"""A message's bytes as what they say. Whatever stands in them, this never raises: mail comes from anybody."""

import hashlib
import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from aboveloop.connect.email.automatic import why_never_answer
from aboveloop.connect.email.bounces import bounce_of
from aboveloop.connect.email.contents import UNREADABLE, contents_of
from aboveloop.connect.email.headers import UNPRINTED, Headers, decoded, one_line
from aboveloop.connect.email.html_text import text_of_html
from aboveloop.connect.email.messages import Received
from aboveloop.connect.email.said import what_is_new

# Bytes of a message that are read: text comes first, and attachments of any size come after it.
MOST_BYTES = 5_000_000
# Nobody writes, and no worker reads, more than this.
MOST_CHARACTERS = 100_000
# Newsletters have this much around a few words; hostile HTML takes more than its share of time beyond it.
MOST_HTML = 500_000
LONGEST_SUBJECT = 500
LONGEST_NAME = 200
MOST_REFERENCES = 50
# Lines that may begin a part; the parser needs a tenth of a millisecond for each, and a hostile mail has a million.
MOST_PARTS = 2_000

IDENTIFIER = re.compile(r"<[^<>\s]{1,240}>")
ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+")
QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
COMMENT = re.compile(r"\([^()]*\)")
ANGLED = re.compile(r"<([^<>]*)>")


def read_message(raw: bytes, *, ours: str, path: Path, place: tuple[int, int] = (0, 0)) -> Received:
    """The message in `raw`, of which no more than MOST_BYTES are read. `ours` is the address it came to."""
    kept = _with_few_parts(raw[:MOST_BYTES])
    message = _parsed(kept)
    headers = Headers(message)
    address, name = _sender(headers)
    contents = contents_of(message)
    text = _clean(contents.plain if contents.plain.strip() else text_of_html(contents.html[:MOST_HTML]))
    references = IDENTIFIER.findall(headers.text("references"))
    return Received(
        foreign_id=_foreign_id(headers.text("message-id"), raw),
        address=address.lower(),
        name=name,
        reply_to=_mailbox(headers.raw("reply-to"))[0] or address,
        subject=one_line(headers.text("subject"))[:LONGEST_SUBJECT],
        text=text[:MOST_CHARACTERS],
        said=what_is_new(text[:MOST_CHARACTERS]),
        in_reply_to=next(iter(IDENTIFIER.findall(headers.text("in-reply-to"))), None),
        references=tuple(references[-MOST_REFERENCES:]),
        attachments=contents.attachments,
        never_answer=why_never_answer(headers.text, contents.kind, address.lower(), ours),
        is_cut=contents.is_cut or len(raw) > len(kept) or len(text) > MOST_CHARACTERS,
        path=path,
        bounce=bounce_of(kept) if contents.kind == "multipart/report" else None,
        place=place,
    )


def _with_few_parts(raw: bytes) -> bytes:
    """`raw` up to the part after which there are too many to be a letter."""
    at = 0
    for _ in range(MOST_PARTS):
        at = raw.find(b"\n--", at + 1)
        if at < 0:
            return raw
    return raw[:at]


def _parsed(raw: bytes) -> EmailMessage:
    parser = BytesParser(EmailMessage, policy=policy.default)
    try:
        return parser.parsebytes(raw)
    except UNREADABLE:
        # A body that is built to break parsers; the head still says who wrote.
        return parser.parsebytes(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0] + b"\n\n", headersonly=True)


def _sender(headers: Headers) -> tuple[str, str]:
    """Address and name of the one sender; nothing where several headers claim to name it."""
    return _mailbox(headers.raw("from")) if headers.count("from") == 1 else ("", "")


def _mailbox(raw: str) -> tuple[str, str]:
    """The first mailbox of a header as it stands: what is in angle brackets counts, never what a name looks like."""
    bare = COMMENT.sub(" ", QUOTED.sub(" ", raw))
    angled = ANGLED.findall(bare)
    found = angled[0].strip() if angled else next(iter(ADDRESS.findall(bare)), "")
    if not ADDRESS.fullmatch(found):
        return "", ""
    name = one_line(decoded(ANGLED.sub(" ", raw))).strip(" \"'")
    return found, "" if name == found else name[:LONGEST_NAME]


def _foreign_id(header: str, raw: bytes) -> str:
    """The Message-ID, or a name made of the bytes where there is none that can be kept."""
    found = IDENTIFIER.search(header)
    return found.group() if found else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _clean(text: str) -> str:
    return UNPRINTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
