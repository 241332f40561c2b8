"""How the routing rules became what they are: over releases, who changed what, when, and when it was at work."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ruamel.yaml import YAML

from aboveloop.app.premises import Premises
from aboveloop.app.routing_desk.errors import RuleNotThere
from aboveloop.kit.database import Reader
from aboveloop.operation import releases, store
from aboveloop.operation.changes.routing import routing_changes
from aboveloop.operation.loading import ROUTING_FILE
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Deployment, Release
from aboveloop.operation.routing import Routing, RoutingRule
from aboveloop.operation.routing_words import conditions_in_words, rule_in_words, then_in_words


@dataclass(frozen=True)
class Span:
    """When a release was in production; `until` is None while it is."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Version:
    """One rule as it was from a release on; `rule` is None where that release no longer has it. `said` tells in words
    what it changed of the version before."""

    release: Release
    rule: RoutingRule | None
    words: str
    said: tuple[str, ...]
    at_work: tuple[Span, ...]


@dataclass(frozen=True)
class Edition:
    """All rules as they were from a release on, and what that changed."""

    release: Release
    routing: Routing
    said: tuple[str, ...]
    at_work: tuple[Span, ...]


@dataclass(frozen=True)
class _Frozen:
    release: Release
    routing: Routing


def versions(premises: Premises, reader: Reader, name: str) -> list[Version]:
    """The versions of one rule, the newest first. Raises RuleNotThere where no release ever had it."""
    found: list[Version] = []
    spans = _spans(releases.list_deployments(reader))
    before: RoutingRule | None = None
    for each in _frozen(reader):
        rule = each.routing.find(name)
        if rule == before:
            # It is at work under every release that holds this very version.
            if found:
                found[-1] = _lasting(found[-1], spans.get(each.release.digest, ()))
            continue
        operation = premises.operation_of(each.release.digest)
        words = "" if rule is None else rule_in_words(operation, each.routing, rule)
        said = _rule_said(operation, each.routing, before, rule)
        found.append(Version(each.release, rule, words, said, spans.get(each.release.digest, ())))
        before = rule
    if not found:
        raise RuleNotThere(f"There is no routing rule {name}, and no release ever had one of that name.")
    return found[::-1]


def editions(premises: Premises, reader: Reader) -> list[Edition]:
    """Every change of the rules as a whole, the newest first."""
    found: list[Edition] = []
    spans = _spans(releases.list_deployments(reader))
    last: _Frozen | None = None
    for each in _frozen(reader):
        if last is None or each.routing != last.routing:
            before = None if last is None else premises.operation_of(last.release.digest)
            said = _all_said(before, premises.operation_of(each.release.digest))
            found.append(Edition(each.release, each.routing, said, spans.get(each.release.digest, ())))
        else:
            found[-1] = _edition_lasting(found[-1], spans.get(each.release.digest, ()))
        last = each
    return found[::-1]


def rules_of(reader: Reader, named: str) -> Routing:
    """The rules of one release. Raises ReleaseNotFound."""
    release = releases.find_release(reader, named)
    return next((each.routing for each in _frozen(reader) if each.release.digest == release.digest), Routing())


def _frozen(reader: Reader) -> list[_Frozen]:
    """The rules of each release, the oldest first."""
    texts = store.texts_at(reader, ROUTING_FILE)
    read = {text: _read(text) for text in set(texts.values())}
    every = reversed(releases.list_releases(reader))
    return [_Frozen(each, read[texts[each.digest]] if each.digest in texts else Routing()) for each in every]


def _read(text: str) -> Routing:
    """A release holds only rules that were checked, so they can be read."""
    return Routing.model_validate_json(json.dumps(YAML(typ="safe").load(text) or {}), strict=True)


def _spans(deployments: Sequence[Deployment]) -> dict[str, tuple[Span, ...]]:
    found: dict[str, tuple[Span, ...]] = {}
    ends: list[datetime | None] = [None, *(each.deployed_at for each in deployments[:-1])]
    for each, until in zip(deployments, ends, strict=False):
        found[each.release.digest] = (Span(each.deployed_at, until), *found.get(each.release.digest, ()))
    return found


def _lasting(version: Version, spans: Sequence[Span]) -> Version:
    return Version(version.release, version.rule, version.words, version.said, (*version.at_work, *spans))


def _edition_lasting(edition: Edition, spans: Sequence[Span]) -> Edition:
    return Edition(edition.release, edition.routing, edition.said, (*edition.at_work, *spans))


def _all_said(before: Operation | None, after: Operation) -> tuple[str, ...]:
    if before is None:
        many = len(after.routing.rules)
        return (f"The first release: {many} {'rule' if many == 1 else 'rules'}.",)
    return tuple(each.words for each in routing_changes(before, after))


def _rule_said(
    operation: Operation, routing: Routing, before: RoutingRule | None, after: RoutingRule | None
) -> tuple[str, ...]:
    """What one version of a rule changed of the one before, in words."""
    if after is None:
        return ("The rule was taken out.",)
    if before is None:
        return ("The rule is new.",)
    was, now = (conditions_in_words(operation, each.when) for each in (before, after))
    said = [f"It asks now that {each}." for each in now if each not in was]
    said += [f"It no longer asks that {each}." for each in was if each not in now]
    ways = then_in_words(routing, before), then_in_words(routing, after)
    if ways[0] != ways[1]:
        said.append(f"Now: “{ways[1]}”. Before: “{ways[0]}”.")
    if before.called != after.called:
        said.append(f"It is called “{after.called}” and was called “{before.called}”.")
    return tuple(said) or ("It is written otherwise and means the same.",)
