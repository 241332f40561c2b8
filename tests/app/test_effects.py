"""What a release did to the KPIs stands in its notes, and nobody scales what resolves more while trust falls."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.app.desk import Desk
from aboveloop.app.improving import board
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.releasing.notes import release_notes
from aboveloop.app.releasing.promote import Check, Reasons, look_at
from aboveloop.govern.people import person_of
from aboveloop.improve.backlog import Move, State, Wish
from aboveloop.operation import environments, releases
from aboveloop.operation.environments import Change
from aboveloop.operation.loading import load_files
from aboveloop.operation.releases import Release
from api.open_house import ELIF, tell, waiting

INES = ("My tent LK-100011 arrived damaged", "ines@customers.example", "6211 CK", "a torn seam", "120 euro", "yes")

CARLA = ("please cancel my order LK-100005. carla@customers.example, 50667", "yes")


def made(house: Stage, greeting: str) -> Release:
    """The sample company with KPIs that speak from the first case on."""
    text = re.sub(r"  minimum_cases: \d+\n", "", house.operation.files["kpis.yaml"])
    text = text.replace("  tolerance: ", "  minimum_cases: 1\n  tolerance: ")
    files = {**house.operation.files, "kpis.yaml": text, "messages/en/greeting.md": greeting}
    loaded = load_files(files, Path("larkspur"))
    assert loaded.operation is not None, loaded.faults
    with house.database.write() as tx:
        return releases.create_release(
            tx, loaded.operation, ledger=house.ledger, by="person:yuki", note="", now=house.clock.now()
        )


def deploy(house: Stage, release: Release) -> None:
    with house.database.write() as tx:
        releases.deploy(tx, release, ledger=house.ledger, by="person:noor", now=house.clock.now())


def trust_of(house: Stage, release: Release, **reasons: str) -> Check:
    listed = look_at(house, release, "production", None, reasons=Reasons(**reasons))
    (found,) = [check for check in listed.checks if check.name == "Trust"]
    return found


def denied(house: Stage) -> None:
    Desk(house, person_of(house.current(), "priya")).deny(waiting(house).id, because="Not covered.")
    house.run_due()


def approved(house: Stage) -> None:
    Desk(house, person_of(house.current(), "priya")).approve(waiting(house).id)
    house.run_due()


def test_the_notes_tell_what_a_release_is_for_and_what_it_did_to_the_kpis(house: Stage) -> None:
    first, second = made(house, "Hello!\n"), made(house, "Good day!\n")
    wish = Wish("Greet better", "Customers feel lost.", "noor", value_weekly=5_000)
    item = board.add(house, wish, by=person_of(house.operation, "yuki"))
    move = Move(State.IN_RELEASE, release=second.name)
    board.move(house, item.id, move, by=person_of(house.operation, "yuki"))
    deploy(house, first)
    tell(house, "elif", *ELIF)
    approved(house)
    assert release_notes(house, second).kpis == (), "it has served nobody"
    deploy(house, second)
    tell(house, "bea", "what are your opening hours?")
    notes = release_notes(house, second)
    assert notes.carries == ("Greet better: Customers feel lost. (worth 50.00 EUR a week)",)
    (alone,) = [each for each in notes.kpis if each.startswith("Resolved without a person")]
    assert "100.0 % over 1 on r3, 0.0 % over 1 on r2: better." in alone and "Chance alone" in alone
    text = notes.as_text
    assert "## What it is for" in text and "## What it did to the KPIs" in text


def test_more_deflection_while_a_guard_falls_holds_every_release_back(house: Stage) -> None:
    base, candidate = made(house, "Hello!\n"), made(house, "Good day!\n")
    deploy(house, base)
    tell(house, "elif", *ELIF)
    approved(house)
    assert trust_of(house, candidate).done is True
    house.advance(timedelta(days=29))
    tell(house, "carla", *CARLA)
    denied(house)
    assert trust_of(house, candidate).done is True, "trust fell, and nothing was deflected more"
    tell(house, "bea", "what are your opening hours?")
    found = trust_of(house, candidate)
    assert found.done is False and "More is resolved without a person (50.0% instead of 0.0%)" in found.sentence
    assert "Denied approvals is at 100.0 %, out of its tolerance" in found.sentence
    mended = trust_of(house, candidate, despite_guards="It mends the denials.")
    assert mended.done is True and "It mends the denials." in mended.sentence


def test_a_canary_is_held_against_production_since_it_began(house: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    # One in a hundred would be served by production.
    monkeypatch.setattr(environments, "is_in_share", lambda *_: True)
    base, candidate = made(house, "Hello!\n"), made(house, "Good day!\n")
    deploy(house, base)
    change = Change("person:noor", house.clock.now())
    with house.database.write() as tx:
        environments.place(tx, candidate, "canary", ledger=house.ledger, change=change, share=99)
    tell(house, "ines", *INES)
    denied(house)
    tell(house, "bea", "what are your opening hours?")
    with house.database.read() as reader:
        served = house.ledger.count(reader, kind="CaseOpened", release=candidate.digest)
    assert served == 2, "the canary has both cases, production none"
    assert trust_of(house, candidate).done is True, "without a case in production nothing is compared"
