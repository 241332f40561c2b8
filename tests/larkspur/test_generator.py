"""The generated company: the same by seed, consistent, quick, with its cast in front."""

import ast
import itertools
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from larkspur import cast
from larkspur.addresses import read_address
from larkspur.clock import read_stamp
from larkspur.generator import Size, generate
from larkspur.records import Books
from larkspur.store import create
from pace import costs_at_most

TODAY = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
SMALL = Size(customers=60, orders=120)


def test_same_seed_and_day_give_the_same_books() -> None:
    assert generate(3, TODAY, SMALL) == generate(3, TODAY, SMALL)


def test_another_seed_gives_other_books_with_the_same_cast() -> None:
    one, other = generate(3, TODAY, SMALL), generate(4, TODAY, SMALL)
    assert one.orders[: cast.CAST_ORDERS] == other.orders[: cast.CAST_ORDERS]
    assert one.orders[cast.CAST_ORDERS :] != other.orders[cast.CAST_ORDERS :]


def test_another_day_moves_every_instant_of_the_cast_along() -> None:
    earlier, later = generate(3, TODAY, SMALL), generate(3, TODAY + timedelta(days=100), SMALL)
    for one, other in zip(earlier.orders[: cast.CAST_ORDERS], later.orders[: cast.CAST_ORDERS], strict=True):
        assert read_stamp(other.placed_at) - read_stamp(one.placed_at) == timedelta(days=100)


def test_default_company_is_made_in_less_than_two_seconds_of_cpu(tmp_path: Path) -> None:
    paths = (tmp_path / f"{number}.db" for number in itertools.count())
    assert costs_at_most(2, lambda: create(next(paths), seed=1, today=TODAY), tries=3)


def test_default_company_has_two_thousand_customers_and_six_thousand_orders() -> None:
    books = generate(1, TODAY)
    assert (len(books.customers), len(books.orders)) == (2000, 6000)
    statuses = Counter(order.status for order in books.orders)
    assert all(statuses[each] >= 20 for each in ("placed", "packed", "shipped", "delivered", "cancelled", "lost"))
    assert {row.state for row in books.returns} == {"requested", "received", "refunded"}


def test_company_without_room_for_the_cast_is_refused() -> None:
    with pytest.raises(ValueError, match="its cast"):
        generate(1, TODAY, Size(customers=5, orders=5))


def test_more_orders_than_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="six digits"):
        generate(1, TODAY, Size(orders=900_000))


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    customers=st.integers(cast.CAST_CUSTOMERS, 120),
    orders=st.integers(cast.CAST_ORDERS, 300),
    later=st.integers(0, 5000 * 24 * 3600),
)
def test_books_of_any_size_add_up(seed: int, customers: int, orders: int, later: int) -> None:
    today = TODAY + timedelta(seconds=later)
    books = generate(seed, today, Size(customers, orders))
    assert (len(books.customers), len(books.orders)) == (customers, orders)
    _assert_consistent(books, today)


def _assert_consistent(books: Books, today: datetime) -> None:
    customers = {row.id for row in books.customers}
    skus = {row.sku for row in books.variants}
    goods, refunds = Counter[str](), Counter[str]()
    for line in books.lines:
        assert line.sku in skus
        goods[line.order_id] += line.quantity * line.price_cents
    for refund in books.refunds:
        refunds[refund.order_id] += refund.amount_cents
    for order in books.orders:
        assert order.customer_id in customers
        assert order.paid_cents == goods[order.id] + order.shipping_cents
        assert 0 <= order.refunded_cents == refunds[order.id] <= order.paid_cents
        lived = [order.placed_at, order.packed_at, order.shipped_at, order.delivered_at]
        known = [read_stamp(instant) for instant in lived if instant]
        assert known == sorted(known)
        assert known[-1] <= today
        assert (order.delivered_at is not None) == (order.status == "delivered")
    for event in books.parcel_events:
        assert read_stamp(event.at) <= today
    assert len({row.email for row in books.customers}) == len(books.customers)
    assert all(row.email.endswith("@customers.example") for row in books.customers)


def test_every_address_can_be_read_back() -> None:
    for order in generate(2, TODAY, SMALL).orders:
        assert str(read_address(order.address)) == order.address


def _documented() -> dict[str, tuple[str, str]]:
    """Every constant of the cast with its value and the line below it."""
    tree = ast.parse(Path(cast.__file__).read_text(encoding="utf-8"))
    found = {}
    for node, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = ast.literal_eval(node.value)
            if isinstance(value, str):
                assert isinstance(after, ast.Expr), f"{node.targets[0].id} has no line that says who or what it is."
                found[node.targets[0].id] = (value, str(ast.literal_eval(after.value)))
    return found


def test_every_customer_of_the_cast_is_as_its_line_says() -> None:
    books = generate(9, TODAY, SMALL)
    customers = {row.id: row for row in books.customers}
    lines = [(value, text) for value, text in _documented().values() if value.startswith("c_")]
    assert len(lines) == cast.CAST_CUSTOMERS
    for value, text in lines:
        row = customers[value]
        assert text.startswith(f"{row.name}, {row.email}, {row.postcode} {row.city}:"), text


def test_every_order_of_the_cast_paid_what_its_line_says() -> None:
    books = generate(9, TODAY, SMALL)
    orders = {row.id: row for row in books.orders}
    named = {value: text for value, text in _documented().values() if value.startswith("LK-")}
    assert len(orders.keys() & {f"LK-{100001 + n}" for n in range(99)}) == cast.CAST_ORDERS
    checked = 0
    for value, text in named.items():
        found = re.search(r"(\d+\.\d\d) paid", text)
        if found:
            checked += 1
            assert orders[value].paid_cents == round(float(found[1]) * 100), text
    assert checked >= 25


def test_refunds_of_a_cent_around_each_threshold_are_possible() -> None:
    orders = {row.id: row for row in generate(9, TODAY, SMALL).orders}
    paid = [orders[each].paid_cents for each in (cast.FARID_DELIVERED, cast.GRETA_DELIVERED, cast.HENK_DELIVERED)]
    assert paid == [4999, 5000, 5001]
    assert [orders[each].paid_cents for each in (cast.INES_DELIVERED, cast.JONAS_DELIVERED)] == [50000, 50001]
