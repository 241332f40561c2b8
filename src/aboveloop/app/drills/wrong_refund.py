"""The drill `wrong refund`: a release with a zero too many in its refund limit pays real simulated customers too much.

What was planted is read from the shop's own books and the true rule; what was found comes from the ledger. Then people
stop, contain, correct, reconcile and review, and every promise of the five steps is checked.
"""

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from aboveloop.app import folders, incident_scenarios
from aboveloop.app.desk import Desk
from aboveloop.app.drills import faults
from aboveloop.app.drills.crowd import PLANTED_LIMIT_CENTS, TRUE_LIMIT_CENTS, Kind, Wish, gather_crowd, of_kind
from aboveloop.app.incidents import IncidentDesk, IncidentView
from aboveloop.app.inspection import SAMPLE_OPERATION, sound
from aboveloop.app.mail import MailRoom
from aboveloop.app.post.servers import post_of
from aboveloop.app.rehearsal import stage as stages
from aboveloop.app.rehearsal.stage import CURTAIN, Stage
from aboveloop.app.weights import installed_embedder
from aboveloop.govern.approval import Approval
from aboveloop.govern.errors import OwnRequest
from aboveloop.govern.incidents.book import Report
from aboveloop.govern.incidents.errors import RuleUntested
from aboveloop.govern.incidents.incident import Incident, Scope, Severity
from aboveloop.govern.people import person_of
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.operation import releases
from aboveloop.operation.models import Operation
from aboveloop.understand.reader import FirstReader
from aboveloop.work.reconcile import reconcile
from aboveloop.work.redeciding import redecide
from larkspur.auditor import Auditor
from larkspur.generator import Size
from larkspur.store import create

REFUND = "shop.refund_order"
SCENARIO = "incident_wrong_refund"
ANNA = ["I want to cancel LK-100001, anna@customers.example, 1017 AB", "yes"]
# Strangers with an order to their name are about one in ten of the sample company's customers.
CUSTOMERS_FOR_A_CASE = 14
COMMANDER, APPROVER, REFUND_APPROVER = "noor", "mateo", "priya"


@dataclass
class Truth:
    """What the shop's books and the true rule say, by order: what was paid too much, and what is right."""

    wrong: dict[str, int] = field(default_factory=dict)
    right: dict[str, int] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)


@dataclass
class Drill:
    """One drill under way. `held` are the promises by name, each with whether it held."""

    stage: Stage
    auditor: Auditor
    place: Path
    crowd: list[Wish]
    cases: dict[str, Case] = field(default_factory=dict)
    approved_orders: set[str] = field(default_factory=set)
    held: dict[str, bool] = field(default_factory=dict)

    def desk(self, person: str) -> Desk:
        return Desk(self.stage, person_of(self.stage.current(), person))

    def people(self, person: str) -> IncidentDesk:
        return IncidentDesk(self.stage, person_of(self.stage.current(), person))

    def say(self, wish: Wish, *texts: str) -> None:
        for text in texts:
            message = self.stage.hear(wish.channel, wish.address, text)
            self.cases[wish.order.order_id] = self.stage.case_of(message)
        self.stage.advance(timedelta(minutes=1))

    def approve(self, wish: Wish, *people: str) -> None:
        """These people approve the refund that waits, as often as one of them is still asked."""
        for person in people:
            waiting = self.stage.approvals_waiting(self.cases[wish.order.order_id].id, REFUND)
            self.desk(person).approve(waiting[0].id)
            self.stage.run_due()
        self.approved_orders.add(wish.order.order_id)


def run(*, seed: int, cases: int) -> dict[str, Any]:
    """Plant, find and mend in a fresh temporary home. `ok` says whether every promise held."""
    began = monotonic_seconds()
    with tempfile.TemporaryDirectory(prefix="aboveloop-drill-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        size = Size(
            customers=max(400, CUSTOMERS_FOR_A_CASE * cases), orders=max(1_200, 3 * CUSTOMERS_FOR_A_CASE * cases)
        )
        create(home / "larkspur.db", seed=seed, today=CURTAIN, size=size)
        operation = sound(SAMPLE_OPERATION)
        stages.build(operation, home)
        stage, auditor = (
            Stage(operation, home, FirstReader.fit(operation, installed_embedder())),
            Auditor(home / "larkspur.db"),
        )
        try:
            MailRoom(stage, post_of(stage, home / "mail"))
            crowd = gather_crowd(auditor, CURTAIN, seed=seed, cases=cases)
            result = _walk(Drill(stage, auditor, Path(folder), crowd))
        finally:
            auditor.close()
            stage.close()
    return {**result, "cases": cases, "seed": seed, "seconds": round(monotonic_seconds() - began, 1)}


