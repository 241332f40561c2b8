"""Releasing: gate, review, canary, guards, rollback and moving, through a whole house that serves customers."""

import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.app import folders
from aboveloop.app.organisation.sign_offs import sign as sign_for
from aboveloop.app.releasing import promote as promotion
from aboveloop.app.releasing.bundle import bundle_digest, bundle_of, versions
from aboveloop.app.releasing.diff import blast_radius, risk_diff
from aboveloop.app.releasing.evidence import effect_in_words, weigh_canary
from aboveloop.app.releasing.gate_run import gate_of
from aboveloop.app.releasing.notes import first_notes, must_know, notes_of
from aboveloop.app.releasing.promote import Reasons, checklist, promote
from aboveloop.app.releasing.reviewing import fill, reviews_of, sign
from aboveloop.app.releasing.rollback import list_rollbacks, roll_back
from aboveloop.app.releasing.shapes import (
    checklist_json,
    diff_json,
    gate_json,
    review_json,
    rollback_json,
    status_json,
)
from aboveloop.app.releasing.status import status
from aboveloop.app.releasing.watch import Watch, watch_guards
from aboveloop.govern.errors import MayNot
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import Person, people_of, person_of
from aboveloop.govern.promotion.errors import PromotionRefused, ReviewNotNeeded
from aboveloop.govern.promotion.gate import Verdict
from aboveloop.govern.promotion.guards import Standing
from aboveloop.govern.promotion.review import Evidence
from aboveloop.journey.ownership import Owner
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation import environments, releases
from aboveloop.operation.changes.change import ReviewPart
from aboveloop.operation.errors import AlreadyAtWork, NothingPlaced, NothingToRollBack
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release
from aboveloop.work.moving import move_case
from app.conftest import SOUND
from operation.odcs import PARCELS
from work.bakery import Bakery, one_line

ROLES = """\
  head: {may: [approve, pause, resume, erase]}
  lead: {may: [release]}
  responsible_ai_lead: {may: [approve, audit]}
"""
PEOPLE = """\
people:
  - {id: lena, name: Lena Ott, roles: [lead], trained: 2026-02-02}
  - {id: maker, name: Max Maker, roles: [lead, responsible_ai_lead], trained: 2026-02-02}
  - {id: adaeze, name: Adaeze Nwosu, roles: [responsible_ai_lead], trained: 2026-02-02}
"""
GUARDS = """\
guards:
  - {guard: refused, tolerance: 0.05, minimum_cases: 5, certainty: 0.95}
  - {guard: handed_over, tolerance: 0.05, minimum_cases: 5, certainty: 0.95}
"""
ABOUT = (
    SOUND["operation.yaml"]
    .replace("  head: {may: [approve, pause, resume, erase]}\n", ROLES)
    .replace("people:\n", PEOPLE)
    + GUARDS
)
FILES = {**SOUND, "operation.yaml": ABOUT}
CHANGED = {"messages/en/opening_hours.md": "We are open until eight.\n"}
LOOSER = {"policies/all.cedar": FILES["policies/all.cedar"].replace("amount_cents <= 5000", "amount_cents <= 6000")}
SPELLED = {"intents/all.yaml": FILES["intents/all.yaml"].replace("stop my order, ", "stop my order now, ")}


def operation_of(files: dict[str, str]) -> Operation:
    loaded = load_files({**FILES, **files}, Path("crumb"))
    assert loaded.operation is not None, loaded.faults
    return loaded.operation


@pytest.fixture(scope="module")
def first_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("guarded") / "home"
    home.mkdir()
    opened = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", operation_of({}))
    opened.open()
    opened.close()
    return home


@pytest.fixture
def shop(first_home: Path, tmp_path: Path) -> Iterator[Bakery]:
    """The bakery with guards, and people who may release."""
    home = tmp_path / "home"
    shutil.copytree(first_home, home)
    opened = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", operation_of({}))
    yield opened
    opened.close()


