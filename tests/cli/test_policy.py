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
    value = call("policy", "test", folder, "--json").value
    assert lines[-1].startswith(f"{value['tests'] - 1} policy tests of {value['tests']} held")
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


# --- policy explain


SUPPOSED = (
    "policy", "explain", "--action", "shop.refund_order",
    "--args", '{"order_id": "LK-100007", "amount_cents": 5001, "reason": "damaged"}',
    "--facts", '{"status": "delivered", "refundable_cents": 90000, "refunds_made": 0, "days_since_delivery": 3,'
    ' "pays_for_return": false, "return_value_cents": 0, "given_up": false, "sent_again": false}',
    "--owner", "c_1", "--customer", "c_1", "--confirmed",
)  # fmt: skip


def test_a_supposed_action_is_explained_with_what_would_change_it(call: Call) -> None:
    answered = call(*SUPPOSED, "--json")
    assert answered.status == 0
    value = answered.value
    assert (value["lane"], value["rules"], value["approvers"]) == ("reviewed", ["refund-above-50"], ["refund_approver"])
    opens = {(each["changes"][0]["name"], each["changes"][0]["after"]): each["lane"] for each in value["opens"]}
    assert opens["amount_cents", 5000] == "allowed" and opens["refund_approver", True] == "allowed"
    assert value["deciding_rules"][0]["file"] == "policies/50-money.cedar"
    text = call(*SUPPOSED).out
    assert "If amount were 50.00 EUR: allowed." in text
    assert "With other arguments it is another action" in text


def test_an_approval_that_is_supposed_counts(call: Call) -> None:
    assert call(*SUPPOSED, "--approved-by", "refund_approver", "--json").value["lane"] == "allowed"
    assert call(*SUPPOSED, "--by", "person", "--json").value["lane"] == "reviewed"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["policy", "explain"], 2, "Name a case"),
        (["policy", "explain", "--action", "shop.nothing"], 2, "There is no operation shop.nothing"),
        (["policy", "explain", "--action", "shop.refund_order", "--args", "{"], 2, "is not JSON"),
        (["policy", "explain", "--action", "shop.refund_order", "--args", "[1]"], 2, "must be a JSON object"),
        (["policy", "explain", "--action", "shop.refund_order", "--facts", "1"], 2, "must be a JSON object"),
        (["policy", "explain", "--action", "x", "--operation", "/nowhere"], 2, "is no folder"),
        (["policy", "explain", "case_1"], 1, "aboveloop case list"),
        (["policy", "diff", "r1", "r2"], 1, "There is no release r2"),
        (["policy", "diff", "/nowhere", "r1"], 1, "There is no release /nowhere"),
        (["policy", "operations", "--touches", "gold"], 2, "gold"),
        (["policy", "can", "x", "--by", "robot"], 2, "robot"),
        (["policy", "coverage", "/nowhere"], 2, "is no folder"),
    ],
)
def test_what_cannot_be_asked_is_said(call: Call, deployed: Path, arguments: list[str], status: int, said: str) -> None:
    answered = call(*arguments, "--json")
    assert answered.status == status
    assert said in answered.error


# --- policy diff and coverage


def test_two_folders_are_compared_by_their_tests_without_a_house(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ABOVELOOP_HOME", raising=False)
    monkeypatch.delenv("ABOVELOOP_DATABASE_URL", raising=False)
    change(folder, "policies/50-money.cedar", "amount_cents <= 5000 }", "amount_cents <= 4000 }")
    answered = call("policy", "diff", SAMPLE_OPERATION, folder, "--json")
    assert answered.status == 0 and answered.value["ledger"] is None
    assert {(each["from"], each["to"]) for each in answered.value["tests"]["lanes"]} == {("allowed", "reviewed")}
    assert answered.value["tests"]["moved"] >= 2
    text = call("policy", "diff", SAMPLE_OPERATION, folder).out
    assert "allowed -> reviewed" in text and "No ledger was looked at" in text


def test_a_release_is_compared_with_a_folder_over_the_ledger(call: Call, deployed: Path, folder: Path) -> None:
    answered = call("policy", "diff", "r1", folder, "--json")
    assert answered.status == 0
    assert answered.value["ledger"]["compared"] == 0
    assert answered.value["old"] == answered.value["new"]


def test_rules_that_no_test_needs_are_named(call: Call, folder: Path, deployed: Path) -> None:
    answered = call("policy", "coverage", folder, "--json")
    assert answered.status == 1
    assert answered.value["never_in_tests"] == ["writes-need-a-yes"]
    assert set(answered.value["never_in_ledger"]) == {each["rule"] for each in answered.value["rules"]}
    text = call("policy", "coverage", folder).out
    total = len(answered.value["rules"])
    assert f"{total - 1} of {total} rules decided or held back" in text and "in the ledger" in text


# --- policy can and operations


def test_a_question_in_plain_words_is_answered(call: Call) -> None:
    answered = call("policy", "can", "issue a refund above 100 EUR", "--json")
    assert answered.status == 0
    assert (answered.value["lane"], answered.value["operation"]) == ("reviewed", "shop.refund_order")
    text = call("policy", "can", "issue a refund above 100 EUR").out
    assert text.startswith("REVIEWED: shop.refund_order.")
    assert "from 100.01 EUR to 500.00 EUR: reviewed by refund_approver" in text


def test_what_is_not_understood_is_said_with_the_nearest(call: Call) -> None:
    answered = call("policy", "can", "look up an order")
    assert answered.status == 1
    assert "Nobody can tell" in answered.out and "shop.get_order" in answered.out
    assert "Nothing in this operation is near" in call("policy", "can", "fly to the moon").out
    assert call("policy", "can", "fly to the moon", "--json").value["lane"] == "unknown"


def test_operations_are_listed_by_what_they_touch(call: Call) -> None:
    money = call("policy", "operations", "--touches", "money", "--json").value["operations"]
    everything = call("policy", "operations", "--json").value["operations"]
    assert "shop.refund_order" in [each["operation"] for each in money]
    assert all("money" in each["touches"] for each in money) and len(money) < len(everything)
    assert f"{len(money)} operations." in call("policy", "operations", "--touches", "money").out