def _walk(drill: Drill) -> dict[str, Any]:
    faulty = _plant(drill)
    incident = _stop(drill, faulty)
    truth = _truth(drill, faulty)
    found = _contain(drill, incident, truth)
    corrected = _correct(drill, found, truth)
    reconciled = _reconcile(drill, found, truth)
    tested = _review(drill, found.incident, faulty)
    drill.held["every decision can be made again"] = _decisions_hold(drill)
    with drill.stage.database.read() as reader:
        drill.held["the ledger verifies"] = drill.stage.ledger.verify(reader).ok
    view = drill.people(COMMANDER).view(incident.id)
    known = {case.customer_id: case.verified_as or "" for case in _fresh(drill).values()}
    found_customers = sorted(known[customer] for customer in found.customers)
    planted_customers = sorted(set(truth.customers.values()))
    return {
        "ok": all(drill.held.values()),
        "planted": len(planted_customers),
        "found": len(found_customers),
        "equal": planted_customers == found_customers,
        "touched": len({each.customer_id for each in found.touched}),
        "corrected": corrected,
        "reconciled": reconciled,
        "rule_tested": tested,
        "planted_customers": planted_customers,
        "found_customers": found_customers,
        "wrong_amounts": truth.wrong,
        "near_misses": _near_misses(drill),
        "seconds_to_stop": view.as_json(personal=False)["seconds_to_stop"],
        "seconds_to_contain": view.as_json(personal=False)["seconds_to_contain"],
        "held": drill.held,
    }


def _near_misses(drill: Drill) -> dict[str, int]:
    """How many customers were there for each reason but being wronged; one more had an order cancelled."""
    near = [kind for kind in Kind if kind is not Kind.WRONGED]
    counts = {kind.name.lower(): sum(1 for _ in of_kind(drill.crowd, kind)) for kind in near}
    return {**counts, Kind.OTHER.name.lower(): 1}


def _plant(drill: Drill) -> Operation:
    """A good day, then the faulty release, and customers under both."""
    crowd = drill.crowd
    for wish in of_kind(crowd, Kind.SMALL_BEFORE):
        drill.say(wish, *wish.opening, "yes")
    for wish in of_kind(crowd, Kind.APPROVED_BEFORE):
        drill.say(wish, *wish.opening, "yes")
        drill.approve(wish, REFUND_APPROVER)
    for wish in of_kind(crowd, Kind.PINNED):
        drill.say(wish, *wish.opening)
    faulty = _release_past_the_gate(drill, faults.faulty_folder(drill.place))
    drill.stage.advance(timedelta(hours=1))
    for wish in of_kind(crowd, Kind.PINNED):
        drill.say(wish, "yes")
        drill.approve(wish, REFUND_APPROVER)
    for wish in of_kind(crowd, Kind.WRONGED, Kind.EXACT, Kind.SMALL):
        drill.say(wish, *wish.opening, "yes")
    for wish in of_kind(crowd, Kind.TWO_APPROVALS):
        drill.say(wish, *wish.opening, "yes")
        drill.approve(wish, COMMANDER, REFUND_APPROVER)
    for wish in of_kind(crowd, Kind.DECLINED):
        drill.say(wish, *wish.opening, "no")
    for wish in of_kind(crowd, Kind.HELD):
        drill.say(wish, *wish.opening)
    for text in ANNA:
        drill.stage.hear("webchat", "drill-anna", text)
    return faulty


def _release_past_the_gate(drill: Drill, folder: Path) -> Operation:
    """As if somebody had released it without playing its scenarios."""
    stage, operation = drill.stage, sound(folder)
    now = stage.house.clock.now()
    with stage.database.write() as tx:
        made = releases.create_release(
            tx, operation, ledger=stage.ledger, by=f"person:{COMMANDER}", note="A new refund limit.", now=now
        )
        releases.deploy(tx, made, ledger=stage.ledger, by=f"person:{COMMANDER}", now=now)
    return operation


def _stop(drill: Drill, faulty: Operation) -> Incident:
    """Somebody notices. Who says yes after the stop is not paid."""
    scope = Scope(release=faulty.digest, rule=faults.RULE, operation=REFUND)
    report = Report("Refunds above 50.00 EUR are paid without approval", Severity.CRITICAL, scope, found_by="Priya")
    incident = drill.people(COMMANDER).open(report)
    drill.stage.advance(timedelta(minutes=2))
    incident = drill.people(COMMANDER).stop(incident.id)
    before = len(drill.auditor.refunds())
    for wish in of_kind(drill.crowd, Kind.HELD):
        drill.say(wish, "yes")
    drill.held["nothing is paid after the stop"] = len(drill.auditor.refunds()) == before
    return incident


