"""What people make of a summary or a suggested step: accepted, edited or rejected, in the ledger and as rates.

The rates say which kinds of guidance help; what is rejected often is a proposal for improvement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from statistics import fmean
from typing import Any, Literal, cast, get_args

from sqlalchemy.engine import Row

from aboveloop.app.desk import Desk
from aboveloop.app.premises import Premises
from aboveloop.app.summaries import store
from aboveloop.app.summaries.errors import SuggestionGone
from aboveloop.app.summaries.gathered import summary
from aboveloop.app.summaries.wording import worded
from aboveloop.govern.people import Person, may
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger.entries import Entry
from aboveloop.work.summaries.suggestion import Suggestion
from aboveloop.work.summaries.summary import Summary

Verdict = Literal["accepted", "edited", "rejected"]
ANSWERED = store.ANSWERED
SUMMARY, WORDING = "summary", "wording"
LONGEST = 8_000
# From here on a rate says something.
ENOUGH = 10
# Guidance that is taken less often than this needs to be looked at.
LEAST_TAKEN = 0.5
DAYS = 30


@dataclass(frozen=True)
class Answer:
    """`target`: "summary", "wording", or the id of a step. `digest`: of the summary that was read, None where the
    answer is to a step. `text`: what the person would say instead, for an edit."""

    target: str
    verdict: Verdict
    digest: str | None = None
    text: str = ""
    because: str = ""


@dataclass(frozen=True)
class Rate:
    """How one kind of guidance was answered."""

    name: str
    accepted: int
    edited: int
    rejected: int
    # How much of the words people changed where they edited, on average from 0 to 1; None where nobody did.
    changed: float | None = None

    @property
    def many(self) -> int:
        return self.accepted + self.edited + self.rejected

    @property
    def acceptance(self) -> float | None:
        """The share taken as it stood."""
        return self.accepted / self.many if self.many else None

    @property
    def is_weak(self) -> bool:
        """Answered often enough to tell, and taken too seldom, edits counted as taken."""
        return self.many >= ENOUGH and (self.accepted + self.edited) / self.many < LEAST_TAKEN

    def as_json(self) -> dict[str, Any]:
        counts = {"accepted": self.accepted, "edited": self.edited, "rejected": self.rejected}
        shares = {"acceptance": self.acceptance, "changed": self.changed}
        return {"name": self.name, **counts, **shares, "weak": self.is_weak}


@dataclass(frozen=True)
class Taken:
    """The case as it stands after an answer. `step`: the step that was answered, None for a summary; `is_done`: it was
    carried out with the answer."""

    case: Case
    step: Suggestion | None
    is_done: bool


def answer(premises: Premises, person: Person, case_id: str, given: Answer) -> Taken:
    """Write down what a person makes of it; an accepted step that one press can do is done.

    Raises MayNot, CaseNotFound, WrongUsage, and SuggestionGone where the case asks for something else by now.
    """
    may(person, "read_personal").demand()
    _check(given)
    with premises.database.read() as reader:
        case = cases.get(reader, case_id)
        shown = summary(premises, reader, case)
    step = _answered_step(shown, given)
    is_done = step is not None and step.act is not None and given.verdict == "accepted"
    if step is not None and is_done:
        _do(Desk(premises, person), step)
    _write(premises, person, case, shown, given, step)
    with premises.database.read() as reader:
        return Taken(cases.get(reader, case_id), step, is_done)


def rates(reader: Reader, now: datetime, *, days: int = DAYS) -> list[Rate]:
    """By kind of guidance, the most answered first."""
    since = now - timedelta(days=days)
    changes: dict[str, list[float]] = {}
    for body in store.edits(reader, since):
        if "changed" in body:
            changes.setdefault(body["name"], []).append(body["changed"])
    found = _counted(store.rates(reader, since), {name: fmean(each) for name, each in changes.items()})
    return sorted(found, key=lambda rate: (-rate.many, rate.name))


def by_need(reader: Reader, now: datetime, *, days: int = DAYS) -> list[Rate]:
    """The same by what the cases were about ("" where nobody knows), whatever was answered."""
    found = _counted(store.rates_by_need(reader, now - timedelta(days=days)), {})
    return sorted(found, key=lambda rate: (-rate.many, rate.name))


def _counted(rows: Iterable[Row[Any]], changed: Mapping[str, float]) -> list[Rate]:
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row.name, {})[row.verdict] = row.many
    return [
        Rate(name, each.get("accepted", 0), each.get("edited", 0), each.get("rejected", 0), changed.get(name))
        for name, each in counts.items()
    ]


def changed_share(before: str, after: str) -> float:
    """How much of the words is other than before, from 0 (nothing) to 1 (all)."""
    same = SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio()
    return round(1 - same, 4)


@dataclass(frozen=True)
class Edited:
    """How a person would say it. `is_current`: the summary still says what they read."""

    text: str
    person: str
    at: datetime
    is_current: bool


def edited_summary(entries: Sequence[Entry], digest: str) -> Edited | None:
    """The latest words of a person for this summary, None where there are none or they are erased."""
    for entry in reversed(entries):
        if entry.kind == ANSWERED and entry.body["target"] == SUMMARY and entry.body["verdict"] == "edited":
            text = (entry.personal or {}).get("text", "")
            return Edited(text, entry.actor, entry.at, entry.body["digest"] == digest) if text else None
    return None


def verdict_named(word: str) -> Verdict:
    """Raises WrongUsage."""
    if word not in get_args(Verdict):
        raise WrongUsage(f"{word!r} is no answer. Say one of: {', '.join(get_args(Verdict))}.")
    return cast(Verdict, word)


def _check(given: Answer) -> None:
    if given.verdict == "edited" and not given.text.strip():
        raise WrongUsage("Write how you would say it. Nothing was written down.")
    if max(len(given.text), len(given.because)) > LONGEST:
        raise WrongUsage(f"At most {LONGEST} characters are kept. Shorten it.")


def _answered_step(shown: Summary, given: Answer) -> Suggestion | None:
    """The step that is answered, None for the summary as a whole. Raises SuggestionGone."""
    if given.target in (SUMMARY, WORDING):
        if given.digest is not None and given.digest != shown.digest:
            raise SuggestionGone(f"Case {shown.case} has moved on: read its summary again. Nothing was written down.")
        return None
    for step in shown.suggestions:
        if step.id == given.target and not step.is_idle:
            return step
    raise SuggestionGone(f"Case {shown.case} does not ask for that any more: look at it again. Nothing was done.")


def _do(desk: Desk, step: Suggestion) -> None:
    match step.act:
        case "take_over":
            desk.take_over(step.case_id)
        case "hand_back":
            desk.hand_back(step.case_id)
        case "end_resolved":
            desk.finish(step.case_id, "resolved")
        case None:
            pass


def _write(
    premises: Premises, person: Person, case: Case, shown: Summary, given: Answer, step: Suggestion | None
) -> None:
    if shown.is_erased and (given.text.strip() or given.because.strip()):
        raise SuggestionGone("The customer was erased: nothing is written about them any more.")
    now = premises.house.clock.now()
    read = step.words if step is not None else shown.text()
    if given.target == WORDING:
        with premises.database.read() as reader:
            model_said = worded(premises.ledger.entries(reader, case.id), shown.digest)
        read = model_said.text if model_said is not None else read
    name = step.kind if step is not None else given.target
    row = {"case_id": case.id, "target": given.target, "person_id": person.id, "name": name, "at": now}
    row |= {"verdict": given.verdict, "digest": shown.digest, "intent": case.intent or ""}
    body: dict[str, Any] = {"target": given.target, "name": name, "verdict": given.verdict, "digest": shown.digest}
    if given.verdict == "edited":
        body["changed"] = changed_share(read, given.text)
    said = {"text": given.text.strip(), "because": given.because.strip()}
    with premises.database.write() as tx:
        store.put(tx, row)
        premises.ledger.append(
            tx,
            case_id=case.id,
            kind=ANSWERED,
            at=now,
            actor=person.actor,
            body=body,
            personal={key: value for key, value in said.items() if value},
            customer_id=case.customer_id,
            release=case.release,
        )


def listed(reader: Reader, now: datetime, *, name: str | None, verdict: str | None, days: int) -> list[dict[str, Any]]:
    """The answers behind a rate, without what anybody wrote."""
    rows = store.answered(reader, now - timedelta(days=days), name=name, verdict=verdict, limit=200)
    return [
        {
            "case": row.case_id,
            "name": row.name,
            "verdict": row.verdict,
            "person": row.person_id,
            "intent": row.intent,
            "at": iso(row.at),
        }
        for row in rows
    ]
