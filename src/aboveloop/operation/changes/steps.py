"""Changes of procedures: which steps came, went or do something else now, in words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from aboveloop.operation.changes.change import Change, Noticed, ReviewPart, keys_of
from aboveloop.operation.changes.words import steps_with_fragments
from aboveloop.operation.models import Fragment, Operation, Procedure, Step

WATCHED = (ReviewPart.MONITORING, ReviewPart.AUDITABILITY)
# For people only: what stands there reaches neither a customer nor a system.
FOR_PEOPLE = {"hand_over"}


@dataclass(frozen=True)
class _Part:
    """A procedure or fragment: what it is called and which procedures run it."""

    kind: str
    name: str
    runs: frozenset[str]

    @property
    def about(self) -> str:
        return f"{self.kind}:{self.name}"

    def changed(self, words: str, risk: str = "") -> Change:
        said = f"{self.kind.capitalize()} {self.name.replace('_', ' ')}: {words}"
        noticed: Noticed = "customers" if risk else "nobody"
        return Change(self.about, said, risk, WATCHED if risk else (), noticed=noticed, touches=self.runs)


def step_changes(old: Operation, new: Operation) -> Iterator[Change]:
    users = _users(new)
    yield from _parts("procedure", old.procedures, new.procedures, {name: frozenset({name}) for name in new.procedures})
    yield from _parts("fragment", old.fragments, new.fragments, users)


def _parts(
    kind: str,
    old: Mapping[str, Procedure] | Mapping[str, Fragment],
    new: Mapping[str, Procedure] | Mapping[str, Fragment],
    runs: Mapping[str, frozenset[str]],
) -> Iterator[Change]:
    removed, added, changed = keys_of(old, new)
    for name in removed:
        part = _Part(kind, name, frozenset({name} if kind == "procedure" else ()))
        yield part.changed("is gone.", "Cases of this kind go another way.")
    for name in added:
        part = _Part(kind, name, runs.get(name, frozenset()))
        writes = [step.do for step in new[name].steps if step.do]
        does = f", which may do {', '.join(dict.fromkeys(writes))}" if writes else ""
        yield part.changed(
            f"is new, with {len(new[name].steps)} steps{does}.", "Workers do what they did not do before."
        )
    for name in changed:
        yield from _changed(_Part(kind, name, runs.get(name, frozenset())), old[name], new[name])


def _changed(part: _Part, old: Procedure | Fragment, new: Procedure | Fragment) -> Iterator[Change]:
    if isinstance(old, Procedure) and isinstance(new, Procedure):
        if old.title != new.title:
            yield part.changed(f"is called “{new.title}” now.")
        if old.owner != new.owner:
            yield part.changed(f"is owned by {new.owner or 'nobody'} instead of {old.owner or 'nobody'}.")
    before, after = [_text(step) for step in old.steps], [_text(step) for step in new.steps]
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _replaced(part, old.steps[i:j], new.steps[k:m])


def _replaced(part: _Part, old: Sequence[Step], new: Sequence[Step]) -> Iterator[Change]:
    """Steps that stand in place of others. Those with the same id are one step that changed."""
    by_id = {step.id: step for step in new if step.id}
    kept: set[str] = set()
    for step in old:
        if step.id and step.id in by_id:
            kept.add(step.id)
            yield _altered(part, step, by_id[step.id])
        elif step.confirm:
            words = f"the customer is no longer asked for a yes before the step {step.confirm}."
            yield part.changed(words, "A worker may act on what the customer did not agree to.")
        else:
            yield part.changed(f"no longer {_does(step)}.", "A step is left out.")
    for step in new:
        if step.id not in kept or step.id is None:
            yield part.changed(f"now also {_does(step)}.", "Workers do what they did not do before.")


def _altered(part: _Part, old: Step, new: Step) -> Change:
    differs = sorted(key for key in Step.model_fields if getattr(old, key) != getattr(new, key))
    if set(differs) <= FOR_PEOPLE and new.hand_over and old.hand_over:
        return part.changed(f"the step {new.id} tells colleagues in other words why they get the case.")
    what = ", ".join(key.rstrip("_").replace("_", " ") for key in differs)
    if old.confirm and not new.confirm:
        return part.changed(
            f"the step {new.id} no longer asks the customer for a yes before {old.confirm}.",
            "A worker may act on what the customer did not agree to.",
        )
    words = f"the step {new.id} {_does(old)} and now {_does(new)}" if _does(old) != _does(new) else f"the step {new.id}"
    return part.changed(f"{words} (changed: {what}).", "The step does something else.")


def _does(step: Step) -> str:
    """What a step does, after "it"."""
    said: list[tuple[object, str]] = [
        (step.use, f"goes through {step.use}"),
        (step.ask, f"asks for {step.ask}"),
        (step.look_up, f"looks up {step.look_up}"),
        (step.choose, "chooses " + " or ".join(choice.go for choice in step.choose or ())),
        (step.confirm, f"asks the customer for a yes to {step.confirm}"),
        (step.do, f"does {step.do}"),
        (step.say, f"says {step.say}"),
        (step.wait, "waits"),
        (step.hand_over, "gives the case to a person"),
        (step.end, f"ends {step.end}"),
        (step.forget, f"forgets {', '.join(step.forget or ())}"),
        (step.set, f"sets {', '.join(step.set or ())}"),
        (step.go, f"goes to {step.go}"),
    ]
    return next((words for value, words in said if value), "does nothing")


def _text(step: Step) -> str:
    return json.dumps(step.model_dump(mode="json", by_alias=True), sort_keys=True)


def _users(operation: Operation) -> dict[str, frozenset[str]]:
    """By fragment, the procedures that use it, however deep."""
    found: dict[str, set[str]] = {name: set() for name in operation.fragments}
    for procedure, steps in steps_with_fragments(operation).items():
        for step in steps:
            if step.use in found:
                found[step.use].add(procedure)
    return {name: frozenset(users) for name, users in found.items()}
