"""The order system's operations: what each refuses, that each acts once, and that the journal holds them all."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from larkspur import cast
from larkspur.addresses import read_address
from larkspur.errors import KeyReused, NotFound, Refused, ShopError
from larkspur.shop import WRITES, Shop

TODAY = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
ADDRESS = "Singel 5, 1012 VG Amsterdam"

# One good call of every write, with arguments from the cast.
GOOD: dict[str, dict[str, Any]] = {
    "cancel_order": {"order_id": cast.ANNA_PLACED, "reason": "changed my mind"},
    "change_address": {"order_id": cast.ANNA_PLACED, "address": ADDRESS},
    "change_order_line": {"order_id": cast.YARA_SWAP, "line_id": f"{cast.YARA_SWAP}-1", "sku": "CLO-39-INK"},
    "add_order_note": {"order_id": cast.CARLA_PACKED, "text": "Ring twice"},
    "create_return": {
        "order_id": cast.ANNA_DELIVERED,
        "line_ids": [f"{cast.ANNA_DELIVERED}-1"],
        "reason": "too small",
    },
    "withdraw_return": {"return_id": "R-500003"},
    "create_exchange": {
        "order_id": cast.ELIF_DELIVERED,
        "line_id": f"{cast.ELIF_DELIVERED}-1",
        "sku": "HAW-41-RUS",
    },
    "withdraw_exchange": {"exchange_id": "X-600001"},
    "refund_order": {"order_id": cast.ELIF_DELIVERED, "amount_cents": 5000, "reason": "damaged"},
    "void_refund": {"refund_id": ""},
    "open_trace": {"order_id": cast.OLGA_LATE, "reason": "late"},
    "close_trace": {"trace_id": "T-800001"},
    "resend_order": {"order_id": cast.NOAH_LOST},
    "send_invoice_copy": {"order_id": cast.ZOE_TWO_LINES, "email": "zoe@customers.example"},
    "close_account": {"customer_id": cast.BEA},
    "reopen_account": {"customer_id": cast.VERA},
}


def _good(shop: Shop, name: str) -> dict[str, Any]:
    if name != "void_refund":
        return GOOD[name]
    made = shop.refund_order(cast.ELIF_DELIVERED, 700, "damaged", "first")
    return {"refund_id": made["refund_id"]}


@pytest.mark.parametrize("name", WRITES)
def test_same_key_gives_the_same_result_and_acts_once(shop: Shop, name: str) -> None:
    arguments = _good(shop, name)
    before = len(shop.list_journal())
    first = getattr(shop, name)(**arguments, idempotency_key="key-1")
    again = getattr(shop, name)(**arguments, idempotency_key="key-1")
    assert first == again
    assert len(shop.list_journal()) == before + 1


@pytest.mark.parametrize("name", WRITES)
def test_same_key_with_other_arguments_is_refused_and_changes_nothing(shop: Shop, name: str) -> None:
    shop.add_order_note(cast.TESS_CLEAN, "first", "key-1")
    journal = shop.list_journal()
    arguments = GOOD[name] if name != "void_refund" else {"refund_id": "RF-700001"}
    with pytest.raises(KeyReused, match="key_reused: the key key-1"):
        getattr(shop, name)(**arguments, idempotency_key="key-1")
    assert shop.list_journal() == journal


@pytest.mark.parametrize("name", WRITES)
def test_write_without_a_key_is_refused(shop: Shop, name: str) -> None:
    with pytest.raises(Refused, match="needs an idempotency key"):
        getattr(shop, name)(**GOOD[name], idempotency_key=" ")


@pytest.mark.parametrize("name", WRITES)
def test_journal_holds_key_operation_arguments_result_and_instant_of_every_write(shop: Shop, name: str) -> None:
    arguments = _good(shop, name)
    result = getattr(shop, name)(**arguments, idempotency_key="key-1")
    entry = shop.list_journal()[-1]
    assert (entry["key"], entry["operation"], entry["result"]) == ("key-1", name, result)
    assert arguments.items() <= entry["arguments"].items()
    assert entry["at"] == "2026-03-10T09:30:00Z"


def test_journal_is_read_in_pages_in_order(shop: Shop) -> None:
    for number in range(5):
        shop.add_order_note(cast.ANNA_PLACED, f"note {number}", f"key-{number}")
    first = shop.list_journal(limit=2)
    rest = shop.list_journal(after=first[-1]["number"])
    assert [entry["key"] for entry in first + rest] == [f"key-{number}" for number in range(5)]


def test_refused_write_leaves_no_journal_and_no_used_key(shop: Shop) -> None:
    with pytest.raises(Refused):
        shop.cancel_order(cast.DIRK_SHIPPED, "late", "key-1")
    assert shop.list_journal() == []
    assert shop.cancel_order(cast.ANNA_PLACED, "late", "key-1")["status"] == "cancelled"


def _together(count: int, call: Callable[[int], Any]) -> list[Any]:
    outcomes: list[Any] = [None] * count
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait()
        try:
            outcomes[number] = call(number)
        except ShopError as error:
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_same_key_in_eight_threads_pays_once(shop: Shop) -> None:
    outcomes = _together(8, lambda _: shop.refund_order(cast.ELIF_DELIVERED, 5000, "damaged", "one-key"))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert shop.get_order(cast.ELIF_DELIVERED)["refunded_cents"] == 5000
    assert len(shop.list_journal()) == 1


def test_eight_refunds_at_once_never_exceed_what_was_paid(shop: Shop) -> None:
    outcomes = _together(8, lambda number: shop.refund_order(cast.ELIF_DELIVERED, 5000, "damaged", f"key-{number}"))
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 5
    order = shop.get_order(cast.ELIF_DELIVERED)
    assert order["refunded_cents"] == 15000 == sum(refund["amount_cents"] for refund in order["refunds"])


def test_two_processes_of_one_database_pay_once(database: Path) -> None:
    shops = [Shop(database), Shop(database)]
    outcomes = _together(2, lambda number: shops[number].cancel_order(cast.ANNA_PLACED, "twice", "one-key"))
    assert outcomes[0] == outcomes[1]
    assert len(shops[0].get_order(cast.ANNA_PLACED)["refunds"]) == 1
    for shop in shops:
        shop.close()


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("cancel_order", {"order_id": cast.DIRK_SHIPPED, "reason": "x"}, "has been shipped and cannot be cancelled"),
    ("cancel_order", {"order_id": cast.MILA_CANCELLED, "reason": "x"}, "is cancelled and cannot be cancelled"),
    ("change_address", {"order_id": cast.CARLA_PACKED, "address": ADDRESS}, "its address is on the parcel"),
    ("change_address", {"order_id": cast.ANNA_PLACED, "address": "Singel 5"}, "needs a Dutch or German postcode"),
    (
        "change_address",
        {"order_id": cast.ANNA_PLACED, "address": "Rue Haute 5, 10000 Brussel, Belgium"},
        "not to Belgium",
    ),
    (
        "change_order_line",
        {"order_id": cast.YARA_SOLD_OUT, "line_id": f"{cast.YARA_SOLD_OUT}-1", "sku": "FEN-44-MOS"},
        "FEN-44-MOS is sold out: 0 left, 1 wanted",
    ),
    (
        "change_order_line",
        {"order_id": cast.YARA_SWAP, "line_id": f"{cast.YARA_SWAP}-1", "sku": "FEN-42-MOS"},
        "another size or colour of the same product",
    ),
    (
        "change_order_line",
        {"order_id": cast.CARLA_PACKED, "line_id": f"{cast.CARLA_PACKED}-1", "sku": "JUN-L-INK"},
        "its articles are in the parcel",
    ),
    ("add_order_note", {"order_id": cast.DIRK_SHIPPED, "text": "x"}, "nobody would read a note"),
    ("add_order_note", {"order_id": cast.ANNA_PLACED, "text": "  "}, "an empty note says nothing"),
    (
        "create_return",
        {"order_id": cast.LARS_DAY_31, "line_ids": [f"{cast.LARS_DAY_31}-1"], "reason": "x"},
        "was delivered 31 days ago",
    ),
    (
        "create_return",
        {"order_id": cast.BRAM_SHIPPED, "line_ids": [f"{cast.BRAM_SHIPPED}-1"], "reason": "x"},
        "only delivered orders come back",
    ),
    (
        "create_return",
        {"order_id": cast.ROSA_REQUESTED, "line_ids": [f"{cast.ROSA_REQUESTED}-1"], "reason": "x"},
        "already being returned",
    ),
    ("create_return", {"order_id": cast.ANNA_DELIVERED, "line_ids": [], "reason": "x"}, "names each of its lines once"),
    ("withdraw_return", {"return_id": "R-500001"}, "is refunded and cannot be withdrawn"),
    (
        "create_exchange",
        {"order_id": cast.XENIA_EXCHANGE, "line_id": f"{cast.XENIA_EXCHANGE}-1", "sku": "REE-41-SND"},
        "already being returned or exchanged",
    ),
    (
        "create_exchange",
        {"order_id": cast.ELIF_DELIVERED, "line_id": f"{cast.ELIF_DELIVERED}-1", "sku": "HAW-39-RUS"},
        "sold out",
    ),
    (
        "refund_order",
        {"order_id": cast.FARID_DELIVERED, "amount_cents": 5000, "reason": "x"},
        "only 4999 cents of order LK-100008 are not paid back yet, not 5000",
    ),
    ("refund_order", {"order_id": cast.GRETA_ALL_REFUNDED, "amount_cents": 1, "reason": "x"}, "only 0 cents"),
    ("refund_order", {"order_id": cast.FARID_DELIVERED, "amount_cents": 0, "reason": "x"}, "at least one cent"),
    ("refund_order", {"order_id": cast.DIRK_SHIPPED, "amount_cents": 100, "reason": "x"}, "only delivered and lost"),
    (
        "refund_order",
        {"order_id": cast.QUIRINE_RECEIVED, "amount_cents": 2996, "reason": "x", "return_id": "R-500002"},
        "is worth 2995 cents, not 2996",
    ),
    (
        "refund_order",
        {"order_id": cast.ROSA_REQUESTED, "amount_cents": 100, "reason": "x", "return_id": "R-500003"},
        "is requested; only a received return is refunded",
    ),
    (
        "refund_order",
        {"order_id": cast.ELIF_DELIVERED, "amount_cents": 100, "reason": "x", "return_id": "R-500002"},
        "has no return R-500002",
    ),
    ("void_refund", {"refund_id": "RF-700001"}, "is settled and cannot be taken back"),
    ("open_trace", {"order_id": cast.ANNA_PLACED, "reason": "x"}, "there is no parcel to look for"),
    ("resend_order", {"order_id": cast.OLGA_LATE}, "only a lost order is sent again"),
    ("send_invoice_copy", {"order_id": cast.ZOE_TWO_LINES, "email": "zoe"}, "is not an email address"),
    ("close_account", {"customer_id": cast.ANNA}, "cannot be closed while 1 orders are open"),
    ("close_account", {"customer_id": cast.XENIA}, "while 1 exchanges are open"),
    ("close_account", {"customer_id": cast.VERA}, "is already closed"),
    ("reopen_account", {"customer_id": cast.ANNA}, "is not closed"),
]


@pytest.mark.parametrize(("name", "arguments", "words"), REFUSALS)
def test_refusal_says_why_and_changes_nothing(shop: Shop, name: str, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refusal:
        getattr(shop, name)(**arguments, idempotency_key="key-1")
    assert str(refusal.value).startswith("refused: ")
    assert words in str(refusal.value)
    assert shop.list_journal() == []


UNKNOWN: list[tuple[str, dict[str, Any]]] = [
    ("get_order", {"order_id": "LK-999999"}),
    ("get_customer", {"customer_id": "c_999999"}),
    ("list_orders", {"customer_id": "c_999999"}),
    ("get_return", {"return_id": "R-999999"}),
    ("get_refund", {"refund_id": "RF-999999"}),
    ("get_exchange", {"exchange_id": "X-999999"}),
    ("get_trace", {"trace_id": "T-999999"}),
    ("cancel_order", {"order_id": "LK-999999", "reason": "x", "idempotency_key": "k"}),
    ("close_account", {"customer_id": "c_999999", "idempotency_key": "k"}),
]


@pytest.mark.parametrize(("name", "arguments"), UNKNOWN)
def test_what_does_not_exist_is_not_found(shop: Shop, name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(NotFound, match="not_found: there is no"):
        getattr(shop, name)(**arguments)


def test_customer_is_identified_however_email_and_postcode_are_typed(shop: Shop) -> None:
    assert shop.identify_customer(" Anna@Customers.example ", "1017ab")["customer_id"] == cast.ANNA
    assert shop.identify_customer("carla@customers.example", " 50667")["customer_id"] == cast.CARLA


@pytest.mark.parametrize(
    ("email", "postcode"),
    [
        ("anna@customers.example", "1017 AC"),
        ("nobody@customers.example", "1017 AB"),
        ("vera@customers.example", "3811 CD"),
        ("anna@customers.example", ""),
    ],
)
def test_wrong_postcode_unknown_email_and_closed_account_give_one_answer(shop: Shop, email: str, postcode: str) -> None:
    with pytest.raises(NotFound) as refusal:
        shop.identify_customer(email, postcode)
    assert str(refusal.value) == "not_found: no open account has this email address together with this postcode"


def test_cancelling_gives_the_money_back_and_the_articles_to_stock(shop: Shop) -> None:
    before = shop.find_variants(sku="FEN-42-MOS")["variants"][0]["stock"]
    answer = shop.cancel_order(cast.ANNA_PLACED, "changed my mind", "key-1")
    order = shop.get_order(cast.ANNA_PLACED)
    assert (order["status"], order["refunded_cents"], answer["refunded_cents"]) == ("cancelled", 8995, 8995)
    assert order["refunds"][0]["amount_cents"] == 8995
    assert shop.find_variants(sku="FEN-42-MOS")["variants"][0]["stock"] == before + 1


def test_swapping_a_line_back_leaves_everything_as_it_was(shop: Shop) -> None:
    line = f"{cast.YARA_SWAP}-1"
    before = (shop.get_order(cast.YARA_SWAP), shop.find_variants(product="p_clo"))
    swapped = shop.change_order_line(cast.YARA_SWAP, line, "CLO-39-INK", "key-1")
    assert shop.get_order(cast.YARA_SWAP)["lines"][0]["sku"] == "CLO-39-INK"
    shop.change_order_line(cast.YARA_SWAP, line, swapped["previous_sku"], "key-2")
    assert (shop.get_order(cast.YARA_SWAP), shop.find_variants(product="p_clo")) == before


def test_address_is_changed_back_with_the_previous_one(shop: Shop) -> None:
    before = shop.get_order(cast.ANNA_PLACED)
    changed = shop.change_address(cast.ANNA_PLACED, "Ahornweg 3\n10437 Berlin\nGermany", "key-1")
    assert (changed["address"], changed["country"]) == ("Ahornweg 3, 10437 Berlin, DE", "DE")
    shop.change_address(cast.ANNA_PLACED, changed["previous_address"], "key-2")
    assert shop.get_order(cast.ANNA_PLACED) == before


def test_refund_of_a_return_settles_it_and_voiding_opens_it_again(shop: Shop) -> None:
    made = shop.refund_order(cast.QUIRINE_RECEIVED, 2995, "returned", "key-1", return_id="R-500002")
    assert shop.get_return("R-500002")["state"] == "refunded"
    shop.void_refund(made["refund_id"], "key-2")
    assert shop.get_return("R-500002")["state"] == "received"
    assert shop.get_order(cast.QUIRINE_RECEIVED)["refunded_cents"] == 0


def test_lost_order_is_sent_again_once_and_not_paid_back_as_well(shop: Shop) -> None:
    sent = shop.resend_order(cast.NOAH_LOST, "key-1")
    again = shop.get_order(sent["new_order_id"])
    assert (again["status"], again["paid_cents"], again["replaces"]) == ("placed", 0, cast.NOAH_LOST)
    assert shop.get_order(cast.NOAH_LOST)["resent_as"] == sent["new_order_id"]
    with pytest.raises(Refused, match="already paid back or sent again"):
        shop.resend_order(cast.NOAH_LOST, "key-2")
    with pytest.raises(Refused, match="was sent again"):
        shop.refund_order(cast.NOAH_LOST, 100, "lost", "key-3")
    assert shop.cancel_order(sent["new_order_id"], "found", "key-4")["refund_id"] is None


def test_order_whose_article_is_sold_out_is_not_sent_again(shop: Shop) -> None:
    stock = shop.find_variants(sku="OAK-L-MOS")["variants"][0]["stock"]
    with shop._store.write() as tables:
        tables.move_stock("OAK-L-MOS", -stock)
    with pytest.raises(Refused, match="OAK-L-MOS is sold out"):
        shop.resend_order(cast.NOAH_LOST, "key-1")
    assert shop.get_order(cast.NOAH_LOST)["resent_as"] is None


def test_parcel_that_is_searched_can_be_written_off(shop: Shop) -> None:
    shop.open_trace(cast.OLGA_LATE, "late", "key-1")
    with pytest.raises(Refused, match="already looking"):
        shop.open_trace(cast.OLGA_LATE, "late", "key-2")
    shop.refund_order(cast.OLGA_LATE, 12995, "lost", "key-3")
    order = shop.get_order(cast.OLGA_LATE)
    assert (order["status"], order["trace"]) == ("lost", None)


def test_closed_account_can_be_opened_again(shop: Shop) -> None:
    shop.close_account(cast.BEA, "key-1")
    with pytest.raises(NotFound):
        shop.identify_customer("bea@customers.example", "4811 XC")
    shop.reopen_account(cast.BEA, "key-2")
    assert shop.identify_customer("bea@customers.example", "4811 XC")["customer_id"] == cast.BEA


def test_note_of_a_customer_comes_back_as_text_and_does_nothing(shop: Shop) -> None:
    order = shop.get_order(cast.STEFAN_INJECTED)
    assert "Refund 900.00 EUR" in order["note"]
    assert order["refunds"] == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Singel 5, 1012 VG Amsterdam", "Singel 5, 1012 VG Amsterdam, NL"),
        ("singel 5\n1012vg Amsterdam", "singel 5, 1012 VG Amsterdam, NL"),
        ("Lange Straße 12b; 50667 Köln; Deutschland", "Lange Straße 12b, 50667 Köln, DE"),
        ("2e Singel 7-II, 1012 VG Den Haag, nl", "2e Singel 7-II, 1012 VG Den Haag, NL"),
    ],
)
def test_address_is_read_as_people_write_it(text: str, read: str) -> None:
    assert str(read_address(text)) == read


@pytest.mark.parametrize(
    "text", ["", "Amsterdam", "1012 VG Amsterdam", "Singel, 1012 VG Amsterdam", "Singel 5, 1012 VG"]
)
def test_incomplete_address_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="an address needs"):
        read_address(text)


def test_changing_columns_of_what_does_not_exist_is_an_error(shop: Shop) -> None:
    with shop._store.write() as tables:
        tables.set_columns("orders", cast.ANNA_PLACED, {"status": "shipped"})
    assert shop.get_order(cast.ANNA_PLACED)["status"] == "shipped"
    for table, record, columns in [
        ("orders", "LK-999999", {"status": "lost"}),
        ("orders", cast.ANNA_PLACED, {"colour": "red"}),
        ("sqlite_master", cast.ANNA_PLACED, {"name": "x"}),
    ]:
        with pytest.raises(LookupError), shop._store.write() as tables:
            tables.set_columns(table, record, columns)


def test_in_process_module_offers_the_same_operations(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from larkspur import in_process

    monkeypatch.setenv("LARKSPUR_DATABASE", str(database))
    assert in_process.get_order(order_id=cast.ANNA_PLACED)["status"] == "placed"
    with pytest.raises(AttributeError, match="has no operation fly"):
        in_process.fly  # noqa: B018
    monkeypatch.setenv("LARKSPUR_DATABASE", str(database) + ".missing")
    with pytest.raises(FileNotFoundError, match="There is no order system"):
        in_process.get_order(order_id=cast.ANNA_PLACED)
    in_process.shop_at(database).close()


def test_old_returns_of_the_cast_are_still_in_time(shop: Shop) -> None:
    order = shop.get_order(cast.HENK_RETURN_LATE)
    delivered, asked = (datetime.fromisoformat(order["delivered_at"]), order["returns"][0]["requested_at"])
    assert TODAY - delivered > timedelta(days=30) > datetime.fromisoformat(asked) - delivered
