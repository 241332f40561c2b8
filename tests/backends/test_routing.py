"""Routing rules at work, alike on SQLite and PostgreSQL: where cases stand, mail at the door, drafts by two at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest

from aboveloop.app import overview, store
from aboveloop.app.mail import MailRoom
from aboveloop.app.post.servers import post_of
from aboveloop.app.routing_desk import drafts, effects, history
from aboveloop.app.routing_desk.errors import RoutingChanged
from aboveloop.app.store import CaseFilter
from aboveloop.govern.people import person_of
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.operation import releases
from aboveloop.operation.routing import RoutingRule, When
from aboveloop.work.erase import erase
from aboveloop.work.triage import store as triage
from aboveloop.work.triage.standing import Standing, standing_of
from work.bakery import ANNA, BEN, Bakery
from work.routed import open_bakery

CANCEL = "cancel CR-1001 please"
MILL = "noreply@mill.example"


@pytest.fixture
def bakery(tmp_path: Path, database_url: str) -> Iterator[Bakery]:
    opened = open_bakery(tmp_path, database_url)
    yield opened
    opened.close()


def stands(bakery: Bakery, case: Case) -> Standing:
    with bakery.database.read() as reader:
        return standing_of(bakery.operation.routing, triage.standing(reader, case.id))


def mail(
    tmp_path: Path, name: str, *, sender: str = ANNA, subject: str = "Hello", text: str = "Hi", **headers: str
) -> None:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = sender, subject, f"<{name}@mail.example>"
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content(text)
    if "picture" in name:
        message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="bread.png")
    (tmp_path / "mail" / "in" / "new" / name).write_bytes(message.as_bytes())


@pytest.fixture
def room(bakery: Bakery, tmp_path: Path) -> MailRoom:
    return MailRoom(bakery, post_of(bakery, tmp_path / "mail"))


# --- in a turn


def test_a_rule_gives_a_message_to_people_at_once_and_the_customer_is_told(bakery: Bakery) -> None:
    case = bakery.write("can you bake for our wedding in June")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert case.handed_over_because == "The routing rule “Weddings” gives it to people."
    assert bakery.said(case) == ["handed_over"]
    assert stands(bakery, case) == Standing(
        "counter", "The counter", "high", "wedding", "Weddings", bakery.operation.digest
    )
    entry = next(each for each in bakery.entries(case) if each.kind == "CaseTriaged")
    assert entry.release == bakery.operation.digest
    assert entry.body["rule"] == "wedding" and entry.body["to"] == "people" and entry.body["priority"] == "high"


def test_a_rule_of_the_usual_way_only_says_where_the_case_stands(bakery: Bakery) -> None:
    case = bakery.write(CANCEL)
    assert bakery.said(case) == ["ask_email"] and case.owner is Owner.WAITING_ON_CUSTOMER
    assert stands(bakery, case).queue == "money" and stands(bakery, case).rule == "cancelling"
    calm = bakery.write("hello", address=BEN)
    assert stands(bakery, calm) == Standing("counter", "The counter", "normal")


def test_the_highest_rule_that_any_message_met_stands(bakery: Bakery) -> None:
    bakery.reader.set = {"rage": {"flags": ("angry",)}, "calm": {}}
    case = bakery.write(CANCEL, "rage", "calm")
    assert stands(bakery, case).rule == "angry"
    assert [each.body["rule"] for each in bakery.entries(case) if each.kind == "CaseTriaged"] == ["cancelling", "angry"]
    again = bakery.write(CANCEL)
    assert stands(bakery, again).rule == "angry", "what stands lower replaces nothing"


def test_a_rule_counts_in_the_middle_of_a_procedure_and_withdraws_what_was_asked(bakery: Bakery) -> None:
    case = bakery.write("refund 60 EUR for CR-1002 please", ANNA, "yes")
    assert bakery.approval(case).state == "waiting"
    case = bakery.write("it is for a wedding, hurry")
    assert (
        case.owner is Owner.WAITING_ON_PERSON
        and case.handed_over_because == "The routing rule “Weddings” gives it to people."
    )
    assert [each.state for each in bakery.approvals(case)] != ["waiting"]


def test_who_is_in_danger_gets_a_person_and_the_rule_says_how_soon(bakery: Bakery) -> None:
    bakery.reader.set = {"danger": {"flags": ("threat",)}}
    case = bakery.write("danger")
    assert case.handed_over_because == "The message was flagged: threat."
    assert stands(bakery, case).priority == "urgent"


def test_thanks_after_the_end_trouble_nobody_but_a_need_does(bakery: Bakery) -> None:
    case = bakery.write(CANCEL, ANNA, "yes")
    assert case.outcome == "resolved"
    bakery.reader.set = {"thanks, it was for the wedding": {"thanks": True}}
    assert bakery.write("thanks, it was for the wedding").owner is Owner.RESOLVED
    assert bakery.write("and now about our wedding cake, who bakes it").owner is Owner.WAITING_ON_PERSON


def test_what_waits_is_taken_by_urgency_and_then_by_age(bakery: Bakery) -> None:
    bakery.reader.set = {"danger": {"flags": ("threat",)}}
    plain = bakery.write("I want to complain", address="a@mail.example")
    bakery.advance(minutes=5)
    wedding = bakery.write("a wedding", address="b@mail.example")
    bakery.advance(minutes=5)
    danger = bakery.write("danger", address="c@mail.example")
    with bakery.database.read() as reader:
        assert [row.id for row in store.oldest_waiting(reader, limit=9)] == [danger.id, wedding.id, plain.id]
        wanted = CaseFilter(owner="waiting_on_person", soonest_first=True)
        listed = [row.id for row in store.find_cases(reader, wanted, limit=9, offset=0)]
        assert listed == [danger.id, wedding.id, plain.id]
        counter = CaseFilter(queue="counter", or_no_rule=True)
        assert store.count_found(reader, counter) == 3
        assert store.count_found(reader, CaseFilter(queue="counter")) == 2, "one met no rule"
        assert store.count_found(reader, CaseFilter(rule="wedding")) == 1
        assert triage.counts(reader, bakery.clock.now().replace(year=2025)) == {"wedding": 1, "danger": 1}
        assert triage.waiting(reader) == {"counter": 2, "": 1}
        concerns = [each for each in overview.attention(reader, bakery, bakery.clock.now()) if each.sort == "hand_over"]
    assert concerns[0].what == "A case waits to be taken over: The counter, urgent"
    assert concerns[2].what == "A case waits to be taken over: The counter"


# --- at the door


def test_what_a_rule_sets_aside_becomes_no_case_and_is_noted_with_the_rule(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    mail(tmp_path, "1", subject="Flour offers for you")
    assert room.take_in_all() == 0 and bakery.all_cases() == []
    entry = bakery.entries("house")[-1]
    assert (entry.kind, entry.body["rule"]) == ("MailSetAside", "offers")
    mail(tmp_path, "2", subject="Flour on my order", text=CANCEL)
    assert room.take_in_all() == 1


def test_automatic_mail_goes_to_people_by_a_rule_and_is_never_answered(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    mail(tmp_path, "1", sender=MILL, text="Your delivery is late")
    assert room.take_in_all() == 1
    bakery.run_due()
    (case,) = bakery.all_cases()
    assert case.owner is Owner.WAITING_ON_PERSON and bakery.said(case) == []
    assert case.handed_over_because == "The routing rule “The mill” gives it to people."
    assert stands(bakery, case).priority == "low"
    assert list((tmp_path / "mail" / "out" / "new").iterdir()) == []
    mail(tmp_path, "1", sender=MILL, text="Your delivery is late")
    room.take_in_all()
    assert len(bakery.messages(case)) == 1, "the same mail twice is one"
    mail(tmp_path, "2", sender="noreply@other.example")
    assert room.take_in_all() == 0, "no rule takes it up"
    mail(tmp_path, "3", sender=MILL, Auto_Submitted="auto-replied", text="We are away")
    room.take_in_all()
    assert len(bakery.all_cases()) == 1 and len(bakery.messages(case)) == 2


def test_an_automatic_mail_on_a_case_of_a_worker_gives_it_to_people(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    sender = "anna@mill.example"
    mail(tmp_path, "1", sender=sender, text=CANCEL)
    room.take_in_all()
    bakery.run_due()
    mail(tmp_path, "2", sender=sender, Auto_Submitted="auto-replied", text="I am away")
    room.take_in_all()
    bakery.run_due()
    (case,) = bakery.all_cases()
    assert case.owner is Owner.WAITING_ON_PERSON and bakery.said(case) == ["ask_email"]
    bakery.desk("tom").take_over(case.id)
    mail(tmp_path, "3", sender=sender, Auto_Submitted="auto-replied", text="Still away")
    room.take_in_all()
    assert bakery.case(case.id).owner is Owner.PERSON, "it stays with whoever has it"


def test_what_mail_carries_is_known_to_rules(bakery: Bakery, room: MailRoom, tmp_path: Path) -> None:
    mail(tmp_path, "picture", text="look at this bread")
    room.take_in_all()
    bakery.run_due()
    (case,) = bakery.all_cases()
    assert stands(bakery, case).rule == "pictures" and case.owner is Owner.WAITING_ON_PERSON
    received = next(each for each in bakery.entries(case) if each.kind == "MessageReceived")
    assert received.body["attachments"] == 1


# --- the desk


def rule(name: str, **when: object) -> RoutingRule:
    return RoutingRule(rule=name, when=When.model_validate(when), to="people")


def test_of_two_who_begin_a_draft_at_once_one_is_told(bakery: Bakery) -> None:
    hana = person_of(bakery.operation, "hana")
    proposer = type(hana)(**{**vars(hana), "may": frozenset({*hana.may, "propose"})})

    def begin(name: str) -> str:
        edit = drafts.with_rule(bakery.current(), rule(name, words=[name]))
        try:
            drafts.change(bakery, edit, by=proposer, seen="", what=name)
        except RoutingChanged:
            return "told"
        return "kept"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(begin, ["one", "two"])) == ["kept", "told"]
    with bakery.database.read() as reader:
        draft = drafts.find(reader)
    assert draft is not None and len(draft.routing.rules) == 8
    assert [each.kind for each in bakery.entries("house")].count("RoutingDrafted") == 1


def test_past_cases_are_held_against_other_rules_and_erased_ones_are_not(bakery: Bakery) -> None:
    order = bakery.write(CANCEL)
    gone = bakery.write("a wedding", address=BEN)
    with bakery.database.write() as tx:
        erase(bakery.house, tx, gone.customer_id, actor="person:hana")
    old = bakery.operation.routing
    new = old.model_copy(update={"rules": [old.rules[0], rule("orders", intents=["cancel_order"]), *old.rules[1:]]})
    with bakery.database.read() as reader:
        found = effects.effect(bakery, reader, old, new, many=50)
        assert effects.effect(bakery, reader, old, old, many=50).elsewhere == 0
    assert (found.looked, found.erased, found.elsewhere) == (1, 1, 1)
    (moved,) = found.moved["to_people"]
    assert (moved.case.id, moved.before) == (order.id, "Money, in turn (by “Cancelling”)")
    assert moved.after == "to people at once: The counter, in turn (by “orders”)"


def test_a_rule_has_a_history_over_releases_with_when_it_was_at_work(bakery: Bakery) -> None:
    with bakery.database.read() as reader:
        (first,) = history.versions(bakery, reader, "angry")
        (edition,) = history.editions(bakery, reader)
        assert releases.list_releases(reader)[0].digest == first.release.digest
        assert history.rules_of(reader, "r1") == bakery.operation.routing
    assert first.said == ("The rule is new.",) and first.at_work[0].until is None
    assert edition.said == ("The first release: 7 rules.",)
