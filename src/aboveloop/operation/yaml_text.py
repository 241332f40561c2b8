"""YAML 1.2 text as values with the line of every node. A wrong text gives faults and never raises.

Only what JSON can hold: no tags, no dates, no numbers that lose digits. Values come from the parser's events, not
from its constructors, so `no` and `on` stay text, every duplicate key is found, and nothing grows without limit.

Two parsers give the same events: libyaml's, which is some fifteen times as fast, and a pure one that knows all of
YAML 1.2. The pure one reads what the fast one refuses, what holds a fault, and the few things that they read apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from aboveloop.operation.faults import Fault, Place

Json = Any  # str, int, float, bool, None, list or dict of these: what json.loads gives
NodePath = tuple[str | int, ...]

# Deeper than any part of an operation reaches; the parser's cost grows with the square of the depth.
MAXIMUM_DEPTH = 40
# Aliases can make a small text into a huge value; no real file has a tenth of this.
MAXIMUM_NODES = 500_000
# The largest integer that canonical JSON can hold exactly.
MAXIMUM_INTEGER = 2**53 - 1

NULL = frozenset({"", "~", "null", "Null", "NULL"})
TRUE = frozenset({"true", "True", "TRUE"})
FALSE = frozenset({"false", "False", "FALSE"})
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
LOSSY_INTEGER = re.compile(r"\+[0-9]+|-?0[0-9]+")
OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# Tabs, line ends of YAML 1.1 that 1.2 has not, byte order marks, explicit keys, and comments beside block scalars.
_READ_APART = re.compile("[\t\x85\u2028\u2029\ufeff]|(?:^|[-:?,\\[{])\\s*\\?(?=\\s|\\Z)|[|>][^\n]*#", re.MULTILINE)
_FAST = getattr(yaml, "CLoader", None)

_Event = Any  # of either parser: they have the same attributes
_ALIAS = (AliasEvent, yaml.AliasEvent)
_SCALAR = (ScalarEvent, yaml.ScalarEvent)
_SEQUENCE = (SequenceStartEvent, yaml.SequenceStartEvent)
_MAPPING = (MappingStartEvent, yaml.MappingStartEvent)
_END = (SequenceEndEvent, MappingEndEvent, yaml.SequenceEndEvent, yaml.MappingEndEvent)
_DOCUMENT = (DocumentStartEvent, yaml.DocumentStartEvent)


@dataclass(frozen=True)
class Document:
    """The value of a text and where its nodes stand: `values` and, for what has a key, `keys` by path."""

    path: str
    value: Json
    values: dict[NodePath, Place]
    keys: dict[NodePath, Place]

    def place(self, path: NodePath) -> Place:
        """Where the node at `path` stands; where there is none, the nearest node around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.keys.get(path) or self.values.get(path) or Place(self.path)

    def value_place(self, path: NodePath) -> Place:
        """Where the value at `path` begins, which may be a line after its key."""
        return self.values.get(path) or self.place(path)


@dataclass
class _Node:
    """One node: a scalar event, a list of nodes, or pairs of key and node."""

    place: Place
    scalar: _Event | None = None
    items: "list[_Node] | None" = None
    pairs: "list[tuple[_Node, _Node]] | None" = None