def made(shop: Bakery, files: dict[str, str], *, by: str = "person:maker") -> Release:
    now = shop.clock.now()
    with shop.database.write() as tx:
        return releases.create_release(tx, operation_of(files), ledger=shop.ledger, by=by, note="New.", now=now)


def who(shop: Bakery, name: str = "lena") -> Person:
    return person_of(shop.current(), name)


def reviewed(shop: Bakery, release: Release) -> None:
    promotion.open_review(shop, release, by="person:maker")
    for part in ReviewPart:
        fill(shop, release, Evidence(part, "Looked at it."), by=who(shop))
    sign(shop, release, by=who(shop, "adaeze"), because="Fine.")


def kinds(shop: Bakery) -> list[str]:
    return shop.kinds("house")


# --- the gate and the checklist -----------------------------------------------------------------


def test_the_gate_is_run_once_for_a_release(shop: Bakery) -> None:
    release = made(shop, SPELLED)
    first = gate_of(shop, release, by="house")
    assert first.verdict is Verdict.HELD and "nothing was rehearsed" in first.reason
    assert gate_of(shop, release, by="house") == first
    assert kinds(shop).count("ReleaseGateRun") == 1
    shop.clock.advance(timedelta(hours=1))
    assert gate_of(shop, release, by="house", again=True).ran_at > first.ran_at


FAILING = "- {test: anybody may, action: till.refund_order, args: {order_id: CR-1001, amount_cents: 1}, " \
    "facts: {refundable: 9}, expect: {lane: allowed}}\n"  # fmt: skip
SCENARIO = (
    "scenario: hours\ntitle: Hours\nfrom: anna@mail.example\nsteps: [{customer: when are you open}]\n"
    "expect: {ends: resolved}\n"
)


def test_a_release_whose_gate_failed_exists_and_goes_nowhere(shop: Bakery) -> None:
    release = made(shop, {**SPELLED, "policies/tests.yaml": FAILING})
    for to in ("shadow", "canary", "production"):
        with pytest.raises(PromotionRefused, match="anybody may"):
            promote(shop, release, to, person=who(shop), reasons=Reasons(unrehearsed="I am sure."))  # type: ignore[arg-type]
    with shop.database.read() as reader:
        assert release in releases.list_releases(reader)
        assert releases.deployed(reader) != release


def test_what_cannot_be_rehearsed_here_waits_for_a_reason(shop: Bakery) -> None:
    real = FILES["systems/till.yaml"].replace('kind: mcp, command: ["{python}", "-m", "crumb.till"]',
                                              'kind: mcp, url: "https://till.example"')  # fmt: skip
    base = made(shop, {"scenarios/one.yaml": SCENARIO, "systems/till.yaml": real})
    now = shop.clock.now()
    with shop.database.write() as tx:
        releases.deploy(tx, base, ledger=shop.ledger, by="house", now=now)
    release = made(shop, {**SPELLED, "scenarios/one.yaml": SCENARIO, "systems/till.yaml": real})
    with pytest.raises(PromotionRefused, match="could not be played"):
        promote(shop, release, "production", person=who(shop))
    done = promote(shop, release, "production", person=who(shop), reasons=Reasons(unrehearsed="Played at the vendor."))
    assert "Played at the vendor." in done.checklist.checks[0].sentence
    assert shop.entries("house")[-1].body["because"] == "Without rehearsal: Played at the vendor."


def test_a_change_that_alters_no_risk_goes_to_everybody_at_once(shop: Bakery) -> None:
    release = made(shop, SPELLED)
    done = promote(shop, release, "production", person=who(shop))
    assert [check.done for check in done.checklist.checks] == [
        True,
        True,
        *[None] * 3,
        True,
        None,
        None,
        True,
        *[None] * 3,
    ]
    assert shop.current().digest == release.digest
    assert "ReleaseReviewOpened" not in kinds(shop)


