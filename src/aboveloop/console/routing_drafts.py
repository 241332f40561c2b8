"""Changing routing rules in the browser: rule by rule in one draft, held against past cases, then made a release."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from aboveloop.app.routing_desk import drafts, effects, history
from aboveloop.app.routing_desk.drafts import Draft, Edit
from aboveloop.app.routing_desk.errors import RoutingChanged, RuleNotThere, RuleUnfit
from aboveloop.console import routing_form
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import CasesLook, Look
from aboveloop.console.routing_pages import page_of_draft, seen_of
from aboveloop.govern import people
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.routing import Queue, Routing, RoutingRule
from aboveloop.operation.routing_words import PRIORITIES, queue_in_words

# How many past cases are held against the draft: what can be waited for, and what shows what is rare.
LOOKED = (50, 200, 1000)

router = APIRouter(default_response_class=HTMLResponse)
Named = Annotated[str, Path(max_length=100)]
Asked = Annotated[str, Query(max_length=100)]


@router.get("/routing/draft")
def draft(look: CasesLook) -> HTMLResponse:
    """The draft, what is wrong in it, and what it changes of the rules at work. Raises MayNot."""
    people.may(look.visitor.person, "propose").demand()
    return page_of_draft(look)


@router.get("/routing/draft/rule")
def rule(look: CasesLook, name: Asked = "") -> HTMLResponse:
    """The form of one rule; an empty one for a new rule. Raises MayNot and RuleNotThere."""
    people.may(look.visitor.person, "propose").demand()
    shown, standing = _shown(look)
    found = shown.find(name) if name else None
    if name and found is None:
        raise RuleNotThere(f"There is no routing rule {name} in the draft.")
    values = {"to": "usual", "priority": "normal"} if found is None else routing_form.values_of(found)
    return _rule_form(look, {**values, "seen": seen_of(standing)}, found)


@router.post("/routing/draft/rules")
def keep_rule(form: FormHere) -> Response:
    """Keep a rule in the draft. What forbids it is said above the fields. Raises MayNot."""
    look, before = form.look, form.text("before")
    people.may(look.visitor.person, "propose").demand()
    found, wrong = routing_form.read_rule(form, _shown(look)[0].find(before))
    if found is None:
        return _rule_again(form, wrong, 422)
    try:
        _change(form, drafts.with_rule(look.operation, found, before=before), f"the rule {found.rule}")
    except RuleUnfit as error:
        return _rule_again(form, [str(error)], 422)
    except RoutingChanged as error:
        return _rule_again(form, [str(error)], 409)
    return _back("rule_kept", found.rule)


@router.post("/routing/draft/rules/{name}/move")
def move(form: FormHere, name: Named) -> RedirectResponse:
    """Ask a rule earlier or later. Raises MayNot, RoutingChanged, RuleNotThere."""
    way = {"up": -1, "down": 1}.get(form.text("way"))
    if way is None:
        raise WrongUsage("A rule is moved up or down.")
    _change(form, drafts.moved(name, way), f"the order of {name}")
    return _back("rule_moved", name)


@router.post("/routing/draft/rules/{name}/remove")
def remove(form: FormHere, name: Named) -> RedirectResponse:
    """Take a rule out of the draft. Raises MayNot, RoutingChanged, RuleNotThere."""
    _change(form, drafts.without_rule(name), f"without the rule {name}")
    return _back("rule_removed")


@router.get("/routing/draft/queue")
def queue(look: CasesLook, name: Asked = "") -> HTMLResponse:
    """The form of one queue. Raises MayNot and RuleNotThere."""
    people.may(look.visitor.person, "propose").demand()
    shown, standing = _shown(look)
    found = next((each for each in shown.queues if each.queue == name), None)
    if name and found is None:
        raise RuleNotThere(f"There is no queue {name} in the draft.")
    values = {"seen": seen_of(standing)}
    if found is not None:
        values |= {"name": found.queue, "before": found.queue, "title": found.title}
        values |= {f"roles.{role}": "yes" for role in found.roles}
    return _queue_form(look, values)


@router.post("/routing/draft/queues")
def keep_queue(form: FormHere) -> Response:
    """Keep a queue in the draft. Raises MayNot."""
    people.may(form.look.visitor.person, "propose").demand()
    found, wrong = routing_form.read_queue(form)
    if found is None:
        return _queue_again(form, wrong, 422)
    try:
        _change(form, _queue_edit(form, found), f"the queue {found.queue}")
    except RuleUnfit as error:
        return _queue_again(form, [str(error)], 422)
    except RoutingChanged as error:
        return _queue_again(form, [str(error)], 409)
    return _back("queue_kept")


@router.post("/routing/draft/queues/{name}/remove")
def remove_queue(form: FormHere, name: Named) -> RedirectResponse:
    """Take a queue out of the draft. Raises MayNot, RoutingChanged, RuleUnfit while a rule names it."""
    _change(form, drafts.without_queue(name), f"without the queue {name}")
    return _back("queue_removed")


@router.get("/routing/draft/effect")
def effect(look: CasesLook, many: Annotated[int, Query(alias="cases", ge=1, le=max(LOOKED))] = 200) -> HTMLResponse:
    """Which of the last cases would have gone elsewhere under the draft. Raises MayNot."""
    people.may(look.visitor.person, "propose").demand()
    shown, standing = _shown(look)
    with look.premises.database.read() as reader:
        found = effects.effect(look.premises, reader, look.operation.routing, shown, many=many)
    return look.render(
        "routing_effect.html", found=found, kinds=effects.KINDS, draft=standing, many=many, choices=LOOKED
    )


@router.post("/routing/draft/release")
def release(form: FormHere) -> RedirectResponse:
    """A release with the drafted rules, beside the one at work. Raises MayNot, NothingDrafted, RoutingChanged and
    FolderFaulty."""
    look = form.look
    made = drafts.release(look.premises, by=look.visitor.person, seen=form.text("seen"), note=form.text("note"))
    return RedirectResponse(f"/releases/{made.digest}?notice=release_made", status_code=303)


@router.post("/routing/draft/rebase")
def rebase(form: FormHere) -> RedirectResponse:
    """The draft is meant over the rules at work now. Raises MayNot, NothingDrafted, RoutingChanged."""
    drafts.rebase(form.look.premises, by=form.look.visitor.person, seen=form.text("seen"))
    return _back("routing_rebased")


@router.post("/routing/draft/drop")
def drop(form: FormHere) -> RedirectResponse:
    """Give the draft up. Raises MayNot and NothingDrafted."""
    drafts.drop(form.look.premises, by=form.look.visitor.person)
    return RedirectResponse("/routing?notice=routing_dropped", status_code=303)


@router.post("/routing/rules/{name}/restore")
def restore(form: FormHere, name: Named) -> RedirectResponse:
    """A draft in which this rule is as it was in a release. Raises MayNot, RoutingChanged, RuleNotThere."""
    named = form.text("release", required="Say in which release the rule was as it should be.")
    with form.look.premises.database.read() as reader:
        then = history.rules_of(reader, named)
    rule = then.find(name)
    if rule is None:
        raise RuleNotThere(f"The release {named[:12]} has no routing rule {name}.")
    names = [each.rule for each in then.rules]
    _change(form, drafts.restored(rule, names[: names.index(name)]), f"the rule {name} as in {named[:12]}")
    return _back("rule_restored", name)


@router.post("/routing/restore")
def restore_all(form: FormHere) -> RedirectResponse:
    """A draft in which all rules are as they were in a release. Raises MayNot, RoutingChanged, ReleaseNotFound."""
    named = form.text("release", required="Say in which release the rules were as they should be.")
    with form.look.premises.database.read() as reader:
        then = history.rules_of(reader, named)
    _change(form, drafts.whole(then), f"all rules as in {named[:12]}")
    return _back("routing_restored")


def _change(form: Form, edit: Edit, what: str) -> Draft:
    look = form.look
    return drafts.change(look.premises, edit, by=look.visitor.person, seen=form.text("seen"), what=what)


def _back(notice: str, rule: str = "") -> RedirectResponse:
    """To the draft; at the rule that was changed, so that whoever works by keyboard goes on there."""
    at = f"#rule-{rule}" if rule else ""
    return RedirectResponse(f"/routing/draft?notice={notice}{at}", status_code=303)


def _shown(look: Look) -> tuple[Routing, Draft | None]:
    with look.premises.database.read() as reader:
        standing = drafts.find(reader)
    return (look.operation.routing if standing is None else standing.routing), standing


def _queue_edit(form: Form, queue: Queue) -> Edit:
    """Raises RuleUnfit where nobody could take what stands in it."""
    edit = drafts.with_queue(queue, before=form.text("before"))

    def checked(routing: Routing) -> Routing:
        changed = edit(routing)
        alone = Routing(queues=[queue])
        said = drafts.faults(form.look.operation, alone)
        if said:
            raise RuleUnfit(" ".join(said))
        return changed

    return checked


def _rule_again(form: Form, wrong: Sequence[str], status: int) -> HTMLResponse:
    """What was written, with why it was not kept. After a conflict it carries the version that stands now."""
    look = form.look
    shown, standing = _shown(look)
    values = {name: form.text(name) for name in form.values}
    if status == 409:
        values["seen"] = seen_of(standing)
    return _rule_form(look, values, shown.find(form.text("before")), wrong=wrong, status=status)


def _queue_again(form: Form, wrong: Sequence[str], status: int) -> HTMLResponse:
    values = {name: form.text(name) for name in form.values}
    if status == 409:
        values["seen"] = seen_of(_shown(form.look)[1])
    return _queue_form(form.look, values, wrong=wrong, status=status)


def _rule_form(
    look: Look, values: Mapping[str, str], rule: RoutingRule | None, *, wrong: Sequence[str] = (), status: int = 200
) -> HTMLResponse:
    shown, _ = _shown(look)
    return look.render(
        "routing_rule_form.html",
        status=status,
        rule=rule,
        value=lambda name: values.get(name, ""),
        wrong=wrong,
        choices=routing_form.choices(look.operation, rule),
        either=routing_form.EITHER,
        destinations=routing_form.DESTINATIONS,
        priorities=PRIORITIES,
        queues=[(each.queue, queue_in_words(look.operation, each)) for each in shown.queues],
    )


def _queue_form(look: Look, values: Mapping[str, str], *, wrong: Sequence[str] = (), status: int = 200) -> HTMLResponse:
    roles = {name: role.title or name.replace("_", " ") for name, role in look.operation.about.roles.items()}
    return look.render(
        "routing_queue_form.html",
        status=status,
        value=lambda name: values.get(name, ""),
        wrong=wrong,
        roles=roles,
    )
