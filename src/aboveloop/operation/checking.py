"""Checking: what a folder that loads may still have wrong, found by holding its parts against each other.

Policies are checked by `govern` and the flow of procedures by `procedures`, which know more of them.
"""

import functools
import re
import zoneinfo
from collections.abc import Collection, Iterator
from datetime import time
from pathlib import Path

from aboveloop.operation.certainty_faults import certainty_faults
from aboveloop.operation.channel_faults import channel_faults
from aboveloop.operation.charter_faults import charter_faults
from aboveloop.operation.contracts.faults import contract_faults
from aboveloop.operation.delivery_faults import delivery_faults
from aboveloop.operation.expression_faults import expression_faults, suggestion
from aboveloop.operation.faults import Fault, Place, ordered
from aboveloop.operation.form_faults import form_faults
from aboveloop.operation.loading import Loaded, load
from aboveloop.operation.message_faults import message_faults
from aboveloop.operation.models import Entity, Intent, OnCall, Operation
from aboveloop.operation.names import BUILT_IN_INTENTS
from aboveloop.operation.outcome_faults import outcome_faults
from aboveloop.operation.places import Places
from aboveloop.operation.routing_faults import routing_faults
from aboveloop.operation.scenario_faults import scenario_faults
from aboveloop.operation.schema_rules import pattern_fault
from aboveloop.operation.system_faults import system_faults

# Fewer tell a classifier nothing about how else people say it.
MINIMUM_EXAMPLES = 3
ENTITY_KEYS = {"pattern": {"pattern", "group", "normalise", "records"}, "choice": {"choices"}, "free": {"normalise"}}


def check_folder(folder: Path) -> list[Fault]:
    """Load the operation in `folder` and check it. Never raises for what stands in the folder."""
    return check(load(folder))


def check(loaded: Loaded) -> list[Fault]:
    """The faults of loading and, when it loaded, of holding the parts of the operation against each other."""
    if loaded.operation is None:
        return list(loaded.faults)
    operation, places = loaded.operation, loaded.places
    return ordered(
        [
            *loaded.faults,
            *_about_faults(operation, places),
            *_people_faults(operation, places),
            *_intent_faults(operation, places),
            *_procedure_faults(operation, places),
            *system_faults(operation, places),
            *certainty_faults(operation, places),
            *message_faults(operation, places),
            *channel_faults(operation, places),
            *scenario_faults(operation, places),
            *contract_faults(operation, places),
            *delivery_faults(operation, places),
            *_learned_faults(operation, places),
            *outcome_faults(operation, places),
            *charter_faults(operation, places),
            *routing_faults(operation, places),
            *form_faults(operation, places),
        ]
    )


def _about_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    about = operation.about
    if about.timezone not in _timezones():
        hint = suggestion(about.timezone, _timezones())
        yield places.at("operation", "", "timezone").fault(f"There is no time zone `{about.timezone}`.{hint}")
    if about.time is not None and about.time.tzinfo is None:
        yield places.at("operation", "", "time").fault("This time has no offset: end it in Z or +01:00.")
    if about.working_hours is not None:
        opens, closes = _time_of(about.working_hours.opens), _time_of(about.working_hours.closes)
        if opens is None or closes is None or opens >= closes:
            yield places.at("operation", "", "working_hours").fault(
                "Working hours go from an earlier to a later time of one day, such as 08:00 until 18:00."
            )
    for name, entity in about.entities.items():
        yield from _entity_faults(entity, places.at("operation", "", "entities", name))
    yield from _release_faults(operation, places)
    for index, answer in enumerate(about.answers):
        if answer.intent not in operation.intents and answer.intent not in BUILT_IN_INTENTS:
            hint = suggestion(answer.intent, operation.intents)
            place = places.at("operation", "", "answers", index, "intent")
            yield place.fault(f"There is no intent `{answer.intent}`.{hint}")


def _release_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """What is said of stages, guards and the review."""
    about = operation.about
    for name in about.stages:
        if name not in operation.procedures:
            place = places.at("operation", "", "stages", name)
            yield place.fault(f"There is no procedure `{name}`.{suggestion(name, operation.procedures)}")
    seen: set[str] = set()
    for index, guard in enumerate(about.guards):
        if guard.guard in seen:
            yield places.at("operation", "", "guards", index, "guard").fault(f"There are two guards `{guard.guard}`.")
        seen.add(guard.guard)
    if "review" in about.model_fields_set and about.review.signed_by not in about.roles:
        place = places.at("operation", "", "review", "signed_by")
        yield place.fault(
            f"There is no role `{about.review.signed_by}`.{suggestion(about.review.signed_by, about.roles)}"
        )


@functools.lru_cache(maxsize=1)
def _timezones() -> set[str]:
    return zoneinfo.available_timezones()


