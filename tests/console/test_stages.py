"""The page of stages: what the next one asks is told in numbers, and it opens to who may, when all is shown."""

from aboveloop.app.chartering.freezing import freeze
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern import stages
from aboveloop.govern.lanes import Stage as Level
from aboveloop.govern.people import person_of
from api.open_house import Site
from app.portfolio.earned import NAME, PROCEDURE, helpdesk, worked_beside

ROW = f"/stages/{PROCEDURE}"


def sent(site: Site, person: str, address: str, **fields: str) -> tuple[int, str]:
    client = site.client(person)
    answer = client.post(address, data={"form_key": site.form_key(client), **fields})
    return answer.status_code, answer.headers.get("location", "") or answer.text


def stage_of(house: Stage) -> Level:
    with house.database.read() as reader:
        return stages.effective(reader, house.operation, PROCEDURE, of_house=house.house.stage)


def in_shadow(site: Site) -> None:
    assert sent(site, "mateo", f"{ROW}/fall-back", stage="shadow", because="It begins.")[0] == 303


def test_what_is_missing_is_told_with_its_numbers_and_the_way_to_the_evidence(site: Site, house: Stage) -> None:
    in_shadow(site)
    page = site.client("annelies").get("/stages").text
    assert (
        "0 of 50 cases." in page
        and "No case yet, so harm may be anything, and 6.0% is allowed." in page
        and "is not frozen" in page
    )
    assert "Nothing was worked beside people yet" in page
    assert "Let it into" not in page and "Bring it back" not in page, "the sponsor only looks"
    assert "Let it into" not in site.client("noor").get("/stages").text, "not before it is earned"
    worked_beside(house)
    assert "80 of 50 cases." in site.client("annelies").get("/stages").text


def test_an_earned_stage_is_opened_by_who_may_and_looked(site: Site, house: Stage) -> None:
    in_shadow(site)
    helpdesk(house)
    freeze(house, NAME, by=person_of(house.operation, "tomasz"))
    status, said = sent(site, "noor", f"{ROW}/promote", stage="assist", because="Now.", looked="yes")
    assert status == 409 and "0 of 50 cases" in said
    worked_beside(house)
    page = site.client("noor").get("/stages").text
    assert "Everything is shown: a person decides." in page and "Let it into assist" in page
    assert sent(site, "yuki", f"{ROW}/promote", stage="assist", because="Now.", looked="yes")[0] == 403
    assert sent(site, "noor", f"{ROW}/promote", stage="assist", because="Now.")[0] == 400, "without having looked"
    assert sent(site, "noor", f"{ROW}/promote", stage="assist", looked="yes")[0] == 400, "without a reason"
    assert sent(site, "noor", f"{ROW}/promote", stage="free", because="Now.", looked="yes")[0] == 400
    assert stage_of(house) is Level.SHADOW
    done = sent(site, "noor", f"{ROW}/promote", stage="assist", because="Agreed today.", looked="yes")
    assert done == (303, "/stages?notice=stage_set") and stage_of(house) is Level.ASSIST
    shown = site.client("noor").get("/stages").text
    assert "Set to assist by Noor Haddad" in shown and "Agreed today." in shown


def test_cases_in_which_they_differ_keep_the_gate_shut(site: Site, house: Stage) -> None:
    in_shadow(site)
    worked_beside(house, differing=40)
    assert "40 of 80 went as people did" in site.client("noor").get("/stages").text


def test_who_may_pause_brings_back_but_makes_nothing_freer(site: Site, house: Stage) -> None:
    assert sent(site, "annelies", f"{ROW}/fall-back", stage="assist", because="Odd.")[0] == 403
    assert sent(site, "mateo", f"{ROW}/fall-back", stage="assist", because="Odd.")[0] == 303
    assert stage_of(house) is Level.ASSIST
    assert sent(site, "mateo", "/stages/stock_check/fall-back", stage="autonomous", because="Odd.")[0] == 403
    assert sent(site, "mateo", "/stages/none/fall-back", stage="shadow", because="Odd.")[0] == 400


def test_what_never_changed_the_live_system_is_for_the_sandbox_only(site: Site, house: Stage) -> None:
    client = site.client("noor")
    page = client.get("/stages").text
    assert "sandbox only" in page and "reads only" in page and "verified live" not in page
    assert "No write of it (" in page and "<code>" in page
    assert sent(site, "mateo", f"{ROW}/fall-back", stage="assist", because="It begins.")[0] == 303
    page = client.get("/stages").text
    assert '<th scope="row">Live write</th>' in page and "Until one is, nothing beyond assist is let in" in page
    status, said = sent(site, "noor", f"{ROW}/promote", stage="supervised", because="Now.", looked="yes")
    assert status == 409 and "Live write" in said
    assert "sandbox only" in client.get("/charters").text and "sandbox only" in client.get(f"/charters/{NAME}").text
