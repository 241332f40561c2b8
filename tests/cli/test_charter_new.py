"""charter new: a charter begins with what hurts and an outcome, in an operation folder, each as one line of YAML."""

from pathlib import Path

import pytest
import yaml

from cli.conftest import Call

HURTS = "Refunds take a week: 'where is my money?'\n# nobody knows"
WHOLE = ("--template", "handle_time", "--pain-point", HURTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "operation.yaml").write_text("name: tea\n", encoding="utf-8")
    return tmp_path


def test_it_is_begun_with_what_hurts_and_an_outcome(folder: Path, call: Call) -> None:
    begun = call("charter", "new", folder, "refunds", *WHOLE, "--json")
    assert begun.status == 0, begun.error
    written = yaml.safe_load(Path(begun.value["file"]).read_text(encoding="utf-8"))
    assert written["pain_point"] == "Refunds take a week: 'where is my money?' # nobody knows"
    assert written["outcome"] == "Reduce average handle time by 15 %." and set(written) == {
        "charter",
        "outcome",
        "pain_point",
    }
    assert call("charter", "new", folder, "refunds", *WHOLE, "--json").status == 1, "it exists already"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("--template", "handle_time"), "a tool in search of one"),
        (("--template", "handle_time", "--pain-point", "  "), "a tool in search of one"),
        (("--outcome", "Deploy an LLM for support", "--pain-point", "It hurts."), "names a tool"),
        (("--pain-point", "It hurts."), "Say --outcome or --template"),
        (("--template", "none", "--pain-point", "It hurts."), "There is no template none"),
    ],
)
def test_without_a_problem_or_an_outcome_none_is_begun(
    folder: Path, call: Call, said: tuple[str, ...], why: str
) -> None:
    refused = call("charter", "new", folder, "refunds", *said, "--json")
    assert refused.status == 2 and why in refused.error
    assert not (folder / "charters").exists()


def test_what_is_no_operation_folder_is_left_alone(tmp_path: Path, call: Call) -> None:
    nowhere = tmp_path / "nowhere"
    refused = call("charter", "new", nowhere, "refunds", *WHOLE, "--json")
    assert refused.status == 2 and "is no operation folder" in refused.error and not nowhere.exists()
