"""Admitting: how far each procedure may go by itself when its release is put to work.

What is new begins in shadow, whatever operation.yaml says. What serves already keeps at most what it had: a release
makes nothing freer, only a person does, through the gate of the charter. The first release of a house has nothing to be
held against: what its charters are about begins in shadow but for a stated exemption, everything else as
operation.yaml and the house say.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from aboveloop.app.premises import Premises
from aboveloop.govern import stages
from aboveloop.govern.lanes import Stage
from aboveloop.govern.stages import ORDER, Admission, Setting
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.settings import new_procedures_begin
from aboveloop.operation import environments, releases
from aboveloop.operation.charters import Charter, Exemption
from aboveloop.operation.environments import Change
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release

# What a house gives a procedure of which nobody said anything.
USUAL = Stage.SUPERVISED


def admissions(premises: Premises, reader: Reader, operation: Operation) -> dict[str, Admission]:
    """How each procedure of a release would be admitted if it were put to work now."""
    return {
        name: Admission(min(most.stage, _declared(operation, name), key=ORDER.index), most.because)
        for name, most in _most(premises, reader, operation).items()
    }


def objections(premises: Premises, reader: Reader, operation: Operation) -> list[str]:
    """Where operation.yaml asks for a freer stage than a procedure may have by itself, a sentence each."""
    base = releases.deployed(reader)
    before = premises.operation_of(base.digest) if base is not None else None
    chosen = {each.procedure for each in stages.all_set(reader) if each.where == ""}
    said = []
    for name, most in _most(premises, reader, operation).items():
        is_told = name in operation.about.stages or (before is not None and name in before.about.stages)
        is_set = before is not None and name in before.procedures and name in chosen
        declared = _declared(operation, name)
        if is_told and not is_set and ORDER.index(declared) > ORDER.index(most.stage):
            said.append(
                f"operation.yaml lets {name} run in stage {declared.value}, and by itself it may not go beyond"
                f" {most.stage.value} ({most.because.rstrip('.')}): say {most.stage.value} there, and let a person"
                " set it freer with `aboveloop stage set`."
            )
    return said


def admit(
    premises: Premises, tx: Transaction, release: Release, to: Literal["canary", "production"], *, change: Change
) -> None:
    """Admit the procedures of a release, in the transaction that puts it to work and before it does.

    A procedure that was gone and comes back is new: what people once set for it counts no more. What was set for the
    canary before gives the next one no more than production has. A canary that lets a procedure do less says nothing of
    production.
    """
    operation, base = premises.operation_of(release.digest), releases.deployed(tx)
    found = admissions(premises, tx, operation)
    if base is not None:
        for setting, before in _outlived(premises, tx, release, to, found):
            stages.fall_back(tx, operation, setting, ledger=premises.ledger, before=before, now=change.at)
        if to == "canary":
            serving = _serving(premises, tx, base)
            found = {name: each for name, each in found.items() if name not in serving}
    stages.admit(tx, operation, found, ledger=premises.ledger, by=change.by, now=change.at)


def _outlived(
    premises: Premises, reader: Reader, release: Release, to: str, found: Mapping[str, Admission]
) -> list[tuple[Setting, Stage]]:
    """What people set for something that is no more and is freer than what comes may be, with what it is set to now."""
    base = releases.deployed(reader)
    assert base is not None, "before the first release nobody set anything"
    serving, production = _serving(premises, reader, base), premises.operation_of(base.digest)
    canary = environments.placed(reader, "canary")
    is_another = to == "canary" and (canary is None or canary.release.digest != release.digest)
    outlived = []
    for each in stages.all_set(reader):
        if each.procedure not in found:
            continue
        if each.procedure not in serving:
            most = found[each.procedure]
        elif is_another and each.where == "canary":
            most = Admission(found[each.procedure].stage, "It was set for another canary.")
            if each.procedure in production.procedures:
                stage = stages.effective(reader, production, each.procedure, of_house=USUAL)
                most = Admission(stage, most.because)
        else:
            continue
        if ORDER.index(each.stage) > ORDER.index(most.stage):
            outlived.append((Setting(each.procedure, most.stage, most.because, each.where), each.stage))
    return outlived


def about(operation: Operation, procedure: str) -> list[Charter]:
    """The charters of an operation that are about a procedure."""
    return [each for each in operation.charters.values() if procedure in each.procedures]


def _most(premises: Premises, reader: Reader, operation: Operation) -> dict[str, Admission]:
    """The freest stage that each procedure of a release may have without a person, and why."""
    base = releases.deployed(reader)
    if base is None:
        today = _today(premises, operation)
        return {name: _first(operation, name, today) for name in operation.procedures}
    serving, production = _serving(premises, reader, base), premises.operation_of(base.digest)
    known = stages.admitted(reader)
    found = {}
    for name in operation.procedures:
        if name in production.procedures:
            stage = known.get(name) or stages.effective(reader, production, name, of_house=USUAL)
            found[name] = Admission(stage, "It serves already, and a release makes nothing freer.")
        elif name in serving and name in known:
            found[name] = Admission(known[name], "It begins on the canary.")
        elif about(operation, name):
            found[name] = Admission(Stage.SHADOW, "It is new, and its charter asks for evidence first.")
        else:
            found[name] = Admission(Stage(new_procedures_begin()), "It is new.")
    return found


def _first(operation: Operation, name: str, today: date) -> Admission:
    """The most that a procedure may do in a house that is set up with it."""
    charters = about(operation, name)
    if not charters:
        return Admission(USUAL, "The house was set up with it, and no charter is about it.")
    given = [_exempted(charter, today) for charter in charters]
    without = next((charter for charter, stage in zip(charters, given, strict=True) if stage is None), None)
    if without is not None:
        return Admission(Stage.SHADOW, f"The charter {without.charter} asks for evidence first.")
    stage, charter = min(
        ((stage, charter) for stage, charter in zip(given, charters, strict=True) if stage is not None),
        key=lambda pair: ORDER.index(pair[0]),
    )
    assert charter.exempt is not None, "only exempted charters are left"
    return Admission(stage, f"Exempted by {charter.exempt.by} on {charter.exempt.on}: {charter.exempt.because}")


def _exempted(charter: Charter, today: date) -> Stage | None:
    """The stage that an exemption of the charter gives today, None where there is none or it has ended."""
    exempt = charter.exempt
    return None if exempt is None or _is_over(exempt, today) else Stage(exempt.stage)


def has_ended(premises: Premises, charter: Charter) -> bool:
    """Whether the charter exempted something until a day that has come."""
    return charter.exempt is not None and _is_over(charter.exempt, _today(premises, premises.current()))


def _is_over(exempt: Exemption, today: date) -> bool:
    return exempt.until is not None and exempt.until <= today


def _today(premises: Premises, operation: Operation) -> date:
    return premises.house.clock.now().astimezone(ZoneInfo(operation.about.timezone)).date()


def _declared(operation: Operation, name: str) -> Stage:
    return Stage(operation.about.stages.get(name, USUAL))


def _serving(premises: Premises, reader: Reader, base: Release) -> set[str]:
    """The procedures that customers meet now, in production or on the canary."""
    canary = environments.placed(reader, "canary")
    beside = set(premises.operation_of(canary.release.digest).procedures) if canary is not None else set[str]()
    return set(premises.operation_of(base.digest).procedures) | beside
