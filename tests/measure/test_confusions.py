"""Confusions: what is taken for what, with intervals, and whether a confidence keeps its word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveloop.measure.confusions import Confusions, Judged, calibration, share, thin


def judged(*pairs: tuple[str, str, int]) -> list[Judged]:
    return [
        Judged(f"{label}-{guess}-{number}", label, guess, 0.9) for label, guess, many in pairs for number in range(many)
    ]


MIXED = judged(
    ("refund", "refund", 16), ("refund", "return", 4), ("return", "return", 18), ("return", "refund", 2),
    ("track", "track", 20),
)  # fmt: skip


def test_precision_and_recall_of_each_intent_come_with_their_intervals() -> None:
    scores = {each.intent: each for each in Confusions.of(MIXED).scores()}

    assert (scores["refund"].precision.right, scores["refund"].precision.of) == (16, 18)
    assert (scores["refund"].recall.right, scores["refund"].recall.of) == (16, 20)
    assert scores["track"].precision.value == 1.0
    assert scores["track"].precision.low == pytest.approx(0.8316, abs=1e-4), "20 of 20 prove no more than 83 %"
    assert scores["track"].precision.high == 1.0


def test_the_least_precise_intent_comes_first_and_one_never_guessed_last() -> None:
    found = Confusions.of([*MIXED, Judged("x", "complain", "refund")]).scores()

    assert [each.intent for each in found] == ["return", "refund", "track", "complain"]
    assert found[-1].precision.value is None and (found[-1].precision.low, found[-1].precision.high) == (0.0, 1.0)


def test_what_is_often_taken_for_another_overlaps_and_names_its_messages() -> None:
    (found,) = Confusions.of(MIXED).overlaps(examples=2)

    assert (found.one, found.other, found.there, found.back) == ("refund", "return", 4, 2)
    assert found.is_mutual
    assert found.examples == ("refund-return-0", "refund-return-1")


def test_a_single_slip_is_no_overlap() -> None:
    assert Confusions.of(judged(("a", "a", 9), ("a", "b", 1), ("b", "b", 9))).overlaps() == []
    assert Confusions.of(judged(("a", "a", 99), ("a", "b", 2), ("b", "b", 9))).overlaps() == [], "2 % is little"


def test_confused_one_way_only_is_not_mutual() -> None:
    (found,) = Confusions.of(judged(("a", "a", 8), ("a", "b", 2), ("b", "b", 9))).overlaps()
    assert not found.is_mutual


def test_nothing_judged_is_no_error() -> None:
    empty = Confusions.of([])
    assert empty.scores() == [] and empty.pairs() == [] and empty.accuracy.value is None
    assert calibration([]).error is None


def test_thin_intents_are_named_the_thinnest_first() -> None:
    assert thin({"a": 30, "b": 2, "c": 9}) == [("b", 2), ("c", 9)]


def test_a_confidence_that_keeps_its_word_has_no_error_and_one_that_boasts_has() -> None:
    honest = [Judged(str(each), "a", "a" if each < 9 else "b", 0.9) for each in range(10)]
    boasting = [Judged(str(each), "a", "a" if each < 5 else "b", 1.0) for each in range(10)]

    assert calibration(honest).error == pytest.approx(0.0)
    assert calibration(boasting).error == pytest.approx(0.5)
    (only,) = calibration(boasting).bins
    assert (only.low, only.high, only.right.right, only.right.of) == (0.9, 1.0, 5, 10)


@given(st.integers(0, 200), st.integers(0, 200))
def test_an_interval_holds_its_share(right: int, wrong: int) -> None:
    found = share(right, right + wrong)
    assert 0 <= found.low <= found.high <= 1
    if found.value is not None:
        assert found.low <= found.value <= found.high
