"""HTML as a customer would read it: text, with lists and quotations marked as plain mail marks them.

The standard library's parser takes minutes over half a megabyte of `<!--`, so that one mail could stop the channel;
this reads tags in time that grows with the length and no faster.
"""

import re
from collections.abc import Iterator
from html import unescape

# Elements of which nothing is shown; up to their end tag nothing is read as a tag either.
RAW = frozenset({"script", "style", "title", "textarea", "noscript"})
UNSEEN = frozenset({"head", "template", "svg", "object"})
# fmt: off
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "tbody", "tfoot", "thead", "tr", "ul",
})
# fmt: on
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
HIDING = re.compile(
    r"\bhidden\b|display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|font-size\s{0,9}:\s{0,9}0(?![\d.])",
    re.IGNORECASE,
)
NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:-]{0,30})")
# Attributes of one tag; a longer one is no tag.
LONGEST_TAG = 5_000
# Quoted attributes in which a bracket does not count.
MOST_QUOTES = 40
OPENED = re.compile(r"=\s{0,9}([\"'])")
# Numbers of no character, which Python will not even turn into a number.
ENDLESS = re.compile(r"&#(?:[xX][0-9a-fA-F]{7,}|[0-9]{8,})")


def text_of_html(html: str) -> str:
    """The text of `html`; never raises. What the reader does not see (styles, hidden elements) is left out."""
    page = _Page()
    for is_tag, piece in _pieces(html):
        if is_tag:
            page.tag(piece)
        else:
            page.words(piece)
    return page.text()


def _pieces(html: str) -> Iterator[tuple[bool, str]]:
    """Tags without their brackets (True) and the text between them (False), in order."""
    lower = html.lower()
    at = 0
    while at < len(html):
        start = html.find("<", at)
        if start < 0:
            yield False, html[at:]
            return
        if start > at:
            yield False, html[at:start]
        if html.startswith("<!--", start):
            end = html.find("-->", start + 4)
            at = end + 3 if end >= 0 else len(html)
        elif html.startswith(("<!", "<?"), start):
            end = html.find(">", start, start + LONGEST_TAG)
            at = end + 1 if end >= 0 else start + 2
        elif (end := _end_of_tag(html, start)) < 0:
            yield False, "<"
            at = start + 1
        else:
            tag = html[start + 1 : end]
            yield True, tag
            at = end + 1
            if (name := _name(tag)) in RAW and not tag.startswith("/"):
                end = lower.find(f"</{name}", at)
                at = end if end >= 0 else len(html)


def _end_of_tag(html: str, start: int) -> int:
    """Where the tag at `start` ends, or -1 for a bracket that begins no tag. A bracket in quotes does not end it."""
    limit = start + LONGEST_TAG
    end = html.find(">", start, limit) if NAME.match(html, start + 1) else -1
    at = start
    for _ in range(MOST_QUOTES):
        opened = OPENED.search(html, at, end) if end >= 0 else None
        if opened is None:
            return end
        closed = html.find(opened.group(1), opened.end(), limit)
        if closed < 0:
            return end
        at = closed + 1
        if closed > end:
            end = html.find(">", at, limit)
    return end


def _name(tag: str) -> str:
    found = NAME.match(tag)
    return found.group(1).lower() if found else ""


class _Page:
    """The lines so far. Hidden elements are counted by their name, since mails nest them wrongly."""

    def __init__(self) -> None:
        self._lines: list[list[str]] = [[]]
        self._quotes = 0
        self._hidden_by = ""
        self._hidden_depth = 0

    def tag(self, tag: str) -> None:
        name, closes = _name(tag), tag.startswith("/")
        if self._hidden_by:
            if name == self._hidden_by:
                self._hidden_depth += -1 if closes else 1
                self._hidden_by = name if self._hidden_depth else ""
        elif closes:
            self._close(name)
        elif name not in VOID and name not in RAW and (name in UNSEEN or HIDING.search(tag)):
            self._hidden_by, self._hidden_depth = name, 1
        else:
            self._open(name)

    def words(self, text: str) -> None:
        if self._hidden_by:
            return
        shown = re.sub(r"\s+", " ", unescape(ENDLESS.sub("", text)))
        line = self._lines[-1]
        if not line:
            shown = shown.lstrip()
            if shown and self._quotes:
                line.append("> " * min(self._quotes, 5))
        if shown:
            line.append(shown)

    def text(self) -> str:
        lines = ("".join(line).rstrip() for line in self._lines)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _open(self, name: str) -> None:
        if name == "br":
            self._lines.append([])
        elif name in BLOCKS:
            self._break()
        if name == "blockquote":
            self._quotes += 1
        elif name == "li":
            self._lines[-1].append("- ")

    def _close(self, name: str) -> None:
        if name in BLOCKS:
            self._break()
        if name == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        if name in ("p", "blockquote"):
            self._lines.append([])
        elif name in ("td", "th"):
            self._lines[-1].append(" ")

    def _break(self) -> None:
        if any(piece.strip() for piece in self._lines[-1]):
            self._lines.append([])
