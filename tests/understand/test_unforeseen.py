"""What nobody foresaw: told by the batch itself, and paid for only where there is some."""

import numpy as np
import pytest

from aboveloop.understand.promise import Tried, promise
from aboveloop.understand.sureness import TAKEN_FOR_OUTSIDE, UNFORESEEN, Sureness
from aboveloop.understand.unforeseen import Strangers, Unforeseen

CAP = 0.05


def strangers(generator: np.random.Generator, count: int, sure: float, *, intents: int = 20) -> Strangers:
    """Of some intents, of which the model is surer of some than of others."""
    intent = generator.integers(intents, size=count)
    of_intent = sure * generator.uniform(0.6, 1.4, size=intents)
    return Strangers(Sureness.of_reading(generator.beta(4 * of_intent[intent] + 0.2, 1.5)), intent)


def foreseen(generator: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    confidence = generator.beta(8, 0.4, size=count)
    return confidence, generator.random(count) > confidence


def tried(generator: np.random.Generator, *, given: int = 0) -> Tried:
    near, far = strangers(generator, 1_500, 0.8), strangers(generator, 800, 0.1)
    named = Strangers(Sureness.of_reading(generator.beta(0.6, 1.5, size=given)), np.zeros(given, dtype=np.intp))
    confidence, wrong = foreseen(generator, 1_500)
    return Tried(Sureness.of_reading(confidence), wrong, Unforeseen(near, far, named))


def automated_and_wrong(known: Tried, generator: np.random.Generator, share: float, sure: float) -> tuple[float, float]:
    """Of a batch of a thousand, so large a share of which is about nothing foreseen."""
    count = round(1_000 * share)
    confidence, wrong = foreseen(generator, 1_000 - count)
    batch = np.concatenate([confidence, strangers(generator, count, sure).sure.confidence])
    mistaken = np.concatenate([wrong, np.ones(count, dtype=bool)])
    taken = promise(known, cap=CAP, batch=Sureness.of_reading(batch)).takes(Sureness.of_reading(batch))
    return float(taken.mean()), float(mistaken[taken].mean()) if taken.any() else 0.0


def test_batches_full_of_unforeseen_intents_break_the_cap_in_at_most_a_tenth() -> None:
    generator = np.random.default_rng(3)
    found = [automated_and_wrong(tried(generator), generator, 0.13, 0.8) for _ in range(80)]
    assert sum(wrong > CAP for _, wrong in found) <= 80 * 0.1 + 2 * np.sqrt(80 * 0.09)
    assert np.mean([automated for automated, _ in found]) > 0.4


def test_where_all_is_foreseen_more_is_automated_than_where_nobody_knows() -> None:
    generator = np.random.default_rng(4)
    known = tried(generator)
    unknown = promise(known, cap=CAP).share
    shares = [automated_and_wrong(known, generator, 0.0, 0.8)[0] for _ in range(10)]
    assert np.mean(shares) > unknown


def test_the_more_a_batch_holds_of_what_nobody_foresaw_the_less_of_it_is_automated() -> None:
    generator = np.random.default_rng(5)
    known = tried(generator)
    shares = [
        np.mean([automated_and_wrong(known, generator, share, 0.8)[0] for _ in range(5)])
        for share in (0.0, 0.05, 0.15, 0.3)
    ]
    assert shares == sorted(shares, reverse=True)


def test_messages_named_as_out_of_scope_never_loosen_what_is_foreseen() -> None:
    """However many are given, a batch without any is automated all but alike: they are no share of the messages."""
    few, many = (tried(np.random.default_rng(6), given=given) for given in (10, 3_000))
    one, other = (automated_and_wrong(each, np.random.default_rng(7), 0.0, 0.8)[0] for each in (few, many))
    assert abs(one - other) < 0.05


def test_what_is_taken_for_out_of_scope_is_never_automated() -> None:
    confidence = np.concatenate([np.full(400, 0.9), np.full(100, TAKEN_FOR_OUTSIDE)])
    known = Tried(Sureness.of_reading(confidence), np.zeros(500, dtype=bool))
    assert promise(known, cap=0.2).threshold == 0.9
    nothing = Tried(Sureness.of_reading(np.full(500, TAKEN_FOR_OUTSIDE)), np.zeros(500, dtype=bool))
    assert promise(nothing, cap=0.2).threshold is None


def with_scope(generator: np.random.Generator, confidence: np.ndarray, *, known: bool) -> Sureness:
    """What is foreseen looks so, however hard it is to read."""
    return Sureness(confidence, generator.beta(*((9, 1) if known else (2, 2)), size=len(confidence)))


def test_messages_that_are_hard_but_foreseen_do_not_pass_for_strangers() -> None:
    generator = np.random.default_rng(8)
    plain = tried(generator)
    unforeseen = Unforeseen(
        *(
            Strangers(with_scope(generator, each.sure.confidence, known=False), each.intent)
            for each in (plain.unforeseen.near, plain.unforeseen.far)
        )
    )
    told = Tried(with_scope(generator, plain.sure.confidence, known=True), plain.wrong, unforeseen)
    blind, seeing = [], []
    for _ in range(8):
        hard = foreseen(generator, 850)[0], strangers(generator, 150, 0.5).sure.confidence
        batch = with_scope(generator, np.concatenate(hard), known=True)
        blind.append(promise(plain, cap=CAP, batch=Sureness.of_reading(batch.confidence)).share)
        seeing.append(promise(told, cap=CAP, batch=batch).share)
    assert np.mean(seeing) > np.mean(blind) + 0.02


def test_the_fewer_intents_stand_in_for_strangers_the_less_is_promised() -> None:
    """A few hidden intents may by chance all be among those that the model is least sure of."""
    shares = []
    for intents in (5, 80):
        generator = np.random.default_rng(9)
        near, far = (strangers(generator, 2_000, sure, intents=intents) for sure in (0.8, 0.1))
        confidence, wrong = foreseen(generator, 1_500)
        known = Tried(Sureness.of_reading(confidence), wrong, Unforeseen(near, far))
        shares.append(np.mean([automated_and_wrong(known, generator, 0.15, 0.8)[0] for _ in range(6)]))
    assert shares[0] < shares[1]


@pytest.mark.parametrize(("share", "loose"), [(0.0, 0.05), (0.05, 0.08), (0.15, 0.12)])
def test_a_batch_tells_at_most_how_much_of_it_nobody_foresaw(share: float, loose: float) -> None:
    generator = np.random.default_rng(8)
    known, told = tried(generator), []
    for _ in range(30):
        count = round(1_000 * share)
        confidence, _ = foreseen(generator, 1_000 - count)
        batch = np.concatenate([confidence, strangers(generator, count, 0.8).sure.confidence])
        told.append(promise(known, cap=CAP, batch=Sureness.of_reading(batch)).unforeseen)
    found = np.array(told, dtype=float)
    assert (found >= share).mean() >= 0.9
    assert found.mean() < share + loose


def test_the_fewer_a_batch_holds_of_what_nobody_foresaw_the_surer_its_readings_are() -> None:
    generator = np.random.default_rng(10)
    known, supposed = tried(generator), []
    for share in (0.0, 0.15, 0.3):
        count = round(1_000 * share)
        confidence, _ = foreseen(generator, 1_000 - count)
        sure = Sureness.of_reading(np.concatenate([confidence, strangers(generator, count, 0.8).sure.confidence]))
        kept = promise(known, cap=CAP, batch=sure)
        supposed.append(kept.supposed)
        assert kept.unforeseen is not None and 0 < kept.supposed <= kept.unforeseen
        assert (kept.takes(sure) == (sure.among(kept.supposed).confidence >= kept.threshold)).all()
    assert supposed == sorted(supposed) and supposed[0] < 0.05 and supposed[-1] > 0.15
    assert promise(known, cap=CAP).supposed == UNFORESEEN


def test_without_a_batch_nothing_is_told_of_it() -> None:
    assert promise(tried(np.random.default_rng(9)), cap=CAP).unforeseen is None
