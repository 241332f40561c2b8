"""Seeing: what the house saw in the last four weeks is put before the detectors, and what they find is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from aboveloop.app.improving import store
from aboveloop.app.measuring import kpis
from aboveloop.app.premises import Premises
from aboveloop.app.rule_tally import tally_of
from aboveloop.app.summaries.answers import rates
from aboveloop.govern.incidents.book import Book
from aboveloop.govern.rules import parse_rules
from aboveloop.improve import answers
from aboveloop.improve.proposals import Known, Proposal, Seen, Told, detect
from aboveloop.kit.database import Reader
from aboveloop.measure.counting import Scope, count
from aboveloop.measure.kpis import in_words
from aboveloop.operation.models import Operation
from aboveloop.work.policy_use import use_of

DAYS = 28


def propose(premises: Premises) -> Sequence[Proposal]:
    """Look at everything and keep what is new. Raises PoliciesInvalid."""
    now = premises.house.clock.now()
    with premises.database.read() as reader:
        found = detect(seen(premises, reader, now))
    with premises.database.write() as tx:
        return answers.keep(tx, found, ledger=premises.ledger, now=now)


def seen(premises: Premises, reader: Reader, now: datetime) -> Seen:
    """What the detectors look at."""
    operation = premises.current()
    since = now - timedelta(days=DAYS)
    tally = tally_of(premises).counts(reader)
    every = count(reader, "hand_over_rate", Scope(since, now + timedelta(microseconds=1)))
    return Seen(
        days=DAYS,
        decisions=sum(tally.values()),
        rules=[(rule.id, rule.reason or "no reason", tally[rule.id]) for rule in parse_rules(operation).rules],
        cases=every.cases if every is not None else 0,
        handed_over=store.handed_over(reader, since),
        asked=store.answered(reader, since),
        intents=[
            Known(name, intent.title or name.replace("_", " "), intent.procedure or "", len(set(intent.examples)))
            for name, intent in operation.intents.items()
            if intent.procedure or intent.answer
        ],
        incidents=_incidents(premises, reader, operation),
        kpis=_kpis(premises, reader, operation, now),
        untested=_untested(operation),
        guidance=_guidance(reader, now),
        titles={name: each.title or name for name, each in operation.procedures.items()},
    )


def _incidents(premises: Premises, reader: Reader, operation: Operation) -> list[Told]:
    """Incidents that were reviewed: what the review taught is to be carried out, and to stay."""
    found = Book(premises.ledger, operation).all(reader)
    return [
        Told(
            each.id,
            f"After the incident: {each.title}",
            "The incident was reviewed. What did it teach that goes beyond its own rule change?",
            f"/incidents/{each.id}",
        )
        for each in found
        if each.reviewed_at is not None
    ]


def _kpis(premises: Premises, reader: Reader, operation: Operation, now: datetime) -> list[Told]:
    currency = operation.about.currency
    return [
        Told(
            state.kpi.kpi,
            f"Bring back: {state.kpi.title}",
            f"It is at {in_words(state.kpi, state.value.value, currency)}, the target is"
            f" {in_words(state.kpi, state.kpi.target, currency)} with a tolerance of"
            f" {in_words(state.kpi, state.kpi.tolerance, currency)}. {state.kpi.definition}",
            "/overview/kpis",
        )
        for state in kpis.states(premises, reader, now)
        if state.is_out and state.value is not None
    ]


def _guidance(reader: Reader, now: datetime) -> list[Told]:
    """Summaries and suggested steps that people reject more often than they take them."""
    return [
        Told(
            each.name,
            f"Mend the guidance: {each.name.replace('_', ' ')}",
            f"Of {each.many} answers to it, people took {each.accepted + each.edited} ({each.edited} of them reworded)"
            f" and rejected {each.rejected}. Read why in the cases behind it.",
            "/service#guidance",
        )
        for each in rates(reader, now, days=DAYS)
        if each.is_weak
    ]


def _untested(operation: Operation) -> list[Told]:
    return [
        Told(
            rule,
            f"A policy test for the rule {rule}",
            f"No policy test would miss the rule ({reason}). A test keeps it from being lost in a change.",
            f"/policy/rules/{quote(rule)}",
        )
        for rule, reason in _untested_rules(operation)
    ]


# Deciding every test without every rule takes about a second, and says the same as long as the operation is the same.
KEPT = 4
_kept: dict[str, tuple[tuple[str, str], ...]] = {}


def _untested_rules(operation: Operation) -> tuple[tuple[str, str], ...]:
    if operation.digest not in _kept:
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        untested = use_of(operation).untested
        _kept[operation.digest] = tuple((use.rule.id, use.rule.reason or "no reason") for use in untested)
    return _kept[operation.digest]
