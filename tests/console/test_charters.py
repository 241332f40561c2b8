"""The pages of charters: what is missing is told, what was frozen stands with its bounds, and only who may changes."""

from datetime import timedelta

from aboveloop.app.chartering.freezing import file_of
from aboveloop.app.portfolio.funnel import Step, portfolio
from aboveloop.app.rehearsal.stage import Stage
from api.open_house import Site, tell
from app.portfolio.earned import LATER, NAME, PROCEDURE, helpdesk, worked_beside

PAGE = f"/charters/{NAME}"
AFTER = {"since": "2027-01-04", "until": "2027-03-29", "history": "faster"}


def sent(site: Site, person: str, address: str, **fields: str) -> tuple[int, str]:
    client = site.client(person)
    answer = client.post(address, data={"form_key": site.form_key(client), **fields})
    return answer.status_code, answer.headers.get("location", "") or answer.text


def step_of(house: Stage) -> Step:
    with house.database.read() as reader:
        (pilot,) = portfolio(house, reader, house.clock.now()).pilots
    return pilot.step


def parcel(house: Stage) -> None:
    """A customer comes to the procedure that the charter is about."""
    assert tell(house, "anna", "My parcel never arrived.").procedure == PROCEDURE


def without_charters(house: Stage) -> None:
    house.operation = house.operation.model_copy(update={"charters": {}})


def test_without_a_charter_the_page_says_how_to_begin(site: Site, house: Stage) -> None:
    without_charters(house)
    page = site.client("noor").get("/charters").text
    assert "There is no charter yet" in page and "aboveloop charter new" in page
    assert site.client("noor").get(PAGE).status_code == 404
    assert "No charter is about a procedure yet" in site.client("noor").get("/stages").text


def test_the_one_focus_stands_first_and_what_is_missing_is_told(site: Site, house: Stage) -> None:
    assert "serves customers already" not in site.client("annelies").get("/charters").text, "a stage serves nobody"
    parcel(house)
    page = site.client("annelies").get("/charters").text
    assert 'The one focus is <a href="/charters/lost_parcels">' in page
    assert "It serves customers already, and its value cannot be shown" in page
    told = site.client("annelies").get(PAGE).text
    assert "is not frozen" in told and "The before is not frozen" in told
    assert "Count and freeze the before" not in told, "the sponsor only looks"
    assert step_of(house) is Step.IDEA


def test_a_second_pilot_is_beyond_the_limit(site: Site, house: Stage) -> None:
    first = house.operation.charters[NAME]
    both = {"second": first.model_copy(update={"charter": "second"}), NAME: first}
    house.operation = house.operation.model_copy(update={"charters": both})
    assert 'One pilot at a time. Beyond the limit: <a href="/charters/lost_parcels">' in (
        site.client("noor").get("/charters").text
    )


def test_the_before_is_frozen_from_the_page_by_who_may(site: Site, house: Stage) -> None:
    assert sent(site, "noor", f"{PAGE}/freeze")[0] == 404, "there is no history to count it from"
    helpdesk(house)
    assert sent(site, "annelies", f"{PAGE}/freeze")[0] == 403
    assert sent(site, "yuki", f"{PAGE}/freeze") == (303, f"{PAGE}?notice=frozen#baseline")
    page = site.client("annelies").get(PAGE).text
    assert "<strong>40.0 h</strong>" in page and "168 cases" in page and "signature holds" in page
    assert sent(site, "yuki", f"{PAGE}/freeze")[0] == 409, "once, unless a reason is given"
    assert sent(site, "yuki", f"{PAGE}/freeze", because="The history was imported anew.")[0] == 303
    file_of(house, NAME).write_text("something else")
    changed = site.client("annelies").get(PAGE).text
    assert "signature holds" not in changed and "did not sign" in changed


def test_what_works_stands_apart_from_what_moved(site: Site, house: Stage) -> None:
    helpdesk(house)
    helpdesk(house, "faster", began=LATER, hours=5)
    sent(site, "yuki", f"{PAGE}/freeze")
    client = site.client("annelies")
    before = client.get(PAGE).text
    assert before.index("The technology works") < before.index("The business metric moved")
    assert "Nobody can say yet whether it moved" in before
    assert 'value="2026-03-30"' in before and 'value="2026-06-22"' in before, "as many days, from the same weekday"
    after = client.get(PAGE, params=AFTER).text
    assert "The business metric moved by −50.0%, as was agreed" in after and "−20.0 h" in after
    assert "The before was counted in helpdesk and the after in faster." in after
    assert "Keep this report" not in after
    empty = client.get(PAGE, params={**AFTER, "history": "helpdesk"})
    assert empty.status_code == 200 and "No case of helpdesk counts" in empty.text
    assert client.get(PAGE, params={**AFTER, "since": "soon"}).status_code == 422


