"""The digest of an operation: names its content, whatever the machine that it was checked out on.

Counted are the path and the text of every file that belongs to an operation. Not counted: the order of files, their
times and rights, a byte-order mark, whether lines end in LF or CRLF, hidden files and README.md.
"""

from collections.abc import Mapping

from aboveloop.kit.canonical import digest

# Part of what is digested, so that another way of counting could never give the same digest.
FORMAT = "aboveloop operation 1"


def plain_text(text: str) -> str:
    """`text` as it is kept and counted: without a byte-order mark, lines ending in LF."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256 as 64 hexadecimal characters over the plain texts by their paths (`intents/orders.yaml`)."""
    return digest({"format": FORMAT, "files": {path: plain_text(text) for path, text in files.items()}})
