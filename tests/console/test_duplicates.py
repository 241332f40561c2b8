"""Customers found twice: compared, seen side by side, merged by who may, and never a way into another's data."""

import json
from pathlib import Path
from typing import Any

import pytest

from aboveloop.app import duplicates
from aboveloop.app.duplicates import Sources
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.main import main
from aboveloop.journey.cases import Case, messages_of
from aboveloop.journey.matching import joins
from aboveloop.work.erase import erase
from api.open_house import ELIF, Site, house, operation, site, template, understands

__all__ = ["house", "operation", "site", "template", "understands"]


def mail(house: Stage, address: str, *texts: str) -> Case:
    message = ""
    for text in texts:
        message = house.hear("email", address, text)
    return house.case_of(message)


def twice(house: Stage) -> tuple[Case, Case]:
    """Elif, who has proved who she is, and somebody who writes from an address that is hers but for its tag."""
    return mail(house, "elif@customers.example", *ELIF), mail(house, "Elif+shop@customers.example", "Hello")


def said_to(house: Stage, case: Case) -> str:
    with house.database.read() as reader:
        return " ".join(each.text for each in messages_of(reader, case.id) if each.direction == "out")


def test_a_person_compares_looks_and_merges_and_takes_it_back(house: Stage, site: Site) -> None:
    elif_, other = twice(house)
    browser = site.client("sanne")
    key = {"form_key": site.form_key(browser)}
    assert "Nobody has compared" in browser.get("/customers/duplicates").text
    assert browser.post("/customers/duplicates", data=key).status_code == 303
    listed = browser.get("/customers/duplicates").text
    assert elif_.customer_id in listed and other.customer_id in listed and "elif@" not in listed.lower()
    address = f"/customers/{other.customer_id}/same"
    page = browser.get(address).text
    assert "elif@customers.example" in page and "elif+shop@customers.example" in page.lower()
    form = key | {"other": elif_.customer_id, "because": "She told us"}
    assert browser.post(address, data=form).headers["location"].endswith("notice=joined")
    page = browser.get(address).text
    assert "Sanne Wolters merged them" in page and "She told us" in page
    timeline = browser.get(f"/customers/{other.customer_id}").text
    assert "Merged by people with" in timeline and "My boots LK-100007" in timeline
    assert "merged" in browser.get("/customers/duplicates").text
    another = f"/customers/{other.customer_id}/another"
    assert browser.post(another, data=form | {"because": "Her sister"}).headers["location"].endswith("notice=parted")
    assert "LK-100007" not in browser.get(f"/customers/{other.customer_id}").text


def test_who_writes_from_a_merged_record_is_told_nothing_of_the_other(house: Stage, site: Site) -> None:
    elif_, other = twice(house)
    now = house.clock.now()
    with house.database.write() as tx:
        pair = (elif_.customer_id, other.customer_id)
        joins.join(tx, house.ledger, pair, because="They look alike", actor="person:sanne", now=now)
    after = mail(
        house,
        "Elif+shop@customers.example",
        "What is with my boots?",
        "Where is my order?",
        "What did I order last, and where do you send it?",
        "yes please",
    )
    assert after.customer_id == other.customer_id and after.id != elif_.id
    assert after.verified_as is None and after.verified_contact is None
    told = said_to(house, after)
    assert told, "something was answered"
    with house.database.read() as reader:
        held = house.ledger.entries(reader, elif_.id)
    for private in ("LK-100007", "10437", "50.01", "the sole"):
        assert private not in told
    assert house.case_of(mail_id(house, elif_)).verified_as == elif_.verified_as
    assert not any(entry.kind == "ActionConfirmed" and entry.at > now for entry in held), "a yes of hers is hers alone"


def mail_id(house: Stage, case: Case) -> str:
    with house.database.read() as reader:
        return messages_of(reader, case.id)[0].id


@pytest.mark.parametrize("who", ["annelies", "signe", "kofi", "adaeze"])
def test_who_may_not_take_cases_over_merges_nothing(house: Stage, site: Site, who: str) -> None:
    elif_, other = twice(house)
    browser = site.client(who)
    form = {"form_key": site.form_key(browser), "other": other.customer_id, "because": "x"}
    for what in ("same", "another"):
        assert browser.post(f"/customers/{elif_.customer_id}/{what}", data=form).status_code == 403
    with house.database.read() as reader:
        assert joins.joined(reader, elif_.customer_id) == []


def test_erasing_somebody_takes_the_reason_with_them(house: Stage) -> None:
    elif_, other = twice(house)
    with house.database.write() as tx:
        pair = (elif_.customer_id, other.customer_id)
        joins.join(tx, house.ledger, pair, because="Elif Yilmaz", actor="person:sanne", now=house.clock.now())
    with house.database.write() as tx:
        erased = erase(house.house, tx, other.customer_id, actor="person:adaeze")
    assert erased == [other.customer_id], "a merge by people erases nobody else"
    with house.database.read() as reader:
        (held,) = joins.joined(reader, elif_.customer_id)
    assert held.because == "(erased)"


def test_histories_and_lists_are_compared_too_and_nothing_personal_is_told(house: Stage, tmp_path: Path) -> None:
    twice(house)
    path = tmp_path / "crm.csv"
    path.write_text(
        "id,name,email,phone,address\n"
        "1,Jan de Vries,jan@mail.example,020 1234567,Laan 3 Gouda\n"
        "2,Jan de Vries,JAN+x@mail.example,+31 20 1234567,\n"
        "3,Elif Aydin,elif@customers.example,,\n",
        encoding="utf-8",
    )
    seen = duplicates.look(house, Sources(listed=path))
    pairs = {frozenset((each["one"], each["other"])): each for each in seen.pairs}
    assert pairs[frozenset(("crm/1", "crm/2"))]["standing"] == "certain"
    assert seen.records["crm"] == 3 and len(pairs) >= 3
    text = json.dumps(seen.as_json())
    assert "mail.example" not in text and "Vries" not in text and "1234567" not in text


def test_the_commands_find_merge_and_part(house: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elif_, other = twice(house)
    home = house.settings.home
    house.close()

    def call(*words: str) -> tuple[int, dict[str, Any]]:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--home", str(home), "--json"])
        return int(ended.value.code or 0), json.loads(capsys.readouterr().out)

    status, seen = call("customers", "duplicates")
    assert status == 0 and seen["found"] == len(seen["pairs"]) == 1
    pair = (elif_.customer_id, other.customer_id)
    assert call("customers", "merge", *pair, "--because", "Same", "--as", "kofi")[0] == 1
    assert call("customers", "merge", *pair, "--because", "Same", "--as", "sanne")[0] == 0
    assert call("customers", "merge", *pair, "--because", "Same", "--as", "sanne")[0] == 1
    assert call("customers", "unmerge", *pair, "--because", "Two", "--as", "sanne")[0] == 0
    assert call("customers", "unmerge", *pair, "--because", "Two", "--as", "sanne")[0] == 1


def test_customers_found_twice_are_reached_from_the_cases(site: Site) -> None:
    page = site.client("sanne").get("/cases").text
    assert '<a href="/customers/duplicates">' in page
    assert site.client("sanne").get("/customers/duplicates").status_code == 200