def test_only_a_kept_report_proves_the_value(site: Site, house: Stage) -> None:
    helpdesk(house)
    sent(site, "yuki", f"{PAGE}/freeze")
    assert step_of(house) is Step.CHARTERED, "a stage alone serves nobody"
    parcel(house)
    assert step_of(house) is Step.PRODUCTION
    helpdesk(house, "same", began=LATER)
    helpdesk(house, "faster", began=LATER, hours=5)
    assert sent(site, "annelies", f"{PAGE}/report", **AFTER)[0] == 403
    assert sent(site, "yuki", f"{PAGE}/report", **{**AFTER, "since": "soon"})[0] == 400
    assert sent(site, "yuki", f"{PAGE}/report", **{**AFTER, "history": "same"})[0] == 303
    assert step_of(house) is Step.PRODUCTION
    assert "not moved beyond chance" in site.client("annelies").get(PAGE).text
    assert sent(site, "yuki", f"{PAGE}/report", **AFTER) == (303, f"{PAGE}?notice=report_kept#kept")
    assert step_of(house) is Step.PROVEN
    for page in (PAGE, "/charters"):
        assert "04 Jan 2027 to 28 Mar 2027, faster" in site.client("annelies").get(page).text
    sent(site, "yuki", f"{PAGE}/freeze", because="Anew.")
    assert step_of(house) is Step.PRODUCTION, "it was held against another baseline"


def test_what_moves_without_a_worker_is_no_value_of_it(site: Site, house: Stage) -> None:
    helpdesk(house)
    helpdesk(house, "faster", began=LATER, hours=5)
    sent(site, "yuki", f"{PAGE}/freeze")
    sent(site, "noor", "/stages/late_or_lost_parcel/fall-back", stage="shadow", because="It begins anew.")
    sent(site, "yuki", f"{PAGE}/report", **AFTER)
    assert "moved, and no worker served" in site.client("annelies").get("/charters").text
    assert "whatever moved, moved without one" in site.client("annelies").get(PAGE, params=AFTER).text
    assert step_of(house) is Step.CHARTERED


def test_a_pilot_that_takes_long_and_a_day_that_passed_are_told(site: Site, house: Stage) -> None:
    helpdesk(house)
    sent(site, "yuki", f"{PAGE}/freeze")
    sent(site, "noor", "/stages/late_or_lost_parcel/fall-back", stage="shadow", because="It begins anew.")
    assert step_of(house) is Step.CHARTERED
    worked_beside(house)
    assert step_of(house) is Step.SHADOW
    assert "It has been a pilot" not in site.client("noor").get("/charters").text
    house.clock.advance(timedelta(days=91))
    assert "It has been a pilot for 91 days" in site.client("noor").get("/charters").text
    house.clock.advance(timedelta(days=300))
    assert "Success was agreed for 31 Dec 2026" in site.client("noor").get(PAGE).text


def test_what_people_keep_is_a_good_end(site: Site, house: Stage) -> None:
    kept = house.operation.charters[NAME].model_copy(update={"state": "kept_human"})
    house.operation = house.operation.model_copy(update={"charters": {NAME: kept}})
    page = site.client("noor").get("/charters").text
    assert "1 stays with people, which is a good end too" in page and "No charter is the focus now" in page
    assert "a good end of a screening" in site.client("noor").get(PAGE).text


def test_a_charter_about_cost_alone_and_one_of_a_models_measure_are_marked(site: Site, house: Stage) -> None:
    changed = house.operation.charters[NAME].model_copy(
        update={"buckets": ["cost"], "guards": [], "kpi": "not_understood"}
    )
    house.operation = house.operation.model_copy(update={"charters": {NAME: changed}})
    page = site.client("noor").get(PAGE).text
    assert "cost alone: a short relief" in page and "name a guard of experience or risk" in page
    assert "own measure" in page and "name a KPI of the business" in page


def test_by_what_a_pilot_would_fail_stands_on_its_page(site: Site, house: Stage) -> None:
    page = site.client("annelies").get(PAGE).text
    assert "It was never worked beside people on their own cases." in page and "cannot be told yet" in page
    worked_beside(house)
    assert "never worked beside people" not in site.client("annelies").get(PAGE).text
