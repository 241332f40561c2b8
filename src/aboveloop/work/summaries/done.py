"""What was done: each action and what became of it, who proved what, who had the case, how it ended."""

from collections.abc import Iterator

from aboveloop.journey.stretches import human, stretches
from aboveloop.ledger.entries import Entry
from aboveloop.work.decision_accounts import DecisionAccount
from aboveloop.work.summaries.material import Material, Sentence, linked, quoted

# The latest actions; earlier ones are counted.
MOST_ACTIONS = 8
MOST_STRETCHES = 4
# What is still to be done about is told under what is open.
OPEN_STATES = frozenset({"waiting_for_approval", "uncertain", "under_way"})


def done(material: Material) -> Iterator[Sentence]:
    """In the order in which it happened, kinds of things together."""
    yield from _verified(material)
    yield from _reads(material)
    yield from _actions(material)
    yield from _withheld(material)
    yield from _withdrawn(material)
    yield from _last_told(material)
    yield from _people(material)
    yield from _ends(material)


def _verified(material: Material) -> Iterator[Sentence]:
    found = material.of("CustomerVerified")
    if found:
        words = material.phrase("verified", evidence=found[-1].body.get("evidence", ""))
        yield Sentence("done", "verified", words, linked([each.id for each in found]), found[-1].at, plain=words)


def _reads(material: Material) -> Iterator[Sentence]:
    """Which records were read, and which were looked for and are not there."""
    for key, is_found in (("read", True), ("no_record", False)):
        entries = [each for each in material.of("RecordRead") if bool(each.body.get("found")) is is_found]
        if entries:
            names = ", ".join(dict.fromkeys(each.body["operation"] for each in entries))
            words = material.phrase(key, what=names)
            yield Sentence("done", key, words, linked([each.id for each in entries]), entries[-1].at, plain=words)


def _actions(material: Material) -> Iterator[Sentence]:
    acted = [each for each in material.decisions if _is_told(material, each)]
    if len(acted) > MOST_ACTIONS:
        earlier = [each.entries[-1] for each in acted[:-MOST_ACTIONS]]
        words = material.phrase("more_actions", count=len(earlier))
        yield Sentence("done", "more_actions", words, linked(earlier), acted[-MOST_ACTIONS].decided_at, plain=words)
    for decision in acted[-MOST_ACTIONS:]:
        yield _action(material, decision)


def _is_told(material: Material, decision: DecisionAccount) -> bool:
    """What the house does for itself, such as asking a model, is no part of what was done for the customer."""
    system = material.operation.systems.get(decision.operation.partition(".")[0])
    is_own = system is not None and system.reach.kind == "house"
    return not (is_own or decision.is_read or decision.outcome.state in OPEN_STATES)


def _action(material: Material, decision: DecisionAccount) -> Sentence:
    state = decision.outcome.state
    key = f"is_{state}"
    if state == "performed" and decision.outcome.proved is not None:
        key = "is_proved" if decision.outcome.proved else "is_unproved"
    reason = f" {decision.reason}" if state in ("prohibited", "denied") and decision.reason else ""

    def told(what: str) -> str:
        return material.phrase(key, what=what) + reason

    return Sentence(
        "done",
        key,
        told(material.says(decision.operation, decision.args)),
        linked(decision.entries),
        decision.outcome.at,
        plain=told(material.says(decision.operation, None)),
    )


def _withheld(material: Material) -> Iterator[Sentence]:
    """Messages that were not sent, and cases in which the house was in doubt."""
    for entry in material.of("MessageWithheld")[-2:]:
        words = material.phrase("withheld", what=entry.body.get("template", ""), because=entry.body.get("because", ""))
        plain = material.phrase("withheld", what=entry.body.get("template", ""), because="")
        yield Sentence("done", "withheld", words, (entry.id,), entry.at, plain=plain)
    for entry in material.of("DoubtLogged")[-2:]:
        words = material.phrase("in_doubt", because=entry.body.get("because", ""))
        yield Sentence("done", "in_doubt", words, (entry.id,), entry.at, plain=words)


def _withdrawn(material: Material) -> Iterator[Sentence]:
    for entry in material.of("ProcedureWithdrawn")[-1:]:
        words = material.phrase("wanted_no_more")
        yield Sentence("done", "wanted_no_more", words, (entry.id,), entry.at, plain=words)


def _last_told(material: Material) -> Iterator[Sentence]:
    told = material.of("MessageSent")
    if not told:
        return
    last = told[-1]
    text, is_cut = quoted(material.texts.get(last.body["message"]))
    words, plain = material.counted("told", len(told))
    yield Sentence("done", "told", words, linked([each.id for each in told]), last.at, plain, text, is_cut)


def _people(material: Material) -> Iterator[Sentence]:
    """The human stretches that are over, with both ends."""
    over = [each for each in human(stretches(material.entries)) if each.until is not None]
    for each in over[-MOST_STRETCHES:]:
        assert each.until is not None and each.ended_by is not None, "it is over"
        words = material.phrase(
            "had_it",
            person=material.person(each.person),
            since=material.instant(each.since),
            until=material.instant(each.until),
            how=material.phrase(f"how_{each.how.replace(' ', '_')}"),
        )
        yield Sentence("done", "had_it", words, (each.entry, each.ended_by), each.until, plain=words)


def _ends(material: Material) -> Iterator[Sentence]:
    reopened = [each for each in material.of("CaseOwnerChanged") if each.body["to"] == "reopened"]
    if reopened:
        words = material.phrase("reopened", count=len(reopened))
        yield Sentence("done", "reopened", words, linked([each.id for each in reopened]), reopened[-1].at, plain=words)
    ended = material.of("CaseEnded")
    if ended and material.case.outcome is not None:
        yield _ended(material, ended[-1])


def _ended(material: Material, entry: Entry) -> Sentence:
    words = material.phrase("ended", outcome=material.phrase(f"outcome_{entry.body['outcome']}"))
    return Sentence("done", "ended", words, (entry.id,), entry.at, plain=words)
