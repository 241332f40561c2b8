"""How many days of an after show a change beside chance, told from the before alone. Pure."""

from math import ceil

from aboveloop.measure.intervals import Interval

# A change is noticed in four of five cases (0.84) by a 95 % interval (1.96): the usual reckoning of trials.
CERTAIN, NOTICED = 1.96, 0.84


def days_to_show(before: Interval, change: float, *, days: int) -> int | None:
    """Days after which a change of the value by `change` is told from chance in four of five cases, if cases come and
    differ as in the `days` of the before; None where even an endless after would not tell it from the before's own
    uncertainty."""
    error = (before.high - before.low) / (2 * CERTAIN)
    allowed = (change / (CERTAIN + NOTICED)) ** 2 - error**2
    if not change or not allowed > 0:
        return None
    return max(1, ceil(days * error**2 / allowed))
