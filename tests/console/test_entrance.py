"""Coming in by password, invitation or identity provider; what was tried too often; and who is kept out."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import httpx2
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from aboveloop.api.chat_sessions import ChatOptions
from aboveloop.app.doors import COOKIE
from aboveloop.app.identity import passwords
from aboveloop.app.identity.entrance import Entrance
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.serve import build_site
from aboveloop.ledger.entries import Entry
from api.open_house import URL, Site
from connect.identity_server import CLIENT, SECRET, Provider, serving

GOOD = "correct horse battery staple"
OTHER = "walrus lantern seven umbrellas"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As little work as argon2 takes: what is tested here is not how much it is."""
    cheap = type(passwords._hasher)(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
    monkeypatch.setattr(passwords, "_nobody", cheap.hash("nobody has this password"))


@pytest.fixture
def strict(house: Stage) -> Site:
    app = build_site(house, trusted=False, chat=ChatOptions())
    return Site(house, app, app.state.doorkeeper)


def entrance(site: Site) -> Entrance:
    return Entrance(site.doorkeeper)


def with_password(site: Site, person: str, password: str = GOOD) -> TestClient:
    """A browser whose person has just set a password by invitation."""
    client = site.client()
    token = entrance(site).invite(person, by=None)
    answer = client.post(f"/sign-in/invitation/{token}", data={"password": password, "again": password})
    assert answer.status_code == 303, answer.text
    return client


def sign_in(site: Site, name: str, password: str, back: str = "/") -> tuple[int, TestClient]:
    client = site.client()
    answer = client.post("/sign-in/password", data={"name": name, "password": password, "back": back})
    return answer.status_code, client


def kinds(site: Site) -> list[tuple[str, str]]:
    with site.house.database.read() as reader:
        found: list[Entry] = list(site.house.ledger.find(reader, case_id="house"))
    return [(entry.kind, entry.actor) for entry in found if entry.kind not in ("ReleaseCreated", "ReleaseDeployed")]


# --- passwords and invitations


@pytest.mark.parametrize("name", ["priya", "PRIYA ", "priya@larkspur.example", "Priya@Larkspur.example"])
def test_a_person_signs_in_with_id_or_address_and_their_password(strict: Site, name: str) -> None:
    with_password(strict, "priya")
    status, client = sign_in(strict, name, GOOD)
    assert status == 303
    assert "Priya Raman" in client.get("/account").text
    assert ("PasswordSet", "person:priya") in kinds(strict) and ("PersonInvited", "house") in kinds(strict)


def test_no_password_is_kept_only_a_hash(strict: Site) -> None:
    with_password(strict, "priya")
    home = strict.house.settings.home
    kept = b"".join(path.read_bytes() for path in home.glob("aboveloop.db*"))
    assert GOOD.encode() not in kept and b"$argon2id$" in kept


def test_who_is_there_cannot_be_told_from_the_answer(strict: Site) -> None:
    with_password(strict, "priya")
    answers = set()
    for name, password in (("priya", "wrong wrong wrong"), ("nobody", GOOD), ("sanne", GOOD), ("", GOOD)):
        answer = strict.client().post("/sign-in/password", data={"name": name, "password": password})
        if name:
            answers.add((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert len(answers) == 1 and next(iter(answers))[0] == 401


def test_a_name_that_is_not_there_costs_as_much_work(strict: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(strict, "priya")
    compared: list[str] = []
    verify = passwords._hasher.verify
    counting = type("Counting", (), {"verify": lambda _, kept, given: compared.append(kept) or verify(kept, given)})()
    monkeypatch.setattr(passwords, "_hasher", counting)
    for name in ("priya", "nobody", "sanne"):
        assert sign_in(strict, name, "wrong wrong wrong")[0] == 401
    assert len(compared) == 3


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "12 to 200 characters"),
        ("a" * 201, "a" * 201, "12 to 200 characters"),
        ("abababababab", "abababababab", "repeats a few characters"),
        ("priya is the best", "priya is the best", "holds your name"),
        ("Mrs Raman 1969 !", "Mrs Raman 1969 !", "holds your name"),
        (GOOD, OTHER, "not the same"),
    ],
)
def test_a_password_that_is_easily_guessed_is_not_set(strict: Site, password: str, again: str, said: str) -> None:
    token = entrance(strict).invite("priya", by=None)
    answer = strict.client().post(f"/sign-in/invitation/{token}", data={"password": password, "again": again})
    assert answer.status_code == 400 and said in answer.text
    assert "Choose the password" in strict.client().get(f"/sign-in/invitation/{token}").text, "it is not used up"


def test_an_invitation_is_good_once_for_one_person_and_three_days(strict: Site) -> None:
    first, second = entrance(strict).invite("priya", by=None), entrance(strict).invite("priya", by=None)
    client = strict.client()
    assert "Welcome, Priya Raman" in client.get(f"/sign-in/invitation/{first}").text
    assert client.post(f"/sign-in/invitation/{first}", data={"password": GOOD, "again": GOOD}).status_code == 303
    for used in (first, second):
        answer = strict.client().post(f"/sign-in/invitation/{used}", data={"password": OTHER, "again": OTHER})
        assert answer.status_code == 409, "an invitation from before the password is over too"
    third = entrance(strict).invite("priya", by=None)
    strict.house.clock.advance(timedelta(days=3))
    assert strict.client().get(f"/sign-in/invitation/{third}").status_code == 409
    link = strict.doorkeeper.link_for("priya")
    assert strict.client().get(f"/sign-in/invitation/{link}").status_code == 409, "a link is no invitation"


def test_changing_a_password_ends_every_other_session(strict: Site) -> None:
    here, elsewhere = with_password(strict, "priya"), sign_in(strict, "priya", GOOD)[1]
    fields = {"old": GOOD, "new": OTHER, "again": OTHER, "form_key": strict.form_key(here)}
    answer = here.post("/account/password", data=fields)
    assert answer.headers["location"] == "/account?notice=password"
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert sign_in(strict, "priya", GOOD)[0] == 401 and sign_in(strict, "priya", OTHER)[0] == 303


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"old": "not this one", "new": OTHER, "again": OTHER}, 401),
        ({"old": GOOD, "new": "short", "again": "short"}, 400),
    ],
)
def test_a_password_is_not_changed_without_the_one_before_or_to_a_weak_one(
    strict: Site, fields: dict[str, str], status: int
) -> None:
    client = with_password(strict, "priya")
    answer = client.post("/account/password", data={**fields, "form_key": strict.form_key(client)})
    assert answer.status_code == status
    assert sign_in(strict, "priya", GOOD)[0] == 303