def test_a_change_of_risk_waits_for_the_review_and_a_canary(shop: Bakery) -> None:
    release = made(shop, LOOSER)
    for to in ("shadow", "canary", "production"):
        with pytest.raises(PromotionRefused, match="lacks model vendor, data handling"):
            promote(shop, release, to, person=who(shop))  # type: ignore[arg-type]
    with shop.database.read() as reader:
        assert environments.placed(reader, "shadow") is None
    reviewed(shop, release)
    with pytest.raises(PromotionRefused, match="served no canary"):
        promote(shop, release, "production", person=who(shop))
    reasons = Reasons(without_canary="Law demands it today.", because="Law.")
    done = promote(shop, release, "production", person=who(shop), reasons=reasons)
    assert checklist_json(done.checklist)["ready"] is True
    assert shop.entries("house")[-1].body["because"] == "Law. Without a canary: Law demands it today."
    assert shop.verifies()


def test_a_review_stands_for_one_base_only(shop: Bakery) -> None:
    release, other = made(shop, LOOSER), made(shop, CHANGED)
    reviewed(shop, release)
    reviewed(shop, other)
    promote(shop, other, "production", person=who(shop), reasons=Reasons(without_canary="Now."))
    with pytest.raises(PromotionRefused, match="wait for the review"):
        promote(shop, release, "shadow", person=who(shop))


def test_who_may_not_release_promotes_nothing(shop: Bakery) -> None:
    release = made(shop, SPELLED)
    for name in ("tom", "priya", "hana", "adaeze"):
        with pytest.raises(MayNot, match="promote"):
            promote(shop, release, "production", person=who(shop, name))
    assert shop.current().digest != release.digest


def test_the_sandbox_is_where_every_release_is(shop: Bakery) -> None:
    with pytest.raises(WrongUsage, match="sandbox"):
        promote(shop, made(shop, SPELLED), "sandbox", person=who(shop))


def test_what_is_in_production_is_neither_reviewed_nor_placed(shop: Bakery) -> None:
    with shop.database.read() as reader:
        current = releases.deployed(reader)
        assert current is not None and reviews_of(shop, reader, current) is None
    with pytest.raises(ReviewNotNeeded):
        fill(shop, current, Evidence("monitoring", "x"), by=who(shop))
    with pytest.raises(AlreadyAtWork):
        promote(shop, current, "shadow", person=who(shop))


# --- the canary ---------------------------------------------------------------------------------


def canary(shop: Bakery, files: dict[str, str], share: int = 50) -> Release:
    release = made(shop, files)
    reviewed(shop, release)
    promote(shop, release, "canary", person=who(shop), share=share)
    return release


def serve(shop: Bakery, text: str, count: int, *, prefix: str = "c") -> dict[str, int]:
    """So many customers write this; how many cases began on which release."""
    begun: dict[str, int] = {}
    for number in range(count):
        case = shop.write(text, address=f"{prefix}{number}@mail.example")
        begun[case.release] = begun.get(case.release, 0) + 1
    return begun


def test_a_canary_serves_some_customers_and_nobody_flips(shop: Bakery) -> None:
    release = canary(shop, CHANGED)
    begun = serve(shop, "when are you open", 30)
    assert set(begun) == {release.digest, shop.current().digest}
    shop.clock.advance(timedelta(days=30))
    again = serve(shop, "when are you open", 30)
    assert again == begun


def complaints(shop: Bakery, count: int) -> None:
    serve(shop, "this is a disgrace, I want to complain", count)


