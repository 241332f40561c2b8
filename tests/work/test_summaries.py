"""The summary of a case: every sentence stands on entries, nothing is made up, and the next step is the right one."""

import string
from dataclasses import replace
from datetime import timedelta

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.summaries.gathered import gathered, summary
from aboveloop.govern.lanes import Lane
from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case
from aboveloop.ledger.entries import Entry
from aboveloop.work.account import account_of
from aboveloop.work.erase import erase
from aboveloop.work.summaries import phrases
from aboveloop.work.summaries.material import LONGEST_QUOTE, MOST_ENTRIES, Material
from aboveloop.work.summaries.phrases import ENGLISH, LANGUAGES, say
from aboveloop.work.summaries.summary import Summary, summary_of
from api.open_house import ELIF, tell, waiting
from work.bakery import ANNA, Bakery

CANCEL = ("cancel CR-1001 please", ANNA)
REFUND = ("refund 60 EUR for CR-1002 please", ANNA)


def told(bakery: Bakery, case: Case) -> Summary:
    with bakery.database.read() as reader:
        return summary(bakery, reader, cases.get(reader, case.id))


def material_of(bakery: Bakery, case: Case, *, later: timedelta = timedelta(0)) -> Material:
    entries = chain(bakery, case)
    with bakery.database.read() as reader:
        found = cases.get(reader, case.id)
        now = bakery.clock.now() + later
        return gathered(bakery, reader, found, entries, account=account_of(found, entries), now=now)


def words(shown: Summary, part: str) -> list[str]:
    return [each.words for each in shown.part(part)]


def keys(shown: Summary) -> list[str]:
    return [each.key for each in shown.sentences]


def steps(shown: Summary) -> list[str]:
    return [each.kind for each in shown.suggestions]


def chain(bakery: Bakery, case: Case) -> list[Entry]:
    with bakery.database.read() as reader:
        return bakery.ledger.entries(reader, case.id)


