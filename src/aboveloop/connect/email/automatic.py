"""Which messages are never answered by themselves: machines wrote them, and would answer us for ever."""

import re
from collections.abc import Callable

# RFC 3834, and what mail systems did before it and still do.
MAILERS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
NOBODY = re.compile(r"(?:no|do[-_.]?not)[-_.]?(?:reply|respond|answer)|automailer|bounces?(?:[+-].*)?")
BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
SUPPRESSED = frozenset({"all", "autoreply"})
LISTS = ("list-id", "list-unsubscribe", "list-post")
# What a reason says of the kind of message; a reason of no kind is about who wrote it.
REPORT, BULK_SENT, LIST, REPLY, QUIET, UNREAD = (
    "It is a bounce or a delivery report.",
    "It was sent in bulk or automatically.",
    "It comes from a mailing list.",
    "It is an automatic reply.",
    "Its sender asks for no automatic answer.",
    "Nobody reads answers at its address.",
)
SENT_AUTOMATICALLY = "It was sent automatically"
KINDS = {REPORT: "report", BULK_SENT: "bulk", LIST: "bulk", REPLY: "reply", QUIET: "reply", UNREAD: "no_reply"}
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
        return REPORT
    if header("x-failed-recipients"):
        return REPORT
    if submitted not in ("", "no"):
        return f"{SENT_AUTOMATICALLY} ({submitted[:40]})."
    if header("precedence").strip().lower() in BULK:
        return BULK_SENT
    if any(header(name) for name in LISTS):
        return LIST
    if any(header(name) for name in REPLIES):
        return REPLY
    if SUPPRESSED & {word.strip().lower() for word in header("x-auto-response-suppress").split(",")}:
        return QUIET
    if NOBODY.fullmatch(local):
        return UNREAD
    return ""


def kind_of(why: str) -> str:
    """`report`, `reply`, `bulk` or `no_reply`, told by the reason; "" for what a person wrote, and for what comes from
    ourselves or names no sender."""
    return "reply" if why.startswith(SENT_AUTOMATICALLY) else KINDS.get(why, "")
