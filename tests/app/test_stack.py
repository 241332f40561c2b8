"""The KPI stack of a pilot: what is tied to its KPI and nothing else, counted over its procedures."""

from dataclasses import replace

from aboveloop.app.measuring.stack import Stack, Tie, stack_of, tied_to
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.measure.together import Line, Link
from aboveloop.operation.charters import Charter
from api.open_house import ELIF, Site, tell


def seen(house: Stage, **changed: object) -> Stack:
    charter: Charter = house.operation.charters["lost_parcels"].model_copy(update=changed)
    with house.database.read() as reader:
        return stack_of(house, reader, charter, house.clock.now())


def test_the_stack_leads_from_the_model_to_the_business_through_the_kpi_of_the_charter(house: Stage) -> None:
    found = seen(house)
    by_level = {each.kpi.level: each.kpi.kpi for each in found.storeys}
    assert list(by_level) == ["business", "operational", "leading", "model"] and not found.missing
    assert by_level["operational"] == "parcel_settled" and by_level["business"] == "satisfaction"
    assert {tie.early.kpi for tie in found.below("parcel_settled")} == {"denial_rate", "failed_turns"}
    assert "cost_per_case" not in [each.kpi.kpi for each in found.storeys], "it is of another way"


def test_it_is_counted_over_the_procedures_of_the_charter_alone(house: Stage) -> None:
    tell(house, "bea", "what are your opening hours?")
    procedure = tell(house, "elif", *ELIF).procedure
    (failed,) = [each for each in seen(house).storeys if each.kpi.kpi == "failed_turns"]
    assert failed.is_of_pilot and failed.value is not None and failed.value.cases == 0
    (other,) = [each for each in seen(house, procedures=[procedure]).storeys if each.kpi.kpi == "failed_turns"]
    assert other.value is not None and other.value.cases == 1
    (whole,) = [each for each in seen(house).storeys if each.kpi.kpi == "not_understood"]
    assert not whole.is_of_pilot and whole.value is not None and whole.value.cases == 2
    assert not any(each.is_of_pilot for each in seen(house, procedures=[]).storeys)


def test_no_kpi_no_stack_and_a_lonely_kpi_lacks_levels(house: Stage) -> None:
    assert seen(house, kpi=None) == Stack((), (), ("business", "operational", "leading", "model"))
    assert seen(house, kpi="cost_per_case").missing == ("leading",)


def test_what_is_wired_in_a_circle_or_downwards_ends(house: Stage) -> None:
    known = dict(house.operation.kpis)
    for name, moves in {"satisfaction": ["not_understood"], "not_understood": ["not_understood", "nothing"]}.items():
        known[name] = known[name].model_copy(update={"moves": moves})
    assert "not_understood" not in {each.kpi for each in tied_to("satisfaction", known)}
    assert tied_to("no_such", known) == []


def test_a_tie_says_what_days_show_and_when_they_are_too_few(house: Stage) -> None:
    (tie, *_) = seen(house).ties
    assert tie.days == 0 and "cannot be told yet" in tie.sentence
    assert "no more than chance" in replace(tie, days=28).sentence
    lines = [Line(each.kpi, each.title, each.level, each.unit, ()) for each in (tie.early, tie.late)]
    told = Tie(tie.early, tie.late, Link(lines[0], lines[1], 2, 0.6, 0.001, 54), 54)
    assert "2 days later (correlation +0.60 over 54 days)" in told.sentence


def test_the_page_shows_four_levels_and_says_what_is_missing(site: Site, house: Stage) -> None:
    page = site.client("noor").get("/charters/lost_parcels/stack").text
    for words in ("Business: what the company gets", "Model: how well", "the KPI of the charter", "cannot be told yet"):
        assert words in page
    assert "/cases?show=failed&amp;days=28&amp;procedure=late_or_lost_parcel" in page, "the cases behind its own number"
    assert '/cases?show=not_understood&amp;days=28"' in page
    assert "/charters/lost_parcels/stack" in site.client("noor").get("/charters/lost_parcels").text
    kpis = {name: kpi.model_copy(update={"moves": []}) for name, kpi in house.operation.kpis.items()}
    house.operation = house.operation.model_copy(update={"kpis": kpis})
    assert (
        "No KPI of this level leads to Time until a late or lost parcel"
        in site.client("noor").get("/charters/lost_parcels/stack").text
    )
    assert site.client("noor").get("/charters/no_such/stack").status_code == 404