def test_a_breached_guard_takes_the_canary_back_by_itself_and_pages(shop: Bakery) -> None:
    paged: list[tuple[str, str, str]] = []
    shop.page = lambda because, severity, about: paged.append((because, severity, about))
    worse = FILES["intents/all.yaml"].replace(
        "- intent: opening_hours\n", "- intent: opening_hours\n  hand_over: true\n"
    )
    about = ABOUT.replace("answers:\n  - {intent: opening_hours, say: opening_hours}\n", "")
    release = canary(shop, {"intents/all.yaml": worse, "operation.yaml": about})
    serve(shop, "when are you open", 5)
    assert watch_guards(shop) is None
    serve(shop, "when are you open", 40, prefix="d")
    done = watch_guards(shop)
    assert done is not None and done.left == release and done.by == "house"
    assert "Cases given to a person" in done.because
    assert paged == [(done.because, "high", f"release:{release.digest}")]
    assert watch_guards(shop) is None
    with shop.database.read() as reader:
        assert environments.placed(reader, "canary") is None
        (told,) = list_rollbacks(reader, shop.clock.now())
    assert told.because == done.because and told.environment == "canary"
    assert kinds(shop)[-1] == "ReleaseWithdrawn"
    assert set(serve(shop, "when are you open", 10, prefix="e")) == {shop.current().digest}


def test_a_canary_that_holds_becomes_production_and_makes_place(shop: Bakery) -> None:
    release = canary(shop, CHANGED)
    with pytest.raises(PromotionRefused, match="before 5 cases"):
        promote(shop, release, "production", person=who(shop))
    serve(shop, "track CR-1001", 40)
    with shop.database.read() as reader:
        weighed = weigh_canary(shop, reader)
    assert weighed is not None and {state.standing for state in weighed.states} == {Standing.HOLDS}
    assert "resolved without a person" in effect_in_words(weighed)
    assert effect_in_words(None) == ""
    promote(shop, release, "production", person=who(shop))
    with shop.database.read() as reader:
        assert environments.placed(reader, "canary") is None
        assert weigh_canary(shop, reader) is None
    assert shop.current().digest == release.digest


def test_the_stage_of_the_canary_is_its_own(shop: Bakery) -> None:
    release = canary(shop, CHANGED)
    shop.desk("lena").set_stage("cancel_order", Stage.SHADOW, because="Only look.", where="canary")
    begun = {}
    for number in range(12):
        case = shop.write(f"cancel CR-{1001} please", "anna@mail.example", "yes", address=f"s{number}@mail.example")
        begun.setdefault(case.release, []).append(shop.kinds(case))
    assert all("ActionShadowed" in found and "ActionPerformed" not in found for found in begun[release.digest])
    assert not any("ActionShadowed" in found for found in begun[shop.current().digest])


# --- rolling back -------------------------------------------------------------------------------


def test_one_command_takes_back_what_was_promoted_last(shop: Bakery) -> None:
    before = shop.current().digest
    release = made(shop, SPELLED)
    promote(shop, release, "production", person=who(shop))
    shop.clock.advance(timedelta(minutes=1))
    later = canary(shop, {**SPELLED, **CHANGED})
    assert roll_back(shop, by="person:lena").left == later
    done = roll_back(shop, by="person:lena", because="It is wrong.")
    assert (done.environment, done.left, done.to.digest) == ("production", release, before)
    assert shop.current().digest == before
    with pytest.raises(NothingToRollBack):
        roll_back(shop, by="person:lena")
    with pytest.raises(NothingPlaced):
        roll_back(shop, by="person:lena", place="shadow")
    assert shop.verifies()


def test_a_shadow_can_be_taken_back(shop: Bakery) -> None:
    release = made(shop, SPELLED)
    promote(shop, release, "shadow", person=who(shop))
    assert roll_back(shop, by="person:lena").environment == "shadow"
    promote(shop, release, "shadow", person=who(shop))
    promote(shop, release, "production", person=who(shop))
    with shop.database.read() as reader:
        assert environments.placed(reader, "shadow") is None


