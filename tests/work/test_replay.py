"""Replaying recorded runs: the same gate, one verdict for each write, and sentences for files that cannot be used."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.connect.recorded import RecordsUnusable
from aboveloop.work.recorded import RunsUnusable
from aboveloop.work.replay import ReplayImpossible, replay
from aboveloop.work.scoring import Summary

SYSTEM = """
system: shelf
reach: {kind: recorded}
operations:
  find_member:
    kind: read
    arguments: {email: {type: string}}
    returns: {type: string}
    verifies: result
  get_loan:
    kind: read
    arguments: {loan_id: {type: string}}
    path: loans/{loan_id}
  think:
    kind: generic
    arguments: {thought: {type: string}}
  cancel_loan:
    kind: write
    arguments: {loan_id: {type: string}}
    path: loans/{loan_id}
    resource: args.loan_id
    records: {loan: {read: get_loan, with: {loan_id: args.loan_id}}}
    owner: loan.member_id
    facts: {status: {type: string, value: loan.status}}
"""
POLICY = """
@id("cancel-open") @lane("allowed") @reason("An open loan is cancelled.")
permit (principal is Worker, action == Action::"shelf.cancel_loan", resource)
when { context.verified && context.confirmed && context.facts.status == "open" };
"""
LOAN = {"loan_id": "LN-1", "member_id": "m_7", "title": "Dune", "status": "open"}
RECORDS = {"loans": {"LN-1": LOAN, "LN-2": {**LOAN, "loan_id": "LN-2", "title": "Emma"}}}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An operation with one write, and its records."""
    base = tmp_path_factory.mktemp("library")
    (base / "systems").mkdir()
    (base / "policies").mkdir()
    (base / "operation.yaml").write_text("name: library\ntitle: Library\n")
    (base / "systems/shelf.yaml").write_text(SYSTEM)
    (base / "policies/loans.cedar").write_text(POLICY)
    with gzip.open(base / "db.json.gz", "wt") as file:
        json.dump(RECORDS, file)
    return base


def call(tool: str, args: Any, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "name": tool, "arguments": args, **more}]}


def result(value: Any, **more: Any) -> dict[str, Any]:
    return {
        "role": "tool",
        "tool_call_id": "c",
        "content": value if isinstance(value, str) else json.dumps(value),
        **more,
    }


OPENING = [
    {"role": "user", "content": "Hi, ana@mail.example here. Please cancel LN-1."},
    call("find_member", {"email": "ana@mail.example"}),
    result("m_7"),
    call("get_loan", {"loan_id": "LN-1"}),
    result(LOAN),
    {"role": "assistant", "content": "I cancel LN-1 (Dune). OK?"},
    {"role": "user", "content": "Yes, please."},
]
CANCELLED = result({**LOAN, "status": "cancelled"})


def replayed(folder: Path, tmp_path: Path, *messages: Mapping[str, Any]) -> list[dict[str, Any]]:
    runs, out = tmp_path / "runs.jsonl", tmp_path / "verdicts.jsonl"
    runs.write_text(json.dumps({"run_id": "r1", "agent": "model", "messages": messages}) + "\n")
    replay(runs, folder, folder / "db.json.gz", out)
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_a_confirmed_write_is_allowed_with_all_columns(folder: Path, tmp_path: Path) -> None:
    (verdict,) = replayed(folder, tmp_path, *OPENING, call("cancel_loan", {"loan_id": "LN-1"}), CANCELLED)

    assert verdict.pop("microseconds") > 0
    assert verdict == {
        "run_id": "r1",
        "msg_index": 7,
        "tool": "cancel_loan",
        "args": {"loan_id": "LN-1"},
        "lane": "allowed",
        "needs": [],
        "rules": ["cancel-open"],
        "reason": "An open loan is cancelled.",
    }


def test_an_unconfirmed_write_says_what_is_still_needed_and_why(folder: Path, tmp_path: Path) -> None:
    (verdict,) = replayed(folder, tmp_path, *OPENING[:-1], call("cancel_loan", {"loan_id": "LN-1"}), CANCELLED)

    assert (verdict["lane"], verdict["needs"]) == ("allowed", ["confirmation"])
    assert verdict["reason"].endswith("Still needed: confirmation: the worker has not proposed this.")


def test_what_the_system_answered_holds_for_the_next_write_in_the_same_message(folder: Path, tmp_path: Path) -> None:
    both = call("cancel_loan", {"loan_id": "LN-1"})
    both["tool_calls"] *= 2

    first, second = replayed(folder, tmp_path, *OPENING, both, CANCELLED, CANCELLED)

    assert (first["lane"], second["lane"]) == ("allowed", "prohibited")