def _truth(drill: Drill, faulty: Operation) -> Truth:
    """From the shop's books: what the faulty release paid above the true limit and nobody of ours approved."""
    with drill.stage.database.read() as reader:
        deployed_at = next(
            each.deployed_at for each in releases.list_deployments(reader) if each.release.digest == faulty.digest
        ).replace(microsecond=0)
    truth = Truth()
    theirs = {wish.order.order_id for wish in drill.crowd}
    for refund in drill.auditor.refunds():
        if refund.order_id not in theirs:
            continue
        is_late = refund.made_at >= deployed_at
        is_wrong = is_late and refund.amount_cents > TRUE_LIMIT_CENTS and refund.order_id not in drill.approved_orders
        truth.right[refund.order_id] = TRUE_LIMIT_CENTS if is_wrong else refund.amount_cents
        if is_wrong:
            truth.wrong[refund.order_id] = refund.amount_cents - TRUE_LIMIT_CENTS
            truth.customers[refund.order_id] = refund.customer_id
    wronged = {wish.order.order_id for wish in of_kind(drill.crowd, Kind.WRONGED)}
    drill.held["the fault was really planted"] = bool(wronged) and set(truth.wrong) == wronged
    drill.held["no planted refund is above the planted limit"] = all(
        amount + TRUE_LIMIT_CENTS <= PLANTED_LIMIT_CENTS for amount in truth.wrong.values()
    )
    return truth


def _contain(drill: Drill, incident: Incident, truth: Truth) -> IncidentView:
    found = drill.people(COMMANDER).contain(incident.id)
    drill.stage.advance(timedelta(minutes=1))
    fresh = _fresh(drill)
    known = {case.customer_id: case.verified_as for case in fresh.values()}
    affected = {known.get(customer) for customer in found.customers}
    drill.held["everybody affected is found, and nobody else"] = affected == set(truth.customers.values())
    drill.held["near misses were touched and told apart"] = len(found.touched) > len(found.affected)
    return found


def _correct(drill: Drill, found: IncidentView, truth: Truth) -> bool:
    """Drafts wait for somebody else; then each affected customer hears once, and nobody else hears."""
    stage, desk = drill.stage, drill.people(COMMANDER)
    before = _heard(drill)
    desk.correct(found.incident.id)
    stage.run_due()
    approvals = _asked(drill, found.incident.id)
    drill.held["nothing is sent before a person approves"] = _heard(drill) == before
    drill.held["there is one draft for each affected customer"] = len(approvals) == len(found.customers)
    try:
        drill.desk(COMMANDER).approve(approvals[0].id)
        drill.held["who drafts does not approve"] = False
    except OwnRequest:
        drill.held["who drafts does not approve"] = True
    for approval in approvals:
        drill.desk(APPROVER).approve(approval.id)
    stage.run_due()
    after = _heard(drill)
    told = {order: after[order] - before[order] for order in after}
    drill.held["each affected customer hears once, nobody else"] = told == {
        order: int(order in truth.wrong) for order in told
    }
    mails = sum(1 for wish in of_kind(drill.crowd, Kind.WRONGED) if wish.channel == "email")
    sent = [path.read_text(encoding="utf-8") for path in (stage.settings.home / "mail/out/new").iterdir()]
    drill.held["corrections by e-mail are in the outbox"] = sum("put something right" in mail for mail in sent) == mails
    return desk.view(found.incident.id).incident.corrected_at is not None and _all(drill, "sent", "hears", "draft")


def _reconcile(drill: Drill, found: IncidentView, truth: Truth) -> bool:
    """Each wrong amount is named; undone and paid anew with approvals, the books are as the true rule has them."""
    stage, desk = drill.stage, drill.people(COMMANDER)
    before = drill.auditor.refunded_cents()
    desk.reconcile(found.incident.id)
    stage.run_due()
    view = desk.view(found.incident.id)
    orders = {case.id: order for order, case in drill.cases.items()}
    named = {orders[each.case_id]: each.wrong_amount for each in view.affected}
    drill.held["the reconciliation names each wrong amount"] = named == truth.wrong
    drill.held["nothing is undone before a person approves"] = drill.auditor.refunded_cents() == before
    for approver in (REFUND_APPROVER, APPROVER):
        # First the refunds are taken back, then what was right is paid again.
        for approval in _asked(drill, found.incident.id):
            drill.desk(approver).approve(approval.id)
        stage.run_due()
    books = drill.auditor.refunded_cents()
    drill.held["the books agree with the true rule"] = all(books[order] == sum_ for order, sum_ in truth.right.items())
    others = set(books) - set(truth.wrong)
    drill.held["nobody else's books changed"] = all(books[order] == before[order] for order in others)
    drill.held["ledger and order system agree"] = not reconcile(stage.house, stage.current()).differences
    done = desk.view(found.incident.id).incident.reconciled_at is not None
    return done and _all(drill, "wrong amount", "undone", "books", "agree")


