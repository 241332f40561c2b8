"""Insights: what is new, what changed and what goes with bad ends, put together from all that was looked at.

Nothing is worked out here: topics come from the last look at what was not understood, changes and what goes along from
the last look at each history.
"""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from aboveloop.app import kept_findings
from aboveloop.app.premises import Premises
from aboveloop.app.teaching import health
from aboveloop.kit.database import Reader

Kind = Literal["topic", "trend", "driver"]


@dataclass(frozen=True)
class Sample:
    """A case or message behind an insight, and the page that shows it. `personal`: only for who may read that."""

    words: str
    page: str
    personal: bool = False


@dataclass(frozen=True)
class Insight:
    """`source` is the history that it was found in, "messages" for topics; `page` is where more of it stands."""

    kind: Kind
    source: str
    sentence: str
    page: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class Insights:
    """`unseen` are the histories that nobody has looked at since they were imported; `is_read`: somebody has looked at
    what was not understood."""

    found: tuple[Insight, ...]
    unseen: tuple[str, ...]
    is_read: bool

    def of(self, kind: Kind) -> list[Insight]:
        return [each for each in self.found if each.kind == kind]


def insights(premises: Premises, reader: Reader) -> Insights:
    """All of it: topics by how many customers they touch, the rest as it was found."""
    report = health.latest(reader)
    found = [_topic(each) for each in (report.body["topics"] if report is not None else ())]
    seen = kept_findings.histories(premises.settings.home)
    for each in seen:
        if each.found is not None:
            found += _of_history(each.about.name, each.found)
    unseen = tuple(each.about.name for each in seen if each.found is None)
    return Insights(tuple(found), unseen, report is not None)


def as_json(found: Insights) -> dict[str, Any]:
    return {
        "insights": [{**vars(each), "samples": [vars(one) for one in each.samples]} for each in found.found],
        "not_looked_at": list(found.unseen),
        "messages_looked_at": found.is_read,
    }


def _topic(topic: dict[str, Any]) -> Insight:
    weeks = ", ".join(f"{week}: {many}" for week, many in topic["by_week"])
    sentence = f"{topic['people']} customers wrote about “{topic['title']}”, which no intent knows ({weeks})."
    page = f"/understanding/topics/{topic['key']}"
    return Insight("topic", "messages", sentence, "/understanding#topics", (Sample("their messages", page, True),))


def _of_history(name: str, found: dict[str, Any]) -> list[Insight]:
    page = f"/radar/{name}#insights"
    told = [
        Insight(
            "trend",
            name,
            f"Since the week of {each['week']}, {each['measure']}: {each['after']:,.2f} on average, before"
            f" {each['before']:,.2f}.",
            page,
            _samples(name, each["examples"]),
        )
        for each in found["trends"]
    ]
    told += [
        Insight(
            "driver",
            name,
            f"{each['kind']}: {each['share']['value']:.0%} ({each['share']['low']:.0%} to {each['share']['high']:.0%})"
            f" are {each['outcome']}, of all cases {each['usual']:.0%}.",
            page,
            _samples(name, each["examples"]),
        )
        for each in found["drivers"]
    ]
    return told


def _samples(name: str, cases: list[str]) -> tuple[Sample, ...]:
    return tuple(Sample(case, f"/radar/{name}/case?{urlencode({'id': case})}") for case in cases)
