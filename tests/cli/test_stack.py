"""charter stack from the command line."""

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import house, operation, template, understands
from cli.conftest import Call

__all__ = ["house", "operation", "template", "understands"]


def test_the_stack_is_told_from_the_business_down(house: Stage, call: Call) -> None:
    house.close()
    there = ("--home", house.settings.home)
    found = call("charter", "stack", "lost_parcels", *there, "--json")
    assert found.status == 0 and found.value["missing_levels"] == []
    assert [each["level"] for each in found.value["kpis"]][:2] == ["business", "operational"]
    assert {(each["early"], each["late"]) for each in found.value["ties"]} >= {("parcel_settled", "satisfaction")}
    assert "cannot be told yet" in call("charter", "stack", "lost_parcels", *there).out
    assert call("charter", "stack", "none", *there, "--json").status == 1
