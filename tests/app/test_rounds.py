"""A round of the house that fails is told and begins again."""

import threading

import pytest

from aboveloop.app.rounds import kept_on


def test_a_round_that_fails_begins_again_and_people_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []
    told: list[str] = []

    def run(closing: threading.Event) -> None:
        tries.append(1)
        if len(tries) < 4:
            raise KeyError("who is this")

    kept_on(run, "reminders", threading.Event(), told.append, first_pause=0.001)

    assert len(tries) == 4
    assert told == ["The house's round `reminders` fails (KeyError): what it looks after waits."]
    assert "KeyError" in caplog.text


def test_a_round_that_has_ended_is_not_begun_again() -> None:
    tries: list[int] = []

    kept_on(lambda closing: tries.append(1), "sealer", threading.Event(), pytest.fail)

    assert tries == [1]


def test_a_house_that_closes_begins_nothing_again() -> None:
    closing, tries = threading.Event(), list[int]()

    def run(event: threading.Event) -> None:
        tries.append(1)
        event.set()
        raise OSError("the disk is gone")

    kept_on(run, "sealer", closing, lambda sentence: None)

    assert tries == [1]
