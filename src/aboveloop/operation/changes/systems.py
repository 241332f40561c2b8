"""Changes of systems of record: whom we depend on, what may be written, what leaves the house, what must be known."""

from collections.abc import Iterator

from aboveloop.operation.changes.change import Change, Direction, ReviewPart, keys_of, listed
from aboveloop.operation.models import Operation
from aboveloop.operation.system_models import System, SystemOperation

VENDOR, HANDLING, AUDIT = ReviewPart.MODEL_VENDOR, ReviewPart.DATA_HANDLING, ReviewPart.AUDITABILITY
MONITORING, ESCALATION = ReviewPart.MONITORING, ReviewPart.ESCALATION
# For people only.
DESCRIPTIONS = {"description", "says"}
# What each further key of an operation decides; a key that is not named here is taken for the worst.
WHY = {
    "verifies": ("Who counts as verified changes.", (HANDLING, AUDIT)),
    "idempotency": ("Whether a write can happen twice after a crash changes.", (MONITORING, AUDIT)),
    "owner": ("Whose record it is taken for changes.", (HANDLING, AUDIT)),
    "resource": ("What an action is recorded against changes.", (AUDIT,)),
    "amount": ("The money at stake is reckoned otherwise.", (MONITORING, AUDIT)),
    "records": ("Decisions stand on other records.", (HANDLING, AUDIT)),
    "proof": ("How a write is proved changes.", (MONITORING, AUDIT)),
    "undo": ("How a write is undone changes.", (ESCALATION,)),
    "outcome": ("What is counted as an outcome changes.", (MONITORING,)),
    "four_eyes": ("How many people must agree changes.", (ESCALATION, AUDIT)),
    "returns": ("Other answers of the system are believed.", (HANDLING,)),
    "missing": ("Other answers of the system are taken for “no such record”.", (MONITORING,)),
}


def system_changes(old: Operation, new: Operation) -> Iterator[Change]:
    removed, added, changed = keys_of(old.systems, new.systems)
    for name in removed:
        yield Change(
            f"system:{name}", f"The system {name} is no longer used.", "What was done there is done no more.", (VENDOR,)
        )
    for name in added:
        yield _new_system(new.systems[name])
    for name in changed:
        yield from _changed_system(old.systems[name], new.systems[name])


def _new_system(system: System) -> Change:
    names = frozenset(f"{system.system}.{name}" for name in system.operations)
    words = f"A new system is used: {system.title or system.system}, with {listed(sorted(system.operations))}."
    risk = "Another vendor or system is depended on, and customers' details may go there."
    parts = (VENDOR, HANDLING, MONITORING, ESCALATION, AUDIT)
    return Change(f"system:{system.system}", words, risk, parts, noticed="colleagues", touches=names)


def _changed_system(old: System, new: System) -> Iterator[Change]:
    about, name = f"system:{new.system}", new.system
    every = frozenset(f"{name}.{operation}" for operation in new.operations)
    if old.reach != new.reach:
        differs = listed(sorted(key for key in type(new.reach).model_fields if _differs(old.reach, new.reach, key)))
        risk = "The system is reached at another place or in another way, so customers' details may go elsewhere."
        yield Change(
            about, f"The system {name} is reached otherwise ({differs}).", risk, (VENDOR, HANDLING), touches=every
        )
    if old.types != new.types:
        yield Change(
            about, f"What the system {name} answers is described otherwise.", "Other answers are believed.", (HANDLING,)
        )
    if old.journal != new.journal:
        words = f"The journal of the system {name} is {new.journal or 'none'} instead of {old.journal or 'none'}."
        yield Change(about, words, "What was done is compared with the system otherwise.", (MONITORING, AUDIT))
    if old.title != new.title:
        yield Change(about, f"The system {name} is called “{new.title}” now.")
    removed, added, changed = keys_of(old.operations, new.operations)
    for each in removed:
        yield Change(
            f"operation:{name}.{each}", f"{name}.{each} can no longer be done.", "Workers do less.", (MONITORING,),
            direction="stricter", touches=frozenset({f"{name}.{each}"}),
        )  # fmt: skip
    for each in added:
        yield _new_operation(f"{name}.{each}", new.operations[each])
    for each in changed:
        yield from _changed_operation(f"{name}.{each}", old.operations[each], new.operations[each])


