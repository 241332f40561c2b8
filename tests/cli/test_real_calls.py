"""The command as the shell runs it: from anywhere, into pipes that close, into full disks, and stopped by Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Call

AIRLINE = Path(__file__).resolve().parents[2] / "examples" / "airline"
COMMAND = [sys.executable, "-m", "aboveloop.cli"]


def run(*arguments: str, cwd: Path, stdout: int = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*COMMAND, *arguments], cwd=cwd, stdout=stdout, stderr=subprocess.PIPE, text=True)


def test_a_real_call_from_another_folder_answers_one_object(deployed: Path, tmp_path: Path) -> None:
    done = run("release", "list", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["releases"][0]["release"] == "r1"


def test_a_reader_that_goes_away_leaves_no_traceback(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run("version", cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="This machine has no /dev/full.")
@pytest.mark.parametrize("arguments", [["version"], ["version", "--json"], ["nope", "--json"], ["--help"]])
def test_a_full_disk_is_said_and_never_taken_for_success(tmp_path: Path, arguments: list[str]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    done = run(*arguments, cwd=tmp_path, stdout=full)
    os.close(full)
    assert done.returncode == (2 if "nope" in arguments else 1)
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_name_that_is_not_utf_8_is_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run([*map(os.fsencode, COMMAND), b"check", b"\xff", b"--json"], cwd=tmp_path, capture_output=True)
    assert done.returncode == 2
    assert "not valid UTF-8" in json.loads(done.stdout)["error"]["message"]


def _hear_ctrl_c() -> None:
    """A shell starts what runs in the background deaf to Ctrl-C, and that is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_a_command_with_a_sentence_and_130(tmp_path: Path) -> None:
    # A pipe that nothing is written to keeps the command waiting where it can be stopped.
    pipe = tmp_path / "records.json"
    os.mkfifo(pipe)
    command = [*COMMAND, "replay", "runs.jsonl", "--operation", str(AIRLINE), "--db", str(pipe), "--out", "v", "--json"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_hear_ctrl_c
    )
    writing = os.open(pipe, os.O_WRONLY)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    os.close(writing)
    assert process.returncode == 130
    assert json.loads(out)["error"]["kind"] == "Interrupted"
    assert "Traceback" not in err


def test_a_taken_port_is_refused_before_the_house_opens(deployed: Path, call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answered = call("up", "--port", str(taken.getsockname()[1]))
    assert answered.status == 1
    assert "--port" in answered.err


def test_progress_is_silent_where_there_is_no_terminal(deployed: Path, tmp_path: Path) -> None:
    runs, db = tmp_path / "runs.jsonl", tmp_path / "db.json"
    runs.write_text(json.dumps({"run_id": "run-1", "agent": "them", "messages": []}) + "\n")
    db.write_text("{}")
    done = run(
        "replay", str(runs), "--operation", str(AIRLINE), "--db", str(db), "--out", "verdicts.jsonl", "--json",
        cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert isinstance(json.loads(done.stdout), dict)
