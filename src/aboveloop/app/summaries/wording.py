"""A wording of the summary by an outside model, where one is set up: asked for by a person, masked and gated as every
outside call, and shown beside the exact summary only where nothing in it is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.app.outside_models import MASKING_SECRET
from aboveloop.app.premises import Premises
from aboveloop.app.summaries.gathered import summary
from aboveloop.connect.models.chat import ChatModel
from aboveloop.connect.models.vendors import vendor_of
from aboveloop.govern.actions import Principal
from aboveloop.govern.people import Person, may
from aboveloop.journey import cases
from aboveloop.ledger.entries import Entry
from aboveloop.understand.prompts import prompt_of
from aboveloop.work.privacy.outside import Answered, AwaitsApproval, Question, ask
from aboveloop.work.summaries.wording_check import unsupported

PROMPT = "word_summary"
SHOWN, REFUSED = "WordingShown", "WordingRefused"
# A wording that is longer than this is no summary any more.
LONGEST = 4_000


@dataclass(frozen=True)
class Wording:
    """What came of asking. `text` is shown; where it is "", `because` says why nothing is."""

    text: str
    because: str
    unsupported: tuple[str, ...] = ()


@dataclass(frozen=True)
class Worded:
    """A wording that stands beside the summary it was made of."""

    text: str
    vendor: str
    at: datetime


def word(premises: Premises, person: Person, case_id: str, *, vendor: str) -> Wording:
    """Ask a vendor's model to word the summary of a case.

    Raises MayNot, CaseNotFound, VendorUnknown, and PromptUnknown where the operation has no `prompts/word_summary.md`.
    """
    may(person, "read_personal").demand()
    model = ChatModel(vendor_of(premises.settings.home, vendor))
    try:
        with premises.database.read() as reader:
            case = cases.get(reader, case_id)
            exact = summary(premises, reader, case)
        prompt = prompt_of(premises.operation_of(case.release).files, PROMPT)
        by = Principal("person", person.id)
        given = {"summary": exact.text()}
        question = Question(case.id, PROMPT, prompt.instructions, prompt.fields, by, given)
        outcome = ask(premises.house, question, model, premises.settings.secret(MASKING_SECRET))
    finally:
        model.close()
    if isinstance(outcome, AwaitsApproval):
        return Wording("", f"It waits for approval {outcome.approval_id}. Nothing was sent.")
    if not isinstance(outcome, Answered):
        return Wording("", outcome.because)
    text = outcome.text.strip()
    found = (*outcome.unknown, *unsupported(text, exact.text()))
    told = _judged(text, found)
    body = {"vendor": vendor, "flow": outcome.flow, "digest": exact.digest, "unsupported": len(found)}
    personal: Mapping[str, Any] = {"text": text, "unsupported": list(found)}
    _write(premises, person, case, told, body, personal)
    return told


def worded(entries: Sequence[Entry], digest: str) -> Worded | None:
    """The latest wording of exactly this summary, None where there is none, or it is erased."""
    for entry in reversed(entries):
        if entry.kind == SHOWN and entry.body["digest"] == digest and entry.personal:
            return Worded(entry.personal["text"], entry.body["vendor"], entry.at)
    return None


def _judged(text: str, found: Sequence[str]) -> Wording:
    if not text or len(text) > LONGEST:
        return Wording("", "The answer is empty or too long to be a summary.")
    if found:
        return Wording("", f"{len(found)} values or names in it do not stand in the exact summary.", tuple(found))
    return Wording(text, "")


def _write(
    premises: Premises,
    person: Person,
    case: cases.Case,
    told: Wording,
    body: Mapping[str, Any],
    personal: Mapping[str, Any],
) -> None:
    with premises.database.write() as tx:
        premises.ledger.append(
            tx,
            case_id=case.id,
            kind=SHOWN if told.text else REFUSED,
            at=premises.house.clock.now(),
            actor=person.actor,
            body={**body, "because": told.because},
            personal=personal,
            customer_id=case.customer_id,
            release=case.release,
        )
