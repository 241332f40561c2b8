"""Expressions: what they give, what they read, and that they fail in one way only."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.operation.expression_faults import arguments_in, expression_faults, is_usable_name, text_faults
from aboveloop.operation.expressions import ExpressionFailed, fill, parse, placeholders
from aboveloop.operation.faults import Place

ORDER = {"status": "placed", "items": [{"id": "a", "cents": 100}, {"id": "b", "cents": 250}], "note": None}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("order.status == 'placed' && size(order.items) == 2", True),
        ("sum(order.items.map(i, i.cents))", 350),
        ("distinct(['a', 'b', 'a'])", ["a", "b"]),
        ("joined(order.items.map(i, i.id), ', ')", "a, b"),
        ("positions(order.items)", [0, 1]),
        ("flat([[1], [2, 3]])", [1, 2, 3]),
        ("money(4990)", "49.90 EUR"),
        ("money(4990.0)", "49.90 EUR"),
        ("money(-5, 'USD')", "-0.05 USD"),
        ("cents(49.9)", 4990),
        ("cents('0.005')", 1),
        ("cents(-0.005)", -1),
        ("day('2026-11-14T23:30:00Z')", "14 November 2026"),
        ("days_between('2026-11-14', '2026-11-16T12:00:00Z')", 2),
        ("days_between('2026-11-16', '2026-11-14')", -2),
        ("hours_between('2026-11-14T00:00:00Z', '2026-11-14T03:59:00+01:00')", 2),
        ("seconds('1970-01-02')", 86400),
        ("lower('ABC')", "abc"),
        ("get(order, 'note', 'none')", "none"),
        ("get(order, 'missing', 'none')", "none"),
        ("get(5, 'missing', 'none')", "none"),
        ("either(order.note, 'none')", "none"),
    ],
)
def test_expressions_have_values(source: str, value: object) -> None:
    assert parse(source).value({"order": ORDER}) == value


@pytest.mark.parametrize(
    "source",
    [
        "order.missing", "unknown", "1 / 0", "order.items[7]", "'a' < 1", "9223372036854775807 + 1", "money(49.9)",
        "money('49')", "money(true)", "money(null)", "cents('abc')", "cents(null)", "cents(1e308)", "lower(null)",
        "day('soon')", "day(null)", "days_between('soon', 'later')", "sum(['a'])", "flat([1])", "timestamp('soon')",
    ],
)  # fmt: skip
def test_what_has_no_value_fails_in_one_way(source: str) -> None:
    with pytest.raises(ExpressionFailed, match="has no value"):
        parse(source).value({"order": ORDER})


@pytest.mark.parametrize(
    "source", ["", "1 +", "a b", "if", "a = 1", "max(1, 2)", "execute('x')", "'unclosed", "(" * 500]
)
def test_what_is_no_expression_is_refused(source: str) -> None:
    with pytest.raises(ExpressionFailed):
        parse(source)


def test_a_refusal_says_what_is_wrong_in_one_line() -> None:
    with pytest.raises(ExpressionFailed) as caught:
        parse("order.status ==")
    assert str(caught.value) == "'order.status ==' is not an expression: mismatched input '<EOF>'"


def test_an_expression_knows_what_it_reads() -> None:
    assert parse("order.items.filter(i, i.cents > limit).map(j, j.id)").variables == {"order", "limit"}
    assert arguments_in("args.a + old.args.b + 'args.c' + get(args.d, 'e', 1)") == {"a", "d"}


def test_texts_are_filled() -> None:
    assert (
        fill("Order {{ order.status }}: {{money(350)}}", {"order": ORDER}, currency="USD") == "Order placed: 3.50 USD"
    )
    assert [found.source for found in placeholders("{{ a }} and {{b}}")] == ["a", "b"]


def test_null_is_never_told() -> None:
    with pytest.raises(ExpressionFailed, match="is null"):
        fill("Note: {{ order.note }}", {"order": ORDER})


def test_failures_leave_no_values_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ExpressionFailed):
        parse("day(name)").value({"name": "Anna Secret"})
    assert caplog.text == ""


@pytest.mark.parametrize(("name", "usable"), [("order", True), ("in", False), ("true", False), ("if", False)])
def test_words_of_the_language_are_no_names(name: str, usable: bool) -> None:
    assert is_usable_name(name) is usable


def test_faults_of_texts_stand_at_their_lines() -> None:
    text = "Hello {{ name }},\nyour {{ ordr.id }}\n\nBye }}"
    faults = list(text_faults(text, {"name", "order"}, lambda offset: Place("x.md", text.count("\n", 0, offset) + 1)))
    assert [(fault.line, "`ordr`" in fault.message or "`}}`" in fault.message) for fault in faults] == [
        (2, True),
        (4, True),
    ]


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=6,
)
FUNCTIONS = ["money(a)", "cents(a)", "day(a)", "days_between(a, b)", "hours_between(a, b)", "seconds(a)", "sum(a)"]
FUNCTIONS += ["distinct(a)", "positions(a)", "flat(a)", "joined(a, b)", "lower(a)", "get(a, b, b)", "either(a, b)"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*FUNCTIONS, "a + b", "a == b", "a < b", "a[b]", "a.b", "a in b", "size(a)"]), VALUES, VALUES)
def test_an_expression_has_a_value_or_fails(source: str, a: object, b: object) -> None:
    try:
        parse(source).value({"a": a, "b": b})
    except ExpressionFailed as error:
        assert str(error)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab.()[]{}'\"+-*/<>=!&|?:,0 19\\\n"), max_size=30))
def test_no_text_makes_parsing_raise_anything_else(source: str) -> None:
    list(expression_faults(source, {"a"}, Place("x")))
