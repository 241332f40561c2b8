"""The summary on the pages: of a case, of an approval, for who may not read what is personal; and answering it."""

import re
from datetime import timedelta

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.summaries.gathered import summary
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from api.open_house import ELIF, Site, tell, waiting


def send(site: Site, person: str, path: str, **fields: str) -> tuple[int, str]:
    client = site.client(person)
    answer = client.post(path, data={"form_key": site.form_key(client), **fields})
    return answer.status_code, answer.headers.get("location", answer.text)


def digest(house: Stage, case: Case) -> str:
    with house.database.read() as reader:
        return summary(house, reader, cases.get(reader, case.id)).digest


def test_a_cases_page_says_what_to_do_next_and_every_sentence_leads_to_its_entries(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    page = site.client("priya").get(f"/cases/{case.id}").text
    assert "What to do next" in page and "Approve or deny: Refund 50.01 EUR" in page
    assert "What is asked" in page and "My boots LK-100007 arrived damaged" in page
    anchors = set(re.findall(rf'href="/cases/{case.id}#(entry_[a-z0-9]+)"', page))
    assert anchors
    assert anchors <= set(re.findall(r'<tr class="sort-[a-z]+" id="(entry_[a-z0-9]+)"', page))


def test_words_of_a_customer_cannot_become_part_of_the_page(site: Site, house: Stage) -> None:
    case = tell(house, "elif", '<script>alert("x")</script> I want to complain about your shop')
    page = site.client("priya").get(f"/cases/{case.id}").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_who_may_not_read_what_is_personal_sees_the_summary_without_it(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    page = site.client("kofi").get(f"/cases/{case.id}").text
    assert "What to do next" in page and "waits for" in page
    for value in ("LK-100007", "50.01", "elif@customers.example", "the sole came off"):
        assert value not in page, value
    assert f'action="/cases/{case.id}/suggestions"' not in page


def test_an_approvals_page_says_what_its_case_is_about(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    page = site.client("priya").get(f"/approvals/{waiting(house).id}").text
    assert "The case it belongs to" in page and "My boots LK-100007 arrived damaged" in page
    assert "Approve or deny: " not in page
    assert f"/cases/{case.id}#entry_" in page


def test_an_edit_stands_beside_the_exact_summary(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    fields = {"target": "summary", "verdict": "edited", "digest": digest(house, case), "text": "Boots, 50.01 back."}
    status, location = send(site, "priya", f"/cases/{case.id}/suggestions", **fields)
    assert (status, location) == (303, f"/cases/{case.id}?notice=suggestion_edited")
    page = site.client("mateo").get(location).text
    assert "Boots, 50.01 back." in page and "In the words of Priya Raman" in page and "What is asked" in page


def test_taking_a_step_does_it_or_leads_to_it(site: Site, house: Stage) -> None:
    case = tell(house, "elif", "I want to complain about your shop")
    with house.database.read() as reader:
        (step,) = summary(house, reader, case).suggestions
    status, location = send(site, "sanne", f"/cases/{case.id}/suggestions", target=step.id, verdict="accepted")
    assert (status, location) == (303, f"/cases/{case.id}?notice=step_done")
    with house.database.read() as reader:
        assert cases.get(reader, case.id).person_id == "sanne"
        (step,) = summary(house, reader, cases.get(reader, case.id)).suggestions
    status, location = send(site, "sanne", f"/cases/{case.id}/suggestions", target=step.id, verdict="accepted")
    assert (status, location) == (303, f"/cases/{case.id}?notice=suggestion_accepted#reply")


def test_nobody_answers_without_reading_rights_or_with_nonsense(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    assert send(site, "kofi", f"/cases/{case.id}/suggestions", target="summary", verdict="accepted")[0] == 403
    assert send(site, "priya", f"/cases/{case.id}/suggestions", target="summary", verdict="maybe")[0] == 400
    assert send(site, "priya", f"/cases/{case.id}/suggestions", target="nonsense", verdict="rejected")[0] == 409
    old = send(site, "priya", f"/cases/{case.id}/suggestions", target="summary", verdict="accepted", digest="old")
    assert old[0] == 409


def test_a_button_is_there_only_for_who_may(site: Site, house: Stage) -> None:
    case = tell(house, "elif", "I want to complain about your shop")
    assert "Your roles may not do this" in site.client("signe").get(f"/cases/{case.id}").text
    assert "Your roles may not do this" not in site.client("sanne").get(f"/cases/{case.id}").text


def test_a_cases_page_shows_phases_times_and_the_four_stages(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    page = site.client("priya").get(f"/cases/{case.id}").text
    for words in ("Demand", "Service", "Resolution", "Follow-up", "First word after", "Sensed", "Routed"):
        assert words in page, words
    assert "Checked before it was trusted" in page and "What came of it" in page
    assert "knew who they are" in page and "used their own records" in page
    assert f'href="/customers/{case.customer_id}"' in page


def test_a_customers_page_joins_channels_and_cases_and_tells_what_was_said_twice(site: Site, house: Stage) -> None:
    case = tell(house, "elif", "where is my order LK-100007", "elif@customers.example", "10437", "thanks")
    house.clock.advance(timedelta(days=5))
    again = tell(house, "elif", "where is my order LK-100007")
    assert again.id != case.id
    page = site.client("sanne").get(f"/customers/{again.customer_id}").text
    assert "Had to say again" in page and "order number" in page and "where is my order" in page
    assert f"/cases/{case.id}#entry_" in page and f"/cases/{again.id}#entry_" in page
    outline = site.client("kofi").get(f"/customers/{again.customer_id}").text
    assert "LK-100007" not in outline and "Had to say again" in outline
    assert "Case owner changed" in outline and "CaseOwnerChanged" not in outline
    assert site.client("sanne").get("/customers/nobody").status_code == 404


def test_a_customers_page_goes_back_in_the_order_of_what_happened_within_an_instant_too(
    site: Site, house: Stage
) -> None:
    case = tell(house, "elif", "where is my order LK-100007", "elif@customers.example", "10437", "thanks")
    page = site.client("sanne").get(f"/customers/{case.customer_id}").text
    assert house.clock.now() == case.opened_at, "all of it happened in one instant of the house's clock"
    assert page.index("Case ended") < page.index("The customer proved who they are") < page.index("Case opened over")


def test_who_takes_a_case_is_given_its_context_and_the_ledger_says_so(site: Site, house: Stage) -> None:
    case = tell(house, "elif", "I want to complain about your shop")
    assert send(site, "sanne", f"/cases/{case.id}/take-over")[0] == 303
    assert send(site, "sanne", f"/cases/{case.id}/hand-back", note="Solved.")[0] == 303
    with house.database.read() as reader:
        packed = [each for each in house.ledger.entries(reader, case.id) if each.kind == "ContextPacked"]
    assert [each.body["to"] for each in packed] == ["person:sanne", "worker:reception"]
    assert packed[0].body["sentences"] > 2 and packed[0].personal == {}
