"""A small shop, built in memory, whose policies use every lane, and the cast that acts in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.facts import Conversation, Evidence, Fact
from aboveloop.govern.people import Person, person_of
from aboveloop.kit.canonical import digest
from aboveloop.operation.models import Operation, OperationFile, Procedure
from aboveloop.operation.system_models import System

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)

REFUNDS = """\
// Refunds. The house gives back what is small at once; the rest waits for people.
@id("refund-small")
@lane("allowed")
@reason("Up to 50 EUR within 30 days of delivery is given back at once.")
permit (principal is Worker, action == Action::"shop.refund_order", resource)
when { context.verified && context.confirmed && context.args.amount_cents <= 5000
  && context.facts has days_since_delivery && context.facts.days_since_delivery <= 30 };

@id("refund-approved")
@lane("reviewed")
@approver("refund_approver")
@reason("A refund above 50 EUR waits for a person; \\"no\\" is an answer.")
permit (principal is Worker, action == Action::"shop.refund_order", resource)
when { context.verified && context.confirmed && context.args.amount_cents <= 20000
  && context.approved_by.contains("refund_approver") };

@id("refund-large")
@lane("reviewed")
@approver("refund_approver, manager")
@reason("Above 200 EUR two people look.")
permit (principal is Worker, action == Action::"shop.refund_order", resource)
when { context.verified && context.confirmed && context.approved_by.containsAll(["refund_approver", "manager"]) };

@id("refund-beyond-paid")
@lane("prohibited")
@reason("Never more than was paid.")
forbid (principal, action == Action::"shop.refund_order", resource)
when { context.args.amount_cents > context.facts.refundable_cents };
"""

OTHERS = """\
@id("reads") @lane("allowed") @reason("Reading is allowed.")
permit (principal, action in Action::"reads", resource);

@id("cancel-own")
@lane("allowed")
@reason("Customers may cancel their own orders; being there is enough.")
permit (principal is Worker, action == Action::"shop.cancel_order", resource) when { context.verified };

@id("cancel-anybody")
@lane("reviewed")
@approver("manager")
@reason("A manager may have any order cancelled.")
permit (principal is Worker, action == Action::"shop.cancel_order", resource)
when { context.approved_by.contains("manager") };

@id("cancel-shipped") @lane("prohibited") @reason("A shipped order is not cancelled.")
forbid (principal, action == Action::"shop.cancel_order", resource) unless { context.facts.status == "placed" };

@id("newsletter") @lane("allowed") @reason("Whoever proved to be somebody may subscribe.")
permit (principal is Worker, action == Action::"shop.subscribe", resource)
when { context.verified && context.confirmed };

@id("person-notes") @lane("allowed") @reason("People may write notes.")
permit (principal is Person, action == Action::"shop.note", resource);

@id("note-sum") @lane("prohibited") @reason("A note's weight stays below a limit.")
forbid (principal, action == Action::"shop.note", resource)
when { context.args has weight && context.args.weight * 9000000000000000 > 10 };

