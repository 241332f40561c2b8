"""A short run of the fuzzing that `benches/fuzz.py` does at length: nothing fails, nobody gets more, nothing leaks."""

import asyncio

import pytest

from aboveloop.app.looking.programs import PROGRAMS
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.serve import build_site
from api.fuzzing import Fuzz, labels, leaks, overheard, pages, requests


@pytest.fixture
def fuzz(house: Stage) -> Fuzz:
    return Fuzz(house, build_site(house, trusted=True))


def test_nothing_fails_nobody_gets_more_and_nothing_personal_is_logged(fuzz: Fuzz) -> None:
    with overheard() as heard, asyncio.Runner() as runner:
        for request in requests(fuzz, 54, 1):
            fuzz.play(request, runner)
    assert fuzz.faults == []
    assert fuzz.requests >= 54 * len(fuzz.callers)
    # The run has reached what it is about: answers that were given, and every way to say no.
    assert {200, 401, 403, 404, 422} <= set(fuzz.statuses)
    assert leaks(heard.getvalue(), fuzz) == []


def test_the_console_fails_nowhere_and_gives_nobody_more(fuzz: Fuzz) -> None:
    with overheard() as heard, asyncio.Runner() as runner:
        for request in pages(fuzz, 60, 1):
            fuzz.play(request, runner)
    assert fuzz.faults == []
    assert {200, 303, 401, 403, 404} <= set(fuzz.statuses)
    assert leaks(heard.getvalue(), fuzz) == []


def test_every_route_of_the_api_is_fired_at(fuzz: Fuzz) -> None:
    described = set(labels(fuzz.app))
    hidden = {label for label in PROGRAMS if label not in described}
    assert described <= set(PROGRAMS)
    pages = {"GET /chat", "GET /chat/static/{name}", "GET /widget.js", "GET /forms/static/forms.css"}
    forms = {f"{method} /forms/{place}" for method in ("GET", "POST") for place in ("{name}", "{name}/visits/{visit}")}
    assert hidden == pages | forms, "files and the customers' pages alone"