class _Unreadable(Exception):
    """Ends the reading of one text with this fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def read_yaml(text: str, path: str) -> tuple[Document | None, list[Fault]]:
    """The document in `text`, or None with the faults that keep it from being read. `path` names it in faults."""
    try:
        root = _fast(text, path) or _Composer(path, iter(YAML(typ="safe", pure=True).parse(text))).document()
        build = _Build(path)
        value = build.value(root, ())
    except _Unreadable as stop:
        return None, [stop.fault]
    except MarkedYAMLError as error:
        return None, [_syntax_fault(path, error)]
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return None, [Place(path, line).fault("This line holds a character that YAML does not allow.")]
    except (YAMLError, ValueError, IndexError) as error:
        return None, [Place(path).fault(f"The file cannot be read as YAML: {_sentence(str(error))}")]
    if build.faults:
        return None, build.faults
    return Document(path, value, build.values, build.keys), []


def _fast(text: str, path: str) -> _Node | None:
    """As libyaml reads it; None where the pure parser has to."""
    if _FAST is None or _READ_APART.search(text):
        return None
    try:
        return _Composer(path, iter(yaml.parse(text, Loader=_FAST))).document()
    except (yaml.YAMLError, UnicodeError, _Unreadable):
        return None


def _syntax_fault(path: str, error: MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path)
    context = f" ({error.context})" if error.context else ""
    return place.fault(f"This is not YAML: {_sentence(f'{error.problem or error.context}{context}')}")


def _sentence(text: str) -> str:
    return " ".join(text.split()).rstrip(".") + "."


class _Composer:
    """Turns events into nodes. Aliases share the node that they name."""

    def __init__(self, path: str, events: Iterator[_Event]) -> None:
        self.path = path
        self.events = events
        self.anchors: dict[str, _Node] = {}

    def document(self) -> _Node:
        root: _Node | None = None
        for event in self.events:
            if isinstance(event, _DOCUMENT) and root is not None:
                raise _Unreadable(self._place(event).fault("A second document begins here; write one to a file."))
            if isinstance(event, _ALIAS + _SCALAR + _SEQUENCE + _MAPPING):
                root = self._node(event, 0)
        if root is None:
            raise _Unreadable(Place(self.path).fault("The file is empty."))
        return root

    def _node(self, event: _Event, depth: int) -> _Node:
        place = self._place(event)
        if depth > MAXIMUM_DEPTH:
            raise _Unreadable(place.fault(f"This is nested more than {MAXIMUM_DEPTH} levels deep."))
        if isinstance(event, _ALIAS):
            if event.anchor not in self.anchors:
                raise _Unreadable(place.fault(f"`*{event.anchor}` names no `&{event.anchor}` that ends before it."))
            return self.anchors[event.anchor]
        if getattr(event, "tag", None) is not None:
            raise _Unreadable(place.fault("Tags (`!`, `!!`) are not used here: quote the value if it is text."))
        node = self._content(event, place, depth)
        anchor: str | None = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = node
        return node

    def _content(self, event: _Event, place: Place, depth: int) -> _Node:
        if isinstance(event, _SEQUENCE):
            return _Node(place, items=list(self._items(depth + 1)))
        if isinstance(event, _MAPPING):
            nodes = list(self._items(depth + 1))
            return _Node(place, pairs=list(zip(nodes[::2], nodes[1::2], strict=True)))
        assert isinstance(event, _SCALAR)
        return _Node(place, scalar=event)

    def _items(self, depth: int) -> Iterator[_Node]:
        for event in self.events:
            if isinstance(event, _END):
                return
            yield self._node(event, depth)

    def _place(self, event: _Event) -> Place:
        return Place(self.path, event.start_mark.line + 1, event.start_mark.column + 1)


@dataclass
class _Build:
    """Turns nodes into values, noting where each stands."""

    path: str
    values: dict[NodePath, Place] = field(default_factory=dict)
    keys: dict[NodePath, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    nodes: int = 0

    def value(self, node: _Node, at: NodePath) -> Json:
        self.nodes += 1
        if self.nodes > MAXIMUM_NODES:
            raise _Unreadable(node.place.fault("The aliases in this file make it too large to read."))
        self.values[at] = node.place
        if node.items is not None:
            return [self.value(item, (*at, index)) for index, item in enumerate(node.items)]
        if node.pairs is not None:
            return self._mapping(node.pairs, at)
        assert node.scalar is not None
        return self._scalar(node.scalar, node.place)

    def _mapping(self, pairs: list[tuple[_Node, _Node]], at: NodePath) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for key_node, value_node in pairs:
            key = key_node.scalar.value if key_node.scalar is not None else None
            if not key or UNSTORABLE.search(key):
                self.faults.append(key_node.place.fault("A key must be plain text."))
                continue
            path = (*at, key)
            if key in found:
                first = self.keys[path].line
                self.faults.append(key_node.place.fault(f"The key `{key}` stands here twice; first on line {first}."))
                continue
            self.keys[path] = key_node.place
            found[key] = self.value(value_node, path)
        return found

    def _scalar(self, event: _Event, place: Place) -> Json:
        text = _joined(event.value)
        if UNSTORABLE.search(text):
            self.faults.append(place.fault("This text holds a character that cannot be stored."))
            return None
        return self._plain(text, place) if event.style in (None, "") else text

    def _plain(self, text: str, place: Place) -> Json:
        """YAML 1.2's core schema, without what would lose something on the way."""
        if text in NULL:
            return None
        if text in TRUE or text in FALSE:
            return text in TRUE
        if LOSSY_INTEGER.fullmatch(text):
            self.faults.append(
                place.fault(f"`{_short(text)}` would become a number and lose its first sign: quote it.")
            )
            return None
        if NOT_A_NUMBER.fullmatch(text):
            self.faults.append(place.fault(f"`{text}` is no number that JSON can hold: quote it if it is text."))
            return None
        if INTEGER.fullmatch(text) or OTHER_BASE.fullmatch(text) or DECIMAL.fullmatch(text):
            return self._number(text, place)
        return text

    def _number(self, text: str, place: Place) -> int | float | None:
        is_whole = INTEGER.fullmatch(text) or OTHER_BASE.fullmatch(text)
        # Python refuses to read thousands of digits; none of them would be exact anyway.
        number = float("inf") if len(text) > 300 else int(text, 0) if is_whole else float(text)
        if abs(number) == float("inf") or (is_whole and abs(number) > MAXIMUM_INTEGER):
            self.faults.append(place.fault(f"`{_short(text)}` is too large a number to be exact: quote it."))
            return None
        return number


def _joined(text: str) -> str:
    """`text` with characters whole that were written as two escapes, as JSON writes them (`\\ud83d\\ude00`)."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16") if UNSTORABLE.search(text) else text
    except UnicodeDecodeError:
        return text


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
