"""policy: what the command line says of rules, and how it ends."""

import shutil
from pathlib import Path

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION
from cli.conftest import Call

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample company's operation, to be changed."""
    copied = tmp_path / "larkspur"
    shutil.copytree(SAMPLE_OPERATION, copied)
    return copied


def change(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")


# --- policy test


@pytest.mark.parametrize("chosen", [SAMPLE_OPERATION, EXAMPLES / "retail", EXAMPLES / "airline"])
def test_the_tests_of_every_pack_that_ships_hold(call: Call, chosen: Path) -> None:
    answered = call("policy", "test", chosen, "--json")
    assert answered.status == 0
    assert answered.value["ok"] is True and answered.value["failed"] == 0
    assert answered.value["tests"] == len(answered.value["results"]) > 20


def test_a_failing_test_is_told_with_what_came_and_by_which_rules(call: Call, folder: Path) -> None:
    change(folder, "policies/50-money.cedar", "amount_cents <= 5000 }", "amount_cents < 5000 }")
    answered = call("policy", "test", folder)
    assert answered.status == 1
    lines = answered.out.splitlines()
    assert lines[0].startswith("policies/tests.yaml:")
    assert lines[0].endswith("a refund of exactly 50.00 EUR is given back at once (shop.refund_order)")
    assert "    lane should be allowed, but is reviewed" in lines
    assert "    rules should be refund-up-to-50, but is refund-above-50" in lines
    assert "    decided by: refund-above-50" in lines
    assert lines[-1].startswith("92 policy tests of 93 held")
    value = call("policy", "test", folder, "--json").value
    (failed,) = [each for each in value["results"] if not each["passed"]]
    place = f"{failed['file']}:{failed['line']}"
    assert lines[0].startswith(place)
    assert {each["what"] for each in failed["differences"]} == {"lane", "rules"}


def test_a_test_that_nothing_decides_says_so(call: Call, folder: Path) -> None:
    change(folder, "policies/40-returns.cedar", '@id("return-in-time")', '@id("return-in-time-2")')
    answered = call("policy", "test", folder)
    assert answered.status == 1
    assert "rules should be return-in-time, but is return-in-time-2" in answered.out


def test_a_pack_without_tests_shows_nothing(call: Call, folder: Path) -> None:
    (folder / "policies/tests.yaml").unlink()
    answered = call("policy", "test", folder)
    assert answered.status == 1
    assert "There is no test in" in answered.out
    assert call("policy", "test", folder, "--json").value["ok"] is False


def test_policies_that_are_no_cedar_are_a_sentence(call: Call, folder: Path) -> None:
    change(folder, "policies/50-money.cedar", "permit (", "permitted (")
    answered = call("policy", "test", folder, "--json")
    assert answered.status == 1
    assert "cannot be used" in answered.error


def test_a_folder_that_is_no_operation_is_a_sentence(call: Call, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    answered = call("policy", "test", tmp_path, "--json")
    assert answered.status == 1
    assert "There is no operation.yaml" in answered.error
    assert call("policy", "test", tmp_path / "nowhere").status == 2


# --- audit replay


def test_decisions_are_made_again_or_the_call_is_refused(call: Call, deployed: Path) -> None:
    answered = call("audit", "replay", "--all", "--json")
    assert answered.status == 0
    assert answered.value == {
        "decisions": 0, "erased": 0, "incomplete": 0, "different": 0, "ok": True, "first": None, "differences": [],
    }  # fmt: skip
    assert call("audit", "replay").status == 2
    assert call("audit", "replay", "case_1", "--all").status == 2
    assert "aboveloop case list" in call("audit", "replay", "case_1", "--json").error
