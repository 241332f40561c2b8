"""`audit evidence` from the command line: what it writes, what it says, and how it refuses."""

import subprocess
import sys
from pathlib import Path

import pytest

from aboveloop.app.evidence import verify
from cli.conftest import Call

TIME = ("--from", "2000-01-01", "--to", "2100-01-01")


def test_the_whole_time_of_a_fresh_house_is_its_own_entries(deployed: Path, call: Call, tmp_path: Path) -> None:
    out = tmp_path / "evidence"
    value = call("audit", "evidence", *TIME, "--out", out, "--json").value
    assert (value["cases"], value["personal"], value["folder"]) == (0, False, str(out))
    assert value["entries"] >= 2
    report = verify.verify(out, verify.parse_key(value["key"]), None)
    assert report.wrong == []
    again = call("audit", "evidence", *TIME, "--out", out, "--json")
    assert (again.status, "not an empty folder" in again.error) == (2, True)


def test_the_command_that_it_names_checks_the_folder(deployed: Path, call: Call, tmp_path: Path) -> None:
    said = call("audit", "evidence", *TIME, "--out", tmp_path / "evidence").out
    command = said.partition("Check: python ")[2].split()
    done = subprocess.run([sys.executable, "-I", *command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Everything holds.\n")
    (tmp_path / "evidence" / "README.md").write_text("Something else.")
    done = subprocess.run([sys.executable, "-I", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "README.md was changed" in done.stdout and "DOES NOT HOLD" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--case", "case_1"], 1, "There is no case"),
        (["--customer", "cus_1"], 1, "There is no customer"),
        (["--incident", "inc_1"], 1, "There is no incident"),
        ([], 2, "one thing alone"),
        (["--case", "case_1", "--customer", "cus_1"], 2, "one thing alone"),
        ([*TIME, "--with-personal"], 2, "--as"),
        ([*TIME, "--with-personal", "--as", "signe"], 1, "may not disclose"),
        ([*TIME, "--as", "sanne"], 1, "may not audit"),
        ([*TIME, "--as", "nobody"], 2, "Say --as with one of"),
        (["--from", "2026-03-01"], 2, "the day before which it ends"),
        ([*TIME, "--checkpoint", "nowhere.txt"], 2, "cannot be read"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_cannot_be_taken_is_refused(
    deployed: Path, call: Call, tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    answered = call("audit", "evidence", *arguments, "--out", tmp_path / "evidence", "--json")
    assert answered.status == status
    assert said in answered.error
    assert not (tmp_path / "evidence").exists()


def test_a_file_that_is_no_checkpoint_is_refused(deployed: Path, call: Call, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("nonsense")
    answered = call("audit", "evidence", *TIME, "--out", tmp_path / "e", "--checkpoint", tmp_path / "old.txt", "--json")
    assert (answered.status, "signed note" in answered.error) == (1, True)
