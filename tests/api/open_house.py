"""The sample company, open for one test: its house on a clock that stands, its site, and the cast that writes."""

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from aboveloop.api.chat_sessions import ChatOptions
from aboveloop.app.doors import COOKIE, Doorkeeper
from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.rehearsal import stage
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.reviews import waiting_reviews
from aboveloop.cli.serve import build_site
from aboveloop.govern.approval import Approval
from aboveloop.govern.people import person_of
from aboveloop.journey.cases import Case
from aboveloop.operation.loading import load
from aboveloop.operation.models import Operation
from aboveloop.operation.names import WEBCHAT
from aboveloop.understand.reader import FirstReader

URL = "http://127.0.0.1"
# Elif proves who she is, wants 50.01 EUR for her damaged boots and says yes to it: one cent above the worker's limit.
ELIF = (
    "My boots LK-100007 arrived damaged",
    "elif@customers.example",
    "10437",
    "the sole came off",
    "50.01 EUR",
    "yes please",
)


@pytest.fixture(scope="session")
def operation() -> Operation:
    loaded = load(SAMPLE_OPERATION)
    assert loaded.operation is not None, "\n".join(str(fault) for fault in loaded.faults)
    return loaded.operation


@pytest.fixture(scope="session")
def understands(operation: Operation) -> FirstReader:
    return FirstReader.fit(operation)


@pytest.fixture(scope="session")
def template(operation: Operation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("larkspur") / "home"
    stage.build(operation, home)
    return home


@pytest.fixture
def house(operation: Operation, understands: FirstReader, template: Path, tmp_path: Path) -> Iterator[Stage]:
    """The house with its first day's records."""
    home = tmp_path / "home"
    shutil.copytree(template, home)
    opened = Stage(operation, home, understands)
    opened.prepare()
    yield opened
    opened.close()


@dataclass(frozen=True)
class Site:
    """The site of a house, and clients for whoever looks at it."""

    house: Stage
    app: FastAPI
    doorkeeper: Doorkeeper

    def client(self, person: str | None = None) -> TestClient:
        """A browser, signed in as `person`."""
        client = TestClient(self.app, base_url=URL, follow_redirects=False, raise_server_exceptions=False)
        if person is not None:
            client.cookies.set(COOKIE, self.doorkeeper.sign_in_trusted(person))
        return client

    def program(self, person: str, scopes: Collection[str] | None = None) -> TestClient:
        """A program with this person's bearer token, with all that they may do or with `scopes`."""
        client = self.client()
        client.headers["Authorization"] = f"Bearer {self.doorkeeper.bearer_for(person, scopes)}"
        return client

    def form_key(self, client: TestClient) -> str:
        """The key that this visitor's forms carry."""
        return self.doorkeeper.form_key(self.doorkeeper.visitor(client.cookies.get(COOKIE)))


@pytest.fixture
def site(house: Stage) -> Site:
    app = build_site(house, trusted=True, chat=ChatOptions(poll_seconds=0.01, keep_alive_seconds=0.2))
    return Site(house, app, app.state.doorkeeper)


def embed_chat(house: Stage, *origins: str) -> None:
    """Pages of these sites may show the chat, as under `embed_on` of operation.yaml."""
    about = house.operation.about
    chat = about.channels[WEBCHAT].model_copy(update={"embed_on": list(origins)})
    channels = {**about.channels, WEBCHAT: chat}
    house.operation = house.operation.model_copy(update={"about": about.model_copy(update={"channels": channels})})


def tell(house: Stage, address: str, *texts: str) -> Case:
    """A customer writes these messages over the web chat, one after the other; the case as it stands then."""
    message = ""
    for text in texts:
        message = house.hear("webchat", address, text)
    return house.case_of(message)


def waiting(house: Stage) -> Approval:
    """The one approval that waits."""
    with house.database.read() as reader:
        person = person_of(house.operation, "priya")
        (review,) = waiting_reviews(house, reader, person, house.clock.now())
    return review.approval
