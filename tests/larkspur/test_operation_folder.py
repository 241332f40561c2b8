"""The operation folder: no faults, every policy test passes, and every procedure runs through on the cast."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aboveloop.govern.checks import policy_faults, requires_confirmation, run_policy_tests
from aboveloop.operation.checking import check
from aboveloop.operation.loading import Loaded
from aboveloop.operation.models import Operation
from aboveloop.procedures.check import check_procedures
from aboveloop.understand.answers import read_answer
from larkspur import cast
from larkspur.shop import READS, WRITES, Shop

TODAY = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def test_folder_has_no_faults(loaded: Loaded, operation: Operation) -> None:
    faults = [
        *check(loaded),
        *policy_faults(operation),
        *check_procedures(
            operation, loaded.places, needs_confirmation=lambda name: requires_confirmation(operation, name)
        ),
    ]
    assert [str(fault) for fault in faults] == []


def test_every_policy_test_passes(operation: Operation) -> None:
    results = run_policy_tests(operation)
    assert len(results) >= 80
    assert [(result.test, result.problem) for result in results if not result.passed] == []


def test_every_rule_decides_at_least_one_policy_test(operation: Operation) -> None:
    from aboveloop.govern.policy import PolicyPack

    used = {rule for result in run_policy_tests(operation) for rule in result.decision.rules}
    named = {rule for test in operation.policy_tests for rule in test.expect.rules or []}
    unused = {rule.id for rule in PolicyPack.compile(operation).rules} - used - named
    # These stand behind another forbid or need, which is what a test sees first.
    assert unused <= {
        "writes-need-a-yes",
        "people-refund-above-50",
        "people-refund-above-500",
        "people-void-looked-at",
        "refund-denied-before",
        "people-export-with-two",
    }


def test_folder_and_server_name_the_same_operations(operation: Operation) -> None:
    kinds = {name: spec.kind for name, spec in operation.systems["shop"].operations.items()}
    assert {name for name, kind in kinds.items() if kind == "read"} == set(READS)
    assert {name for name, kind in kinds.items() if kind == "write"} == set(WRITES)


def test_every_intent_leads_somewhere_and_has_enough_varied_examples(operation: Operation) -> None:
    own = [intent for intent in operation.intents.values() if intent.procedure or intent.answer or intent.hand_over]
    assert len(own) >= 16
    seen: set[str] = set()
    for intent in own:
        assert 12 <= len(intent.examples) <= 40, intent.intent
        examples = {example.lower().strip(" .!?") for example in intent.examples}
        assert len(examples) == len(intent.examples)
        assert not examples & seen, intent.intent
        seen |= examples


def test_every_message_is_used_and_short(operation: Operation) -> None:
    for name, text in operation.messages["en"].items():
        assert len(text) <= 420, name


def test_every_confirmation_is_answered_with_a_plain_yes(operation: Operation) -> None:
    for name, text in operation.messages["en"].items():
        if name.startswith("confirm_"):
            assert "Please answer yes or no." in text, name
            assert read_answer("yes please", confirming=True, said=text).yes_no == "yes"


def test_eight_to_twelve_people_hold_every_role(operation: Operation) -> None:
    held = {role for person in operation.about.people for role in person.roles}
    assert held == set(operation.about.roles)
    assert {"refund_approver", "operations_manager"} - {
        role for person in operation.about.people if person.id == "priya" for role in person.roles
    } == {"operations_manager"}, "nobody may give both approvals of a refund above 500 EUR"
    assert not any({"refund_approver", "operations_manager"} <= set(person.roles) for person in operation.about.people)


# --- whole procedures on the cast --------------------------------------------------------------------------------

WHO = {
    name.lower(): value for name, value in vars(cast).items() if isinstance(value, str) and value.startswith("c_0000")
}
POSTCODES = {
    "anna": "1017 AB", "bram": "3511LN", "carla": "50667", "dirk": "9711 HK", "elif": "10437", "farid": "3011 ED",
    "henk": "8911 AC", "ines": "6211 CK", "jonas": "48143", "karin": "7511 GN", "lars": "28195", "mila": "5611 EM",
    "noah": "2011 RD", "olga": "04109", "pieter": "6511 VL", "quirine": "6221 BV", "rosa": "79098", "stefan": "80331",
    "tess": "8011 PR", "umut": "52062", "xenia": "40213", "yara": "1315 RC", "zoe": "2312 BK", "arne": "24103",
    "bea": "4811 XC", "greta": "20357", "willem": "2511 BT", "vera": "3811 CD",
}  # fmt: skip


def _as(who: str, order: str | None = None, **more: Any) -> dict[str, list[Any]]:
    answers: dict[str, list[Any]] = {"email": [f"{who}@customers.example"], "postcode": [POSTCODES[who]]}
    if order:
        answers["order_number"] = [order]
    return answers | {name: value if isinstance(value, list) else [value] for name, value in more.items()}


def _euros(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": "EUR"}


NEW_ADDRESS = "Singel 5, 1012 VG Amsterdam"
DAMAGE = {"what_is_wrong": "the seam is open"}

# procedure, answers, how it ends, the writes, the last message
WAYS: list[tuple[str, dict[str, list[Any]], str, list[str], str]] = [
    ("where_is_my_order", _as("anna", cast.ANNA_PLACED), "resolved", [], "order_is_placed"),
    ("where_is_my_order", _as("carla", cast.CARLA_PACKED), "resolved", [], "order_is_packed"),
    ("where_is_my_order", _as("dirk", cast.DIRK_SHIPPED), "resolved", [], "order_is_under_way"),
    ("where_is_my_order", _as("anna", cast.ANNA_DELIVERED), "resolved", [], "order_is_delivered"),
    ("where_is_my_order", _as("mila", cast.MILA_CANCELLED), "resolved", [], "order_is_cancelled"),
    ("where_is_my_order", _as("noah", cast.NOAH_LOST, remedy="resend"), "resolved", ["resend_order"], "resend_done"),
    (
        "where_is_my_order",
        _as("dirk", cast.DIRK_JUST_LATE, remedy="refund"),
        "resolved",
        ["open_trace", "refund_order"],
        "refund_done",
    ),
    ("where_is_my_order", _as("bea"), "refused", [], "no_orders_yet"),
    ("where_is_my_order", _as("willem"), "asks order_number", [], "ask_order_number"),
    ("cancel_order", _as("anna", cast.ANNA_PLACED), "resolved", ["cancel_order"], "cancel_done"),
    ("cancel_order", _as("carla", cast.CARLA_PACKED), "resolved", ["cancel_order"], "cancel_done"),
    ("cancel_order", _as("dirk", cast.DIRK_SHIPPED), "refused", [], "too_late_to_cancel_shipped"),
    ("cancel_order", _as("anna", cast.ANNA_DELIVERED), "refused", [], "too_late_to_cancel_delivered"),
    ("cancel_order", _as("mila", cast.MILA_CANCELLED), "resolved", [], "order_is_cancelled"),
    ("cancel_order", _as("noah", cast.NOAH_LOST), "handed over", [], "ask_order_number"),
    ("cancel_order", _as("stefan", cast.STEFAN_INJECTED), "resolved", ["cancel_order"], "cancel_done"),
    (
        "change_address",
        _as("anna", cast.ANNA_PLACED, address=NEW_ADDRESS),
        "resolved",
        ["change_address"],
        "address_done",
    ),
    (
        "change_address",
        _as("anna", cast.ANNA_PLACED, address=["to my mother", NEW_ADDRESS]),
        "resolved",
        ["change_address"],
        "address_done",
    ),
    (
        "change_address",
        _as("anna", cast.ANNA_PLACED, address=["to my mother", "the other street", "you know where"]),
        "handed over",
        [],
        "ask_address",
    ),
    (
        "change_address",
        _as("carla", cast.CARLA_DEAR, address="Ahornweg 3, 10437 Berlin"),
        "resolved",
        ["change_address"],
        "address_done",
    ),
    ("change_address", _as("carla", cast.CARLA_PACKED), "refused", [], "address_too_late_packed"),
    ("change_address", _as("dirk", cast.DIRK_SHIPPED), "refused", [], "address_too_late_shipped"),
    ("change_address", _as("anna", cast.ANNA_DELIVERED), "refused", [], "address_nothing_to_send"),
    (
        "change_items",
        _as("yara", cast.YARA_SWAP, swap="size", size="39"),
        "resolved",
        ["change_order_line"],
        "swap_done",
    ),
    (
        "change_items",
        _as("yara", cast.YARA_SWAP, swap="colour", colour="sand"),
        "resolved",
        ["change_order_line"],
        "swap_done",
    ),
    (
        "change_items",
        _as("yara", cast.YARA_SOLD_OUT, swap=["size", "size"], size=["44", "42"]),
        "resolved",
        ["change_order_line"],
        "swap_done",
    ),
    (
        "change_items",
        _as("bram", cast.BRAM_PLACED, line_number=["7", "2"], swap="colour", colour="moss"),
        "resolved",
        ["change_order_line"],
        "swap_done",
    ),
    ("change_items", _as("dirk", cast.DIRK_SHIPPED), "refused", [], "change_too_late"),
    ("change_items", _as("anna", cast.ANNA_DELIVERED), "refused", [], "change_after_delivery"),
    (
        "return_order",
        _as("anna", cast.ANNA_DELIVERED, return_reason="too_small", extent="everything"),
        "resolved",
        ["create_return"],
        "return_done",
    ),
    (
        "return_order",
        _as("anna", cast.ANNA_DELIVERED, return_reason="faulty", extent="one", line_number="2"),
        "resolved",
        ["create_return"],
        "return_done",
    ),
    (
        "return_order",
        _as("karin", cast.KARIN_DAY_30, return_reason="too_small"),
        "resolved",
        ["create_return"],
        "return_done",
    ),
    ("return_order", _as("lars", cast.LARS_DAY_31), "refused", [], "return_too_late"),
    (
        "return_order",
        _as("rosa", cast.ROSA_REQUESTED, return_reason="too_small"),
        "resolved",
        [],
        "return_exists",
    ),
    ("return_order", _as("anna", cast.ANNA_PLACED), "refused", [], "return_cancel_instead"),
    ("return_order", _as("dirk", cast.DIRK_SHIPPED), "refused", [], "return_not_arrived"),
    (
        "exchange",
        _as("elif", cast.ELIF_DELIVERED, swap="size", size="41"),
        "resolved",
        ["create_exchange"],
        "exchange_done",
    ),
    ("exchange", _as("xenia", cast.XENIA_EXCHANGE), "resolved", [], "return_exists"),
    ("exchange", _as("lars", cast.LARS_DAY_31), "refused", [], "return_too_late"),
    ("exchange", _as("anna", cast.ANNA_PLACED), "refused", [], "exchange_change_instead"),
    ("refund_not_received", _as("pieter", cast.PIETER_REFUNDED), "resolved", [], "refund_on_its_way"),
    ("refund_not_received", _as("quirine", cast.QUIRINE_RECEIVED), "resolved", ["refund_order"], "refund_done"),
    ("refund_not_received", _as("henk", cast.HENK_RETURN_LATE), "resolved", ["refund_order"], "refund_done"),
    ("refund_not_received", _as("rosa", cast.ROSA_REQUESTED), "resolved", [], "return_not_here_yet"),
    ("refund_not_received", _as("mila", cast.MILA_CANCELLED), "resolved", [], "refund_on_its_way"),
    ("refund_not_received", _as("zoe", cast.ZOE_TWO_LINES), "refused", [], "no_refund_known"),
    ("late_or_lost_parcel", _as("dirk", cast.DIRK_SHIPPED), "resolved", [], "order_is_under_way"),
    ("late_or_lost_parcel", _as("anna", cast.ANNA_PLACED), "resolved", [], "order_not_sent_yet"),
    (
        "late_or_lost_parcel",
        _as("olga", cast.OLGA_LATE, remedy="resend"),
        "resolved",
        ["open_trace", "resend_order"],
        "resend_done",
    ),
    (
        "late_or_lost_parcel",
        _as("arne", cast.ARNE_NOT_RECEIVED, remedy="resend"),
        "resolved",
        ["open_trace", "resend_order"],
        "resend_done",
    ),
    (
        "late_or_lost_parcel",
        _as("noah", cast.NOAH_LOST_DEAR, remedy="refund"),
        "resolved",
        ["refund_order"],
        "refund_done",
    ),
    (
        "late_or_lost_parcel",
        _as("noah", cast.NOAH_LOST_DEAR, remedy="resend"),
        "resolved",
        ["resend_order"],
        "resend_done",
    ),
    ("late_or_lost_parcel", _as("lars", cast.LARS_DAY_31), "handed over", [], "ask_order_number"),
    (
        "damaged_goods",
        _as("elif", cast.ELIF_DELIVERED, **DAMAGE, amount=_euros(4999)),
        "resolved",
        ["refund_order"],
        "refund_done",
    ),
    (
        "damaged_goods",
        _as("elif", cast.ELIF_DELIVERED, **DAMAGE, amount=_euros(5001)),
        "resolved",
        ["refund_order"],
        "refund_done",
    ),
    (
        "damaged_goods",
        _as("farid", cast.FARID_DELIVERED, **DAMAGE, amount=[_euros(5000), _euros(4999)]),
        "resolved",
        ["refund_order"],
        "refund_done",
    ),
    ("damaged_goods", _as("umut", cast.UMUT_PART_REFUNDED), "handed over", [], "ask_order_number"),
    ("damaged_goods", _as("lars", cast.LARS_DAY_31), "handed over", [], "ask_order_number"),
    ("damaged_goods", _as("dirk", cast.DIRK_SHIPPED), "refused", [], "damage_not_arrived"),
    (
        "damaged_goods",
        _as("jonas", cast.JONAS_DELIVERED, **DAMAGE, amount=_euros(50001)),
        "resolved",
        ["refund_order"],
        "refund_done",
    ),
    ("wrong_article", _as("elif", cast.ELIF_DELIVERED, **DAMAGE), "handed over", [], "ask_what_came"),
    ("withdraw_return", _as("rosa", cast.ROSA_REQUESTED), "resolved", ["withdraw_return"], "withdraw_done"),
    ("withdraw_return", _as("anna", cast.ANNA_DELIVERED), "refused", [], "no_open_return"),
    (
        "delivery_note",
        _as("carla", cast.CARLA_PACKED, note_text=["x" * 301, "Ring twice"]),
        "resolved",
        ["add_order_note"],
        "note_done",
    ),
    ("delivery_note", _as("dirk", cast.DIRK_SHIPPED), "refused", [], "note_too_late"),
    ("invoice_copy", _as("zoe", cast.ZOE_TWO_LINES), "resolved", ["send_invoice_copy"], "invoice_done"),
    ("close_account", _as("bea"), "resolved", ["close_account"], "account_closed"),
    ("close_account", _as("anna"), "refused", [], "account_has_open_matters"),
    ("stock_check", {"article": ["p_fen"], "size": ["43"]}, "resolved", [], "in_stock"),
    ("stock_check", {"article": ["p_her"]}, "resolved", [], "in_stock"),
    ("stock_check", {"article": ["p_haw"], "size": ["51"]}, "resolved", [], "out_of_stock"),
]


@pytest.mark.parametrize(("procedure", "answers", "ends", "writes", "last"), WAYS)
def test_procedure_ends_as_it_should(
    player: Any, procedure: str, answers: dict[str, list[Any]], ends: str, writes: list[str], last: str
) -> None:
    played = player.play(procedure, answers)
    assert (played.ended, played.because if ends != "handed over" else "") == (ends, "")
    assert [name.partition(".")[2] for name, _ in played.done] == writes
    assert played.said[-1] == last


@pytest.mark.parametrize(
    ("procedure", "answers"), [(way[0], way[1]) for way in WAYS if way[3] and "wait" not in way[0]]
)
def test_no_means_that_nothing_is_written(
    player: Any, database: Any, procedure: str, answers: dict[str, list[Any]]
) -> None:
    player.agree = False
    played = player.play(procedure, answers)
    assert played.done == []
    assert played.ended in ("resolved", "kept as it is")
    assert Shop(database).list_journal() == []


def test_every_procedure_is_played(operation: Operation) -> None:
    assert {way[0] for way in WAYS} == set(operation.procedures)


def test_order_of_somebody_else_is_never_read(player: Any) -> None:
    played = player.play("where_is_my_order", _as("anna", None, order_number=[cast.ELIF_DELIVERED] * 3))
    assert played.ended == "handed over"
    assert played.said.count("no_such_order") == 2
    assert all("Hawthorn" not in text for text in played.texts)


def test_three_wrong_postcodes_end_with_a_person(player: Any) -> None:
    answers = {"email": ["anna@customers.example"] * 3, "postcode": ["1017 AC"] * 3}
    played = player.play("where_is_my_order", answers)
    assert (played.ended, played.said.count("could_not_identify")) == ("handed over", 2)


def test_closed_account_is_not_identified(player: Any) -> None:
    answers = {"email": ["vera@customers.example"] * 3, "postcode": ["3811 CD"] * 3}
    assert player.play("close_account", answers).ended == "handed over"


def test_email_customer_is_asked_for_the_postcode_only(player: Any) -> None:
    player.channel, player.contact = "email", "zoe@customers.example"
    played = player.play("invoice_copy", {"postcode": ["2312 BK"], "order_number": [cast.ZOE_TWO_LINES]})
    assert played.ended == "resolved"
    assert "ask_email" not in played.said


def test_refund_that_a_person_denies_is_refused_in_words(player: Any) -> None:
    player.approve = False
    played = player.play("damaged_goods", _as("elif", cast.ELIF_DELIVERED, **DAMAGE, amount=_euros(5001)))
    assert (played.ended, played.said[-1], played.done) == ("refused", "refund_not_possible", [])


def test_packed_order_that_nobody_stops_is_not_cancelled(player: Any) -> None:
    player.approve = False
    played = player.play("cancel_order", _as("carla", cast.CARLA_PACKED))
    assert (played.ended, played.said[-1], played.done) == ("refused", "cancel_not_possible", [])


def test_parcel_that_turns_up_while_it_is_searched_ends_well(player: Any) -> None:
    def turns_up(shop: Shop) -> None:
        trace = shop.get_order(cast.OLGA_LATE)["trace"]["trace_id"]
        shop.close_trace(trace, "carrier-1")
        with shop._store.write() as tables:
            tables.set_columns(
                "orders", cast.OLGA_LATE, {"status": "delivered", "delivered_at": "2026-03-11T15:00:00Z"}
            )

    player.meanwhile = turns_up
    played = player.play("late_or_lost_parcel", _as("olga", cast.OLGA_LATE))
    assert (played.ended, played.said[-1]) == ("resolved", "parcel_found")
    assert player.now == TODAY + timedelta(hours=48)


def test_dear_lost_parcel_waits_for_two_roles_to_be_paid_back(player: Any) -> None:
    decision = player.judge(
        "shop.refund_order",
        {"order_id": cast.NOAH_LOST_DEAR, "amount_cents": 64995, "reason": "lost"},
        cast.NOAH,
    )
    assert (decision.lane, decision.approvers) == ("reviewed", ("refund_approver", "operations_manager"))


@pytest.mark.parametrize(
    ("order", "customer", "cents", "lane"),
    [
        (cast.ELIF_DELIVERED, cast.ELIF, 4999, "allowed"),
        (cast.ELIF_DELIVERED, cast.ELIF, 5000, "allowed"),
        (cast.ELIF_DELIVERED, cast.ELIF, 5001, "reviewed"),
        (cast.ELIF_DELIVERED, cast.ANNA, 100, "prohibited"),
        (cast.KARIN_DAY_30, cast.KARIN, 100, "allowed"),
        (cast.LARS_DAY_31, cast.LARS, 100, "prohibited"),
        (cast.UMUT_PART_REFUNDED, cast.UMUT, 100, "prohibited"),
        (cast.FARID_DELIVERED, cast.FARID, 5000, "prohibited"),
        (cast.DIRK_SHIPPED, cast.DIRK, 100, "prohibited"),
        (cast.NOAH_LOST, cast.NOAH, 5000, "allowed"),
    ],
)
def test_facts_of_the_cast_give_the_lane(player: Any, order: str, customer: str, cents: int, lane: str) -> None:
    args = {"order_id": order, "amount_cents": cents, "reason": "damaged"}
    decision = player.judge("shop.refund_order", args, customer)
    assert decision.lane == lane, decision


@pytest.mark.parametrize(
    ("address", "lane"),
    [
        ("Singel 5, 1012 VG Amsterdam", "allowed"),
        ("Singel 5, 1012vg Amsterdam", "allowed"),
        ("Ahornweg 3, 10437 Berlin", "reviewed"),
    ],
)
def test_parcel_that_leaves_the_country_is_looked_at(player: Any, address: str, lane: str) -> None:
    args = {"order_id": cast.ANNA_PLACED, "address": address}
    assert player.judge("shop.change_address", args, cast.ANNA).lane == lane


def test_missing_order_reads_as_missing_only_for_somebody_verified(player: Any) -> None:
    args = {"order_id": "LK-999999"}
    assert player.judge("shop.get_order", args, cast.ANNA, confirmed=False).may_perform
    assert player.judge("shop.get_order", args, "", confirmed=False).lane == "prohibited"
    assert player.judge("shop.get_order", {"order_id": cast.ELIF_DELIVERED}, cast.ANNA).lane == "prohibited"
