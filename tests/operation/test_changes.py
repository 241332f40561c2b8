"""Changes between two operations: found by meaning, told in words, sorted into what alters risk and what does not."""

from pathlib import Path

import pytest

from aboveloop.operation.changes.change import Change, ReviewPart, listed
from aboveloop.operation.changes.compare import changes_between
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from operation.kettle import FILES
from operation.odcs import PARCELS


def kettle(**files: str) -> Operation:
    operation = load_files({**FILES, **files}, Path("kettle")).operation
    assert operation is not None
    return operation


def changed(path: str, old: str, new: str) -> list[Change]:
    """What differs when one text stands in place of another in one file."""
    assert old in FILES[path], f"{old!r} is not in {path}"
    return changes_between(kettle(), kettle(**{path: FILES[path].replace(old, new)}))


def only(found: list[Change]) -> Change:
    assert len(found) == 1, [each.words for each in found]
    return found[0]


def test_the_same_folder_has_no_changes() -> None:
    assert changes_between(kettle(), kettle()) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("intents/orders.yaml", "title: Cancel an order", "title: Cancel an ordr", "for colleagues"),
        (
            "intents/orders.yaml",
            "cancel my order, ",
            "cancel my order, please cancel it, ",
            "1 more and 0 fewer example",
        ),
        ("operation.yaml", "wants_person: [talk to a human]", "wants_person: [get me a human]", "example messages"),
        ("operation.yaml", "mistake: [by mistake]", "mistake: [by mistake, wrongly]", "other words"),
        ("operation.yaml", "title: Kettle and Co", "title: Kettle & Co", "is called"),
        ("systems/shop.yaml", "title: Order system", "title: Orders", "is called"),
    ],
)
def test_words_for_people_and_examples_need_no_review(path: str, old: str, new: str, told: str) -> None:
    change = only(changed(path, old, new))
    assert not change.is_risky and change.parts == ()
    assert told in change.words


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("operation.yaml", "minimum_confidence: 0.4", "minimum_confidence: 0.2", "0.2 instead of 0.4"),
        ("operation.yaml", "expire_after_hours: 12", "expire_after_hours: 48", "48 hours instead of 12"),
        ("operation.yaml", "languages: [en]", "languages: [en, nl]", "en and nl instead of en"),
        ("operation.yaml", "currency: EUR", "currency: USD", "USD instead of EUR"),
        ("operation.yaml", "clerk: {may: [take_over, reply]}", "clerk: {may: [take_over, reply, pause]}", "may pause"),
        (
            "operation.yaml",
            "refund_approver: {may: [approve]}",
            "refund_approver: {may: [approve], approve_up_to: 5000}",
            "may approve as refund_approver up to 50.00 EUR",
        ),
        ("operation.yaml", "You are chatting with an AI assistant.", "Hello, I am Kim.", "I am Kim"),
        ("operation.yaml", "timezone: Europe/Amsterdam", "timezone: UTC", "`timezone` changed"),
        ("operation.yaml", 'pattern: "KT-', 'pattern: "KE-', "What counts as order number"),
        ("intents/orders.yaml", "  hand_over: true", "  answer: return_policy", "was given to a person"),
    ],
)
def test_thresholds_rights_and_what_customers_meet_alter_risk(path: str, old: str, new: str, told: str) -> None:
    change = only(changed(path, old, new))
    assert change.is_risky and change.parts
    assert told in change.words


def test_a_lower_threshold_is_looser_and_a_higher_one_stricter() -> None:
    assert only(changed("operation.yaml", "minimum_confidence: 0.4", "minimum_confidence: 0.2")).direction == "looser"
    assert only(changed("operation.yaml", "minimum_confidence: 0.4", "minimum_confidence: 0.6")).direction == "stricter"


def test_stages_and_guards_are_told_by_what_they_let_through() -> None:
    about = FILES["operation.yaml"]
    old = kettle(**{"operation.yaml": about + "stages: {refund: assist}\nguards: [{guard: refused}]\n"})
    new = kettle(**{"operation.yaml": about + "guards: [{guard: refused, tolerance: 0.1}, {guard: reopened}]\n"})
    found = {change.words: change for change in changes_between(old, new)}
    assert found["The procedure refund runs in stage supervised instead of assist."].direction == "looser"
    assert found["The guard refused allows 0.1 instead of 0.02."].is_risky
    assert not found["A canary is also watched for reopened."].is_risky
    assert any("is gone" in change.words and change.is_risky for change in changes_between(new, kettle()))


