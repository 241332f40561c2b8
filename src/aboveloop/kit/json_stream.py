"""JSON that is larger than memory: the members of its outer lists one by one, each as a whole."""

import json
from collections.abc import Iterator
from typing import IO, Any

from aboveloop.kit.errors import PermanentError

_BLOCK = 1 << 20
# One member that is larger than this is no record of anything.
_LARGEST_MEMBER = 256 << 20
# An object that goes on for so long before its first line ends is not one of many lines.
_FIRST_LINE = 16 << 20
_SPACE = " \t\r\n"
_decode = json.JSONDecoder().raw_decode


class JsonBroken(PermanentError):
    """A file is no JSON of one of the kinds that are read here, or breaks off."""


def members(file: IO[str], name: str) -> Iterator[tuple[str, Any]]:
    """(list, member) of an object of lists; ("", member) of a list or of one object a line. Raises JsonBroken."""
    return _Stream(file, name).walk()


class _Stream:
    def __init__(self, file: IO[str], name: str) -> None:
        self._file, self._name = file, name
        self._text, self._at, self._is_whole = "", 0, False

    def walk(self) -> Iterator[tuple[str, Any]]:
        sign = self._peek()
        if sign == "[":
            yield from self._list("")
        elif sign == "{":
            first = self._lines_or_object()
            yield from (self._lines() if first else self._object())
        else:
            raise self._broken("begins neither with { nor with [")
        if self._peek():
            raise self._broken("goes on after its end")

    def _lines_or_object(self) -> bool:
        """Whether a whole object stands on the first line and something follows it or it has no lists."""
        while "\n" not in self._text and len(self._text) < _FIRST_LINE and self._more():
            pass
        if "\n" not in self._text and not self._is_whole:
            return False
        line, _, _ = self._text.lstrip(_SPACE).partition("\n")
        try:
            value = json.loads(line)
        except ValueError:
            return False
        return not any(isinstance(each, list) for each in value.values()) or "id" in value

    def _lines(self) -> Iterator[tuple[str, Any]]:
        while self._peek():
            yield "", self._value()

    def _object(self) -> Iterator[tuple[str, Any]]:
        self._take("{")
        while self._peek() != "}":
            key = self._value()
            self._take(":")
            if self._peek() == "[":
                yield from self._list(str(key))
            else:
                yield str(key), self._value()
            self._comma("}")
        self._take("}")

    def _list(self, key: str) -> Iterator[tuple[str, Any]]:
        self._take("[")
        while self._peek() != "]":
            yield key, self._value()
            self._comma("]")
        self._take("]")

    def _comma(self, end: str) -> None:
        if self._peek() != end:
            self._take(",")

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise self._broken(f"has {self._peek()!r} where {sign!r} should stand")
        self._at += 1

    def _peek(self) -> str:
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except ValueError as error:
                if len(self._text) - self._at > _LARGEST_MEMBER or not self._more():
                    raise self._broken(f"breaks off or is no JSON ({error})") from error
                continue
            # A number at the border of two blocks may go on.
            if end == len(self._text) and self._more():
                continue
            self._at = end
            return value

    def _more(self) -> bool:
        if self._is_whole:
            return False
        # Blocks grow with what is being waited for, so that a large member is tried few times.
        block = self._file.read(max(_BLOCK, len(self._text) - self._at))
        self._is_whole = not block
        self._text, self._at = self._text[self._at :] + block, 0
        return bool(block)

    def _broken(self, what: str) -> JsonBroken:
        return JsonBroken(f"{self._name} {what}. Export it again, or name its --kind.")
