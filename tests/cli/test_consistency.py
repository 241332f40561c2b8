"""understand consistency: one need in many wordings, held to one decision."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION
from cli.conftest import Call
from understand.wordings import ALL

SAMPLE = str(SAMPLE_OPERATION)
ASK = ("understand", "consistency", SAMPLE)


@pytest.fixture(autouse=True)
def no_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ABOVELOOP_MODELS", str(tmp_path / "no-models"))


def written(path: Path, header: list[str], rows: list[list[str]]) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


STORE = [
    ["where", "where is my order LK-100100"],
    ["where", "wo ist meine Bestellung LK-100100"],
    ["where", "please cancel my order LK-100100"],
    ["cancel", "cancel my order please"],
    ["cancel", "ich möchte meine Bestellung stornieren"],
]


def test_the_wordings_of_the_sample_company_are_decided_as_the_tests_say(call: Call, tmp_path: Path) -> None:
    rows = [[one.need, one.text, one.language, one.need] for one in ALL]
    file = written(tmp_path / "w.csv", ["need", "text", "language", "expected"], rows)
    answered = call(*ASK, file, "--min", "0.96", "--json")
    found = answered.value
    assert (answered.status, found["ok"], found["wordings"], found["repeated"]) == (0, True, len(ALL), 0)
    assert found["right"]["of"] == found["alike"]["of"] == len(ALL)
    assert found["right"]["low"] < found["right"]["share"] < found["right"]["high"]
    assert {each["language"] for each in found["languages"]} == {"en", "de", "fr", "es"}
    assert sum(not each["right"] for each in found["differing"]) == len(ALL) - found["right"]["hits"]
    assert all(each["because"] and each["row"] for each in found["differing"])


def test_a_wording_that_differs_is_named_with_the_reason_and_the_status_tells(call: Call, tmp_path: Path) -> None:
    file = written(tmp_path / "w.csv", ["need", "text"], STORE)
    answered = call(*ASK, file, "--json")
    found = answered.value
    assert (answered.status, found["ok"], found["alike"]["hits"], found["alike"]["of"]) == (1, False, 4, 5)
    assert found["right"]["share"] is None
    differing = found["differing"]
    assert [(each["row"], each["decision"], each["usual"]) for each in differing] == [
        (3, "cancel_order", "where_is_my_order")
    ]
    assert differing[0]["because"].startswith("Read as cancel_order with ")
    told = call(*ASK, file)
    assert told.status == 1
    assert "Decided alike: 80.0% of 5" in told.out
    assert "row 3, where: cancel_order (not where_is_my_order): please cancel" in told.out
    assert call(*ASK, file, "--min", "0.8").status == 0


def test_all_alike_and_all_wrong_is_not_kept(call: Call, tmp_path: Path) -> None:
    rows = [[*row, "close_account"] for row in STORE[:2]]
    answered = call(*ASK, written(tmp_path / "w.csv", ["need", "text", "expected"], rows), "--json")
    assert (answered.status, answered.value["alike"]["share"], answered.value["right"]["share"]) == (1, 1.0, 0.0)


def test_json_lines_and_gzip_are_read_and_what_is_repeated_is_left_out(call: Call, tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"need": need, "message": text}) for need, text in [*STORE, STORE[0]])
    file = tmp_path / "w.jsonl.gz"
    file.write_bytes(gzip.compress(lines.encode()))
    found = call(*ASK, str(file), "--json").value
    assert (found["wordings"], found["repeated"], found["alike"]["of"]) == (5, 1, 5)


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (["text", "label"], [["a", "b"]], "no column `need`"),
        (["need", "words"], [["a", "b"]], "no column `text`"),
        (["need", "text"], [], "has no wordings"),
        (["need", "text"], [["a", "b"], ["", "c"]], "row 2 has no need"),
        (["need", "text"], [["a", "  "]], "row 1 has no text"),
        (["need", "text"], [["a", "b"], ["c", "d"]], "nothing to compare"),
        (["need", "text"], [["a", "b"], ["a", "b"]], "nothing to compare"),
        (["need", "text", "expected"], [["a", "b", "oos"], ["a", "c", "cancel_ordr"]], "row 2 expects 'cancel_ordr'"),
        (["need", "text"], [["a", "b", "c"]], "row 1 has more cells than columns"),
    ],
)
def test_a_bad_file_is_refused_with_the_row(
    call: Call, tmp_path: Path, header: list[str], rows: list[list[str]], said: str
) -> None:
    answered = call(*ASK, written(tmp_path / "w.csv", header, rows))
    assert answered.status == 2
    assert said in answered.err


def test_wrong_calls_are_refused(call: Call, tmp_path: Path) -> None:
    file = written(tmp_path / "w.csv", ["need", "text"], STORE)
    assert call(*ASK, file, "--min", "1.5").status == 2
    assert call(*ASK, str(tmp_path / "missing.csv")).status == 2
    assert call("understand", "consistency", str(tmp_path / "nowhere"), file).status == 2
    (tmp_path / "faulty").mkdir()
    assert call("understand", "consistency", str(tmp_path / "faulty"), file).status in (1, 2)
