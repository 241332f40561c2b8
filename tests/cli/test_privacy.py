"""privacy, consent, hold, retention: what a customer may ask of the house, from the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.main import main
from aboveloop.journey.cases import Case
from api.open_house import ELIF, house, operation, tell, template, understands

__all__ = ["house", "operation", "template", "understands"]


class House:
    """A house with one customer, called as from a shell."""

    def __init__(self, home: Path, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.case, self.customer, self._capsys = home, case, case.customer_id, capsys

    def call(self, *arguments: str) -> tuple[int, dict]:  # type: ignore[type-arg]
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--home", str(self.home), "--json"])
        return int(ended.value.code or 0), json.loads(self._capsys.readouterr().out)

    def words(self, *arguments: str) -> str:
        with pytest.raises(SystemExit):
            main([*arguments, "--home", str(self.home)])
        return self._capsys.readouterr().out


@pytest.fixture
def lived(house: Stage, capsys: pytest.CaptureFixture[str]) -> Iterator[House]:
    case = tell(house, ELIF[1], *ELIF[:4], "49 EUR", "yes please")
    house.close()
    yield House(house.settings.home, case, capsys)


def test_a_consent_is_given_shown_and_withdrawn(lived: House) -> None:
    assert (
        lived.call("consent", "give", lived.customer, "personalisation", "--channel", "email", "--as", "sanne")[0] == 0
    )
    told = lived.call("consent", "show", lived.customer, "--as", "sanne")[1]
    assert {each["purpose"]: each["given"] for each in told["now"]}["personalisation"] is True
    assert (
        lived.call("consent", "withdraw", lived.customer, "personalisation", "--channel", "email", "--as", "sanne")[0]
        == 0
    )
    told = lived.call("consent", "show", lived.customer, "--as", "sanne")[1]
    assert [each["given"] for each in told["said"]] == [True, False]
    assert "no   personalisation" in lived.words("consent", "show", lived.customer, "--as", "sanne")


def test_who_may_not_or_what_is_not_is_refused_in_a_sentence(lived: House) -> None:
    assert lived.call("consent", "give", lived.customer, "personalisation", "--channel", "x", "--as", "signe")[0] == 1
    assert lived.call("consent", "give", lived.customer, "profit", "--channel", "x", "--as", "sanne")[0] == 2
    assert lived.call("consent", "show", "cus_none", "--as", "sanne")[0] == 1
    assert lived.call("hold", "place", "--reason", "x", "--as", "adaeze")[0] == 2
    assert lived.call("hold", "place", "--customer", lived.customer, "--reason", "x", "--as", "sanne")[0] == 1
    assert lived.call("hold", "release", "hold_none", "--reason", "x", "--as", "adaeze")[0] == 1
    assert lived.call("privacy", "request", "oblivion", lived.customer, "--asked-by", "her", "--as", "adaeze")[0] == 2
    assert lived.call("privacy", "erase", "request_none", "--as", "adaeze")[0] == 2
    assert lived.call("privacy", "erase", "request_none", "--yes", "--as", "adaeze")[0] == 1
    assert lived.call("retention", "run", "--as", "sanne")[0] == 1


def test_a_request_is_opened_held_back_carried_out_and_confirmed(lived: House) -> None:
    asked = lived.call("privacy", "request", "erasure", lived.customer, "--asked-by", "herself", "--as", "adaeze")[1]
    held = lived.call("hold", "place", "--case", lived.case.id, "--reason", "claim", "--as", "adaeze")[1]
    assert lived.call("privacy", "list")[1]["requests"][0]["state"] == "open"
    status, told = lived.call("privacy", "erase", asked["id"], "--yes", "--as", "adaeze")
    assert (status, told["error"]["kind"]) == (1, "UnderHold")
    assert lived.call("audit", "erase", lived.customer, "--yes", "--as", "adaeze")[0] == 1
    assert lived.call("hold", "list")[1]["holds"][0]["id"] == held["id"]
    assert lived.call("hold", "release", held["id"], "--reason", "settled", "--as", "adaeze")[0] == 0
    status, done = lived.call("privacy", "erase", asked["id"], "--yes", "--as", "adaeze")
    assert (status, done["state"]) == (0, "done")
    assert done["result"]["messages"] > 5
    assert lived.call("privacy", "list")[1]["requests"] == []
    assert lived.call("privacy", "list", "--all")[1]["requests"][0]["state"] == "done"
    assert lived.call("audit", "verify")[0] == 0


def test_erasing_at_once_leaves_a_request_that_says_what_was_erased(lived: House) -> None:
    call = ["audit", "erase", lived.customer, "--yes", "--asked-by", "herself, on the phone"]
    assert lived.call(*call, "--as", "sanne")[0] == 1
    status, told = lived.call(*call, "--as", "adaeze")
    assert (status, told["erased"]) == (0, [lived.customer])
    (request,) = lived.call("privacy", "list", "--all")[1]["requests"]
    assert (request["id"], request["state"], request["asked_by"]) == (told["request"], "done", "(erased)")


def test_access_writes_a_folder_and_only_for_who_may(lived: House, tmp_path: Path) -> None:
    out = tmp_path / "for-elif"
    assert lived.call("privacy", "access", lived.customer, "--out", str(out), "--as", "signe")[0] == 1
    assert not out.exists()
    status, given = lived.call("privacy", "access", lived.customer, "--out", str(out), "--as", "adaeze")
    assert status == 0
    assert given["counts"]["messages"] > 5
    assert "elif@customers.example" in (out / "everything.json").read_text()


def test_every_worker_said_first_that_it_is_one(lived: House) -> None:
    status, told = lived.call("privacy", "check")
    assert status == 0
    assert told["undisclosed"] == []
    assert told["messages"] >= 5
    assert "You are chatting with Larkspur's AI assistant" in lived.words("audit", "show", lived.case.id)


def test_plan_run_and_flows_answer_on_a_young_house(lived: House) -> None:
    status, told = lived.call("retention", "plan")
    assert status == 0
    assert {each["record"]: each["days"] for each in told["classes"]}["messages"] == 730
    # The house was played in March; its one web chat has been silent for more than 90 days.
    erased = lived.call("retention", "run", "--as", "adaeze")[1]["erased"]
    assert {record for record, number in erased.items() if number} == {"chat_sessions"}
    assert lived.call("privacy", "flows") == (0, {"flows": []})


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_the_gate_of_sets_passes_the_clean_and_refuses_the_personal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    def gated(text: str) -> tuple[int, dict]:  # type: ignore[type-arg]
        file = tmp_path / f"set.{suffix}"
        if suffix == "csv":
            file.write_text(f"text,label,source,basis,recorded_at\n{text},a,workshop,written,2026-03-03\n")
        else:
            origin = {"source": "workshop", "basis": "written", "recorded_at": "2026-03-03"}
            file.write_text(json.dumps({"text": text, "provenance": origin}) + "\n\n")
        with pytest.raises(SystemExit) as ended:
            main(["privacy", "gate", str(file), "--json"])
        return int(ended.value.code or 0), json.loads(capsys.readouterr().out)

    assert gated("where is my order")[0] == 0
    status, told = gated("mail anna@mail.example")
    assert status == 1
    assert told["faults"][0]["row"] == 1


@pytest.mark.parametrize("text", ["not json", "[1]"])
def test_what_is_no_set_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / "set.jsonl").write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(["privacy", "gate", str(tmp_path / "set.jsonl"), "--json"])
    assert ended.value.code == 2
