"""Checking: parts that do not fit each other, each with its sentence, file and line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aboveloop.operation.checking import check, check_folder
from aboveloop.operation.faults import Severity
from aboveloop.operation.loading import Loaded, load_files

Changed = Callable[..., Loaded]

ABOUT, INTENTS, SHOP = "operation.yaml", "intents/orders.yaml", "systems/shop.yaml"
CANCEL, REFUND, IDENTIFY = "procedures/cancel_order.yaml", "procedures/refund.yaml", "procedures/identify.yaml"
SCENARIO, TESTS = "scenarios/cancel.yaml", "policies/tests.yaml"


def test_a_sound_folder_has_no_faults(kettle_folder: Path) -> None:
    assert check_folder(kettle_folder) == []


def test_faults_of_loading_come_through(tmp_path: Path) -> None:
    assert [fault.path for fault in check_folder(tmp_path)] == ["operation.yaml"]


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "words"),
    [
        # operation.yaml
        (ABOUT, "Europe/Amsterdam", "Europe/Amsterdan", 4, "Did you mean `Europe/Amsterdam`?"),
        (ABOUT, "Europe/Amsterdam", "../../etc/passwd", 4, "There is no time zone"),
        (ABOUT, "currency: EUR", "time: 2024-05-15T15:00:00", 3, "has no offset"),
        (ABOUT, '"08:00"', '"19:00"', 6, "earlier to a later"),
        (ABOUT, '"08:00"', '"29:00"', 6, "earlier to a later"),
        (ABOUT, "[clerk, refund_approver]", "[clerk, refund_aprover]", 13, "Did you mean `refund_approver`?"),
        (ABOUT, "operations: priya", "operations: prya", 14, "Did you mean `priya`?"),
        (ABOUT, "[clerk, refund_approver]}", "[]}\n  - {id: priya, name: P, roles: []}", 14, "two people"),
        (ABOUT, '"KT-\\\\d{4}"', '"KT-(\\\\d{4}"', 19, "pattern cannot be used"),
        (ABOUT, "normalise: [upper]", "group: 1", 19, "has no group 1"),
        (ABOUT, 'pattern: "KT-\\\\d{4}", ', "", 19, "needs `pattern`"),
        (ABOUT, "{kind: email}", "{kind: email, pattern: x}", 20, "`pattern` means nothing"),
        (ABOUT, ", choices: {mistake: [by mistake], other: [something else]}", "", 21, "needs `choices`"),
        (ABOUT, "mistake: [by mistake]", "mistake: []", 21, "has no words"),
        (ABOUT, "intent: opening_hours", "intent: opening_hour", 24, "Did you mean `opening_hours`?"),
        (ABOUT, "say: opening_hours", "say: open_hours", 24, "messages/en/open_hours.md"),
        (ABOUT, "[en]", "[]", 5, "at least one language"),
        (ABOUT, "[en]", "[en, en]", 5, "twice"),
        (ABOUT, "[en]", "[en, English]", 5, "is no language"),
        # intents
        (INTENTS, "  procedure: refund\n", "", 5, "leads nowhere"),
        (INTENTS, "  procedure: refund\n", "  procedure: refund\n  hand_over: true\n", 5, "exactly one"),
        (INTENTS, "procedure: refund", "procedure: refunds", 6, "Did you mean `refund`?"),
        (INTENTS, "answer: return_policy", "answer: return_policies", 17, "There is no message `return_policies`"),
        (INTENTS, "    - I want a refund\n", "", 7, "has 2 different examples"),
        (INTENTS, "I want a refund", "Give me my  money back", 7, "has 2 different examples"),
        (INTENTS, "[cheers]", '["", cheers]', 20, "example is empty"),
        # systems: schemas
        (SHOP, "{type: integer, minimum: 1}", "{type: integr}", 41, "This is not JSON Schema"),
        (SHOP, '"^KT-[0-9]{4}$"', '"^KT-[0-9{4}$"', 21, "pattern cannot be used"),
        (SHOP, '"#/$defs/Order"', '"#/$defs/Ordr"', 22, "There is no type"),
        (SHOP, '"#/$defs/Order"', '"https://example.com/order"', 22, "There is no type"),
        (SHOP, "maxLength: 200", "maxLenght: 200", 30, "no keyword of JSON Schema"),
        (SHOP, "    type: object\n", "    $id: x\n", 9, "`$id` is not used here"),
        (SHOP, "    type: object\n", '    $ref: "#/$defs/Order"\n', 8, "made of itself"),
        (SHOP, "  Order:", "  Or/der:", 8, "no name for a type"),
        # systems: operations
        (SHOP, "optional: [reason]", "optional: [raeson]", 31, "Did you mean `reason`?"),
        (SHOP, "optional: [reason]", "optional: [reason, reason]", 31, "twice"),
        (SHOP, "optional: [reason]", "optional: [reason]\n    replaces: {reason: order}", 32, "`order` is no argument"),
        (SHOP, "optional: [reason]", "optional: [reason]\n    obtains: {x: {choices: {a: []}}}", 32, "has no phrase"),
        (SHOP, "    missing: not_found", "    idempotency: key", 24, "Only a write has `idempotency`"),
        (SHOP, "void_refund:\n", "void_refund:\n    verifies: result\n", 56, "proves nobody"),
        (SHOP, "idempotency: key\n    resource", "idempotency: reason\n    resource", 32, "added by the house"),
        (SHOP, "    idempotency: key\n    resource: args", "    resource: args", 28, "could do it twice"),
        (SHOP, "resource: args.order_id", "resource: args.oder_id", 33, "Did you mean `order_id`?"),
        (SHOP, "owner: order.customer_id", "owner: ordr.customer_id", 35, "Did you mean `order`?"),
        (SHOP, "value: order.status", "value: order.status ==", 36, "is not an expression"),
        (SHOP, "value: order.status", "value: status(order)", 36, "is not a function here"),
        (SHOP, "value: order.status", "value: result.status", 36, "uses `result`, which is not known here"),
        (SHOP, "{order: {read: get_order", "{order: {read: get_oder", 34, "Did you mean `get_order`?"),
        (SHOP, "records: {order: {read: get_order", "records: {order: {read: void_refund", 34, "is a write operation"),
        (SHOP, "with: {order_id: args.order_id}}}", "with: {}}}", 34, "needs the argument `order_id`"),
        (SHOP, "args.order_id}}}", "args.order_id, x: '1'}}}", 34, "`x` is no argument"),
        (SHOP, "records: {order: {", "records: {result: {", 34, "cannot be called `result`"),
        (SHOP, "records: {order: {", "records: {in: {", 34, "cannot be called `in`"),
        (SHOP, ', many: "distinct(order.items.map(i, i.product_id))"', "", 48, "uses `each`"),
        (SHOP, "distinct(order.items", "distinct(products.items", 48, "uses `products`"),
        (SHOP, "order.status == 'cancelled'", "status == 'cancelled'", 37, "uses `status`"),
        (SHOP, "do: void_refund", "do: void_refunds", 53, "Did you mean `void_refund`?"),
        (SHOP, "do: void_refund", "do: get_order", 53, "here must stand a write"),
        (SHOP, "refund_id: result.refund_id", "refund: result.refund_id", 53, "Did you mean `refund_id`?"),
        (SHOP, "Cancel order {{ args.order_id }}", "Cancel {{ args.order }}", 38, "Did you mean `order_id`?"),
        (SHOP, "Cancel order {{ args.order_id }}", "Cancel {{ args.order_id", 38, "has no partner"),
        (SHOP, "verifies: result.customer_id", "verifies: order.customer_id", 17, "uses `order`"),
        (SHOP, "verifies: result.customer_id", "verifies: customer", 17, "uses `customer`"),
        (SHOP, "with: {order_id: args.order_id}, holds", "with: {order_id: order.id}, holds", 37, "uses `order`"),
        (SHOP, "{{ args.order_id }}", "{{ order.order_id }}", 38, "uses `order`"),
        (SHOP, "reach:", "journal: list_written\nreach:", 3, "There is no read `list_written`"),
        (SHOP, "reach:", "journal: void_refund\nreach:", 3, "There is no read `void_refund`"),
        (SHOP, "reach:", "journal: get_order\nreach:", 3, "`after` is no argument of `get_order`"),
        # systems: how to reach them
        (SHOP, "kind: mcp", "kind: http", 5, "`command` means nothing"),
        (SHOP, "kind: mcp\n  command", "kind: mcp\n  url: http://x\n  command", 3, "either `command` or `url`"),
        (SHOP, 'command: ["{python}", "-m", "kettle.server"]', "command: []", 5, "command is empty"),
        (SHOP, "kind: mcp", "kind: python", 3, "needs `module`"),
        (SHOP, "kind: mcp", "kind: http", 3, "needs `url`"),
        (SHOP, "kind: mcp", "kind: http", 13, "needs `method` and `path`"),
        (SHOP, "kind: mcp", "kind: sql", 13, "needs a `statement`"),
        (SHOP, "kind: mcp", "kind: http\n  openapi: api.json", 5, "There is no file systems/api.json"),
        (SHOP, "missing: not_found", "statement: select 1", 24, "`statement` means nothing"),
        # procedures
        (CANCEL, "owner: operations", "owner: operation", 3, "Did you mean `operations`?"),
        (CANCEL, "say: too_late", "say: to_late", 31, "Did you mean `too_late`?"),
        (CANCEL, "again: ask_order_number", "again: ask_order_numbers", 10, "There is no message"),
        (IDENTIFY, "say: ask_email", "say: ask_mail", 4, "Did you mean `ask_email`?"),
        # scenarios and policy tests
        (SCENARIO, "from:", "channel: email\nfrom:", 3, "There is no channel `email`"),
        (SCENARIO, "[ask_email]", "[ask_mail]", 6, "There is no message `ask_mail`"),
        (SCENARIO, "as: priya", "as: pria", 9, "Did you mean `priya`?"),
        (SCENARIO, "approves: shop.cancel_order", "approves: shop.cancel", 9, "Did you mean `shop.cancel_order`?"),
        (SCENARIO, "approves: shop.cancel_order, ", "", 9, "does nothing"),
        (SCENARIO, "approves:", "edits: {x: 1}, denies:", 9, "Only a person who approves"),
        (SCENARIO, "approves:", "edits: {x: 1}, approves:", 9, "`x` is no argument"),
        (SCENARIO, "- clock: {hours: 2}", "- {clock: {hours: 2}, waits_for: timer}", 10, "has waits_for, clock"),
        (SCENARIO, "- clock: {hours: 2}", "- {channel: webchat}", 10, "this one has none"),
        (SCENARIO, "fails: shop.cancel_order", "fails: shop.cancel", 11, "There is no operation"),
        (SCENARIO, "record: {shop:", "record: {shed:", 12, "There is no system `shed`"),
        (SCENARIO, "action: shop.cancel_order", "action: shop.get_order", 15, "is a read"),
        (SCENARIO, "args: {order_id: KT-1000}", "args: {order: KT-1000}", 15, "Did you mean `order_id`?"),
        (SCENARIO, "never: [shop.refund_order]", "never: [shop.refund]", 16, "There is no operation"),
        (SCENARIO, "lanes: {shop.cancel_order", "lanes: {shop.cancel", 17, "There is no operation"),
        (SCENARIO, "as: priya}", "as: priya, denies: shop.cancel_order}", 9, "approves or denies, not both"),
        (SCENARIO, "approves: shop.cancel_order", "denies: shop.cancel", 9, "There is no operation"),
        (SCENARIO, "with: down", "with: down, times: 0", 11, "at least once"),
        (SCENARIO, "- customer: cancel my order", "- {customer: a, channel: fax}", 5, "There is no channel `fax`"),
        (SCENARIO, "clock: {hours: 2}", "switch: {}", 10, "either pauses or resumes"),
        (SCENARIO, "clock: {hours: 2}", "switch: {pause: {operation: shop.cancel}}", 10, "`shop.cancel_order`?"),
        (SCENARIO, "clock: {hours: 2}", "switch: {pause: {}}", 10, "names one thing"),
        (SCENARIO, "clock: {hours: 2}", "switch: {resume: all, as: pria}", 10, "Did you mean `priya`?"),
        (TESTS, "action: shop.cancel_order", "action: shop.cancel", 2, "Did you mean `shop.cancel_order`?"),
        (TESTS, "args: {order_id", "args: {oder_id", 3, "Did you mean `order_id`?"),
        (TESTS, "facts: {status", "facts: {state", 4, "`state` is no fact"),
        (TESTS, "approvers: []", "approvers: [boss]", 5, "There is no role `boss`"),
        (TESTS, "facts:", "stage: solo\n  facts:", 4, "There is no stage `solo`"),
    ],
)  # fmt: skip
def test_each_fault_names_its_line(changed: Changed, path: str, old: str, new: str, line: int, words: str) -> None:
    loaded = changed(path, old, new)
    assert loaded.operation is not None, loaded.faults
    faults = check(loaded)
    found = [(fault.path, fault.line) for fault in faults if words in fault.message]
    assert (path, line) in found, [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("path", "old", "new", "words"),
    [
        ("messages/en/opening_hours.md", "day(now)", "day(order.at)", "uses `order`"),
        ("messages/en/return_policy.md", "Within", "\n\nWithin {{ now }", "has no partner"),
        ("messages/en/kept.md", "All", "{{ 1 + }}", "is not an expression"),
        ("messages/en/greeting.md", "greeting", "Hello {{ name }}", "uses `name`"),
    ],
)
def test_messages_that_could_not_be_filled_are_faults(
    changed: Changed, path: str, old: str, new: str, words: str
) -> None:
    (fault,) = check(changed(path, old, new))
    assert (fault.path, fault.line, words in fault.message) == (path, 1 + new.count("\n"), True)


def test_every_language_needs_every_message(kettle: dict[str, str]) -> None:
    kettle["operation.yaml"] = kettle["operation.yaml"].replace("[en]", "[en, nl]")
    kettle["messages/nl/greeting.md"] = "Hallo."
    faults = check(load_files(kettle, Path("kettle")))
    assert any(fault.path == "messages/nl/goodbye.md" for fault in faults)
    assert not any(fault.path == "messages/nl/greeting.md" for fault in faults)
    assert any("messages/nl/kept.md" in fault.message for fault in faults)


def test_messages_in_a_language_not_served_are_a_warning(kettle: dict[str, str]) -> None:
    kettle["messages/nl/greeting.md"] = "Hallo."
    (fault,) = check(load_files(kettle, Path("kettle")))
    assert (fault.severity, fault.path) == (Severity.WARNING, "messages/nl")


def test_an_operation_that_only_judges_needs_no_messages(kettle: dict[str, str]) -> None:
    kept = {path: text for path, text in kettle.items() if path.startswith(("systems/", "policies/"))}
    about = "name: kettle\ntitle: Kettle\nroles: {refund_approver: {may: [approve]}}\n"
    assert check(load_files({**kept, "operation.yaml": about}, Path("kettle"))) == []


def test_a_procedure_without_intent_is_a_warning(changed: Changed) -> None:
    faults = check(changed(INTENTS, "procedure: refund", "hand_over: true"))
    assert [(fault.severity, fault.path) for fault in faults] == [(Severity.WARNING, REFUND)]


def test_an_example_in_two_intents_is_a_warning(changed: Changed) -> None:
    (fault,) = check(changed(INTENTS, "[cheers]", "[I want a  REFUND]"))
    assert (fault.severity, fault.line) == (Severity.WARNING, 20)


def test_a_proof_may_call_what_it_read_by_its_own_name_or_record(changed: Changed) -> None:
    assert check(changed(SHOP, "order.status == 'cancelled'", "record.status == order.status")) == []


def test_a_journal_is_a_read_with_its_two_arguments(kettle: dict[str, str]) -> None:
    journal = "journal: list_written\nreach:"
    listed = "  list_written: {kind: read, arguments: {after: {type: integer}, limit: {type: integer}}}\n"
    kettle[SHOP] = kettle[SHOP].replace("reach:", journal) + listed
    assert check(load_files(kettle, Path("kettle"))) == []


@pytest.mark.parametrize("kind", ["recorded", "house"])
def test_a_write_that_leaves_no_house_needs_no_idempotency(kettle: dict[str, str], kind: str) -> None:
    kettle[SHOP] = kettle[SHOP].replace("    idempotency: key\n", "").replace("kind: mcp", f"kind: {kind}")
    kettle[SHOP] = kettle[SHOP].replace('  command: ["{python}", "-m", "kettle.server"]\n', "")
    assert check(load_files(kettle, Path("kettle"))) == []


def test_an_argument_that_steps_cannot_name_is_a_warning(changed: Changed) -> None:
    (fault,) = check(changed(SHOP, "email: {type: string, format: email}", "eMail: {type: string}"))
    assert (fault.severity, fault.line) == (Severity.WARNING, 16)


@pytest.mark.parametrize(
    ("on_call", "words"),
    [
        ("{levels: [{page: [prya]}]}", "Did you mean `priya`?"),
        ("{levels: [{page: [rota]}]}", "There is no person `rota`"),
        ("{rota: {people: [nobody], since: 2026-01-05}, levels: [{page: [rota]}]}", "There is no person `nobody`"),
        ("{levels: [{page: [priya], after_minutes: 5}, {page: [priya]}]}", "in the order of `after_minutes`"),
        ("{levels: [{page: [priya]}], ways: {priya: [{}]}}", "either a webhook or an email"),
        ("{levels: [{page: [priya]}], ways: {prya: [{email: p@x.example}]}}", "Did you mean `priya`?"),
    ],
)
def test_a_rota_that_calls_nobody_is_a_fault(changed: Changed, on_call: str, words: str) -> None:
    loaded = changed(ABOUT, "owners:", f"on_call: {on_call}\nowners:")
    assert any(words in fault.message for fault in check(loaded)), [str(fault) for fault in check(loaded)]


def test_an_incident_is_led_by_people_of_the_operation(changed: Changed) -> None:
    loaded = changed(ABOUT, "owners:", "incidents: {commander: prya}\nowners:")
    assert any("Did you mean `priya`?" in fault.message for fault in check(loaded))
