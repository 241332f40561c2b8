"""Where a case stands among what people take: its queue, how soon, and by which rule."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.operation.routing import URGENCY, Priority, Routing
from aboveloop.operation.routing_words import PRIORITIES


@dataclass(frozen=True)
class Standing:
    """`rule` is "" for a case that met none: it stands in the first queue, in turn."""

    queue: str
    queue_title: str
    priority: Priority
    rule: str = ""
    rule_title: str = ""
    release: str = ""

    @property
    def words(self) -> str:
        return PRIORITIES[self.priority]


def standing_of(routing: Routing, row: Row[Any] | None) -> Standing:
    """`row` of `case_triage`. Titles are those of `routing`, where it still has the queue and the rule."""
    if row is None:
        return Standing(routing.usual_queue, routing.queue_title(routing.usual_queue), "normal")
    priority = next(name for name, urgency in URGENCY.items() if urgency == row.urgency)
    rule = routing.find(row.rule)
    title = rule.called if rule is not None else row.rule.replace("_", " ")
    return Standing(row.queue, routing.queue_title(row.queue), priority, row.rule, title, row.release)