def test_a_message_that_says_something_else_alters_risk_and_white_space_does_not() -> None:
    new = kettle(**{"messages/en/kept.md": "Something else."})
    change = only(changes_between(kettle(), new))
    assert change.is_risky and change.noticed == "customers" and "Something else." in change.words
    spaced = kettle(**{"messages/en/kept.md": FILES["messages/en/kept.md"].replace(" ", "  ") + "\n"})
    assert changes_between(kettle(), spaced) == []


def test_a_removed_confirm_is_named_as_what_it_is() -> None:
    path = "procedures/cancel_order.yaml"
    old = kettle(**{path: PROCEDURE})
    new = kettle(**{path: PROCEDURE.replace("  - {id: offer, confirm: cancel, say: confirm_cancel}\n", "")})
    change = only(changes_between(old, new))
    assert "no longer asked for a yes before the step cancel" in change.words
    assert change.risk == "A worker may act on what the customer did not agree to."
    assert change.touches == {"cancel_order"}


def test_steps_that_come_go_and_change_are_told_each() -> None:
    path = "procedures/cancel_order.yaml"
    old = kettle(**{path: PROCEDURE})
    new = kettle(**{path: PROCEDURE.replace("  - say: cancelled", "  - wait: {hours: 2}\n  - say: cancelled")})
    assert "now also waits" in only(changes_between(old, new)).words
    assert "no longer waits" in only(changes_between(new, old)).words
    other = kettle(**{path: PROCEDURE.replace("order_id: order_id", "order_id: order.order_id", 1)})
    assert "the step order" in only(changes_between(old, other)).words
    renamed = kettle(**{path: PROCEDURE.replace("title: Cancel", "title: Stop")})
    assert not only(changes_between(old, renamed)).is_risky


def test_a_fragment_reaches_every_procedure_that_uses_it() -> None:
    path = "procedures/identify.yaml"
    fragment = "fragment: identify\nsteps:\n  - {id: who, ask: email, say: ask_email}\n"
    using = PROCEDURE.replace("steps:\n", "steps:\n  - use: identify\n")
    old = kettle(**{path: fragment, "procedures/cancel_order.yaml": using})
    new = kettle(**{path: fragment.replace("ask: email", "ask: reason"), "procedures/cancel_order.yaml": using})
    change = only(changes_between(old, new))
    assert change.about == "fragment:identify" and "cancel_order" in change.touches


def test_a_new_procedure_and_a_gone_one_alter_risk() -> None:
    new = kettle(**{"procedures/more.yaml": PROCEDURE.replace("procedure: cancel_order", "procedure: more")})
    added = only(changes_between(kettle(), new))
    assert added.is_risky and "which may do shop.cancel_order" in added.words
    assert only(changes_between(new, kettle())).is_risky


SHOP = FILES["systems/shop.yaml"]


def with_system(text: str, path: str = "systems/extra.yaml") -> Operation:
    return kettle(**{path: text})


EXTRA = """\
system: extra
reach: {kind: http, url: "https://extra.example"}
operations:
  send:
    kind: write
    arguments: {order_id: {type: string}}
    optional: []
    touches: [customer]
    idempotency: key
    owner: order.customer_id
    records: {order: {read: get, with: {order_id: args.order_id}}}
    facts: {status: {type: string, value: order.status}, weight: {type: long, value: order.weight, optional: true}}
    proof: {read: get, with: {order_id: args.order_id}, holds: "true"}
    description: Sends it.
  get: {kind: read, arguments: {order_id: {type: string}}}
"""


