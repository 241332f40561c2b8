"""Release notes in plain words, made from the risk diff: who notices what, which rules changed, who must know."""

from dataclasses import dataclass, replace

from aboveloop.app.improving.board import carried_by, items
from aboveloop.app.premises import Premises
from aboveloop.app.releasing.diff import RiskDiff, reached, risk_diff
from aboveloop.app.releasing.effects import kpi_effects
from aboveloop.app.releasing.evidence import effect_in_words, weigh_canary
from aboveloop.govern.people import people_of
from aboveloop.kit.database import Reader
from aboveloop.operation import environments, releases
from aboveloop.operation.changes.change import Change, Noticed, listed
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release


@dataclass(frozen=True)
class Notes:
    """`first` marks a release with nothing before it. Each list holds sentences; `effect` tells of the canary."""

    title: str
    note: str
    first: bool
    customers: tuple[str, ...]
    colleagues: tuple[str, ...]
    rules: tuple[str, ...]
    nobody: tuple[str, ...]
    must_know: tuple[str, ...]
    effect: str = ""
    carries: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()

    @property
    def sections(self) -> tuple[tuple[str, tuple[str, ...], str], ...]:
        """Heading, sentences, and what stands there where there is none."""
        return (
            ("What customers will notice", self.customers, "Nothing."),
            ("What colleagues will notice", self.colleagues, "Nothing."),
            ("Which rules changed", self.rules, "None."),
            ("What nobody will notice", self.nobody, "Nothing."),
            ("Who must know", self.must_know, "Nobody in particular."),
        )

    @property
    def as_text(self) -> str:
        """Markdown, for mail and chat."""
        lines = [f"# {self.title}", ""]
        if self.note:
            lines += [self.note, ""]
        if self.carries:
            lines += ["## What it is for", "", *(f"- {each}" for each in self.carries), ""]
        if self.first:
            return "\n".join([*lines, "The first release: everything is new."]) + "\n"
        for heading, sentences, none in self.sections:
            lines += [f"## {heading}", "", *(f"- {each}" for each in sentences or (none,)), ""]
        if self.effect:
            lines += ["## What the canary showed", "", self.effect, ""]
        if self.kpis:
            lines += ["## What it did to the KPIs", "", *(f"- {each}" for each in self.kpis), ""]
        return "\n".join(lines)


def notes_of(diff: RiskDiff, operation: Operation, effect: str = "") -> Notes:
    """The notes of `diff.new` against `diff.old`."""
    rules = tuple(change.words for change in diff.changes if change.about.startswith("rule:"))
    return Notes(
        title=f"Release {diff.new.name} of {operation.about.title}",
        note=diff.new.note,
        first=False,
        customers=_sentences(diff, "customers"),
        colleagues=_sentences(diff, "colleagues"),
        rules=rules,
        nobody=_sentences(diff, "nobody"),
        must_know=must_know(diff, operation),
        effect=effect,
    )


def release_notes(premises: Premises, release: Release, against: Release | None = None) -> Notes:
    """The notes against the release named, or against production, or against what production held before it."""
    with premises.database.read() as reader:
        base = against or before(reader, release)
        placed = environments.placed(reader, "canary")
        is_canary = placed is not None and placed.release.digest == release.digest
        effect = effect_in_words(weigh_canary(premises, reader)) if is_canary else ""
        kpis = kpi_effects(premises, reader, release, base)
        found = items(premises, reader, premises.house.clock.now())
    carries = tuple(
        f"{item.improvement.title}: {item.improvement.why} (worth {item.value} a week)"
        for item in carried_by(found, release)
    )
    operation = premises.operation_of(release.digest)
    if base is None:
        made = first_notes(f"Release {release.name} of {operation.about.title}", release.note)
    else:
        made = notes_of(risk_diff(premises, base, release), operation, effect)
    return replace(made, carries=carries, kpis=kpis)


def before(reader: Reader, release: Release) -> Release | None:
    """What was in production before this release was, or is now where it never was."""
    deployments = releases.list_deployments(reader)
    places = [place for place, each in enumerate(deployments) if each.release.digest == release.digest]
    earlier = deployments[places[-1] + 1 :] if places else deployments
    return earlier[0].release if earlier else None


def first_notes(title: str, note: str) -> Notes:
    return Notes(title, note, True, (), (), (), (), ())


def must_know(diff: RiskDiff, operation: Operation) -> tuple[str, ...]:
    """The owners of what changed, and whoever answers approvals of a changed operation."""
    names = {person.id: person.name for person in people_of(operation).values()}
    found: dict[str, None] = {}
    for procedure in sorted(reached(operation, diff.changes)[0] & operation.procedures.keys()):
        duty = operation.procedures[procedure].owner
        holder = operation.about.owners.get(duty or "")
        if duty and holder:
            found[f"{names.get(holder, holder)}, who owns {duty.replace('_', ' ')}"] = None
    asked = {role for lane in diff.lanes for role in lane.roles}
    for person in people_of(operation).values():
        roles = [role.replace("_", " ") for role in sorted(person.roles & asked)]
        if roles and "approve" in person.may:
            found[f"{person.name}, who answers approvals as {listed(roles)}"] = None
    return tuple(found)


def _sentences(diff: RiskDiff, noticed: Noticed) -> tuple[str, ...]:
    lanes = tuple(lane.plain for lane in diff.lanes) if noticed == "customers" else ()
    others = (_sentence(change) for change in diff.changes if _belongs(change, noticed))
    return tuple(dict.fromkeys((*lanes, *others)))


def _belongs(change: Change, noticed: Noticed) -> bool:
    return change.noticed == noticed and not change.about.startswith(("rule:", "lane:"))


def _sentence(change: Change) -> str:
    return change.words if change.words.endswith((".", "!", "?", "”")) else f"{change.words}."