@pytest.mark.parametrize("refusal", [result("Error: busy"), result("busy", error=True)])
def test_a_refused_write_changes_nothing(folder: Path, tmp_path: Path, refusal: dict[str, Any]) -> None:
    again = call("cancel_loan", {"loan_id": "LN-1"})

    verdicts = replayed(folder, tmp_path, *OPENING, again, refusal, again, CANCELLED)

    assert [verdict["lane"] for verdict in verdicts] == ["allowed", "allowed"]
    assert [verdict["needs"] for verdict in verdicts] == [[], []]


def test_what_comes_later_never_counts(folder: Path, tmp_path: Path) -> None:
    (verdict,) = replayed(folder, tmp_path, call("cancel_loan", {"loan_id": "LN-1"}), CANCELLED, *OPENING)

    assert verdict["needs"] == ["verification", "confirmation"]


@pytest.mark.parametrize(
    "args",
    [
        None,
        "LN-1",
        ["LN-1"],
        '{"loan_id": ',
        {},
        {"loan_id": 1},
        {"loan_id": "LN-1", "more": True},
        {"loan_id": ["LN-1"]},
    ],
)
def test_malformed_arguments_are_prohibited_and_stand_verbatim(folder: Path, tmp_path: Path, args: Any) -> None:
    (verdict,) = replayed(folder, tmp_path, *OPENING, call("cancel_loan", args), result("Error: no"))

    assert (verdict["lane"], verdict["args"]) == ("prohibited", args)


def test_arguments_written_as_text_are_read(folder: Path, tmp_path: Path) -> None:
    written = {
        "role": "assistant",
        "tool_calls": [{"function": {"name": "cancel_loan", "arguments": '{"loan_id": "LN-1"}'}}],
    }

    (verdict,) = replayed(folder, tmp_path, *OPENING, written, CANCELLED)

    assert (verdict["lane"], verdict["args"]) == ("allowed", '{"loan_id": "LN-1"}')


def test_unknown_tools_thoughts_reads_and_calls_of_the_customer_are_no_writes(folder: Path, tmp_path: Path) -> None:
    of_customer = {**call("cancel_loan", {"loan_id": "LN-1"}), "role": "user"}
    marked = call("cancel_loan", {"loan_id": "LN-1"}, requestor="user")

    others = (
        call("burn_library", {}),
        result("Error"),
        call("think", {"thought": "?"}),
        result(""),
        of_customer,
        result(""),
    )

    assert replayed(folder, tmp_path, *OPENING, *others, marked, result("")) == []


def test_a_record_that_does_not_exist_is_prohibited(folder: Path, tmp_path: Path) -> None:
    (verdict,) = replayed(folder, tmp_path, *OPENING, call("cancel_loan", {"loan_id": "LN-9"}), result("Error: none"))

    assert verdict["lane"] == "prohibited"


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["role", "content", "tool_calls"]), st.text() | st.none() | st.lists(st.text()))
    )
)
@settings(max_examples=25, deadline=None)
def test_no_recording_is_too_strange_to_be_replayed(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, messages: list[dict[str, Any]]
) -> None:
    assert replayed(folder, tmp_path_factory.mktemp("strange"), *messages) == []


# --- files ------------------------------------------------------------------------------------------

RUN = json.dumps({"run_id": "r1", "messages": []})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "holds no runs"),
        ("\n\n", "holds no runs"),
        ("{not json", "line 1: this is not JSON"),
        (f"{RUN}\n[1]", "line 2: a JSON object"),
        (f"{RUN}\n{RUN}", "line 2: run r1 stands in line 1 already"),
        ('{"run_id": "r1"}', "a run has a run_id"),
        ('{"run_id": "r1", "messages": [1]}', "each message of run r1"),
    ],
)
def test_unusable_runs_are_answered_with_a_sentence(folder: Path, tmp_path: Path, content: str, sentence: str) -> None:
    runs, out = tmp_path / "runs.jsonl", tmp_path / "out.jsonl"
    runs.write_text(content)

    with pytest.raises(RunsUnusable, match=sentence):
        replay(runs, folder, folder / "db.json.gz", out)
    assert list(tmp_path.iterdir()) == [runs]