@pytest.mark.parametrize(
    ("old", "new", "told", "part"),
    [
        ("https://extra.example", "https://elsewhere.example", "reached otherwise (url)", ReviewPart.MODEL_VENDOR),
        ("touches: [customer]", "touches: [customer, money]", "touches customer and money", ReviewPart.DATA_HANDLING),
        ("arguments: {order_id: {type: string}}\n    optional", "arguments: {order_id: {type: string}, address: "
         "{type: string}}\n    optional", "is also sent `address`", ReviewPart.DATA_HANDLING),
        ("status: {type: string, value: order.status}, ", "", "without knowing `status`", ReviewPart.AUDITABILITY),
        ("value: order.status}", "value: order.status, optional: true}", "may be decided without `status`",
         ReviewPart.AUDITABILITY),
        ("value: order.weight,", "value: order.mass,", "`weight` is found in another way", ReviewPart.AUDITABILITY),
        ("    idempotency: key\n", "", "`idempotency` changed", ReviewPart.MONITORING),
        ("    owner: order.customer_id\n", "", "`owner` changed", ReviewPart.DATA_HANDLING),
        ("    kind: write", "    kind: generic", "was a write operation", ReviewPart.AUDITABILITY),
        ("    optional: []", "    optional: [order_id]", "`order_id` may be left out", ReviewPart.DATA_HANDLING),
        ("{order_id: {type: string}}\n    optional", "{order_id: {type: string, maxLength: 9}}\n    optional",
         "what `order_id` may be changed", ReviewPart.MONITORING),
        ("  get: {kind: read, arguments: {order_id: {type: string}}}",
         "  get: {kind: read, arguments: {order_id: {type: string}}}\n  erase: {kind: write}", "new write operation",
         ReviewPart.AUDITABILITY),
        ("system: extra\n", "system: extra\njournal: get\n", "The journal of the system extra", ReviewPart.MONITORING),
        ("system: extra\n", "system: extra\ntypes: {a: {type: string}}\n", "described otherwise",
         ReviewPart.DATA_HANDLING),
    ],
)  # fmt: skip
def test_a_system_that_is_used_otherwise_alters_risk(old: str, new: str, told: str, part: ReviewPart) -> None:
    assert old in EXTRA
    change = only(changes_between(with_system(EXTRA), with_system(EXTRA.replace(old, new))))
    assert change.is_risky and told in change.words and part in change.parts


def test_less_evidence_is_looser() -> None:
    new = EXTRA.replace("status: {type: string, value: order.status}, ", "")
    assert only(changes_between(with_system(EXTRA), with_system(new))).direction == "looser"
    assert only(changes_between(with_system(new), with_system(EXTRA))).direction == "other"


def test_a_description_of_an_operation_needs_no_review() -> None:
    change = only(changes_between(with_system(EXTRA), with_system(EXTRA.replace("Sends it.", "It is sent."))))
    assert not change.is_risky


def test_what_is_sent_or_done_no_longer_is_told() -> None:
    more = EXTRA.replace("{order_id: {type: string}}\n    optional", "{order_id: {type: string}, a: {type: string}}\n"
                         "    optional")  # fmt: skip
    assert "no longer sent `a`" in only(changes_between(with_system(more), with_system(EXTRA))).words
    fewer = EXTRA.replace("  get: {kind: read, arguments: {order_id: {type: string}}}\n", "")
    assert "can no longer be done" in only(changes_between(with_system(EXTRA), with_system(fewer))).words


def test_a_new_system_asks_for_the_whole_review_and_a_gone_one_for_some() -> None:
    new = only(changes_between(kettle(), with_system(EXTRA)))
    assert set(new.parts) == set(ReviewPart)
    assert only(changes_between(with_system(EXTRA), kettle())).is_risky


def test_fewer_scenarios_and_policy_tests_alter_risk_and_more_do_not() -> None:
    scenario = (
        "scenario: {name}\ntitle: One\nfrom: anna@x.example\nsteps: [{{customer: hello}}]\nexpect: {{ends: waiting}}\n"
    )
    one = kettle(**{"scenarios/more.yaml": scenario.format(name="one_more")})
    assert not any(change.is_risky for change in changes_between(kettle(), one))
    assert only(changes_between(one, kettle())).is_risky
    tests = "- {test: cancelling is fine, action: shop.cancel_order, expect: {lane: allowed}}\n"
    tested = kettle(**{"policies/tests.yaml": FILES["policies/tests.yaml"] + tests})
    assert not only(changes_between(kettle(), tested)).is_risky
    assert only(changes_between(tested, kettle())).is_risky