def test_a_shadow_decides_live_actions_and_performs_none(shop: Bakery) -> None:
    release = made(shop, LOOSER)
    reviewed(shop, release)
    promote(shop, release, "shadow", person=who(shop))
    same = shop.write("refund 20 EUR for CR-1002", "anna@mail.example", "yes")
    shop.clock.advance(timedelta(days=5))
    other = shop.write("refund 60 EUR for CR-1002 please", "anna@mail.example", "yes")
    assert (same.release, other.release) == (shop.current().digest,) * 2
    with shop.database.read() as reader:
        found = status(shop, reader)
    assert found.shadowed is not None and found.shadowed.asked == 2
    assert found.shadowed.otherwise == {other.id: "till.refund_order"}
    assert len(shop.effects()) == 1 and other.owner is Owner.WAITING_ON_PERSON
    (entry,) = [entry for entry in shop.entries(other) if entry.kind == "ShadowDecided"]
    assert entry.body["was"]["approvers"] == ["refund_approver"] and entry.body["would_be"]["lane"] == "allowed"
    assert status_json(found)["shadow_decisions"]["asked"] == 2
    assert shop.verifies()


def test_a_shadow_that_cannot_tell_the_facts_holds_nobody_up(shop: Bakery) -> None:
    records = "records: {order: {read: "
    renamed = FILES["systems/till.yaml"].replace(f"{records}get_order", f"{records}get_points", 1)
    release = made(shop, {"systems/till.yaml": renamed})
    with shop.database.write() as tx:
        change = environments.Change("house", shop.clock.now())
        environments.place(tx, release, "shadow", ledger=shop.ledger, change=change)
    case = shop.write("cancel CR-1001 please", "anna@mail.example", "yes")
    assert case.outcome == "resolved"
    assert "ShadowDecided" in shop.kinds(case)


def test_the_rollback_drill_tells_how_long_it_took(shop: Bakery) -> None:
    """Two processes serve; the new release is taken back; each says when it had the old one, and a customer came."""
    watches = [Watch(shop), Watch(shop)]
    promote(shop, made(shop, SPELLED), "production", person=who(shop))
    for watch in watches:
        watch.look()
    shop.clock.advance(timedelta(minutes=5))
    for watch in watches:
        watch.look()
    done = roll_back(shop, by="person:lena", because="Drill.")
    with shop.database.read() as reader:
        (told,) = list_rollbacks(reader, shop.clock.now())
        assert (told.seconds_to_all, told.seconds_to_first_case) == (None, None)
    shop.clock.advance(timedelta(seconds=2))
    watches[0].look()
    with shop.database.read() as reader:
        assert list_rollbacks(reader, shop.clock.now())[0].seconds_to_all is None
        assert [process.serves for process in status(shop, reader).processes].count(True) == 1
    shop.clock.advance(timedelta(seconds=1))
    watches[1].look()
    case = shop.write("when are you open")
    with shop.database.read() as reader:
        (told,) = list_rollbacks(reader, shop.clock.now())
        shown = status_json(status(shop, reader))
    assert case.release == done.to.digest
    assert (told.seconds_to_effect, told.seconds_to_all, told.seconds_to_first_case) == (0.0, 3.0, 3.0)
    assert shown["rollbacks"][0] == rollback_json(told)
    assert [process["serves"] for process in shown["processes"]] == [True, True]


def test_a_process_that_is_gone_is_not_waited_for(shop: Bakery) -> None:
    gone, here = Watch(shop), Watch(shop)
    promote(shop, made(shop, SPELLED), "production", person=who(shop))
    gone.look()
    shop.clock.advance(timedelta(minutes=2))
    roll_back(shop, by="person:lena")
    here.look()
    with shop.database.read() as reader:
        assert list_rollbacks(reader, shop.clock.now())[0].seconds_to_all == 0.0


