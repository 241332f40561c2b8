"""The draft of the routing rules: changed rule by rule, told what is wrong in it, and made into a release."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from aboveloop.app import folders
from aboveloop.app.frozen import written_folder
from aboveloop.app.premises import Premises
from aboveloop.app.routing_desk import store
from aboveloop.app.routing_desk.errors import NothingDrafted, RoutingChanged, RuleNotThere, RuleUnfit
from aboveloop.govern.people import Person, may
from aboveloop.kit.canonical import digest
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.changes.change import Change
from aboveloop.operation.changes.routing import routing_changes
from aboveloop.operation.loading import ROUTING_FILE
from aboveloop.operation.models import Operation
from aboveloop.operation.places import Places
from aboveloop.operation.releases import Release
from aboveloop.operation.routing import Queue, Routing, RoutingRule
from aboveloop.operation.routing_faults import routing_faults, rule_faults

Edit = Callable[[Routing], Routing]


@dataclass(frozen=True)
class Draft:
    """`base` is the digest of the rules at work when it was begun, or last taken onto those at work."""

    routing: Routing
    base: str
    by: str
    at: datetime

    @property
    def version(self) -> str:
        """Of what it says: whoever changes it says which one they have seen."""
        return version_of(self.routing)


def version_of(routing: Routing) -> str:
    return digest(_body(routing))


def find(reader: Reader) -> Draft | None:
    row = store.draft(reader)
    return None if row is None else _draft(row)


def drafted(operation: Operation, routing: Routing) -> Operation:
    """The operation as it would be with these rules, for whoever looks at it; no release holds it."""
    return operation.model_copy(update={"routing": routing})


def faults(operation: Operation, routing: Routing) -> list[str]:
    """What keeps these rules from being released, in sentences."""
    return [each.message for each in routing_faults(drafted(operation, routing), Places())]


def changes(operation: Operation, routing: Routing) -> list[Change]:
    """What these rules change of those at work."""
    return list(routing_changes(operation, drafted(operation, routing)))


def change(premises: Premises, edit: Edit, *, by: Person, seen: str, what: str) -> Draft:
    """Change the draft whose version was `seen`, or begin one from the rules at work where that is "". The ledger keeps
    each text. Raises MayNot, RoutingChanged, and what `edit` raises."""
    may(by, "propose").demand()
    at_work, now = premises.current(), premises.house.clock.now()
    with premises.database.write() as tx:
        row = store.locked(tx)
        standing = None if row is None else _draft(row)
        if seen != ("" if standing is None else standing.version):
            raise RoutingChanged(_faster(at_work, standing))
        routing = edit(at_work.routing if standing is None else standing.routing)
        base = version_of(at_work.routing) if standing is None else standing.base
        values = {"body": _body(routing), "base": base, "by": by.actor, "at": now}
        if not store.keep(tx, values, is_new=standing is None):
            raise RoutingChanged(_faster(at_work, standing))
        body = {"what": what, "text": text_of(routing)}
        premises.ledger.append(tx, case_id=HOUSE, kind="RoutingDrafted", at=now, actor=by.actor, body=body)
    return Draft(routing, base, by.actor, now)


def with_rule(operation: Operation, rule: RoutingRule, *, before: str = "") -> Edit:
    """Put a rule in the place of the one called `before`, or as a new one: what is decided at the door before all
    others, everything else last. Raises RuleUnfit where it is wrong by itself, and RuleNotThere."""

    def edit(routing: Routing) -> Routing:
        if any(each.rule == rule.rule for each in routing.rules if each.rule != before):
            raise RuleUnfit(f"There is a rule `{rule.rule}` already. Give this one another short name.")
        said = list(rule_faults(drafted(operation, routing), rule))
        if said:
            raise RuleUnfit(" ".join(each[:1].upper() + each[1:] for each in said))
        rules = list(routing.rules)
        if before:
            rules[_place(rules, before)] = rule
        elif rule.to == "aside":
            rules.insert(sum(each.to == "aside" for each in rules), rule)
        else:
            rules.append(rule)
        return routing.model_copy(update={"rules": rules})

    return edit


def without_rule(name: str) -> Edit:
    def edit(routing: Routing) -> Routing:
        _place(routing.rules, name)
        return routing.model_copy(update={"rules": [each for each in routing.rules if each.rule != name]})

    return edit


def moved(name: str, by: int) -> Edit:
    """Ask a rule earlier (`by` below 0) or later; at an end it stays."""

    def edit(routing: Routing) -> Routing:
        rules = list(routing.rules)
        rule = rules.pop(_place(rules, name))
        place = next(at for at, each in enumerate(routing.rules) if each.rule == name)
        rules.insert(min(max(place + by, 0), len(rules)), rule)
        return routing.model_copy(update={"rules": rules})

    return edit


def with_queue(queue: Queue, *, before: str = "") -> Edit:
    """Put a queue in the place of the one called `before`, or as a new one at the end."""

    def edit(routing: Routing) -> Routing:
        if any(each.queue == queue.queue for each in routing.queues if each.queue != before):
            raise RuleUnfit(f"There is a queue `{queue.queue}` already. Give this one another short name.")
        queues = [queue if each.queue == before else each for each in routing.queues]
        return routing.model_copy(update={"queues": queues if before else [*queues, queue]})

    return edit


def without_queue(name: str) -> Edit:
    """Raises RuleUnfit while a rule names it."""

    def edit(routing: Routing) -> Routing:
        users = [each.called for each in routing.rules if each.queue == name]
        if users:
            raise RuleUnfit(f"Rules still name this queue: {', '.join(users)}. Change them first.")
        return routing.model_copy(update={"queues": [each for each in routing.queues if each.queue != name]})

    return edit


def restored(rule: RoutingRule, after: Sequence[str]) -> Edit:
    """Put a rule back as it was: where it stands now, else behind the nearest rule that stood before it then."""

    def edit(routing: Routing) -> Routing:
        rules = list(routing.rules)
        names = [each.rule for each in rules]
        if rule.rule in names:
            rules[names.index(rule.rule)] = rule
        else:
            place = max((names.index(each) + 1 for each in after if each in names), default=0)
            rules.insert(place, rule)
        return routing.model_copy(update={"rules": rules})

    return edit


def whole(routing: Routing) -> Edit:
    return lambda _: routing


def rebase(premises: Premises, *, by: Person, seen: str) -> None:
    """Say that the draft is meant as it stands, though the rules at work changed since. Raises MayNot, NothingDrafted,
    RoutingChanged."""
    may(by, "propose").demand()
    at_work, now = premises.current(), premises.house.clock.now()
    with premises.database.write() as tx:
        standing = _standing(at_work, store.locked(tx), seen)
        values = {"body": _body(standing.routing), "base": version_of(at_work.routing), "by": by.actor, "at": now}
        store.keep(tx, values, is_new=False)
        body = {"what": "meant as it stands, over the rules at work", "text": text_of(standing.routing)}
        premises.ledger.append(tx, case_id=HOUSE, kind="RoutingDrafted", at=now, actor=by.actor, body=body)


def drop(premises: Premises, *, by: Person) -> None:
    """Give the draft up. Raises MayNot and NothingDrafted."""
    may(by, "propose").demand()
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        if not store.drop(tx):
            raise NothingDrafted("There is no draft of the routing rules, so none was given up.")
        premises.ledger.append(tx, case_id=HOUSE, kind="RoutingDraftDropped", at=now, actor=by.actor, body={})


def release(premises: Premises, *, by: Person, seen: str, note: str = "") -> Release:
    """A release with the drafted rules beside the one at work; it goes further as any other. The draft is done then.

    Raises MayNot, NothingDrafted, RoutingChanged, and FolderFaulty with what is wrong in it.
    """
    may(by, "propose").demand()
    at_work = premises.current()
    with premises.database.read() as reader:
        standing = _standing(at_work, store.draft(reader), seen)
    if standing.base != version_of(at_work.routing):
        raise RoutingChanged(
            "The rules at work have changed since this draft was begun, and it would take that back. Look at what it"
            " changes now, and say that it is meant so."
        )
    files = {**at_work.files, ROUTING_FILE: text_of(standing.routing)}
    with written_folder(files) as folder:
        made = folders.create_release(premises, folder, by=by.actor, note=note or "Other routing rules.")
    with premises.database.write() as tx:
        row = store.locked(tx)
        # What somebody wrote into it meanwhile is theirs.
        if row is not None and _draft(row).version == standing.version:
            store.drop(tx)
    return made


def text_of(routing: Routing) -> str:
    """The rules as routing.yaml says them."""
    yaml, written = YAML(), io.StringIO()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_body(routing), written)
    return written.getvalue()


def _place(rules: Sequence[RoutingRule], name: str) -> int:
    for place, each in enumerate(rules):
        if each.rule == name:
            return place
    raise RuleNotThere(f"There is no routing rule {name} in the draft.")


def _standing(at_work: Operation, row: Any, seen: str) -> Draft:
    if row is None:
        raise NothingDrafted("There is no draft of the routing rules. Change a rule, and one begins.")
    standing = _draft(row)
    if seen != standing.version:
        raise RoutingChanged(_faster(at_work, standing))
    return standing


def _faster(operation: Operation, standing: Draft | None) -> str:
    if standing is None:
        return "The draft was released or given up since you opened this page. Nothing was changed: look again."
    who = standing.by.removeprefix("person:")
    named = next((person.name for person in operation.about.people if person.id == who), who)
    at = standing.at.astimezone(ZoneInfo(operation.about.timezone))
    return (
        f"{named} changed the draft at {at:%H:%M} on {at:%d %b %Y}, after you had opened this page, so your change was"
        " not made. Look at theirs, and change it again."
    )


def _body(routing: Routing) -> dict[str, Any]:
    body: dict[str, Any] = routing.model_dump(mode="json", exclude_defaults=True)
    return body


def _draft(row: Any) -> Draft:
    return Draft(Routing.model_validate(row.body), row.base, row.by, row.at)
