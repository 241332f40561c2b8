"""Where each part of an operation stands in its files, for faults that are found after loading."""

from dataclasses import dataclass, field

from aboveloop.operation.faults import Place
from aboveloop.operation.yaml_text import Document, NodePath


@dataclass
class Places:
    """Documents by the kind and name of the part (`system`, `shop`), with the path of the part inside."""

    roots: dict[tuple[str, str], tuple[Document, NodePath]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, kind: str, name: str, document: Document, at: NodePath) -> None:
        self.roots[kind, name] = (document, at)

    def at(self, kind: str, name: str, *path: str | int) -> Place:
        """The place of `path` inside the part, or of the nearest node around it."""
        if (kind, name) in self.texts:
            return Place(self.texts[kind, name])
        if (kind, name) not in self.roots:
            return Place(kind)
        document, prefix = self.roots[kind, name]
        return document.place((*prefix, *path))
