"""Web forms before the sample company's site: pages without any script, and the same as JSON."""

import re
from datetime import timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from aboveloop.api.forms import FormOptions
from aboveloop.api.guards import LARGEST_BODY
from aboveloop.app.forms.words import WORDS, chosen, words_in
from aboveloop.operation.form_models import Form
from api.open_house import URL, Site

FILLED = {
    "f.wish": "return_order",
    "f.order_number": "lk 100007",
    "f.email": "Elif@customers.example",
    "f.postcode": "10437",
    "f.reason": "too_small",
}
PAGE = "/forms/return_or_exchange?lang=en"
SHOP = "https://shop.example"


@pytest.fixture
def client(site: Site) -> TestClient:
    site.app.state.form_options = FormOptions(answer_within_seconds=0)
    return site.client()


def slip_in(page: str) -> str:
    found = re.search(r'name="slip" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def said(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def put_in(client: TestClient, page: str = PAGE, **changed: str) -> str:
    """Send the form and return the address of its visit."""
    slip = slip_in(client.get(page).text)
    answer = client.post(page, data={**FILLED, "slip": slip, "website": "", **changed})
    assert answer.status_code == 303, said(answer.text)
    return answer.headers["location"]


def test_a_form_is_sent_and_its_page_leads_on_to_the_end(client: TestClient, site: Site) -> None:
    visit = put_in(client)
    waiting = said(client.get(visit).text)
    assert words_in("en")["state_working"] in waiting and "Send it back" in waiting
    site.house.run_due()
    page = client.get(visit)
    assert "Larkspur's AI assistant answers here." in said(page.text)
    assert "Shall I? Please answer yes or no." in said(page.text)
    assert words_in("en")["state_asked"] in said(page.text)
    key = re.search(r'name="key" value="([^"]+)"', page.text)
    assert key is not None
    for _ in range(2):
        answer = client.post(visit, data={"key": key[1], "text": "yes", "say": "text"})
        assert answer.status_code == 303
        site.house.run_due()
    done = said(client.get(visit).text)
    assert words_in("en")["state_settled"] in done
    assert done.count("You, 2 March 2026") == 2, "the same answer twice is one"


def test_who_presses_for_a_person_gets_one_in_every_language(client: TestClient, site: Site) -> None:
    for language in ("en", "de", "fr", "es"):
        visit = put_in(client, f"/forms/return_or_exchange?lang={language}")
        site.house.run_due()
        assert client.post(visit, data={"key": f"p-{language}", "text": "", "say": "person"}).status_code == 303
        site.house.run_due()
        assert words_in(language)["state_person"] in said(client.get(visit).text)


def test_who_presses_for_the_reason_is_told_it(client: TestClient, site: Site) -> None:
    for language, told in (("en", "Nothing has been decided"), ("de", "Mitarbeiter"), ("fr", ""), ("es", "")):
        visit = put_in(client, f"/forms/return_or_exchange?lang={language}")
        site.house.run_due()
        client.post(visit, data={"key": "why", "text": "", "say": "why"})
        site.house.run_due()
        page = said(client.get(visit).text)
        assert told in page
        with site.house.database.read() as reader:
            told_kinds = [each.kind for each in site.house.ledger.find(reader, kind="ReasonTold")]
        assert told_kinds, language


def test_what_is_wrong_is_told_beside_the_field_and_in_a_summary_and_nothing_is_lost(client: TestClient) -> None:
    page = "/forms/return_or_exchange?lang=de"
    slip = slip_in(client.get(page).text)
    answer = client.post(
        page, data={**FILLED, "slip": slip, "f.email": "niemand", "f.order_number": "", "f.message": "<b>Hallo</b>"}
    )
    assert answer.status_code == 422
    assert "<title>Etwas stimmt noch nicht:" in answer.text
    assert '<a href="#field-email">E-Mail-Adresse: Das ist keine E-Mail-Adresse.' in answer.text
    assert '<a href="#field-order_number">Bestellnummer: Bitte ausfüllen.</a>' in answer.text
    assert 'aria-describedby="field-email-help field-email-wrong" aria-invalid="true"' in answer.text
    assert "&lt;b&gt;Hallo&lt;/b&gt;</textarea>" in answer.text
    assert 'value="return_order" checked' in answer.text and 'value="too_small" selected' in answer.text
    assert slip_in(answer.text) == slip


def test_a_slip_that_is_missing_foreign_or_too_old_loses_nothing_that_was_filled_in(
    client: TestClient, site: Site
) -> None:
    missing = client.post(PAGE, data=FILLED)
    assert missing.status_code == 403 and words_in("en")["not_ours"] in said(missing.text)
    assert 'value="Elif@customers.example"' in missing.text
    again = client.post(PAGE, data={**FILLED, "slip": slip_in(missing.text)})
    assert again.status_code == 303

    old = slip_in(client.get(PAGE).text)
    site.house.clock.advance(timedelta(hours=25))
    expired = client.post(PAGE, data={**FILLED, "slip": old})
    assert expired.status_code == 422 and words_in("en")["expired"] in said(expired.text)
    assert client.post(PAGE, data={**FILLED, "slip": slip_in(expired.text)}).status_code == 303


def test_a_form_that_is_too_large_is_refused_in_the_language_of_the_page(client: TestClient) -> None:
    for language in WORDS:
        page = f"/forms/contact?lang={language}"
        slip = slip_in(client.get(page).text)
        answer = client.post(page, data={"slip": slip, "f.message": "x" * 1_000_000})
        assert answer.status_code == 413
        assert words_in(language)["too_large"].format(most=LARGEST_BODY // 1024) in said(answer.text)
        assert answer.headers["content-type"].startswith("text/html")
    long = client.post("/forms/contact?lang=en", data={"slip": slip, "f.message": "x" * 9_000})
    assert long.status_code == 422 and "9000 characters, and 8000 fit" in said(long.text)


@pytest.mark.parametrize(
    "sent",
    [
        {"f.message": "\x00hello"},
        {"f.message": "hello", "f.name": "a\nb"},
        {"f.message": "hello", "f.surprise": "x"},
        {"f.message": "hello", "surprise": "x"},
        {"f.message": "hello", "website": "https://spam.example"},
        {"f.message": " \n "},
        {},
    ],
)
def test_strange_things_are_refused_in_words_and_write_nothing(
    client: TestClient, site: Site, sent: dict[str, str]
) -> None:
    slip = slip_in(client.get("/forms/contact?lang=fr").text)
    answer = client.post("/forms/contact?lang=fr", data={"slip": slip, **sent})
    assert answer.status_code == 422
    assert words_in("fr")["problem"] in said(answer.text)
    with site.house.database.read() as reader:
        assert list(site.house.ledger.find(reader, kind="MessageReceived")) == []


def test_what_is_no_form_at_all_is_refused(client: TestClient) -> None:
    answer = client.post(PAGE, content=b"\xff\xfe", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 403
    files = client.post(PAGE, files={"f.wish": ("a.txt", b"x")})
    assert files.status_code == 403


def test_missing_forms_and_visits_are_told_in_words(client: TestClient) -> None:
    missing = client.get("/forms/nothing", headers={"Accept-Language": "es-MX,en;q=0.5"})
    assert missing.status_code == 404 and words_in("es")["no_form"] in said(missing.text)
    assert 'lang="es"' in missing.text
    stranger = client.get("/forms/contact/visits/AAAA?lang=en")
    assert stranger.status_code == 404 and words_in("en")["no_visit"] in said(stranger.text)
    assert client.post("/forms/contact/visits/AAAA?lang=en", data={"text": "x", "key": "1"}).status_code == 404


def test_the_page_is_in_the_language_of_the_customer_among_those_served(client: TestClient) -> None:
    assert 'lang="fr"' in client.get("/forms/contact", headers={"Accept-Language": "it, fr-CA;q=0.8"}).text
    assert 'lang="en"' in client.get("/forms/contact", headers={"Accept-Language": "ja"}).text
    assert 'lang="de"' in client.get("/forms/contact?lang=de", headers={"Accept-Language": "fr"}).text
    assert 'lang="en"' in client.get("/forms/contact?lang=xx").text


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "", "en"),
        ("de", "fr", "de"),
        ("tlh", "fr", "fr"),
        ("", "es;q=0.2, de;q=0.9", "de"),
        ("", "de;q=0, fr", "fr"),
        ("", "de;q=much", "en"),
        ("", "*", "en"),
        ("", "DE-at", "de"),
    ],
)
def test_a_language_is_chosen(asked: str, accepted: str, language: str) -> None:
    assert chosen(["en", "de", "fr", "es"], asked, accepted) == language


