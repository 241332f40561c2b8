"""The how-to on policy packs: its pieces are those of the example, and the example decides as the page says."""

import json
import re
from pathlib import Path

import pytest

from aboveloop.cli.main import main
from aboveloop.govern.checks import run_policy_tests
from aboveloop.govern.policy import PolicyPack
from aboveloop.operation.checking import check_folder
from aboveloop.operation.loading import load
from aboveloop.operation.models import Operation
from aboveloop.work.replay import replay

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-to/write-a-policy-pack.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples/telecom"
RECORDED = ROOT / "examples/recordings/telecom"
# What people do, reads and hand-overs are lawful for everybody.
UNTESTED = {"people-write", "reading", "neither-reading-nor-writing"}


def operation() -> Operation:
    loaded = load(EXAMPLE)
    assert loaded.operation is not None
    return loaded.operation


@pytest.mark.parametrize("piece", re.findall(r"```(?:yaml|cedar)\n(.*?)```", PAGE, flags=re.DOTALL))
def test_every_piece_of_the_page_stands_in_the_example(piece: str) -> None:
    files = [path.read_text(encoding="utf-8") for path in EXAMPLE.rglob("*.*")]
    # Rules that stand apart in a file may stand together on the page.
    for part in piece.strip("\n").split("\n\n"):
        assert any(part in file for file in files), part


def test_the_example_is_sound_and_every_rule_decides_a_test() -> None:
    found = operation()
    tested = {rule for test in found.policy_tests for rule in test.expect.rules or []}

    assert check_folder(EXAMPLE) == []
    assert [result for result in run_policy_tests(found) if not result.passed] == []
    assert {rule.id for rule in PolicyPack.compile(found).rules} - UNTESTED == tested


def test_the_recorded_conversations_are_decided_as_the_page_says(tmp_path: Path) -> None:
    rows = re.findall(
        r"^\| (\w+) \| (allowed|reviewed|prohibited) \| ?(\w*) ?\| ?([\w-]*) ?\|$", PAGE, flags=re.MULTILINE
    )
    out = tmp_path / "verdicts.jsonl"
    replay(RECORDED / "runs.jsonl", EXAMPLE, RECORDED / "db.json", out)
    verdicts = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    told = [(each["run_id"], each["lane"], ", ".join(each["needs"]), ", ".join(each["rules"])) for each in verdicts]

    assert len(rows) >= 12
    assert told == rows


def test_every_command_of_the_page_exists(capsys: pytest.CaptureFixture[str]) -> None:
    named = set(re.findall(r"^aboveloop (\w+) (\w*)", PAGE, flags=re.MULTILINE)) | {
        ("policy", each) for each in re.findall(r"`policy (\w+)`", PAGE)
    }
    assert {"test", "coverage", "can", "explain", "diff"} <= {second for first, second in named if first == "policy"}
    for first, second in sorted(named):
        with pytest.raises(SystemExit) as ended:
            main([first, *([second] if first == "policy" else []), "--help"])
        assert ended.value.code == 0, f"aboveloop {first} {second}: {capsys.readouterr().err}"