def test_the_watch_looks_until_the_house_closes_and_then_leaves(shop: Bakery) -> None:
    stop = threading.Event()
    watch = Watch(shop)
    running = threading.Thread(target=watch.run, args=(stop,))
    running.start()
    for _ in range(100):
        with shop.database.read() as reader:
            if status(shop, reader).processes:
                break
        stop.wait(0.05)
    else:
        pytest.fail("The watch never said that it serves.")
    stop.set()
    running.join(timeout=10)
    with shop.database.read() as reader:
        assert status(shop, reader).processes == []


def test_the_watch_weighs_the_canary_again_after_a_while(shop: Bakery) -> None:
    canary(shop, CHANGED)
    watch = Watch(shop)
    watch.look()
    serve(shop, "when are you open", 3)
    shop.clock.advance(timedelta(seconds=20))
    watch.look()
    with shop.database.read() as reader:
        (process,) = status(shop, reader).processes
    assert process.serves and process.seen_at == shop.clock.now()


# --- moving cases -------------------------------------------------------------------------------


def test_a_case_in_flight_is_moved_and_goes_on_there(shop: Bakery) -> None:
    case = shop.write("cancel CR-1001 please", "anna@mail.example")
    release = made(shop, CHANGED)
    moved = move_case(shop.house, case.id, release.digest, actor="person:lena", because="Taken along.")
    assert moved.refused == ""
    shop.run_due()
    after = shop.write("yes")
    assert (after.id, after.release, after.outcome) == (case.id, release.digest, "resolved")
    (entry,) = [entry for entry in shop.entries(case) if entry.kind == "CaseMoved"]
    assert (entry.body["from"], entry.body["to"], entry.body["steps"]) == (case.release, release.digest, ["offer"])
    assert move_case(shop.house, case.id, case.release, actor="person:lena", because="x").refused == "It has ended."
    assert shop.verifies()


def test_a_step_that_stands_elsewhere_is_found_again(shop: Bakery) -> None:
    case = shop.write("cancel CR-1001 please", "anna@mail.example")
    path = "procedures/cancel_order.yaml"
    longer = FILES[path].replace("  - id: offer\n", "  - say: opening_hours\n  - id: offer\n", 1)
    release = made(shop, {path: longer})
    assert move_case(shop.house, case.id, release.digest, actor="person:lena", because="x").refused == ""
    shop.run_due()
    assert shop.write("yes").outcome == "resolved"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  - id: offer\n    confirm: cancel\n", "  - id: propose\n    confirm: cancel\n", "The step offer"),
        ("do: till.cancel_order", "do: till.cancel_order", ""),
    ],
)
def test_a_case_whose_step_is_gone_stays(shop: Bakery, old: str, new: str, told: str) -> None:
    case = shop.write("cancel CR-1001 please", "anna@mail.example")
    path = "procedures/cancel_order.yaml"
    release = made(shop, {path: FILES[path].replace(old, new), **CHANGED})
    assert told in move_case(shop.house, case.id, release.digest, actor="person:lena", because="x").refused
    assert (shop.case(case.id).release == case.release) is bool(told)


def test_a_case_that_waits_for_an_approval_stays(shop: Bakery) -> None:
    case = shop.write("refund 60 EUR for CR-1002", "anna@mail.example", "yes")
    assert shop.case(case.id).owner is Owner.WAITING_ON_PERSON
    release = made(shop, CHANGED)
    assert "approval" in move_case(shop.house, case.id, release.digest, actor="person:lena", because="x").refused


def test_a_case_is_not_moved_to_where_it_is_or_to_where_its_procedure_is_not(shop: Bakery) -> None:
    case = shop.write("cancel CR-1001 please", "anna@mail.example")
    assert "already" in move_case(shop.house, case.id, case.release, actor="person:lena", because="x").refused
    intents = FILES["intents/all.yaml"].replace("- intent: cancel_order\n  procedure: cancel_order",
                                                "- intent: cancel_order\n  hand_over: true")  # fmt: skip
    files = {path: text for path, text in FILES.items() if path != "procedures/cancel_order.yaml"}
    operation = load_files({**files, "intents/all.yaml": intents}, Path("crumb")).operation
    assert operation is not None
    with shop.database.write() as tx:
        release = releases.create_release(tx, operation, ledger=shop.ledger, by="house", note="", now=shop.clock.now())
    found = move_case(shop.house, case.id, release.digest, actor="person:lena", because="x")
    assert found.refused == "The procedure cancel_order does not exist there."


