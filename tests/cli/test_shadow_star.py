"""`aboveloop shadow star` as others call it, on the published dialogues."""

import gzip
import json
from pathlib import Path

import pytest

from aboveloop.cli.main import main


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    with pytest.raises(SystemExit) as ended:
        main(["shadow", "star", *words, "--json"])
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def test_what_is_learned_from_some_dialogues_is_held_against_others(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    star = shared / "data" / "star"
    with gzip.open(star / "dialogues_dev.jsonl.gz", "rt") as lines:
        some = [line for _, line in zip(range(260), lines, strict=False)]
    (tmp_path / "known.jsonl").write_text("".join(some[:210]))
    (tmp_path / "new.jsonl").write_text("".join(some[210:]))
    model, tasks = str(tmp_path / "steps.model"), ["--tasks", str(star / "tasks"), "--apis", str(star / "apis")]
    status, learned = called(capsys, "--learn", str(tmp_path / "known.jsonl"), "--out", model)
    assert status == 0 and learned["dialogues"] != 0
    status, found = called(capsys, str(tmp_path / "new.jsonl"), "--model", model, *tasks)
    assert status == 0 and set(found) >= {
        "dialogues",
        "turns",
        "intent",
        "next_step",
        "tasks",
        "by_kind",
        "learned_from",
    }
    assert isinstance(found["next_step"], dict) and found["next_step"]["agreement"] > 0.5
    assert isinstance(found["intent"], dict) and found["intent"]["agreement"] > 0.6
    status, alone = called(capsys, str(tmp_path / "new.jsonl"), "--graphs-alone", *tasks)
    assert status == 0 and alone["next_step"] == alone["by_graph_alone"]["next_step"]  # type: ignore[index]


@pytest.mark.parametrize("words", [[], ["--learn", "x"], ["x", "--model", "m", "--graphs-alone"]])
def test_a_wrong_call_is_told_what_to_name(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    status, value = called(capsys, *words)
    assert status == 2 and "error" in value
