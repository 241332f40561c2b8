"""Writing a charter in the browser: what is refused and what is missing stands at its field; a draft becomes a file."""

from pathlib import Path

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.portfolio import drafts
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.operation.charters import Charter
from aboveloop.operation.loading import load_files
from api.open_house import Site
from app.portfolio.earned import helpdesk
from console.test_charters import sent
from console.test_scorecard import kept

FIRST = {
    "charter": "faster_refunds",
    "outcome": "Reduce average handle time by 15 %.",
    "pain_point": "They wait two days for their money.",
    "team": "finance",
    "kpi": "handling_time",
}
WHOLE = FIRST | {
    "procedure.damaged_goods": "yes",
    "bucket.cost": "yes",
    "bucket.experience": "yes",
    "success.words": "Five of six days.",
    "success.change": "-15 %",
    "success.by": "2026-12-31",
    "guard.0": "satisfaction",
    "guard.0.of": "experience",
    "may_fail": "It hands over what it could have done.\n",
    "owner.sponsor": "annelies",
    "learning": "Each Friday.",
    "readiness.business": "Yes.",
    "readiness.data": "Yes.",
    "readiness.infrastructure": "Yes.",
    "readiness.problem": "Yes.",
    "history": "helpdesk",
    "measure": "median seconds",
    "events": "solved, closed",
    "since": "2026-01-05",
    "until": "2026-03-30",
    "rows": "day",
}


def draft_of(house: Stage, name: str = "faster_refunds") -> Charter:
    with house.database.read() as reader:
        return drafts.find(reader, name).charter


def version(house: Stage, name: str = "faster_refunds") -> str:
    """Of the draft as it stands, as the form of who opens it now carries it."""
    with house.database.read() as reader:
        return drafts.find(reader, name).version


def test_who_is_second_is_told_and_wins_only_knowingly(site: Site, house: Stage) -> None:
    assert sent(site, "yuki", "/drafts", **FIRST)[0] == 303
    opened = version(house)
    assert f'name="seen" value="{opened}"' in site.client("noor").get("/drafts/faster_refunds").text
    assert sent(site, "yuki", "/drafts", **WHOLE, seen=opened)[0] == 303
    status, page = sent(site, "noor", "/drafts", **{**FIRST, "pain_point": "They call twice."}, seen=opened)
    assert status == 409 and "Yuki Tanabe kept the draft faster_refunds at" in page
    assert "They call twice.</textarea>" in page and f'name="seen" value="{version(house)}"' in page
    assert draft_of(house).pain_point == WHOLE["pain_point"] and draft_of(house).baseline is not None
    again = sent(site, "noor", "/drafts", **{**FIRST, "pain_point": "They call twice."}, seen=version(house))
    assert again[0] == 303 and draft_of(house).pain_point == "They call twice."


def test_a_draft_begun_twice_or_given_up_meanwhile_is_told_too(site: Site, house: Stage) -> None:
    assert sent(site, "yuki", "/drafts", **FIRST)[0] == 303
    assert sent(site, "noor", "/drafts", **{**FIRST, "team": "support"})[0] == 409, "begun by two at once"
    opened = version(house)
    sent(site, "yuki", "/drafts/faster_refunds/drop")
    status, page = sent(site, "noor", "/drafts", **FIRST, seen=opened)
    assert status == 409 and "was given up since" in page and 'name="seen" value=""' in page
    assert sent(site, "noor", "/drafts", **FIRST)[0] == 303
    assert sent(site, "noor", "/drafts", **FIRST, seen=opened)[0] == 303, "the very same text is no conflict"


def test_a_form_begins_from_a_candidate_and_an_outcome(site: Site, house: Stage) -> None:
    helpdesk(house)
    kept(site, "parcels", 4, 4, 4, 4, 4, history="helpdesk")
    client = site.client("yuki")
    assert "/drafts?candidate=parcels" in client.get("/scorecard").text
    page = client.get("/drafts?candidate=parcels&template=first_response").text
    assert "They wait.</textarea>" in page and "by 30 %.</textarea>" in page and 'value="person_message"' in page
    assert 'value="2026-01-05"' in page and 'value="2026-03-30"' in page, "the whole weeks of the history"
    assert site.client("annelies").get("/drafts").status_code == 403
    sent(site, "yuki", "/drafts", **{**FIRST, "charter": "parcels", "history": "helpdesk"})
    kept_as = client.get("/drafts/parcels").text
    assert 'id="f-baseline"' in kept_as and '<option value="helpdesk" selected>' in kept_as


def test_a_tool_a_models_measure_and_no_pain_are_refused_at_their_fields(site: Site, house: Stage) -> None:
    wrong = {"outcome": "Deploy a language model.", "pain_point": "", "kpi": "not_understood"}
    status, page = sent(site, "yuki", "/drafts", **{**FIRST, **wrong})
    assert status == 422 and "Nothing was kept: 3 fields need another look" in page
    assert "names a tool" in page and "one pain point that is felt today" in page and "nobody has won" in page
    assert "Deploy a language model.</textarea>" in page, "what was written is still there"
    assert sent(site, "yuki", "/drafts", **{**FIRST, "charter": "Not A Name"})[0] == 422
    both = sent(site, "yuki", "/drafts", **{**FIRST, **wrong, "success.change": "much"})
    assert both[0] == 422 and "Write a number such as -15" in both[1]
    assert "names a tool" in both[1], "everything is said at once"
    assert sent(site, "sanne", "/drafts", **FIRST)[0] == 403
    assert site.client("yuki").get("/drafts/faster_refunds").status_code == 404


