"""Changes of operation.yaml: thresholds, channels, people and their rights, stages, guards."""

from collections.abc import Callable, Iterator

from aboveloop.kit.money import Money
from aboveloop.operation.changes.change import Change, Direction, ReviewPart, keys_of, listed, shown_on
from aboveloop.operation.models import Channel, Operation, OperationFile, Person
from aboveloop.operation.rights import BUNDLES, RIGHTS

VENDOR, HANDLING, AUDIT = ReviewPart.MODEL_VENDOR, ReviewPart.DATA_HANDLING, ReviewPart.AUDITABILITY
MONITORING, ESCALATION = ReviewPart.MONITORING, ReviewPart.ESCALATION
# Rights that let somebody decide for the company; taking a case or writing to a customer is everybody's work.
WEIGHTY = frozenset(RIGHTS) - {"read_cases", "take_over", "reply"}
STAGES = ("shadow", "assist", "supervised", "autonomous")


def setting_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """A key that nobody here knows is taken for one that alters risk."""
    for key in OperationFile.model_fields:
        if getattr(old.about, key) != getattr(new.about, key):
            yield from _KNOWN.get(key, _unknown(key))(old.about, new.about)


def _change(key: str, words: str, risk: str = "", *parts: ReviewPart, direction: Direction = "other") -> Change:
    return Change(f"operation:{key}", words, risk, parts, noticed="colleagues", direction=direction)


def _unknown(key: str) -> Callable[[OperationFile, OperationFile], Iterator[Change]]:
    def changes(_old: OperationFile, _new: OperationFile) -> Iterator[Change]:
        words = f"operation.yaml: `{key}` changed."
        yield _change(key, words, "Nobody has said that this is harmless.", MONITORING, ESCALATION, AUDIT)

    return changes


