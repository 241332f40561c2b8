"""Lines of days as drawings: points in the units of an SVG, the same width for each, so that days stand above days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDE, HIGH = 560, 56
# So that the thickest stroke is not cut off.
_EDGE = 3


@dataclass(frozen=True)
class Drawing:
    """`pieces` are the points of polylines; `dots` days with a value between two without. `low` and `high` are the
    values at the bottom and at the top."""

    pieces: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    low: float
    high: float


def across(days: int) -> Callable[[int], str]:
    """Where the day at a place stands, from left to right."""
    step = (WIDE - 2 * _EDGE) / max(1, days - 1)
    return lambda place: f"{_EDGE + place * step:.1f}"


def drawing(values: Sequence[float | None]) -> Drawing:
    """A line between its own least and greatest value; a flat one lies in the middle. At least one value is needed."""
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    at = across(len(values))
    pieces: list[list[tuple[str, str]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            pieces.append([])
            continue
        share = (value - low) / (high - low) if high > low else 0.5
        pieces[-1].append((at(place), f"{HIGH - _EDGE - share * (HIGH - 2 * _EDGE):.1f}"))
    lines = tuple(" ".join(f"{x},{y}" for x, y in piece) for piece in pieces if len(piece) > 1)
    return Drawing(lines, tuple(piece[0] for piece in pieces if len(piece) == 1), low, high)
