"""What a message was about is said on the page of its case, by who may and by nobody else."""

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.teaching.corrections import CORRECTED, standing
from api.open_house import ELIF, Site, tell


def corrections(house: Stage) -> list[tuple[str, str]]:
    with house.database.read() as reader:
        return [(each.by, each.intent) for each in standing(reader, house.ledger)]


def message_id(site: Site, case: str) -> str:
    page = site.client("yuki").get(f"/cases/{case}").text
    return page.partition('name="message" value="')[2].partition('"')[0]


def test_the_page_of_a_case_shows_what_was_understood_and_takes_a_correction(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF[:1])
    client = site.client("yuki")
    page = client.get(f"/cases/{case.id}").text
    assert "What was understood" in page and "Say what it was about" in page
    fields = {"message": message_id(site, case.id), "intent": "late_or_lost_parcel", "form_key": site.form_key(client)}
    answer = client.post(f"/cases/{case.id}/readings", data=fields)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case.id}?notice=corrected")
    assert corrections(house) == [("person:yuki", "late_or_lost_parcel")]
    assert "it was about late or lost parcel" in client.get(f"/cases/{case.id}").text


def test_a_clerk_who_has_not_handled_the_case_is_not_asked_and_refused(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF[:1])
    client = site.client("sanne")
    assert "Say what it was about" not in client.get(f"/cases/{case.id}").text
    fields = {"message": "1", "intent": "late_or_lost_parcel", "form_key": site.form_key(client)}
    assert client.post(f"/cases/{case.id}/readings", data=fields).status_code == 403
    assert corrections(house) == []


@pytest.mark.parametrize("person", ["annelies", "kofi"])
def test_who_may_not_read_what_customers_said_is_refused(site: Site, house: Stage, person: str) -> None:
    case = tell(house, "elif", *ELIF[:1])
    client = site.client(person)
    fields = {"message": "1", "intent": "late_or_lost_parcel", "form_key": site.form_key(client)}
    assert client.post(f"/cases/{case.id}/readings", data=fields).status_code == 403
    program = site.program(person).post(
        f"/api/v1/cases/{case.id}/messages/1/reading", json={"intent": "late_or_lost_parcel"}
    )
    assert program.status_code == 403
    assert corrections(house) == []


def test_a_program_of_a_designer_corrects_over_the_api(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF[:1])
    program = site.program("yuki")
    answer = program.post(f"/api/v1/cases/{case.id}/messages/1/reading", json={"intent": "late_or_lost_parcel"})

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["intent"], found["was_right"], found["by"]) == ("late_or_lost_parcel", False, "person:yuki")
    with house.database.read() as reader:
        assert house.ledger.count(reader, kind=CORRECTED) == 1
    unknown = program.post(f"/api/v1/cases/{case.id}/messages/1/reading", json={"intent": "repair"})
    assert unknown.status_code == 400 and "no intent 'repair'" in unknown.json()["error"]["message"]
    assert program.post(f"/api/v1/cases/{case.id}/messages/9/reading", json={"intent": "greeting"}).status_code == 404
