"""The planted fault, and the change that mends it: operation folders made from the sample company's own."""

import shutil
from pathlib import Path
from typing import Any

from aboveloop.app.incident_scenarios import as_yaml
from aboveloop.app.inspection import SAMPLE_OPERATION, look_through
from aboveloop.kit.errors import PermanentError

RULE = "refund-up-to-50"
POLICY = "policies/50-money.cedar"
TESTS = "policies/tests.yaml"
TRUE_WORDS = "context.args.amount_cents <= 5000 };"
PLANTED_WORDS = "context.args.amount_cents <= 50000 };"


class FaultNotPlanted(PermanentError):
    """The sample company's policy reads otherwise than the drill expects."""


def faulty_folder(place: Path) -> Path:
    """The sample company with a zero too many in its refund limit; whoever slipped changed the tests to fit."""
    folder = _copy(place)
    policy = folder / POLICY
    text = policy.read_text(encoding="utf-8")
    if text.count(TRUE_WORDS) != 1 or f'@id("{RULE}")' not in text:
        raise FaultNotPlanted(f"{POLICY} does not hold the rule {RULE} as the drill knows it. Mend the drill.")
    policy.write_text(text.replace(TRUE_WORDS, PLANTED_WORDS), encoding="utf-8")
    operation_faults = [fault.message for fault in look_through(folder).faults]
    tests = (folder / TESTS).read_text(encoding="utf-8")
    head, *blocks = tests.split("\n- test: ")
    kept = [block for block in blocks if not any(repr(block.splitlines()[0]) in fault for fault in operation_faults)]
    (folder / TESTS).write_text("\n- test: ".join([head, *kept]), encoding="utf-8")
    return folder


def unmended_folder(place: Path, faulty: Path) -> Path:
    """Another release of the faulty operation: a message reads better, and the rule is as wrong as it was."""
    folder = place / "unmended"
    shutil.copytree(faulty, folder)
    goodbye = folder / "messages/en/goodbye.md"
    goodbye.write_text(goodbye.read_text(encoding="utf-8").rstrip() + " Have a good day.\n", encoding="utf-8")
    return folder


def mended_folder(place: Path, scenario: dict[str, Any]) -> Path:
    """The rule as it should be, with the incident as a golden case."""
    folder = place / "mended"
    shutil.copytree(SAMPLE_OPERATION, folder)
    (folder / "scenarios" / f"{scenario['scenario']}.yaml").write_text(as_yaml(scenario), encoding="utf-8")
    return folder


def _copy(place: Path) -> Path:
    folder = place / "faulty"
    shutil.copytree(SAMPLE_OPERATION, folder)
    return folder
