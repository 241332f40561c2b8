"""Drift: noticed when it is there, rarely when it is not, and how right readings are, told from scores alone."""

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.measure.drift import Alarm, Reference, Watch, estimate, run_length, shift, threshold_for
from aboveloop.measure.errors import ReferenceTooSmall

RIGHT = 0.95


class World:
    """Messages whose scores look like those of a good reader: known ones low, unknown ones high."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)

    def known(self, count: int) -> list[float]:
        return self.chance.beta(1, 9, count).tolist()  # type: ignore[no-any-return]

    def unknown(self, count: int) -> list[float]:
        return self.chance.beta(5, 3, count).tolist()  # type: ignore[no-any-return]

    def mixed(self, count: int, share: float) -> list[float]:
        foreign = self.chance.random(count) < share
        return np.where(foreign, self.unknown(count), self.known(count)).tolist()  # type: ignore[no-any-return]

    def reference(self, size: int = 2000) -> Reference:
        return Reference.of(self.known(size), (self.chance.random(size) < RIGHT).tolist(), self.unknown(size))


@pytest.fixture(scope="module")
def usual() -> Reference:
    return World(1).reference()


@pytest.fixture(scope="module")
def threshold(usual: Reference) -> float:
    return threshold_for(usual)


def test_a_tenth_of_unknown_messages_is_noticed_within_three_hundred(usual: Reference, threshold: float) -> None:
    world = World(2)
    called = [Watch(usual, threshold).see(world.mixed(300, 0.1)) for _ in range(100)]

    assert sum(each is not None for each in called) >= 95
    shares = [each.share for each in called if each]
    assert 0.05 < float(np.median(shares)) < 0.3


def test_of_known_messages_alone_few_watches_call(usual: Reference, threshold: float) -> None:
    world = World(3)
    alarms = sum(Watch(usual, threshold).see(world.known(10_000)) is not None for _ in range(20))

    assert alarms <= 16, "one in two is expected: half a false alarm in 10,000 messages"


def test_the_counted_run_length_is_the_one_that_is_seen(usual: Reference) -> None:
    low, chance, lengths = 2.0, np.random.default_rng(4), []
    # One score of each bin, drawn as often as the reference says that it comes.
    scores = np.array([*usual.edges, 1.0]) - 1e-9
    for _ in range(200):
        watch, alarm = Watch(usual, low), None
        while alarm is None:
            alarm = watch.see(chance.choice(scores, 200, p=usual.usual()).tolist())
        lengths.append(alarm.at)

    assert float(np.mean(lengths)) == pytest.approx(run_length(usual, low), rel=0.25)


def test_what_was_seen_rarely_is_told_from_what_is_near_it() -> None:
    """The one known message among the most doubtful ones, or none: what a next one would tell hardly differs."""
    world = World(10)
    known, unknown = world.known(500), world.unknown(500)
    right = [True] * 500
    without = Reference.of([min(each, 0.6) for each in known], right, unknown)
    with_one = Reference.of([*known[1:], 0.97], right, unknown)

    assert without.evidence()[-1] == pytest.approx(with_one.evidence()[-1], abs=0.7)
    assert without.evidence()[-1] > 1


@pytest.mark.parametrize("nearness", [0.7, 1.5])
def test_unknown_messages_that_look_otherwise_than_hidden_intents_did_are_told_of_too(
    usual: Reference, nearness: float
) -> None:
    world = World(11)
    scores = [*world.known(800), *(world.chance.beta(5 * nearness, 3, 200).tolist())]
    found = estimate(usual, scores)

    assert found is not None
    assert found.low <= RIGHT * 0.8 <= found.high
    assert found.right == pytest.approx(RIGHT * 0.8, abs=0.04)


def test_a_higher_threshold_calls_less_often(usual: Reference) -> None:
    assert run_length(usual, 0) == 1 < run_length(usual, 1) < run_length(usual, 3) < run_length(usual, 6)


def test_the_alarm_says_since_when(usual: Reference, threshold: float) -> None:
    world = World(5)
    alarm = Watch(usual, threshold).see([*world.known(1000), *world.unknown(40)])

    assert isinstance(alarm, Alarm)
    assert 960 <= alarm.since <= alarm.at
    assert 1000 < alarm.at <= 1020


def test_a_stream_in_pieces_is_the_same_stream(usual: Reference, threshold: float) -> None:
    scores = World(6).mixed(400, 0.2)
    whole, pieces = Watch(usual, threshold), Watch(usual, threshold)
    found = [pieces.see([score]) for score in scores]

    assert whole.see(scores) == next(each for each in found if each)
    assert pieces.seen == whole.seen == 400


def test_a_watch_that_is_put_away_goes_on_where_it_was(usual: Reference, threshold: float) -> None:
    scores = World(6).mixed(400, 0.2)
    whole, watch = Watch(usual, threshold), Watch(usual, threshold)
    found = []
    for score in scores:
        found.append(watch.see([score]))
        watch = Watch.resumed(usual, threshold, json.loads(json.dumps(watch.as_json())))

    assert whole.see(scores) == next(each for each in found if each)
    assert watch.seen == 400


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 0.4])
def test_how_right_readings_are_is_told_within_three_points(usual: Reference, share: float) -> None:
    found = estimate(usual, World(7).mixed(1000, share))

    assert found is not None
    assert found.right == pytest.approx(RIGHT * (1 - share), abs=0.03)
    assert found.unknown == pytest.approx(share, abs=0.04)
    assert found.low <= found.right <= found.high


def test_of_few_messages_nothing_is_told(usual: Reference) -> None:
    assert estimate(usual, World(8).known(49)) is None


@pytest.mark.parametrize("scores", [[0.0] * 60, [1.0] * 60, [0.5] * 60])
def test_messages_all_alike_are_told_of_too(usual: Reference, scores: list[float]) -> None:
    found = estimate(usual, scores)

    assert found is not None
    assert 0 <= found.low <= found.right <= found.high <= 1


def test_from_too_few_held_back_messages_no_drift_is_watched() -> None:
    with pytest.raises(ReferenceTooSmall, match=r"there are 99 and 200\. More examples mend that"):
        Reference.of([0.1] * 99, [True] * 99, [0.9] * 200)


def test_scores_that_are_all_the_same_make_a_reference_that_never_calls() -> None:
    blind = Reference.of([0.5] * 100, [True] * 100, [0.5] * 100)

    assert Watch(blind).see([0.5] * 5000) is None


def test_a_reference_is_json(usual: Reference) -> None:
    assert Reference.from_json(json.loads(json.dumps(usual.as_json()))) == usual


class ManyIntents(World):
    """Messages of hidden intents of which each is nearer or farther than the next."""

    nearness = np.linspace(0.4, 1.6, 20)

    def of_intents(self, chosen: Sequence[int], count: int) -> tuple[list[float], list[str]]:
        of = self.chance.choice(chosen, count)
        scores: list[float] = self.chance.beta(5 * self.nearness[of], 3).tolist()
        return scores, [f"intent {each}" for each in of]


def test_what_is_new_is_taken_to_be_of_a_few_of_the_hidden_intents() -> None:
    """Batches with two or three new intents each: knowing how intents differ brings the estimate nearer."""
    world = ManyIntents(12)
    known, right = world.known(2000), (world.chance.random(2000) < RIGHT).tolist()
    unknown, names = world.of_intents(range(20), 2000)
    by_intent, alike = Reference.of(known, right, unknown, of=names), Reference.of(known, right, unknown)
    missed: dict[str, list[float]] = {"by intent": [], "alike": []}
    for few in (range(3), range(4, 6), range(9, 11), range(14, 17), range(17, 20)):
        scores = [*world.known(800), *world.of_intents(few, 200)[0]]
        for name, usual in (("by intent", by_intent), ("alike", alike)):
            found = estimate(usual, scores)
            assert found is not None and found.low <= RIGHT * 0.8 <= found.high
            missed[name].append(abs(found.right - RIGHT * 0.8))

    assert len(by_intent.intents) == 20 and alike.intents == ()
    assert float(np.mean(missed["by intent"])) < float(np.mean(missed["alike"]))
    assert max(missed["by intent"]) < 0.05


def test_a_reference_by_intents_is_json_and_an_older_one_is_read_too(usual: Reference) -> None:
    world = ManyIntents(13)
    unknown, names = world.of_intents(range(20), 500)
    found = Reference.of(world.known(500), [True] * 500, unknown, of=names)
    assert Reference.from_json(json.loads(json.dumps(found.as_json()))) == found

    older = {name: value for name, value in usual.as_json().items() if name != "intents"}
    assert Reference.from_json(older) == usual


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=50, max_size=300))
def test_no_scores_are_too_strange(scores: list[float]) -> None:
    usual = World(9).reference(200)
    found = estimate(usual, scores)

    assert found is not None
    assert 0 <= found.unknown <= 1
    Watch(usual, 5).see(scores)


def test_the_same_mix_of_needs_is_no_shift() -> None:
    found = shift({"return": 500, "refund": 300, "track": 200}, {"return": 52, "refund": 29, "track": 19})

    assert found is not None
    assert found.chance > 0.5


def test_another_mix_is_a_shift_and_names_what_moved() -> None:
    found = shift({"return": 500, "refund": 300, "track": 200}, {"return": 20, "refund": 30, "track": 50})

    assert found is not None
    assert found.chance < 1e-6
    assert [name for name, _, _ in found.moved] == ["return", "track", "refund"]
    assert found.moved[0][1:] == (0.5, 0.2)


def test_a_need_that_was_never_seen_before_moves_too() -> None:
    found = shift({"return": 100}, {"return": 60, "recall": 40})

    assert found is not None
    assert found.chance < 1e-6
    assert ("recall", 0.0, 0.4) in found.moved


@pytest.mark.parametrize(
    ("before", "now"), [({"a": 49}, {"a": 60}), ({"a": 60}, {"a": 49}), ({"a": 60}, {"a": 90}), ({}, {})]
)
def test_what_is_too_small_or_all_one_need_tells_of_no_shift(before: dict[str, int], now: dict[str, int]) -> None:
    assert shift(before, now) is None


def test_a_thousand_rare_needs_are_judged_together() -> None:
    before = {f"need-{each}": 1 for each in range(1000)} | {"return": 1000}
    found = shift(before, {"return": 100})

    assert found is not None
    assert found.chance < 1e-6