def _review(drill: Drill, incident: Incident, faulty: Operation) -> bool:
    """The fix is tested on the incident's own cases and as a scenario; without it, nothing is released."""
    stage, desk, by = drill.stage, drill.people(COMMANDER), f"person:{COMMANDER}"
    unmended = faults.unmended_folder(drill.place, drill.place / "faulty")
    drill.held["a release without the fix is refused"] = _refused(drill, unmended)
    view = desk.view(incident.id)
    elif_ = drill.cases[next(wish.order.order_id for wish in drill.crowd if wish.address == "drill-elif")]
    touched = next(each for each in view.affected if each.case_id == elif_.id)
    with stage.database.read() as reader:
        drafted = incident_scenarios.draft(stage, reader, view.incident, touched, name=SCENARIO)
    mended = sound(faults.mended_folder(drill.place, drafted))
    drill.held["the old rule fails the new scenario"] = _fails_review(desk, incident, faulty, mended)
    found = desk.review(incident.id, mended, SCENARIO)
    drill.held["the new rule passes it, on the incident's own cases too"] = found.holds and found.cases.judged > 0
    drill.held["the new rule takes nothing from those who were right"] = not found.cases.no_longer
    drill.held["a release without the fix is still refused"] = _refused(drill, unmended)
    made = folders.create_release(stage, drill.place / "mended", by=by, note="The refund limit is right again.")
    folders.deploy(stage, made.digest, by=by)
    desk.close(incident.id, lesson="A limit is changed together with a scenario at and above it.")
    stage.run_due()
    held = [
        stage.approvals_waiting(_fresh(drill)[w.order.order_id].id, REFUND) for w in of_kind(drill.crowd, Kind.HELD)
    ]
    drill.held["who said yes after the stop now waits for a person"] = all(len(each) == 1 for each in held)
    return _all(drill, "fix", "rule", "waits for a person")


def _fails_review(desk: IncidentDesk, incident: Incident, faulty: Operation, mended: Operation) -> bool:
    """Whether the faulty policy, with the new scenario beside it, is refused by the review."""
    pretender = faulty.model_copy(update={"scenarios": mended.scenarios})
    try:
        desk.review(incident.id, pretender, SCENARIO)
    except RuleUntested:
        return True
    return False


def _refused(drill: Drill, folder: Path) -> bool:
    try:
        folders.create_release(drill.stage, folder, by=f"person:{COMMANDER}", note="A kinder goodbye.")
    except RuleUntested:
        return True
    return False


def _decisions_hold(drill: Drill) -> bool:
    stage = drill.stage
    with stage.database.read() as reader:
        found = redecide(stage.ledger.find(reader), stage.operation_of, stage.pack_of)
    return found.decisions > 0 and found.different == 0


def _asked(drill: Drill, incident_id: str) -> list[Approval]:
    """The approvals that repairs of the incident wait for."""
    repairs = drill.people(COMMANDER).view(incident_id).repairs
    waiting = [each.approval_id for each in repairs if each.state == "waiting" and each.approval_id is not None]
    with drill.stage.database.read() as reader:
        return [drill.desk(COMMANDER).approval(reader, each) for each in waiting]


def _heard(drill: Drill) -> dict[str, int]:
    """How many messages each customer of the crowd got, by order."""
    with drill.stage.database.read() as reader:
        return {
            order: sum(1 for each in cases.messages_of(reader, case.id) if each.direction == "out")
            for order, case in drill.cases.items()
        }


def _fresh(drill: Drill) -> dict[str, Case]:
    """The cases as they stand now, by order."""
    with drill.stage.database.read() as reader:
        return {order: cases.get(reader, case.id) for order, case in drill.cases.items()}


def _all(drill: Drill, *words: str) -> bool:
    """Whether every promise that has one of these words in its name held."""
    return all(held for name, held in drill.held.items() if any(word in name for word in words))


def shown(result: dict[str, Any]) -> list[str]:
    """The result in lines for people."""
    return [
        f"{result['planted']} customers were refunded wrongly; {result['found']} were found"
        + (", exactly those." if result["equal"] else ", not the same ones."),
        *(f"{'held ' if held else 'BROKE'}  {name}" for name, held in result["held"].items()),
        f"{result['cases']} cases in {result['seconds']} s.",
    ]
