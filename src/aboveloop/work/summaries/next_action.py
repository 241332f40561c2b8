"""The next best action: the concrete steps that a case asks of people now, what presses first on top.

Each follows from where the case stands by the ledger, by what the worker remembers, and by what policy and procedure
say. None is guessed, and none decides anything: whoever takes it passes the same gate as without it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from aboveloop.journey.ownership import Owner
from aboveloop.ledger.entries import Entry
from aboveloop.operation.expressions import instant_of
from aboveloop.work.decision_accounts import DecisionAccount
from aboveloop.work.summaries.asked import is_need
from aboveloop.work.summaries.material import Material, linked
from aboveloop.work.summaries.open_matters import handed_over, unanswered, uncertain, waiting_for_approval
from aboveloop.work.summaries.suggestion import Kind, Suggestion

# More than these at once is no guidance.
MOST = 5
# An end that was none so often is asked after by a person.
OFTEN_REOPENED = 2


def next_actions(material: Material) -> list[Suggestion]:
    """The steps, the first one first; exactly one that says so where there is nothing to do."""
    found = [
        *_records(material),
        *_approvals(material),
        *_handed_over(material),
        *_of_a_person(material),
        *_paused(material),
        *_silent(material),
        *_after_the_end(material),
    ]
    return found[:MOST] or [_idle(material)]


def _records(material: Material) -> Iterator[Suggestion]:
    """Money first: a write of which nobody knows the end, or which the record does not show."""
    for each in uncertain(material):
        kind: Kind = "check_record" if each.outcome.state == "uncertain" else "correct_record"
        made = _about(material, kind, each)
        yield replace(made, page=_case_page(material, each), command="aboveloop audit reconcile", right="audit")


def _approvals(material: Material) -> Iterator[Suggestion]:
    """The one that expires first on top, with what speaks against it on record."""
    waiting = [
        (instant_of(each.approval.expires_at), each)
        for each in waiting_for_approval(material)
        if each.approval is not None and each.approval.expires_at
    ]
    for expires, each in sorted(waiting, key=lambda pair: pair[0]):
        assert each.approval is not None, "it was found by it"
        if expires <= material.now:
            continue
        made = _about(material, "answer_approval", each, reason=each.reason, until=material.instant(expires))
        yield replace(
            made,
            because=f"{made.because} {_leaning(material, each)}",
            plain_because=made.plain_because,
            target=each.approval.id,
            page=f"/approvals/{each.approval.id}",
            command=f"aboveloop approve {each.approval.id}",
            right="approve",
            rules=each.rules,
            by=expires,
        )


def _leaning(material: Material, decision: DecisionAccount) -> str:
    """What on record asks for a closer look; that there is nothing, where there is nothing."""
    points = []
    if decision.approval is not None and decision.approval.denied_before is not None:
        points.append(material.phrase("point_denied_before"))
    facts = {fact.name: fact.value for fact in decision.facts}
    if facts.get("owner") and facts.get("customer") != facts["owner"]:
        points.append(material.phrase("point_not_verified"))
    if decision.by.startswith("worker:") and decision.confirmation is None:
        points.append(material.phrase("point_not_confirmed"))
    spec = material.operation.system_operation(decision.operation)
    needed = {name for name, source in spec.facts.items() if not source.optional} if spec is not None else set()
    missing = [fact.name.replace("_", " ") for fact in decision.facts if fact.missing and fact.name in needed]
    if missing:
        points.append(material.phrase("point_missing", names=", ".join(missing)))
    return f"{material.phrase('leans_look')} {'; '.join(points)}." if points else material.phrase("leans_approve")


def _handed_over(material: Material) -> Iterator[Suggestion]:
    """A case that waits to be taken: what to do once it is, by why it was given."""
    given = handed_over(material)
    if given is None:
        return
    because = _because(given)
    latest = material.of("MessageRead")[-1:]
    doubts = material.of("DoubtLogged")[-1:]
    need = _need(material)
    reading: Mapping[str, object] = (latest[0].personal or {}).get("reading", {}) if latest else {}
    if doubts and doubts[0].at == given.at and doubts[0].body.get("about") != "understanding":
        made = _decide_doubt(material, doubts[0], given)
    elif latest and latest[0].body.get("flags"):
        made = _step(material, "call", given, because=material.phrase("why_flagged", because=because), need=need)
        made = replace(made, plain_because=material.phrase("why_flagged", because=""))
    elif reading.get("wants_person"):
        made = _step(material, "call", given, because=material.phrase("why_wants_person", because=because), need=need)
        made = replace(made, plain_because=material.phrase("why_wants_person", because=""))
    elif need == material.phrase("unclear_need"):
        made = _step(material, "take_over", given, because=because, need=need)
        words = material.phrase("next_take_over_unclear")
        made = replace(made, words=words, plain=words)
    else:
        made = _step(material, "take_over", given, because=because, need=need)
    yield replace(made, act="take_over", right="take_over", page=f"/cases/{material.case.id}")


def _decide_doubt(material: Material, doubt: Entry, given: Entry) -> Suggestion:
    """Both values stand side by side, for who may read them."""
    facts = ", ".join(str(name).replace("_", " ") for name in doubt.body.get("facts", ()))
    values = (doubt.personal or {}).get("values", {})
    told = "; ".join(f"{name.replace('_', ' ')}: {_both(value)}" for name, value in values.items())
    made = _step(material, "decide_doubt", doubt, because=material.phrase("why_decide_doubt"), what=told or facts)
    return replace(
        made,
        plain=material.phrase("next_decide_doubt", what=facts),
        plain_because=made.because,
        entries=(doubt.id, given.id),
    )


def _both(value: object) -> str:
    if isinstance(value, Mapping) and {"claimed", "record"} <= value.keys():
        claimed = value["claimed"]
        said = ", ".join(str(each) for each in claimed) if isinstance(claimed, list) else str(claimed)
        return f"{said} ≠ {value['record']}"
    return str(value)


def _of_a_person(material: Material) -> Iterator[Suggestion]:
    """A case that a person has: answer, then give it back or end it."""
    case = material.case
    if case.owner is not Owner.PERSON:
        return
    taken = [each for each in material.of("CaseOwnerChanged") if each.body["to"] == Owner.PERSON.value][-1]
    replied = [each for each in material.of("MessageSent") if each.number > taken.number]
    open_words, need = unanswered(material), _need(material)
    page = f"/cases/{case.id}"
    if open_words:
        made = _step(material, "reply", open_words[-1], because=material.phrase("why_reply"), need=need)
        yield replace(made, page=f"{page}#reply", right="reply", plain_because=made.because)
    elif not replied:
        person = material.person(case.person_id)
        why = material.phrase("why_first_reply", person=person, because=case.handed_over_because or "")
        made = _step(material, "reply", taken, because=why, need=need)
        words = material.phrase("next_first_reply", need=need)
        plain = material.phrase("why_first_reply", person=person, because="")
        yield replace(made, words=words, plain=words, plain_because=plain, page=f"{page}#reply", right="reply")
    else:
        yield from _let_go(material, replied[-1], need)


def _let_go(material: Material, replied: Entry, need: str) -> Iterator[Suggestion]:
    """Both ways stand there; first the one that procedure and answers make likely."""
    case = material.case
    end = _step(material, "end", replied, because=material.phrase("why_end"))
    end = replace(end, act="end_resolved", right="take_over", page=f"/cases/{case.id}", plain_because=end.because)
    performed = any(each.outcome.state == "performed" for each in material.decisions)
    if case.procedure is None or performed:
        yield end
        return
    why = material.phrase("why_hand_back", procedure=material.procedure(case.procedure))
    back = _step(material, "hand_back", replied, because=why, need=need)
    yield replace(back, act="hand_back", right="take_over", page=f"/cases/{case.id}", plain_because=why)
    yield replace(end, because="", plain_because="")


def _paused(material: Material) -> Iterator[Suggestion]:
    switch = material.switch
    if switch is None or material.case.halted_by is None:
        return
    what = switch.name or switch.scope
    why = material.phrase("why_resume", because=switch.because)
    made = _step(material, "resume", material.entries[-1], because=why, what=what)
    yield replace(
        made,
        target=f"{switch.scope}:{switch.name}",
        page="/switches",
        right="resume",
        command=f'aboveloop resume {f"{switch.scope} {switch.name}".strip()} --reason "..."',
        plain_because=why,
    )


def _silent(material: Material) -> Iterator[Suggestion]:
    """Asked, reminded, and still no word."""
    if material.case.owner is Owner.WAITING_ON_CUSTOMER and material.memory.reminded:
        told = material.of("MessageSent")
        if told:
            why = material.phrase("why_call_silent")
            made = _step(material, "call", told[-1], because=why, need=_need(material))
            words = material.phrase("next_call_silent", need=_need(material))
            page = f"/cases/{material.case.id}"
            yield replace(made, words=words, plain=words, plain_because=why, page=page, right="take_over")


def _after_the_end(material: Material) -> Iterator[Suggestion]:
    """An end that was none, again and again, is asked after."""
    reopened = [each for each in material.of("CaseOwnerChanged") if each.body["to"] == Owner.REOPENED.value]
    if material.case.owner is Owner.RESOLVED and len(reopened) >= OFTEN_REOPENED and not material.is_erased:
        why = material.phrase("why_follow_up", count=len(reopened))
        made = _step(material, "follow_up", reopened[-1], because=why, need=_need(material))
        ids = linked([each.id for each in reopened])
        page = f"/cases/{material.case.id}"
        yield replace(made, entries=ids, act="take_over", right="take_over", page=page, plain_because=why)


def _idle(material: Material) -> Suggestion:
    """Nobody has to do anything; why."""
    if material.case.owner is Owner.RESOLVED or material.is_erased:
        kind: Kind = "nothing"
        why = material.phrase("why_erased" if material.is_erased else "why_nothing")
    else:
        kind = "wait"
        key = {
            Owner.WAITING_ON_TIME: "waits_for_time",
            Owner.WAITING_ON_CUSTOMER: "waits_for_customer",
        }.get(material.case.owner, "at_work")
        why = material.phrase(key)
    ids = (material.entries[-1].id,) if material.entries else ()
    words = material.phrase(f"next_{kind}")
    return Suggestion(kind, words, why, ids, words, why, material.case.id, material.case.owner.value)


def _about(material: Material, kind: Kind, decision: DecisionAccount, **why: object) -> Suggestion:
    """A step about one action, with its words and without its values."""
    because = material.phrase(f"why_{kind}", **why)
    return Suggestion(
        kind=kind,
        words=material.phrase(f"next_{kind}", what=material.says(decision.operation, decision.args)),
        because=because,
        entries=linked(decision.entries),
        plain=material.phrase(f"next_{kind}", what=material.says(decision.operation, None)),
        plain_because=because,
        case_id=material.case.id,
        target=decision.action,
    )


def _step(material: Material, kind: Kind, entry: Entry, *, because: str, **words: object) -> Suggestion:
    """A step that follows from one entry. Why is personal until somebody says that it is not."""
    said = material.phrase(f"next_{kind}", **words)
    return Suggestion(kind, said, because, (entry.id,), said, "", material.case.id, entry.id)


def _need(material: Material) -> str:
    """What the customer wants, in the operation's words for it: the last need that was understood."""
    intents = material.operation.intents
    for entry in reversed(material.of("MessageRead")):
        if is_need(material, intents.get(entry.body["intent"]), entry.body["confidence"]):
            return material.need(entry.body["intent"])
    return material.need(material.case.intent) if material.case.intent else material.phrase("unclear_need")


def _because(entry: Entry) -> str:
    because: str = (entry.personal or {}).get("because", "")
    return because


def _case_page(material: Material, decision: DecisionAccount) -> str:
    return f"/cases/{material.case.id}#d-{decision.entries[0]}"
