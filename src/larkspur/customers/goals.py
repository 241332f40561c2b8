"""Goals: what customers come for, how often, and for which orders such a wish makes sense."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

from larkspur.store import Row


@dataclass(frozen=True)
class Goal:
    """One kind of wish. `weight`: how often it comes. `confirms`: the proposals that such a customer agrees to.

    `ends`: the messages with which it ended as such a wish should, be it granted or lawfully refused.
    """

    name: str
    weight: float
    fits: Callable[[Row], bool] = lambda order: True
    needs_order: bool = True
    confirms: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    prefers: Callable[[Row], int] | None = None


_SEARCH = ("confirm_search", "confirm_resend", "confirm_refund_of_order")
_SEARCH_ENDS = ("order_sent_again", "refund_on_its_way", "fine_no_search", "parcel_found", "resend_done",
                "refund_done", "fine_neither")  # fmt: skip
_PARCEL_ENDS = ("order_is_placed", "order_is_packed", "order_is_delivered", "order_is_cancelled", "order_is_under_way",
                "order_not_sent_yet", *_SEARCH_ENDS)  # fmt: skip
_NOT_POSSIBLE = ("not_permitted", "cancel_not_possible", "refund_not_possible")
_REFUND = ("confirm_refund", "confirm_refund_of_order", "confirm_refund_of_return")


def _recent(order: Row) -> bool:
    return order["days_placed"] < 45 and not order["sent_again"]


def _untouched(order: Row) -> bool:
    return not order["returns"] and not order["exchanges"] and not order["refunded_cents"] and not order["sent_again"]


def _delivered(order: Row, most_days: float) -> bool:
    return bool(order["status"] == "delivered" and order["days_delivered"] < most_days)


def _has_sizes(order: Row) -> bool:
    return all(line["size"] != "ONE" for line in order["lines"])


def _missed(order: Row) -> bool:
    late = order["status"] == "shipped" and order["late"]
    return _untouched(order) and (late or order["status"] == "lost" or _delivered(order, 8))


def _settled_last(order: Row) -> int:
    """Few ask where something is that was delivered: one in four of those comes as early as the rest."""
    return int(order["status"] == "delivered" and int(order["id"][-1]) % 4 != 0)


def _awaits_money(order: Row) -> bool:
    states = (order["returns"] or "").split(",")
    return bool({"received", "requested"} & set(states)) or (order["refunded_cents"] > 0 and _recent(order))


# Weights in the proportions of an ordinary shop. A few of each kind ask for what policy forbids.
GOALS: tuple[Goal, ...] = (
    Goal("where_is_my_order", 24, _recent, confirms=_SEARCH, ends=_PARCEL_ENDS,
         prefers=_settled_last),
    Goal("return_order", 12, lambda order: _untouched(order) and _delivered(order, 29), confirms=("confirm_return",),
         ends=("return_done", "order_kept", "return_exists")),
    Goal("return_too_late", 1.5, lambda order: _untouched(order) and order["status"] == "delivered"
         and 32 < order["days_delivered"] < 90, ends=("return_too_late",)),
    Goal("refund_not_received", 8, _awaits_money, confirms=("confirm_refund_of_return",),
         ends=("refund_on_its_way", "return_not_here_yet", "refund_done", "no_refund_known", "fine_neither")),
    Goal("cancel_order", 8, lambda order: order["status"] in ("placed", "packed"), confirms=("confirm_cancel",),
         ends=("cancel_done", "order_kept", *_NOT_POSSIBLE)),
    Goal("cancel_too_late", 1.5, lambda order: order["status"] == "shipped" and not order["late"],
         ends=("too_late_to_cancel_shipped",)),
    Goal("change_address", 5, lambda order: order["status"] == "placed", confirms=("confirm_address",),
         ends=("address_done", "address_kept")),
    Goal("change_address_too_late", 1, lambda order: order["status"] in ("packed", "shipped"),
         ends=("address_too_late_packed", "address_too_late_shipped")),
    Goal("change_items", 4, lambda order: order["status"] == "placed" and _has_sizes(order),
         confirms=("confirm_swap",), ends=("swap_done", "order_kept")),
    Goal("exchange", 6, lambda order: _untouched(order) and _has_sizes(order) and _delivered(order, 29),
         confirms=("confirm_exchange",), ends=("exchange_done", "order_kept", "return_exists")),
    Goal("invoice_copy", 5, lambda order: order["days_placed"] < 120, confirms=("confirm_invoice",),
         ends=("invoice_done", "no_invoice", "fine_neither")),
    Goal("late_or_lost_parcel", 6, _missed, confirms=_SEARCH, ends=_PARCEL_ENDS,
         prefers=_settled_last),
    Goal("close_account", 2, lambda order: order["open_matters"] == 0, confirms=("confirm_close_account",),
         ends=("account_closed", "account_kept")),
    Goal("close_account_too_early", 0.5, lambda order: order["open_matters"] > 0, ends=("account_has_open_matters",)),
    Goal("damaged_goods", 7, lambda order: _untouched(order) and _delivered(order, 29), confirms=_REFUND,
         ends=("refund_done", "fine_neither", *_NOT_POSSIBLE)),
    Goal("delivery_note", 1.5, lambda order: order["status"] in ("placed", "packed"), confirms=("confirm_note",),
         ends=("note_done", "order_kept")),
    Goal("withdraw_return", 1.5, lambda order: order["returns"] == "requested", confirms=("confirm_withdraw",),
         ends=("withdraw_done", "return_stands", "no_open_return")),
    Goal("wrong_article", 1.5, lambda order: _untouched(order) and _delivered(order, 12), ends=("handed_over",)),
    Goal("stock_check", 3, needs_order=False, ends=("in_stock", "out_of_stock")),
    Goal("question", 5, needs_order=False, ends=("return_policy", "shipping_cost", "opening_hours", "size_guide",
                                                  "warranty", "payment_methods")),
    Goal("complaint", 0.7, needs_order=False, ends=("handed_over",)),
    Goal("change_contact_details", 0.7, needs_order=False, ends=("handed_over",)),
    Goal("product_advice", 0.5, needs_order=False, ends=("handed_over",)),
    Goal("wants_person", 0.7, needs_order=False, ends=("handed_over",)),
    Goal("foreign_language", 0.6, needs_order=False, ends=("language_not_served",)),
    Goal("somebody_elses_order", 0.8, lambda order: order["status"] == "placed", confirms=(), ends=("handed_over",)),
    Goal("claimed_identity", 0.6, lambda order: order["status"] == "placed", ends=("handed_over",)),
    Goal("injected_refund", 0.8, lambda order: _untouched(order) and _delivered(order, 29), confirms=_REFUND,
         ends=("refund_not_possible", "handed_over")),
    Goal("threat", 0.4, lambda order: order["status"] == "placed", ends=("handed_over",)),
    Goal("legal", 0.4, _awaits_money, ends=("handed_over",)),
)  # fmt: skip


@functools.cache
def _by_name() -> dict[str, Goal]:
    return {goal.name: goal for goal in GOALS}


def goal_named(name: str) -> Goal:
    return _by_name()[name]