def test_a_draft_says_beside_each_field_what_it_lacks(site: Site, house: Stage) -> None:
    assert sent(site, "yuki", "/drafts", **FIRST) == (303, "/drafts/faster_refunds?notice=draft_kept")
    page = site.client("yuki").get("/drafts/faster_refunds").text
    for part in ("procedures", "buckets", "guards", "readiness-data", "owners", "learning"):
        assert f'id="f-{part}"' in page, part
    cost = {"bucket.cost": "yes"}
    sent(site, "yuki", "/drafts", **FIRST, **cost, seen=version(house))
    assert "is about cost alone" in site.client("yuki").get("/drafts/faster_refunds").text
    sent(site, "yuki", "/drafts", **{**WHOLE, "until": "2026-01-01"}, seen=version(house))
    assert "The window ends before it begins." in site.client("yuki").get("/drafts/faster_refunds").text
    assert draft_of(house).state == "idea", "there is a pilot already"
    assert site.client("annelies").get("/drafts/faster_refunds").status_code == 200


def test_a_whole_draft_is_a_file_that_charter_check_has_nothing_against(
    site: Site, house: Stage, tmp_path: Path
) -> None:
    sent(site, "yuki", "/drafts", **WHOLE)
    client = site.client("yuki")
    assert "Nothing is missing in the draft" in client.get("/drafts/faster_refunds").text
    file = client.get("/drafts/faster_refunds/file")
    assert 'filename="faster_refunds.yaml"' in file.headers["content-disposition"]
    files = dict(house.operation.files) | {"charters/faster_refunds.yaml": file.text}
    loaded = load_files(files, SAMPLE_OPERATION)
    assert loaded.operation is not None and loaded.operation.charters["faster_refunds"] == draft_of(house)
    assert drafts.findings(loaded.operation, draft_of(house)) == {}
    with house.database.read() as reader:
        draft = drafts.find(reader, "faster_refunds")
    assert drafts.take(draft, tmp_path).read_text() == file.text
    assert sent(site, "yuki", "/drafts/faster_refunds/drop")[0] == 303
    assert client.get("/drafts/faster_refunds").status_code == 404


def test_what_no_field_asks_for_stays_as_it_was(site: Site, house: Stage) -> None:
    client = site.client("yuki")
    assert "state: pilot" not in client.get("/drafts?charter=lost_parcels").text
    sent(site, "yuki", "/drafts", **{**WHOLE, "charter": "lost_parcels", "focus": "yes", "without": "merged"})
    kept_as = draft_of(house, "lost_parcels")
    at_work = house.operation.charters["lost_parcels"]
    assert kept_as.gates == at_work.gates and kept_as.state == "pilot"


def test_a_release_with_the_charter_stands_beside_the_one_at_work(site: Site, house: Stage) -> None:
    sent(site, "yuki", "/drafts", **WHOLE)
    assert sent(site, "sanne", "/drafts/faster_refunds/release")[0] == 403
    status, address = sent(site, "yuki", "/drafts/faster_refunds/release")
    assert status == 303 and address.endswith("?notice=release_made")
    page = site.client("yuki").get(address.partition("?")[0]).text
    assert "faster_refunds" in page
    assert "faster_refunds" not in house.current().charters, "nothing is put to work by it"


def test_a_worker_is_named_when_the_work_is_described(site: Site, house: Stage) -> None:
    status, page = sent(site, "yuki", "/drafts", **FIRST, worker="a large model")
    assert status == 422 and "names a worker (a large model) before the work" in page and 'id="f-worker"' in page
    canvas = {
        "canvas.workflow": "It is asked for.\nIt is looked up.\n",
        "canvas.data": "The order.",
        "canvas.decisions": "May it be refunded? | rule | order, amount\nIs it fair? | person",
    }
    wrong = {**canvas, "canvas.decisions": "May it be refunded?"}
    status, page = sent(site, "yuki", "/drafts", **FIRST, **wrong)
    assert status == 422 and "write the question, a bar, and who decides" in page
    assert sent(site, "yuki", "/drafts", **FIRST, **canvas, worker="a large model")[0] == 303
    kept_one = draft_of(house)
    assert kept_one.canvas.open == [] and [each.by for each in kept_one.canvas.decisions] == ["rule", "person"]
    assert "May it be refunded? | rule | order, amount\nIs it fair? | person" in (
        site.client("yuki").get("/drafts/faster_refunds").text
    )
    assert sent(site, "yuki", "/drafts", **FIRST, **canvas, worker="a small one", seen=version(house))[0] == 303
    assert draft_of(house).worker == "a small one", "exchanged, and nothing else with it"
    assert draft_of(house).canvas == kept_one.canvas


def test_the_page_of_a_charter_shows_the_work_before_the_worker(site: Site) -> None:
    page = site.client("noor").get("/charters/lost_parcels").text
    assert (
        page.index("The steps of the work") < page.index("Where something is decided") < page.index("Last, the worker")
    )
    assert "Is the parcel late or lost?" in page and "not chosen yet" in page
