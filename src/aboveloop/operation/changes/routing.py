"""Changes of routing rules: which messages go elsewhere, and in which order rules are asked."""

from collections.abc import Iterator

from aboveloop.operation.changes.change import Change, Direction, ReviewPart, keys_of
from aboveloop.operation.models import Operation
from aboveloop.operation.routing import RoutingRule
from aboveloop.operation.routing_words import queue_in_words, rule_in_words, then_in_words, when_in_words

PARTS = (ReviewPart.MONITORING, ReviewPart.ESCALATION)
ASIDE = "What is set aside is answered by nobody."
FEWER = "Cases that people had go to workers."
ELSEWHERE = "Other cases may go to people or wait longer for them."


def routing_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """By rule and queue; a new order is told once, where it changes which of two rules counts."""
    if old.routing == new.routing:
        return
    yield from _queues(old, new)
    before = {each.rule: each for each in old.routing.rules}
    after = {each.rule: each for each in new.routing.rules}
    removed, added, changed = keys_of(before, after)
    for name in removed:
        words = f"The routing rule “{before[name].called}” is gone: {rule_in_words(old, old.routing, before[name])}"
        fewer = before[name].to == "people"
        yield _change(new, before[name], words, FEWER if fewer else "", "looser" if fewer else "other")
    for name in added:
        words = f"The routing rule “{after[name].called}” is new: {rule_in_words(new, new.routing, after[name])}"
        yield _change(new, after[name], words, *_weight(None, after[name]))
    for name in changed:
        yield _altered(old, new, before[name], after[name])
    kept = [each.rule for each in old.routing.rules if each.rule in after]
    if kept != [each.rule for each in new.routing.rules if each.rule in before]:
        first = "; ".join(each.called for each in new.routing.rules)
        yield Change("routing:order", f"Routing rules are asked in another order: {first}.", ELSEWHERE, PARTS,
                     "colleagues")  # fmt: skip


def _altered(old: Operation, new: Operation, before: RoutingRule, after: RoutingRule) -> Change:
    said = []
    if before.when != after.when:
        said.append(f"it fits “{when_in_words(new, after.when)}”, before “{when_in_words(old, before.when)}”")
    ways = then_in_words(old.routing, before), then_in_words(new.routing, after)
    if ways[0] != ways[1]:
        said.append(f"“{ways[1]}”, before “{ways[0]}”")
    if not said:
        return _change(new, after, f"The routing rule “{before.called}” is called “{after.called}” now.", "", "other")
    words = f"The routing rule “{after.called}” is another: {'; '.join(said)}."
    return _change(new, after, words, *_weight(before, after))


def _weight(before: RoutingRule | None, after: RoutingRule) -> tuple[str, Direction]:
    if after.to == "aside":
        return ASIDE, "looser"
    if before is None:
        return ("", "stricter") if after.to == "people" else ("", "other")
    if before.to == "aside":
        return ELSEWHERE, "stricter"
    if before.to == "people" and (after.to != "people" or before.when != after.when):
        return FEWER, "looser"
    if after.to == "people" and before.to != "people":
        return "", "stricter"
    return "", "other"


def _change(new: Operation, rule: RoutingRule, words: str, risk: str, direction: Direction) -> Change:
    touches = {new.intents[name].procedure for name in rule.when.intents if name in new.intents}
    named = frozenset(each for each in touches if each is not None)
    parts = PARTS if risk else ()
    return Change(f"routing:{rule.rule}", words, risk, parts, "colleagues", direction, named)


def _queues(old: Operation, new: Operation) -> Iterator[Change]:
    before = {each.queue: each for each in old.routing.queues}
    after = {each.queue: each for each in new.routing.queues}
    removed, added, changed = keys_of(before, after)
    for name in removed:
        words = f"The queue “{before[name].called}” is gone."
        yield Change(f"routing:queue.{name}", words, noticed="colleagues")
    for name in added:
        words = f"There is a new queue: {queue_in_words(new, after[name])}."
        yield Change(f"routing:queue.{name}", words, noticed="colleagues")
    for name in changed:
        words = f"The queue is now {queue_in_words(new, after[name])}; it was {queue_in_words(old, before[name])}."
        yield Change(f"routing:queue.{name}", words, noticed="colleagues")
    if old.routing.usual_queue != new.routing.usual_queue and before and after:
        words = f"What no rule names goes to the queue “{new.routing.queue_title(new.routing.usual_queue)}”."
        yield Change("routing:usual_queue", words, noticed="colleagues")
