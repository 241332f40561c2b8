"""Every look at what is personal stands in the ledger: once for each person, case and hour, through every door."""

from datetime import timedelta

import pytest

from aboveloop.app.looking import looks
from aboveloop.app.looking.looks import Looker
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.ledger.entries import Entry
from api.open_house import ELIF, Site, house, operation, site, tell, template, understands, waiting

__all__ = ["house", "operation", "site", "template", "understands"]


def written(house: Stage) -> list[Entry]:
    with house.database.read() as reader:
        return list(house.ledger.find(reader, kind="PersonalDataRead"))


def shown(house: Stage) -> list[tuple[str, str, str]]:
    return [(entry.actor, entry.body["what"], entry.body["through"]) for entry in written(house)]


def test_a_page_that_keeps_itself_fresh_is_one_look_an_hour(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client("sanne")
    for _ in range(3):
        assert client.get(f"/cases/{case.id}").status_code == 200
    (entry,) = written(house)
    assert (entry.actor, entry.case_id, entry.body) == ("person:sanne", case.id, {"through": "console", "what": "case"})
    house.clock.advance(timedelta(hours=1))
    client.get(f"/cases/{case.id}")
    assert len(written(house)) == 2


def test_each_person_and_each_case_is_a_look_of_its_own(site: Site, house: Stage) -> None:
    first, second = tell(house, "elif", *ELIF), tell(house, "anna", "I want to talk to a person")
    for person in ("sanne", "priya"):
        for case in (first, second):
            site.client(person).get(f"/cases/{case.id}")
    assert {(entry.actor, entry.case_id) for entry in written(house)} == {
        (f"person:{person}", case.id) for person in ("sanne", "priya") for case in (first, second)
    }


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("/approvals", "approval"),
        ("/approvals/{approval}", "approval"),
        ("/api/v1/approvals", "approval"),
        ("/api/v1/approvals/{approval}", "approval"),
        ("/api/v1/queue", "approval"),
        ("/api/v1/cases/{case}/account", "case"),
        ("/api/v1/cases/{case}/decisions", "case"),
    ],
)
def test_every_address_that_shows_what_is_personal_is_written_down(
    site: Site, house: Stage, address: str, what: str
) -> None:
    case = tell(house, "elif", *ELIF)
    answer = site.client("noor").get(address.format(case=case.id, approval=waiting(house).id))
    assert answer.status_code == 200, answer.text
    through = "api" if address.startswith("/api") else "console"
    assert shown(house) == [("person:noor", what, through)]


@pytest.mark.parametrize("address", ["/cases", "/policy", "/switches", "/api/v1/cases", "/api/v1/cases/{case}"])
def test_what_shows_nothing_personal_is_no_look(site: Site, house: Stage, address: str) -> None:
    case = tell(house, "elif", *ELIF)
    assert site.client("noor").get(address.format(case=case.id)).status_code == 200
    assert written(house) == []


def test_who_may_not_read_it_has_not_looked(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    assert site.client("annelies").get(f"/cases/{case.id}").status_code == 200
    assert site.client("kofi").get(f"/api/v1/cases/{case.id}/account").status_code == 403
    assert site.client("noor").get("/cases/case_none").status_code == 404
    assert written(house) == []


def test_the_case_says_who_looked_and_so_does_the_auditors_page(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    site.client("sanne").get(f"/cases/{case.id}")
    page = site.client("signe").get(f"/cases/{case.id}").text
    assert "Who looked at this case" in page and page.count("Sanne Wolters") >= 1
    auditor = site.client("signe")
    every = auditor.get("/audit/looks").text
    assert "2 looks" in every and "Sanne Wolters" in every and "Signe Dahlgaard" in every
    assert "1 look<" in auditor.get("/audit/looks?who=person:sanne").text
    assert "Nobody looked who matches" in auditor.get("/audit/looks?case=case_none").text


@pytest.mark.parametrize("person", ["sanne", "priya", "kofi", "annelies"])
def test_who_looked_is_for_auditors(site: Site, person: str) -> None:
    assert site.client(person).get("/audit/looks").status_code == 403


def test_who_commands_the_machine_is_named_by_its_account(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    assert looks.note(house, Looker("house", "command line", "root"), {case.id: case.customer_id}, "case") == 1
    (entry,) = written(house)
    assert (entry.actor, entry.body["account"]) == ("house", "root")
    with house.database.read() as reader:
        assert [each.who for each in looks.looks(reader, who="account:root")] == ["account:root"]
        assert looks.looks(reader, who="person:priya") == []
        assert looks.count(reader, case=case.id) == 1


def test_looking_at_nothing_writes_nothing(house: Stage) -> None:
    assert looks.note(house, Looker("person:priya", "console"), {}, "approval") == 0
    assert written(house) == []


def test_after_looks_the_ledger_still_holds(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    site.client("sanne").get(f"/cases/{case.id}")
    with house.database.read() as reader:
        assert house.ledger.verify(reader).ok
