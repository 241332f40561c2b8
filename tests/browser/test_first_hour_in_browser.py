"""The first hour in a browser: from an export and no trust to a ranked list, a charter with a frozen before, and a
worker beside people. Where only the command line can, its own function is called and the step says so."""

import hashlib
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aboveloop.app import folders
from aboveloop.app.importing import imports
from aboveloop.app.importing.imports import Keeping
from aboveloop.app.importing.sources import Wish as Source
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.shadowing import runs
from aboveloop.connect.exports.records import Reading
from aboveloop.operation import releases
from browser.conftest import sign_in
from browser.seeing import faults, overflow, picture
from larkspur.helpdesk import __main__ as helpdesk

# On a busy machine the way takes minutes; a person would wait for none of them at once.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]
PATIENCE_MS = 240_000

CASES, BESIDE = 300, 12
TODAY = "2026-03-30T09:00:00Z"
NAME = "parcel_ping_pong"
# What the house may have written by then; none of it is an action, and nobody heard of it.
FORBIDDEN = {"MessageReceived", "MessageSent", "CaseOpened", "ActionIntended", "ActionPerformed"}


class Hour:
    """A person's way, with how long each step of it takes the machine."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.steps = page, url, dict[str, float]()

    @contextmanager
    def step(self, name: str) -> Iterator[Page]:
        began = time.monotonic()
        yield self.page
        self.steps[name] = time.monotonic() - began
        assert faults(self.page) == [], name
        picture(self.page, f"hour-{len(self.steps)}")

    def go(self, group: str, link: str) -> None:
        """Through the navigation, as somebody who was here never before."""
        self.page.locator("nav.wide summary", has_text=group).click()
        self.page.locator("nav.wide").get_by_role("link", name=link, exact=True).click()


def records(home: Path) -> str:
    """Every row of the order system; the warehouse tells its own news."""
    with closing(sqlite3.connect(home / "larkspur.db")) as connection:
        rows = [line for line in connection.iterdump() if not line.startswith('INSERT INTO "status_events"')]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def without_charters(house: Stage) -> None:
    """A company before its first charter."""
    files = {name: text for name, text in house.operation.files.items() if not name.startswith("charters/")}
    house.operation = house.operation.model_copy(update={"charters": {}, "files": files})


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        field = page.locator(f'[name="{name.replace("__", ".")}"]')
        if field.evaluate("(each) => each.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "checkbox":
            field.check()
        else:
            field.fill(value)


def import_from_the_command_line(house: Stage, tmp_path: Path) -> None:
    """`aboveloop import EXPORT --kind zendesk --as helpdesk --keep-personal WHY`."""
    export, shop = tmp_path / "export.json", house.settings.home / "larkspur.db"
    asked = ["--cases", str(CASES), "--seed", "4", "--today", TODAY, "--shop", str(shop)]
    helpdesk.main(["--out", str(export), *asked])
    keeping = Keeping("person:noor", "To work beside people on their own machine.")
    imports.import_(house, Source(str(export), "zendesk", Reading()), "helpdesk", keeping)


def test_from_an_export_to_the_stages_page(context: BrowserContext, house: Stage, url: str, tmp_path: Path) -> None:
    # A page of its own: what a form refuses is an error to the browser's console.
    page = context.new_page()
    house.clock.advance(timedelta(days=28))
    without_charters(house)
    sign_in(context, house, url, "noor")
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page.set_viewport_size({"width": 1400, "height": 900})
    hour = Hour(page, url)
    with hour.step("nothing is there, and the pages say what to do"):
        page.goto(f"{url}/charters")
        expect(page.locator("main")).to_contain_text("There is no charter yet.")
    with hour.step("the export is imported, from the command line"):
        import_from_the_command_line(house, tmp_path)
    before = records(house.settings.home)
    with hour.step("the radar looks"):
        hour.go("Pilot", "Radar")
        page.get_by_role("link", name="helpdesk").click()
        page.get_by_role("button", name="Look now").click()
        expect(page.get_by_role("heading", name="Opportunities")).to_be_visible()
    with hour.step("a finding becomes a candidate, scored"):
        page.get_by_role("link", name=re.compile("Make it a candidate.*Carrier desk <> Front desk")).click()
        expect(page.locator("main")).to_contain_text("Data hints at")
        scores = {f"score__{name}": "4" for name in ("value", "feasibility", "data_readiness", "integration", "change")}
        ready = {f"ready__{name}": "yes" for name in ("aligned", "data", "infrastructure", "suited")}
        problem = "A parcel's case goes to and fro between two desks, and the customer waits."
        fill(page, candidate=NAME, problem=problem, kpi="handling_time", team="fulfilment", **scores, **ready)
        page.get_by_role("button", name="Keep the candidate").click()
        expect(page.locator("main")).to_contain_text("Parcel ping pong comes first.")
    with hour.step("the charter is written, and refused until it names no tool"):
        page.get_by_role("link", name="Write its charter").click()
        assert page.locator('[name="pain_point"]').input_value() == problem
        fill(page, outcome="Deploy a chatbot for parcels.")
        page.get_by_role("button", name="Keep the draft").click()
        expect(page.get_by_role("alert")).to_contain_text("1 field needs another look")
        expect(page.locator("#f-outcome")).to_contain_text("names a tool")
        fill(page, outcome="Cut the hand-overs of a parcel's case by 20 %.")
        page.get_by_role("button", name="Keep the draft").click()
        expect(page.locator("#f-success")).to_contain_text("what was agreed to be a success")
    with hour.step("what is missing is filled in"):
        fill(page, success__words="A case changes hands a fifth less often.", success__change="-20")
        fill(
            page, success__by="2026-09-30", bucket__experience="yes", guard__0="satisfaction", guard__0__of="experience"
        )
        fill(page, may_fail="A case is handed over that the worker could have solved.", measure="mean count")
        fill(page, events="assigned", owner__sponsor="annelies", learning="Each Friday, what people took over.")
        questions = ("business", "data", "infrastructure", "problem")
        fill(page, procedure__late_or_lost_parcel="yes", **{f"readiness__{each}": "Yes." for each in questions})
        page.get_by_role("button", name="Keep the draft").click()
        expect(page.get_by_role("status").first).to_contain_text("is kept")
        expect(page.locator("main")).to_contain_text("Nothing is missing in the draft.")
    with hour.step("a release is made with it"):
        page.get_by_role("button", name="Make a release with it").click()
        expect(page.locator("main")).to_contain_text("The release stands beside the one at work.")
    with hour.step("it is put to work, from the command line: `aboveloop release deploy`"):
        with house.database.read() as reader:
            newest = releases.list_releases(reader)[0]
        folders.deploy(house, newest.digest, by="person:noor")
    with hour.step("the before is counted and frozen"):
        page.goto(f"{url}/charters")
        page.get_by_role("link", name="Parcel ping pong").first.click()
        page.get_by_role("button", name="Count and freeze the before").click()
        expect(page.locator("main")).to_contain_text("signature holds")
        expect(page.locator("main")).to_contain_text("the mean number of “assigned” in a case")
    with hour.step("the worker works beside people, from the command line: `aboveloop shadow run helpdesk`"):
        runs.run(house, runs.Wish("helpdesk", limit=BESIDE), by="person:noor")
    with hour.step("where they differ, somebody judges"):
        hour.go("Pilot", "Beside people")
        differing = page.locator("#differ ~ .scroll tbody a")
        assert differing.count() > 0, "in a dozen cases they differ somewhere"
        differing.first.click()
        page.get_by_label("The person", exact=True).check()
        page.get_by_role("button", name="Write it down").click()
        expect(page.get_by_role("status").first).to_contain_text("It counts as evidence")
    with hour.step("the stages say what is still missing"):
        hour.go("Pilot", "Stages")
        card = page.locator("#p-late_or_lost_parcel")
        expect(card).to_contain_text("Not measured, or on too few cases: Customers who would come back.")
        expect(card.get_by_text("missing", exact=True).first).to_be_visible()
    with hour.step("the page for the sponsor is taken along"):
        page.goto(f"{url}/charters/{NAME}")
        with page.expect_download() as taken:
            page.get_by_role("link", name=re.compile("^PDF")).click()
        assert Path(taken.value.path()).read_bytes().startswith(b"%PDF-")
        with page.expect_download() as taken:
            page.get_by_role("link", name=re.compile("^HTML")).click()
        taken.value.save_as(tmp_path / "sheet.html")
    with hour.step("and it can be read on a telephone, by night too"):
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 360, "height": 800})
        page.goto((tmp_path / "sheet.html").as_uri())
        expect(page.get_by_role("heading", level=1)).to_have_text("Parcel ping pong: before and after")
        assert overflow(page) == []
    assert records(house.settings.home) == before, "nothing was written in the company's systems"
    with house.database.read() as reader:
        assert not {entry.kind for entry in house.ledger.find(reader)} & FORBIDDEN
    print("\n".join(f"{seconds:6.1f} s  {name}" for name, seconds in hour.steps.items()))
    assert sum(hour.steps.values()) < 3600, hour.steps