def test_every_language_has_every_word_with_the_same_places() -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{\w+\}", text))

    for language, words in WORDS.items():
        assert words.keys() == WORDS["en"].keys(), language
        assert {key for key in words if places(words[key]) != places(WORDS["en"][key])} == set(), language


def test_a_release_without_the_channel_serves_no_form(client: TestClient, site: Site) -> None:
    about = site.house.operation.about
    channels = {name: channel for name, channel in about.channels.items() if name != "form"}
    site.house.operation = site.house.operation.model_copy(
        update={"about": about.model_copy(update={"channels": channels})}
    )
    assert client.get("/forms/contact").status_code == 404


# --- as JSON ------------------------------------------------------------------------------------


def test_a_program_reads_and_sends_a_form(client: TestClient, site: Site) -> None:
    form = client.get("/api/v1/forms/return_or_exchange?lang=de").json()
    assert (form["language"], form["fields"][0]["kind"], form["fields"][1]["kind"]) == ("de", "need", "pattern")
    assert form["fields"][4]["choices"][0] == {"value": "too_small", "label": "Es ist zu klein"}
    values = {name.removeprefix("f."): value for name, value in FILLED.items()}
    body = {"slip": form["slip"], "language": "de", "values": values}
    first, again = (client.post("/api/v1/forms/return_or_exchange", json=body) for _ in range(2))
    assert (first.status_code, first.json()["is_new"], again.json()["is_new"]) == (201, True, False)
    assert first.json()["case"] == again.json()["case"]
    site.house.run_due()
    visit = f"/api/v1/forms/return_or_exchange/visits/{first.json()['visit']}"
    found = client.get(f"{visit}?lang=de").json()
    assert found["state"] == "asked" and found["sentence"] == words_in("de")["state_asked"]
    assert client.get(first.json()["page"]).status_code == 200
    answer = {"id": "1", "text": "ja"}
    taken = [client.post(f"{visit}/messages", json=answer).json() for _ in range(2)]
    assert taken[0] == taken[1]
    site.house.run_due()
    assert client.get(visit).json()["state"] == "settled"


