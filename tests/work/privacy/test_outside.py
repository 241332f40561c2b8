"""Outside models: nothing personal leaves, nothing leaves that policy forbids, and every flow stands in the ledger."""

import hashlib
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveloop.app.desk import Desk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.connect.models.chat import ChatModel
from aboveloop.connect.models.vendors import Vendor, VendorUnknown, vendor_of, vendors_of
from aboveloop.govern.actions import Principal
from aboveloop.govern.people import person_of
from aboveloop.journey import store
from aboveloop.journey.cases import Case
from aboveloop.kit.errors import WrongUsage
from aboveloop.understand.masking.names import folded
from aboveloop.work.privacy.outside import Answered, AwaitsApproval, Failed, Question, Withheld, ask
from api.open_house import tell
from work.privacy.vendor import Heard, vendor

SECRET = b"m" * 32
SIGNE = Principal("person", "signe")
WORKER = Principal("worker", "second_opinion")
PROMPT = "Say in one sentence what the customer wants. Answer only from the case. Do not guess."


@pytest.fixture
def heard() -> Iterator[Heard]:
    with vendor() as server:
        yield server


@pytest.fixture
def model(heard: Heard) -> Iterator[ChatModel]:
    opened = ChatModel(Vendor("acme", heard.url, "acme-large", timeout_seconds=5))
    yield opened
    opened.close()


def question(case: Case, *fields: str, by: Principal = SIGNE) -> Question:
    return Question(case.id, "summarise", PROMPT, fields or ("messages", "known"), by)


def entries(house: Stage, case: Case, kind: str) -> list:  # type: ignore[type-arg]
    with house.database.read() as reader:
        return [entry for entry in house.ledger.entries(reader, case.id) if entry.kind == kind]


def elif_writes(house: Stage) -> Case:
    return tell(
        house, "elif@customers.example", "My boots LK-100007 arrived damaged", "elif@customers.example", "10437"
    )


def test_an_answer_comes_back_with_its_values_and_the_vendor_never_saw_them(
    house: Stage, heard: Heard, model: ChatModel
) -> None:
    heard.answer = lambda text: "Write to " + re.findall(r"\[EMAIL_\w+\]", text)[0].lower() + " please"
    case = elif_writes(house)

    answered = ask(house.house, question(case), model, SECRET)

    assert isinstance(answered, Answered)
    assert answered.text == "Write to elif@customers.example please"
    assert b"elif" not in heard.raw[0].lower()
    assert b"LK-100007" in heard.raw[0]


def test_the_flow_says_which_fields_went_where_under_which_decision(
    house: Stage, heard: Heard, model: ChatModel
) -> None:
    case = elif_writes(house)
    answered = ask(house.house, question(case, "messages"), model, SECRET)

    (flow,) = entries(house, case, "FieldsSentToModel")
    (decided,) = [each for each in entries(house, case, "ActionDecided") if each.body["operation"] == "house.ask_model"]
    assert isinstance(answered, Answered) and answered.flow == flow.id
    assert flow.body["vendor"] == "acme"
    assert flow.body["fields"] == ["messages"]
    assert flow.body["action"] == decided.body["action"]
    assert flow.body["rules"] == ["people-act"]
    assert flow.actor == "person:signe"
    assert flow.body["sha256"] == hashlib.sha256(heard.raw[0].partition(b"\r\n\r\n")[2]).hexdigest()
    assert flow.body["masked"]["email"] >= 1
    assert entries(house, case, "ModelAnswered")[0].body["tokens_in"] == 11


def test_only_the_fields_that_are_named_leave(house: Stage, heard: Heard, model: ChatModel) -> None:
    case = elif_writes(house)
    ask(house.house, question(case, "intent"), model, SECRET)

    assert b"damaged" not in heard.raw[0].partition(b"\r\n\r\n")[2].replace(b"damaged_goods", b"")