KPI = (
    "kpi: containment\nlevel: operational\ntitle: Alone\ndefinition: Alone.\nowner: priya\nunit: share\n"
    "better: up\ntarget: 0.7\ntolerance: 0.1\n"
)


def test_files_that_others_read_are_told_by_what_they_are() -> None:
    change = only(changes_between(kettle(), kettle(**{"kpis.yaml": KPI})))
    assert change.about == "file:kpis.yaml" and change.is_risky


def test_a_data_contract_is_told_with_its_versions() -> None:
    orders = "contracts/orders.odcs.yaml"
    before, after = kettle(**{orders: PARCELS}), kettle(**{orders: PARCELS.replace("1.2.0", "2.0.0")})
    change = only(changes_between(before, after))
    assert change.words == "The data contract orders promises otherwise: 1.2.0 becomes 2.0.0." and change.is_risky
    assert only(changes_between(kettle(), before)).words == "The data contract orders (1.2.0) is new."
    assert only(changes_between(before, kettle())).words == "The data contract orders (1.2.0) is gone."


def test_people_owners_channels_and_answers_are_told_by_what_they_may() -> None:
    about = FILES["operation.yaml"]
    more = about.replace("people:\n", "people:\n  - {id: bo, name: Bo Lind, roles: [clerk]}\n").replace(
        "owners: {operations: priya}", "owners: {operations: bo}"
    )
    found = {each.words: each.is_risky for each in changes_between(kettle(), kettle(**{"operation.yaml": more}))}
    assert found == {"Bo may reply and take_over.": False, "Operations is owned by bo instead of priya.": False}
    mail = about.replace("channels:\n", "channels:\n  email: {address: a@b.example, disclosure: An AI wrote this.}\n")
    added = only(changes_between(kettle(), kettle(**{"operation.yaml": mail})))
    assert added.is_risky and added.direction == "looser"
    assert not only(changes_between(kettle(**{"operation.yaml": mail}), kettle())).is_risky
    moved = mail.replace("a@b.example", "c@d.example")
    both = changes_between(kettle(**{"operation.yaml": mail}), kettle(**{"operation.yaml": moved}))
    assert only(both).words == "The channel email has another address."
    worded = about.replace('AI assistant."}', 'AI assistant.", words: {en: {send: Go}}}')
    paged = changes_between(kettle(), kettle(**{"operation.yaml": worded}))
    assert only(paged).words == "The channel webchat has other words on its page."
    shown = about.replace('AI assistant."}', 'AI assistant.", embed_on: ["https://b.example", "https://a.example"]}')
    framed = only(changes_between(kettle(), kettle(**{"operation.yaml": shown})))
    assert framed.words == "The chat may be shown on https://a.example and https://b.example." and framed.is_risky
    hidden = only(changes_between(kettle(**{"operation.yaml": shown}), kettle()))
    assert hidden.words == "The chat may be shown on no other site."
    voice = about.replace("channels:\n", "channels:\n  voice: {disclosure: An AI speaks.}\n")
    leaving = kettle(**{"operation.yaml": voice.replace("An AI speaks.", "An AI speaks., outside: true")})
    heard = changes_between(kettle(**{"operation.yaml": voice}), leaving)
    assert only(heard).words == "What customers say aloud is heard by a provider outside."
    answers = about.replace("say: opening_hours", "say: return_policy")
    assert only(changes_between(kettle(), kettle(**{"operation.yaml": answers}))).is_risky
    nobody = about.replace("owners: {operations: priya}", "owners: {}")
    assert only(changes_between(kettle(), kettle(**{"operation.yaml": nobody}))).is_risky
    signed = kettle(**{"operation.yaml": about + "review: {signed_by: clerk}\n"})
    assert "signed by clerk" in only(changes_between(kettle(), signed)).words
    entity = about.replace("  email: {kind: email}\n", "")
    assert not only(changes_between(kettle(), kettle(**{"operation.yaml": entity}))).is_risky


def test_a_list_is_told_as_people_say_it() -> None:
    assert (listed([]), listed(["a"]), listed(["a", "b", "c"])) == ("nothing", "a", "a, b and c")


