"""All that differs between two operations but what their policies decide, which only the governor can tell."""

from collections.abc import Iterator

from aboveloop.operation.changes.change import Change, ReviewPart, keys_of
from aboveloop.operation.changes.charters import charter_changes
from aboveloop.operation.changes.forms import form_changes
from aboveloop.operation.changes.routing import routing_changes
from aboveloop.operation.changes.settings import setting_changes
from aboveloop.operation.changes.steps import step_changes
from aboveloop.operation.changes.systems import system_changes
from aboveloop.operation.changes.words import intent_changes, message_changes
from aboveloop.operation.models import Operation

# Files that no other comparison looks into: what they are, and what of the review must speak of them.
FURTHER = {
    "kpis.yaml": ("the KPIs", "What is measured changes.", (ReviewPart.MONITORING,)),
    "courses/": ("a course", "", ()),
    "systems/": ("a description of a system", "The system may be called otherwise.", (ReviewPart.DATA_HANDLING,)),
}
# Compared elsewhere, by what they mean.
COMPARED = (
    "charters/",
    "forms/",
    "contracts/",
    "operation.yaml",
    "intents/",
    "procedures/",
    "policies/",
    "messages/",
    "scenarios/",
    "outcomes.yaml",
    "routing.yaml",
)


def changes_between(old: Operation, new: Operation) -> list[Change]:
    """What is different, in the order in which people ask: what customers meet, who does it, with what."""
    if old.digest == new.digest:
        return []
    return [
        *intent_changes(old, new),
        *step_changes(old, new),
        *message_changes(old, new),
        *system_changes(old, new),
        *setting_changes(old, new),
        *routing_changes(old, new),
        *form_changes(old, new),
        *charter_changes(old, new),
        *_contract_changes(old, new),
        *_outcome_changes(old, new),
        *_proof_changes(old, new),
        *_further_changes(old, new),
    ]


def _contract_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """Data contracts by their versions: what is checked before workers rely on it, and what stops when it breaks."""
    risk, parts = "What a data source promises changes.", (ReviewPart.DATA_HANDLING,)
    removed, added, changed = keys_of(old.contracts, new.contracts)
    for names, known, way in ((removed, old, "is gone"), (added, new, "is new")):
        for name in names:
            version = known.contracts[name].version
            yield Change(f"contract:{name}", f"The data contract {name} ({version}) {way}.", risk, parts)
    for name in changed:
        before, after = old.contracts[name].version, new.contracts[name].version
        versions = f"{before} becomes {after}" if before != after else f"still called {after}"
        words = f"The data contract {name} promises otherwise: {versions}."
        yield Change(f"contract:{name}", words, risk, parts)


def _outcome_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """What is looked at again after a case has ended."""
    removed, added, changed = keys_of(old.outcomes, new.outcomes)
    for name in removed:
        words = f"The outcome {name} is no longer checked."
        yield Change(f"outcome:{name}", words, "A broken promise may go unseen.", (ReviewPart.MONITORING,))
    for name in added:
        yield Change(f"outcome:{name}", f"The outcome {name} is checked: {new.outcomes[name].title}.")
    for name in changed:
        words = f"The outcome {name} is checked otherwise."
        yield Change(f"outcome:{name}", words, "A broken promise may go unseen.", (ReviewPart.MONITORING,))


def _proof_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """Scenarios and policy tests: what a release is held against."""
    removed, added, changed = keys_of(old.scenarios, new.scenarios)
    for name in removed:
        risk = "One case less is rehearsed before a release."
        yield Change(f"scenario:{name}", f"The scenario {name} is no longer played.", risk, (ReviewPart.MONITORING,))
    for names, what in ((added, "is new"), (changed, "plays otherwise")):
        for name in names:
            yield Change(f"scenario:{name}", f"The scenario {name} {what}.")
    before, after = ({test.test: test for test in each.policy_tests} for each in (old, new))
    removed, added, changed = keys_of(before, after)
    for name in removed:
        risk = "One decision less is held against what policy should say."
        yield Change("policy_tests", f"The policy test “{name}” is gone.", risk, (ReviewPart.MONITORING,))
    if added or changed:
        yield Change("policy_tests", f"{len(added)} policy tests are new and {len(changed)} expect something else.")


def _further_changes(old: Operation, new: Operation) -> Iterator[Change]:
    removed, added, changed = keys_of(old.files, new.files)
    for path in sorted((*removed, *added, *changed)):
        if path.startswith(COMPARED) or (path.startswith("systems/") and path.endswith(".yaml")):
            continue
        way = "gone" if path in removed else "new" if path in added else "changed"
        what, risk, parts = next(
            (found for start, found in FURTHER.items() if path.startswith(start)),
            ("a file", "Nobody has said that this is harmless.", (ReviewPart.AUDITABILITY,)),
        )
        yield Change(f"file:{path}", f"{path} ({what}) is {way}.", risk, parts)
