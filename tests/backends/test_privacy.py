"""Holds, consents, requests and retention, on SQLite and PostgreSQL: what is due goes, what is held stays."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aboveloop.app.privacy_access import give_access
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import person_of
from aboveloop.journey.cases import Case
from aboveloop.journey.errors import CaseNotFound, CustomerNotFound
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger.entries import HOUSE
from aboveloop.work.erase import erase
from aboveloop.work.privacy import consents, holds, requests, retention, store
from aboveloop.work.privacy.errors import HoldNotFound, RequestClosed, RequestNotFound, UnderHold
from aboveloop.work.privacy.holds import Hold, Wish
from work.bakery import ANNA, ANNAS_OTHER, BEN, FILES, Bakery, operation_of

KEPT = """privacy:
  retention: {messages: 30, cases: 30, effects: 60, approvals: 60, chat_sessions: 10, ledger_personal: 365}
"""
REFUND = ("refund 60 EUR for CR-1002 please", ANNA)


@pytest.fixture
def bakery(tmp_path: Path, database_url: str) -> Iterator[Bakery]:
    about = FILES["operation.yaml"].replace("erase]", "erase, disclose]")
    opened = Bakery(tmp_path, database_url, operation_of({**FILES, "operation.yaml": about + KEPT}))
    opened.open()
    yield opened
    opened.close()


def lived(bakery: Bakery) -> Case:
    """Anna had an order cancelled; the case has ended."""
    case = bakery.write("cancel CR-1001 please", ANNA, "yes")
    assert case.outcome == "resolved"
    return case


def hold(bakery: Bakery, scope: str, subject: str, person: str = "hana", because: str = "claim 12/26") -> Hold:
    with bakery.database.write() as tx:
        wish = Wish(scope, subject, because)  # type: ignore[arg-type]
        by = person_of(bakery.operation, person)
        return holds.place(tx, bakery.ledger, wish, by=by, now=bakery.clock.now())


def release(bakery: Bakery, hold_id: str, because: str = "settled") -> None:
    with bakery.database.write() as tx:
        by = person_of(bakery.operation, "hana")
        holds.release(tx, bakery.ledger, hold_id, by=by, because=because, now=bakery.clock.now())


def run(bakery: Bakery) -> retention.Run:
    return retention.run(bakery.house, bakery.operation)


def texts(bakery: Bakery, case: Case) -> set[str]:
    return {message.text for message in bakery.messages(case)}


def house_kinds(bakery: Bakery) -> list[str]:
    return bakery.kinds(HOUSE)


# --- retention ---


def test_nothing_goes_before_its_time(bakery: Bakery) -> None:
    case = lived(bakery)
    bakery.advance(days=9)

    assert set(run(bakery).erased.values()) == {0}
    assert store.ERASED not in texts(bakery, case)


def test_each_class_goes_at_its_own_time(bakery: Bakery) -> None:
    case = lived(bakery)
    bakery.advance(days=31)
    first = run(bakery).erased

    assert (first["messages"], first["cases"], first["chat_sessions"]) == (1, 1, 1)
    assert (first["effects"], first["approvals"], first["ledger_personal"]) == (0, 0, 0)
    assert texts(bakery, case) == {store.ERASED}
    assert bakery.case(case.id).memory == {}
    assert bakery.holding(ANNA) == []
    assert [row.args for row in bakery.effects()] != [{}]
    bakery.advance(days=30)
    assert run(bakery).erased["effects"] == 1
    assert [row.args for row in bakery.effects()] == [{}]
    with bakery.database.read() as reader:
        assert any(entry.personal for entry in bakery.ledger.entries(reader, case.id))
    bakery.advance(days=305)
    assert run(bakery).erased["ledger_personal"] == 1
    with bakery.database.read() as reader:
        assert not any(entry.personal for entry in bakery.ledger.entries(reader, case.id))
    assert bakery.verifies()


def test_a_second_run_finds_nothing_and_each_run_is_told(bakery: Bakery) -> None:
    lived(bakery)
    bakery.advance(days=400)
    run(bakery)

    assert set(run(bakery).erased.values()) == {0}
    assert house_kinds(bakery).count("RetentionRan") == 2
    assert "RecordsErased" in house_kinds(bakery)


def test_an_open_case_is_never_due(bakery: Bakery) -> None:
    case = bakery.write("cancel CR-1001 please", ANNA)
    bakery.clock.advance(timedelta(days=500))

    assert set(run(bakery).erased.values()) == {0}
    assert ANNA in texts(bakery, case)


@pytest.mark.parametrize("scope", ["case", "customer"])
def test_what_is_held_stays_until_it_is_released(bakery: Bakery, scope: str) -> None:
    case = lived(bakery)
    held = hold(bakery, scope, case.id if scope == "case" else case.customer_id)
    bakery.write("cancel CR-1003 please", BEN, "yes", address=BEN)
    bakery.advance(days=400)
    with bakery.database.read() as reader:
        planned = {
            each.record: (each.due, each.held) for each in retention.plan(reader, bakery.operation, bakery.clock.now())
        }
    done = run(bakery)

    assert planned["messages"] == (1, 1)
    assert planned["ledger_personal"] == (1, 1)
    assert done.erased["messages"] == 1
    assert done.held["messages"] == 1
    assert ANNA in texts(bakery, case)
    with bakery.database.read() as reader:
        assert any(entry.personal for entry in bakery.ledger.entries(reader, case.id))
    release(bakery, held.id)
    assert run(bakery).erased["messages"] == 1
    assert texts(bakery, case) == {store.ERASED}
    assert bakery.verifies()


def test_a_hold_on_a_merged_record_holds_the_person(bakery: Bakery) -> None:
    case = lived(bakery)
    other = bakery.write("cancel CR-1002 please", ANNA, "no", address=ANNAS_OTHER, channel="email")
    before = [row.id for row in merged_rows(bakery)]
    assert bakery.case(other.id).customer_id == bakery.case(case.id).customer_id
    hold(bakery, "customer", before[0])
    bakery.advance(days=400)

    assert set(run(bakery).erased.values()) == {0}


def merged_rows(bakery: Bakery) -> list:  # type: ignore[type-arg]
    import sqlalchemy as sa

    from aboveloop.journey.store import customers

    with bakery.database.read() as reader:
        return list(reader.all(sa.select(customers).where(customers.c.merged_into.is_not(None))))


def test_a_case_that_was_taken_up_again_is_due_again(bakery: Bakery) -> None:
    case = lived(bakery)
    bakery.advance(days=31)
    run(bakery)
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    desk.reply(case.id, "One more thing, Anna.")
    desk.finish(case.id, "resolved")

    assert run(bakery).erased["messages"] == 0
    assert "One more thing, Anna." in texts(bakery, case)
    bakery.advance(days=31)
    assert run(bakery).erased["messages"] == 1
    assert "One more thing, Anna." not in texts(bakery, case)


def test_many_are_erased_in_batches_and_a_stop_holds_between_two(
    bakery: Bakery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        bakery.write("is there gluten in it", address=f"c{number}@mail.example")
    bakery.advance(days=31)
    asked = iter([False, True, True, True, True, True, True, True])
    stopped = retention.run(bakery.house, bakery.operation, stop=lambda: next(asked))

    assert stopped.erased["messages"] == 2
    assert run(bakery).erased["messages"] == 3
    batches = [entry for entry in bakery.entries(HOUSE) if entry.kind == "RecordsErased"]
    assert all(len(entry.body["subjects"]) <= 2 for entry in batches)


def test_one_process_of_several_runs_it_on_a_day(bakery: Bakery) -> None:
    with bakery.database.write() as tx:
        assert store.claim_day(tx, "2026-03-02")
    with bakery.database.write() as tx:
        assert not store.claim_day(tx, "2026-03-02")


def test_the_house_runs_it_by_itself_once_a_day(bakery: Bakery, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(bakery)
    bakery.advance(days=31)

    class Closing:
        """Set after the second look."""

        looks = 0

        def is_set(self) -> bool:
            return self.looks >= 2

        def wait(self, _seconds: float) -> None:
            self.looks += 1

    retention.run_daily(bakery.house, bakery.current, Closing())  # type: ignore[arg-type]
    assert house_kinds(bakery).count("RetentionRan") == 1


# --- holds ---


def test_only_who_may_erase_places_and_releases_a_hold(bakery: Bakery) -> None:
    case = lived(bakery)
    with pytest.raises(MayNot):
        hold(bakery, "case", case.id, person="tom")
    held = hold(bakery, "case", case.id)
    with pytest.raises(MayNot), bakery.database.write() as tx:
        tom = person_of(bakery.operation, "tom")
        holds.release(tx, bakery.ledger, held.id, by=tom, because="x", now=bakery.clock.now())


def test_a_hold_needs_a_reason_and_something_to_hold(bakery: Bakery) -> None:
    case = lived(bakery)
    with pytest.raises(WrongUsage):
        hold(bakery, "case", case.id, because="  ")
    with pytest.raises(CaseNotFound):
        hold(bakery, "case", "case_none")
    with pytest.raises(CustomerNotFound):
        hold(bakery, "customer", "cus_none")
    held = hold(bakery, "case", case.id)
    with pytest.raises(WrongUsage):
        release(bakery, held.id, because="")
    release(bakery, held.id)
    with pytest.raises(HoldNotFound):
        release(bakery, held.id)
    with bakery.database.read() as reader:
        assert holds.standing(reader) == []
        assert [each.released_because for each in holds.every(reader)] == ["settled"]
    assert [kind for kind in bakery.kinds(case) if kind.startswith("Hold")] == ["HoldPlaced", "HoldReleased"]


def test_a_held_person_is_not_erased_by_anybody(bakery: Bakery) -> None:
    case = lived(bakery)
    hold(bakery, "case", case.id)
    with pytest.raises(UnderHold, match="claim 12/26"), bakery.database.write() as tx:
        erase(bakery.house, tx, case.customer_id, actor="person:hana")
    assert ANNA in texts(bakery, case)


# --- consents ---


def consent(bakery: Bakery, customer: str, purpose: str, given: bool, channel: str = "phone") -> None:
    with bakery.database.write() as tx:
        said = consents.Said(customer, consents.purpose_of(purpose), given, "person:tom", channel)
        consents.say(tx, bakery.ledger, said, now=bakery.clock.now())


def test_nothing_is_agreed_to_but_to_be_served_until_it_is_said(bakery: Bakery) -> None:
    case = lived(bakery)
    with bakery.database.read() as reader:
        now = consents.standing(reader, case.customer_id)
        assert {name for name, each in now.items() if each.given} == {"service"}
        assert not consents.may_personalise(reader, case.customer_id)
        assert not consents.holds(reader, "cus_none", "service")


def test_a_consent_holds_from_when_it_is_given_until_it_is_withdrawn(bakery: Bakery) -> None:
    case = lived(bakery)
    consent(bakery, case.customer_id, "personalisation", True)
    with bakery.database.read() as reader:
        assert consents.may_personalise(reader, case.customer_id)
    consent(bakery, case.customer_id, "personalisation", False, "email")
    with bakery.database.read() as reader:
        assert not consents.may_personalise(reader, case.customer_id)
        assert [(each.given, each.channel, each.by) for each in consents.history(reader, case.customer_id)] == [
            (True, "phone", "person:tom"),
            (False, "email", "person:tom"),
        ]
    assert [kind for kind in house_kinds(bakery) if kind.startswith("Consent")] == ["ConsentGiven", "ConsentWithdrawn"]


def test_a_consent_needs_a_known_customer_purpose_and_channel(bakery: Bakery) -> None:
    case = lived(bakery)
    with pytest.raises(CustomerNotFound):
        consent(bakery, "cus_none", "personalisation", True)
    with pytest.raises(WrongUsage, match="no purpose"):
        consent(bakery, case.customer_id, "profit", True)
    with pytest.raises(WrongUsage, match="channel"):
        consent(bakery, case.customer_id, "personalisation", True, " ")


# --- requests ---


def asked(bakery: Bakery, customer: str, kind: str = "erasure", person: str = "hana") -> requests.Request:
    with bakery.database.write() as tx:
        by = person_of(bakery.operation, person)
        told = "herself, by e-mail from her own address"
        return requests.open_request(bakery.house, tx, kind, customer, asked_by=told, person=by)  # type: ignore[arg-type]


def carried_out(bakery: Bakery, request: requests.Request, person: str = "hana") -> requests.Request:
    with bakery.database.write() as tx:
        by = person_of(bakery.operation, person)
        return requests.carry_out_erasure(bakery.house, tx, request.id, person=by)


def test_an_erasure_says_what_was_erased_and_leaves_the_chain_whole(bakery: Bakery) -> None:
    case = lived(bakery)
    consent(bakery, case.customer_id, "personalisation", True)
    done = carried_out(bakery, asked(bakery, case.customer_id))

    assert done.state == "done"
    assert done.result is not None
    assert done.result["messages"] == len(bakery.messages(case))
    assert done.result["consents"] == 1
    assert bakery.holding(ANNA) == []
    assert bakery.holding("her own address") == []
    assert bakery.verifies()
    closed = [entry for entry in bakery.entries(HOUSE) if entry.kind == "PrivacyRequestClosed"]
    assert closed[0].body["in_time"] is True
    with pytest.raises(RequestClosed):
        carried_out(bakery, done)


def test_a_request_is_due_in_one_month(bakery: Bakery) -> None:
    assert asked(bakery, lived(bakery).customer_id).due_at == datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    assert requests.month_after(datetime(2026, 1, 31, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)
    assert requests.month_after(datetime(2026, 12, 15, tzinfo=UTC)) == datetime(2027, 1, 15, tzinfo=UTC)


def test_what_is_held_is_not_erased_and_the_request_stays_open(bakery: Bakery) -> None:
    case = lived(bakery)
    request = asked(bakery, case.customer_id)
    held = hold(bakery, "customer", case.customer_id)
    with pytest.raises(UnderHold):
        carried_out(bakery, request)
    with bakery.database.read() as reader:
        assert [each.id for each in requests.still_open(reader)] == [request.id]
    release(bakery, held.id)
    assert carried_out(bakery, request).state == "done"


def test_who_may_not_erase_opens_refuses_and_carries_out_nothing(bakery: Bakery) -> None:
    case = lived(bakery)
    with pytest.raises(MayNot):
        asked(bakery, case.customer_id, person="tom")
    request = asked(bakery, case.customer_id)
    with pytest.raises(MayNot):
        carried_out(bakery, request, person="tom")
    with pytest.raises(MayNot), bakery.database.write() as tx:
        requests.refuse(bakery.house, tx, request.id, person=person_of(bakery.operation, "tom"), because="no")
    with pytest.raises(MayNot):
        give_access(bakery, person_of(bakery.operation, "tom"), case.customer_id, Path("/nowhere"), through="console")


def test_a_request_can_be_refused_with_a_reason_only(bakery: Bakery) -> None:
    request = asked(bakery, lived(bakery).customer_id)
    hana = person_of(bakery.operation, "hana")
    with pytest.raises(WrongUsage), bakery.database.write() as tx:
        requests.refuse(bakery.house, tx, request.id, person=hana, because=" ")
    with bakery.database.write() as tx:
        assert requests.refuse(bakery.house, tx, request.id, person=hana, because="not she").state == "refused"
    with pytest.raises(RequestNotFound), bakery.database.read() as reader:
        requests.find(reader, "request_none")


def test_an_access_request_is_not_carried_out_as_an_erasure(bakery: Bakery) -> None:
    case = lived(bakery)
    request = asked(bakery, case.customer_id, "access")
    with pytest.raises(WrongUsage, match="access"):
        carried_out(bakery, request)
    with pytest.raises(WrongUsage), bakery.database.write() as tx:
        requests.open_request(
            bakery.house, tx, "access", case.customer_id, asked_by="", person=person_of(bakery.operation, "hana")
        )
    with pytest.raises(CustomerNotFound):
        asked(bakery, "cus_none")


def test_access_gives_everything_of_one_person_and_nothing_of_another(bakery: Bakery, tmp_path: Path) -> None:
    case = lived(bakery)
    bakery.write(*REFUND, "yes")
    bakery.write("cancel CR-1003 please", BEN, address=BEN)
    request = asked(bakery, case.customer_id, "access")
    hana = person_of(bakery.operation, "hana")
    given = give_access(bakery, hana, case.customer_id, tmp_path / "out", through="console", request_id=request.id)

    told = json.loads((tmp_path / "out" / "everything.json").read_text())
    page = (tmp_path / "out" / "everything.html").read_text()
    assert {message["text"] for message in told["messages"]} >= texts(bakery, case)
    assert given.counts["cases"] == len(told["cases"]) >= 1
    assert len(told["approvals"]) == 1
    assert any(entry["kind"] == "ActionConfirmed" for entry in told["ledger"])
    for text in (page, json.dumps(told)):
        assert ANNA in text
        assert BEN not in text
        assert "c_ben" not in text
    assert (tmp_path / "out" / "everything.json").stat().st_mode & 0o077 == 0
    with bakery.database.read() as reader:
        assert requests.find(reader, request.id).state == "done"
    (noted,) = [entry for entry in bakery.entries(HOUSE) if entry.kind == "AccessGiven"]
    assert noted.body["sha256"] == given.sha256
    with pytest.raises(WrongUsage, match="not an empty folder"):
        give_access(bakery, hana, case.customer_id, tmp_path / "out", through="console")


def test_what_a_customer_wrote_is_text_on_the_page_and_nothing_else(bakery: Bakery, tmp_path: Path) -> None:
    case = bakery.write("<script>alert(1)</script> when are you open")
    hana = person_of(bakery.operation, "hana")
    give_access(bakery, hana, case.customer_id, tmp_path / "out", through="console")

    assert "<script>" not in (tmp_path / "out" / "everything.html").read_text()


def test_what_a_customer_agrees_to_now_is_told_by_purpose(bakery: Bakery) -> None:
    case = lived(bakery)
    for purpose, given in (("personalisation", True), ("model_training", True), ("model_training", False)):
        with bakery.database.write() as tx:
            said = consents.Said(case.customer_id, purpose, given, "person:hana", "phone")  # type: ignore[arg-type]
            consents.say(tx, bakery.ledger, said, now=bakery.clock.now())
    with bakery.database.read() as reader:
        assert consents.given(reader, case.customer_id) == ("service", "personalisation")
        assert consents.given(reader, "cus_unknown") == ("service",), "whoever writes is served"
