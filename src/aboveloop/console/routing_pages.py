"""The pages of routing rules: which messages go to whom, how each rule became so, and what becomes of one message."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from aboveloop.app.routing_desk import drafts, history
from aboveloop.app.routing_desk.drafts import Draft
from aboveloop.app.routing_desk.trying import Asked, try_out
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import CasesLook, Look
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.routing import MAIL, Automatic, Customers, Routing
from aboveloop.operation.routing_words import AUTOMATIC, CUSTOMERS, queue_in_words, then_in_words, when_in_words
from aboveloop.work.triage import store as triage

# A month shows which rules are ever met.
COUNTED_DAYS = 28

router = APIRouter(default_response_class=HTMLResponse)
Named = Annotated[str, Path(max_length=100)]


@router.get("/routing")
def routing(look: CasesLook) -> HTMLResponse:
    """The rules at work, in the order in which they are asked, and how often each was met."""
    return page_of_rules(look)


@router.post("/routing/try")
def tried(form: FormHere) -> HTMLResponse:
    """What becomes of one message, under the rules at work or those of the draft. Nothing of it is kept."""
    look = form.look
    with look.premises.database.read() as reader:
        draft = drafts.find(reader)
    of_draft = form.text("against") == "draft" and draft is not None
    rules = draft.routing if of_draft and draft is not None else look.operation.routing
    asked = _asked(form)
    found = try_out(look.premises, rules, asked)
    if not of_draft:
        return page_of_rules(look, asked=asked, tried=found)
    return page_of_draft(look, asked=asked, tried=found)


@router.get("/routing/history")
def changes(look: CasesLook) -> HTMLResponse:
    """Every release that changed the rules: who, when, what in words, and when it was at work."""
    with look.premises.database.read() as reader:
        found = history.editions(look.premises, reader)
        draft = drafts.find(reader)
    return look.render("routing_history.html", editions=found, seen=seen_of(draft), at_work=look.operation.routing)


@router.get("/routing/rules/{name}")
def rule(look: CasesLook, name: Named) -> HTMLResponse:
    """One rule over the releases. Raises RuleNotThere."""
    with look.premises.database.read() as reader:
        draft = drafts.find(reader)
        standing = draft.routing.find(name) if draft is not None else None
        found = [] if _only_drafted(look, draft, name) else history.versions(look.premises, reader, name)
        counted = triage.counts(reader, look.now - timedelta(days=COUNTED_DAYS)).get(name, 0)
    at_work = look.operation.routing.find(name)
    shown = at_work or standing or next((each.rule for each in found if each.rule is not None), None)
    return look.render(
        "routing_rule.html",
        name=name,
        title=shown.called if shown is not None else name,
        at_work=at_work,
        drafted=standing,
        versions=found,
        counted=counted,
        counted_days=COUNTED_DAYS,
        seen=seen_of(draft),
        **words(look, look.operation.routing),
    )


def _only_drafted(look: Look, draft: Draft | None, name: str) -> bool:
    """Whether a rule stands in the draft and never stood anywhere else; a name of nothing is not there."""
    if draft is None or draft.routing.find(name) is None or look.operation.routing.find(name) is not None:
        return False
    with look.premises.database.read() as reader:
        return all(each.routing.find(name) is None for each in history.editions(look.premises, reader))


def page_of_rules(look: Look, **trial: Any) -> HTMLResponse:
    with look.premises.database.read() as reader:
        draft = drafts.find(reader)
        counted = triage.counts(reader, look.now - timedelta(days=COUNTED_DAYS))
        waiting = triage.waiting(reader)
    at_work = look.operation.routing
    return look.render(
        "routing.html",
        routing=at_work,
        draft=draft,
        counted=counted,
        counted_days=COUNTED_DAYS,
        waiting=_by_queue(at_work, waiting),
        **words(look, at_work),
        **try_form(look, **trial),
    )


def page_of_draft(look: Look, *, status: int = 200, **trial: Any) -> HTMLResponse:
    """The draft, or where there is none the rules at work, from which one begins."""
    with look.premises.database.read() as reader:
        draft = drafts.find(reader)
    shown = look.operation.routing if draft is None else draft.routing
    return look.render(
        "routing_draft.html",
        status=status,
        routing=shown,
        draft=draft,
        seen=seen_of(draft),
        faults=drafts.faults(look.operation, shown),
        changes=drafts.changes(look.operation, shown),
        is_behind=draft is not None and draft.base != drafts.version_of(look.operation.routing),
        used=frozenset(each.queue for each in shown.rules if each.queue),
        **words(look, shown),
        **try_form(look, **trial),
    )


def words(look: Look, shown: Routing) -> dict[str, Any]:
    """How templates say rules and queues."""
    operation = drafts.drafted(look.operation, shown)
    return {
        "when_of": lambda each: _begun(when_in_words(operation, each.when)),
        "then_of": lambda each: then_in_words(shown, each),
        "queue_of": lambda each: queue_in_words(operation, each),
    }


def seen_of(draft: Draft | None) -> str:
    """The version that a form says it has seen."""
    return "" if draft is None else draft.version


def try_form(look: Look, *, asked: Asked | None = None, tried: Any = None) -> dict[str, Any]:
    return {
        "asked": asked or Asked("", next(iter(look.operation.about.channels), MAIL)),
        "tried": tried,
        "channels": list(look.operation.about.channels),
        "automatic": AUTOMATIC,
        "customers": CUSTOMERS,
    }


def _by_queue(routing: Routing, waiting: Mapping[str, int]) -> dict[str, int]:
    """What met no rule waits in the first queue."""
    counts = {each.queue: waiting.get(each.queue, 0) for each in routing.queues}
    if routing.queues:
        counts[routing.usual_queue] += waiting.get("", 0)
    return counts


def _asked(form: Form) -> Asked:
    """Raises WrongUsage for what the form does not offer."""
    channel = form.text("channel") or MAIL
    automatic, customer = form.text("automatic"), form.text("customer") or "new"
    if automatic not in ("", *get_args(Automatic)) or customer not in get_args(Customers):
        raise WrongUsage("The form holds what cannot be chosen there. Load the page again.")
    if channel != MAIL and channel not in form.look.operation.about.channels:
        raise WrongUsage(f"There is no channel {channel}.")
    is_mail = channel == MAIL
    return Asked(
        text=form.text("text"),
        channel=channel,
        subject=form.text("subject") if is_mail else "",
        sender=form.text("sender") if is_mail else "",
        attachments=is_mail and form.text("attachments") == "yes",
        automatic=automatic if is_mail else "",
        customer=customer,
    )


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
