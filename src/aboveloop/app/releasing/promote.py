"""Promotion: a release goes to shadow, to a share of the customers, to everybody, when all that it waits for is there.

What it waits for is a checklist, the same for the refusal, the command line and the page.
"""

from dataclasses import dataclass

from aboveloop.app import incident_gate
from aboveloop.app.chartering import admitting
from aboveloop.app.chartering.standing import unchartered
from aboveloop.app.organisation.sign_offs import lacking
from aboveloop.app.premises import Premises
from aboveloop.app.releasing.diff import RiskDiff, risk_diff
from aboveloop.app.releasing.effects import trust
from aboveloop.app.releasing.evidence import weigh_canary
from aboveloop.app.releasing.gate_run import gate_of
from aboveloop.app.releasing.volume import edge_count, edge_shortfall, load_standing
from aboveloop.govern import lanes
from aboveloop.govern.incidents.errors import RuleUntested
from aboveloop.govern.people import Person, may
from aboveloop.govern.promotion.errors import PromotionRefused
from aboveloop.govern.promotion.gate import GateResult, Verdict
from aboveloop.govern.promotion.review import Review, Reviews
from aboveloop.govern.readiness import missing_to_go_live
from aboveloop.govern.training import courses
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation import environments, releases
from aboveloop.operation.environments import Change, Environment
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release

# More than these make no readable sentence.
NAMED = 5


@dataclass(frozen=True)
class Reasons:
    """Why a person goes on without something; each is written into the ledger."""

    unrehearsed: str = ""
    without_canary: str = ""
    because: str = ""
    without_load_test: str = ""
    despite_guards: str = ""

    @property
    def in_words(self) -> str:
        said = [self.because.strip()]
        said += [f"Without rehearsal: {self.unrehearsed.strip()}"] * bool(self.unrehearsed.strip())
        said += [f"Without a canary: {self.without_canary.strip()}"] * bool(self.without_canary.strip())
        said += [f"Without a load test: {self.without_load_test.strip()}"] * bool(self.without_load_test.strip())
        said += [f"Despite its guards: {self.despite_guards.strip()}"] * bool(self.despite_guards.strip())
        return " ".join(each for each in said if each)


@dataclass(frozen=True)
class Check:
    """One line of the checklist. `done` is None where it is not asked of this release."""

    name: str
    done: bool | None
    sentence: str


@dataclass(frozen=True)
class Checklist:
    """All that stands between a release and an environment."""

    release: Release
    to: Environment
    checks: tuple[Check, ...]
    diff: RiskDiff | None
    review: Review | None
    gate: GateResult | None

    @property
    def missing(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.done is False)


@dataclass(frozen=True)
class Promotion:
    """Where a release went, from where, and under which checklist."""

    release: Release
    to: Environment
    share: int
    checklist: Checklist


def open_review(premises: Premises, release: Release, *, by: str) -> RiskDiff | None:
    """Compare with production and open the review where risk changes; None before the first deployment."""
    with premises.database.read() as reader:
        base = releases.deployed(reader)
    if base is None or base.digest == release.digest:
        return None
    diff = risk_diff(premises, base, release)
    if diff.needs_review:
        with premises.database.write() as tx:
            Reviews(premises.ledger, release, base).open(tx, by=by, now=premises.house.clock.now())
    return diff


def checklist(
    premises: Premises, release: Release, to: Environment, *, by: str = "house", reasons: Reasons | None = None
) -> Checklist:
    """What `release` has and lacks for `to`. Runs the gate where it was not run under this version."""
    return look_at(premises, release, to, gate_of(premises, release, by=by), reasons=reasons)


def look_at(
    premises: Premises, release: Release, to: Environment, gate: GateResult | None, *, reasons: Reasons | None = None
) -> Checklist:
    """As `checklist`, with what is known of the gate: it writes nothing."""
    given = reasons or Reasons()
    with premises.database.read() as reader:
        base = releases.deployed(reader)
        diff = risk_diff(premises, base, release) if base is not None and base.digest != release.digest else None
        review = Reviews(premises.ledger, release, base).find(reader) if base is not None else None
        checks = [_gate_check(gate, given), _incident_check(premises, release), _review_check(premises, diff, review)]
        if to in ("canary", "production"):
            operation = premises.operation_of(release.digest)
            checks += [_edge_check(operation), _load_check(reader, operation, release, given, is_first=base is None)]
            checks.append(_readiness_check(operation))
            checks.append(_trust_check(premises, reader, release, to, given))
            checks.append(_charter_check(premises, reader, operation, base))
            checks.append(_stage_check(premises, reader, operation))
            # Nobody can do a course before the house stands that keeps their answers.
            if base is not None:
                checks.append(_training_check(reader, operation))
        if to == "production":
            # Setting the house up comes before anybody can come in and sign.
            if base is not None:
                checks.append(_sign_off_check(reader, premises.operation_of(release.digest), release))
            checks.append(_canary_check(premises, reader, release, diff, given))
    return Checklist(release, to, tuple(checks), diff, review, gate)