def _new_operation(name: str, spec: SystemOperation) -> Change:
    touched = f", touching {listed(spec.touches)}" if spec.touches else ""
    words = f"A new {spec.kind} operation: {name}{touched}."
    risk = {
        "write": "Something new can be changed in a system of record.",
        "read": "More can be read about customers.",
        "generic": "Workers can do something new.",
    }[spec.kind]
    parts = (HANDLING, MONITORING, AUDIT) if spec.kind == "write" else (HANDLING, AUDIT)
    return Change(f"operation:{name}", words, risk, parts, direction="looser", touches=frozenset({name}))


def _changed_operation(name: str, old: SystemOperation, new: SystemOperation) -> Iterator[Change]:
    differs = {key for key in SystemOperation.model_fields if _differs(old, new, key)}
    if differs and differs <= DESCRIPTIONS:
        yield Change(f"operation:{name}", f"{name} is described in other words, for colleagues.")
        return

    def changed(words: str, risk: str, *parts: ReviewPart) -> Change:
        return Change(f"operation:{name}", words, risk, parts, touches=frozenset({name}))

    if "kind" in differs:
        words = f"{name} was a {old.kind} operation and is now a {new.kind} one."
        yield changed(words, "Policies see another kind of action.", HANDLING, AUDIT)
    if "touches" in differs:
        words = f"{name} touches {listed(new.touches)} instead of {listed(old.touches)}."
        yield changed(
            words, "Policies for what touches customers, money or sensitive details apply otherwise.", HANDLING
        )
    if differs & {"arguments", "optional"}:
        yield from _argument_changes(name, old, new)
    if "facts" in differs:
        yield from _fact_changes(name, old, new)
    for key in sorted(differs - DESCRIPTIONS - {"kind", "touches", "arguments", "optional", "facts"}):
        risk, parts = WHY.get(key, ("The operation is carried out otherwise.", (HANDLING, MONITORING, AUDIT)))
        yield changed(f"{name}: `{key}` changed.", risk, *parts)


def _argument_changes(name: str, old: SystemOperation, new: SystemOperation) -> Iterator[Change]:
    removed, added, changed = keys_of(old.arguments, new.arguments)
    touches = frozenset({name})
    for each in added:
        risk = "More leaves the house than before."
        yield Change(f"operation:{name}", f"{name} is also sent `{each}`.", risk, (HANDLING,), touches=touches)
    for each in removed:
        risk = "The system is told less."
        yield Change(f"operation:{name}", f"{name} is no longer sent `{each}`.", risk, (HANDLING,), touches=touches)
    for each in changed:
        risk = "Other values pass."
        words = f"{name}: what `{each}` may be changed."
        yield Change(f"operation:{name}", words, risk, (HANDLING, MONITORING), touches=touches)
    for each in sorted(set(old.optional) ^ set(new.optional)):
        if each in new.arguments and each in old.arguments:
            way = "may be left out" if each in new.optional else "must be given"
            risk = "Decisions may stand on less or more than before."
            yield Change(f"operation:{name}", f"{name}: `{each}` {way} now.", risk, (HANDLING,), touches=touches)


def _fact_changes(name: str, old: SystemOperation, new: SystemOperation) -> Iterator[Change]:
    removed, added, changed = keys_of(old.facts, new.facts)
    touches = frozenset({name})

    def fact(words: str, risk: str, *parts: ReviewPart, looser: bool = False) -> Change:
        direction: Direction = "looser" if looser else "other"
        return Change(f"operation:{name}", words, risk, parts, direction=direction, touches=touches)

    for each in removed:
        risk = "Less evidence is needed before it is done."
        yield fact(f"{name} is decided without knowing `{each}`.", risk, AUDIT, MONITORING, looser=True)
    for each in added:
        yield fact(f"{name} is decided knowing `{each}` too.", "Decisions stand on more.", HANDLING, AUDIT)
    for each in changed:
        if new.facts[each].optional and not old.facts[each].optional:
            risk = "Where it cannot be known the action is no longer refused."
            yield fact(f"{name} may be decided without `{each}`.", risk, AUDIT, MONITORING, looser=True)
        else:
            yield fact(f"{name}: `{each}` is found in another way.", "The same case may be decided otherwise.", AUDIT)


def _differs(old: object, new: object, key: str) -> bool:
    return bool(getattr(old, key) != getattr(new, key))
