"""When in doubt: the sources are verified, the case is logged, a person gets it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveloop.app.overview import find_cases
from aboveloop.app.store import CaseFilter
from aboveloop.govern.facts import Evidence
from aboveloop.journey.cases import Case
from aboveloop.operation.checking import check
from aboveloop.operation.loading import load_files
from aboveloop.understand.readings import Found
from aboveloop.work.doubt import doubted, least_confidence
from work.bakery import ANNA, FILES, Bakery, operation_of

PLAIN = "facts: {refundable: {type: long, value: order.paid_cents - order.refunded_cents}}"
TWICE = "facts: {refundable: {type: long, value: order.paid_cents - order.refunded_cents, agrees_with: ledger.left}}"
REFUND = ("refund 20 EUR for CR-1001 please", ANNA)


def changed(*changes: tuple[str, str], path: str = "systems/till.yaml") -> dict[str, str]:
    text = FILES[path]
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return {**FILES, path: text}


def opened(tmp_path: Path, files: dict[str, str]) -> Bakery:
    bakery = Bakery(tmp_path, f"sqlite:///{tmp_path / 'aboveloop.db'}", operation_of(files))
    bakery.open()
    return bakery


@pytest.fixture
def two_sources(tmp_path: Path) -> Iterator[Bakery]:
    """Of what can be given back, the order and a second field of it each say something."""
    bakery = opened(tmp_path, changed((PLAIN, TWICE.replace("ledger.left", "order.left"))))
    for order in bakery.till.orders.values():
        order["left"] = order["paid_cents"]
    yield bakery
    bakery.close()


@pytest.fixture
def claims(tmp_path: Path) -> Iterator[Bakery]:
    """What customers say of the state of their order is compared with the record."""
    fact = f"{PLAIN[:-1]}, status: {{type: string, value: order.status, claimed_by: state}}}}"
    files = changed((PLAIN, fact))
    entity = "  state: {kind: choice, choices: {placed: [not sent], shipped: [was sent]}}\n"
    files["operation.yaml"] = files["operation.yaml"].replace(
        "  amount: {kind: money}\n", "  amount: {kind: money}\n" + entity
    )
    bakery = opened(tmp_path, files)
    yield bakery
    bakery.close()


def trace(bakery: Bakery, case: Case) -> list[str]:
    wanted = ("SourcesVerified", "DoubtLogged", "ActionPerformed")
    return [kind for kind in bakery.kinds(case) if kind in wanted]


def exceptions(bakery: Bakery) -> list[str]:
    with bakery.database.read() as reader:
        wanted = CaseFilter(owner="waiting_on_person", in_doubt=True)
        return [case.id for case in find_cases(reader, wanted, limit=10, offset=0).cases]


def test_two_sources_that_agree_let_a_worker_go_on(two_sources: Bakery) -> None:
    case = two_sources.write(*REFUND, "yes")

    assert trace(two_sources, case) == ["ActionPerformed"]


def test_two_sources_that_disagree_give_the_case_to_a_person(two_sources: Bakery) -> None:
    two_sources.till.orders["CR-1001"]["left"] = 1
    case = two_sources.write(*REFUND, "yes")

    assert case.owner.value == "waiting_on_person"
    assert trace(two_sources, case) == ["SourcesVerified", "DoubtLogged"]
    assert case.handed_over_because == "In doubt: two sources disagree on refundable."
    assert two_sources.till.done == []
    assert exceptions(two_sources) == [case.id]
    logged = next(entry for entry in two_sources.entries(case) if entry.kind == "DoubtLogged")
    assert logged.body["facts"] == ["refundable"]
    told = doubted(two_sources.entries(case))
    assert told == {"refundable": {"order.paid_cents - order.refunded_cents": 3000, "order.left": 1}}
    assert "3000" not in str(logged.body), "the values stand under the customer's key alone"


def test_sources_that_agree_when_asked_again_let_a_worker_go_on(two_sources: Bakery) -> None:
    orders = two_sources.till.orders
    two_sources.write(*REFUND)
    sound, orders["CR-1001"] = orders["CR-1001"], {**orders["CR-1001"], "left": 1}
    two_sources.till.afterwards["get_order"] = lambda: orders.update({"CR-1001": sound})
    case = two_sources.write("yes")

    verified = [entry for entry in two_sources.entries(case) if entry.kind == "SourcesVerified"]
    assert [entry.body["agree"] for entry in verified] == [True]
    assert trace(two_sources, case) == ["SourcesVerified", "ActionPerformed"]
    assert exceptions(two_sources) == []


def test_a_second_source_that_cannot_be_told_is_doubt_too(two_sources: Bakery) -> None:
    del two_sources.till.orders["CR-1001"]["left"]
    case = two_sources.write(*REFUND, "yes")

    assert "DoubtLogged" in trace(two_sources, case)
    assert two_sources.till.done == []


def says(bakery: Bakery, text: str, state: str) -> None:
    found = Found("state", state, "sent", 0, 4, 0.9)
    order = Found("order_number", "CR-1001", "CR-1001", 0, 7, 0.9)
    amount = Found("amount", {"minor": 2000, "currency": "EUR"}, "20 EUR", 0, 6, 0.9)
    bakery.reader.set[text] = {"intent": "refund_order", "confidence": 0.9, "entities": (found, order, amount)}


def test_a_customer_who_says_otherwise_than_the_record_is_heard_by_a_person(claims: Bakery) -> None:
    says(claims, "it was sent, refund it", "shipped")
    case = claims.write("it was sent, refund it", ANNA, "yes")

    assert trace(claims, case) == ["SourcesVerified", "DoubtLogged"]
    assert claims.till.done == []
    assert exceptions(claims) == [case.id]
    logged = next(entry for entry in claims.entries(case) if entry.kind == "DoubtLogged")
    assert "shipped" not in str(logged.body), "what a customer claims is under their key"
    assert logged.personal == {"values": {"status": {"claimed": ["shipped"], "record": "placed"}}}


def test_a_customer_who_says_what_the_record_says_is_served(claims: Bakery) -> None:
    says(claims, "not sent yet, refund it", "placed")
    case = claims.write("not sent yet, refund it", ANNA, "yes")

    assert trace(claims, case) == ["ActionPerformed"]


def test_who_is_not_understood_is_asked_again_and_then_given_to_a_person(bakery: Bakery) -> None:
    case = bakery.write("xyzzy plugh", "frotz gnusto")

    assert trace(bakery, case) == ["SourcesVerified", "DoubtLogged"]
    assert exceptions(bakery) == [case.id]


@pytest.mark.parametrize("asked", ["procedures: {refund_order: 0.8}", "operations: {till.refund_order: 0.8}"])
def test_what_asks_for_certainty_does_not_begin_without_it(tmp_path: Path, asked: str) -> None:
    change = ("approvals:", f"understanding: {{{asked}}}\napprovals:")
    bakery = opened(tmp_path, changed(change, path="operation.yaml"))
    bakery.reader.set["money back perhaps"] = {"intent": "refund_order", "confidence": 0.7}
    bakery.reader.set["stop it perhaps"] = {"intent": "cancel_order", "confidence": 0.7}
    first = bakery.write("money back perhaps")
    assert "ProcedureStarted" not in bakery.kinds(first)
    assert bakery.said(first) == ["not_understood"]
    other = bakery.write("stop it perhaps")
    assert "ProcedureStarted" in bakery.kinds(other)
    intents = bakery.operation.intents
    assert least_confidence(bakery.operation, intents["refund_order"]) == 0.8
    assert least_confidence(bakery.operation, intents["cancel_order"]) == 0.35
    bakery.close()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (changed(("approvals:", "understanding: {procedures: {refnd_order: 0.8}}\napprovals:"), path="operation.yaml"),
         "Did you mean `refund_order`"),
        (changed(("approvals:", "understanding: {operations: {till.nothing: 0.8}}\napprovals:"), path="operation.yaml"),
         "no `till.nothing`"),
        (changed(("approvals:", "understanding: {procedures: {refund_order: 0.1}}\napprovals:"), path="operation.yaml"),
         "only more than 0.35"),
        (changed((PLAIN, PLAIN.replace("}}", ", claimed_by: amout}}"))), "Did you mean `amount`"),
        (changed((PLAIN, TWICE)), "ledger"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_a_fault(files: dict[str, str], said: str) -> None:
    assert any(said in str(fault) for fault in check(load_files(files, Path("crumb"))))


def test_evidence_with_a_conflict_comes_back_from_the_ledger_as_it_was() -> None:
    evidence = Evidence(missing={"refundable": "x"}, conflicts=("refundable",))

    assert Evidence.from_body(evidence.as_body()) == evidence
    assert "conflicts" not in Evidence().as_body()
