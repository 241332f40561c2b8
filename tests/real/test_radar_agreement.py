"""The radar counts what the sources themselves count: two counters of a real log that it never reads."""

from pathlib import Path

import numpy as np
import polars
import pytest

from aboveloop.discover.cases import measure
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.opening import open_file, read


@pytest.mark.shared
def test_reopenings_and_reassignments_are_those_that_the_source_counted(shared: Path) -> None:
    path = shared / "data" / "event_logs" / "uci_incidents_dev.csv.gz"
    found = measure(read(open_file(path), Named()))
    counted = (
        polars.read_csv(path, columns=["number", "reopen_count", "reassignment_count"])
        .group_by("number")
        .agg(polars.col("reopen_count").last(), polars.col("reassignment_count").last())
    )
    by_case = dict(zip(counted["number"], counted.select("reopen_count", "reassignment_count").rows(), strict=True))
    expected = np.array([by_case[name] for name in found.names()])
    assert (found.reopenings == expected[:, 0]).mean() >= 0.999
    assert (found.reassignments == expected[:, 1]).mean() >= 0.97
    # Where they differ, the source counts a change that the shown group does not have, never the other way.
    assert (found.reassignments <= expected[:, 1]).all()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "ends"), [("helpdesk_dev", "Closed"), ("bpic2020__DomesticDeclarations", "Payment Handled")]
)
def test_the_end_of_a_process_is_found_and_the_cut_is_none(shared: Path, name: str, ends: str) -> None:
    found = measure(read(open_file(shared / "data" / "event_logs" / f"{name}.parquet"), Named()))
    assert found.ends.names == (ends,)
    assert 0.9 < found.reached_end.mean() < 1