def test_every_sentence_and_every_step_stands_on_entries_of_the_case(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    shown = told(bakery, case)
    known = {entry.id for entry in chain(bakery, case)}
    assert shown.sentences
    for each in (*shown.sentences, *shown.suggestions):
        assert each.entries, each.words
        assert set(each.entries) <= known, each.words


def test_what_is_asked_is_in_the_customers_own_words_and_what_they_said_beside_it(bakery: Bakery) -> None:
    shown = told(bakery, bakery.write(*CANCEL))
    (asked,) = shown.part("asked")
    assert (asked.key, asked.quote) == ("wants", "cancel CR-1001 please")
    assert "Order number: CR-1001." in [each.capitalize().replace("cr-", "CR-") for each in words(shown, "known")]
    assert any(ANNA in each for each in words(shown, "known"))


def test_what_waits_for_an_approval_is_open_and_the_step_names_reason_deadline_and_command(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    shown = told(bakery, case)
    (approval,) = bakery.approvals(case)
    assert any("Refund 60.00 EUR waits for refund approver" in each for each in words(shown, "open"))
    (step,) = shown.suggestions
    assert (step.kind, step.page, step.right) == ("answer_approval", f"/approvals/{approval.id}", "approve")
    assert step.command == f"aboveloop approve {approval.id}"
    assert step.rules == ("refund-large",)
    assert "Above 50 EUR a person looks." in step.because
    assert "Nothing on record speaks against it." in step.because
    assert step.by == approval.expires_at


def test_what_was_denied_before_asks_for_a_closer_look(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    material = material_of(bakery, case)
    (decision,) = [each for each in material.decisions if each.approval is not None]
    assert decision.approval is not None and decision.lane == Lane.REVIEWED.value
    before = replace(decision, approval=replace(decision.approval, denied_before="apr_1"))
    looked = summary_of(replace(material, decisions=[before]))
    assert "Look first: the same was denied before on this case." in looked.suggestions[0].because


def test_an_approval_that_has_expired_is_no_step(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    assert steps(summary_of(material_of(bakery, case, later=timedelta(days=2)))) == ["wait"]


def test_a_performed_write_says_whether_the_record_shows_it(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    shown = told(bakery, case)
    assert "Cancel CR-1001: performed, and the system of record shows it." in words(shown, "done")
    assert "The case ended: resolved." in words(shown, "done")
    assert words(shown, "open") == ["Nothing is open."]
    assert steps(shown) == ["nothing"]


def test_what_the_system_of_record_refused_is_said_so(bakery: Bakery) -> None:
    bakery.till.refuses["note_order"] = "no pencil"
    case = bakery.write("write a note for the baker", ANNA, "CR-1001", "yes")
    shown = told(bakery, case)
    assert any(each.endswith("refused by the system of record, nothing was done.") for each in words(shown, "done"))
    assert any("no pencil" in each for each in words(shown, "open"))
    (step,) = shown.suggestions
    assert (step.kind, step.act, step.right) == ("take_over", "take_over", "take_over")
    assert "no pencil" in step.because and "no pencil" not in step.plain_because


def test_what_policy_prohibits_is_said_with_its_reason(bakery: Bakery) -> None:
    bakery.till.orders["CR-1001"]["status"] = "sent"
    shown = told(bakery, bakery.write(*CANCEL, "yes"))
    assert any("prohibited by policy" in each and "What has been sent" in each for each in words(shown, "done"))


def test_a_record_that_is_not_there_is_said_so(bakery: Bakery) -> None:
    shown = told(bakery, bakery.write("cancel CR-9999 please", ANNA))
    assert "Looked for, and there is no such record: till.get_order." in words(shown, "done")


def test_who_asks_for_a_person_is_called(bakery: Bakery) -> None:
    shown = told(bakery, bakery.write("I want to talk to a human"))
    assert "The customer asked for a person." in words(shown, "asked")
    (step,) = shown.suggestions
    assert (step.kind, step.act) == ("call", "take_over")


def test_a_case_of_a_person_is_answered_then_handed_back_or_ended(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.desk("tom").take_over(case.id)
    assert steps(told(bakery, case)) == ["reply"]
    bakery.desk("tom").reply(case.id, "I look at it.")
    first, second = told(bakery, case).suggestions
    assert (first.kind, first.act, second.kind, second.act) == ("hand_back", "hand_back", "end", "end_resolved")
    bakery.write("and now?")
    shown = told(bakery, case)
    assert steps(shown) == ["reply"]
    (unanswered,) = [each for each in shown.part("open") if each.key == "unanswered"]
    assert unanswered.quote == "and now?"


def test_both_ends_of_a_human_stretch_are_told(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.desk("tom").take_over(case.id)
    bakery.clock.advance(timedelta(minutes=7))
    bakery.desk("tom").hand_back(case.id)
    (stretch,) = [each for each in told(bakery, case).part("done") if each.key == "had_it"]
    assert stretch.words == "Tom Berg had the case from 2026-03-02 10:00 until 2026-03-02 10:07 (handed it back)."
    assert len(stretch.entries) == 2


def test_a_pause_is_to_be_released_or_passed_by(bakery: Bakery) -> None:
    bakery.desk("hana").pause("procedure", "cancel_order", because="The oven is off.")
    case = bakery.write(*CANCEL)
    shown = told(bakery, case)
    assert any("The oven is off." in each for each in words(shown, "open"))
    (step,) = shown.suggestions
    assert (step.kind, step.right, step.page) == ("resume", "resume", "/switches")
    assert step.command == 'aboveloop resume procedure cancel_order --reason "..."'


def test_a_write_of_which_nobody_knows_the_end_comes_first(bakery: Bakery) -> None:
    bakery.till.refuses.clear()
    case = bakery.write(*CANCEL, "yes")
    material = material_of(bakery, case)
    done = next(each for each in material.decisions if each.outcome.state == "performed")
    for state, proved, kind in (("uncertain", None, "check_record"), ("performed", False, "correct_record")):
        odd = replace(done, outcome=replace(done.outcome, state=state, proved=proved))  # type: ignore[arg-type]
        shown = summary_of(replace(material, decisions=[odd]))
        assert shown.suggestions[0].kind == kind
        assert shown.suggestions[0].command == "aboveloop audit reconcile"


def test_a_customer_who_was_reminded_and_stays_silent_is_called(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    with bakery.database.write() as tx:
        memory = cases.get(tx, case.id).memory
        store.update_case(tx, case.id, {"memory": {**memory, "reminded": True}})
    (step,) = told(bakery, case).suggestions
    assert step.kind == "call" and "reminded" in step.because


def test_a_case_of_a_thousand_messages_stays_short(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.desk("tom").take_over(case.id)
    with bakery.database.write() as tx:
        contact = cases.contact_of(tx, case.contact_id)
        for number in range(1000):
            incoming = cases.Incoming(contact.channel, contact.address, f"message {number} " + "x" * 900)
            cases.receive(tx, bakery.ledger, incoming, release=lambda _: case.release, now=bakery.clock.now())
    shown = told(bakery, case)
    assert len(shown.sentences) < 20
    (unanswered,) = [each for each in shown.part("open") if each.key == "unanswered"]
    assert unanswered.words.startswith("Messages of the customer that nobody has answered: 1000.")
    assert unanswered.quote is not None and unanswered.quote.startswith("message 999")
    assert len(unanswered.quote) == LONGEST_QUOTE + 1 and unanswered.is_cut
    assert len(unanswered.entries) == MOST_ENTRIES


def test_of_an_erased_customer_nothing_personal_remains(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("tom").take_over(case.id)
    with bakery.database.write() as tx:
        erase(bakery.house, tx, case.customer_id, actor="person:hana")
    shown = told(bakery, case)
    text = repr(shown.as_json())
    assert shown.is_erased
    for value in (ANNA, "CR-1002", "60.00", "refund 60 EUR"):
        assert value not in text, value
    assert not [each for each in shown.sentences if each.quote]


def test_a_case_that_nobody_wrote_on_says_so(bakery: Bakery) -> None:
    with bakery.database.write() as tx:
        store.insert(tx, store.customers, {"id": "cus_1", "created_at": bakery.clock.now()})
        values = {"id": "contact_1", "customer_id": "cus_1", "channel": "email", "address": "x@y.example"}
        store.insert(tx, store.contact_points, values)
        contact = cases.contact_of(tx, "contact_1")
        release = bakery.house.deployed(tx, "")
        case = cases.open_case(tx, bakery.ledger, contact, release=release, now=bakery.clock.now())
    shown = told(bakery, case)
    assert words(shown, "asked") == ["Nobody wrote: the case was opened by the house, for email."]
    assert steps(shown) == ["wait"]


def test_a_case_that_was_opened_again_twice_says_so_and_is_asked_after(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    for _ in range(2):
        bakery.desk("tom").take_over(case.id)
        bakery.desk("tom").finish(case.id, "resolved")
    shown = told(bakery, case)
    assert "The end was none; opened again: 2." in words(shown, "done")
    (step,) = shown.suggestions
    assert (step.kind, step.act) == ("follow_up", "take_over")


def test_two_needs_in_one_message_both_stand_there(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    material = material_of(bakery, case)

    def with_second(entry: Entry) -> Entry:
        if entry.kind != "MessageRead" or entry.body["intent"] != "cancel_order":
            return entry
        reading = {**(entry.personal or {})["reading"]}
        reading["alternatives"] = [*reading["alternatives"], {"intent": "refund_order", "confidence": 0.44}]
        return replace(entry, personal={"reading": reading})

    shown = summary_of(replace(material, entries=[with_second(each) for each in material.entries]))
    assert [each.key for each in shown.part("asked")] == ["wants", "perhaps"]
    assert shown.part("asked")[1].words == "Perhaps also: refund order (44 % sure)."


def test_words_from_right_to_left_are_kept_apart_from_the_rest(bakery: Bakery) -> None:
    shown = told(bakery, bakery.write("أريد إلغاء الطلب CR-1001"))
    quotes = [each.quote for each in shown.part("asked") if each.quote]
    assert "أريد إلغاء الطلب CR-1001" in quotes
    assert "\u2068أريد إلغاء الطلب CR-1001\u2069" in shown.text()


def test_the_plain_summary_holds_nothing_that_a_customer_said(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    with house.database.read() as reader:
        shown = summary(house, reader, case)
    assert "50.01 EUR" in shown.text() and "elif@customers.example" in shown.text()
    plain = shown.plain()
    assert plain.is_plain and plain.sentences and plain.suggestions
    text = repr(plain.as_json())
    for value in ("elif@customers.example", "10437", "LK-100007", "50.01", "the sole came off", "boots"):
        assert value not in text, value


def test_the_digest_changes_with_what_is_said_and_with_nothing_else(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)

    def digest() -> str:
        with house.database.read() as reader:
            return summary(house, reader, cases.get(reader, case.id)).digest

    first = digest()
    assert digest() == first
    house.clock.advance(timedelta(minutes=5))
    assert digest() == first
    approval = waiting(house)
    assert approval.action.case_id == case.id
    tell(house, "elif", "one question: what are your opening hours?")
    assert digest() != first


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_says_every_sentence_with_the_same_gaps(language: str) -> None:
    def gaps(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    mine = LANGUAGES[language]
    assert set(mine) <= set(ENGLISH)
    # What is only passed on has no words of its own.
    assert set(ENGLISH) - set(mine) <= {"why_take_over", "why_wait"}
    assert {key: gaps(text) for key, text in mine.items()} == {key: gaps(ENGLISH[key]) for key in mine}


def test_a_language_that_nobody_wrote_reads_english() -> None:
    assert say("nl", "nothing_open") == ENGLISH["nothing_open"]
    assert say("de-AT", "nothing_open") == phrases.GERMAN["nothing_open"]


def test_people_read_the_summary_in_the_operations_first_language(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    material = material_of(bakery, case)
    about = material.operation.about.model_copy(update={"languages": ["de", "en"]})
    shown = summary_of(replace(material, operation=material.operation.model_copy(update={"about": about})))
    assert shown.language == "de"
    assert any(each.startswith("Der Kunde möchte: ") for each in words(shown, "asked"))
    assert shown.part("asked")[0].quote == "cancel CR-1001 please"
