"""Consents and earlier denials in policies: looked up only where a rule looks, refused where nobody looked them up."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from aboveloop.govern.actions import Action
from aboveloop.govern.comparing import compare
from aboveloop.govern.facts import NOTHING_KNOWN, Conversation, Denials, Evidence, Fact
from aboveloop.govern.lanes import Lane
from aboveloop.govern.personalising import NOT_AGREED, personalises
from aboveloop.govern.policy import CONSENTS, DENIED_BEFORE, PolicyPack
from aboveloop.govern.questions import Question
from aboveloop.govern.rules import validated_rules
from aboveloop.operation.models import Operation
from govern.corner import ABOUT, OTHERS, READY, REFUNDABLE, REFUNDS, SHOP, act, build_operation, known, refund

ASKED_AGAIN = """
@id("denied-before") @lane("prohibited") @reason("After a denial the manager has to agree.")
forbid (principal is Worker, action == Action::"shop.refund_order", resource)
when { context.denied_before.alike > 0 } unless { context.approved_by.contains("manager") };

@id("denied-just-now") @lane("prohibited") @reason("Not within an hour of a denial of exactly this.")
forbid (principal is Worker, action == Action::"shop.refund_order", resource)
when { context.denied_before.exactly > 0
  && context.denied_before has hours_since && context.denied_before.hours_since < 1 };
"""
AGREED = """
@id("with-consent") @lane("prohibited") @reason("Only who agreed to be written to is subscribed.")
forbid (principal is Worker, action == Action::"shop.subscribe", resource)
unless { context.consents.contains("proactive_contact") };
"""


def corner(further: str = "", **about: Any) -> Operation:
    policies = {"policies/refunds.cedar": REFUNDS + further, "policies/others.cedar": OTHERS}
    return build_operation(policies=policies, about={**ABOUT, **about})


PLAIN, CAREFUL = PolicyPack.compile(corner()), PolicyPack.compile(corner(ASKED_AGAIN + AGREED))
SUBSCRIBE = act("shop.subscribe", email="a@b.example")
BARE = known()
KNOWN = replace(READY, consents=(), denied=Denials())


def test_the_rules_fit_the_schema() -> None:
    assert validated_rules(CAREFUL.operation).faults == ()
    bare = ASKED_AGAIN.replace("context.denied_before has hours_since && ", "")
    assert "hours_since" in str(validated_rules(corner(bare)).faults[0])


def test_only_what_a_rule_looks_at_has_to_be_looked_up() -> None:
    assert not PLAIN.looks_at(refund(100), DENIED_BEFORE) and not PLAIN.looks_at(SUBSCRIBE, CONSENTS)
    assert CAREFUL.looks_at(refund(100), DENIED_BEFORE) and not CAREFUL.looks_at(refund(100), CONSENTS)
    assert CAREFUL.looks_at(SUBSCRIBE, CONSENTS) and not CAREFUL.looks_at(SUBSCRIBE, DENIED_BEFORE)
    assert not CAREFUL.looks_at(act("shop.nothing"), CONSENTS)


@pytest.mark.parametrize(
    ("action", "evidence", "name"), [(refund(100), REFUNDABLE, DENIED_BEFORE), (SUBSCRIBE, BARE, CONSENTS)]
)
def test_what_nobody_looked_up_is_refused_where_a_rule_looks_at_it(
    action: Action, evidence: Evidence, name: str
) -> None:
    decision = CAREFUL.decide(action, evidence, READY)
    assert decision.lane is Lane.PROHIBITED and decision.reason.startswith(f"{name} was not looked up")
    assert PLAIN.decide(action, evidence, READY).may_perform


def test_what_was_denied_before_is_asked_of_somebody_else() -> None:
    assert CAREFUL.decide(refund(100), REFUNDABLE, KNOWN).may_perform
    denied = replace(KNOWN, denied=Denials(alike=1, hours_since=3))
    decision = CAREFUL.decide(refund(100), REFUNDABLE, denied)
    assert (decision.lane, decision.approvers) == (Lane.REVIEWED, ("manager",))
    exact = replace(KNOWN, denied=Denials(exactly=1, alike=1, hours_since=0))
    assert CAREFUL.decide(refund(100), REFUNDABLE, exact).rules == ("denied-just-now",)


def test_a_consent_that_was_never_given_is_not_given() -> None:
    assert CAREFUL.decide(SUBSCRIBE, BARE, KNOWN).rules == ("with-consent",)
    agreed = replace(KNOWN, consents=("service", "proactive_contact"))
    assert CAREFUL.decide(SUBSCRIBE, BARE, agreed).may_perform


def test_what_was_looked_up_stands_among_the_facts_with_its_origin() -> None:
    assert READY.looked_up() == ()
    found = replace(READY, consents=("service",), denied=Denials(1, 2, 5)).looked_up()
    assert [(fact.name, fact.value) for fact in found] == [
        ("consents", ["service"]),
        ("denied_before", {"exactly": 1, "alike": 2, "hours_since": 5}),
    ]
    assert all(isinstance(fact, Fact) and fact.source for fact in found)


def test_a_decision_of_the_past_cannot_be_compared_by_rules_that_look_at_more() -> None:
    question = Question(refund(100), REFUNDABLE, READY)
    assert compare(question, PLAIN, CAREFUL, source=PLAIN.operation).unclear.startswith("denied_before was not")
    known = replace(question, conversation=KNOWN)
    assert compare(known, PLAIN, CAREFUL, source=PLAIN.operation).unclear == ""


# --- what is fitted to a customer


def fitted() -> Operation:
    shop = deepcopy(SHOP)
    shop["operations"]["note"]["personalised"] = True
    return build_operation(shop=shop)


def test_what_is_fitted_to_a_customer_passes_only_while_they_agree() -> None:
    pack = PolicyPack.compile(fitted())
    note = replace(act("shop.subscribe", email="x"), operation="shop.note", args={"text": "As you like boots"})
    by_person = replace(note, by=replace(note.by, kind="person"))
    agreed = replace(KNOWN, consents=("personalisation",))
    assert pack.looks_at(note, CONSENTS)
    for action in (note, by_person):
        assert pack.decide(action, BARE, KNOWN).reason == NOT_AGREED, "whoever does it, whatever policy says"
        assert pack.decide(action, BARE, READY).lane is Lane.PROHIBITED, "nobody looked"
    assert pack.decide(by_person, BARE, agreed).may_perform


def test_where_nothing_is_fitted_nothing_is_looked_up_and_no_switch_is_shown() -> None:
    assert personalises(fitted()) and not personalises(PLAIN.operation)
    assert personalises(corner(privacy={"personalised": ["tip"]}))


def test_what_is_only_supposed_knows_of_no_consent_and_no_denial() -> None:
    assert Question(refund(100), REFUNDABLE).conversation == NOTHING_KNOWN != Conversation()
    assert Question(refund(100), REFUNDABLE).answered_by(CAREFUL).needs
