"""The gate, the five-part review and the guards: what a release must have behind it, on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aboveloop.govern.errors import ReasonMissing, RoleMissing
from aboveloop.govern.people import Person
from aboveloop.govern.promotion import gate
from aboveloop.govern.promotion.errors import OwnRelease, PartUnknown, ReviewIncomplete, ReviewNotNeeded
from aboveloop.govern.promotion.gate import Played, Verdict, result_of
from aboveloop.govern.promotion.guards import Count, Standing, Weighed, fisher_greater, judge, weigh
from aboveloop.govern.promotion.review import Evidence, Reviews, median_time
from aboveloop.kit.database import Database
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.changes.change import ReviewPart
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Guard, Operation
from aboveloop.operation.releases import Release, create_release
from operation.kettle import FILES

ABOUT = FILES["operation.yaml"].replace("roles:\n", "roles:\n  responsible_ai_lead: {may: [approve, audit]}\n")
ADAEZE = Person("adaeze", "Adaeze Nwosu", frozenset({"responsible_ai_lead"}), frozenset({"approve", "audit"}))
YUKI = Person("yuki", "Yuki Tanabe", frozenset({"responsible_ai_lead", "designer"}), frozenset({"release"}))
NOOR = Person("noor", "Noor Haddad", frozenset({"manager"}), frozenset({"release"}))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(b"m" * 32, b"s" * 32)


def kettle(text: str) -> Operation:
    files = {**FILES, "operation.yaml": ABOUT, "messages/en/kept.md": text}
    operation = load_files(files, Path("kettle")).operation
    assert operation is not None
    return operation


@pytest.fixture
def pair(database: Database, ledger: Ledger, now: datetime) -> Iterator[tuple[Release, Release]]:
    """What is in production, and what Yuki made."""
    with database.write() as tx:
        first = create_release(tx, kettle("a"), ledger=ledger, by=NOOR.actor, note="", now=now)
        second = create_release(tx, kettle("b"), ledger=ledger, by=YUKI.actor, note="", now=now)
    yield first, second


# --- the gate -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("played", "verdict", "told"),
    [
        (Played(3, 2, (), "", 0.5), Verdict.HELD, "3 policy tests and 2 scenarios hold."),
        (Played(3, 0, (), "", 0.5), Verdict.HELD, "nothing was rehearsed"),
        (Played(3, 2, ("scenario one: no.",), "", 0.5), Verdict.FAILED, "1 of its"),
        (Played(3, 2, ("policy test: no.",), "A real one.", 0.5), Verdict.FAILED, "1 of its"),
        (Played(3, 2, (), "The shop is a real one.", 0.5), Verdict.UNPROVEN, "The shop is a real one."),
    ],
)
def test_the_verdict_follows_from_what_was_played(played: Played, verdict: Verdict, told: str, now: datetime) -> None:
    result = result_of(played, version="1", now=now)
    assert result.verdict is verdict and told in result.reason


def test_a_result_is_kept_for_its_version_of_the_software(
    database: Database, ledger: Ledger, pair: tuple[Release, Release], now: datetime
) -> None:
    result = result_of(Played(3, 2, ("scenario one: no.",), "", 0.5), version="1", now=now)
    with database.write() as tx:
        gate.record(tx, pair[1], result, ledger=ledger, by="house")
        gate.record(tx, pair[1], result, ledger=ledger, by="house")
    with database.read() as reader:
        assert gate.known(reader, pair[1].digest, "1") == result
        assert gate.known(reader, pair[1].digest, "2") is None
        assert [entry.kind for entry in ledger.entries(reader, "house")][-2:] == ["ReleaseGateRun"] * 2


# --- the review ---------------------------------------------------------------------------------


def fill_all(database: Database, reviews: Reviews, now: datetime, *, but: ReviewPart | None = None) -> None:
    with database.write() as tx:
        for part in ReviewPart:
            if part is not but:
                reviews.fill(tx, Evidence(part, f"Looked at {part}.", "https://wiki.example"), by=NOOR, now=now)


def test_a_review_is_opened_once_filled_by_anybody_and_signed_by_the_role(
    database: Database, ledger: Ledger, pair: tuple[Release, Release], now: datetime
) -> None:
    reviews = Reviews(ledger, pair[1], pair[0])
    with database.write() as tx:
        assert median_time(tx) is None
        opened = reviews.open(tx, by=YUKI.actor, now=now)
        assert reviews.open(tx, by=NOOR.actor, now=now + timedelta(hours=1)) == opened
        assert opened.missing == tuple(ReviewPart) and not opened.is_signed
    fill_all(database, reviews, now)
    with database.write() as tx:
        signed = reviews.sign(tx, kettle("a"), by=ADAEZE, because="Fine.", now=now + timedelta(hours=5))
    assert (signed.signed_by, signed.because, signed.missing) == (ADAEZE.actor, "Fine.", ())
    assert signed.parts[ReviewPart.MONITORING].filled_by == NOOR.actor
    with database.read() as reader:
        assert median_time(reader) == timedelta(hours=5)
        kinds = [entry.kind for entry in ledger.entries(reader, "house")]
    assert kinds[-7:] == ["ReleaseReviewOpened", *["ReleaseReviewFilled"] * 5, "ReleaseReviewSigned"]


def test_a_part_that_changes_after_the_signature_is_signed_anew(
    database: Database, ledger: Ledger, pair: tuple[Release, Release], now: datetime
) -> None:
    reviews = Reviews(ledger, pair[1], pair[0])
    with database.write() as tx:
        reviews.open(tx, by=YUKI.actor, now=now)
    fill_all(database, reviews, now)
    with database.write() as tx:
        assert reviews.sign(tx, kettle("a"), by=ADAEZE, because="", now=now).is_signed
        assert not reviews.fill(tx, Evidence("monitoring", "Something else."), by=NOOR, now=now).is_signed
        assert reviews.sign(tx, kettle("a"), by=ADAEZE, because="", now=now).is_signed


@pytest.mark.parametrize("missing", list(ReviewPart))
def test_a_review_that_lacks_any_part_is_not_signed(
    database: Database, ledger: Ledger, pair: tuple[Release, Release], now: datetime, missing: ReviewPart
) -> None:
    reviews = Reviews(ledger, pair[1], pair[0])
    with database.write() as tx:
        reviews.open(tx, by=YUKI.actor, now=now)
    fill_all(database, reviews, now, but=missing)
    with database.write() as tx, pytest.raises(ReviewIncomplete, match=missing.value):
        reviews.sign(tx, kettle("a"), by=ADAEZE, because="", now=now)


def test_who_may_not_sign_does_not(
    database: Database, ledger: Ledger, pair: tuple[Release, Release], now: datetime
) -> None:
    reviews = Reviews(ledger, pair[1], pair[0])
    with database.write() as tx:
        with pytest.raises(ReviewNotNeeded):
            reviews.sign(tx, kettle("a"), by=ADAEZE, because="", now=now)
        reviews.open(tx, by=YUKI.actor, now=now)
    fill_all(database, reviews, now)
    with database.write() as tx:
        with pytest.raises(RoleMissing, match="responsible_ai_lead"):
            reviews.sign(tx, kettle("a"), by=NOOR, because="", now=now)
        with pytest.raises(OwnRelease, match="Somebody else"):
            reviews.sign(tx, kettle("a"), by=YUKI, because="", now=now)
        found = reviews.find(tx)
    assert found is not None and not found.is_signed


def test_a_part_is_one_of_five_and_says_something(
    database: Database, ledger: Ledger, pair: tuple[Release, Release], now: datetime
) -> None:
    reviews = Reviews(ledger, pair[1], pair[0])
    with database.write() as tx:
        reviews.open(tx, by=YUKI.actor, now=now)
        with pytest.raises(PartUnknown, match="taste"):
            reviews.fill(tx, Evidence("taste", "Good."), by=NOOR, now=now)
        with pytest.raises(ReasonMissing):
            reviews.fill(tx, Evidence("monitoring", " "), by=NOOR, now=now)


# --- the guards ---------------------------------------------------------------------------------

REFUSED = Guard(guard="refused", tolerance=0.02, minimum_cases=30, certainty=0.99)


@pytest.mark.parametrize(
    ("canary", "production", "standing"),
    [
        (Count(0, 29), Count(0, 500), Standing.WAITS),
        (Count(20, 100), Count(1, 29), Standing.WAITS),
        (Count(0, 0), Count(0, 0), Standing.WAITS),
        (Count(3, 100), Count(20, 900), Standing.HOLDS),
        (Count(0, 100), Count(100, 900), Standing.HOLDS),
        (Count(6, 100), Count(27, 900), Standing.BEYOND),
        (Count(15, 100), Count(27, 900), Standing.BREACHED),
        (Count(30, 30), Count(0, 30), Standing.BREACHED),
    ],
)
def test_a_guard_is_breached_only_beyond_tolerance_and_chance(
    canary: Count, production: Count, standing: Standing
) -> None:
    state = judge(REFUSED, canary, production)
    assert state.standing is standing
    assert f"{canary.bad} of {canary.cases}" in state.sentence


def test_the_exact_test_is_fishers() -> None:
    # The lady tasting tea: three of four cups right happens by chance in 17 of 70 tastings, four of four in 1.
    assert fisher_greater(Count(3, 4), Count(1, 4)) == pytest.approx(17 / 70)
    assert fisher_greater(Count(4, 4), Count(0, 4)) == pytest.approx(1 / 70)
    assert fisher_greater(Count(0, 4), Count(4, 4)) == pytest.approx(1.0)
    assert fisher_greater(Count(0, 0), Count(0, 0)) == 1.0
    assert 0 <= fisher_greater(Count(900, 10_000), Count(8_000, 100_000)) < 0.001


def weighed(canary: Count, *, alone: Count, before: Count) -> Weighed:
    production = Count(27, 900)
    return weigh([REFUSED], {"refused": canary}, {"refused": production}, alone=alone, alone_before=before)


def test_more_speed_at_the_cost_of_trust_is_objected_to() -> None:
    beyond = Count(6, 100)
    rising = weighed(beyond, alone=Count(80, 100), before=Count(600, 900))
    assert rising.breached == [] and "cost of trust" in rising.objections[0]
    falling = weighed(beyond, alone=Count(50, 100), before=Count(600, 900))
    assert falling.objections == []


def test_a_breach_and_a_lack_of_cases_are_objected_to_in_any_case() -> None:
    breached = weighed(Count(15, 100), alone=Count(0, 100), before=Count(600, 900))
    assert len(breached.breached) == len(breached.objections) == 1
    waiting = weighed(Count(0, 3), alone=Count(0, 3), before=Count(600, 900))
    assert waiting.breached == [] and "before 30 cases" in waiting.objections[0]
    assert weighed(Count(1, 100), alone=Count(99, 100), before=Count(600, 900)).objections == []
