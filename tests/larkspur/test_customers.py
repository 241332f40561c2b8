"""The simulated customers: who comes, what they understand, and what they say next."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from larkspur.customers import hearing, opening, words
from larkspur.customers.conversation import CROSSING_SECONDS, SILENCE_SECONDS, End, Line, Say, Wait, next_move
from larkspur.customers.goals import GOALS, goal_named
from larkspur.customers.hearing import OPERATION, hear
from larkspur.customers.personas import Persona, personas
from larkspur.customers.slips import slip
from larkspur.customers.store import ShopRecords, read_shop
from larkspur.generator import Size
from larkspur.store import create

NOW = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
MESSAGES = {path.stem: path.read_text(encoding="utf-8").strip() for path in (OPERATION / "messages/en").glob("*.md")}
DISCLOSURE = 'You are chatting with Larkspur\'s AI assistant. Write "person" at any time to reach a colleague.'
ASKS_EMAIL = f"{DISCLOSURE}\n\n{MESSAGES['ask_email']}"
FACTS = {"order": "LK-101234", "email": "jo@customers.example", "postcode": "1017 AB", "city": "Amsterdam", "seed": "1"}
GRANTED = (
    "Order LK-101234 is cancelled. 20.00 EUR goes back the way you paid; your bank may need up to five working days."
)
PROPOSED = (
    "I will cancel order {order} (Boot wax in sand) and give you 20.00 EUR back, the way you paid. "
    "Shall I? Please answer yes or no."
)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> ShopRecords:
    path = tmp_path_factory.mktemp("shop") / "larkspur.db"
    create(path, seed=1, today=NOW, size=Size(500, 1500))
    return read_shop(path, NOW)


def customer(goal: str = "cancel_order", **traits: object) -> Persona:
    given = {"number": 7, "goal": goal, "facts": FACTS, "order": "LK-101234", "thanks": False, **traits}
    return Persona(**given)  # type: ignore[arg-type]


def chat(*said: str) -> list[Line]:
    """`said` in turns: what begins with ">" is the customer's."""
    return [
        Line(number, "customer" if text.startswith(">") else "worker", text.removeprefix(">"))
        for number, text in enumerate(said, start=1)
    ]


# --- hearing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_is_known_again_when_its_gaps_are_filled(name: str) -> None:
    filled = re.sub(r"\{\{(.*?)\}\}", "LK-101234", MESSAGES[name], flags=re.DOTALL)
    assert hear(filled).name == name
    assert hear(f"{DISCLOSURE}\n\n{filled}").name == name


@pytest.mark.parametrize("language", sorted(path.name for path in (OPERATION / "messages").iterdir()))
def test_that_a_language_is_not_served_is_understood_in_every_language(language: str) -> None:
    path = OPERATION / "messages" / language / "language_not_served.md"
    if path.exists():
        assert hear(f"{DISCLOSURE}\n\n{path.read_text(encoding='utf-8')}").name == "language_not_served"
    assert language in ("de", "es", "fr") or path.exists()


def test_what_fills_the_gaps_is_heard() -> None:
    heard = hear(PROPOSED.format(order="LK-101234"))
    assert heard.name == "confirm_cancel"
    assert heard.slots["args.order_id"] == "LK-101234"


def test_what_nobody_wrote_beforehand_is_unknown() -> None:
    assert hear("Hello Anna, Sanne here.").name == hearing.UNKNOWN


def test_ends_are_those_of_the_procedures() -> None:
    ends = hearing.ends()
    assert ends["cancel_done"] == "resolved"
    assert ends["return_too_late"] == "refused"
    assert ends["order_is_delivered"] == "resolved", "the tip after it is only for those who agreed to tips"
    assert not {"order_is_late", "ask_email", "search_started", "variant_not_in_stock"} & set(ends)


def test_goals_name_only_messages_that_exist() -> None:
    for goal in GOALS:
        assert {*goal.ends, *goal.confirms} <= set(MESSAGES), goal.name
        unheard = {end for end in goal.ends if hearing.role(end) not in ("ends", "hands_over")} - hearing.answers()
        assert not unheard, f"who wants {goal.name} would wait on after {unheard}"


