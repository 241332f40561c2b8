"""Each role in a real browser: it comes in, begins on its page, reaches what it needs, and nothing else."""

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aboveloop.app.doors import Doorkeeper
from aboveloop.app.identity.entrance import Entrance
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.serve import first_free_door, serve
from api.open_house import ELIF, tell, waiting
from browser.seeing import by_day_or_night, wrong_with
from connect.identity_server import CLIENT, SECRET, Provider, serving

pytestmark = pytest.mark.browser

INSIDE = {"Problems found", "Policy", "Organisation", "Roster", "Readiness", "Absences"}
LOOK = INSIDE | {
    "Control room",
    "Cases",
    "Switches",
    "Incidents",
    "Releases",
    "Routing",
    "Backlog",
    "Overview",
    "KPIs",
    "Radar",
    "Data",
    "Outcomes",
    "Understanding",
    "Beside people",
    "Charters",
    "Scorecard",
    "Stages",
}
READ = LOOK | {"Approvals"}
AUDIT = {"Audit", "Privacy"}
# By person: the first page, what the navigation offers, and addresses that are closed.
ROLES = {
    "Annelies Roosendaal": ("Overview", LOOK, ["/approvals", "/audit", "/people", "/audit/looks"]),
    "Noor Haddad": ("Control room", READ | AUDIT | {"People"}, []),
    "Tomasz Wilczek": ("Control room", READ | AUDIT, ["/people"]),
    "Yuki Tanabe": ("Releases", READ, ["/audit", "/people", "/audit/looks"]),
    "Adaeze Nwosu": ("What may be done without asking", READ | AUDIT, ["/people"]),
    "Priya Raman": ("Decisions needed", READ, ["/audit", "/people"]),
    "Mateo Quispe": ("Decisions needed", READ, ["/audit", "/people"]),
    "Sanne Wolters": ("Cases", READ, ["/audit", "/people"]),
    "Ferhat Yalman": ("Decisions needed", READ, ["/audit", "/people"]),
    "Signe Dahlgaard": ("Audit", READ | AUDIT, ["/people"]),
    "Kofi Adomako": ("Readiness", LOOK, ["/approvals", "/audit", "/people"]),
}
PASSWORD = "correct horse battery staple"


@pytest.fixture
def strict(house: Stage) -> Iterator[str]:
    """The site as it is served to others: nobody is trusted."""
    door, stop = first_free_door(8600, 100), threading.Event()
    port = int(door.getsockname()[1])
    server = threading.Thread(target=serve, args=(house, "127.0.0.1", port, stop), kwargs={"door": door})
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop.set()
        server.join(timeout=20)
        door.close()


@pytest.fixture
def provider(house: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with serving() as server:
        server.now = house.clock.now().timestamp()
        server.claims = {"sub": "u-1", "email": "signe@larkspur.example", "email_verified": True}
        monkeypatch.setenv("ABOVELOOP_OIDC_ISSUER", server.url)
        monkeypatch.setenv("ABOVELOOP_OIDC_CLIENT_ID", CLIENT)
        monkeypatch.setenv("ABOVELOOP_OIDC_CLIENT_SECRET", SECRET)
        yield server


def headline(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


@pytest.mark.parametrize("name", ROLES)
def test_a_role_comes_in_begins_at_home_and_reaches_its_pages_alone(
    context: BrowserContext, house: Stage, url: str, name: str
) -> None:
    home, offered, closed = ROLES[name]
    case = tell(house, "elif", *ELIF)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("button", name=re.compile(name)).click()
    assert headline(page) == home
    links = page.locator("nav.wide a")
    told = {re.sub(r"\s*\d.*", "", text.strip(), flags=re.DOTALL) for text in links.all_text_contents()}
    assert told == offered
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    for address in addresses:
        answer = page.goto(url + address)
        assert answer is not None and answer.status == 200, address
    for address in closed:
        answer = page.goto(url + address)
        assert answer is not None and answer.status == 403, address
        assert "may not" in page.inner_text("main")
    page.goto(f"{url}/cases/{case.id}")
    assert ("elif@customers.example" in page.content()) is ("Approvals" in offered)


def test_a_sponsor_sees_no_button_that_changes_a_case(context: BrowserContext, house: Stage, url: str) -> None:
    case = tell(house, "elif", *ELIF)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("button", name=re.compile("Annelies")).click()
    page.goto(f"{url}/cases/{case.id}")
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)
    page.goto(f"{url}/switches")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    answer = page.goto(f"{url}/approvals/{waiting(house).id}")
    assert answer is not None and answer.status == 403


def test_a_person_sets_a_password_and_signs_in_with_the_keyboard(page: Page, house: Stage, strict: str) -> None:
    token = Entrance(Doorkeeper(house)).invite("sanne", by=None)
    page.goto(f"{strict}/sign-in/invitation/{token}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Once more").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Your id or e-mail address").fill("sanne@larkspur.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")
    page.get_by_role("link", name="Sanne Wolters").click()
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()


def test_a_wrong_password_says_the_same_for_everybody(context: BrowserContext, house: Stage, strict: str) -> None:
    page = context.new_page()
    said = set()
    for name in ("sanne", "nobody"):
        page.goto(f"{strict}/sign-in")
        page.get_by_label("Your id or e-mail address").fill(name)
        page.get_by_label("Password").fill("wrong wrong wrong")
        page.get_by_role("button", name="Sign in").click()
        said.add(page.get_by_role("alert").inner_text())
    assert len(said) == 1


def test_a_person_signs_in_at_their_companys_identity_provider(
    page: Page, house: Stage, provider: Provider, strict: str
) -> None:
    page.goto(f"{strict}/policy")
    page.get_by_role("link", name="Sign in with your company").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What may be done without asking")
    expect(page.get_by_role("link", name="Signe Dahlgaard")).to_be_visible()
    page.goto(f"{strict}/audit")
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit")


def test_a_manager_invites_and_blocks_in_the_console(page: Page, house: Stage, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name=re.compile("Noor Haddad")).click()
    page.goto(f"{url}/people")
    page.get_by_role("button", name=re.compile("Invite.*Sanne Wolters")).click()
    expect(page.get_by_role("heading", name="Invitation for Sanne Wolters")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Block.*Ferhat Yalman")).click()
    expect(page.locator("#main").get_by_text("Blocked: nobody comes in")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Unblock.*Ferhat Yalman"))).to_be_visible()


def test_a_token_is_made_and_shown_once(page: Page, house: Stage, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name=re.compile("Kofi Adomako")).click()
    page.goto(f"{url}/account")
    page.get_by_label("What it is for").fill("deploy robot")
    page.get_by_label(re.compile("Promote put a release to work")).check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.locator("pre")).to_have_text(re.compile("^abl_"))
    page.goto(f"{url}/account")
    expect(page.locator("pre")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Revoke.*deploy robot"))).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_before_signing_in_are_accessible_and_fit(
    page: Page, house: Stage, provider: Provider, strict: str, scheme: str
) -> None:
    by_day_or_night(page, scheme)
    token = Entrance(Doorkeeper(house)).invite("sanne", by=None)
    link = Doorkeeper(house).link_for("sanne")
    for address in ("/sign-in", f"/sign-in/invitation/{token}", f"/sign-in/link/{link}"):
        page.goto(strict + address)
        assert wrong_with(page, address[1:20].replace("/", "-")) == {}
