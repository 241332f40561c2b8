"""Charters: what is wrong in them is a fault, and what is still missing in them a warning, until something is built."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aboveloop.operation.charters import Charter
from aboveloop.operation.expression_faults import suggestion
from aboveloop.operation.faults import Fault
from aboveloop.operation.models import Operation
from aboveloop.operation.outcome_words import objections
from aboveloop.operation.places import Places

QUESTIONS: Mapping[str, str] = {
    "business": "Which objective of the business does it serve, and who asked for it?",
    "data": "Is there data enough, clean, with the outcome of each case in it?",
    "infrastructure": "Is there what runs it, watches it and grows with it?",
    "problem": "Is this a problem for a worker at all, or one that people solve better?",
}
_MISSING: Mapping[str, str] = {
    "pain_point": "the one pain point that is felt today (`pain_point`)",
    "team": "the one team that begins (`team`, a function of operation.yaml)",
    "kpi": "the one KPI that must move (`kpi`)",
    "procedures": "the procedures that it is about (`procedures`)",
    "buckets": "where its value lies (`buckets`: revenue, cost, risk, experience)",
    "success": "what was agreed to be a success (`success`)",
    "guards": "the KPIs that may not break meanwhile (`guards`)",
    "may_fail": "the ways of failing that are acceptable (`may_fail`)",
    "owners": "who answers for it, by role (`owners`)",
    "learning": "how what is learned is captured (`learning`)",
    "baseline": "what the before is counted from (`baseline`)",
}


def charter_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Everything that is wrong or missing in charters/*.yaml."""
    for charter in operation.charters.values():
        yield from wrong(operation, charter, places)
        for said in missing(operation, charter):
            yield places.at("charter", charter.charter).warning(said)
    pilots = [each for each in operation.charters.values() if each.state == "pilot"]
    for extra in pilots[1:]:
        place = places.at("charter", extra.charter, "state")
        yield place.warning(f"`{pilots[0].charter}` is a pilot already: finish one before the next is begun.")


CANVAS: Mapping[str, str] = {
    "workflow": "the steps of the work (`workflow`)",
    "data": "the data that they stand on (`data`)",
    "decisions": "where something is decided, and by whom (`decisions`)",
}


def worker_too_early(charter: Charter) -> str:
    """Why a charter may not name a worker or model yet; "" where it names none, or the work is written down."""
    if not charter.worker or not charter.canvas.open:
        return ""
    wanted = ", ".join(CANVAS[each] for each in charter.canvas.open)
    return (
        f"The charter {charter.charter} names a worker ({charter.worker}) before the work: a model is chosen last."
        f" Write into its `canvas` first: {wanted}."
    )


@dataclass(frozen=True)
class Lack:
    """What a charter lacks, and in which part of it (`readiness.data` for one of several)."""

    part: str
    sentence: str


def missing(operation: Operation, charter: Charter) -> list[str]:
    """What a charter lacks before anything is built on it, a sentence each."""
    return [each.sentence for each in lacking(operation, charter)]


def lacking(operation: Operation, charter: Charter) -> list[Lack]:
    """What a charter lacks, each with the part that it is about, for who shows it beside a field."""
    if charter.state == "kept_human":
        return []
    name = charter.charter
    found = [
        Lack(key, f"The charter {name} lacks {words}.") for key, words in _MISSING.items() if not getattr(charter, key)
    ]
    found += [Lack("outcome", f"The charter {name}: {said}") for said in objections(charter.outcome)]
    found += [
        Lack(
            f"readiness.{key}",
            f"The charter {name} leaves a question of readiness open (`readiness.{key}`): {question}",
        )
        for key, question in QUESTIONS.items()
        if not getattr(charter.readiness, key)
    ]
    if charter.buckets == ["cost"] and not charter.guards:
        sentence = f"The charter {name} is about cost alone: name a guard of experience or risk."
        found.append(Lack("buckets", sentence))
    kpi = operation.kpis.get(charter.kpi or "")
    if kpi is not None and kpi.level == "model":
        sentence = f"The charter {name} moves {kpi.title}, a model's own measure: name a KPI of the business."
        found.append(Lack("kpi", sentence))
    return found


def wrong(operation: Operation, charter: Charter, places: Places) -> Iterator[Fault]:
    """What a charter speaks of and is not there."""
    name = charter.charter
    for key, known in (("team", operation.about.functions), ("kpi", operation.kpis)):
        said = getattr(charter, key)
        if said is not None and said not in known:
            yield places.at("charter", name, key).fault(f"There is no {key} `{said}`.{suggestion(said, known)}")
    for index, procedure in enumerate(charter.procedures):
        if procedure not in operation.procedures:
            place = places.at("charter", name, "procedures", index)
            yield place.fault(f"There is no procedure `{procedure}`.{suggestion(procedure, operation.procedures)}")
    for index, guard in enumerate(charter.guards):
        if guard.kpi not in operation.kpis:
            place = places.at("charter", name, "guards", index, "kpi")
            yield place.fault(f"There is no KPI `{guard.kpi}`.{suggestion(guard.kpi, operation.kpis)}")
    people = [person.id for person in operation.about.people]
    for duty, person in charter.owners.items():
        if person not in people:
            place = places.at("charter", name, "owners", duty)
            yield place.fault(f"There is no person `{person}`.{suggestion(person, people)}")
    if charter.exempt is not None and charter.exempt.by not in people:
        place = places.at("charter", name, "exempt", "by")
        yield place.fault(f"There is no person `{charter.exempt.by}`.{suggestion(charter.exempt.by, people)}")
    if said := worker_too_early(charter):
        yield places.at("charter", name, "worker").fault(said)
    yield from _baseline_faults(charter, places)


def _baseline_faults(charter: Charter, places: Places) -> Iterator[Fault]:
    baseline, name = charter.baseline, charter.charter
    if baseline is None:
        return
    if baseline.window.since >= baseline.window.until:
        yield places.at("charter", name, "baseline", "window").fault("The window ends before it begins.")
    if (baseline.measure.statistic == "share") != (baseline.measure.of == "has"):
        yield places.at("charter", name, "baseline", "measure").fault(
            "A share is of cases that have an event (`of: has`); counts and seconds have a mean or a median."
        )
    if (baseline.rows == "customer") != (baseline.customer is not None):
        yield places.at("charter", name, "baseline").fault(
            "`rows: customer` and `customer` (an attribute) go together."
        )