def _names(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    yield _change("name", f"The operation is called “{new.title}” ({new.name}) instead of “{old.title}” ({old.name}).")


def _money(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    yield _change(
        "currency", f"Amounts are in {new.currency} instead of {old.currency}.", "Every amount means something else.",
        MONITORING, AUDIT,
    )  # fmt: skip


def _languages(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    words = f"Workers serve {listed(new.languages)} instead of {listed(old.languages)}."
    yield Change("operation:languages", words, "Other customers are served by workers.", (MONITORING,), "customers")


def _channels(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    removed, added, changed = keys_of(old.channels, new.channels)
    for name in removed:
        yield Change(f"channel:{name}", f"Customers are no longer served over {name}.", noticed="customers")
    for name in added:
        risk = "What customers write comes and goes another way."
        yield Change(
            f"channel:{name}", f"Customers are served over {name} too.", risk, (HANDLING, MONITORING, ESCALATION),
            "customers", "looser",
        )  # fmt: skip
    for name in changed:
        before, after = old.channels[name], new.channels[name]
        if set(before.embed_on) != set(after.embed_on):
            words = shown_on("chat", after.embed_on)
            yield Change(f"channel:{name}", words, "Other sites may show the chat.", (HANDLING,))
            if before.model_copy(update={"embed_on": after.embed_on}) == after:
                continue
        words = f"On {name} customers are told that they write with an AI in these words: {after.disclosure}"
        if before.disclosures != after.disclosures:
            words += "".join(f" In {one}: {text}" for one, text in after.disclosures.items())
        elif before.disclosure == after.disclosure:
            words = _beside_disclosures(name, before, after)
        yield Change(f"channel:{name}", words, "The disclosure or the address changes.", (HANDLING, AUDIT), "customers")


def _beside_disclosures(name: str, old: Channel, new: Channel) -> str:
    if old.outside != new.outside:
        return f"What customers say aloud is heard by {'a provider outside' if new.outside else 'this house alone'}."
    if old.words != new.words:
        return f"The channel {name} has other words on its page."
    return f"The channel {name} has another address."


def _rights(old: OperationFile) -> dict[str, frozenset[str]]:
    """By person, what they may do, and for approving as which role and up to how much."""
    return {
        person.id: frozenset(
            _approving(old, person, role) if right == "approve" else right
            for role in person.roles
            for word in (old.roles[role].may if role in old.roles else ())
            for right in BUNDLES.get(word, (word,))
        )
        for person in old.people
    }


def _approving(old: OperationFile, person: Person, role: str) -> str:
    caps = [cap for cap in (old.roles[role].approve_up_to, person.approve_up_to) if cap is not None]
    limit = f" up to {Money(min(caps), old.currency)}" if caps else ""
    return f"approve as {role}{limit}"


def _people(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    before, after = _rights(old), _rights(new)
    for person in sorted(before.keys() | after.keys()):
        gained = after.get(person, frozenset()) - before.get(person, frozenset())
        lost = before.get(person, frozenset()) - after.get(person, frozenset())
        weighty = [right for right in (*gained, *lost) if right.partition(" ")[0] in WEIGHTY]
        risk = "Who decides for the company changes." if weighty else ""
        parts = (ESCALATION, AUDIT) if weighty else ()
        said = [f"may {listed(sorted(gained))}"] * bool(gained) + [f"may no longer {listed(sorted(lost))}"] * bool(lost)
        if said:
            yield _change("people", f"{person.capitalize()} {' and '.join(said)}.", risk, *parts)
    if before == after:
        yield _change("people", "Names or roles of people changed; what each of them may do did not.")


def _roles(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    if old.people == new.people:
        yield from _people(old, new)


def _owners(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    for duty in sorted(old.owners.keys() | new.owners.keys()):
        before, after = old.owners.get(duty, "nobody"), new.owners.get(duty, "nobody")
        if before != after:
            risk = "Nobody answers for it any more." if after == "nobody" else ""
            yield _change("owners", f"{duty.capitalize()} is owned by {after} instead of {before}.", risk,
                          *((ESCALATION,) if risk else ()))  # fmt: skip


def _purpose(_old: OperationFile, _new: OperationFile) -> Iterator[Change]:
    yield _change("purpose", "What the operation is for, what success is, or how it is learned from is said otherwise.")


def _understanding(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    before, after = old.understanding.minimum_confidence, new.understanding.minimum_confidence
    if before != after:
        direction: Direction = "looser" if after < before else "stricter"
        words = f"A reading counts from a confidence of {after:g} instead of {before:g}."
        yield _change("understanding", words, "More or fewer messages are answered without asking back.", MONITORING,
                      direction=direction)  # fmt: skip
    if set(old.understanding.wants_person) != set(new.understanding.wants_person):
        yield _change("understanding", "Asking for a person is learned from other example messages.")


def _approvals(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    before, after = old.approvals.expire_after_hours, new.approvals.expire_after_hours
    words = f"An approval expires after {after:g} hours instead of {before:g}."
    yield _change("approvals", words, "People have another time to answer.", ESCALATION)


def _stages(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    for name in sorted(old.stages.keys() | new.stages.keys()):
        before, after = old.stages.get(name, "supervised"), new.stages.get(name, "supervised")
        if before != after:
            freer = STAGES.index(after) > STAGES.index(before)
            words = f"The procedure {name.replace('_', ' ')} runs in stage {after} instead of {before}."
            risk = "Workers do more alone." if freer else "People see more first."
            direction: Direction = "looser" if freer else "stricter"
            yield Change("operation:stages", words, risk, (MONITORING, ESCALATION), "colleagues", direction,
                         frozenset({name}))  # fmt: skip


def _guards(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    before, after = ({str(guard.guard): guard for guard in about.guards} for about in (old, new))
    removed, added, changed = keys_of(before, after)
    for name in removed:
        yield _change("guards", f"The guard {name.replace('_', ' ')} is gone.", "A canary is watched less.", MONITORING,
                      direction="looser")  # fmt: skip
    for name in added:
        yield _change("guards", f"A canary is also watched for {name.replace('_', ' ')}.", direction="stricter")
    for name in changed:
        allowed = f"allows {after[name].tolerance:g} instead of {before[name].tolerance:g}"
        words = f"The guard {name.replace('_', ' ')} {allowed}."
        yield _change("guards", words, "A canary is taken back sooner or later.", MONITORING)


def _review(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    words = f"Reviews are signed by {new.review.signed_by} instead of {old.review.signed_by}."
    yield _change("review", words, "Who answers for a change of risk changes.", ESCALATION, AUDIT)


def _functions(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    removed, added, changed = keys_of(old.functions, new.functions)
    for name in removed:
        yield _change("functions", f"The function {name.replace('_', ' ')} is gone.")
    for name in (*added, *changed):
        before, after = old.functions.get(name), new.functions[name]
        if before is not None and before.budget != after.budget:
            yield _change("functions", f"{after.title} has another budget.", "More or less may be spent.", MONITORING)
        else:
            yield _change(
                "functions", f"{after.title} is owned by {after.owner} and has {len(after.procedures)} workers."
            )


def _delivery(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    for field, words in (("load_test", "load test"), ("edge_cases", "suite of edge cases")):
        before, after = getattr(old.delivery, field), getattr(new.delivery, field)
        if before != after:
            gone = after is None
            said = f"A release needs no {words} any more." if gone else f"What the {words} asks of a release changed."
            risk = "" if before is None else "A release survives something else before customers meet it."
            parts = (MONITORING,) if risk else ()
            yield _change("delivery", said, risk, *parts, direction="looser" if gone else "other")


def _entities(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    removed, added, changed = keys_of(old.entities, new.entities)
    for name in (*removed, *added):
        way = "no longer" if name in removed else "also"
        yield _change("entities", f"Workers {way} find {name.replace('_', ' ')} in messages.")
    for name in changed:
        before, after = old.entities[name], new.entities[name]
        same = before.model_copy(update={"choices": {}}) == after.model_copy(update={"choices": {}})
        if same and before.choices.keys() == after.choices.keys():
            yield _change("entities", f"{name.replace('_', ' ').capitalize()} is understood in other words too.")
        else:
            yield _change("entities", f"What counts as {name.replace('_', ' ')} changed.",
                          "Something else is taken from messages.", MONITORING)  # fmt: skip


def _answers(old: OperationFile, new: OperationFile) -> Iterator[Change]:
    before, after = ({answer.intent: answer.say for answer in about.answers} for about in (old, new))
    removed, added, changed = keys_of(before, after)
    for name in (*removed, *added, *changed):
        way = f"answered with {after[name]}" if name in after else "no longer answered at once"
        yield Change(f"intent:{name}", f"The question {name.replace('_', ' ')} is {way}.",
                     "Customers are told something else.", (MONITORING,), "customers")  # fmt: skip


_KNOWN: dict[str, Callable[[OperationFile, OperationFile], Iterator[Change]]] = {
    "name": _names,
    "title": _names,
    "currency": _money,
    "languages": _languages,
    "channels": _channels,
    "roles": _roles,
    "people": _people,
    "owners": _owners,
    "purpose": _purpose,
    "understanding": _understanding,
    "approvals": _approvals,
    "stages": _stages,
    "guards": _guards,
    "review": _review,
    "functions": _functions,
    "delivery": _delivery,
    "entities": _entities,
    "answers": _answers,
}
