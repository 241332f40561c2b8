"""redesign from the command line."""

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import house, operation, template, understands
from app.portfolio.earned import PROCEDURE, worked_beside
from cli.conftest import Call

__all__ = ["house", "operation", "template", "understands"]


def test_both_workflows_are_told(house: Stage, call: Call) -> None:
    there = ("--home", house.settings.home)
    worked_beside(house, differing=20)
    house.close()
    found = call("redesign", PROCEDURE, *there, "--hour-cost", "60", "--touch-minutes", "3", "--json").value
    assert found["cases"] == 80 and found["touches_saved"] == 0.75
    assert (found["as_is"]["cost"], found["target"]["cost"], found["at_best"]["cost"]) == (6, 1.5, 0)
    assert "75% alone, 0% approval, 25% people" in call("redesign", PROCEDURE, *there).out
    assert call("redesign", "none", *there, "--json").status == 1
