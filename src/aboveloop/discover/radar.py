"""The rework radar: everything that is measured of one log, and how it is told as JSON and as a file of cases."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from aboveloop.discover.cases import COUNTS, CaseMeasures, measure
from aboveloop.discover.graph import Edges, Graph, graph, handovers
from aboveloop.discover.people import People, people
from aboveloop.discover.people import as_json as people_as_json
from aboveloop.discover.service import Service
from aboveloop.discover.variants import Variants, variants
from aboveloop.history.logs.log import Log, Numbers
from aboveloop.kit.clock import from_micros, iso

# As many variants, steps and hand-overs as an answer names unless more are asked for.
SHOWN = 20
SECOND = 1_000_000


@dataclass(frozen=True)
class Radar:
    """A log measured: `cases` at once, the rest when it is asked for."""

    cases: CaseMeasures

    @cached_property
    def variants(self) -> Variants:
        return variants(self.cases.ordered)

    @cached_property
    def graph(self) -> Graph:
        return graph(self.cases.ordered)

    @cached_property
    def handovers(self) -> Edges | None:
        return handovers(self.cases.ordered)

    @cached_property
    def people(self) -> People | None:
        return people(self.cases.ordered)


def look(log: Log) -> Radar:
    return Radar(measure(log))


def as_json(radar: Radar, *, shown: int = SHOWN) -> dict[str, Any]:
    """What the radar found, in numbers and names; `shown` bounds the lists."""
    cases, log = radar.cases, radar.cases.ordered.log
    return {
        "log": log.name,
        "columns": vars(log.columns),
        "remarks": list(log.remarks),
        "cases": cases.cases,
        "events": cases.ordered.count,
        "first": iso(from_micros(int(cases.ordered.at.min()))),
        "last": iso(from_micros(int(cases.ordered.at.max()))),
        "rework": {name: _counted(getattr(cases, name)) for name in COUNTS},
        "reassignments_known": cases.has_groups,
        "own_words": {"reassignment": list(cases.own.reassignment), "reopening": list(cases.own.reopening)},
        "ends": {"names": list(cases.ends.names), "found_by": _found_by(cases)},
        "reached_end": int(cases.reached_end.sum()),
        "seconds": quantiles(cases.micros),
        "seconds_of_ended": quantiles(cases.micros[cases.reached_end]),
        "activities": _activities(radar),
        "variants": {"count": radar.variants.count, "top": _variants(radar.variants, shown)},
        "steps": {"count": len(radar.graph.edges), "top": _edges(radar.graph.edges, shown)},
        "bottlenecks": _edges(slowest(radar.graph.edges), shown),
        "handovers": None if radar.handovers is None else _edges(slowest(radar.handovers), shown),
        "service": None if cases.service is None else _service(cases, cases.service),
        "people": None if radar.people is None else _people(radar.people, shown),
    }


def _service(cases: CaseMeasures, found: Service) -> dict[str, Any]:
    """How long was worked on a case and how long it waited, and what the work was."""
    return {
        "seconds": quantiles(found.busy),
        "waiting_seconds": quantiles(cases.micros - found.busy),
        **found.as_json(cases.ordered, cases.micros),
    }


def _people(found: People, shown: int) -> dict[str, Any]:
    return {
        "handovers": {"count": int(found.handovers.count.sum()), "top": _edges(found.handovers, shown)},
        **people_as_json(found, shown),
    }


def slowest(edges: Edges) -> Edges:
    """The same edges, those first on which cases waited longest in all."""
    by_total = np.argsort(-edges.total_micros, kind="stable")
    return Edges(
        edges.names,
        edges.source[by_total],
        edges.target[by_total],
        edges.count[by_total],
        edges.median_micros[by_total],
        edges.total_micros[by_total],
    )


def quantiles(micros: Numbers) -> dict[str, float] | None:
    """Median, nine tenths and mean of times, in seconds; None of nothing."""
    if not len(micros):
        return None
    middle, most = np.quantile(micros, (0.5, 0.9))
    return {"median": middle / SECOND, "p90": most / SECOND, "mean": float(micros.mean()) / SECOND}


def write_cases(radar: Radar, path: Path) -> None:
    """A CSV with a row for each case, in the order of their first events; what a log tells beyond stands last."""
    import polars  # noqa: PLC0415 - large, and wanted for this file alone

    cases, found = radar.cases, radar.people
    whole = not (cases.micros % SECOND).any()
    columns = {
        "case": cases.ordered.log.case_column(cases.ordered.first_rows),
        "events": cases.events,
        "seconds": cases.micros // SECOND if whole else cases.micros / SECOND,
        **{name: getattr(cases, name) for name in COUNTS},
        "reached_end": cases.reached_end,
    }
    if cases.service is not None:
        columns["service_seconds"] = cases.service.busy / SECOND
        columns["waiting_seconds"] = (cases.micros - cases.service.busy) / SECOND
    if found is not None:
        columns["person_handovers"] = found.handovers_of_case
        columns["person_ping_pongs"] = found.ping_pongs_of_case
        columns["again_by_same_person"] = found.again_of_case
    polars.DataFrame(columns).write_csv(path)


def _counted(values: Numbers) -> dict[str, float]:
    with_any = int((values > 0).sum())
    return {"total": int(values.sum()), "cases": with_any, "share_of_cases": with_any / len(values)}


def _found_by(cases: CaseMeasures) -> str:
    return "words" if cases.ends.by_words else "silence" if cases.ends.by_silence else "nothing"


def _activities(radar: Radar) -> list[dict[str, Any]]:
    graph, names = radar.graph, radar.cases.ordered.log.activities.names
    rows = zip(names, graph.events.tolist(), graph.starts.tolist(), graph.ends.tolist(), strict=True)
    told = [{"activity": name, "events": events, "first": first, "last": last} for name, events, first, last in rows]
    return sorted(told, key=lambda each: -each["events"])


def _variants(found: Variants, shown: int) -> list[dict[str, Any]]:
    count = min(shown, found.count)
    examples = found.ordered.names_of(found.example[:count])
    total = int(found.cases.sum())
    return [
        {
            "activities": list(found.activities(number)),
            "cases": int(found.cases[number]),
            "share": int(found.cases[number]) / total,
            "median_seconds": int(found.median_micros[number]) / SECOND,
            "example": examples[number],
        }
        for number in range(count)
    ]


def _edges(edges: Edges, shown: int) -> list[dict[str, Any]]:
    return [
        {
            "from": edges.names[edges.source[number]],
            "to": edges.names[edges.target[number]],
            "count": int(edges.count[number]),
            "median_seconds": int(edges.median_micros[number]) / SECOND,
            "total_seconds": int(edges.total_micros[number]) / SECOND,
        }
        for number in range(min(shown, len(edges)))
    ]