# --- what is told -------------------------------------------------------------------------------


def test_the_blast_radius_counts_what_the_change_reached(shop: Bakery) -> None:
    shop.write("refund 20 EUR for CR-1001", "anna@mail.example", "yes")
    shop.write("when are you open", address="z@mail.example")
    shop.clock.advance(timedelta(days=2))
    with shop.database.read() as reader:
        base = releases.deployed(reader)
        assert base is not None
    diff = risk_diff(shop, base, made(shop, LOOSER))
    with shop.database.read() as reader:
        blast = blast_radius(reader, shop.operation_of(diff.new.digest), diff.changes, shop.clock.now())
        shown = diff_json(diff, blast)
    assert (blast.cases, blast.of_cases, blast.customers, blast.writes) == (1, 2, 1, 1)
    assert (str(blast.money), str(blast.money_a_day)) == ("20.00 EUR", "10.00 EUR")
    assert blast.cases_a_day == pytest.approx(0.5, abs=0.01)
    assert blast.procedures == ("refund_order",) and blast.actions == ("till.refund_order",)
    assert "1 of 2 cases of 1 customers" in blast.sentence
    assert shown["needs_review"] and shown["blast_radius"]["money_minor"] == 2000


def test_a_change_without_a_place_reaches_every_procedure(shop: Bakery) -> None:
    threshold = ABOUT + "understanding: {minimum_confidence: 0.1}\n"
    with shop.database.read() as reader:
        base = releases.deployed(reader)
        assert base is not None
        diff = risk_diff(shop, base, made(shop, {"operation.yaml": threshold}))
        blast = blast_radius(reader, shop.current(), diff.changes, shop.clock.now())
    assert set(blast.procedures) == set(shop.current().procedures)
    assert blast.sentence.startswith("No cases") and blast.cases_a_day == 0.0


def test_release_notes_are_plain_words(shop: Bakery) -> None:
    with shop.database.read() as reader:
        base = releases.deployed(reader)
        assert base is not None
    operation = operation_of({**LOOSER, **CHANGED})
    diff = risk_diff(shop, base, made(shop, {**LOOSER, **CHANGED}))
    notes = notes_of(diff, operation, "The canary was fine.")
    assert one_line("We are open until eight", notes.customers)
    assert one_line("refund-small means something else", notes.rules)
    assert "The canary was fine." in notes.as_text and "New." in notes.as_text
    assert must_know(diff, operation) == ("Priya Raman, who owns operations",)
    assert "everything is new" in first_notes("One", "").as_text


def test_the_way_to_production_is_measured_from_the_first_draft(shop: Bakery) -> None:
    made(shop, CHANGED)
    shop.clock.advance(timedelta(hours=30))
    release = made(shop, SPELLED)
    shop.clock.advance(timedelta(hours=6))
    promote(shop, release, "production", person=who(shop))
    with shop.database.read() as reader:
        found = status(shop, reader)
    assert found.leads[release.digest] == timedelta(hours=36)
    assert status_json(found)["lead_time_hours"][release.digest] == 36.0