def promote(
    premises: Premises,
    release: Release,
    to: Environment,
    *,
    person: Person | None,
    share: int = 100,
    reasons: Reasons | None = None,
) -> Promotion:
    """Bring a release to an environment. `person` is None only where nothing was ever deployed: setting the house up.

    Raises MayNot, PromotionRefused with all that is missing, ShareImpossible and AlreadyAtWork.
    """
    given = reasons or Reasons()
    if person is not None:
        may(person, "promote").demand()
    if to == "sandbox":
        raise WrongUsage("Every release stands in the sandbox already. Name shadow, canary or production.")
    by = person.actor if person is not None else "house"
    open_review(premises, release, by=by)
    listed = checklist(premises, release, to, by=by, reasons=given)
    if listed.missing:
        said = " ".join(f"({number}) {each.sentence}" for number, each in enumerate(listed.missing, start=1))
        raise PromotionRefused(f"Release {release.name} is not promoted to {to}: {said}")
    change = Change(by, premises.house.clock.now(), given.in_words)
    with premises.database.write() as tx:
        if to in ("canary", "production"):
            admitting.admit(premises, tx, release, to, change=change)
        if to == "production":
            _to_production(premises, tx, release, change)
        else:
            environments.place(tx, release, to, ledger=premises.ledger, change=change, share=share)
    return Promotion(release, to, share if to == "canary" else 100, listed)


def _to_production(premises: Premises, tx: Transaction, release: Release, change: Change) -> None:
    releases.deploy(tx, release, ledger=premises.ledger, by=change.by, now=change.at, because=change.because)
    for environment in ("canary", "shadow"):
        standing = environments.placed(tx, environment)
        if standing is not None and standing.release.digest == release.digest:
            served = Change(change.by, change.at, "It serves everybody now.")
            environments.withdraw(tx, environment, ledger=premises.ledger, change=served)


def _gate_check(gate: GateResult | None, given: Reasons) -> Check:
    name = "Scenarios and policy tests"
    if gate is None:
        return Check(name, False, "They were not played yet under this version of the software.")
    if gate.verdict is Verdict.UNPROVEN and given.unrehearsed.strip():
        return Check(name, True, f"{gate.reason} It goes on all the same: {given.unrehearsed.strip()}")
    said = f"{gate.reason} {'; '.join(gate.problems)}".strip()
    if gate.verdict is Verdict.UNPROVEN:
        said += " Say --unrehearsed with why it may go on all the same."
    return Check(name, gate.verdict is Verdict.HELD, said[:1].upper() + said[1:])


def _edge_check(operation: Operation) -> Check:
    """The suite of edge cases; that they hold is the gate's."""
    name = "Edge cases"
    if operation.about.delivery.edge_cases is None:
        return Check(name, None, "No number of edge cases is asked for (`delivery` in operation.yaml).")
    lacks = edge_shortfall(operation)
    said = " ".join(lacks) or f"{edge_count(operation)} scenarios are edge cases, of every kind that is asked."
    return Check(name, not lacks, said)


def _load_check(reader: Reader, operation: Operation, release: Release, given: Reasons, *, is_first: bool) -> Check:
    name = "Load test"
    if operation.about.delivery.load_test is None:
        return Check(name, None, "No load test is asked for (`delivery` in operation.yaml): nobody knows its volume.")
    if given.without_load_test.strip():
        return Check(name, True, f"Without one: {given.without_load_test.strip()}")
    found, lacks = load_standing(reader, operation, release)
    if found is None:
        how = f"run `aboveloop release load-test {release.name}`, or say --without-load-test with why."
        # Nobody is served yet by a house that is being set up.
        done = None if is_first else False
        return Check(name, done, f"It was not load-tested under this version of the software: {how}")
    if lacks:
        return Check(name, False, f"Its load test falls short: {'; '.join(lacks)}.")
    return Check(name, True, found.sentence)


def _incident_check(premises: Premises, release: Release) -> Check:
    try:
        incident_gate.check(premises, premises.operation_of(release.digest))
    except RuleUntested as error:
        return Check("Open incidents", False, str(error))
    return Check("Open incidents", True, "No open incident speaks against it.")


def _readiness_check(operation: Operation) -> Check:
    """Owners, escalation, oversight and training: tests that hold do not stand in for them."""
    name = "Ready to go live"
    missing = missing_to_go_live(operation)
    if not missing:
        return Check(name, True, "Every duty is held, every worker overseen, everybody who acts is trained.")
    said = " ".join(each.sentence for each in missing[:NAMED])
    more = f" And {len(missing) - NAMED} more: `aboveloop check` names them all." if len(missing) > NAMED else ""
    return Check(name, False, said + more)


