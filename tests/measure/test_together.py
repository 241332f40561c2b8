"""Changes and links of lines of days: found where they were planted, not found where nothing was."""

import numpy as np
import pytest

from aboveloop.measure.together import FEWEST_DAYS, Line, changes_of, link_in_words, links_of

DAYS = 56
WEEKDAYS = np.array([3.0, 2.0, 1.0, 0.0, 0.0, -4.0, -5.0])


def line(values: np.ndarray, level: str = "operational", name: str = "x") -> Line:
    return Line(name, name, level, "number", tuple(float(value) for value in values))


def quiet(generator: np.random.Generator, days: int = DAYS, like_before: float = 0.3) -> np.ndarray:
    """Noise that resembles the day before, with a week's pattern, and no change."""
    noise = generator.normal(size=days)
    for day in range(1, days):
        noise[day] += like_before * noise[day - 1]
    return 100 + noise + np.resize(WEEKDAYS, days)


def test_a_quiet_line_is_seldom_said_to_change() -> None:
    generator = np.random.default_rng(1)
    said = sum(bool(changes_of(line(quiet(generator)))) for _ in range(200))
    assert said <= 6


@pytest.mark.parametrize("place", [14, 28, 40])
def test_a_step_is_found_near_where_it_was(place: int) -> None:
    generator = np.random.default_rng(place)
    found = 0
    for _ in range(20):
        values = quiet(generator)
        values[place:] += 3
        changes = changes_of(line(values))
        found += any(abs(change.place - place) <= 3 and change.after > change.before for change in changes)
    assert found >= 15


def test_two_steps_are_told_with_the_means_of_their_stretches() -> None:
    generator = np.random.default_rng(5)
    values = quiet(generator, 84, 0.0)
    values[28:56] += 6
    changes = changes_of(line(values))
    assert [round(change.place / 7) for change in changes][:2] == [4, 8]
    assert changes[0].before == pytest.approx(values[: changes[0].place].mean())
    assert changes[0].after == pytest.approx(changes[1].before)


def test_what_follows_three_days_later_is_found_with_its_days_and_direction() -> None:
    generator = np.random.default_rng(2)
    early = quiet(generator, like_before=0.0)
    late = quiet(generator, like_before=0.0)
    late[3:] -= 1.5 * (early[:-3] - 100 - np.resize(WEEKDAYS, DAYS)[:-3])
    (link,) = links_of([line(early, "leading", "doubt"), line(late, "business", "income")])
    assert (link.early.name, link.late.name, link.days_later) == ("doubt", "income", 3)
    assert link.strength < -0.5 and link.chance < 0.01
    assert link_in_words(link).startswith("Where “doubt” rises, “income” falls 3 days later (correlation -0.")


def test_lines_that_have_nothing_to_do_with_each_other_are_not_linked() -> None:
    generator = np.random.default_rng(3)
    claimed = 0
    for _ in range(20):
        lines = [
            line(quiet(generator, like_before=0.6), level, f"{level}{number}")
            for level in ("model", "operational", "business")
            for number in range(2)
        ]
        claimed += len(links_of(lines))
    assert claimed <= 4, "of 240 pairs"


def test_nothing_is_said_of_few_days_of_equal_days_or_of_gaps_alone() -> None:
    generator = np.random.default_rng(4)
    few = line(quiet(generator, FEWEST_DAYS - 1), "model", "few")
    equal = line(np.ones(DAYS), "model", "equal")
    gaps = Line("gaps", "gaps", "business", "number", (None,) * DAYS)
    other = line(quiet(generator, FEWEST_DAYS - 1), "business", "other")
    assert not changes_of(few) and not changes_of(equal) and not changes_of(gaps)
    assert links_of([few, other]) == () and links_of([equal, gaps]) == () and links_of([]) == ()


def test_days_without_a_value_are_passed_over() -> None:
    generator = np.random.default_rng(6)
    values = quiet(generator, like_before=0.0)
    values[28:] += 4
    holes = tuple(None if day % 9 == 4 else float(value) for day, value in enumerate(values))
    (change,) = changes_of(Line("x", "x", "business", "number", holes))
    assert 25 <= change.place <= 31
    early = quiet(generator, like_before=0.0)
    late = early + generator.normal(size=DAYS) / 4
    first = Line("a", "a", "model", "number", tuple(None if day % 11 == 3 else float(v) for day, v in enumerate(early)))
    (link,) = links_of([first, line(late, "business", "b")])
    assert link.days_later == 0 and link.strength > 0.7 and link.days < DAYS


def test_links_are_looked_for_among_named_pairs_alone_where_they_are_named() -> None:
    early = quiet(np.random.default_rng(6), like_before=0.0)
    lines = [line(early, "model", "a"), line(early + 0.1, "business", "b")]
    assert len(links_of(lines)) == len(links_of(lines, among={("a", "b")})) == 1
    assert links_of(lines, among={("b", "a")}) == links_of(lines, among=()) == ()
