"""A worker beside people on past cases of the sample company: what is compared, and that nothing is written."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aboveloop.app.folders import create_release, deploy
from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.premises import Options, Premises
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.beside import Worked, Would
from aboveloop.app.shadowing.comparing import compare
from aboveloop.app.shadowing.past import Past, past_cases, read_past
from aboveloop.app.shadowing.read_only import ReadOnlySystems
from aboveloop.app.shadowing.runs import Run, RunNotFound, Wish
from aboveloop.app.shadowing.scorecard import Costs, scorecard
from aboveloop.connect.errors import SystemRefused
from aboveloop.durable.inline import InlineTurns
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import person_of
from aboveloop.improve.errors import VerdictFaulty
from aboveloop.kit.clock import FixedClock
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.settings import Settings
from app.shadowing.past_work import kept, tickets_of
from larkspur.generator import Size
from larkspur.store import create

TODAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CASES = 16


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("beside")
    create(home / "larkspur.db", seed=3, today=TODAY, size=Size(customers=120, orders=400))
    kept(home, tickets_of(home / "larkspur.db", CASES, 3, TODAY), TODAY)
    return home


@pytest.fixture(scope="module")
def premises(home: Path) -> Iterator[Premises]:
    clock = FixedClock(TODAY)
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'aboveloop.db'}")
    opened = Premises(settings, Options(clock=clock), turns=InlineTurns(clock))
    opened.prepare()
    made = create_release(opened, SAMPLE_OPERATION, by="house", note="The sample company.")
    deploy(opened, made.digest, by="house")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def worked(premises: Premises) -> Run:
    """One run over every past case, whichever tests of this module come to this process."""
    return runs.run(premises, Wish("desk"), by="person:noor")


def records(home: Path) -> str:
    """Every row of the order system, its journal of writes among them; the warehouse tells its own news meanwhile."""
    with contextlib.closing(sqlite3.connect(home / "larkspur.db")) as connection:
        rows = [line for line in connection.iterdump() if not line.startswith('INSERT INTO "status_events"')]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def test_a_run_writes_to_no_system_and_to_no_customer(premises: Premises, home: Path) -> None:
    before = records(home)
    found = runs.run(premises, Wish("desk"), by="person:noor")
    assert len(found.compared) == CASES and any(each.worked.would for each in found.compared)
    assert records(home) == before
    with premises.database.read() as reader:
        for kind in ("MessageReceived", "MessageSent", "ActionPerformed", "CaseOpened"):
            assert list(premises.ledger.find(reader, kind=kind)) == []
        assert [entry.body["cases"] for entry in premises.ledger.find(reader, kind="WorkedBeside")][-1] == CASES


def test_the_worker_reads_needs_and_takes_actions_as_people_did(premises: Premises, worked: Run) -> None:
    with premises.database.read() as reader:
        found = runs.find(reader, worked.id)
    card = scorecard(found.compared, found.verdicts, Costs(minute=65, minutes_a_touch=4))
    assert card["cases"] == CASES and card["agreement"]["intent"]["share"] > 0.6
    assert card["agreement"]["action"]["n"] == CASES and card["agreement"]["action"]["share"] > 0.5
    shares = card["would_have"]
    assert sum(shares[name]["hits"] for name in ("ended_alone", "asked_approval", "handed_over")) == CASES
    assert card["seconds"]["people_solved"] > card["seconds"]["worker"] > 0
    assert card["cost"]["people"] > card["cost"]["with_worker"] >= 0
    assert sum(kind["cases"] for kind in card["kinds"].values()) == CASES


def test_a_person_judges_who_was_right_and_the_last_word_counts(premises: Premises, worked: Run) -> None:
    with premises.database.read() as reader:
        found = runs.find(reader, worked.id)
    case = found.compared[0].past.case_id
    operation = premises.current()
    yuki, sponsor = person_of(operation, "yuki"), person_of(operation, "annelies")
    with pytest.raises(MayNot):
        runs.judge(premises, None, case, "person", by=sponsor, because="")
    with pytest.raises(VerdictFaulty, match="Say why"):
        runs.judge(premises, None, case, "worker", by=yuki, because=" ")
    with pytest.raises(VerdictFaulty, match="no verdict"):
        runs.judge(premises, None, case, "nobody", by=yuki, because="x")
    with pytest.raises(RunNotFound):
        runs.judge(premises, None, "no such case", "person", by=yuki, because="")
    runs.judge(premises, None, case, "person", by=yuki, because="")
    runs.judge(premises, found.id, case, "worker", by=yuki, because="The rule allows it.")
    with premises.database.read() as reader:
        verdicts = runs.find(reader, found.id).verdicts
    assert [(verdict.right, verdict.because) for verdict in verdicts] == [("worker", "The rule allows it.")]
    assert scorecard(found.compared, verdicts)["verdicts"]["worker_right"]["hits"] == 1


def test_what_the_customer_wrote_stays_in_the_history(premises: Premises, home: Path, worked: Run) -> None:
    with premises.database.read() as reader:
        found = runs.find(reader, worked.id)
    assert all(each.past.said == () for each in found.compared)
    first = past_cases(home, "desk")[0]
    assert runs.words_of(premises, found, first.case_id) == tuple(said.text for said in first.said)


def test_a_limit_takes_the_newest_and_a_wrong_procedure_is_told(premises: Premises) -> None:
    found = runs.run(premises, Wish("desk", limit=2), by="house")
    assert len(found.compared) == 2
    with pytest.raises(WrongUsage, match="no procedure"):
        runs.run(premises, Wish("desk", procedure="dance"), by="house")


def test_systems_beside_people_refuse_every_write_before_it_reaches_them() -> None:
    class Untouchable:
        def read(self, operation: str, args: object) -> str:
            return "read"

        def perform(self, operation: str, args: object, key: str) -> object:
            raise AssertionError("a write reached the system")

    systems = ReadOnlySystems(Untouchable())
    assert systems.read("shop.get_order", {}) == "read" and systems.reads == 1
    with pytest.raises(SystemRefused, match="changes nothing"):
        systems.perform("shop.refund_order", {}, "key")
    assert systems.refused == ["shop.refund_order"]


def row(activity: str, at: int, attributes: str = "{}", team: str | None = None) -> dict[str, object]:
    return {
        "activity": activity,
        "at": at * 1_000_000,
        "position": at,
        "attributes": attributes,
        "team": team,
        "channel": None,
    }


def test_a_past_case_tells_waits_hand_ons_and_what_people_noted() -> None:
    past = read_past(
        "7",
        [
            row("opened", 0, '{"subject": "Hello"}'), row("customer_message", 0, '{"text": "Where is it?"}'),
            row("assigned", 5, team="Front"), row("assigned", 9, team="Carriers"),
            row("person_message", 60, '{"text": "Which one?"}'), row("customer_message", 100, '{"text": "LK-1"}'),
            row("field_changed", 110, '{"field": "Contact reason", "value": "where_is_my_order"}'),
            row("field_changed", 111, '{"action_taken": "none"}'), row("solved", 120),
        ],
    )  # fmt: skip
    assert past is not None and [(said.text, said.after_seconds) for said in past.said] == [
        ("Where is it?", 0),
        ("LK-1", 40),
    ]
    assert (past.reason, past.action, past.team, past.hand_ons) == ("where_is_my_order", "", "Carriers", 1)
    assert (past.first_reply, past.solved, past.touches) == (60.0, 120.0, 1)
    assert read_past("8", [row("opened", 0)]) is None


def test_a_route_is_told_by_the_other_cases_of_the_need() -> None:
    def case(number: int, reason: str, team: str, intent: str) -> tuple[Past, Worked]:
        would = (Would("shop.refund_order", "allowed"),)
        return Past(str(number), 0, "web", (), reason, "", team), Worked(
            str(number), intent, "p", would, "", "", 1, 0.1
        )

    found = compare([case(1, "a", "A", "a"), case(2, "a", "A", "a"), case(3, "b", "B", "a"), case(4, "c", "C", "c")])
    assert [each.pairs["route"].worker if "route" in each.pairs else None for each in found] == ["A", "A", "A", None]
    assert "action" not in found[0].pairs and found[2].differs and not found[3].differs
