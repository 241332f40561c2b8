"""Duties: what a company must have somebody answer for before an AI worker serves its customers."""

from collections.abc import Sequence
from dataclasses import dataclass

from aboveloop.govern.people import Person, people_of
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Duty:
    """One duty. `acts_on` are the addresses of the pages on which its holder must act, with their names."""

    name: str
    title: str
    does: str
    acts_on: tuple[tuple[str, str], ...]
    # What its holder looks at before signing a release off; empty where the duty signs nothing.
    checks: tuple[str, ...] = ()


DUTIES: Sequence[Duty] = (
    Duty(
        "business",
        "Business outcome",
        "Answers for what this brings the company, and unblocks policy and budget.",
        (("/overview", "Overview"),),
    ),
    Duty(
        "operations",
        "Operations product owner",
        "Owns the use case, its KPIs and which failures are acceptable.",
        (("/organisation/roster", "Roster"), ("/organisation/readiness", "Readiness")),
        (
            "Each worker says what good work is, and its KPIs are those that we steer by.",
            "Every acceptable failure is written down and shown by a scenario.",
            "What changes for customers and colleagues was told to them.",
        ),
    ),
    Duty(
        "worker_performance",
        "AI performance",
        "Oversees how the AI workers do, and stops them where they do badly.",
        (("/", "Control room"), ("/switches", "Switches")),
    ),
    Duty(
        "conversations",
        "Workflows and business rules",
        "Refines procedures, messages and rules, and proposes releases.",
        (("/releases", "Releases"), ("/policy", "Policy")),
    ),
    Duty(
        "escalation",
        "Edge cases and escalation",
        "Sees that cases given to people are taken, and looks at what is unusual in them.",
        (("/cases?show=waiting", "Cases that wait for a person"), ("/cases?show=uncertain", "Uncertain writes")),
    ),
    Duty(
        "policy",
        "Outcomes meet policy and what customers expect",
        "Answers for the lanes, the limits and what the worker may never do.",
        (("/policy", "Policy"), ("/approvals", "Approvals")),
    ),
    Duty(
        "kpis",
        "KPIs",
        "Owns the measures, their definitions and their targets.",
        (("/", "Control room"), ("/overview", "Overview")),
    ),
    Duty(
        "platform",
        "IT platform",
        "Integrations, access and deployment standards.",
        (("/releases", "Releases"), ("/organisation/readiness", "Readiness")),
        (
            "Every system of record is reached with an account of its own and no more rights than it needs.",
            "Backups were restored once, and the release before can be put back.",
            "It runs as our deployment standards say.",
        ),
    ),
    Duty(
        "security",
        "Security",
        "Classification of data, threat review, response to incidents.",
        (("/audit", "Audit"), ("/organisation", "Rights")),
        (
            "What is personal or sensitive is declared so at each operation that touches it.",
            "Somebody tried to talk the workers into what they may not do.",
            "Who is called in an incident knows it, and the drill held.",
        ),
    ),
    Duty(
        "legal",
        "Legal and compliance",
        "Terms that customers are told, regulation, how long records are kept.",
        (("/policy", "Policy"), ("/audit", "Audit")),
        (
            "What customers are told fits our terms and the law, the disclosure too.",
            "Records are kept as long as they must be, and no longer.",
            "Whoever decides about customers can be asked why, and can answer.",
        ),
    ),
)


SIGNING: tuple[str, ...] = tuple(duty.name for duty in DUTIES if duty.checks)


@dataclass(frozen=True)
class Held:
    """A duty and who holds it; None where nobody does."""

    duty: Duty
    person: Person | None


def held_duties(operation: Operation) -> list[Held]:
    """The responsibility matrix: every duty that is asked for, then those that the operation has besides."""
    people = people_of(operation)
    asked = {duty.name for duty in DUTIES}
    own = [
        Duty(name, name.replace("_", " ").capitalize(), "A duty of this company's own.", ())
        for name in operation.about.owners
        if name not in asked
    ]
    return [Held(duty, people.get(operation.about.owners.get(duty.name, ""))) for duty in (*DUTIES, *own)]