PROCEDURE = """\
procedure: cancel_order
title: Cancel
owner: operations
steps:
  - {ask: order_number, into: order_id, say: ask_order_number}
  - {id: order, look_up: shop.get_order, with: {order_id: order_id}, into: order}
  - {id: offer, confirm: cancel, say: confirm_cancel}
  - {id: cancel, do: shop.cancel_order, with: {order_id: order.order_id}}
  - say: cancelled
  - end: resolved
"""


# --- charters -----------------------------------------------------------------------------------

CHARTER = """\
charter: first
outcome: Reduce handle time by 15 %.
procedures: [cancel_order]
guards: [{kpi: satisfaction, of: experience}, {kpi: payments_wrong, of: risk}]
gates:
  assist: {cases: 50, days: 5, agreement: 0.8, harm: 0.06}
exempt: {stage: assist, by: priya, on: 2026-01-05, until: 2026-06-30, because: It served.}
"""


def chartered(old: str, new: str) -> list[Change]:
    assert old in CHARTER
    path = "charters/first.yaml"
    return changes_between(kettle(**{path: CHARTER}), kettle(**{path: CHARTER.replace(old, new)}))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("cases: 50", "cases: 49", "cases 49 instead of 50"),
        ("days: 5", "days: 4", "days 4 instead of 5"),
        ("agreement: 0.8", "agreement: 0.79", "agreement 79.0% instead of 80.0%"),
        ("harm: 0.06", "harm: 0.07", "harm 7.0% instead of 6.0%"),
        ("cases: 50, days: 5", "cases: 500, days: 4", "days 4 instead of 5"),
        (", {kpi: payments_wrong, of: risk}", "", "no longer guarded by payments_wrong"),
        ("[cancel_order]", "[]", "no longer about cancel_order"),
        ("stage: assist, by", "stage: supervised, by", "begin in supervised"),
        ("until: 2026-06-30", "until: 2026-07-30", "until 2026-07-30"),
        (" until: 2026-06-30,", "", "begin in assist without evidence"),
    ],
)
def test_a_loosened_charter_is_a_risk_that_five_parts_of_a_review_may_speak_of(old: str, new: str, told: str) -> None:
    (change,) = [each for each in chartered(old, new) if each.is_risky]
    assert told in change.words and change.direction == "looser" and change.touches == {"cancel_order"}
    assert set(change.parts) == {ReviewPart.MONITORING, ReviewPart.ESCALATION, ReviewPart.AUDITABILITY}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cases: 50", "cases: 51"),
        ("harm: 0.06", "harm: 0.05"),
        ("of: risk}]", "of: risk}, {kpi: handling_time, of: experience}]"),
        ("until: 2026-06-30", "until: 2026-05-30"),
        ("15 %", "20 %"),
        ("exempt: {stage: assist, by: priya, on: 2026-01-05, until: 2026-06-30, because: It served.}\n", ""),
        ("procedures: [cancel_order]", "procedures: [cancel_order, refund]"),
    ],
)
def test_a_stricter_charter_or_another_promise_is_told_and_is_no_risk(old: str, new: str) -> None:
    found = chartered(old, new)
    assert found and not any(each.is_risky for each in found)


def test_a_gate_that_is_left_out_is_compared_with_the_usual_one() -> None:
    gates = "gates:\n  assist: {cases: 50, days: 5, agreement: 0.8, harm: 0.06}\n"
    assert not any(each.is_risky for each in chartered(gates, ""))
    stricter = CHARTER.replace("cases: 50", "cases: 90")
    path = "charters/first.yaml"
    (change,) = changes_between(
        kettle(**{path: stricter}), kettle(**{path: stricter.replace(gates.replace("50", "90"), "")})
    )
    assert change.is_risky and "cases 50 instead of 90" in change.words


def test_a_charter_that_goes_takes_its_gates_with_it_and_leaving_people_is_a_risk() -> None:
    path = "charters/first.yaml"
    (gone,) = changes_between(kettle(**{path: CHARTER}), kettle())
    assert gone.is_risky and "is gone" in gone.words and gone.touches == {"cancel_order"}
    new = changes_between(kettle(), kettle(**{path: CHARTER}))
    assert [each.is_risky for each in new] == [False, True], "a new exemption is a risk of its own"
    human = CHARTER + "state: kept_human\n"
    (left,) = changes_between(kettle(**{path: human}), kettle(**{path: CHARTER}))
    assert left.is_risky and "was kept human" in left.words
