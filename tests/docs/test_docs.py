"""What the documents say is so: their commands exist, their links lead somewhere, their examples are valid."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from aboveloop.operation.expressions import KNOWN_FUNCTIONS
from aboveloop.operation.models import Fragment, Intent, OperationFile, Part, PolicyTest, Procedure, Scenario, System

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "src").rglob("README.md"))]
MODELS: dict[str, type[Part]] = {
    "name": OperationFile,
    "system": System,
    "intent": Intent,
    "procedure": Procedure,
    "fragment": Fragment,
    "scenario": Scenario,
    "test": PolicyTest,
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


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"`aboveloop ([a-z]+)(?: ([a-z]+))?", text))
    groups = {"release", "case", "audit", "person"}
    named = {(first, second if first in groups else "") for first, second in commands}
    assert len(named) >= 9
    for first, second in sorted(named):
        call = [sys.executable, "-m", "aboveloop.cli", first, *([second] if second else []), "--help"]
        ended = subprocess.run(call, capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0, f"aboveloop {first} {second}: {ended.stderr}"
        assert "Example: aboveloop" in ended.stdout or (second == "" and first in groups)


def test_every_decision_says_what_was_decided_and_why() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    for page in decisions:
        text = page.read_text(encoding="utf-8")
        assert "**Decided.**" in text, page.name
        assert "**Why.**" in text, page.name
