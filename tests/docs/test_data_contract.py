"""The how-to about data contracts, done step by step on the sample company's folder."""

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "write-a-data-contract.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample company's folder with the contract of the page, as somebody would write it into their own."""
    made = tmp_path / "operation"
    shutil.copytree(SAMPLE_OPERATION, made)
    (contract,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    (made / "contracts" / "scans.odcs.yaml").write_text(contract, encoding="utf-8")
    return made


def run(tmp_path: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    call = [sys.executable, "-m", "aboveloop.cli", *words]
    environment = {"ABOVELOOP_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(call, capture_output=True, text=True, timeout=120, env=environment)


def test_the_contract_of_the_page_is_sound_and_says_what_it_would_pause(folder: Path, tmp_path: Path) -> None:
    checked = run(tmp_path, "check", str(folder))
    assert checked.returncode == 0, checked.stdout
    listed = run(tmp_path, "contract", "list", "--operation", str(folder), "--json")
    (scans,) = [each for each in json.loads(listed.stdout)["contracts"] if each["contract"] == "scans"]
    assert scans["owner"] == "operations" and scans["on_call"] == ["platform", "operations"]
    assert {each["uses"] for each in scans["would_pause"]} == {"order.parcel of shop.get_order"}


def test_rows_are_tried_on_it(folder: Path, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    rows = tmp_path / "scans.csv"
    head = "scan_id,order_id,status,at\n"
    call = ("contract", "check", "scans", "--operation", str(folder), "--rows", str(rows))
    rows.write_text(f"{head}1,LK-100001,sorted,{now.isoformat()}\n", encoding="utf-8")
    kept = run(tmp_path, *call)
    assert kept.returncode == 0, kept.stdout + kept.stderr
    old = (now - timedelta(minutes=6)).isoformat()
    rows.write_text(f"{head}1,,teleported,{old}\n", encoding="utf-8")
    broken = run(tmp_path, *call)
    assert broken.returncode == 1
    for said in ("order_id is never empty", "status is from the approved list", "no older than 5 minutes", "first 1."):
        assert said in broken.stdout


def test_an_import_is_held_to_it(folder: Path, tmp_path: Path) -> None:
    rows, at = tmp_path / "scans.csv", datetime.now(UTC).isoformat()
    call = (
        "import",
        str(rows),
        "--as",
        "scans",
        "--map",
        "case=order_id",
        "--map",
        "activity=status",
        "--map",
        "time=at",
    )
    held = (*call, "--contract", "scans", "--operation", str(folder))
    rows.write_text(f"scan_id,order_id,status,at\n1,LK-100001,teleported,{at}\n", encoding="utf-8")
    refused = run(tmp_path, *held)
    assert refused.returncode != 0 and "status is from the approved list" in refused.stderr
    assert "No history" in run(tmp_path, "import", "list").stdout
    rows.write_text(f"scan_id,order_id,status,at\n1,LK-100001,sorted,{at}\n", encoding="utf-8")
    taken = run(tmp_path, *held)
    assert taken.returncode == 0 and "1 stored" in taken.stdout, taken.stderr
