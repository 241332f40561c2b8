"""The pages about policy: may I do this, what the rules say and how often, what operations touch, what would change."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse

from aboveloop.app import store
from aboveloop.app.can import can
from aboveloop.app.policy_desk import explained
from aboveloop.app.reviews import what_of
from aboveloop.app.rule_tally import tally_of
from aboveloop.console.frame import CasesLook, LookHere, PersonalLook
from aboveloop.console.policy_words import PolicyLine, policy_lines
from aboveloop.govern.explaining import decision_in_words
from aboveloop.govern.schema import operations_of
from aboveloop.journey import cases
from aboveloop.kit.errors import NotFound

# More is not looked through; the count beside is of all.
CASES_SHOWN = 100
TOUCHES = ("customer", "money", "sensitive")

router = APIRouter(default_response_class=HTMLResponse)


class RuleNotFound(NotFound):
    """The operation has no such rule."""


@router.get("/policy")
def policy(
    look: LookHere,
    ask: Annotated[str, Query(max_length=200)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    lane: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """May I do this? And every rule in words: what is done without asking, what waits for whom, what never happens."""
    lines = policy_lines(look.operation)
    found = [line for line in lines if (not lane or line.lane == lane) and _matches(line, q)]
    answer = can(look.premises.pack_of(look.operation), ask) if ask.strip() else None
    with look.premises.database.read() as reader:
        counts = tally_of(look.premises).counts(reader)
    return look.render(
        "policy.html",
        lines=found,
        total=len(lines),
        q=q,
        lane=lane,
        ask=ask,
        answer=answer,
        counts=counts,
        in_words=decision_in_words,
    )


@router.get("/policy/operations")
def operations(look: LookHere, touches: Annotated[str, Query(max_length=20)] = "") -> HTMLResponse:
    """Every operation with what it touches: customers, money, what is sensitive."""
    every = list(operations_of(look.operation))
    chosen = touches if touches in TOUCHES else ""
    found = [(name, spec) for name, spec in every if not chosen or chosen in spec.touches]
    pack = look.premises.pack_of(look.operation)
    return look.render(
        "policy_operations.html",
        found=found,
        total=len(every),
        touches=chosen,
        choices=TOUCHES,
        rules_for=lambda name: pack.rules_for(name),
    )


@router.get("/policy/rules/{rule_id}")
def rule(look: CasesLook, rule_id: Annotated[str, Path(max_length=200)]) -> HTMLResponse:
    """One rule, and the cases in which it decided. Raises RuleNotFound where neither release nor ledger has it."""
    line = next((line for line in policy_lines(look.operation) if line.id == rule_id), None)
    with look.premises.database.read() as reader:
        count = tally_of(look.premises).counts(reader)[rule_id]
        if line is None and not count:
            raise RuleNotFound(f"There is no rule {rule_id}, and none of that name ever decided anything.")
        found = [cases.get(reader, each) for each in store.cases_decided_by(reader, rule_id, limit=CASES_SHOWN)]
    return look.render("policy_rule.html", rule_id=rule_id, line=line, count=count, found=found, most=CASES_SHOWN)


@router.get("/cases/{case_id}/decisions/{action}")
def what_if(look: PersonalLook, case_id: str, action: Annotated[str, Path(pattern="^[0-9a-f]{6,64}$")]) -> HTMLResponse:
    """Why an action of a case has its lane, and the smallest changes that would give it another."""
    premises = look.premises
    with premises.database.read() as reader:
        case = cases.get(reader, case_id)
    look.note({case.id: case.customer_id}, "case")
    with premises.database.read() as reader:
        found = explained(premises, reader, case, action)
    asked = found.explanation.question.action
    return look.render(
        "what_if.html",
        case=case,
        entry=found.entry,
        told=found.explanation,
        what=what_of(found.operation, asked.operation, asked.args),
        currency=found.operation.about.currency,
        in_words=decision_in_words,
    )


def _matches(line: PolicyLine, q: str) -> bool:
    text = " ".join((line.id, line.reason, line.lane, line.about, *line.approvers)).lower()
    return all(word in text for word in q.lower().split())
