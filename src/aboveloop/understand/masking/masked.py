"""What a mask makes of a text, however it marks what is personal."""

from collections.abc import Mapping
from dataclasses import dataclass

from aboveloop.understand.masking.finds import Doubt


@dataclass(frozen=True)
class Masked:
    """A text without what is personal. `counts` by kind; `doubts` are what may be left."""

    text: str
    counts: Mapping[str, int]
    doubts: tuple[Doubt, ...]

    @property
    def uncertainty(self) -> float:
        return max((doubt.weight for doubt in self.doubts), default=0.0)

    @property
    def because(self) -> str:
        """What the gravest doubt is about, "" without any."""
        gravest = max(self.doubts, key=lambda doubt: doubt.weight, default=None)
        return gravest.because if gravest is not None else ""
