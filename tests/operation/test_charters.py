"""Charters in a folder: what is wrong is a fault, what is missing a warning, and an outcome is an operator's."""

import shutil
from pathlib import Path

import pytest

from aboveloop.app.chartering.freezing import promise
from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.cli.main import main
from aboveloop.operation.charters import Charter
from aboveloop.operation.checking import check_folder
from aboveloop.operation.faults import Fault, Severity
from aboveloop.operation.loading import load as load_folder
from aboveloop.operation.outcome_words import TEMPLATES, objections

TEXT = (SAMPLE_OPERATION / "charters" / "lost_parcels.yaml").read_text(encoding="utf-8")


def faults(folder: Path, text: str) -> list[Fault]:
    (folder / "charters" / "lost_parcels.yaml").write_text(text, encoding="utf-8")
    return [fault for fault in check_folder(folder) if fault.path.startswith("charters/")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE_OPERATION, tmp_path / "sample")
    return tmp_path / "sample"


def test_a_draft_is_told_what_it_lacks_and_forbids_no_release(folder: Path) -> None:
    found = faults(folder, "charter: lost_parcels\noutcome: Reduce handle time by 15 %.\n")
    assert {each.severity for each in found} == {Severity.WARNING}
    said = " ".join(each.message for each in found)
    for word in ("pain_point", "`team`", "`kpi`", "success", "learning", "readiness.data", "baseline"):
        assert word in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kpi: parcel_settled", "kpi: [parcel_settled, satisfaction]", "kpi"),
        ("kpi: parcel_settled", "kpi: no_such", "There is no kpi `no_such`"),
        ("team: fulfilment", "team: nobody", "There is no team"),
        ("[late_or_lost_parcel]", "[no_such]", "There is no procedure"),
        ("kpi: satisfaction", "kpi: no_such", "There is no KPI"),
        ("sponsor: annelies", "sponsor: nobody", "There is no person"),
        ("until: 2026-03-30", "until: 2026-01-05", "ends before it begins"),
        ("statistic: median", "statistic: share", "A share is of cases"),
        ("rows: day", "rows: customer", "go together"),
        ("  by: annelies", "  by: nobody", "There is no person"),
    ],
)
def test_what_is_wrong_is_a_fault_with_its_line(folder: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    found = [each for each in faults(folder, TEXT.replace(old, new)) if each.severity is Severity.FAULT]
    assert len(found) == 1 and said in found[0].message and found[0].line > 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "outcome: Reduce the time until a late or lost parcel is settled by 30 %.",
            "outcome: Deploy an LLM.",
            "`LLM`",
        ),
        ("kpi: parcel_settled", "kpi: not_understood", "a model's own measure"),
        (
            "buckets: [experience, cost]\n",
            "buckets: [cost]\n",
            "",
        ),
    ],
)
def test_what_is_no_business_is_told(folder: Path, old: str, new: str, said: str) -> None:
    found = faults(folder, TEXT.replace(old, new))
    assert any(said in each.message for each in found) if said else not found


def test_cost_alone_needs_a_guard(folder: Path) -> None:
    head, _, rest = TEXT.partition("guards:\n")
    text = head.replace("[experience, cost]", "[cost]") + rest[rest.index("may_fail:") :]
    assert any("cost alone" in each.message for each in faults(folder, text))


def test_one_pilot_at_a_time(folder: Path) -> None:
    shutil.copy(folder / "charters" / "lost_parcels.yaml", folder / "charters" / "other.yaml")
    other = TEXT.replace("charter: lost_parcels", "charter: other")
    (folder / "charters" / "other.yaml").write_text(other, encoding="utf-8")
    assert any("is a pilot already" in each.message for each in faults(folder, TEXT))


@pytest.mark.parametrize("outcome", [*TEMPLATES.values(), "Cut cost-to-serve by 10 % with a chatbot."])
def test_an_operators_words_are_an_outcome(outcome: str) -> None:
    assert objections(outcome) == []


@pytest.mark.parametrize(
    "outcome",
    ["Deploy an LLM", "Roll out Copilot to 300 people", "Raise accuracy to 99 %", "Be better", "Reduce costs"],
)
def test_tools_and_vanity_are_none(outcome: str) -> None:
    assert objections(outcome)


def test_a_charter_begins_with_its_outcome(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, status in (
        (["new", str(folder), "faster", "--outcome", "Deploy an LLM"], 2),
        (["new", str(folder), "faster", "--template", "no_such"], 2),
        (["new", str(folder), "faster", "--template", "chargebacks", "--pain-point", "Banks take it back."], 0),
        (["new", str(folder), "faster", "--template", "chargebacks", "--pain-point", "Banks take it back."], 1),
        (["check", str(folder)], 1),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["charter", *arguments])
        assert (ended.value.code or 0) == status, arguments
    assert "charters/faster.yaml:2" in capsys.readouterr().out


WORKER = "worker: a small language model\n"
CANVAS = TEXT[TEXT.index("canvas:") : TEXT.index("baseline:")]


@pytest.mark.parametrize("part", ["workflow", "data", "decisions", ""])
def test_a_worker_is_named_last(folder: Path, part: str) -> None:
    """The folder's own canvas is whole; without one part of it a worker is too early."""
    lines = CANVAS.splitlines()
    at = next((place for place, line in enumerate(lines) if part and line.startswith(f"  {part}:")), len(lines))
    after = next((place for place in range(at + 1, len(lines)) if not lines[place].startswith("    ")), len(lines))
    canvas = "\n".join([*lines[:at], *lines[after:]]) + "\n"
    found = [each for each in faults(folder, TEXT.replace(CANVAS, canvas) + WORKER) if each.severity is Severity.FAULT]
    assert [f"(`{part}`)" in each.message and each.line > 1 for each in found] == ([True] if part else [])
    assert not [each for each in faults(folder, TEXT.replace(CANVAS, canvas)) if each.severity is Severity.FAULT]


def test_another_worker_changes_nothing_that_was_agreed(folder: Path) -> None:
    charters = [load(folder, TEXT + f"worker: {each}\n") for each in ("one", "another")]
    assert promise(charters[0]) == promise(charters[1]) and charters[0].worker != charters[1].worker


def test_a_decision_is_a_rules_a_workers_or_a_persons(folder: Path) -> None:
    found = faults(folder, TEXT.replace("by: rule", "by: the model"))
    assert any(each.severity is Severity.FAULT and "rule" in each.message for each in found)


def load(folder: Path, text: str) -> Charter:
    (folder / "charters" / "lost_parcels.yaml").write_text(text, encoding="utf-8")
    loaded = load_folder(folder)
    assert loaded.operation is not None, loaded.faults
    return loaded.operation.charters["lost_parcels"]
