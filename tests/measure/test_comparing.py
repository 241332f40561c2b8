"""Comparing two readers: what is worse is refused, what is better by chance is not called better."""

import pytest

from aboveloop.measure.comparing import FEWEST_ROWS, Paired, compare, rule


def paired(both: int, gained: int, lost: int, neither: int = 0, label: str = "a") -> list[Paired]:
    return [
        *[Paired(label, label, label)] * both,
        *[Paired(label, "x", label)] * gained,
        *[Paired(label, label, "x")] * lost,
        *[Paired(label, "x", "y")] * neither,
    ]


def ships(rows: list[Paired], before: float = 0.5, after: float = 0.5) -> bool:
    return rule(compare(rows), promise_before=before, promise_after=after).ships


def test_what_reads_more_rightly_is_better_and_ships() -> None:
    found = compare(paired(80, 15, 1, 4))

    assert (found.before, found.after, found.gained, found.lost) == (0.81, 0.95, 15, 1)
    assert found.low < found.difference < found.high and found.difference == pytest.approx(0.14)
    assert found.low > 0 and found.chance < 0.001
    ruling = rule(found, promise_before=0.5, promise_after=0.5)
    assert ruling.ships and ruling.reason.startswith("It is better: 95.0% instead of 81.0%")


def test_what_is_worse_does_not_ship() -> None:
    ruling = rule(compare(paired(80, 1, 15, 4)), promise_before=0.5, promise_after=0.9)
    assert not ruling.ships and ruling.reason.startswith("It is worse")


def test_three_points_worse_does_not_ship_though_it_may_be_chance() -> None:
    found = compare(paired(95, 0, 3, 2))
    assert found.chance > 0.2
    assert not ships(paired(95, 0, 3, 2))


def test_one_message_lost_in_two_hundred_is_not_worse() -> None:
    ruling = rule(compare(paired(190, 0, 1, 9)), promise_before=0.5, promise_after=0.5)
    assert ruling.ships and ruling.reason.startswith("It is not worse")


def test_many_messages_show_a_small_loss() -> None:
    assert not ships(paired(9900, 0, 30, 70)), "0.3 points, but not by chance"


def test_what_promises_less_does_not_ship() -> None:
    ruling = rule(compare(paired(90, 5, 0, 5)), promise_before=0.8, promise_after=0.7)
    assert not ruling.ships and "70% of the messages" in ruling.reason and "not 80%" in ruling.reason
    assert ships(paired(90, 5, 0, 5), before=0.8, after=0.79), "within the tolerance"


def test_too_few_messages_tell_nothing() -> None:
    ruling = rule(compare(paired(FEWEST_ROWS - 1, 0, 0)), promise_before=0, promise_after=1)
    assert not ruling.ships and f"it takes {FEWEST_ROWS}" in ruling.reason
    assert compare([]).rows == 0 and not ships([])


def test_intents_that_lost_come_before_those_that_gained() -> None:
    found = compare(
        [*paired(20, 3, 0, label="gains"), *paired(20, 1, 4, label="loses"), *paired(20, 0, 0, label="same")]
    )
    assert [(each.intent, each.gained, each.lost) for each in found.moved] == [("loses", 1, 4), ("gains", 3, 0)]


def test_the_same_messages_give_the_same_interval() -> None:
    assert compare(paired(50, 5, 2)) == compare(paired(50, 5, 2))