def test_missing_and_damaged_files_are_answered_with_a_sentence(folder: Path, tmp_path: Path) -> None:
    runs, db, out = tmp_path / "runs.jsonl", folder / "db.json.gz", tmp_path / "out.jsonl"
    runs.write_text(RUN)
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(RUN.encode() * 50)[:-12])
    text = tmp_path / "text.json"
    text.write_text("[]")

    with pytest.raises(RunsUnusable, match="cannot be read"):
        replay(tmp_path / "none.jsonl", folder, db, out)
    with pytest.raises(RunsUnusable, match="damaged"):
        replay(cut, folder, db, out)
    with pytest.raises(RecordsUnusable, match="cannot be read"):
        replay(runs, folder, tmp_path / "none.json", out)
    with pytest.raises(RecordsUnusable, match="collections"):
        replay(runs, folder, text, out)
    with pytest.raises(RecordsUnusable, match="not JSON"):
        replay(runs, folder, cut, out)
    with pytest.raises(ReplayImpossible, match="no folder"):
        replay(runs, tmp_path / "none", db, out)
    with pytest.raises(ReplayImpossible, match="cannot be loaded"):
        replay(runs, tmp_path, db, out)
    with pytest.raises(ReplayImpossible, match="cannot be written"):
        replay(runs, folder, db, tmp_path / "none" / "out.jsonl")


def test_a_failed_replay_leaves_the_verdicts_of_the_last_one(folder: Path, tmp_path: Path) -> None:
    runs, out = tmp_path / "runs.jsonl", tmp_path / "out.jsonl"
    out.write_text("before")
    runs.write_text(f"{RUN}\n{{")

    with pytest.raises(RunsUnusable):
        replay(runs, folder, folder / "db.json.gz", out)
    assert out.read_text() == "before"


# --- labels -----------------------------------------------------------------------------------------


def labelled(folder: Path, tmp_path: Path, *labels: Mapping[str, Any]) -> Summary:
    """One run with two confirmed writes on LN-1 (index 7: allowed, index 9: prohibited), against these labels."""
    again = call("cancel_loan", {"loan_id": "LN-1"})
    runs, path = tmp_path / "runs.jsonl", tmp_path / "labels.jsonl"
    runs.write_text(
        json.dumps({"run_id": "r1", "messages": [*OPENING, again, CANCELLED, again, result("Error: done")]})
    )
    usual = {
        "run_id": "r1",
        "tool": "cancel_loan",
        "args": {"loan_id": "LN-1"},
        "executed": True,
        "api_error": None,
        "in_golden": True,
        "run_db_match": False,
        "golden_has_no_writes": False,
        "label_contested": False,
    }
    path.write_text("\n".join(json.dumps({**usual, **label}) for label in labels))
    return replay(runs, folder, folder / "db.json.gz", tmp_path / "out.jsonl", path)


def rates(summary: Summary) -> dict[str, tuple[int, float | None]]:
    assert summary.scores
    return {rate.name: (rate.distinct, rate.percent) for rate in summary.scores.rates}


def test_a_distinct_write_weighs_one_however_often_it_was_tried(folder: Path, tmp_path: Path) -> None:
    unauthorised = {"golden_has_no_writes": True, "in_golden": False}
    found = rates(labelled(folder, tmp_path, {"msg_index": 7, **unauthorised}, {"msg_index": 9, **unauthorised}))

    assert found["unauthorised writes not performed alone"] == (1, 50.0)
    assert found["wrong writes not performed alone"] == (1, 50.0)


def test_an_empty_set_has_no_rate(folder: Path, tmp_path: Path) -> None:
    summary = labelled(folder, tmp_path, {"msg_index": 7, "run_db_match": True})

    assert rates(summary)["clean writes prohibited"] == (1, 0.0)
    assert rates(summary)["unauthorised writes not performed alone"] == (0, None)
    assert "unauthorised writes not performed alone: none (of 0 distinct writes)" in summary.as_text()
    assert summary.as_json()["lanes"] == {"alone": 1, "asked": 0, "reviewed": 0, "prohibited": 1}


def test_rejected_contested_and_unseen_writes_are_told_apart(folder: Path, tmp_path: Path) -> None:
    summary = labelled(
        folder,
        tmp_path,
        {"msg_index": 7, "label_contested": True, "run_db_match": True},
        {"msg_index": 9, "executed": False, "api_error": "Error: done"},
        {"msg_index": 11},
    )

    assert summary.scores
    assert (summary.scores.writes, summary.scores.without_verdict) == (2, 1)
    assert rates(summary)["writes that the system rejected, stopped first"] == (1, 100.0)
    assert rates(summary)["clean writes prohibited"] == (0, None)


def test_labels_without_what_is_needed_are_answered_with_a_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text('{"run_id": "r1"}')
    (tmp_path / "runs.jsonl").write_text(RUN)

    with pytest.raises(RunsUnusable, match="line 1: the label has no msg_index"):
        replay(tmp_path / "runs.jsonl", folder, folder / "db.json.gz", tmp_path / "out", tmp_path / "labels.jsonl")
