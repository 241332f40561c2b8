"""Money is exact: sums come out to the cent, currencies do not mix, and what is shown is what is meant."""

import operator
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveloop.kit.money import EXPONENTS, Money

MINOR = st.integers(min_value=-(10**15), max_value=10**15)
CURRENCY = st.sampled_from(["EUR", "USD", "JPY", "KWD"])


@given(MINOR, MINOR, MINOR, CURRENCY)
def test_sums_are_exact_in_any_order(a: int, b: int, c: int, currency: str) -> None:
    one, two, three = (Money(minor, currency) for minor in (a, b, c))
    assert (one + two) + three == one + (two + three) == Money(a + b + c, currency)
    assert one + two == two + one
    assert (one + two) - two == one


@given(MINOR, MINOR)
def test_amounts_compare_as_their_minor_units(a: int, b: int) -> None:
    one, other = Money(a, "EUR"), Money(b, "EUR")
    assert (one < other) == (a < b)
    assert (one <= other) == (a <= b)
    assert (one > other) == (a > b)
    assert (one >= other) == (a >= b)
    assert (one == other) == (a == b)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge])
def test_two_currencies_do_not_mix(operation: Callable[[Money, Money], object]) -> None:
    with pytest.raises(ValueError, match="exchange rate"):
        operation(Money(1, "EUR"), Money(1, "USD"))


@given(MINOR, CURRENCY)
def test_what_is_shown_is_the_exact_amount(minor: int, currency: str) -> None:
    shown, code = str(Money(minor, currency)).rsplit(" ", 1)
    assert code == currency
    assert Decimal(shown) * 10 ** EXPONENTS.get(currency, 2) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (4990, "EUR", "49.90 EUR"),
        (5, "EUR", "0.05 EUR"),
        (-5, "EUR", "-0.05 EUR"),
        (0, "EUR", "0.00 EUR"),
        (100, "JPY", "100 JPY"),
        (-7, "JPY", "-7 JPY"),
        (1005, "KWD", "1.005 KWD"),
    ],
)
def test_amounts_are_written_as_people_write_them(minor: int, currency: str, shown: str) -> None:
    assert str(Money(minor, currency)) == shown
