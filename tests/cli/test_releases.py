"""Releases from the command line: compared, reviewed, promoted, taken back; stages; one JSON object each."""

import shutil
from pathlib import Path

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.operation.changes.change import ReviewPart
from cli.conftest import Call


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """The sample company's folder with another greeting."""
    folder = tmp_path / "changed"
    shutil.copytree(SAMPLE_OPERATION, folder)
    (folder / "messages" / "en" / "greeting.md").write_text("Hello! What can I do for you?\n", encoding="utf-8")
    return folder


@pytest.fixture
def changed(whole: Path) -> Path:
    """As `whole`, with few scenarios, so that its gate is quick."""
    for path in (whole / "scenarios").iterdir():
        if path.name != "hostile.yaml":
            path.unlink()
    return whole


def test_a_release_of_risk_goes_the_whole_way_and_back(deployed: Path, call: Call, whole: Path) -> None:
    made = call("release", "create", whole, "--as", "yuki", "--note", "A shorter greeting", "--json")
    assert made.status == 0
    assert made.value["gate"]["verdict"] == "held" and made.value["needs_review"] is True

    shown = call("release", "diff", "r2", "--json").value
    assert shown["needs_review"] and {"monitoring", "auditability"} <= set(shown["parts"])
    assert any(change["about"] == "message:en/greeting" and change["risky"] for change in shown["changes"])
    assert shown["blast_radius"]["cases"] == 0
    assert "five-part review" in call("release", "diff", "r1", "r2").out
    assert "What customers will notice" in call("release", "notes", "r2").out
    assert call("release", "notes", "r1", "--json").value["first"] is True

    refused = call("release", "promote", "r2", "--to", "canary", "--as", "noor", "--json")
    assert refused.status == 1 and "is not promoted to canary" in refused.error
    dry = call("release", "promote", "r2", "--to", "production", "--dry-run", "--as", "noor", "--json")
    assert dry.status == 1 and dry.value["ready"] is False and dry.value["promoted"] is False

    assert len(call("release", "review", "show", "r2", "--json").value["review"]["missing"]) == 5
    for part in ReviewPart:
        filled = call("release", "review", "fill", "r2", part.value, "--evidence", "Looked at it.", "--as", "tomasz")
        assert filled.status == 0
    assert call("release", "review", "sign", "r2", "--as", "noor").status == 1
    assert "Signed by person:adaeze" in call("release", "review", "sign", "r2", "--as", "adaeze").out

    untested = call("release", "promote", "r2", "--to", "canary", "--share", "20", "--as", "noor", "--json")
    assert untested.status == 1 and "It was not load-tested" in untested.error
    without = ("--without-load-test", "The test box is away.")
    placed = call("release", "promote", "r2", "--to", "canary", "--share", "20", *without, "--as", "noor", "--json")
    assert placed.status == 0 and placed.value["share"] == 20
    status = call("release", "status", "--json").value
    assert status["canary"]["share"] == 20 and status["guards"]["guards"]
    assert "r2 for 20 of 100 customers" in call("release", "status").out
    assert "served no" not in call("release", "deploy", "r2", "--as", "noor", "--json").error

    back = call("release", "rollback", "--because", "Drill.", "--as", "noor", "--json").value
    assert (back["environment"], back["left"], back["to"]) == ("canary", "r2", "r1")
    assert 0 <= back["seconds_to_effect"] < 5
    assert call("audit", "verify", "--json").value["ok"] is True


def test_a_release_whose_scenarios_fail_exists_and_is_not_deployed(deployed: Path, call: Call, changed: Path) -> None:
    (changed / "scenarios" / "hostile.yaml").write_text(
        "scenario: wrong\ntitle: Wrong\nfrom: anna@customers.example\nsteps:\n  - customer: hello\n"
        "  - worker: [goodbye]\nexpect: {ends: waiting}\n",
        encoding="utf-8",
    )
    made = call("release", "create", changed, "--as", "noor", "--json")
    assert made.status == 1 and made.value["gate"]["verdict"] == "failed"
    refused = call("release", "create", changed, "--deploy", "--as", "noor", "--json")
    assert refused.status == 1 and "scenario wrong" in refused.error
    assert call("release", "list", "--json").value["releases"][0]["release"] == "r2"
    assert call("release", "status", "--json").value["production"]["release"] == "r1"


def test_a_stage_is_set_and_shown(deployed: Path, call: Call) -> None:
    assert call("stage", "set", "cancel_order", "assist", "--because", "Look.", "--as", "priya").status == 0
    freer = call("stage", "set", "cancel_order", "autonomous", "--because", "x", "--as", "priya", "--json")
    assert freer.status == 1 and "may not promote" in freer.error
    shown = call("stage", "list", "--json").value
    assert shown["stages"]["cancel_order"] == "assist" and shown["set"][0]["set_by"] == "person:priya"
    assert "cancel_order: assist everywhere by person:priya" in call("stage", "list").out


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["release", "move", "--from", "r1", "--to", "r1", "--as", "noor"], 2, "--because"),
        (
            ["release", "move", "--from", "r1", "--to", "r1", "--case", "x", "--because", "y", "--as", "noor"],
            2,
            "not open",
        ),
        (["release", "promote", "r1", "--to", "shadow", "--as", "noor"], 1, "production already"),
        (["release", "promote", "r1", "--to", "moon", "--as", "noor"], 2, "moon"),
        (["release", "promote", "r1", "--to", "canary", "--as", "sanne"], 1, "may not promote"),
        (["release", "rollback", "--as", "sanne"], 1, "may not promote"),
        (["release", "rollback", "--environment", "canary", "--as", "noor"], 1, "nothing to take back"),
        (["release", "diff", "r1", "r7"], 1, "no release r7"),
        (["release", "review", "fill", "r1", "taste", "--evidence", "x", "--as", "noor"], 1, "nothing to review"),
        (["stage", "set", "no_such", "assist", "--because", "x", "--as", "noor"], 2, "no procedure"),
    ],
)
def test_what_is_wrong_is_answered_by_a_sentence(
    deployed: Path, call: Call, arguments: list[str], status: int, told: str
) -> None:
    answered = call(*arguments, "--json")
    assert answered.status == status and told in answered.error