def test_a_bundle_names_all_that_decides(bakery: Bakery, folder: Path) -> None:
    (folder / "contracts").mkdir()
    (folder / "contracts" / "parcels.odcs.yaml").write_text(PARCELS, encoding="utf-8")
    release = folders.create_release(bakery, folder, by="person:hana", note="")
    with bakery.database.read() as reader:
        bundle = bundle_of(reader, release.digest)
        assert bundle_of(reader, "0" * 64) is None
    assert bundle is not None
    assert bundle["digest"] == bundle_digest(release, versions()) and bundle["differs_here"] == []
    assert set(versions()) == {"aboveloop", "libraries", "understanding", "policy_engine"}
    folders.create_release(bakery, folder, by="person:hana", note="again")
    (recorded,) = [each for each in bakery.entries("house") if each.kind == "ReleaseBundled"]
    assert bundle["data_contracts"] == recorded.body["data_contracts"] == {"parcels": "1.2.0"}


def test_a_review_is_told_as_it_stands(shop: Bakery) -> None:
    release = made(shop, LOOSER)
    promotion.open_review(shop, release, by="person:maker")
    found = fill(shop, release, Evidence("monitoring", "Looked.", "https://wiki.example"), by=who(shop))
    shown = review_json(found)
    assert shown is not None and shown["parts"]["monitoring"]["link"] == "https://wiki.example"
    assert shown["signed_by"] is None and len(shown["missing"]) == 4
    assert review_json(None) is None and gate_json(None) is None


def unready(shop: Bakery, old: str, new: str) -> Release:
    """A release that differs only in who answers for it."""
    assert old in FILES["operation.yaml"]
    return made(shop, {"operation.yaml": FILES["operation.yaml"].replace(old, new)})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("business: hana, ", "", "Nobody holds the duty Business outcome"),
        ("escalation: tom,", "", "Nobody holds the duty Edge cases and escalation"),
        ("kpis: priya, ", "", "Nobody holds the duty KPIs"),
        (
            "roles: [clerk], trained: 2026-02-02",
            "roles: [clerk]",
            "Tom Berg acts on customers' cases and was not trained",
        ),
    ],
)
def test_without_owner_escalation_kpi_owner_or_training_no_release_goes_live(
    shop: Bakery, old: str, new: str, said: str
) -> None:
    release = unready(shop, old, new)
    for to in ("canary", "production"):
        with pytest.raises(PromotionRefused, match=said):
            promote(shop, release, to, person=who(shop))
    gate = gate_of(shop, release, by="house")
    assert gate.verdict is Verdict.HELD, "what it lacks is no matter of tests"
    assert "Ready to go live" not in [check.name for check in checklist(shop, release, "shadow").checks]


def test_where_signatures_are_asked_for_a_release_waits_for_them(shop: Bakery) -> None:
    release = made(shop, {"operation.yaml": FILES["operation.yaml"] + "sign_off: [security, legal]\n"})
    (check,) = [each for each in checklist(shop, release, "production").checks if each.name == "Sign-off"]
    assert check.done is False and "Security, Legal and compliance" in check.sentence
    operation = shop.operation_of(release.digest)
    people = people_of(operation)
    for duty, holder in (("security", "tom"), ("legal", "hana")):
        with shop.database.write() as tx:
            now = shop.house.clock.now()
            for other in people.values():
                if other.id != holder:
                    with pytest.raises(MayNot, match="does not hold the duty"):
                        sign_for(tx, shop.ledger, operation, release, duty, by=other, now=now)
            assert sign_for(tx, shop.ledger, operation, release, duty, by=people[holder], now=now) is True
            assert sign_for(tx, shop.ledger, operation, release, duty, by=people[holder], now=now) is False
    (check,) = [each for each in checklist(shop, release, "production").checks if each.name == "Sign-off"]
    assert check.done is True
    assert kinds(shop).count("ReleaseSignedOff") == 2


def test_nobody_signs_for_a_duty_that_signs_nothing(shop: Bakery) -> None:
    release = made(shop, SPELLED)
    operation = shop.operation_of(release.digest)
    with shop.database.write() as tx, pytest.raises(MayNot):
        hana = people_of(operation)["hana"]
        sign_for(tx, shop.ledger, operation, release, "business", by=hana, now=shop.house.clock.now())
