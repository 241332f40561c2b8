"""Columns of few values as narrow numbers, and the names behind them."""

from typing import Any

import numpy as np

from aboveloop.history.logs.columns import NOTHING
from aboveloop.history.logs.log import UNKNOWN, Coded


def coded(column: Any) -> Coded:
    """Codes as narrow as they can be, of the names that occur; all that say nothing are one name."""
    import polars  # noqa: PLC0415

    present = column.drop_nulls().unique()
    numbers = present.to_physical().to_numpy()
    texts = [UNKNOWN if each.strip().lower() in NOTHING else each for each in present.cast(polars.String)]
    nothing = int(numbers.max(initial=0)) + 1
    if column.null_count():
        numbers, texts = np.append(numbers, nothing), [*texts, UNKNOWN]
    names = sorted(set(texts))
    place = {name: number for number, name in enumerate(names)}
    table = np.zeros(nothing + 1, dtype=np.min_scalar_type(max(len(names) - 1, 1)))
    table[numbers] = [place[each] for each in texts]
    return Coded(table[column.to_physical().fill_null(nothing).to_numpy()], tuple(names))
