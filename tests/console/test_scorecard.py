"""The scorecard's page: a finding begins a candidate, people score it, weights move it, and the table can be taken."""

import csv
import io

from aboveloop.app.portfolio import candidates
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.discover.scorecard import QUESTIONS, SCALES
from api.open_house import Site
from console.test_charters import sent
from console.test_radar_pages import imported, look_now

READY = {f"ready.{name}": "yes" for name in QUESTIONS}


def scored(*scores: int) -> dict[str, str]:
    return {f"score.{name}": str(score) for name, score in zip(SCALES, scores, strict=True)} | READY


def kept(site: Site, name: str, *scores: int, **more: str) -> tuple[int, str]:
    given = {"candidate": name, "problem": "They wait.", "kpi": "handling_time", "team": "support"}
    return sent(site, "yuki", "/scorecard/candidate", **{**given, **scored(*scores), **more})


def test_without_a_candidate_the_page_says_how_to_begin(site: Site) -> None:
    page = site.client("annelies").get("/scorecard").text
    assert "There is no candidate yet" in page and "aboveloop score candidates.yaml" in page
    assert site.client("annelies").get("/scorecard/candidate").status_code == 403
    assert site.client("annelies").get("/scorecard/csv").status_code == 400


def test_a_finding_begins_a_candidate_with_what_data_hints_at(site: Site, house: Stage) -> None:
    imported(house)
    look_now(site, "noor")
    client = site.client("yuki")
    shown = client.get("/radar/desk").text
    assert "/scorecard/candidate?history=desk&amp;opportunity=0" in shown
    assert "Make it a candidate" not in site.client("annelies").get("/radar/desk").text
    form = client.get("/scorecard/candidate?history=desk&opportunity=0").text
    assert "Data hints at" in form and "carry an outcome in the data" in form and "hours of work" in form
    assert client.get("/scorecard/candidate?history=desk&opportunity=99").status_code == 404
    with house.database.read() as reader:
        assert candidates.every(reader) == [], "looking keeps nothing"
    assert kept(site, "reopening_solved", 4, 4, 4, 4, 4, history="desk", evidence="Seen.")[0] == 303
    page = site.client("annelies").get("/scorecard").text
    assert "Reopening solved</strong> comes first" in page and "quick win" in page and "What data tells" in page


def test_what_the_radar_leaves_to_people_is_kept_as_that(site: Site, house: Stage) -> None:
    imported(house)
    look_now(site, "noor")
    form = site.client("yuki").get("/scorecard/candidate?history=desk&kind=0").text
    assert 'name="better_for_humans" value="yes" checked' in form
    assert kept(site, "legal", 5, 5, 5, 5, 5, better_for_humans="yes")[0] == 303
    page = site.client("annelies").get("/scorecard").text
    assert "What stays with people" in page and "None is fit for a pilot yet" in page


def test_a_candidate_without_a_problem_or_with_a_wrong_number_says_so_at_the_field(site: Site, house: Stage) -> None:
    status, page = kept(site, "hype", 5, 5, 5, 5, 5, problem="", cases_a_day="many")
    assert status == 422 and "a tool in search of one" in page and "Write a number from 0 up" in page
    assert 'value="hype"' in page, "what was written is still there"
    assert kept(site, "Not A Name", 5, 5, 5, 5, 5)[0] == 422
    with house.database.read() as reader:
        assert candidates.every(reader) == []


def test_weights_move_the_order_and_approvals_before_lunch_are_flagged(site: Site, house: Stage) -> None:
    kept(site, "bold", 5, 2, 3, 3, 3)
    kept(site, "easy", 2, 5, 3, 3, 3)
    kept(site, "busy", 5, 5, 5, 5, 5, cases_a_day="20", approvals_a_case="1")
    client = site.client("annelies")
    assert "Bold</strong> comes first" in client.get("/scorecard?value=3").text
    page = client.get("/scorecard?feasibility=3").text
    assert "Easy</strong> comes first" in page and "Else first: bold" in page
    assert "10 approvals before lunch" in page and "politics, no pilot" in page
    rows = list(csv.DictReader(io.StringIO(client.get("/scorecard/csv?feasibility=3").text)))
    told = [(row["candidate"], float(row["approvals_a_day"]), row["verdict"]) for row in rows]
    assert told == [("easy", 0, "pilot"), ("bold", 0, "pilot"), ("busy", 20, "not ready")]
    assert client.get("/scorecard?value=0&feasibility=0&data_readiness=0&integration=0&change=0").status_code == 400


def test_only_who_may_propose_scores_and_takes_off(site: Site, house: Stage) -> None:
    kept(site, "bold", 5, 2, 3, 3, 3)
    assert sent(site, "sanne", "/scorecard/candidate", candidate="mine", problem="It.")[0] == 403
    assert sent(site, "sanne", "/scorecard/candidates/bold/drop")[0] == 403
    assert sent(site, "yuki", "/scorecard/candidates/bold/drop")[0] == 303
    assert sent(site, "yuki", "/scorecard/candidates/bold/drop")[0] == 404
    with house.database.read() as reader:
        kinds = [entry.kind for entry in house.ledger.find(reader)]
    assert kinds.count("CandidateScored") == kinds.count("CandidateDropped") == 1


def test_a_cell_is_no_formula(site: Site) -> None:
    kept(site, "bold", 5, 2, 3, 3, 3, problem="=1+1")
    assert "'=1+1" in site.client("annelies").get("/scorecard/csv").text
