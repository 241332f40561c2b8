"""Mailboxes as mbox and Maildir: a thread is a case, told by who wrote what, without what replies quote.

Messages belong together by Message-ID, In-Reply-To and References. Who writes from a domain of the house is a person of
it, everybody else a customer; a message that a program wrote is a note.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from email import policy
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from aboveloop.connect.email.headers import Headers
from aboveloop.connect.email.parsing import read_message
from aboveloop.connect.exports.records import (
    ExportUnreadable,
    Happening,
    MappingWrong,
    Page,
    Reading,
    Record,
    Row,
    RowUnreadable,
    named,
    paged,
)
from aboveloop.kit.clock import to_micros

OWN = "own"
_CHANNEL = "email"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_KEY_LETTERS = 16


@dataclass(frozen=True)
class _Place:
    """Where a message lies: a file, and a part of it for an mbox (`end` is None for a whole file)."""

    path: Path
    start: int = 0
    end: int | None = None

    def read(self) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self.start)
            raw = file.read() if self.end is None else file.read(self.end - self.start)
        return raw if self.end is None else _ESCAPED.sub(rb"\1", raw)


@dataclass(frozen=True)
class _Letter:
    """What the head of a message says. `at` is None where it names no time."""

    place: _Place
    name: str
    before: tuple[str, ...]
    at: int | None


class Mailbox:
    """Messages in files. `kind` is mbox or maildir; the reading's `own` holds the house's domains, with commas."""

    has_keys = True
    is_retry = False
    goes_on = False

    def __init__(self, path: Path, kind: str, reading: Reading) -> None:
        self.kind, self.reading = kind, reading
        self._own = tuple(each.strip().lower().lstrip("@") for each in reading.columns.get(OWN, "").split(",") if each)
        if not self._own:
            raise MappingWrong("Which messages are yours? Say your domains, as in --own-domain shop.example.")
        self._places, self.fingerprint = _mbox(path) if kind == "mbox" else _maildir(path)
        if not self._places:
            raise ExportUnreadable(f"{path} holds no messages: it is no {kind}, or an empty one.")

    def pages(self, mark: Any) -> Iterator[Page]:
        return paged(self._rows(), mark)

    def record(self, row: Row) -> Record:
        if any(said["at"] is None for said in row.value["messages"]):
            raise RowUnreadable("It names no time that can be read.")
        first, told = row.value["messages"][0], []
        who = named(self._role(first["from"]), first["from"])
        told.append(Happening("opened", first["at"], who, None, _CHANNEL, {"subject": first["subject"]}))
        told += [self._said(each) for each in row.value["messages"]]
        return Record(row.value["thread"], row.value["thread"], tuple(told))

    def _said(self, said: Mapping[str, Any]) -> Happening:
        role = self._role(said["from"])
        facts = {name: said[name] for name in ("text", "automatic", "attachments") if said[name]}
        activity = "note" if said["automatic"] else f"{role}_message"
        return Happening(activity, said["at"], named(role, said["from"]), None, _CHANNEL, facts)

    def _role(self, address: str) -> str:
        domain = address.rpartition("@")[2]
        is_own = any(domain == own or domain.endswith(f".{own}") for own in self._own)
        return "person" if is_own else "customer"

    def _rows(self) -> Iterator[Row]:
        """Threads by their first message; a message without a time stands alone."""
        for number, thread in enumerate(_threads([_letter(each) for each in self._places]), 1):
            first = thread[0]
            root = first.before[0] if first.before else first.name
            key = hashlib.sha256(root.encode()).hexdigest()[:_KEY_LETTERS]
            yield Row(f"thread {number}", {"thread": key, "messages": [_message(each) for each in thread]})


def _message(letter: _Letter) -> dict[str, Any]:
    found = read_message(letter.place.read(), ours="", path=letter.place.path)
    return {
        "at": letter.at,
        "from": found.address,
        "subject": found.subject,
        "text": found.said,
        "automatic": found.never_answer,
        "attachments": len(found.attachments),
    }


def _letter(place: _Place) -> _Letter:
    head = _HEAD_END.split(place.read(), maxsplit=1)[0] + b"\n\n"
    found = read_message(head, ours="", path=place.path)
    before = dict.fromkeys([*found.references, *([found.in_reply_to] if found.in_reply_to else [])])
    return _Letter(place, found.foreign_id, tuple(before), _time(head))


def _time(head: bytes) -> int | None:
    """When it was written; else when the last server took it."""
    headers = Headers(BytesHeaderParser(policy=policy.default).parsebytes(head))
    for written in (headers.raw("date"), headers.raw("received").rpartition(";")[2]):
        try:
            at = parsedate_to_datetime(written.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return to_micros(at if at.tzinfo else at.replace(tzinfo=UTC))
    return None


def _threads(letters: list[_Letter]) -> list[list[_Letter]]:
    """Messages that name one another, each once and in the order of time; threads in the order of the mailbox."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            parents[name] = name = parents[parents[name]]
        return name

    for letter in letters:
        for other in letter.before:
            parents[root(letter.name)] = root(other)
    found: dict[str, dict[str, _Letter]] = {}
    for letter in letters:
        key = root(letter.name) if letter.at is not None else f"alone {letter.name}"
        found.setdefault(key, {}).setdefault(letter.name, letter)
    return [sorted(each.values(), key=lambda letter: letter.at or 0) for each in found.values()]


def _mbox(path: Path) -> tuple[list[_Place], str]:
    """A line `From ` behind an empty one begins a message."""
    if not path.is_file():
        raise ExportUnreadable(f"There is no file {path}.")
    digest, starts, ends, at, is_behind_empty = hashlib.sha256(), [], [], 0, True
    with path.open("rb") as file:
        for line in file:
            digest.update(line)
            if is_behind_empty and line.startswith(b"From "):
                ends.append(at)
                starts.append(at + len(line))
            at, is_behind_empty = at + len(line), not line.strip()
    places = [_Place(path, start, end) for start, end in zip(starts, [*ends[1:], at][: len(starts)], strict=True)]
    return places, digest.hexdigest()


def _maildir(path: Path) -> tuple[list[_Place], str]:
    """All files in `cur` and `new`, of folders within it too. The flags in a file's name may change."""
    files = sorted(each for name in ("cur", "new") for each in path.rglob(f"{name}/*") if each.is_file())
    told = sorted(f"{each.name.partition(':')[0]} {each.stat().st_size}" for each in files)
    return [_Place(each) for each in files], hashlib.sha256("\n".join(told).encode()).hexdigest()
