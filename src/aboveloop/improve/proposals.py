"""Proposals: what the house thinks could be better, from what it has seen, each with its evidence.

A detector is a pure function from what was seen to proposals. Each proposal has a key that says what it is about, so
that it is made once, and neither comes back after somebody dismissed it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

# A rule that none of so many decisions met is not merely rare; after fewer, most rules that forbid would be named.
DECISIONS_ENOUGH = 5000
# Fewer than these may be chance, and nobody changes an operation for them.
HAND_OVERS_ENOUGH = 5
HAND_OVERS_SHARE = 0.1
DENIALS_ENOUGH = 3
DENIALS_SHARE = 0.2
EDITS_ENOUGH = 3
EDITS_SHARE = 0.2
# Below it the reader knows a need by a handful of sentences.
EXAMPLES_ENOUGH = 10
CASES_NAMED = 20


@dataclass(frozen=True)
class Asked:
    """An approval that people answered."""

    operation: str
    case_id: str
    denied: bool
    edited: bool


@dataclass(frozen=True)
class HandedOver:
    """A case given to people."""

    case_id: str
    because: str
    procedure: str


@dataclass(frozen=True)
class Known:
    """An intent and how many example messages it has."""

    name: str
    title: str
    procedure: str
    examples: int


@dataclass(frozen=True)
class Told:
    """What another room found: a reviewed incident, a KPI out of tolerance, an untested rule, guidance few take."""

    name: str
    title: str
    why: str
    link: str


@dataclass(frozen=True)
class Seen:
    """What the house saw in the last `days`. `rules` are those at work, each with how often it decided anything."""

    days: int
    decisions: int = 0
    rules: Sequence[tuple[str, str, int]] = ()
    cases: int = 0
    handed_over: Sequence[HandedOver] = ()
    asked: Sequence[Asked] = ()
    intents: Sequence[Known] = ()
    incidents: Sequence[Told] = ()
    kpis: Sequence[Told] = ()
    untested: Sequence[Told] = ()
    guidance: Sequence[Told] = ()
    titles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """`count` is how often it was seen, `cases` name some of them, `link` leads to the evidence."""

    kind: str
    subject: str
    title: str
    why: str
    link: str
    count: int
    procedure: str = ""
    cases: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject}"


def rules_that_never_decided(seen: Seen) -> Iterator[Proposal]:
    if seen.decisions < DECISIONS_ENOUGH:
        return
    for rule, reason, decided in seen.rules:
        if not decided:
            why = f"None of {seen.decisions} decisions met it ({reason}). Is it needed, or does it miss what it is for?"
            yield Proposal("unused_rule", rule, f"Look at the rule {rule}", why, f"/policy/rules/{rule}", 0)


def frequent_hand_overs(seen: Seen) -> Iterator[Proposal]:
    """One reason in one procedure, again and again."""
    counted = Counter((each.because, each.procedure) for each in seen.handed_over)
    for (because, procedure), number in counted.items():
        if number < HAND_OVERS_ENOUGH or number < HAND_OVERS_SHARE * len(seen.handed_over):
            continue
        cases = [each.case_id for each in seen.handed_over if (each.because, each.procedure) == (because, procedure)]
        where = seen.titles.get(procedure, procedure) or "before any procedure"
        why = (
            f"{number} of {len(seen.handed_over)} cases given to people in {seen.days} days say “{because}” ({where})."
            " Could the worker know, ask or do more here?"
        )
        title = f"Fewer hand-overs: {because}"
        link = f"/cases?show=handed_over&days={seen.days}" + (f"&procedure={procedure}" if procedure else "")
        yield Proposal(
            "hand_over",
            f"{procedure}:{because}",
            title[:LONGEST],
            why,
            link,
            number,
            procedure,
            tuple(cases[:CASES_NAMED]),
        )


def repeated_denials(seen: Seen) -> Iterator[Proposal]:
    """What people keep denying should not be proposed, or be prohibited."""
    return _often(
        seen, "denial", DENIALS_ENOUGH, DENIALS_SHARE, lambda each: each.denied, "denied",
        "Should the worker know what people know, or policy prohibit it?",
    )  # fmt: skip


def repeated_corrections(seen: Seen) -> Iterator[Proposal]:
    """What people keep changing before they approve it was wrongly worked out."""
    return _often(
        seen, "correction", EDITS_ENOUGH, EDITS_SHARE, lambda each: each.edited, "changed before approving",
        "What do people correct, and could the worker work it out so?",
    )  # fmt: skip


def _often(
    seen: Seen, kind: str, enough: int, part: float, counts: Callable[[Asked], bool], said: str, question: str
) -> Iterator[Proposal]:
    asked = Counter(each.operation for each in seen.asked)
    for operation, number in asked.items():
        cases = [each.case_id for each in seen.asked if each.operation == operation and counts(each)]
        if len(cases) < enough or len(cases) < part * number:
            continue
        what = operation.partition(".")[2].replace("_", " ")
        why = f"People {said} {len(cases)} of {number} requests to {what} in {seen.days} days. {question}"
        yield Proposal(
            kind, operation, f"{what.capitalize()} is often {said}", why, "/approvals/measures", len(cases), "",
            tuple(dict.fromkeys(cases))[:CASES_NAMED],
        )  # fmt: skip


def thin_intents(seen: Seen) -> Iterator[Proposal]:
    for intent in seen.intents:
        if intent.examples < EXAMPLES_ENOUGH:
            why = (
                f"“{intent.title}” is learned from {intent.examples} example messages; {EXAMPLES_ENOUGH} make it surer."
            )
            link = f"/cases?show=all&procedure={intent.procedure}" if intent.procedure else "/cases?show=not_understood"
            title = f"More examples for “{intent.title}”"
            yield Proposal("thin_intent", intent.name, title, why, link, intent.examples, intent.procedure)


def reviewed_incidents(seen: Seen) -> Iterator[Proposal]:
    return _told("incident", seen.incidents)


def breached_kpis(seen: Seen) -> Iterator[Proposal]:
    return _told("kpi", seen.kpis)


def refused_guidance(seen: Seen) -> Iterator[Proposal]:
    return _told("guidance", seen.guidance)


def untested_rules(seen: Seen) -> Iterator[Proposal]:
    return _told("untested_rule", seen.untested)


def _told(kind: str, found: Sequence[Told]) -> Iterator[Proposal]:
    for each in found:
        yield Proposal(kind, each.name, each.title[:LONGEST], each.why, each.link, 1)


LONGEST = 200
DETECTORS: Sequence[Callable[[Seen], Iterator[Proposal]]] = (
    rules_that_never_decided,
    frequent_hand_overs,
    repeated_denials,
    repeated_corrections,
    thin_intents,
    reviewed_incidents,
    breached_kpis,
    untested_rules,
    refused_guidance,
)


def detect(seen: Seen) -> list[Proposal]:
    """Everything that what was seen speaks for."""
    return [proposal for detector in DETECTORS for proposal in detector(seen)]
