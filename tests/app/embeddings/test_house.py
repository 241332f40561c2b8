"""A house that reads with a provider's embeddings: what leaves, what never does, and how it goes on without them."""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aboveloop.app.embeddings import standing
from aboveloop.govern.lanes import Stage
from aboveloop.operation.models import Operation
from aboveloop.work.privacy.flows import flows
from connect.embedding_server import Provider, by_words, provider
from work.bakery import FILES, Bakery, operation_of

RULE = """
@id("messages-to-acme") @lane("allowed") @reason("Acme computes what messages mean, under our contract with it.")
permit (principal is Worker, action == Action::"house.ask_model", resource) when { context.args.vendor == "acme" };
"""
# Of the house's own examples anything may leave, of a customer's messages only with their consent.
CONSENTED = RULE.replace(
    '"acme" }',
    '"acme" && context.args has fields &&\n'
    '  (context.args.fields == ["examples"] || context.consents.contains("outside_models")) }',
)
ASK_MODEL = """  ask_model:
    kind: generic
    arguments:
      vendor: {type: string}
      operational: {type: boolean}
      fields: {type: array, items: {type: string}}
      text: {type: string, maxLength: 20000}
    optional: [fields, text]
"""
Opened = Callable[..., Bakery]


def operation(rule: str = RULE) -> Operation:
    return operation_of(
        FILES
        | {
            "systems/house.yaml": FILES["systems/house.yaml"] + ASK_MODEL,
            "policies/all.cedar": FILES["policies/all.cedar"] + rule,
        }
    )


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("ABOVELOOP_CACHE", str(tmp_path / "cache"))
    with provider() as served:
        yield served


@pytest.fixture
def opened(acme: Provider, tmp_path: Path) -> Iterator[Opened]:
    """Opens the bakery with the provider set up; `look=False` leaves out the first look at it."""
    houses: list[Bakery] = []

    def open_house(rule: str = RULE, *, look: bool = True, stage: Stage = Stage.SUPERVISED, more: str = "") -> Bakery:
        home = tmp_path / f"home{len(houses)}"
        home.mkdir()
        (home / "models.toml").write_text(
            f'[embeddings]\nname = "acme"\nurl = "{acme.url}"\nmodel = "embed-1"\n{more}', encoding="utf-8"
        )
        house = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", operation(rule), stage=stage)
        houses.append(house)
        house.open()
        if look:
            look_at(house)
        return house

    yield open_house
    for house in houses:
        house.close()


def look_at(house: Bakery) -> bool:
    assert house.meaning is not None
    return house.meaning.look(house.operation, lambda seconds: True)


def read_by(house: Bakery, case: object) -> str:
    found = [entry for entry in house.entries(case) if entry.kind == "MessageRead"]  # type: ignore[arg-type]
    return str(found[-1].body.get("read_by", ""))


def test_a_message_is_read_with_the_embeddings_and_served(opened: Opened, acme: Provider) -> None:
    house = opened()
    case = house.write("I want to cancel my order")
    assert read_by(house, case) == "Read with the embeddings of acme."
    assert house.said(case)[-1] == "ask_email"


def test_a_house_without_the_setting_reads_as_ever_and_says_nothing_of_it(bakery: Bakery) -> None:
    case = bakery.write("I want to cancel my order")
    assert bakery.meaning is None
    assert read_by(bakery, case) == ""


def test_what_is_personal_never_leaves_in_any_form(opened: Opened, acme: Provider) -> None:
    house = opened()
    house.write(
        "I want to cancel my order",
        "anna@mail.example",
        "My name is Anna Verhoeven-Maas, cancel CR-1001 please, and also send the invoice to anna at mail dot example",
        "ring me on +31 6 1234 5678, my card is 4111 1111 1111 1111",
        "ich heiße Jürgen Groß und möchte alles stornieren",
        "my name is ana verhoeven and i live at 12 Mill Lane, 1012 AB Amsterdam… please cancel",
    )
    left = b"\n".join(acme.raw).lower().decode()
    for secret in (
        "anna",
        "verhoeven",
        "mail.example",
        "12345678",
        "1234 5678",
        "4111",
        "jürgen",
        "j\\u00fcrgen",
        "groß",
    ):
        assert secret not in left, secret
    for secret in ("mill lane", "1012", "ana verh"):
        assert secret not in left, secret
    assert "[name]" in left


def test_a_message_and_an_example_look_alike_once_masked(opened: Opened, acme: Provider) -> None:
    house = opened()
    sent = len(acme.texts)
    house.write("My name is Anna Verhoeven, where is my order")
    house.write("My name is Ben Osterhout, where is my order", address="ben@mail.example")
    anna, ben = acme.texts[sent:]
    assert anna == ben and "[name]" in anna


def test_where_the_mask_is_not_sure_nothing_is_sent_and_it_is_read_all_the_same(opened: Opened, acme: Provider) -> None:
    house = opened()
    sent = len(acme.raw)
    case = house.write("cancel my order and tell Zebulon Quatermass about it")
    assert len(acme.raw) == sent
    assert "Masking is not sure" in read_by(house, case) and "Zebulon" not in read_by(house, case)
    assert house.said(case)[-1] == "ask_email"


