"""What is open: what the case waits for, what nobody has answered, and what nobody can tell."""

from collections.abc import Iterator

from aboveloop.journey.ownership import Owner
from aboveloop.kit.clock import iso
from aboveloop.ledger.entries import Entry
from aboveloop.operation.expressions import instant_of
from aboveloop.work.decision_accounts import DecisionAccount
from aboveloop.work.summaries.material import Material, Sentence, linked, quoted


def open_matters(material: Material) -> Iterator[Sentence]:
    """What presses first."""
    found = [
        *_uncertain(material),
        *_stopped(material),
        *_approvals(material),
        *_with_people(material),
        *_unanswered(material),
        *_waiting(material),
    ]
    yield from found or _nothing(material)


def waiting_for_approval(material: Material) -> list[DecisionAccount]:
    """The actions that people are asked for and that still need an answer."""
    return [
        each
        for each in material.decisions
        if each.outcome.state == "waiting_for_approval"
        and each.approval is not None
        and each.approval.id not in material.withdrawn
        and material.case.owner is not Owner.PERSON
    ]


def unanswered(material: Material) -> list[Entry]:
    """What the customer wrote and nobody has heard: no worker read it, no person replied after it."""
    read = {each.body["message"] for each in material.of("MessageRead")}
    replied = [each.number for each in material.of("MessageSent") if each.actor.startswith("person:")]
    latest = max(replied, default=-1)
    found = [each for each in material.of("MessageReceived") if each.body["message"] not in read]
    return [each for each in found if each.number > latest]


def uncertain(material: Material) -> list[DecisionAccount]:
    """Writes whose end nobody can tell, or that the system of record does not show."""
    return [
        each
        for each in material.decisions
        if each.outcome.state == "uncertain" or (each.outcome.state == "performed" and each.outcome.proved is False)
    ]


def handed_over(material: Material) -> Entry | None:
    """The entry that gave the case to people, while it waits to be taken."""
    is_waiting = material.case.owner is Owner.WAITING_ON_PERSON and material.memory.waiting != "approval"
    if not is_waiting or material.case.halted_by is not None:
        return None
    given = [each for each in material.of("CaseOwnerChanged") if each.body["to"] == Owner.WAITING_ON_PERSON.value]
    return given[-1] if given else None


def _uncertain(material: Material) -> Iterator[Sentence]:
    for each in uncertain(material):
        key = "open_uncertain" if each.outcome.state == "uncertain" else "open_unproved"
        words = material.phrase(key, what=material.says(each.operation, each.args))
        plain = material.phrase(key, what=material.says(each.operation, None))
        yield Sentence("open", key, words, linked(each.entries), each.outcome.at, plain=plain)


def _stopped(material: Material) -> Iterator[Sentence]:
    if material.switch is None or material.case.halted_by is None:
        return
    stopped = [each for each in material.of("CaseOwnerChanged") if each.actor == "house"]
    entries = (stopped[-1].id,) if stopped else (material.entries[-1].id,)
    words = material.phrase(
        "paused", since=material.instant(material.switch.thrown_at), because=material.switch.because
    )
    yield Sentence("open", "paused", words, entries, material.switch.thrown_at, plain=words)


def _approvals(material: Material) -> Iterator[Sentence]:
    for each in waiting_for_approval(material):
        assert each.approval is not None, "it is found by it"
        roles = ", ".join(role.replace("_", " ") for role in each.approval.roles)
        until = each.approval.expires_at or iso(material.now)
        values = {"roles": roles, "until": material.instant(instant_of(until))}
        words = material.phrase("waits_for_approval", what=material.says(each.operation, each.args), **values)
        plain = material.phrase("waits_for_approval", what=material.says(each.operation, None), **values)
        yield Sentence("open", "waits_for_approval", words, linked(each.entries), each.outcome.at, plain=plain)


def _with_people(material: Material) -> Iterator[Sentence]:
    given = handed_over(material)
    if given is not None:
        because = (given.personal or {}).get("because", "")
        words = material.phrase("waits_to_be_taken", since=material.instant(given.at), because=because).strip()
        plain = material.phrase("waits_to_be_taken", since=material.instant(given.at), because="").strip()
        yield Sentence("open", "waits_to_be_taken", words, (given.id,), given.at, plain=plain)
    if material.case.owner is Owner.PERSON:
        taken = material.of("CaseOwnerChanged")[-1]
        words = material.phrase("has_it", person=material.person(material.case.person_id))
        yield Sentence("open", "has_it", words, (taken.id,), taken.at, plain=words)


def _unanswered(material: Material) -> Iterator[Sentence]:
    found = unanswered(material)
    if not found:
        return
    text, is_cut = quoted(material.texts.get(found[-1].body["message"]))
    words, plain = material.counted("unanswered", len(found))
    ids = linked([each.id for each in found])
    yield Sentence("open", "unanswered", words, ids, found[-1].at, plain, text, is_cut)


def _waiting(material: Material) -> Iterator[Sentence]:
    """What the worker waits for, by what the case remembers; the entry is the last word that was said."""
    case, memory = material.case, material.memory
    told = material.of("MessageSent") or material.of("CaseOwnerChanged")
    if not told or case.halted_by is not None:
        return
    words = plain = ""
    if case.owner is Owner.WAITING_ON_CUSTOMER and memory.waiting == "answer":
        words = plain = material.phrase("asked_for", entity=(memory.asking or "").replace("_", " "))
    elif case.owner is Owner.WAITING_ON_CUSTOMER and memory.waiting == "confirmation":
        operation = (memory.proposal or {}).get("operation", "")
        words = plain = material.phrase("asked_to_confirm", what=material.says(operation, None))
    elif case.owner is Owner.WAITING_ON_CUSTOMER:
        words = plain = material.phrase("waits_for_customer")
    elif case.owner is Owner.WAITING_ON_TIME:
        words = plain = material.phrase("waits_for_time")
    elif case.owner in (Owner.WORKER, Owner.REOPENED):
        words = plain = material.phrase("at_work")
    if words:
        yield Sentence("open", "waiting", words, (told[-1].id,), told[-1].at, plain=plain)


def _nothing(material: Material) -> Iterator[Sentence]:
    if material.entries:
        last = material.entries[-1]
        words = material.phrase("nothing_open")
        yield Sentence("open", "nothing_open", words, (last.id,), last.at, plain=words)
