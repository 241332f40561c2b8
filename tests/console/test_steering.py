"""The steering page makes its agenda from what waits, its budgets from what was paid; each function has its board."""

import re

from aboveloop.app.improving import board
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import person_of
from aboveloop.improve.backlog import Move, State, Wish
from api.open_house import ELIF, Site, tell


def with_limit(house: Stage, name: str, limit: int) -> None:
    """The operation at work with another budget for one function."""
    function = house.operation.about.functions[name]
    assert function.budget is not None
    changed = function.model_copy(update={"budget": function.budget.model_copy(update={"limit": limit})})
    functions = {**house.operation.about.functions, name: changed}
    about = house.operation.about.model_copy(update={"functions": functions})
    house.operation = house.operation.model_copy(update={"about": about})


def cancelled(house: Stage) -> None:
    tell(house, "anna", "I want to cancel my order LK-100001. anna@customers.example, 1017 AB", "yes")


def row(page: str, name: str) -> str:
    return next(each for each in re.findall(r"<tr[^>]*>.*?</tr>", page, re.DOTALL) if f"/functions/{name}" in each)


def test_what_was_paid_is_counted_against_the_budget_of_its_function(site: Site, house: Stage) -> None:
    assert "0.00 EUR" in row(site.client("annelies").get("/overview/steering").text, "support")
    cancelled(house)
    page = site.client("annelies").get("/overview/steering").text
    support, finance = row(page, "support"), row(page, "finance")
    assert "15000.00 EUR in 30 days" in support and "0.00 EUR" not in support.partition("#budget")[2][:30]
    assert "Priya Raman" in finance and ">0.00 EUR<" in finance
    with_limit(house, "support", 1)
    page = site.client("annelies").get("/overview/steering").text
    assert "Support is over its budget" in page and "<strong>over</strong>" in row(page, "support")


def test_the_agenda_names_what_is_to_be_decided_and_what_is_blocked(site: Site, house: Stage) -> None:
    empty = site.client("annelies").get("/overview/steering").text
    assert "Nothing waits for a decision" in empty and "Nothing is blocked" in empty
    tell(house, "elif", *ELIF)
    yuki = person_of(house.operation, "yuki")
    item = board.add(house, Wish("Ask for a photo", "Hard to judge.", "noor", "damaged_goods"), by=yuki)
    board.move(house, item.id, Move(State.READY, changes={"blocked": "The photo service."}), by=yuki)
    page = site.client("annelies").get("/overview/steering").text
    assert "1 actions wait for people." in page and "The photo service." in page
    main = page.partition("<main")[2]
    for address in set(re.findall(r'href="(/[^"#]*)', main)):
        status = site.client("noor").get(address.replace("&amp;", "&")).status_code
        assert status == 200, address


def test_the_board_of_a_function_shows_backlog_adoption_and_kpis(site: Site, house: Stage) -> None:
    cancelled(house)
    yuki = person_of(house.operation, "yuki")
    board.add(house, Wish("Cancel faster", "It takes long.", "noor", "cancel_order"), by=yuki)
    page = site.client("annelies").get("/overview/functions/support").text
    assert "1 of 1" in page and "100 %" in page and "Cancel faster" in page
    assert "First-contact resolution" in page and "Noor Haddad owns it" in page
    assert "1 write that moved money" in page
    other = site.client("annelies").get("/overview/functions/finance").text
    assert "0 of 0" in other and "Cancel faster" not in other
    assert site.client("annelies").get("/overview/functions/nothing").status_code == 404


def test_a_measure_of_a_model_that_moves_nothing_is_refused_by_the_board_and_marked(site: Site, house: Stage) -> None:
    board_page, kpi_page = "/overview/functions/support", "/overview/kpis"
    annelies = site.client("annelies")
    assert "vanity" not in annelies.get(board_page).text + annelies.get(kpi_page).text
    unlinked = house.operation.kpis["not_understood"].model_copy(update={"moves": []})
    house.operation = house.operation.model_copy(update={"kpis": {**house.operation.kpis, "not_understood": unlinked}})
    shown = annelies.get(board_page).text
    assert "Not understood is not carried here" in shown and '<th scope="row">Not understood</th>' not in shown
    card = annelies.get(kpi_page).text.partition('id="k-not_understood"')[2].partition("</article>")[0]
    assert "vanity metric" in card


def test_training_is_done_on_its_page_by_who_has_to(site: Site, house: Stage) -> None:
    client = site.client("priya")
    assert "Everybody has done the courses" in client.get("/organisation/training").text
    assert "No answer" not in client.get("/organisation/training/answering_approvals").text
    key = site.form_key(client)
    wrong = {"form_key": key, "answer-0": "edit", "answer-1": "deny", "answer-2": "done"}
    answer = client.post("/organisation/training/answering_approvals", data=wrong)
    assert answer.status_code == 200 and "Right is: It is denied" in answer.text
    right = {**wrong, "answer-2": "denied"}
    assert client.post("/organisation/training/answering_approvals", data=right).status_code == 303
    assert client.post("/organisation/training/answering_approvals", data={"form_key": key}).status_code == 400
    assert client.post("/organisation/training/pausing", data={"form_key": key, "answer-0": "pause"}).status_code == 403
    assert client.get("/organisation/training/nothing").status_code == 404
    assert "nothing for you to answer" in site.client("signe").get("/organisation/training/pausing").text
