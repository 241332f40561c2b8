"""A tiny company, complete: one system of record, two procedures, everything that a folder may hold."""

from collections.abc import Mapping
from pathlib import Path

from aboveloop.operation.loading import Loaded, load_files
from aboveloop.operation.names import BUILT_IN_MESSAGES

FILES: dict[str, str] = {
    "operation.yaml": """\
name: kettle
title: Kettle and Co
currency: EUR
timezone: Europe/Amsterdam
languages: [en]
working_hours: {days: [mon, tue], from: "08:00", until: "18:00"}
channels:
  webchat: {disclosure: "You are chatting with an AI assistant."}
roles:
  clerk: {may: [take_over, reply]}
  refund_approver: {may: [approve]}
people:
  - {id: priya, name: Priya Raman, roles: [clerk, refund_approver]}
owners: {operations: priya}
understanding:
  minimum_confidence: 0.4
  wants_person: [talk to a human]
entities:
  order_number: {kind: pattern, pattern: "KT-\\\\d{4}", normalise: [upper]}
  email: {kind: email}
  reason: {kind: choice, choices: {mistake: [by mistake], other: [something else]}}
approvals: {expire_after_hours: 12}
answers:
  - {intent: opening_hours, say: opening_hours}
""",
    "intents/orders.yaml": """\
- intent: cancel_order
  title: Cancel an order
  procedure: cancel_order
  examples: [cancel my order, stop order KT-1000, I no longer want it]
- intent: refund
  procedure: refund
  examples:
    - give me my money back
    - I want a refund
    - refund order KT-1001
- intent: opening_hours
  examples: [when are you open]
- intent: complaint
  hand_over: true
  examples: [this is a disgrace]
- intent: return_policy
  answer: return_policy
  examples: [can I send it back]
- intent: thanks
  examples: [cheers]
""",
    "systems/shop.yaml": """\
system: shop
title: Order system
reach:
  kind: mcp
  command: ["{python}", "-m", "kettle.server"]
  timeout_seconds: 5
types:
  Order:
    type: object
    required: [order_id, customer_id]
    properties: {order_id: {type: string}, customer_id: {type: string}}
operations:
  identify:
    kind: read
    description: Who has this address.
    arguments: {email: {type: string, format: email}}
    verifies: result.customer_id
  get_order:
    kind: read
    arguments:
      order_id: {type: string, pattern: "^KT-[0-9]{4}$"}
    returns: {$ref: "#/$defs/Order"}
    touches: [customer]
    missing: not_found
  get_product:
    kind: read
    arguments: {product_id: {type: string}}
  cancel_order:
    kind: write
    arguments: {order_id: {type: string}, reason: {type: string, maxLength: 200}}
    optional: [reason]
    idempotency: key
    resource: args.order_id
    records: {order: {read: get_order, with: {order_id: args.order_id}}}
    owner: order.customer_id
    facts: {status: {type: string, value: order.status}}
    proof: {read: get_order, with: {order_id: args.order_id}, holds: "order.status == 'cancelled'"}
    says: "Cancel order {{ args.order_id }}"
  refund_order:
    kind: write
    arguments: {order_id: {type: string}, amount_cents: {type: integer, minimum: 1}}
    touches: [customer, money]
    idempotency: key
    resource: args.order_id
    amount: args.amount_cents
    records:
      order: {read: get_order, with: {order_id: args.order_id}}
      products: {read: get_product, with: {product_id: each}, many: "distinct(order.items.map(i, i.product_id))"}
    owner: order.customer_id
    facts:
      refundable_cents: {type: long, value: order.paid_cents - order.refunded_cents}
      product_count: {type: long, value: size(products), optional: true}
    undo: {do: void_refund, with: {refund_id: result.refund_id}}
    says: "Refund {{ money(args.amount_cents) }}"
  void_refund:
    kind: write
    arguments: {refund_id: {type: string}}
    idempotency: key
""",
    "procedures/identify.yaml": """\
fragment: identify
steps:
  - ask: email
    say: ask_email
  - id: who
    look_up: shop.identify
    with: {email: email}
    into: person
    missing: unknown_customer
  - go: known
  - id: unknown_customer
    hand_over: Nobody has this address.
  - id: known
    set: {name: person.name}
""",
    "procedures/cancel_order.yaml": """\
procedure: cancel_order
title: Cancel an order
owner: operations
steps:
  - use: identify
  - id: which
    ask: order_number
    into: order_id
    say: ask_order_number
    again: ask_order_number
  - id: order
    look_up: shop.get_order
    with: {order_id: order_id}
    into: order
    missing: no_such_order
  - choose:
      - {when: "order.status == 'placed'", go: offer}
      - {otherwise: true, go: too_late}
  - id: offer
    confirm: cancel
    say: confirm_cancel
    if_no: kept
  - id: cancel
    do: shop.cancel_order
    with: {order_id: order.order_id, reason: "'customer asked'"}
    into: cancelled
    refused: not_possible
  - say: cancelled_done
  - end: resolved
  - id: too_late
    say: too_late
  - end: refused
  - id: kept
    say: kept
  - end: resolved
  - id: no_such_order
    forget: [order_id]
    go: which
  - id: not_possible
    hand_over: The cancellation was not possible.
""",
    "procedures/refund.yaml": """\
procedure: refund
steps:
  - use: identify
  - ask: order_number
    say: ask_order_number
  - look_up: shop.get_order
    with: {order_id: order_number}
    into: order
  - wait: {hours: 1}
    say: one_moment
  - id: offer
    confirm: pay
    say: confirm_refund
  - id: pay
    do: shop.refund_order
    with: {order_id: order.order_id, amount_cents: order.paid_cents}
  - end: resolved
""",
    "policies/orders.cedar": """\
@id("cancel")
@lane("allowed")
@reason("An order that has not left may be cancelled.")
permit (principal is Worker, action == Action::"shop.cancel_order", resource);
""",
    "policies/tests.yaml": """\
- test: an order may be cancelled
  action: shop.cancel_order
  args: {order_id: KT-1000}
  facts: {status: placed}
  expect: {lane: allowed, needs: [confirmation], approvers: [], rules: [cancel]}
""",
    "scenarios/cancel.yaml": """\
scenario: cancel_a_placed_order
title: A placed order is cancelled
from: anna@customers.example
steps:
  - customer: cancel my order
  - worker: [ask_email]
  - customer: anna@customers.example
  - waits_for: customer
  - person: {approves: shop.cancel_order, as: priya}
  - clock: {hours: 2}
  - system: {fails: shop.cancel_order, with: down}
  - record: {shop: {table: orders, id: KT-1000, set: {status: placed}}}
expect:
  ends: resolved
  performed: [{action: shop.cancel_order, args: {order_id: KT-1000}}]
  never: [shop.refund_order]
  lanes: {shop.cancel_order: allowed}
""",
    "messages/en/ask_email.md": "Which address did you order with?\n",
    "messages/en/ask_order_number.md": "Which order is it?\n",
    "messages/en/confirm_cancel.md": "Shall I cancel {{ args.order_id }} ({{ order.status }})?\n",
    "messages/en/confirm_refund.md": "Shall I give back {{ money(args.amount_cents) }}, {{ name }}?\n",
    "messages/en/cancelled_done.md": "Done: {{ cancelled.order_id }} is cancelled.\n",
    "messages/en/too_late.md": "It has left already.\n",
    "messages/en/kept.md": "All stays as it is.\n",
    "messages/en/one_moment.md": "One moment.\n",
    "messages/en/opening_hours.md": "Today is {{ day(now) }}; we are open.\n",
    "messages/en/return_policy.md": "Within 30 days.\n",
    **{f"messages/en/{name}.md": f"{name.replace('_', ' ')}.\n" for name in BUILT_IN_MESSAGES},
}


def changed_files(path: str, old: str, new: str) -> Loaded:
    assert old in FILES[path], f"{old!r} does not stand in {path}"
    return load_files({**FILES, path: FILES[path].replace(old, new, 1)}, Path("kettle"))


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