def test_a_workers_question_waits_for_the_responsible_lead_who_sees_exactly_what_would_leave(
    house: Stage, heard: Heard, model: ChatModel
) -> None:
    case = elif_writes(house)
    asked = ask(house.house, question(case, by=WORKER), model, SECRET)
    assert isinstance(asked, AwaitsApproval)
    assert heard.raw == []

    (approval,) = house.approvals_waiting(case.id, "house.ask_model")
    assert "[EMAIL_" in approval.action.args["text"]
    assert "elif@" not in approval.action.args["text"]
    Desk(house, person_of(house.operation, "adaeze")).approve(approval.id)
    assert isinstance(ask(house.house, question(case, by=WORKER), model, SECRET), Answered)
    again = ask(house.house, question(case, by=WORKER), model, SECRET)

    assert isinstance(again, AwaitsApproval), "an approval is used once"
    assert len(heard.raw) == 1


def test_an_approver_of_refunds_may_not_let_records_out(house: Stage, heard: Heard, model: ChatModel) -> None:
    case = elif_writes(house)
    ask(house.house, question(case, by=WORKER), model, SECRET)
    (approval,) = house.approvals_waiting(case.id, "house.ask_model")

    with pytest.raises(Exception, match="responsible_ai_lead"):
        Desk(house, person_of(house.operation, "priya")).approve(approval.id)
    assert heard.raw == []


def test_nothing_is_sent_where_masking_is_not_sure(house: Stage, heard: Heard, model: ChatModel) -> None:
    case = tell(house, "elif@customers.example", "I saw Zorvel Falkenhayn at your shop, where is LK-100007")

    withheld = ask(house.house, question(case, "messages"), model, SECRET)

    assert isinstance(withheld, Withheld)
    assert "not sure" in withheld.because
    assert heard.raw == []
    assert entries(house, case, "FieldsWithheld")
    assert not entries(house, case, "FieldsSentToModel")


def test_a_paused_model_is_not_asked(house: Stage, heard: Heard, model: ChatModel) -> None:
    case = elif_writes(house)
    Desk(house, person_of(house.operation, "priya")).pause("operation", "house.ask_model", because="audit")

    assert isinstance(ask(house.house, question(case), model, SECRET), Withheld)
    assert heard.raw == []


@pytest.mark.parametrize(("status", "body"), [(500, None), (401, None), (302, None), (200, b"{}"), (200, b"not json")])
def test_what_was_sent_stands_in_the_ledger_though_no_answer_came(
    house: Stage, heard: Heard, model: ChatModel, status: int, body: bytes | None
) -> None:
    heard.status, heard.body = status, body
    case = elif_writes(house)

    failed = ask(house.house, question(case), model, SECRET)

    assert isinstance(failed, Failed)
    assert [each.id for each in entries(house, case, "FieldsSentToModel")] == [failed.flow]
    assert entries(house, case, "ModelFailed")[0].body["flow"] == failed.flow


def test_a_server_that_is_away_is_a_failure_and_no_crash(house: Stage) -> None:
    gone = ChatModel(Vendor("acme", "http://127.0.0.1:9/v1", "m", timeout_seconds=2))

    assert isinstance(ask(house.house, question(elif_writes(house)), gone, SECRET), Failed)
    gone.close()


def test_placeholders_that_the_model_makes_up_are_told(house: Stage, heard: Heard, model: ChatModel) -> None:
    heard.answer = lambda text: "Ask [NAME_B2CDFG]."
    answered = ask(house.house, question(elif_writes(house)), model, SECRET)

    assert isinstance(answered, Answered)
    assert answered.unknown == ("[NAME_B2CDFG]",)


def test_an_unknown_field_is_wrong_usage(house: Stage, model: ChatModel) -> None:
    with pytest.raises(WrongUsage, match="shoe_size"):
        ask(house.house, question(elif_writes(house), "shoe_size"), model, SECRET)


FIELDS = {
    "name": ["Quirine Zwanenburg", "Þórdís Ægisdóttir", "Xolani Mbeki-Nkosi", "José Ñúñez Íñigo"],
    "email": ["zwanenburg77@mail.example", "Q.Z+shop@sub.mail.example"],
    "phone": ["+31 6 8765 4321", "020-7654321", "(555) 987-6543"],
    "street": ["Zwanenlaan 77", "77 Swanmere Road", "rue des Cygnes 77"],
    "postcode": ["9753 ZW", "10437", "SW1A 2ZQ"],
    "iban": ["NL91ABNA0417164300", "DE89 3704 0044 0532 0130 00"],
    "card_number": ["4111 1111 1111 1111", "5500005555555559"],
    "bsn": ["123456782"],
    "date_of_birth": ["1984-03-12", "12 March 1984"],
    "nickname": ["zwaantje77"],
}
SENTENCES = (
    "I am {name}, write to {email} or call {phone}.", "Send it to {street}, {postcode} instead",
    "my card {card_number} and account {iban}", "for {name} please", "{name}'s number is {phone}",
    "BSN {bsn}, born on {date_of_birth}", "order LK-100007 of {name}: {email}",
)  # fmt: skip