def _time_of(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _entity_faults(entity: Entity, place: Place) -> Iterator[Fault]:
    kind = entity.kind
    for key in sorted(entity.model_fields_set - ENTITY_KEYS.get(kind, set()) - {"kind"}):
        yield place.fault(f"`{key}` means nothing for an entity of kind {kind}.")
    if kind == "pattern":
        if not entity.pattern:
            yield place.fault("An entity of kind pattern needs `pattern`.")
            return
        complaint = pattern_fault(entity.pattern)
        if complaint:
            yield place.fault(complaint)
        elif not 0 <= entity.group <= re.compile(entity.pattern).groups:
            yield place.fault(f"The pattern has no group {entity.group}.")
    if entity.records is not None:
        yield from expression_faults(entity.records.among, None, place)
    if kind == "choice":
        if not entity.choices:
            yield place.fault("An entity of kind choice needs `choices`: each with the words that mean it.")
        for choice, words in entity.choices.items():
            if not words:
                yield place.fault(f"The choice `{choice}` has no words that mean it.")


def _people_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    about = operation.about
    known = {person.id for person in about.people}
    seen: set[str] = set()
    for index, person in enumerate(about.people):
        if person.id in seen:
            yield places.at("operation", "", "people", index, "id").fault(f"There are two people `{person.id}`.")
        seen.add(person.id)
        for number, role in enumerate(person.roles):
            if role not in about.roles:
                place = places.at("operation", "", "people", index, "roles", number)
                yield place.fault(f"There is no role `{role}`.{suggestion(role, about.roles)}")
    for group, role in about.identity.roles.items():
        if role not in about.roles:
            place = places.at("operation", "", "identity", "roles", group)
            yield place.fault(f"There is no role `{role}`.{suggestion(role, about.roles)}")
    for duty, holder in about.owners.items():
        if holder not in known:
            place = places.at("operation", "", "owners", duty)
            yield place.fault(f"There is no person `{holder}` among `people`.{suggestion(holder, known)}")
    if about.on_call is not None:
        yield from _on_call_faults(about.on_call, known, places.at("operation", "", "on_call"))
        if about.on_call.opens_incident and "owner" not in about.incidents:
            place = places.at("operation", "", "on_call", "opens_incident")
            yield place.fault("An incident that opens by itself has an owner: name one under `incidents`.")
    for duty, holder in about.incidents.items():
        if holder not in known:
            place = places.at("operation", "", "incidents", duty)
            yield place.fault(f"There is no person `{holder}` among `people`.{suggestion(holder, known)}")


def _on_call_faults(config: OnCall, known: Collection[str], place: Place) -> Iterator[Fault]:
    """Levels that call nobody, or not in their order, and ways that lead nowhere."""
    named = [name for level in config.levels for name in level.page]
    rota = config.rota.people if config.rota is not None else []
    for name in dict.fromkeys([*named, *rota, *config.ways]):
        if name not in known and not (name == "rota" and config.rota is not None):
            yield place.fault(f"There is no person `{name}` among `people`.{suggestion(name, known)}")
    minutes = [level.after_minutes for level in config.levels]
    if minutes != sorted(minutes):
        yield place.fault("The levels of `on_call` stand in the order of `after_minutes`.")
    for name, ways in config.ways.items():
        for way in ways:
            if (way.webhook is None) == (way.email is None):
                yield place.fault(f"A way of `{name}` is either a webhook or an email.")


def _intent_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    answered = {answer.intent for answer in operation.about.answers}
    said: dict[str, str] = {}
    for name, intent in operation.intents.items():
        place = places.at("intent", name)
        targets = [key for key in ("procedure", "answer", "hand_over") if getattr(intent, key)]
        if len(targets) > 1:
            yield place.fault(f"The intent `{name}` has {' and '.join(targets)}: it leads to exactly one.")
        if not targets and name not in BUILT_IN_INTENTS and name not in answered:
            yield place.fault(f"The intent `{name}` leads nowhere: give it `procedure`, `answer` or `hand_over: true`.")
        yield from _example_faults(name, intent, places)
        for index, example in enumerate(intent.examples):
            other = said.setdefault(" ".join(example.lower().split()), name)
            if other != name:
                where = places.at("intent", name, "examples", index)
                yield where.warning(f"This example also stands in the intent `{other}`: nobody can tell them apart.")


def _learned_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """What was learned of intents that are no more, and what rests on a consent that is not named."""
    for index, each in enumerate(operation.learned):
        if each.intent not in operation.intents:
            hint = suggestion(each.intent, operation.intents)
            place = places.at("learned", str(index), "intent")
            yield place.fault(f"There is no intent `{each.intent}` that this could be an example of.{hint}")
        if each.basis == "consented" and not each.consent:
            yield places.at("learned", str(index), "basis").fault(
                "It rests on a consent and does not name it (consent)."
            )


def _example_faults(name: str, intent: Intent, places: Places) -> Iterator[Fault]:
    count = len({" ".join(example.lower().split()) for example in intent.examples})
    if intent.procedure is not None and count < MINIMUM_EXAMPLES:
        yield places.at("intent", name, "examples").fault(
            f"The intent `{name}` has {count} different examples; it is not recognised with fewer than"
            f" {MINIMUM_EXAMPLES}."
        )
    for index, example in enumerate(intent.examples):
        if not example.strip():
            yield places.at("intent", name, "examples", index).fault("This example is empty.")


def _procedure_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    wanted = {intent.procedure for intent in operation.intents.values()}
    for name, intent in operation.intents.items():
        if intent.procedure is not None and intent.procedure not in operation.procedures:
            hint = suggestion(intent.procedure, operation.procedures)
            place = places.at("intent", name, "procedure")
            yield place.fault(f"There is no procedure `{intent.procedure}`.{hint}")
    for name, procedure in operation.procedures.items():
        if name not in wanted:
            yield places.at("procedure", name).warning(f"No intent leads to the procedure `{name}`.")
        if procedure.owner is not None and procedure.owner not in operation.about.owners:
            hint = suggestion(procedure.owner, operation.about.owners)
            place = places.at("procedure", name, "owner")
            yield place.fault(f"There is no duty `{procedure.owner}` among `owners` in operation.yaml.{hint}")
