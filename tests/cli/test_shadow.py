"""`aboveloop shadow run`, `report` and `judge` as from a shell, beside the people of the sample company."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aboveloop.app.folders import create_release, deploy
from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.premises import Options, Premises
from aboveloop.cli.main import main
from aboveloop.durable.inline import InlineTurns
from aboveloop.kit.clock import FixedClock
from aboveloop.kit.settings import Settings
from app.shadowing.past_work import kept, tickets_of
from larkspur.generator import Size
from larkspur.store import create

TODAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def put_to_work(home: Path) -> None:
    """The sample company's operation, without its scenarios played first: that is tested elsewhere."""
    clock = FixedClock(TODAY)
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'aboveloop.db'}")
    premises = Premises(settings, Options(clock=clock), turns=InlineTurns(clock))
    premises.prepare()
    made = create_release(premises, SAMPLE_OPERATION, by="house", note="The sample company.")
    deploy(premises, made.digest, by="house")
    premises.close()


def called(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> tuple[int, dict[str, object]]:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--home", str(home), "--json"])
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def test_past_cases_are_worked_reported_and_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create(tmp_path / "larkspur.db", seed=3, today=TODAY, size=Size(customers=60, orders=200))
    kept(tmp_path, tickets_of(tmp_path / "larkspur.db", 6, 3, TODAY), TODAY)
    assert called(capsys, tmp_path, "shadow", "report")[0] == 1
    put_to_work(tmp_path)
    status, ran = called(capsys, tmp_path, "shadow", "run", "desk")
    assert status == 0 and ran["cases"] == 6 and ran["cost"] is None
    assert called(capsys, tmp_path, "shadow", "report", "--minutes", "4")[0] == 2
    status, told = called(capsys, tmp_path, "shadow", "report", "--minutes", "4", "--minute-costs", "65")
    assert status == 0 and isinstance(told["cost"], dict) and told["cost"]["people"] > 0
    assert isinstance(told["differences"], list)
    case = told["differences"][0]["case"] if told["differences"] else "1"
    refused, _ = called(capsys, tmp_path, "shadow", "judge", case, "worker", "--as", "yuki")
    assert refused == 2
    judged, said = called(capsys, tmp_path, "shadow", "judge", case, "person", "--as", "yuki")
    assert judged == 0 and said["right"] == "person"
    status, again = called(capsys, tmp_path, "shadow", "report")
    assert isinstance(again["verdicts"], dict) and again["verdicts"]["person"] == 1


def test_a_report_reads_as_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create(tmp_path / "larkspur.db", seed=3, today=TODAY, size=Size(customers=60, orders=200))
    kept(tmp_path, tickets_of(tmp_path / "larkspur.db", 3, 4, TODAY), TODAY)
    with pytest.raises(SystemExit) as ended:
        main(["shadow", "run", "desk", "--operation", str(SAMPLE_OPERATION), "--home", str(tmp_path)])
    told = capsys.readouterr().out
    assert ended.value.code in (0, None) and "Nothing was performed." in told and "Same intent as people:" in told