def test_a_program_is_told_what_is_wrong_by_field(client: TestClient) -> None:
    form = client.get("/api/v1/forms/contact?lang=es").json()
    answer = client.post("/api/v1/forms/contact", json={"slip": form["slip"], "language": "es", "values": {}})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["kind"] == "wrong"
    assert error["fields"] == [{"field": "message", "message": "Su mensaje: rellene este campo."}]
    assert client.post("/api/v1/forms/contact", json={"slip": "x", "values": {"message": "hi"}}).status_code == 403
    assert client.post("/api/v1/forms/none", json={"slip": "x", "values": {}}).json()["error"]["kind"] == "FormMissing"
    assert client.get("/api/v1/forms/contact/visits/AAAA").json()["error"]["kind"] == "VisitUnknown"


def embedding(site: Site) -> None:
    form: Form = site.house.operation.forms["contact"]
    forms = {**site.house.operation.forms, "contact": form.model_copy(update={"embed_on": [SHOP]})}
    site.house.operation = site.house.operation.model_copy(update={"forms": forms})


def test_only_pages_of_named_origins_may_use_it_from_elsewhere(client: TestClient, site: Site) -> None:
    here, ours = "/api/v1/forms/contact", {"Origin": SHOP, "Sec-Fetch-Site": "cross-site"}
    slip = client.get(here).json()["slip"]
    body = {"slip": slip, "values": {"message": "where is my parcel?"}}
    refused = client.post(here, json=body, headers=ours)
    assert refused.status_code == 403 and "access-control-allow-origin" not in refused.headers

    embedding(site)
    asked = client.options(here, headers={**ours, "Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204 and asked.headers["access-control-allow-origin"] == SHOP
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert client.get(here, headers=ours).headers["access-control-allow-origin"] == SHOP
    told = client.post(here, json=body, headers=ours)
    assert told.status_code == 201 and told.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-credentials" not in told.headers
    assert client.post(here, json={**body, "slip": "x"}, headers=ours).headers["access-control-allow-origin"] == SHOP

    stranger = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post(here, json=body, headers=stranger).status_code == 403
    # What it opens is its own address alone.
    other = client.post("/api/v1/forms/return_or_exchange", json=body, headers=ours)
    assert other.status_code == 403
    assert client.post("/chat/sessions", json={}, headers=ours).status_code == 403
    assert client.post("/forms/contact", data={}, headers=ours).status_code == 403


def test_only_named_origins_may_frame_the_page(client: TestClient, site: Site) -> None:
    assert "frame-ancestors 'self';" in client.get("/forms/contact").headers["content-security-policy"] + ";"
    embedding(site)
    assert f"frame-ancestors 'self' {SHOP}" in client.get("/forms/contact").headers["content-security-policy"]
    assert "x-frame-options" not in client.get("/forms/contact").headers
    assert URL not in client.get("/forms/contact").headers["content-security-policy"]