def forms(value: str) -> set[str]:
    """A value as it may be written, folded: whole, and without what sets it apart."""
    plain = re.sub(r"[^a-z0-9@]", "", folded(value))
    return {folded(value), plain} if len(plain) > 4 else {folded(value)}


def test_leak_no_planted_value_is_in_the_bytes_that_left(house: Stage, heard: Heard, model: ChatModel) -> None:
    """Canaries in every personal field of generated cases, in records and in texts; then all bytes are searched."""
    chance = random.Random(20261125)
    object.__setattr__(house.operation.about.privacy, "personal_fields", ["nickname"])
    planted: set[str] = set()
    sent = 0
    for number in range(12):
        canary = {field: chance.choice(values) for field, values in FIELDS.items()}
        said = [chance.choice(SENTENCES).format(**canary) for _ in range(2)]
        written = [chance.choice([text, text.upper(), text.lower()]) for text in said]
        case = tell(house, f"canary{number}@mail.example", *written)
        frame = {"run_id": "run_1", "procedure": "refund", "variables": {"customer": canary, "note": written[0]}}
        with house.database.write() as tx:
            store.update_case(tx, case.id, {"memory": {"frames": [frame]}})
        planted |= set(canary.values()) | {f"canary{number}@mail.example"}
        sent += isinstance(ask(house.house, question(case), model, SECRET), Answered)

    assert sent >= 10, "a test that sends nothing proves nothing"
    left = folded(b"\n".join(heard.raw).decode())
    bare = re.sub(r"[^a-z0-9@]", "", left)
    for value in planted:
        for form in forms(value):
            assert form not in left and form not in bare, value


def test_without_a_file_no_outside_model_is_known(tmp_path: Path) -> None:
    assert vendors_of(tmp_path) == {}
    with pytest.raises(VendorUnknown, match="no outside model is set up"):
        vendor_of(tmp_path, "acme")


def test_the_file_names_the_models(tmp_path: Path) -> None:
    (tmp_path / "models.toml").write_text('[vendors.acme]\nurl = "https://api.acme.example/v1"\nmodel = "large"\n')

    assert vendor_of(tmp_path, "acme").most_uncertainty == 0.5
    with pytest.raises(VendorUnknown, match="set up are: acme"):
        vendor_of(tmp_path, "other")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vendors = 3", "only"),
        ("[vendors.acme", "not TOML"),
        ('[vendors.acme]\nurl = "https://x"\n', "lacks model"),
        ('[vendors.acme]\nurl = "http://api.acme.example"\nmodel = "m"\n', "https"),
        ('[vendors.acme]\nurl = "https://x"\nmodel = 3\n', "wrong type"),
        ('[vendors.acme]\nurl = "https://x"\nmodel = "m"\nkeys = "k"\n', "unknown setting"),
        ('[vendors.acme]\nurl = "https://x"\nmodel = "m"\nmost_uncertainty = 2\n', "out of range"),
        ('[vendors.Acme]\nurl = "https://x"\nmodel = "m"\n', "no name"),
        ("[other]\na = 1\n", "takes only"),
    ],
)
def test_a_faulty_file_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "models.toml").write_text(text)

    with pytest.raises(WrongUsage, match=said):
        vendors_of(tmp_path)


def test_the_key_comes_from_the_environment_and_is_demanded(
    heard: Heard, monkeypatch: pytest.MonkeyPatch, house: Stage
) -> None:
    chosen = ChatModel(Vendor("acme", heard.url, "m", key="ACME_TEST_KEY", timeout_seconds=5))
    case = elif_writes(house)
    assert isinstance(ask(house.house, question(case), chosen, SECRET), Failed)
    assert heard.raw == []
    monkeypatch.setenv("ACME_TEST_KEY", "sesame")
    assert isinstance(ask(house.house, question(case), chosen, SECRET), Answered)
    assert b"Bearer sesame" in heard.raw[0]
    chosen.close()