def _trust_check(premises: Premises, reader: Reader, release: Release, to: Environment, given: Reasons) -> Check:
    """Efficiency is not scaled at the expense of trust."""
    name = "Trust"
    objections = trust(premises, reader, release, to) if releases.deployed_digest(reader) is not None else None
    if objections is None:
        return Check(name, None, "No KPI guards trust or quality (`guard` in kpis.yaml), or nothing is at work yet.")
    if objections and given.despite_guards.strip():
        return Check(name, True, f"{' '.join(objections)} It goes on all the same: {given.despite_guards.strip()}")
    if objections:
        how = "What mends it goes on with --despite-guards and why."
        return Check(name, False, f"{' '.join(objections)} {how}")
    return Check(name, True, "No guard of trust or quality fell while more was resolved without a person.")


def _charter_check(premises: Premises, reader: Reader, operation: Operation, base: Release | None) -> Check:
    """What is new is built on a charter that stands; what served customers before charters were written goes on."""
    name = "Charters"
    if not operation.charters:
        return Check(name, None, "The operation has no charters (`charters/`): nobody wrote down what it is for.")
    if base is None:
        return Check(name, None, "Nothing served customers before, so no baseline can have been frozen in this house.")
    fresh = [each for each in operation.procedures if each not in premises.operation_of(base.digest).procedures]
    said = unchartered(premises, reader, operation, fresh)
    return Check(name, not said, " ".join(said) or "Every new procedure has a charter that stands.")


def _stage_check(premises: Premises, reader: Reader, operation: Operation) -> Check:
    """A release makes no procedure freer: that is a person's, through the gate of its charter."""
    said = admitting.objections(premises, reader, operation)
    begins = admitting.admissions(premises, reader, operation)
    shadow = sorted(name for name, each in begins.items() if each.stage is lanes.Stage.SHADOW)
    held = (
        f"No stage is freer than before. In shadow until people set otherwise: {', '.join(shadow)}."
        if shadow
        else ("No stage is freer than before.")
    )
    return Check("Stages", not said, " ".join(said) or held)


def _training_check(reader: Reader, operation: Operation) -> Check:
    """The courses of the release's own operation: what it teaches is done before customers meet it."""
    name = "Training"
    if not operation.courses:
        return Check(name, None, "The operation has no courses (`courses/`).")
    lacking = courses.missing(reader, operation)
    if not lacking:
        return Check(name, True, "Everybody has done the courses of their roles.")
    said = [f"{each.person.name} has not done “{each.course.title}”" for each in lacking[:NAMED]]
    more = f", and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
    return Check(name, False, f"{', '.join(said)}{more}: `aboveloop training list`.")


def _sign_off_check(reader: Reader, operation: Operation, release: Release) -> Check:
    name = "Sign-off"
    if not operation.about.sign_off:
        return Check(name, None, "Nobody's signature is asked for (`sign_off` in operation.yaml).")
    missing = [each.duty.title for each in lacking(reader, operation, release)]
    said = f"Not signed off for: {', '.join(missing)}." if missing else "Signed off for every duty that signs."
    return Check(name, not missing, said)


def _review_check(premises: Premises, diff: RiskDiff | None, review: Review | None) -> Check:
    name = "Five-part review"
    if diff is None:
        return Check(name, None, "There is nothing in production to compare with, so there is nothing to review.")
    if not diff.needs_review:
        return Check(name, None, f"No review is needed: nothing in it alters risk ({len(diff.changes)} changes).")
    if review is not None and review.is_signed:
        return Check(name, True, f"Signed by {str(review.signed_by).removeprefix('person:')}.")
    missing = [part.value.replace("_", " ") for part in review.missing] if review is not None else ["every part"]
    lacks = f"it lacks {', '.join(missing)}" if missing else "nobody has signed it"
    role = premises.operation_of(diff.old.digest).about.review.signed_by.replace("_", " ")
    return Check(
        name, False, f"{len(diff.risky)} changes alter risk and wait for the review: {lacks}. The {role} signs it."
    )


def _canary_check(premises: Premises, reader: Reader, release: Release, diff: RiskDiff | None, given: Reasons) -> Check:
    name = "Canary"
    if diff is None or not diff.needs_review:
        return Check(name, None, "No canary is asked for: nothing in it alters risk.")
    if given.without_canary.strip():
        return Check(name, True, f"Without one: {given.without_canary.strip()}")
    if not premises.operation_of(diff.old.digest).about.guards:
        return Check(name, None, "No guards are declared in operation.yaml, so a canary would be held against nothing.")
    placed = environments.placed(reader, "canary")
    weighed = weigh_canary(premises, reader)
    if placed is None or placed.release.digest != release.digest or weighed is None:
        return Check(
            name, False, "It alters risk and has served no canary: promote it --to canary first, or say"
            " --without-canary with why."
        )  # fmt: skip
    objections = weighed.objections
    return Check(name, not objections, " ".join(objections) or "Every guard holds on the canary.")
