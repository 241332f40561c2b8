"""The rows of a log, gathered in batches: what is text is a number before the next batch is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from aboveloop.history.logs.coding import SEED, Coding
from aboveloop.history.logs.log import Coded, Columns, Hashes

# Rows of a batch: enough to be quick, few enough to stay in a cache between what is done with them.
BATCH = 200_000


@dataclass(frozen=True)
class Gathered:
    """All rows of a log: the hashes of their cases, which of them name none, times as they are written (polars
    Series; `starts` is None where no column tells of them), and coded columns by their roles."""

    cases: Hashes
    lost: npt.NDArray[np.bool_]
    times: Any
    starts: Any
    coded: dict[str, Coded]


def gather(frame: Any, columns: Columns, roles: Sequence[str]) -> Gathered:
    """Read the rows of a polars LazyFrame once. Raises what polars raises."""
    import polars  # noqa: PLC0415 - large, and wanted where logs are read alone

    kind = frame.collect_schema()[columns.case]
    wanted = [polars.col(columns.case).hash(SEED).alias("case"), polars.col(columns.time).alias("time")]
    if columns.start is not None:
        wanted.append(polars.col(columns.start).alias("start"))
    codings = {role: Coding() for role in roles if getattr(columns, role) is not None}
    for role in codings:
        text = polars.col(getattr(columns, role)).cast(polars.String)
        wanted += [text.alias(role), text.hash(SEED).alias(f"hash of {role}")]
    kept: dict[str, list[Any]] = {name: [] for name in ("case", "time", "start")}
    for batch in _batches(frame.select(wanted)):
        for name, pieces in kept.items():
            if name in batch.columns:
                pieces.append(batch[name])
        for role, coding in codings.items():
            coding.add(batch[role], batch[f"hash of {role}"].to_numpy())
    cases = np.concatenate([each.to_numpy() for each in kept.pop("case")])
    nothing = polars.Series([None, ""] if kind == polars.String else [None], dtype=kind).hash(SEED)
    return Gathered(
        cases=cases,
        lost=np.isin(cases, nothing.to_numpy()),
        times=polars.concat(kept["time"]),
        starts=polars.concat(kept["start"]) if kept["start"] else None,
        coded={role: coding.whole() for role, coding in codings.items()},
    )


def _batches(frame: Any) -> Iterable[Any]:
    """One at least, so that an empty log has its columns too."""
    batch = None
    for batch in frame.collect_batches(chunk_size=BATCH, maintain_order=True):
        yield batch
    if batch is None:
        yield frame.head(0).collect()