def test_signing_out_everywhere_ends_every_session(strict: Site) -> None:
    here, elsewhere = with_password(strict, "priya"), sign_in(strict, "priya", GOOD)[1]
    here.post("/sign-out/everywhere", data={"form_key": strict.form_key(here)})
    for client in (here, elsewhere):
        assert client.get("/account").status_code == 303
    assert ("SessionsEnded", "person:priya") in kinds(strict)


# --- too often


def test_after_five_failures_each_next_try_waits_twice_as_long(strict: Site) -> None:
    with_password(strict, "priya")
    clock = strict.house.clock
    for _ in range(5):
        assert sign_in(strict, "priya", "wrong wrong wrong")[0] == 401
    assert sign_in(strict, "priya", GOOD)[0] == 429, "the right one waits too"
    clock.advance(timedelta(seconds=31))
    assert sign_in(strict, "priya", "wrong wrong wrong")[0] == 401
    clock.advance(timedelta(seconds=31))
    assert sign_in(strict, "priya", GOOD)[0] == 429
    clock.advance(timedelta(seconds=30))
    assert sign_in(strict, "priya", GOOD)[0] == 303
    assert sign_in(strict, "priya", "wrong wrong wrong")[0] == 401, "the right one begins the count anew"


def test_a_name_that_is_not_there_is_locked_alike(strict: Site) -> None:
    for name in ("priya", "nobody"):
        statuses = [sign_in(strict, name, "wrong wrong wrong")[0] for _ in range(6)]
        assert statuses == [401] * 5 + [429], name


def test_an_address_that_tries_many_names_is_locked(strict: Site) -> None:
    with_password(strict, "priya")
    statuses = [sign_in(strict, f"name{number}", "wrong wrong wrong")[0] for number in range(20)]
    assert set(statuses) == {401}
    assert sign_in(strict, "priya", GOOD)[0] == 429


def test_a_wait_never_grows_beyond_an_hour_and_a_day_forgets(strict: Site) -> None:
    with_password(strict, "priya")
    clock = strict.house.clock
    for _ in range(15):
        assert sign_in(strict, "priya", "wrong wrong wrong")[0] == 401
        clock.advance(timedelta(hours=1, seconds=1))
    assert sign_in(strict, "priya", GOOD)[0] == 303