# --- who comes ----------------------------------------------------------------------------------


def test_the_same_seed_brings_the_same_customers(records: ShopRecords) -> None:
    assert personas(records, 60, seed=3) == personas(records, 60, seed=3)
    assert personas(records, 60, seed=3) != personas(records, 60, seed=4)


def test_no_account_comes_twice_while_there_are_enough(records: ShopRecords) -> None:
    emails = [one.facts["email"] for one in personas(records, 200, seed=5) if one.order]
    assert len(emails) == len(set(emails))


def test_more_customers_than_accounts_come_all_the_same(records: ShopRecords) -> None:
    assert len(personas(records, 900, seed=5)) == 900


def test_wishes_fit_the_records(records: ShopRecords) -> None:
    orders = {order["id"]: order for order in records.orders}
    for persona in personas(records, 200, seed=6):
        if persona.order:
            assert goal_named(persona.goal).fits(orders[persona.order]), persona


def test_nothing_is_left_to_fill_in_what_they_write(records: ShopRecords) -> None:
    for persona in personas(records, 200, seed=7):
        said = opening.parts(persona)
        assert said and all(part.strip() and not re.search(r"[{}]", part) for part in said), said


def test_a_persona_survives_being_kept(records: ShopRecords) -> None:
    for persona in personas(records, 30, seed=8):
        assert Persona.from_json(persona.as_json()) == persona


def test_phrases_are_not_the_examples_that_the_reading_learns_from() -> None:
    learned = "\n".join(path.read_text(encoding="utf-8") for path in (OPERATION / "intents").glob("*.yaml")).lower()
    examples = {row.strip().removeprefix("- ").strip('".!? ') for row in learned.splitlines()}
    for goal in (goal.name for goal in GOALS):
        for at in range(40):
            said = words.need(goal, customer().chance(at), {**FACTS, "article": "shoes"}, names_order=True)
            assert said.lower().strip('".!? ') not in examples, said


@settings(max_examples=60)
@given(st.text(max_size=80), st.integers())
def test_slips_never_touch_numbers_and_addresses(text: str, seed: int) -> None:
    copied = "LK-101234 jo@customers.example 1017AB"
    assert slip(f"{text} {copied}", customer().chance(seed), 1.0).endswith(copied)


def test_small_letters_leave_a_postcode_as_it_is() -> None:
    said = opening.typed(customer(lower=True), "My postcode is 1017 AB, Jo@Mail.example LK-101234 HELLO", "x")
    assert said == "my postcode is 1017 AB, Jo@Mail.example LK-101234 hello"


# --- what they say next -------------------------------------------------------------------------


def test_the_opening_comes_first_and_then_they_wait() -> None:
    first = next_move(customer(), [])
    assert isinstance(first, Say)
    assert next_move(customer(), chat(f">{first.text}")) == Wait()


def test_the_same_transcript_leads_to_the_same_words() -> None:
    seen = chat(">cancel my order", ASKS_EMAIL)
    assert next_move(customer(), seen) == next_move(customer(), seen)


def test_asked_for_the_email_they_give_it() -> None:
    said = next_move(customer(), chat(">cancel my order", ASKS_EMAIL))
    assert isinstance(said, Say) and FACTS["email"] in said.text


def test_a_proposal_that_fits_is_agreed_to() -> None:
    said = next_move(customer(), chat(">cancel it", PROPOSED.format(order="LK-101234")))
    assert isinstance(said, Say) and "no" not in said.text.lower().split()


def test_a_proposal_for_another_order_is_corrected() -> None:
    said = next_move(customer(), chat(">cancel it", PROPOSED.format(order="LK-100001")))
    assert isinstance(said, Say) and ("other order" in said.text or "LK-101234" in said.text)


def test_a_proposal_of_another_kind_is_declined() -> None:
    said = next_move(customer("invoice_copy"), chat(">invoice please", PROPOSED.format(order="LK-101234")))
    assert isinstance(said, Say) and said.text.startswith("no")


