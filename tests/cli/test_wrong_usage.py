"""Whoever calls wrongly is told so in a sentence, with status 2, and never sees a traceback."""

from pathlib import Path

import pytest

from cli.conftest import Call

WRONG_CALLS = [
    (["nope"], "No such command 'nope'"),
    (["chekc"], "Did you mean 'check'?"),
    (["--nope"], "No such option: --nope"),
    (["check", "--nope"], "aboveloop check --help"),
    (["check", "/nope"], "/nope is no folder"),
    (["check", __file__], "is no folder"),
    (["case", "nope"], "No such command 'nope'"),
    (["case", "show"], "Missing argument 'case'"),
    (["case", "list", "--limit", "x"], "--limit"),
    (["case", "list", "--limit", "0"], "greater than or equal to 1"),
    (["case", "list", "--owner", "nobody"], "waiting_on_person"),
    (["release", "create", "/nope"], "/nope is no folder"),
    (["release", "deploy"], "Missing argument 'name'"),
    (["approve"], "Missing argument 'approval'"),
    (["approve", "apr_1", "--edit", "x"], "argument=value"),
    (["approve", "apr_1", "--edit", "=3"], "argument=value"),
    (["deny", "apr_1"], "Missing option '--reason'"),
    (["pause"], "Missing argument 'kind'"),
    (["pause", "nonsense"], "Say one of: worker, procedure, operation, channel, all"),
    (["pause", "all", "shop"], "takes no name"),
    (["resume", "operation"], "Which operation?"),
    (["audit", "export"], "Missing option '--out'"),
    (["audit", "export", "--out", __file__], "not an empty folder"),
    (["audit", "verify", "--checkpoint", "/nope"], "cannot be read"),
    (["audit", "erase", "cus_1"], "--yes"),
    (["replay"], "Missing argument 'runs'"),
    (["person", "link"], "Missing argument 'person'"),
    (["person", "link", "priya", "--url", "nonsense"], "no address of a console"),
    (["person", "tokens", "--out", "/nope/tokens.json"], "/nope is no folder"),
    (["up", "--stage", "nonsense"], "'shadow', 'assist', 'supervised', 'autonomous'"),
    (["up", "--port", "99999"], "65535"),
    (["up", "--host", "256.256.256.256"], "no address of this machine"),
    (["demo", "--cases", "0"], "--cases"),
    (["demo", "--port", "1"], "--port"),
    (["version", "surplus"], "unexpected extra argument"),
    (["check", ""], "An argument is empty"),
    (["case", "list", "--home="], "--home="),
    (["check", "a\0b"], "NUL"),
    (["case", "show", "\udcff"], "not valid UTF-8"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG_CALLS, ids=lambda each: str(each)[:40])
def test_wrong_usage_is_a_sentence_and_status_2(home: Path, call: Call, arguments: list[str], said: str) -> None:
    answered = call(*arguments)
    assert answered.status == 2
    assert said in answered.err
    assert answered.out == ""
    assert "Traceback" not in answered.err
    assert not home.exists(), "who calls wrongly has made no state folder"


@pytest.mark.parametrize(("arguments", "said"), WRONG_CALLS, ids=lambda each: str(each)[:40])
def test_wrong_usage_with_json_is_one_object_and_status_2(
    home: Path, call: Call, arguments: list[str], said: str
) -> None:
    answered = call(*arguments, "--json")
    assert answered.status == 2
    # `up` never ends with an answer, so it knows no --json; its refusal is an object all the same.
    assert said in answered.error or "No such option: --json" in answered.error
    assert answered.value["error"]["kind"]


@pytest.mark.parametrize("group", [[], ["case"], ["release"], ["audit"], ["person"]])
def test_a_group_that_is_called_alone_shows_its_help(call: Call, group: list[str]) -> None:
    answered = call(*group)
    assert answered.status == 2
    assert answered.err.startswith("Usage: aboveloop")


def test_a_password_in_the_wrong_place_is_not_repeated(home: Path, call: Call) -> None:
    answered = call("case", "list", "postgresql://ops:very/se@cret@db/aboveloop", "--json")
    assert answered.status == 2
    assert "cret" not in answered.out + answered.err


def test_an_endless_argument_is_not_repeated_in_full(call: Call) -> None:
    answered = call("x" * 1_000_000, "--json")
    assert answered.status == 2
    assert len(answered.error) < 3000


def test_a_path_longer_than_the_machine_knows_is_a_sentence(call: Call) -> None:
    answered = call("check", "x" * 5000, "--json")
    assert answered.status == 2
    assert "too long" in answered.error


def test_a_replay_does_not_write_over_what_it_reads(tmp_path: Path, call: Call) -> None:
    runs = tmp_path / "runs.jsonl"
    runs.write_text("{}\n")
    answered = call("replay", runs, "--operation", tmp_path, "--db", tmp_path / "db.json", "--out", runs, "--json")
    assert answered.status == 2
    assert "Name another file with --out" in answered.error
    assert runs.read_text() == "{}\n"
