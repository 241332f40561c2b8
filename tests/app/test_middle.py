"""The signs of a middle state: seen where they are, not seen where weeks differ by chance, silent where too few."""

from datetime import timedelta

import numpy as np
import pytest

from aboveloop.app.organisation.middle import Health, examine_model, steady
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.measure.counting import share
from api.open_house import Site, tell


def seen(house: Stage) -> Health:
    with house.database.read() as reader:
        return examine_model(house, reader, house.clock.now())


def test_the_sample_company_is_whole(house: Stage) -> None:
    found = seen(house)
    assert not found.drifts and found.signs[0].value == 1
    assert {each.procedure for each in found.workers} == set(house.operation.procedures)
    assert found.as_json()["workers"][0].keys() >= {"governance", "instrumentation", "ownership", "missing"}


def test_a_procedure_that_nobody_owns_warns(house: Stage) -> None:
    changed = house.operation.procedures["exchange"].model_copy(update={"owner": None})
    procedures = {**house.operation.procedures, "exchange": changed}
    house.operation = house.operation.model_copy(update={"procedures": procedures})
    found = seen(house)
    assert found.drifts and found.signs[0].warns
    (worker,) = [each for each in found.workers if each.procedure == "exchange"]
    assert any(item.asks == "Somebody owns it." for item in worker.missing)


def test_a_hand_over_that_nobody_takes_within_a_day_warns(house: Stage) -> None:
    tell(house, "anna", "I want to talk to a person")
    assert seen(house).signs[1].value is None and "newer ones may yet be taken" in seen(house).signs[1].sentence
    house.advance(timedelta(days=2))
    sign = seen(house).signs[1]
    assert (sign.value, sign.warns) == (0, True)


@pytest.mark.parametrize(("shares", "warns"), [((0.7,) * 8, False), ((0.9,) * 4 + (0.5,) * 4, True)])
def test_weeks_that_differ_by_chance_do_not_warn(shares: tuple[float, ...], warns: bool) -> None:
    generator = np.random.default_rng(8)
    weeks = [share(int(generator.binomial(200, each)), 200) for each in shares]
    assert steady(weeks).warns is warns


def test_few_weeks_few_cases_and_equal_ends_say_nothing() -> None:
    assert steady([]).value is None
    assert steady([share(5, 10)] * 8).value is None
    assert not steady([share(30, 30)] * 8).warns


def test_the_page_names_what_is_missing(site: Site, house: Stage) -> None:
    page = site.client("noor").get("/organisation/completeness").text
    for procedure in house.operation.procedures.values():
        assert procedure.title in page
    assert "No sign of a middle state" in page and "<meter" in page
    assert site.client().get("/organisation/completeness").status_code == 303
