"""Headers as text. Read from their raw form: the standard library's parsers of single headers raise on some."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import EmailMessage

UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Longer than any header that means something; decoding costs more than in proportion.
LONGEST_HEADER = 8_000


class Headers:
    """The headers of one message, by name in any case."""

    def __init__(self, message: EmailMessage) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), []).append(_unescaped(str(value)[:LONGEST_HEADER]))

    def count(self, name: str) -> int:
        return len(self._values.get(name.lower(), []))

    def raw(self, name: str) -> str:
        """The first header of that name on one line, not decoded; "" where there is none."""
        values = self._values.get(name.lower())
        return re.sub(r"\r?\n\s*", " ", values[0]) if values else ""

    def text(self, name: str) -> str:
        return decoded(self.raw(name))


def decoded(text: str) -> str:
    """`text` with its encoded words decoded; as it stands where they are broken."""
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(part if isinstance(part, str) else text_of_bytes(part, charset) for part, charset in parts)


def text_of_bytes(content: bytes, charset: str | None) -> str:
    """Text in the charset that it claims, else UTF-8, else Windows-1252: what mail without a charset mostly is."""
    wanted = (charset or "").strip("\"' ").lower()
    if wanted in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", ""):
        # Mail that claims these is often more; Windows-1252 holds all of Latin-1's letters.
        wanted = "utf-8"
    for candidate in (wanted, "utf-8"):
        try:
            return content.decode(candidate)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("cp1252", errors="replace")


def one_line(text: str) -> str:
    return " ".join(UNPRINTED.sub(" ", text).split())


def _unescaped(text: str) -> str:
    """Bytes beyond ASCII that the parser has kept as halves of characters, as the text that they are."""
    if text.isascii():
        return text
    return text_of_bytes(text.encode("utf-8", errors="surrogateescape"), None)
