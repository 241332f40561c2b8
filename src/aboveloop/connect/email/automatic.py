"""Which messages are never answered by themselves: machines wrote them, and would answer us for ever."""

import re
from collections.abc import Callable

# RFC 3834, and what mail systems did before it and still do.
MAILERS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
NOBODY = re.compile(r"(?:no|do[-_.]?not)[-_.]?(?:reply|respond|answer)|automailer|bounces?(?:[+-].*)?")
BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
SUPPRESSED = frozenset({"all", "autoreply"})
LISTS = ("list-id", "list-unsubscribe", "list-post")
REPLIES = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from")


def why_never_answer(header: Callable[[str], str], content_type: str, address: str, ours: str) -> str:
    """The reason in words, or "" where an answer may be sent. `header` gives a header's text, "" for none."""
    local = address.partition("@")[0]
    submitted = header("auto-submitted").split(";")[0].strip().lower()
    if not address:
        return "It does not name one sender."
    if address == ours.lower():
        return "It comes from our own address."
    if local in MAILERS or content_type == "multipart/report" or header("return-path").replace(" ", "") == "<>":
        return "It is a bounce or a delivery report."
    if header("x-failed-recipients"):
        return "It is a bounce or a delivery report."
    if submitted not in ("", "no"):
        return f"It was sent automatically ({submitted[:40]})."
    if header("precedence").strip().lower() in BULK:
        return "It was sent in bulk or automatically."
    if any(header(name) for name in LISTS):
        return "It comes from a mailing list."
    if any(header(name) for name in REPLIES):
        return "It is an automatic reply."
    if SUPPRESSED & {word.strip().lower() for word in header("x-auto-response-suppress").split(",")}:
        return "Its sender asks for no automatic answer."
    if NOBODY.fullmatch(local):
        return "Nobody reads answers at its address."
    return ""