def test_every_sending_stands_in_the_ledger_as_it_left(opened: Opened, acme: Provider) -> None:
    house = opened()
    sent = len(acme.raw)
    case = house.write("My name is Anna Verhoeven, I want to cancel my order")
    with house.database.read() as reader:
        (flow,) = flows(reader, house.ledger, case_id=case.id)
    (request,) = acme.raw[sent:]
    assert (flow.vendor, flow.model, flow.url, flow.prompt) == ("acme", "embed-1", acme.url, "embedding")
    assert flow.fields == ("messages",) and flow.masked == {"name": 1}
    assert flow.rules == ("messages-to-acme",) and flow.lane == "allowed"
    assert flow.sha256 == hashlib.sha256(request.partition(b"\r\n\r\n")[2]).hexdigest()
    assert house.verifies()


def test_the_examples_of_a_fit_stand_in_the_ledger_too(opened: Opened, acme: Provider) -> None:
    house = opened()
    with house.database.read() as reader:
        found = list(flows(reader, house.ledger, case_id="house"))
    assert {flow.prompt for flow in found} == {"fit"}
    bodies = [hashlib.sha256(each.partition(b"\r\n\r\n")[2]).hexdigest() for each in acme.raw[1:]]
    assert [flow.sha256 for flow in found] == bodies


def test_a_policy_that_says_nothing_of_it_sends_nothing(opened: Opened, acme: Provider) -> None:
    house = opened(rule="")
    case = house.write("I want to cancel my order")
    assert acme.texts == acme.requests[0]["input"], "only the probes, which are nobody's words"
    assert "Read without the embeddings of acme" in read_by(house, case)
    assert house.said(case)[-1] == "ask_email"
    assert stands(house) == standing.WITHHELD


def test_a_rule_that_asks_for_a_consent_sends_nothing_of_who_gave_none(opened: Opened, acme: Provider) -> None:
    house = opened(rule=CONSENTED)
    sent = len(acme.raw)
    case = house.write("I want to cancel my order")
    assert len(acme.raw) == sent and sent > 1
    assert "Nothing was sent" in read_by(house, case)


def test_in_shadow_nothing_leaves(opened: Opened, acme: Provider) -> None:
    house = opened(stage=Stage.SHADOW)
    house.write("I want to cancel my order")
    assert len(acme.raw) == 1 and stands(house) == standing.WITHHELD


def test_a_pause_of_asking_models_holds(opened: Opened, acme: Provider) -> None:
    house = opened()
    house.desk("hana").pause("operation", "house.ask_model", because="We look at the contract.")
    sent = len(acme.raw)
    case = house.write("I want to cancel my order")
    assert len(acme.raw) == sent
    assert "Read without" in read_by(house, case)


def test_no_transaction_is_open_while_the_provider_is_asked(opened: Opened, acme: Provider) -> None:
    house = opened()
    held: list[int] = []

    def watch(texts: list[str]) -> object:
        held.append(house.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        return by_words(texts)

    acme.embed = watch  # type: ignore[assignment]
    house.write("I want to cancel my order")
    assert held == [0]


def test_a_slow_provider_holds_a_turn_no_longer_than_it_may(opened: Opened, acme: Provider) -> None:
    house = opened(more="reading_seconds = 0.2\n")
    acme.slow_seconds = 5.0
    begun = time.perf_counter()
    case = house.write("I want to cancel my order")
    assert time.perf_counter() - begun < 4
    assert "did not come in" in read_by(house, case) or "did not answer in" in read_by(house, case)
    assert house.said(case)[-1] == "ask_email"
    assert house.kinds(case).count("ModelFailed") == 1


def test_a_provider_that_fails_again_and_again_is_left_alone(opened: Opened, acme: Provider) -> None:
    house = opened()
    acme.faults = [(503, {})] * 9
    for place in range(5):
        case = house.write("I want to cancel my order", address=f"{place}@mail.example")
    assert len(acme.faults) == 6
    assert "left alone" in read_by(house, case)


def test_a_provider_that_is_down_at_the_start_is_looked_at_again(opened: Opened, acme: Provider) -> None:
    house = opened(look=False)
    acme.faults = [(503, {})]
    assert not look_at(house) and stands(house) == standing.UNAVAILABLE
    assert "503" in read_by(house, house.write("I want to cancel my order"))
    assert look_at(house) and stands(house) == standing.FITTED
    assert "Read with" in read_by(house, house.write("I want to cancel my order", address="ben@mail.example"))


def test_another_model_under_the_same_name_is_refused_and_people_are_called(opened: Opened, acme: Provider) -> None:
    house = opened()
    called: list[tuple[str, str, str]] = []
    house.page = lambda *call: called.append(call)
    acme.embed = lambda texts: by_words(texts, salt="another model")
    assert not look_at(house) and not look_at(house)
    assert stands(house) == standing.REFUSED
    assert len(called) == 1 and "aboveloop model renew" in called[0][0]
    case = house.write("I want to cancel my order")
    assert "changed its model" in read_by(house, case) and house.said(case)[-1] == "ask_email"


def test_rounding_is_no_other_model(opened: Opened, acme: Provider) -> None:
    house = opened()
    acme.embed = lambda texts: by_words(texts).round(2)
    assert look_at(house)


def test_an_example_is_paid_for_once(opened: Opened, acme: Provider, tmp_path: Path) -> None:
    opened()
    before = len(acme.texts)
    opened()
    assert len(acme.texts) - before == 8, "the probes alone"
    folder = next((tmp_path / "cache" / "embeddings").iterdir())
    assert folder.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(folder)


def stands(house: Bakery) -> str:
    with house.database.read() as reader:
        found = standing.latest(reader, house.ledger)
    assert found is not None
    return found.state
