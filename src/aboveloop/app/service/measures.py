"""Measures of service: deflection, avoidable contacts and their causes, route precision, and how long customers waited.

Each is counted case by case, so that behind every number stand the cases. A contact is avoidable where it would not
have come had an earlier one been settled, or had the customer been told before they asked.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.app.premises import Premises
from aboveloop.app.service import store
from aboveloop.app.summaries.pack import listening_of
from aboveloop.govern.queue.measures import ranked
from aboveloop.journey.reasons import NOT_UNDERSTOOD
from aboveloop.journey.repeats import repeats
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation
from aboveloop.procedures.check import expand

DAYS = 30
# More cases are counted by asking for fewer days: a page answers within a second.
MOST_CASES = 20_000
# Of the cases whose words are compared: each chain is opened for it.
MOST_COMPARED = 400
# Who comes back within a week comes back for the same reason.
SAME_NEED_WITHIN = timedelta(days=7)
CAUSES: Mapping[str, str] = {
    "came_back": "The same need again within a week: it was not settled the first time",
    "reopened": "The end was none: the case was opened again",
    "told_before": "Asked for what could have been told before it was asked",
    "not_understood": "Written again because it was not understood",
}


@dataclass(frozen=True)
class Share:
    """`part` of `whole`; `cases` are those that count."""

    part: int
    whole: int
    cases: tuple[str, ...]

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "part": self.part, "whole": self.whole}


@dataclass(frozen=True)
class Wait:
    """How long customers waited: the median and the time that 95 of 100 had; None where nobody waited."""

    many: int
    median: timedelta | None
    p95: timedelta | None

    def as_json(self) -> dict[str, Any]:
        def seconds(length: timedelta | None) -> float | None:
            return None if length is None else round(length.total_seconds(), 3)

        return {"cases": self.many, "median_seconds": seconds(self.median), "p95_seconds": seconds(self.p95)}


@dataclass(frozen=True)
class ServiceMeasures:
    """Of the cases opened since then. `causes`: by cause of an avoidable contact, the cases; `by_intent`: how many of
    each need were avoidable. `repeated`: cases in which something had to be said again, of those `compared`."""

    since: datetime
    cases: int
    is_cut: bool
    deflection: Share
    avoidable: Share
    causes: Mapping[str, tuple[str, ...]]
    by_intent: Mapping[str, int]
    route_precision: Share
    repeated: Share
    repeated_names: Mapping[str, int]
    personal: Share
    first_response: Wait
    resolution: Wait

    def as_json(self) -> dict[str, Any]:
        return {
            "since": iso(self.since),
            "cases": self.cases,
            "cut": self.is_cut,
            "deflection": self.deflection.as_json(),
            "avoidable_contacts": self.avoidable.as_json(),
            "causes": [
                {"cause": name, "words": CAUSES[name], "cases": len(found), "first": list(found[:20])}
                for name, found in self.causes.items()
            ],
            "avoidable_by_intent": dict(self.by_intent),
            "route_precision": self.route_precision.as_json(),
            "said_again": self.repeated.as_json() | {"what": dict(self.repeated_names)},
            "personalised": self.personal.as_json(),
            "first_response": self.first_response.as_json(),
            "resolution": self.resolution.as_json(),
        }


def service_measures(premises: Premises, reader: Reader, now: datetime, *, days: int = DAYS) -> ServiceMeasures:
    """The measures of the last `days`."""
    since = now - timedelta(days=days)
    rows = store.opened_since(reader, since, limit=MOST_CASES + 1)
    counted = rows[:MOST_CASES]
    routing, words = store.routing_since(reader, since), store.first_words(reader, since)
    causes = _causes(premises.current(), counted, routing)
    avoidable = tuple(dict.fromkeys(case for found in causes.values() for case in found))
    intents = {row.id: row.intent or "" for row in counted}
    again, names, compared = _repeats(premises, reader, counted)
    return ServiceMeasures(
        since=since,
        cases=len(counted),
        is_cut=len(rows) > MOST_CASES,
        deflection=_deflection(counted),
        avoidable=Share(len(avoidable), len(counted), avoidable),
        causes=causes,
        by_intent=dict(Counter(intents[case] for case in avoidable if intents[case]).most_common()),
        route_precision=_precision(counted, routing),
        repeated=Share(len(again), compared, again),
        repeated_names=names,
        personal=_share(counted, [row.id for row in counted if row.verified_as is not None]),
        first_response=_wait([answered - wrote for wrote, answered in words.values() if answered is not None]),
        resolution=_wait([row.resolved_at - row.opened_at for row in counted if row.resolved_at is not None]),
    )


def _deflection(rows: Sequence[Row[Any]]) -> Share:
    """Resolved, never given to a person, nobody asked to approve anything; of all that ended."""
    ended = [row for row in rows if row.outcome is not None]
    return _share(ended, [r.id for r in ended if r.outcome == "resolved" and r.handed_over_at is None and not r.asked])


def _causes(
    operation: Operation, rows: Sequence[Row[Any]], routing: Mapping[str, list[tuple[str, dict[str, Any]]]]
) -> dict[str, tuple[str, ...]]:
    """By cause, the cases; each case under the first cause that fits it."""
    found: dict[str, list[str]] = {name: [] for name in CAUSES}
    told = _only_tell(operation)
    last: dict[tuple[str, str], datetime] = {}
    for row in reversed(rows):
        before = last.get((row.customer_id, row.intent or ""))
        if row.intent is not None:
            last[(row.customer_id, row.intent)] = row.resolved_at or row.opened_at
        if row.intent is not None and before is not None and row.opened_at - before <= SAME_NEED_WITHIN:
            found["came_back"].append(row.id)
        elif any(body.get("to") == "reopened" for _, body in routing.get(row.id, ())):
            found["reopened"].append(row.id)
        elif row.intent in told:
            found["told_before"].append(row.id)
        elif row.handed_over_because == NOT_UNDERSTOOD:
            found["not_understood"].append(row.id)
    return {name: tuple(each) for name, each in found.items() if each}


def _only_tell(operation: Operation) -> frozenset[str]:
    """The needs that are met by telling something: a message, or a procedure that writes nothing."""
    writes = {
        name: any(step.do is not None or step.hand_over is not None for step in expand(each, operation.fragments))
        for name, each in operation.procedures.items()
    }
    listed = {answer.intent for answer in operation.about.answers}
    return frozenset(
        name
        for name, intent in operation.intents.items()
        if name in listed or intent.answer is not None or not writes.get(intent.procedure or "", True)
    )


def _precision(rows: Sequence[Row[Any]], routing: Mapping[str, list[tuple[str, dict[str, Any]]]]) -> Share:
    """Of the cases that were routed, those whose first route was kept to the end: one procedure, nothing withdrawn, or
    a person who did not give it back."""
    routed, right = [], []
    for row in rows:
        told = routing.get(row.id, [])
        started = {body["procedure"] for kind, body in told if kind == "ProcedureStarted"}
        people = [body for kind, body in told if kind == "CaseOwnerChanged" and "person" in (body["from"], body["to"])]
        if not started and row.handed_over_at is None:
            continue
        routed.append(row)
        given_back = any(body["from"] == "person" and body["to"] == "worker" for body in people)
        withdrawn = any(kind == "ProcedureWithdrawn" for kind, _ in told)
        not_met = row.handed_over_because == NOT_UNDERSTOOD
        if len(started) <= 1 and not (given_back or withdrawn or not_met):
            right.append(row.id)
    return _share(routed, right)


def _repeats(
    premises: Premises, reader: Reader, rows: Sequence[Row[Any]]
) -> tuple[tuple[str, ...], dict[str, int], int]:
    """The cases in which something was said again, what, and how many cases were compared: only customers with several
    cases, and cases that changed hands, can have any."""
    many = Counter(row.customer_id for row in rows)
    candidates = [row for row in rows if many[row.customer_id] > 1 or row.handed_over_at is not None][:MOST_COMPARED]
    customers: dict[str, list[str]] = {}
    for row in candidates:
        customers.setdefault(row.customer_id, []).append(row.id)
    listening = listening_of(premises.current())
    found = [
        each
        for ids in customers.values()
        for each in repeats([premises.ledger.entries(reader, case) for case in ids], listening)
    ]
    again = tuple(dict.fromkeys(each.again.case for each in found))
    compared = len(rows) if len(candidates) < MOST_COMPARED else len(candidates)
    return again, dict(Counter(each.name for each in found).most_common()), compared


def _share(rows: Sequence[Row[Any]], counted: Sequence[str]) -> Share:
    return Share(len(counted), len(rows), tuple(counted))


def _wait(lengths: Sequence[timedelta]) -> Wait:
    return Wait(len(lengths), ranked(lengths, 0.5), ranked(lengths, 0.95))


def shown_cases(found: ServiceMeasures, what: str) -> Iterator[str]:
    """The cases behind a number, by its name."""
    shares = {"deflection": found.deflection, "avoidable": found.avoidable, "route": found.route_precision}
    shares |= {"said_again": found.repeated, "personal": found.personal}
    yield from shares[what].cases if what in shares else found.causes.get(what, ())
