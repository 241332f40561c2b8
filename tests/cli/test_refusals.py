"""What cannot be done is refused with status 1 and a sentence that says what to do."""

from pathlib import Path

import pytest

from cli.conftest import Call

BEFORE_THE_FIRST_RELEASE = [
    ["approve", "list"],
    ["approve", "apr_1", "--as", "priya"],
    ["deny", "apr_1", "--reason", "no", "--as", "priya"],
    ["pause", "all", "--reason", "x", "--as", "noor"],
    ["resume", "all", "--reason", "x", "--as", "noor"],
    ["release", "rollback"],
    ["audit", "reconcile"],
    ["audit", "erase", "cus_1", "--yes"],
    ["person", "link", "priya"],
    ["person", "tokens", "--out", "tokens.json"],
]


@pytest.mark.parametrize("arguments", BEFORE_THE_FIRST_RELEASE, ids=" ".join)
def test_before_the_first_release_a_command_names_the_way(home: Path, call: Call, arguments: list[str]) -> None:
    answered = call(*arguments, "--json")
    assert answered.status == 1
    assert "aboveloop release create" in answered.error


def test_reading_a_fresh_home_finds_nothing_and_ends_well(home: Path, call: Call) -> None:
    assert call("case", "list", "--json").value == {"cases": []}
    assert call("release", "list", "--json").value == {"releases": [], "deployed": None}
    assert call("case", "count", "--json").value["cases"] == 0
    verified = call("audit", "verify", "--json")
    assert (verified.status, verified.value["ok"], verified.value["first_bad"]) == (0, True, None)


def test_the_doctor_finds_a_house_without_a_release_wanting(home: Path, call: Call) -> None:
    answered = call("doctor", "--json")
    assert answered.status == 1
    assert answered.value["ok"] is False


def test_a_folder_with_faults_is_found_wanting(tmp_path: Path, home: Path, call: Call) -> None:
    assert call("check", tmp_path, "--json").value["ok"] is False
    checked = call("check", tmp_path)
    assert checked.status == 1
    assert "1 fault in" in checked.out
    created = call("release", "create", tmp_path, "--json")
    assert created.status == 1
    assert "aboveloop check" in created.error


UNKNOWN = [
    (["case", "show", "case_1"], 1, "aboveloop case list"),
    (["audit", "show", "case_1"], 1, "aboveloop case list"),
    (["approve", "apr_1", "--as", "priya"], 1, "aboveloop approve list"),
    (["deny", "apr_1", "--reason", "no", "--as", "priya"], 1, "aboveloop approve list"),
    (["approve", "apr_1", "--as", "nobody"], 2, "Say --as with one of"),
    (["release", "deploy", "r99", "--as", "noor"], 1, "aboveloop release list"),
    (["release", "rollback", "--as", "noor"], 1, "Deploy another one"),
    (["release", "deploy", "r1", "--as", "priya"], 1, "may not promote"),
    (["pause", "operation", "shop.nope", "--reason", "x", "--as", "noor"], 2, "shop.nope"),
    (["pause", "all", "--as", "noor"], 2, "say why"),
    (["resume", "all", "--reason", "x", "--as", "noor"], 1, "not paused"),
    (["audit", "erase", "cus_1", "--yes", "--as", "noor"], 1, "may not erase"),
    (["person", "link", "nobody"], 1, "There is no person nobody"),
]


@pytest.mark.parametrize(("arguments", "status", "said"), UNKNOWN, ids=lambda each: str(each)[:50])
def test_what_is_not_there_or_not_allowed_is_refused(
    deployed: Path, call: Call, arguments: list[str], status: int, said: str
) -> None:
    answered = call(*arguments, "--json")
    assert answered.status == status
    assert said in answered.error


def test_the_same_twice_says_that_it_stood_already(deployed: Path, call: Call) -> None:
    again = call("release", "create", "--deploy", "--as", "noor", "--note", "anew", "--json")
    assert again.status == 0
    assert (again.value["new"], again.value["note"]) == (False, "")
    assert "stands already" in call("release", "create", "--as", "noor").out
    first = call("pause", "all", "--reason", "first", "--as", "noor")
    second = call("pause", "all", "--reason", "second", "--as", "noor")
    assert first.out == second.out
    assert call("resume", "all", "--reason", "done", "--as", "noor").status == 0
    assert call("resume", "all", "--reason", "done", "--as", "noor").status == 1


def test_files_that_stand_are_not_written_over(deployed: Path, tmp_path: Path, call: Call) -> None:
    out = tmp_path / "evidence"
    assert call("audit", "export", "--out", out, "--json").status == 0
    assert call("audit", "export", "--out", out, "--json").status == 2
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    assert call("person", "tokens", "--out", mine, "--json").status == 2
    assert mine.read_text() == "mine"


def test_tokens_are_readable_by_their_owner_alone(deployed: Path, tmp_path: Path, call: Call) -> None:
    out = tmp_path / "staff.json"
    assert call("person", "tokens", "--out", out).status == 0
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_checkpoint_that_is_none_does_not_call_the_ledger_damaged(deployed: Path, tmp_path: Path, call: Call) -> None:
    nonsense = tmp_path / "checkpoint.txt"
    nonsense.write_text("no checkpoint")
    answered = call("audit", "verify", "--checkpoint", nonsense)
    assert answered.status == 1
    assert "Damaged" not in answered.out
    assert "not a signed note" in answered.out
