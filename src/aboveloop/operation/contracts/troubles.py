"""What is found wrong while one contract is read, each at its line."""

from aboveloop.operation.faults import Fault, any_serious
from aboveloop.operation.yaml_text import Document, NodePath


class Troubles:
    """Faults and warnings of one document, collected."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.faults: list[Fault] = []

    def fault(self, path: NodePath, message: str) -> None:
        self.faults.append(self._document.place(path).fault(message))

    def warning(self, path: NodePath, message: str) -> None:
        self.faults.append(self._document.place(path).warning(message))

    @property
    def are_serious(self) -> bool:
        return any_serious(self.faults)
