"""Forms on SQLite and PostgreSQL: sent once, read as any message, forgotten with their customer."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.app.forms.sending import SECRET, Given, NotTaken, Taken, say, send
from aboveloop.app.forms.slips import address_of, new_slip, opened
from aboveloop.app.forms.visits import Visit, visit_of
from aboveloop.journey.forms import store as forms
from aboveloop.work.erase import erase
from aboveloop.work.privacy import retention
from aboveloop.work.privacy.store import everything_of
from work.bakery import ANNA, FILES, Bakery, operation_of

CHANNEL = 'channels:\n  form: {disclosure: "An AI assistant answers."}\n'
KEPT = "privacy: {retention: {messages: 30, chat_sessions: 10}}\n"
CANCEL = """\
form: cancel
title: {en: Cancel an order}
intent: cancel_order
most_a_minute: 3
fields:
  - {field: order, entity: order_number, required: true, label: {en: Order number}}
  - {field: mail, entity: email, answers_go_to: true, label: {en: E-mail}}
  - {field: more, words: long, label: {en: Anything else}}
"""
ASK = """\
form: ask
title: {en: Ask us}
fields:
  - {field: words, words: long, required: true, label: {en: Your question}}
  - {field: order, entity: order_number, label: {en: Order number}}
  - {field: mail, entity: email, answers_go_to: true, label: {en: E-mail}}
