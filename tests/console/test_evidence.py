"""Evidence from the pages: taken by who may, with the key of their own page, as a zip that holds."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from aboveloop.app.evidence import verify
from aboveloop.app.rehearsal.stage import Stage
from api.open_house import ELIF, Site, tell


def send(site: Site, client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"form_key": site.form_key(client), **fields})


def checked(site: Site, answer: Any, folder: Path) -> Path:
    """The unpacked folder, which must hold."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip"), answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        packed.extractall(folder)
    (made,) = folder.iterdir()
    report = verify.verify(made, verify.parse_key(str(site.house.ledger.public_key)), None)
    assert report.wrong == []
    return made


def test_an_auditor_takes_the_evidence_of_a_case(site: Site, house: Stage, tmp_path: Path) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client("signe")
    assert "Make and download the evidence of this case" in client.get(f"/cases/{case.id}").text
    made = checked(site, send(site, client, f"/cases/{case.id}/evidence"), tmp_path / "zip")
    assert not (made / "openings.jsonl").exists()
    with house.database.read() as reader:
        (entry,) = house.ledger.find(reader, kind="EvidenceExported")
    assert (entry.actor, entry.body["personal"]) == ("person:signe", False)


@pytest.mark.parametrize("what", ["customer", "period"])
def test_the_audit_page_asks_what_it_is_about(site: Site, house: Stage, tmp_path: Path, what: str) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client("adaeze")
    day = {"since": "2026-03-01", "until": "2026-03-04"}
    fields = day if what == "period" else {"customer": case.customer_id}
    made = checked(site, send(site, client, "/audit/evidence", personal="yes", **fields), tmp_path / "zip")
    assert (made / "openings.jsonl").read_bytes()


@pytest.mark.parametrize(("who", "fields"), [("sanne", {}), ("priya", {}), ("signe", {"personal": "yes"})])
def test_whoever_may_not_gets_a_sentence_and_no_file(
    site: Site, house: Stage, who: str, fields: dict[str, str]
) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client(who)
    for path, more in ((f"/cases/{case.id}/evidence", {}), ("/audit/evidence", {"case": case.id})):
        answer = send(site, client, path, **fields, **more)
        assert answer.status_code == 403
        assert "may not" in answer.text
    with house.database.read() as reader:
        assert house.ledger.count(reader, kind="EvidenceExported") == 0
    assert "Open the personal fields" not in client.get("/audit").text


def test_only_a_form_of_the_own_page_takes_it_and_a_look_never_does(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client("signe")
    assert client.post(f"/cases/{case.id}/evidence", data={"form_key": "forged"}).status_code == 403
    assert client.get(f"/cases/{case.id}/evidence").status_code == 405
    assert site.client().post("/audit/evidence", data={"case": case.id}).status_code == 401


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"case": "case_none"}, 404),
        ({"case": "a/../" * 200}, 404),
        ({"customer": "cus_none"}, 404),
        ({"since": "2026-03-01"}, 400),
        ({"since": "2020-03-01", "until": "2020-03-02"}, 404),
        ({"since": "someday", "until": "2020-03-02"}, 400),
        ({"since": "0001-01-01", "until": "9999-12-31"}, 400),
    ],
)
def test_what_cannot_be_taken_is_said(site: Site, fields: dict[str, str], status: int) -> None:
    answer = send(site, site.client("signe"), "/audit/evidence", **fields)
    assert answer.status_code == status, answer.text


def test_the_api_answers_the_four_questions_in_one_call(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    told = site.program("signe").get(f"/api/v1/cases/{case.id}/decisions").json()
    (refund,) = [each for each in told["decisions"] if each["operation"] == "shop.refund_order"]
    questions = ("which_version_decided", "on_what_facts", "who_approved", "what_happened_after")
    assert all(refund[question]["sentence"].endswith(".") for question in questions)
    assert refund["accountable"]["person"] in {person.id for person in house.operation.about.people}
    assert site.client().get(f"/api/v1/cases/{case.id}/decisions").status_code == 401
    assert site.program("signe").get("/api/v1/cases/case_none/decisions").status_code == 404


def test_the_case_page_names_the_accountable_person(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    assert "Who is accountable" in site.client("sanne").get(f"/cases/{case.id}").text


def test_a_case_is_found_by_its_order_number_from_the_api_and_the_pages(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    tell(house, "anna", "I want to talk to a person")
    found = site.program("noor").get("/api/v1/cases", params={"about": "LK-100007"}).json()
    assert [each["id"] for each in found["cases"]] == [case.id]
    assert case.id in site.client("noor").get("/cases", params={"case": "LK-100007"}).text
    assert "No case matches" in site.client("noor").get("/cases", params={"case": "LK-999999"}).text
