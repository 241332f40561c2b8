"""What the documents say is so: their commands exist, their links lead somewhere, their examples are valid."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from aboveloop.cli.main import main
from aboveloop.operation.contracts.reading import read_contract
from aboveloop.operation.delivery import Course, Kpi
from aboveloop.operation.expressions import KNOWN_FUNCTIONS
from aboveloop.operation.form_models import Form
from aboveloop.operation.learning import LearnedExample
from aboveloop.operation.models import Fragment, Intent, OperationFile, Procedure
from aboveloop.operation.outcome_models import Outcome
from aboveloop.operation.part import Part
from aboveloop.operation.routing import Routing
from aboveloop.operation.scenario_models import PolicyTest, Scenario
from aboveloop.operation.system_models import System
from aboveloop.operation.yaml_text import read_yaml

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "src").rglob("README.md"))]
MODELS: dict[str, type[Part]] = {
    "name": OperationFile,
    "text": LearnedExample,
    "system": System,
    "intent": Intent,
    "procedure": Procedure,
    "fragment": Fragment,
    "scenario": Scenario,
    "test": PolicyTest,
    "queues": Routing,
    "kpi": Kpi,
    "course": Course,
    "form": Form,
    "outcome": Outcome,
}


def examples() -> Iterator[tuple[str, Any]]:
    """The YAML examples of the format's page, each with the key that it begins with."""
    text = (ROOT / "docs" / "operation-folder.md").read_text(encoding="utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL):
        value = YAML(typ="safe", pure=True).load(block.replace(", ...]", "]"))
        for part in value if isinstance(value, list) else [value]:
            yield next(iter(part)), part


@pytest.mark.parametrize(("key", "part"), list(examples()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_example_of_the_operation_folder_is_valid(key: str, part: Any) -> None:
    if key == "apiVersion":
        document, faults = read_yaml(json.dumps(part), "contracts/orders.odcs.yaml")
        assert document is not None and faults == []
        assert read_contract(document)[1] == []
        return
    MODELS[key].model_validate(part)


def test_the_operation_folder_page_names_every_function_of_expressions() -> None:
    text = (ROOT / "docs" / "operation-folder.md").read_text(encoding="utf-8")
    own = {"money", "cents", "day", "days_between", "hours_between", "seconds", "sum", "distinct", "joined", "lower"}
    own |= {"get", "either"}
    assert own <= KNOWN_FUNCTIONS
    assert [name for name in sorted(own) if f"`{name}(" not in text] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_command_of_the_readme_exists(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"`aboveloop ([a-z]+)(?: ([a-z]+))?", text))
    groups = {"release", "case", "audit", "person"}
    named = {(first, second if first in groups else "") for first, second in commands}
    assert len(named) >= 9
    for first, second in sorted(named):
        with pytest.raises(SystemExit) as ended:
            main([first, *([second] if second else []), "--help"])
        shown = capsys.readouterr()
        assert ended.value.code == 0, f"aboveloop {first} {second}: {shown.err}"
        assert "Example: aboveloop" in shown.out or (second == "" and first in groups)


def test_every_decision_says_what_was_decided_and_why() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    for page in decisions:
        text = page.read_text(encoding="utf-8")
        assert "**Decided.**" in text, page.name
        assert "**Why.**" in text, page.name