"""


@pytest.fixture
def bakery(tmp_path: Path, database_url: str) -> Iterator[Bakery]:
    about = FILES["operation.yaml"].replace("channels:\n", CHANNEL, 1) + KEPT
    files = {**FILES, "operation.yaml": about, "forms/cancel.yaml": CANCEL, "forms/ask.yaml": ASK}
    house = Bakery(tmp_path, database_url, operation_of(files))
    house.open()
    yield house
    house.close()


def slip_of(house: Bakery, form: str = "cancel") -> str:
    return new_slip(house.settings.secret(SECRET), form, house.clock.now())


def sent(house: Bakery, slip: str, form: str = "cancel", trap: str = "", **values: str) -> Taken | NotTaken:
    return send(house, house.operation, house.operation.forms[form], Given(slip, values, trap), language="en")


def taken(house: Bakery, slip: str, form: str = "cancel", **values: str) -> Taken:
    told = sent(house, slip, form, **values)
    assert isinstance(told, Taken), told
    house.run_due()
    return told


def refused(house: Bakery, slip: str, **values: str) -> NotTaken:
    told = sent(house, slip, **values)
    assert isinstance(told, NotTaken), told
    return told


def seen(house: Bakery, told: Taken, form: str = "cancel") -> Visit:
    found = visit_of(house, form, told.visit)
    assert found is not None
    return found


def test_a_form_for_a_need_goes_straight_to_what_is_left_to_ask(bakery: Bakery) -> None:
    told = taken(bakery, slip_of(bakery), order="cr1001", mail="ANNA@mail.example")
    visit = seen(bakery, told)
    assert visit.state == "asked" and visit.said[0].author == "you"
    assert "Order number: cr1001" in visit.said[0].text
    assert visit.said[1].text.startswith("An AI assistant answers.")
    case = bakery.case_of(told.message_id)
    assert (case.channel, case.intent, case.procedure) == ("form", "cancel_order", "cancel_order")
    (read,) = [entry for entry in bakery.entries(case.id) if entry.kind == "MessageRead"]
    assert read.body["form"] == "cancel" and read.body["asked"] is True
    assert read.personal is not None
    finds = {each["name"]: each for each in read.personal["reading"]["entities"]}
    assert finds["order_number"]["value"] == "CR-1001" and finds["order_number"]["source"] == "form field"
    # Who fills in an address has proved nothing: what they may do is found out by the procedure.
    (told_again,) = [entry for entry in bakery.entries(case.id) if entry.kind == "MessageReceived"]
    assert told_again.personal is not None and told_again.personal["filled"]["answers_go_to"] == ANNA


def test_the_case_ends_on_the_page_of_the_visit(bakery: Bakery) -> None:
    told = taken(bakery, slip_of(bakery), order="CR-1001", mail=ANNA)
    address = address_of(bakery.settings.secret(SECRET), told.visit)
    assert address is not None
    for _ in range(2):
        say(bakery, address, "yes", visit=told.visit, key="one", language="en")
        bakery.run_due()
    assert bakery.till.done == ["cancel_order"]
    assert seen(bakery, told).state == "settled"


def test_the_same_twice_is_one_case_and_something_else_a_further_message_of_it(bakery: Bakery) -> None:
    slip = slip_of(bakery)
    first = taken(bakery, slip, order="CR-1001")
    again = taken(bakery, slip, order=" CR-1001 ")
    assert (again.message_id, again.is_new, again.visit) == (first.message_id, False, first.visit)
    other = taken(bakery, slip, order="CR-1001", more="I ordered too much.")
    assert other.case_id == first.case_id and other.message_id != first.message_id
    # The very same also when its time is over and the rate is used up.
    bakery.advance(days=3)
    assert taken(bakery, slip, order="CR-1001").message_id == first.message_id
    assert len(bakery.all_cases()) == 1


def test_pressed_in_the_same_moment_it_is_one_message(bakery: Bakery) -> None:
    slip, told = slip_of(bakery), list[Taken | NotTaken]()
    presses = [threading.Thread(target=lambda: told.append(sent(bakery, slip, order="CR-1001"))) for _ in range(6)]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    kept = [each for each in told if isinstance(each, Taken)]
    assert len(kept) == 6
    assert len({each.message_id for each in kept}) == 1 and sum(each.is_new for each in kept) == 1
    assert len(bakery.all_cases()) == 1


def test_a_conflict_between_a_field_and_the_words_is_asked(bakery: Bakery) -> None:
    told = taken(bakery, slip_of(bakery), order="CR-1001", mail=ANNA, more="It is order CR-1002.")
    assert "order" in seen(bakery, told).said[-1].text.lower()
    assert bakery.case_of(told.message_id).memory["asking"] == "order_number"
    assert bakery.till.done == []


def test_a_form_of_words_is_read_as_any_message(bakery: Bakery) -> None:
    told = taken(bakery, slip_of(bakery, "ask"), "ask", words="please cancel my order", order="CR-1001")
    (read,) = [each for each in bakery.entries(told.case_id) if each.kind == "MessageRead"]
    alone = bakery.reader.read("please cancel my order")
    assert (read.body["intent"], read.body["confidence"]) == (alone.intent, round(alone.confidence, 4))
    # What a form is for says nothing of how well messages are read; what its words say does.
    assert read.body["asked"] is False
    assert bakery.case(told.case_id).procedure == "cancel_order"


def test_what_is_not_in_order_is_told_and_nothing_is_written(bakery: Bakery) -> None:
    old = slip_of(bakery)
    assert refused(bakery, "made up", order="CR-1001").kind == "not_ours"
    assert refused(bakery, slip_of(bakery, "ask"), order="CR-1001").kind == "not_ours"
    assert refused(bakery, old, order="CR-1001", trap="buy").kind == "trap"
    assert refused(bakery, old, order="CR-1001", password="x").kind == "unknown_fields"
    found = refused(bakery, old, order="CR-1\x07001", mail="nobody", more="x" * 8_001)
    assert found.kind == "wrong" and [each.field for each in found.wrong] == ["order", "mail", "more"]
    assert "8001 characters" in found.wrong[2].sentence
    assert [each.field for each in refused(bakery, old, order="   ").wrong] == ["order"]
    bakery.clock.advance(timedelta(hours=24, seconds=1))
    assert refused(bakery, old, order="CR-1001").kind == "expired"
    assert bakery.all_cases() == []


def test_a_form_that_is_sent_by_everybody_at_once_asks_for_patience(bakery: Bakery) -> None:
    for _ in range(3):
        taken(bakery, slip_of(bakery), order="CR-1001")
    found = refused(bakery, slip_of(bakery), order="CR-1001")
    assert found.kind == "too_often" and found.retry_after_seconds is not None
    # Another form has a measure of its own, and a minute later this one is taken.
    taken(bakery, slip_of(bakery, "ask"), "ask", words="where is my order?")
    bakery.clock.advance(timedelta(seconds=61))
    taken(bakery, slip_of(bakery), order="CR-1001")


def test_a_visit_is_found_by_its_own_secret_and_form_alone(bakery: Bakery) -> None:
    told = taken(bakery, slip_of(bakery), order="CR-1001")
    assert visit_of(bakery, "ask", told.visit) is None
    assert visit_of(bakery, "cancel", told.visit[:-2] + "AA") is None
    assert visit_of(bakery, "cancel", "é") is None
    unsent = opened(bakery.settings.secret(SECRET), slip_of(bakery))
    assert unsent is not None and visit_of(bakery, "cancel", unsent.visit) is None


def test_a_paused_channel_keeps_what_is_sent(bakery: Bakery) -> None:
    bakery.desk("hana").pause("channel", "form", because="The page is broken.")
    told = taken(bakery, slip_of(bakery), order="CR-1001", mail=ANNA)
    assert seen(bakery, told).state == "paused" and len(seen(bakery, told).said) == 1


def test_what_was_filled_in_goes_with_its_customer_and_is_told_to_them(bakery: Bakery) -> None:
    told = taken(bakery, slip_of(bakery), order="CR-1001", mail=ANNA)
    customer = bakery.case_of(told.message_id).customer_id
    with bakery.database.read() as reader:
        assert ANNA in everything_of(reader, [customer])["forms"][0]["sent"]
    with bakery.database.write() as tx:
        erase(bakery.house, tx, customer, actor="person:hana")
    with bakery.database.read() as reader:
        assert everything_of(reader, [customer])["forms"] == []
        assert forms.of_message(reader, told.message_id) is None
    assert visit_of(bakery, "cancel", told.visit) is None


def test_retention_takes_what_was_filled_in_with_the_messages_and_the_page_with_the_sessions(bakery: Bakery) -> None:
    told = taken(bakery, slip_of(bakery), order="CR-1001", mail=ANNA)
    address = address_of(bakery.settings.secret(SECRET), told.visit)
    assert address is not None
    say(bakery, address, "yes", visit=told.visit, key="one", language="en")
    bakery.run_due()
    assert bakery.case_of(told.message_id).outcome == "resolved"
    bakery.advance(days=11)
    retention.run(bakery.house, bakery.operation)
    assert visit_of(bakery, "cancel", told.visit) is None
    bakery.advance(days=30)
    retention.run(bakery.house, bakery.operation)
    with bakery.database.read() as reader:
        assert forms.of_message(reader, told.message_id) is None
