"""The pages of what is understood, in a real browser: readable by everybody, narrow and wide, light and dark."""

import pytest
from playwright.sync_api import BrowserContext

from aboveloop.app.embeddings import standing
from aboveloop.app.embeddings.meaning import meaning_of
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.summaries import answers
from aboveloop.app.summaries.answers import Answer
from aboveloop.app.summaries.gathered import summary
from aboveloop.connect.models.embedding_settings import embeddings_of
from aboveloop.govern.people import person_of
from aboveloop.journey import cases
from api.open_house import ELIF, tell
from browser.conftest import sign_in
from browser.seeing import by_day_or_night, wrong_with
from console.test_understanding import looked

__all__ = ["looked"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_understood_is_readable_by_everybody(
    context: BrowserContext, looked: Stage, url: str, scheme: str
) -> None:
    case = tell(looked, "anna", ELIF[0])
    sign_in(context, looked, url, "yuki")
    page = context.new_page()
    by_day_or_night(page, scheme)
    found: dict[str, list[str]] = {}
    for path in (
        "/understanding",
        "/understanding/check",
        "/understanding/topics/topic-1",
        "/signals",
        f"/cases/{case.id}",
    ):
        page.goto(f"{url}{path}")
        found |= wrong_with(page, path.strip("/").replace("/", "-"))
    assert found == {}
    page.close()


SILENT = "acme does not answer; it is tried again every half a minute. Until then messages are read without it."


@pytest.fixture
def served(looked: Stage) -> Stage:
    """A house with a provider's embeddings that are out of reach, and people who have answered what was suggested."""
    home = looked.settings.home
    written = '[embeddings]\nname = "acme"\nurl = "https://embeddings.acme.example/v1"\nmodel = "acme-multilingual-3"\n'
    (home / "models.toml").write_text(written, encoding="utf-8")
    settings = embeddings_of(home)
    assert settings is not None
    looked.meaning = meaning_of(home, lambda: looked.house, lambda _why: None)
    standing.note(looked.house, settings, standing.UNAVAILABLE, SILENT)
    who = person_of(looked.operation, "priya")
    for name, verdict, text in (("elif", "edited", "Elif wants 50.01 EUR."), ("anna", "accepted", "")):
        case = tell(looked, name, ELIF[0])
        with looked.database.read() as reader:
            digest = summary(looked, reader, cases.get(reader, case.id)).digest
        answers.answer(looked, who, case.id, Answer("summary", verdict, digest=digest, text=text))
    return looked


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("person", ["sanne", "tomasz"])
def test_embeddings_and_how_suggestions_fare_are_readable_by_a_clerk_and_a_manager(
    context: BrowserContext, served: Stage, url: str, scheme: str, person: str
) -> None:
    sign_in(context, served, url, person)
    page = context.new_page()
    by_day_or_night(page, scheme)
    page.goto(f"{url}/understanding#embeddings")
    assert SILENT in page.inner_text("main")
    found = wrong_with(page, f"embeddings-{person}")
    page.goto(f"{url}/service")
    assert "not known" not in page.inner_text("main")
    found |= wrong_with(page, f"service-{person}")
    assert found == {}
    page.close()
