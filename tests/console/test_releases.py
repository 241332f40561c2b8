"""The pages of releases: what stands where, what a release waits for, and who may do what about it."""

from pathlib import Path

import pytest

from aboveloop.app.releasing.reviewing import fill
from aboveloop.govern.people import person_of
from aboveloop.govern.promotion.review import Evidence
from aboveloop.operation import environments, releases
from aboveloop.operation.changes.change import ReviewPart
from aboveloop.operation.loading import load_files
from aboveloop.operation.releases import Release
from api.open_house import Site

GREETING = "messages/en/greeting.md"


def made(site: Site, *, by: str = "person:yuki", **changes: str) -> Release:
    """A release of the sample company with other texts; without any, its stock policy in other words for colleagues."""
    house = site.house
    files = {**house.operation.files, **changes}
    if not changes:
        files["intents/orders.yaml"] = files["intents/orders.yaml"].replace("title: ", "title: My ", 1)
    operation = load_files(files, Path("larkspur")).operation
    assert operation is not None and operation.digest != house.operation.digest
    # The gate plays every scenario: here only the way to customers is looked at.
    operation = load_files(with_one_scenario(files), Path("larkspur")).operation
    assert operation is not None
    with house.database.write() as tx:
        return releases.create_release(
            tx, operation, ledger=house.ledger, by=by, note="For a test.", now=house.clock.now()
        )


def with_one_scenario(files: dict[str, str]) -> dict[str, str]:
    one = "scenario: hello\ntitle: Hello\nfrom: anna@customers.example\nsteps:\n  - customer: hello\n" \
        "expect: {ends: waiting}\n"  # fmt: skip
    others = {path: text for path, text in files.items() if not path.startswith("scenarios/")}
    return {**others, "scenarios/accounts.yaml": one}


def post(site: Site, person: str, path: str, **fields: str) -> tuple[int, str, str]:
    """Status, address that follows, and text."""
    client = site.client(person)
    answer = client.post(path, data={"form_key": site.form_key(client), **fields})
    return answer.status_code, answer.headers.get("location", ""), answer.text


def test_every_environment_and_release_is_shown(site: Site) -> None:
    release = made(site)
    page = site.client("noor").get("/releases").text
    for words in ("Sandbox", "Shadow", "Canary", "Production", "2 releases", f"/releases/{release.digest}"):
        assert words in page


def test_a_release_tells_what_it_changes_and_waits_for(site: Site) -> None:
    release = made(site, **{GREETING: "Hello! What is it?\n"})
    page = site.client("noor").get(f"/releases/{release.digest}").text
    assert "The message greeting (en) now reads" in page
    assert "They were not played yet" in page
    assert "Models and vendors" in page and "Write it down" in page
    assert "Sign the review" not in page
    assert "Sign the review" in site.client("adaeze").get(f"/releases/{release.name}").text


def test_a_release_that_does_not_exist_is_no_page(site: Site) -> None:
    answer = site.client("noor").get("/releases/r99")
    assert answer.status_code == 404 and "r99" in answer.text


def test_the_release_in_production_offers_no_promotion(site: Site) -> None:
    page = site.client("noor").get("/releases/r1").text
    assert "in production" in page and "What it waits for" not in page and 'name="to"' not in page


def test_a_review_is_filled_and_signed_on_the_page(site: Site) -> None:
    release = made(site, **{GREETING: "Hello! What is it?\n"})
    for part in ReviewPart:
        status, back, _ = post(
            site,
            "noor",
            f"/releases/{release.digest}/review",
            part=part.value,
            evidence="Looked.",
            link="https://w.example",
        )
        assert (status, back) == (303, f"/releases/{release.digest}?notice=filled")
    assert post(site, "noor", f"/releases/{release.digest}/sign")[0] == 403
    assert post(site, "adaeze", f"/releases/{release.digest}/sign", because="Fine.")[0] == 303
    page = site.client("noor").get(f"/releases/{release.digest}").text
    assert "Signed by Adaeze Nwosu" in page and "https://w.example" in page


@pytest.mark.parametrize("person", ["annelies", "adaeze", "priya", "sanne", "signe"])
def test_who_may_not_release_is_shown_no_button_and_refused(site: Site, person: str) -> None:
    release = made(site)
    page = site.client(person).get(f"/releases/{release.digest}").text
    assert 'name="to"' not in page and "not promote them" in page
    for path, fields in (
        (f"/releases/{release.digest}/promote", {"to": "production"}),
        (f"/releases/{release.digest}/gate", {}),
        ("/releases/rollback", {"because": "x"}),
    ):
        assert post(site, person, path, **fields)[0] == 403
    with site.house.database.read() as reader:
        current = releases.deployed(reader)
    assert current is not None and current.digest == site.house.operation.digest


def test_what_lacks_something_is_refused_with_a_list(site: Site) -> None:
    release = made(site, **{GREETING: "Hello! What is it?\n"})
    with site.house.database.read() as reader:
        person = person_of(site.house.operation, "noor")
        assert environments.placed(reader, "canary") is None
    status, _, text = post(site, "noor", f"/releases/{release.digest}/promote", to="canary", share="10")
    assert status == 409 and "is not promoted to canary: (1)" in text
    assert fill(site.house, release, Evidence("monitoring", "x"), by=person).missing


@pytest.mark.parametrize("fields", [{"to": "moon"}, {"to": ""}, {"to": "canary", "share": "ten"}])
def test_nonsense_is_answered_by_a_sentence(site: Site, fields: dict[str, str]) -> None:
    status, _, text = post(site, "noor", f"/releases/{made(site).digest}/promote", **fields)
    assert (status == 400 and "Nothing was promoted" in text) or "is no environment" in text


def test_nothing_answers_to_get_that_changes_the_world(site: Site) -> None:
    client = site.client("noor")
    for path in ("/releases/r1/promote", "/releases/r1/gate", "/releases/r1/review", "/releases/r1/sign"):
        assert client.get(path).status_code == 405


def test_a_rollback_needs_a_reason_and_something_to_take_back(site: Site) -> None:
    assert post(site, "noor", "/releases/rollback")[0] == 400
    assert post(site, "noor", "/releases/rollback", because="Drill.")[0] == 409


def test_a_canary_is_shown_with_its_guards_and_taken_back(site: Site) -> None:
    house, release = site.house, made(site)
    change = environments.Change("person:noor", house.clock.now())
    with house.database.write() as tx:
        environments.place(tx, release, "canary", ledger=house.ledger, change=change, share=10)
    page = site.client("noor").get("/releases").text
    assert "10 of 100 customers" in page and "too few cases yet" in page
    assert post(site, "noor", "/releases/rollback", because="Drill.")[1] == "/releases?notice=rolled_back"
    page = site.client("noor").get("/releases").text
    assert "left canary for r1" in page and "Drill." in page
