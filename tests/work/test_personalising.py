"""Personalisation in the conversation: off until a customer agrees, off again at a word, and never a dead end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveloop.govern.facts import Denials
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.models import Operation
from aboveloop.work.judgement import recorded
from aboveloop.work.privacy import consents
from aboveloop.work.privacy.consents import Said
from aboveloop.work.redeciding import redecide
from work.bakery import ANNA, FILES, Bakery, operation_of

WORDS = {
    "messages/en/tip.md": "Your bread keeps longest in linen.",
    "messages/en/why_seen.md": "{{ agreed ? 'You agreed by ' + agreed_over : 'Nothing is fitted' }}: {{ fitted }}.",
    "messages/en/personalisation_off.md": "Tips are off.",
    "messages/en/personalisation_on.md": "Tips are on.",
}
FITTED = "privacy: {personalised: [tip]}\n"
ASKS = "where is my order CR-1002"


def with_tips(**further: str) -> Operation:
    """The bakery, which says a tip after it has told where an order is."""
    (path,) = [name for name, text in FILES.items() if "say: order_status" in text]
    said = FILES[path].replace("- say: order_status\n", "- say: order_status\n  - say: tip\n")
    assert said != FILES[path], said
    files = {**FILES, **WORDS, path: said, "operation.yaml": FILES["operation.yaml"] + FITTED}
    return operation_of({**files, **further})


@pytest.fixture
def bakery(tmp_path: Path, database_url: str) -> Iterator[Bakery]:
    opened = Bakery(tmp_path, database_url, with_tips())
    opened.open()
    yield opened
    opened.close()


def agree(bakery: Bakery, case: Case, *, given: bool = True) -> None:
    with bakery.database.write() as tx:
        said = Said(case.customer_id, "personalisation", given, "person:hana", "phone")
        consents.say(tx, bakery.ledger, said, now=bakery.clock.now())


def kinds(bakery: Bakery, case: Case) -> list[str]:
    return [entry.kind for entry in bakery.entries(case)]


def test_a_fitted_message_is_left_out_and_the_case_goes_on(bakery: Bakery) -> None:
    case = bakery.write(ASKS)
    assert bakery.said(case) == ["order_status"] and case.outcome == "resolved"
    (left,) = [entry for entry in bakery.entries(case) if entry.kind == "MessageLeftOut"]
    assert left.body["template"] == "tip" and "has not agreed" in left.body["because"]


def test_it_is_said_while_the_customer_agrees_and_the_decision_can_be_made_again(bakery: Bakery) -> None:
    case = bakery.write("switch on personal tips", ASKS)
    assert bakery.said(case) == ["personalisation_on", "order_status", "tip"]
    told = [entry for entry in bakery.entries(case) if entry.kind == "MessageSent"][-1]
    assert told.personal is not None and told.personal["consents"] == ["personalisation", "service"]
    assert list(recorded(told, bakery.operation).question.conversation.consents or ()) == ["personalisation", "service"]
    found = redecide(bakery.entries(case), lambda _: bakery.operation, bakery.pack_of)
    assert (found.different, found.incomplete) == (0, 0) and found.decisions > 2


def test_a_message_that_is_not_fitted_keeps_nothing_of_consents(bakery: Bakery) -> None:
    case = bakery.write(ASKS)
    told = next(entry for entry in bakery.entries(case) if entry.kind == "MessageSent")
    assert told.personal is not None and "consents" not in told.personal


def test_a_word_of_the_customer_switches_it_off_at_once_for_all_their_cases(bakery: Bakery) -> None:
    case = bakery.write(ASKS)
    agree(bakery, case)
    assert bakery.said(bakery.write(ASKS))[-1] == "tip"
    off = bakery.write("no personal tips please")
    assert bakery.said(off)[-1] == "personalisation_off"
    again = bakery.write(ASKS)
    assert bakery.said(again)[-1] == "order_status"
    with bakery.database.read() as reader:
        said = consents.history(reader, case.customer_id)[-1]
        entry = bakery.ledger.entries(reader, HOUSE)[-1]
    assert (said.given, said.channel, said.by) == (False, "webchat", f"customer:{off.customer_id}")
    assert entry.kind == "ConsentWithdrawn" and entry.actor == said.by


def test_why_am_i_seeing_this_is_answered_from_what_the_customer_agreed_to(bakery: Bakery) -> None:
    case = bakery.write(ASKS, "why am I seeing this?")
    assert bakery.messages(case)[-1].text.endswith("Nothing is fitted: 0.")
    agree(bakery, case)
    case = bakery.write(ASKS, "why am I seeing this?")
    assert bakery.messages(case)[-1].text.endswith("You agreed by phone: 1.")


def test_it_changes_nothing_of_what_the_case_waits_for(bakery: Bakery) -> None:
    case = bakery.write("cancel CR-1001 please", ANNA)
    waiting = bakery.case(case.id).memory["waiting"]
    bakery.write("why am I seeing this?", "turn off personalisation")
    assert bakery.case(case.id).memory["waiting"] == waiting == "confirmation"
    bakery.write("yes")
    assert bakery.till.done == ["cancel_order"]


def test_where_the_company_has_no_words_it_is_off_all_the_same_and_a_person_answers(
    tmp_path: Path, database_url: str
) -> None:
    silent = {path: text for path, text in WORDS.items() if "personalisation_off" not in path}
    base = with_tips()
    files = {path: text for path, text in base.files.items() if path in silent or path not in WORDS}
    bakery = Bakery(tmp_path, database_url, operation_of(files))
    bakery.open()
    case = bakery.write(ASKS)
    agree(bakery, case)
    off = bakery.write("no personal tips please")
    with bakery.database.read() as reader:
        assert not consents.may_personalise(reader, off.customer_id)
    assert bakery.case(off.id).owner is Owner.WAITING_ON_PERSON
    bakery.close()


def test_a_fitted_read_goes_the_way_of_no_record_without_consent(tmp_path: Path, database_url: str) -> None:
    system, procedure = "systems/till.yaml", "procedures/points.yaml"
    read = "  get_points:\n    kind: read\n"
    fitted = FILES[system].replace(read, read + "    personalised: true\n")
    otherwise = "\n    missing: plain\n  - id: plain\n    say: opening_hours\n  - end: resolved\n"
    plain = FILES[procedure].replace("\n  - end: resolved\n", otherwise)
    assert fitted != FILES[system] and plain != FILES[procedure]
    bakery = Bakery(tmp_path, database_url, operation_of({**FILES, system: fitted, procedure: plain}))
    bakery.open()
    case = bakery.write("how many loyalty points do I have")
    assert bakery.said(case) == ["opening_hours"] and case.outcome == "resolved"
    assert bakery.till.did("get_points") == [], "nothing is even read"
    bakery.close()


# --- denials


DENIED = """
@id("denied-before") @lane("prohibited") @reason("After a denial the head has to agree.")
forbid (principal is Worker, action == Action::"till.refund_order", resource)
when { context.denied_before.alike > 0 } unless { context.approved_by.contains("head") };
"""


def test_what_people_denied_before_is_known_to_policy_and_kept_with_the_decision(
    tmp_path: Path, database_url: str
) -> None:
    careful = {**FILES, "policies/denied.cedar": DENIED}
    bakery = Bakery(tmp_path, database_url, operation_of(careful))
    bakery.open()
    case = bakery.write("refund 60 EUR for CR-1002 please", ANNA, "yes")
    bakery.desk("priya").deny(bakery.approval(case).id, because="Too much.")
    bakery.run_due()
    bakery.desk("tom").take_over(case.id)
    bakery.desk("tom").finish(case.id, "refused")
    bakery.advance(hours=2)
    again = bakery.write("refund 40 EUR for CR-1002 please", ANNA, "yes")
    approval = bakery.approval(again)
    assert set(approval.roles) == {"head"}
    (fact,) = [each for each in approval.evidence.about if each.name == "denied_before"]
    assert fact.value == {"exactly": 0, "alike": 1, "hours_since": 2} and "people" in fact.source
    decided = [entry for entry in bakery.entries(again) if entry.kind == "ActionDecided"][-1]
    assert recorded(decided, bakery.operation).question.conversation.denied == Denials(**fact.value)
    found = redecide(bakery.entries(again), lambda _: bakery.operation, bakery.pack_of)
    assert found.different == 0
    bakery.close()


def test_nothing_is_looked_up_where_no_rule_looks(bakery: Bakery) -> None:
    case = bakery.write("refund 60 EUR for CR-1002 please", ANNA, "yes")
    decided = [entry for entry in bakery.entries(case) if entry.kind == "ActionDecided"][-1]
    assert decided.personal is not None
    assert not {"consents", "denied"} & decided.personal["conversation"].keys()