def test_cases_are_moved_and_counted(deployed: Path, call: Call, changed: Path) -> None:
    assert call("release", "create", changed, "--as", "yuki", "--gate-later").status == 0
    moved = call("release", "move", "--from", "r1", "--to", "r2", "--because", "Drill.", "--as", "noor", "--json")
    assert (moved.status, moved.value["moved"], moved.value["stayed"]) == (0, [], {})
    assert (
        "0 cases moved"
        in call("release", "move", "--from", "r1", "--to", "r2", "--because", "Drill.", "--as", "noor").out
    )


@pytest.mark.slow
def test_a_load_test_lets_customers_through_a_house_of_its_own(deployed: Path, call: Call) -> None:
    assert call("release", "load-test", "r1", "--cases", "10", "--as", "sanne").status == 1
    ran = call("release", "load-test", "r1", "--cases", "10", "--rate", "5", "--as", "noor", "--json")
    assert ran.status == 1 and ran.value["short_of"][0] == "it ran 10 cases, and 60 are asked"
    assert ran.value["cases"] == 10 and ran.value["messages"] >= 10
    assert [ran.value[name] for name in ("lost", "stuck", "doubled", "differences", "failed")] == [0, 0, 0, 0, 0]
    assert call("case", "list", "--json").value["cases"] == [], "nothing of it reached the house itself"


def test_training_and_the_backlog_are_reached_from_the_command_line(deployed: Path, call: Call) -> None:
    listed = call("training", "list", "--json")
    assert listed.status == 0 and listed.value["missing"] == 0
    assert "Nobody answers until the time is over" in call("training", "show", "answering_approvals").out
    wrong = call("training", "answer", "answering_approvals", "edit", "deny", "done", "--as", "priya", "--json")
    assert wrong.status == 1 and wrong.value["wrong"][0]["right"].startswith("It is denied")
    right = call("training", "answer", "answering_approvals", "edit", "deny", "denied", "--as", "priya", "--json")
    assert right.status == 0 and right.value["passed"] is True
    assert call("training", "answer", "pausing", "pause", "--as", "sanne").status == 1

    added = call(
        "backlog", "add", "Ask for a photo", "--why", "Hard to judge", "--value", "5000", "--as", "sanne", "--json"
    )
    assert added.status == 0 and added.value["state"] == "idea" and added.value["owner"] == "sanne"
    id_ = added.value["id"]
    assert call("backlog", "move", id_, "ready", "--as", "sanne").status == 1
    assert (
        call("backlog", "move", id_, "in_release", "--release", "r1", "--as", "yuki", "--json").value["state"] == "done"
    )
    listed = call("backlog", "list", "--all", "--json").value
    assert listed["items"][0]["release"] == "r1" and listed["lead_times"]["done"] == 1
    assert "Ask for a photo" in call("backlog", "show", id_).out
    proposed = call("backlog", "propose", "--as", "yuki", "--json").value
    assert "untested_rule:writes-need-a-yes" in proposed["new"]
    assert call("backlog", "propose", "--as", "yuki", "--json").value["new"] == []
    key = "untested_rule:writes-need-a-yes"
    assert call("backlog", "dismiss", key, "--as", "yuki").status == 2
    assert call("backlog", "dismiss", key, "--because", "Known.", "--as", "yuki").status == 0
    assert call("backlog", "train", "--json").value["places"]["production"]["release"] == "r1"
    assert call("kpi", "list", "--json").value["out_of_tolerance"] == []
    assert call("kpi", "record", "satisfaction", "0.9", "--as", "noor").status == 0
    assert call("kpi", "record", "satisfaction", "0.9", "--as", "mateo").status == 1
    assert call("kpi", "measure", "--json").status == 0
    assert {kpi["family"] for kpi in call("kpi", "list", "--json").value["kpis"]} == {
        "model quality",
        "system quality",
        "business impact",
    }
    days = call("kpi", "days", "--days", "28", "--json").value
    assert len(days["days"]) == 28 and days["lines"] == [] and days["links"] == []
    assert "Nothing is judged yet: that takes 28 days" in call("kpi", "days").out
    assert call("kpi", "days", "--days", "3").status == 2


def test_completeness_names_what_is_missing_around_each_worker(deployed: Path, call: Call) -> None:
    found = call("completeness", "--json")
    assert found.status == 0 and found.value["middle_state"] is False
    assert [sign["name"] for sign in found.value["signs"]] == ["steps_owned", "hand_overs_followed", "outcomes_steady"]
    assert all(0 <= worker["governance"] <= 1 for worker in found.value["workers"])
    least = max(found.value["workers"], key=lambda worker: len(worker["missing"]))
    told = call("completeness").out
    assert all(item["mend"] in told for item in least["missing"])
