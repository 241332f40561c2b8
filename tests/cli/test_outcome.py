"""outcome: list and settle, from the command line."""

import json
from datetime import timedelta

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.rehearsal.store import change_record
from aboveloop.cli.main import main
from aboveloop.operation.scenario_models import RecordChange
from api.open_house import ELIF, house, operation, tell, template, understands

__all__ = ["house", "operation", "template", "understands"]


def call(home: object, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--home", str(home)])
    return int(ended.value.code or 0), capsys.readouterr().out


def test_a_breach_is_listed_and_settled_by_who_may(house: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    case, home = tell(house, ELIF[1], *ELIF[:4], "49 EUR", "yes please"), house.settings.home
    change = RecordChange(table="refunds", id="RF-700012", set={"amount_cents": 490})
    assert change_record(home / "larkspur.db", change) == 1
    house.advance(timedelta(minutes=2))
    house.close()

    told = json.loads(call(home, capsys, "outcome", "list", "--json")[1])
    (breach,) = told["breaches"]
    assert (breach["case_id"], breach["outcome"], breach["state"]) == (case.id, "refund_stands", "broken")
    assert told["checks"] == {"broken": 1, "waiting": 1}
    assert "open." in call(home, capsys, "outcome", "list")[1]
    assert call(home, capsys, "outcome", "settle", breach["id"], "--reason", "x", "--as", "sanne")[0] == 1
    assert call(home, capsys, "outcome", "settle", breach["id"], "--reason", " ", "--as", "adaeze")[0] == 2
    status, words = call(home, capsys, "outcome", "settle", breach["id"], "--reason", "Paid by hand.", "--as", "adaeze")
    assert (status, words.startswith("Settled: The money that was given back")) == (0, True)
    assert json.loads(call(home, capsys, "outcome", "list", "--json")[1])["breaches"] == []
    assert len(json.loads(call(home, capsys, "outcome", "list", "--all", "--json")[1])["breaches"]) == 1