def test_what_was_typed_as_a_name_is_not_kept(strict: Site) -> None:
    sign_in(strict, "my secret password", "x")
    with strict.house.database.read() as reader:
        keys = [row.key for row in reader.all(sa.select(sa.text("key")).select_from(sa.text("sign_in_attempts")))]
    assert len(keys) == 2 and not any("secret" in key for key in keys)


# --- people who manage people


def act(site: Site, client: TestClient, path: str) -> tuple[int, str]:
    answer = client.post(path, data={"form_key": site.form_key(client)})
    return answer.status_code, answer.text


def test_who_manages_people_invites_signs_out_blocks_and_unlocks(strict: Site) -> None:
    noor, priya = with_password(strict, "noor"), with_password(strict, "priya", OTHER)
    status, page = act(strict, noor, "/people/sanne/invite")
    token = re.findall(r"/sign-in/invitation/([^<]+)<", page)[0]
    assert status == 200 and "Welcome, Sanne Wolters" in strict.client().get(f"/sign-in/invitation/{token}").text
    assert act(strict, noor, "/people/priya/sign-out")[0] == 303 and priya.get("/account").status_code == 303
    program = strict.program("priya")
    assert program.get("/api/v1/me").status_code == 200
    assert act(strict, noor, "/people/priya/block")[0] == 303
    assert program.get("/api/v1/me").status_code == 401, "nor any program for them"
    assert sign_in(strict, "priya", OTHER)[0] == 401
    assert "blocked" in noor.get("/people").text
    assert act(strict, noor, "/people/priya/unblock")[0] == 303
    for _ in range(6):
        sign_in(strict, "priya", "wrong wrong wrong")
    assert "locked for a while" in noor.get("/people").text
    assert act(strict, noor, "/people/priya/unlock")[0] == 303
    assert sign_in(strict, "priya", OTHER)[0] == 303
    done = [kind for kind, actor in kinds(strict) if actor == "person:noor"]
    for kind in ("PersonInvited", "SessionsEnded", "PersonBlocked", "PersonUnblocked", "PersonUnlocked"):
        assert kind in done


@pytest.mark.parametrize("person", ["tomasz", "sanne", "signe", "kofi", "annelies", "adaeze"])
@pytest.mark.parametrize("what", ["invite", "sign-out", "block", "unblock", "unlock"])
def test_who_may_not_manage_people_does_none_of_it(site: Site, person: str, what: str) -> None:
    client = site.client(person)
    assert client.get("/people").status_code == 403
    status, text = act(site, client, f"/people/priya/{what}")
    assert status == 403 and "may not manage people" in text
    assert site.client("priya").get("/account").status_code == 200


def test_nobody_blocks_themselves(site: Site) -> None:
    status, text = act(site, site.client("noor"), "/people/noor/block")
    assert status == 403 and "Nobody blocks themselves" in text


def test_a_blocked_person_comes_in_by_no_door(site: Site) -> None:
    entrance(site).block("priya", by=None)
    assert site.client().post("/sign-in", data={"person": "priya"}).status_code == 403
    link = site.doorkeeper.link_for("priya")
    assert site.client().post(f"/sign-in/link/{link}").status_code == 403


# --- tokens on the page


def test_a_token_is_made_on_the_page_shown_once_and_revoked(site: Site) -> None:
    client = site.client("kofi")
    key = site.form_key(client)
    fields = {"name": "deploy robot", "scope.promote": "yes", "scope.read_cases": "yes", "days": "7", "form_key": key}
    page = client.post("/account/tokens", data=fields).text
    text = re.findall(r"abl_[\w-]+", page)[0]
    program = site.client()
    program.headers["Authorization"] = f"Bearer {text}"
    assert program.get("/api/v1/me").json()["may"] == ["promote", "read_cases"]
    shown = client.get("/account").text
    assert text not in shown and "deploy robot" in shown
    revoke = re.findall(r"/account/tokens/[\w]+/revoke", shown)[0]
    assert client.post(revoke, data={"form_key": key}).status_code == 303
    assert program.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    ("person", "fields", "status"),
    [
        ("sanne", {"name": "x", "scope.read_cases": "yes"}, 403),
        ("kofi", {"name": "x", "scope.erase": "yes"}, 403),
        ("kofi", {"name": "x"}, 400),
        ("kofi", {"name": "", "scope.promote": "yes"}, 400),
        ("kofi", {"name": "x", "scope.promote": "yes", "days": "1000"}, 400),
        ("kofi", {"name": "x", "scope.promote": "yes", "days": "soon"}, 400),
    ],
)
def test_a_token_that_may_not_be_is_not_made(site: Site, person: str, fields: dict[str, str], status: int) -> None:
    client = site.client(person)
    answer = client.post("/account/tokens", data={**fields, "form_key": site.form_key(client)})
    assert answer.status_code == status and "abl_" not in answer.text


