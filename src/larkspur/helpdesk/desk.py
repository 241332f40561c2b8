"""The help desk's people, teams and fields, and how the work of a ticket is divided among them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    id: int
    name: str


@dataclass(frozen=True)
class Agent:
    id: int
    name: str
    group: Group


FRONT = Group(301, "Front desk")
RETURNS = Group(302, "Returns")
PAYMENTS = Group(303, "Payments")
CARRIERS = Group(304, "Carrier desk")
LEADS = Group(305, "Team leads")
GROUPS = (FRONT, RETURNS, PAYMENTS, CARRIERS, LEADS)

AGENTS = (
    Agent(701, "Sanne Wolters", FRONT),
    Agent(702, "Yuki Tanabe", FRONT),
    Agent(703, "Joost Kramer", FRONT),
    Agent(704, "Ferhat Yalman", PAYMENTS),
    Agent(705, "Priya Raman", PAYMENTS),
    Agent(706, "Lotte Smit", RETURNS),
    Agent(707, "Hanna Vogel", RETURNS),
    Agent(708, "Mateo Quispe", LEADS),
    Agent(709, "Bas de Groot", CARRIERS),
)

# Ticket fields that clerks fill in when they solve a ticket.
REASON_FIELD = 9001
ACTION_FIELD = 9002
ORDER_FIELD = 9003
FIELDS = {
    REASON_FIELD: "Contact reason",
    ACTION_FIELD: "Action taken",
    ORDER_FIELD: "Order number",
}
NO_ACTION = "none"


@dataclass(frozen=True)
class Script:
    """How clerks work one kind of wish: what they ask after the order and the identity, what they propose, what they
    do in the order system ("" for nothing), what they say at the end, and who does it.

    `refuses`: the wish ends with a lawful no.
    """

    reason: str
    group: Group
    asks: tuple[str, ...] = ()
    proposes: str = ""
    action: str = ""
    closes: str = ""
    refuses: bool = False
    needs_identity: bool = True


SCRIPTS: dict[str, Script] = {
    "where_is_my_order": Script("where_is_my_order", FRONT, closes="status"),
    "late_or_lost_parcel": Script("late_or_lost_parcel", CARRIERS, (), "confirm_search", "open_trace", "trace"),
    "return_order": Script(
        "return_order", RETURNS, ("ask_return_reason",), "confirm_return", "create_return", "return"
    ),
    "return_too_late": Script("return_order", RETURNS, closes="return_too_late", refuses=True),
    "refund_not_received": Script("refund_not_received", PAYMENTS, closes="refund_status"),
    "cancel_order": Script("cancel_order", FRONT, (), "confirm_cancel", "cancel_order", "cancelled"),
    "cancel_too_late": Script("cancel_order", FRONT, closes="cancel_too_late", refuses=True),
    "change_address": Script(
        "change_address", FRONT, ("ask_address",), "confirm_address", "change_address", "address_changed"
    ),
    "change_address_too_late": Script("change_address", FRONT, closes="address_too_late", refuses=True),
    "change_items": Script(
        "change_items", FRONT, ("ask_size_or_colour",), "confirm_swap", "change_order_line", "items_changed"
    ),
    "exchange": Script("exchange", RETURNS, ("ask_size_or_colour",), "confirm_exchange", "create_exchange", "exchange"),
    "invoice_copy": Script("invoice_copy", FRONT, (), "confirm_invoice", "send_invoice_copy", "invoice"),
    "close_account": Script("close_account", FRONT, (), "confirm_close_account", "close_account", "account_closed"),
    "close_account_too_early": Script("close_account", FRONT, closes="account_open", refuses=True),
    "damaged_goods": Script(
        "damaged_goods", PAYMENTS, ("ask_what_is_wrong", "ask_amount"), "confirm_refund", "refund_order", "refunded"
    ),
    "delivery_note": Script("delivery_note", FRONT, ("ask_note",), "confirm_note", "add_order_note", "note_set"),
    "withdraw_return": Script("withdraw_return", RETURNS, (), "confirm_withdraw", "withdraw_return", "withdrawn"),
    "wrong_article": Script("wrong_article", RETURNS, ("ask_what_came",), closes="lead"),
    "stock_check": Script("stock_check", FRONT, closes="stock", needs_identity=False),
    "question": Script("question", FRONT, closes="answer", needs_identity=False),
    "complaint": Script("complaint", LEADS, closes="lead", needs_identity=False),
    "change_contact_details": Script("change_contact_details", FRONT, closes="lead", needs_identity=False),
    "product_advice": Script("product_advice", FRONT, closes="advice", needs_identity=False),
    "wants_person": Script("wants_person", FRONT, closes="call", needs_identity=False),
    "legal": Script("complaint", LEADS, closes="lead"),
    "threat": Script("complaint", LEADS, closes="lead", needs_identity=False),
    "foreign_language": Script("other_language", FRONT, closes="lead", needs_identity=False),
    "somebody_elses_order": Script("change_address", LEADS, closes="not_yours", refuses=True),
    "claimed_identity": Script("change_address", LEADS, closes="not_yours", refuses=True),
    "injected_refund": Script("damaged_goods", LEADS, closes="no_refund", refuses=True),
}

# Which of the questions is asked, by what it is about.
QUESTIONS = {
    "return_policy": ("return", "sending things back"),
    "shipping_cost": ("shipping", "deliver"),
    "opening_hours": ("phone", "hours", "weekends"),
    "size_guide": ("size", "small or big"),
    "warranty": ("warranty", "guarantee"),
    "payment_methods": ("pay", "gift card"),
}
