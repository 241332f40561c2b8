"""Reports of mail servers about messages of ours (RFC 3464): which message, and whether it will ever arrive."""

import re
from dataclasses import dataclass

# Reports quote the message that they are about; its head comes well before this.
MOST_BYTES = 200_000
LONGEST_WORDS = 200
_FLAGS = re.IGNORECASE | re.MULTILINE
ACTION = re.compile(r"^Action:[ \t]*([a-z]+)", _FLAGS)
STATUS = re.compile(r"^Status:[ \t]*([245]\.\d{1,3}\.\d{1,3})", _FLAGS)
WORDS = re.compile(r"^Diagnostic-Code:[ \t]*(?:smtp;)?[ \t]*([^\r\n]+)", _FLAGS)
MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]{1,240}>)", _FLAGS)
HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Bounce:
    """`of`: the ids that the report quotes; `failed`: it will not arrive, else it is only late; `status` as 5.1.1."""

    of: tuple[str, ...]
    failed: bool
    status: str
    words: str


def bounce_of(raw: bytes) -> Bounce | None:
    """What a report says; None where it names no message or says nothing of its fate."""
    parts = HEAD.split(raw[:MOST_BYTES], maxsplit=1)
    body = parts[1].decode("utf-8", errors="replace") if len(parts) > 1 else ""
    ids = tuple(dict.fromkeys(MESSAGE_ID.findall(body)))
    action, status = ACTION.search(body), STATUS.search(body)
    if not ids or (action is None and status is None):
        return None
    told = status.group(1) if status is not None else ""
    failed = action.group(1).lower() == "failed" if action is not None else told.startswith("5")
    words = WORDS.search(body)
    said = "".join(letter if letter.isprintable() else " " for letter in words.group(1)) if words is not None else ""
    return Bounce(ids, failed, told, said.strip()[:LONGEST_WORDS])
