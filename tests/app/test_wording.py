"""A model's wording of a summary is shown only where every number, id, date and name in it stands in the exact one."""

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.summaries.gathered import summary
from aboveloop.app.summaries.wording import word, worded
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import person_of
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.ledger.entries import Entry
from aboveloop.work.summaries.wording_check import unsupported
from api.open_house import ELIF, Site, tell
from work.privacy.vendor import vendor

EXACT = (
    "The customer wants: Something arrived damaged (62 % sure). Refund 1,250.01 EUR for order LK-100007 waits for "
    "Priya Raman, until 2026-03-03 10:00. email: elif@customers.example."
)


@pytest.mark.parametrize(
    "wording",
    [
        "The customer wants a refund of 1.250,01 EUR for LK-100007. It waits for Priya Raman until 2026-03-03 10:00.",
        "something arrived damaged; the refund waits. Nothing else is said.",
        "",
    ],
)
def test_what_stands_in_the_summary_may_be_said_in_other_words(wording: str) -> None:
    assert unsupported(wording, EXACT) == []


@pytest.mark.parametrize(
    ("wording", "new"),
    [
        ("Refund 1,250.10 EUR.", "1,250.10"),
        ("It is about LK-100008.", "LK-100008"),
        ("It waits until 2026-03-04.", "2026-03-04"),
        ("It waits for Noor Haddad.", "Noor"),
        ("Sanne has it.", "Sanne"),
        ("It waits until 2026-03-10.", "2026-03-10"),
        ("At 0:00 it is over.", "0:00"),
        ("It is about K-100007.", "K-100007"),
        ("It waits until Monday.", "Monday"),
        ("There were two refunds.", "two"),
        ("Write to ben@mail.example.", "ben@mail.example"),
        ("العميل غاضب", "العميل"),
        ("客户生气了", "客户生气了"),
    ],
)
def test_what_is_new_is_found(wording: str, new: str) -> None:
    assert new in unsupported(wording, EXACT)


def chain(house: Stage, case: Case) -> tuple[list[Entry], str]:
    with house.database.read() as reader:
        found = cases.get(reader, case.id)
        return house.ledger.entries(reader, case.id), summary(house, reader, found).digest


def test_a_true_wording_stands_beside_and_a_false_one_only_in_the_ledger(house: Stage, site: Site) -> None:
    case = tell(house, "elif", *ELIF)
    noor = person_of(house.operation, "noor")
    with vendor() as heard:
        (house.settings.home / "models.toml").write_text(f'[vendors.acme]\nurl = "{heard.url}"\nmodel = "large"\n')
        heard.answer = lambda text: "Refund 99.99 EUR to Ben."
        told = word(house, noor, case.id, vendor="acme")
        assert told.text == "" and set(told.unsupported) == {"99.99", "Ben"}
        entries, digest = chain(house, case)
        refused = next(each for each in entries if each.kind == "WordingRefused")
        assert refused.body["unsupported"] == 2 and "Ben" not in str(refused.body)
        assert worded(entries, digest) is None
        assert b"elif@customers" not in heard.raw[0] and b"LK-100007" in heard.raw[0]
        heard.answer = lambda text: "The customer wants 50.01 EUR back for LK-100007; it waits for a refund approver."
        assert word(house, noor, case.id, vendor="acme").text.startswith("The customer wants 50.01 EUR")
        with pytest.raises(MayNot):
            word(house, person_of(house.operation, "kofi"), case.id, vendor="acme")
        client = site.client("noor")
        page = client.get(f"/cases/{case.id}").text
        assert "Worded by acme" in page and "What is asked" in page
        tell(house, "elif", "one question: what are your opening hours?")
        assert worded(*chain(house, case)) is None
        fields = {"form_key": site.form_key(client), "vendor": "acme"}
        answer = client.post(f"/cases/{case.id}/wording", data=fields)
        assert answer.headers["location"] == f"/cases/{case.id}?notice=worded#summary"
