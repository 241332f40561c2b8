"""A short run of the fuzzing that `benches/fuzz.py` does at length: nothing fails, nobody gets more, nothing leaks."""

import asyncio

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.serve import build_site
from api.fuzzing import OPEN, PERMISSIONS, Fuzz, labels, leaks, overheard, requests, required


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


def test_every_write_of_the_api_says_which_right_it_needs(fuzz: Fuzz) -> None:
    every = labels(fuzz.app)
    assert [label for label in every if label.startswith("POST") and label not in PERMISSIONS] == []
    assert [label for label in PERMISSIONS if label not in every] == []


def test_nothing_but_health_and_the_chat_is_open(fuzz: Fuzz) -> None:
    is_open = {label for label in labels(fuzz.app) if required(label) == OPEN}
    assert {label.split()[1].split("/")[1] for label in is_open} == {"healthz", "chat"}