@id("sensitive") @lane("prohibited") @reason("Nothing sensitive is touched.")
forbid (principal, action in Action::"touches_sensitive", resource);
"""

ORDER = {"order": {"read": "get_order", "with": {"order_id": "args.order_id"}}}
SHOP: dict[str, Any] = {
    "system": "shop",
    "title": "Shop",
    "reach": {"kind": "python", "module": "shop"},
    "operations": {
        "get_order": {"kind": "read", "arguments": {"order_id": {"type": "string"}}},
        "get_product": {"kind": "read", "arguments": {"product_id": {"type": "string"}}},
        "refund_order": {
            "kind": "write",
            "arguments": {
                "order_id": {"type": "string", "pattern": "^LK-[0-9]+$"},
                "amount_cents": {"type": "integer", "minimum": 1},
                "note": {"type": "string"},
            },
            "optional": ["note"],
            "touches": ["customer", "money"],
            "resource": "args.order_id",
            "amount": "args.amount_cents",
            "owner": "order.customer_id",
            "records": {
                **ORDER,
                "products": {
                    "read": "get_product",
                    "with": {"product_id": "each"},
                    "many": "distinct(order.items)",
                },
            },
            "facts": {
                "refundable_cents": {"type": "long", "value": "order.paid_cents - order.refunded_cents"},
                "days_since_delivery": {
                    "type": "long",
                    "value": "days_between(order.delivered_at, now)",
                    "optional": True,
                },
                "kinds": {"type": "strings", "value": "distinct(products.map(p, p.kind))"},
            },
        },
        "cancel_order": {
            "kind": "write",
            "arguments": {"order_id": {"type": "string"}},
            "touches": ["customer"],
            "resource": "args.order_id",
            "owner": "order.customer_id",
            "records": ORDER,
            "facts": {
                "status": {"type": "string", "value": "order.status"},
                "is_gift": {"type": "bool", "value": "order.gift", "optional": True},
            },
        },
        "subscribe": {"kind": "write", "arguments": {"email": {"type": "string"}}, "touches": ["customer"]},
        "note": {
            "kind": "generic",
            "arguments": {
                "text": {"type": "string"},
                "weight": {"type": "integer"},
                "share": {"type": "number"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "urgent": {"type": "boolean"},
                "more": {"type": "object"},
            },
            "optional": ["weight", "share", "tags", "urgent", "more"],
        },
    },
}
ABOUT: dict[str, Any] = {
    "name": "corner",
    "title": "The corner shop",
    "channels": {"webchat": {"disclosure": "You are chatting with an assistant."}},
    "roles": {
        "clerk": {"may": ["take_over", "reply"]},
        "refund_approver": {"may": ["approve"]},
        "manager": {"may": ["incident", "approve", "pause", "resume", "release", "audit"]},
        "auditor": {"may": ["audit"]},
    },
    "people": [
        {"id": "priya", "name": "Priya Raman", "roles": ["refund_approver"]},
        {"id": "noor", "name": "Noor Haddad", "roles": ["manager"]},
        {"id": "max", "name": "Max Both", "roles": ["refund_approver", "manager"]},
        {"id": "cleo", "name": "Cleo Desk", "roles": ["clerk"]},
        {"id": "odd", "name": "Odd Audit", "roles": ["auditor"]},
    ],
}
RECORDS: dict[str, dict[str, Any]] = {
    "shop.get_order": {
        "LK-1": {
            "customer_id": "c_1",
            "paid_cents": 90000,
            "refunded_cents": 0,
            "delivered_at": "2026-11-10T09:00:00Z",
            "status": "placed",
            "items": ["boots", "hat", "boots"],
            "gift": False,
        },
        "LK-2": {
            "customer_id": "c_2",
            "paid_cents": 8000,
            "refunded_cents": 3000,
            "delivered_at": None,
            "status": "shipped",
            "items": ["hat"],
            "gift": None,
        },
    },
    "shop.get_product": {"boots": {"kind": "shoes"}, "hat": {"kind": "wear"}},
}


def build_operation(**changes: Any) -> Operation:
    """The shop, with `policies`, `about`, `shop` or `policy_tests` exchanged."""
    policies = changes.get("policies", {"policies/refunds.cedar": REFUNDS, "policies/others.cedar": OTHERS})
    about, shop = changes.get("about", ABOUT), changes.get("shop", SHOP)
    return Operation(
        folder=Path("corner"),
        digest=digest({"policies": policies, "about": about, "shop": shop}),
        about=OperationFile.model_validate(about),
        intents={},
        systems={"shop": System.model_validate(shop)},
        policies=policies,
        policy_tests=changes.get("policy_tests", []),
        procedures={"cancel_order": Procedure.model_validate({"procedure": "cancel_order", "steps": []})},
        fragments={},
        messages={},
        scenarios={},
    )


@dataclass
class Records:
    """A record reader over a dictionary; what stands in `failing` raises."""

    records: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: RECORDS)
    failing: Mapping[str, Exception] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def read(self, operation: str, args: Mapping[str, Any]) -> Any | None:
        self.asked.append((operation, dict(args)))
        if operation in self.failing:
            raise self.failing[operation]
        return self.records[operation].get(next(iter(args.values())))


WORKER = Principal("worker", "refunds")


def refund(cents: int = 5000, order: str = "LK-1", **more: Any) -> Action:
    args = {"order_id": order, "amount_cents": cents, **more}
    return Action(case_id="case_1", operation="shop.refund_order", args=args, by=WORKER)


def act(operation: str, by: Principal = WORKER, **args: Any) -> Action:
    return Action(case_id="case_1", operation=operation, args=args, by=by)


def known(owner: str = "", resource: str = "LK-1", **facts: Any) -> Evidence:
    return Evidence(
        facts={name: Fact(name, value, "a test") for name, value in facts.items()}, owner=owner, resource=resource
    )


REFUNDABLE = known("c_1", refundable_cents=90000, days_since_delivery=3, kinds=["shoes"])
NOBODY = Conversation()
OWNER = Conversation(customer="c_1")
READY = Conversation(customer="c_1", confirmed=True)


def stakes(action: Action) -> Evidence:
    """The evidence of a refund that may be given, with the money at stake."""
    return replace(REFUNDABLE, amount=action.args["amount_cents"])


def person(person_id: str) -> Person:
    return person_of(build_operation(), person_id)
