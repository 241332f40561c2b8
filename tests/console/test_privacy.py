"""The page of privacy: what must be answered is seen, and each answer is given by who may."""

import io
import json
import zipfile

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.journey.cases import Case
from aboveloop.work.privacy import consents, holds, requests
from api.open_house import ELIF, Site, tell


@pytest.fixture
def case(house: Stage) -> Case:
    return tell(house, ELIF[1], *ELIF[:4], "49 EUR", "yes please")


class Visitor:
    def __init__(self, site: Site, person: str) -> None:
        self.client = site.client(person)
        self._key = site.form_key(self.client)

    def post(self, path: str, **fields: str):  # type: ignore[no-untyped-def]
        return self.client.post(f"/privacy{path}", data={"form_key": self._key, **fields})

    def consent(self, **fields: str):  # type: ignore[no-untyped-def]
        return self.client.post("/consents", data={"form_key": self._key, **fields}, follow_redirects=False)

    def page(self, query: str = "") -> str:
        return self.client.get(f"/privacy{query}").text


def still_open(house: Stage) -> list[requests.Request]:
    with house.database.read() as reader:
        return requests.still_open(reader)


def ask(visitor: Visitor, case: Case, kind: str) -> None:
    answer = visitor.post("/requests", kind=kind, customer=case.customer_id, asked_by="herself, by e-mail")
    assert answer.status_code == 303


def test_a_young_house_has_nothing_to_answer(site: Site) -> None:
    page = Visitor(site, "adaeze").page()

    for words in ("Nobody waits for an answer", "Nothing is held", "No outside model has been asked", "730 days"):
        assert words in page


def test_a_request_is_seen_with_its_day_and_answered_with_everything(site: Site, house: Stage, case: Case) -> None:
    adaeze = Visitor(site, "adaeze")
    ask(adaeze, case, "access")
    assert "2 Apr 2026" in adaeze.page()
    (request,) = still_open(house)
    answer = adaeze.post(f"/requests/{request.id}/access")

    assert answer.headers["content-type"] == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    (name,) = [each for each in packed.namelist() if each.endswith("everything.json")]
    told = json.loads(packed.read(name))
    assert told["customer"] == case.customer_id
    assert still_open(house) == []
    assert adaeze.post(f"/requests/{request.id}/access").status_code == 400, "once"


def test_erasing_asks_for_the_word_and_stops_at_a_hold(site: Site, house: Stage, case: Case) -> None:
    adaeze = Visitor(site, "adaeze")
    ask(adaeze, case, "erasure")
    (request,) = still_open(house)
    adaeze.post("/holds", scope="case", subject=case.id, because="claim")
    assert adaeze.post(f"/requests/{request.id}/erase", sure="yes").status_code == 400
    held = adaeze.post(f"/requests/{request.id}/erase", sure="erase")
    assert held.status_code == 409
    assert "claim" in held.text
    with house.database.read() as reader:
        (hold,) = holds.standing(reader)
    assert adaeze.post(f"/holds/{hold.id}/release", because="settled").status_code == 303
    assert adaeze.post(f"/requests/{request.id}/erase", sure="erase").status_code == 303
    assert still_open(house) == []
    assert "elif@customers.example" not in adaeze.client.get(f"/cases/{case.id}").text


def test_a_request_is_refused_with_a_reason(site: Site, house: Stage, case: Case) -> None:
    adaeze = Visitor(site, "adaeze")
    ask(adaeze, case, "erasure")
    (request,) = still_open(house)
    assert adaeze.post(f"/requests/{request.id}/refuse", because=" ").status_code == 400
    assert adaeze.post(f"/requests/{request.id}/refuse", because="Not she.").status_code == 303
    assert "Not she." in adaeze.page()


def test_who_may_only_audit_sees_it_and_changes_nothing(site: Site, house: Stage, case: Case) -> None:
    adaeze, signe = Visitor(site, "adaeze"), Visitor(site, "signe")
    ask(adaeze, case, "erasure")
    (request,) = still_open(house)
    page = signe.page()
    assert case.customer_id in page
    assert "Erase this person" not in page
    fields = {"kind": "access", "customer": case.customer_id, "asked_by": "x", "because": "x", "sure": "erase"}
    for path in ("/requests", f"/requests/{request.id}/erase", f"/requests/{request.id}/refuse"):
        assert signe.post(path, **fields).status_code == 403, path
    assert signe.post("/holds", scope="case", subject=case.id, because="x").status_code == 403
    assert [each.id for each in still_open(house)] == [request.id]


def test_a_form_from_elsewhere_is_refused(site: Site, case: Case) -> None:
    answer = site.client("adaeze").post("/privacy/holds", data={"scope": "case", "subject": case.id, "because": "x"})

    assert answer.status_code == 403


def test_what_a_customer_agreed_to_is_shown_for_one_who_exists(site: Site, case: Case) -> None:
    adaeze = Visitor(site, "adaeze")

    assert "never asked" in adaeze.page(f"?customer={case.customer_id}")
    assert "There is no customer" in adaeze.page("?customer=cus_%3Cb%3E")
    assert "<b>" not in adaeze.page("?customer=cus_%3Cb%3E").partition("<main")[2]


def test_what_a_customer_says_about_it_is_written_down_beside_the_case(site: Site, house: Stage, case: Case) -> None:
    sanne, said = (
        Visitor(site, "sanne"),
        {"customer": case.customer_id, "purpose": "personalisation", "channel": "phone"},
    )
    answer = sanne.consent(**said, given="yes", case=case.id)
    assert answer.headers["location"] == f"/cases/{case.id}?notice=consent_said"
    assert "Sanne Wolters, phone" in sanne.client.get(f"/cases/{case.id}").text
    with house.database.read() as reader:
        assert consents.may_personalise(reader, case.customer_id)
    sanne.consent(**said, given="no", case=case.id)
    with house.database.read() as reader:
        assert not consents.may_personalise(reader, case.customer_id)
    elsewhere = sanne.consent(**said, case="//evil.example")
    assert elsewhere.headers["location"] == f"/privacy?customer={case.customer_id}&notice=consent_said"


@pytest.mark.parametrize("change", [{"purpose": "everything"}, {"channel": " "}, {"customer": "cus_nobody"}])
def test_a_consent_that_cannot_be_is_not_written_down(
    site: Site, house: Stage, case: Case, change: dict[str, str]
) -> None:
    fields = {"customer": case.customer_id, "purpose": "personalisation", "channel": "phone", "given": "yes", **change}
    assert Visitor(site, "tomasz").consent(**fields).status_code in (400, 404)
    with house.database.read() as reader:
        assert consents.history(reader, case.customer_id) == []


def test_who_may_not_reply_writes_no_consent_down(site: Site, house: Stage, case: Case) -> None:
    signe = Visitor(site, "signe")
    said = {"customer": case.customer_id, "purpose": "personalisation", "channel": "phone", "given": "yes"}
    assert signe.consent(**said).status_code == 403
    assert "Write down what they say" not in signe.page(f"?customer={case.customer_id}")
    with house.database.read() as reader:
        assert not consents.may_personalise(reader, case.customer_id)