# --- identity providers


@pytest.fixture
def provider(house: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with serving() as server:
        server.now = house.clock.now().timestamp()
        server.claims = {"sub": "u-1", "email": "sanne@larkspur.example", "email_verified": True, "groups": []}
        monkeypatch.setenv("ABOVELOOP_OIDC_ISSUER", server.url)
        monkeypatch.setenv("ABOVELOOP_OIDC_CLIENT_ID", CLIENT)
        monkeypatch.setenv("ABOVELOOP_OIDC_CLIENT_SECRET", SECRET)
        yield server


def with_groups(house: Stage) -> None:
    about = house.operation.about
    identity = about.identity.model_copy(update={"roles": {"cx-audit": "auditor"}})
    house.operation = house.operation.model_copy(update={"about": about.model_copy(update={"identity": identity})})


def back_from(site: Site, client: TestClient, back: str = "/") -> str:
    """Go to the provider as a browser would; the path with which it sends the person back."""
    answer = client.get(f"/sign-in/provider?back={back}")
    assert answer.status_code == 303, answer.text
    returned = urlsplit(httpx2.get(answer.headers["location"]).headers["location"])
    assert f"{returned.scheme}://{returned.netloc}" == URL
    return f"{returned.path}?{returned.query}"


def test_a_person_signs_in_at_the_identity_provider(provider: Provider, strict: Site) -> None:
    client = strict.client()
    assert "Sign in with your company" in client.get("/sign-in").text
    answer = client.get(back_from(strict, client, "/policy"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/policy")
    assert "Sanne Wolters" in client.get("/account").text
    assert ("PersonSignedIn", "person:sanne") in kinds(strict)


def test_groups_give_roles_for_as_long_as_the_session_lasts(provider: Provider, strict: Site) -> None:
    with_groups(strict.house)
    provider.claims["groups"] = ["cx-audit", "staff"]
    client = strict.client()
    client.get(back_from(strict, client))
    assert client.get("/audit").status_code == 200
    client.post("/sign-out", data={"form_key": strict.form_key(client)})
    provider.claims["groups"] = ["staff"]
    client.get(back_from(strict, client))
    assert client.get("/cases").status_code == 200 and client.get("/audit").status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@larkspur.example"},
        {"email_verified": False},
        {"email_verified": None},
        {"email": None},
        {"email": ["sanne@larkspur.example"]},
    ],
)
def test_who_is_none_of_the_people_does_not_come_in(
    provider: Provider, strict: Site, claims: dict[str, object]
) -> None:
    provider.claims = {**provider.claims, **claims}
    client = strict.client()
    answer = client.get(back_from(strict, client))
    assert answer.status_code == 403 and COOKIE not in answer.headers.get("set-cookie", "")
    assert client.get("/account").status_code == 303


def test_an_answer_counts_once_in_the_browser_that_began(provider: Provider, strict: Site) -> None:
    client, other = strict.client(), strict.client()
    address = back_from(strict, client)
    assert other.get(address).status_code == 403, "another browser began nothing"
    assert client.get(address.replace("state=", "state=x")).status_code == 403
    assert client.get("/sign-in/provider/return?error=access_denied").status_code == 401
    kept = client.cookies.get("aboveloop_provider", path="/sign-in/provider")
    assert client.get(address).status_code == 303
    other.cookies.set("aboveloop_provider", kept or "")
    assert other.get(address).status_code == 403, "it was used"


def test_a_sign_in_that_takes_too_long_is_begun_anew(provider: Provider, strict: Site) -> None:
    client = strict.client()
    address = back_from(strict, client)
    strict.house.clock.advance(timedelta(minutes=10))
    answer = client.get(address)
    assert answer.status_code == 403 and "took too long" in answer.text


def test_a_provider_that_is_down_is_said_and_passwords_still_work(provider: Provider, strict: Site) -> None:
    provider.wrong = "down"
    answer = strict.client().get("/sign-in/provider")
    assert answer.status_code == 503 and "does not answer" in answer.text
    with_password(strict, "priya")


def test_without_a_provider_there_is_no_such_way(strict: Site) -> None:
    assert "company" not in strict.client().get("/sign-in").text
    assert strict.client().get("/sign-in/provider").status_code == 400