def test_after_the_end_they_thank_once_or_leave() -> None:
    seen = chat(">cancel it", GRANTED)
    assert next_move(customer(), seen) == End("resolved", "cancel_done")
    thanks = next_move(customer(thanks=True), seen)
    assert isinstance(thanks, Say)
    thanked = [*seen, Line(3, "customer", thanks.text)]
    assert next_move(customer(thanks=True), thanked) == End("resolved", "cancel_done")
    replied = [*thanked, Line(4, "worker", MESSAGES["goodbye"])]
    assert next_move(customer(thanks=True), replied) == End("resolved", "cancel_done")


def test_what_ends_and_asks_at_once_has_not_ended() -> None:
    assert isinstance(next_move(customer(), chat(">hi", GRANTED, MESSAGES["ask_email"])), Say)


def test_a_question_in_between_is_answered_and_ends_nothing() -> None:
    seen = chat(">cancel it", ASKS_EMAIL, ">are you open?", MESSAGES["opening_hours"])
    assert next_move(customer(), seen) == Wait()
    assert isinstance(next_move(customer(), [*seen, Line(9, "worker", MESSAGES["ask_email"])]), Say)


def test_an_answered_question_ends_the_case_of_who_had_nothing_else() -> None:
    seen = chat(">when are you open?", f"{DISCLOSURE}\n\n{MESSAGES['opening_hours']}")
    assert next_move(customer("question"), seen) == End("resolved", "opening_hours")


def test_who_was_handed_over_leaves() -> None:
    seen = chat(">hm", MESSAGES["handed_over"])
    assert next_move(customer(), seen) == End("handed_over", "handed_over")


def test_who_waits_for_a_colleague_waits_long() -> None:
    seen = chat(">cancel it", PROPOSED.format(order="LK-101234"), ">yes", MESSAGES["please_wait_for_approval"])
    assert next_move(customer(), seen) == Wait(long=True)


def test_a_silent_customer_answers_the_question_of_before_the_reminder() -> None:
    silent = customer(silent_at=1)
    seen = chat(">cancel it", ASKS_EMAIL)
    assert next_move(silent, seen) == next_move(silent, [*seen, Line(3, "worker", MESSAGES["still_there"])])
    said = next_move(silent, seen)
    assert isinstance(said, Say) and said.pause_seconds == SILENCE_SECONDS


def test_who_was_not_heard_says_it_again_when_reminded() -> None:
    seen = chat(">cancel it", ASKS_EMAIL, ">jo@customers.example")
    assert next_move(customer(), seen) == Wait()
    assert isinstance(next_move(customer(), [*seen, Line(4, "worker", MESSAGES["still_there"])]), Say)


def test_a_question_that_crossed_the_opening_is_answered_late() -> None:
    parts = customer(parts=True, tells=("order", "email", "postcode"), mood="polite")
    said = opening.parts(parts)
    seen = [Line(number, "customer", text) for number, text in enumerate(said, start=1)]
    crossed = next_move(parts, [*seen, Line(9, "worker", ASKS_EMAIL)])
    assert len(said) > 1
    assert isinstance(crossed, Say) and crossed.pause_seconds == CROSSING_SECONDS


def test_who_gets_nowhere_asks_for_a_person() -> None:
    said = [text for number in range(22) for text in (f">I said {number}", MESSAGES["ask_email_again"])]
    final = next_move(customer(), chat(*said))
    assert isinstance(final, Say) and "person" in final.text


def test_every_question_of_the_shop_finds_an_answer(records: ShopRecords) -> None:
    asked = [name for name in MESSAGES if name.startswith(("ask_", "confirm_"))]
    for persona in personas(records, 40, seed=9):
        if not persona.order:
            continue
        for name in asked:
            filled = re.sub(r"\{\{(.*?)\}\}", "LK-101234", MESSAGES[name], flags=re.DOTALL)
            said = next_move(persona, [*(Line(n, "customer", "x") for n in range(4)), Line(9, "worker", filled)])
            assert isinstance(said, Say) and said.text.strip() and "{" not in said.text, (name, said)
