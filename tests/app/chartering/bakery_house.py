"""A bakery in which nothing was put to work yet, its folder in several wordings, and a person who passed a gate."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aboveloop.app import folders
from aboveloop.app.chartering import admitting
from aboveloop.govern import stages
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import person_of
from aboveloop.operation import environments, releases
from aboveloop.operation.environments import Change
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release
from app.conftest import SOUND
from work.bakery import Bakery

CANCEL = "procedures/cancel_order.yaml"
CHARTER = "charters/cancelling.yaml"
CHARTERED = """\
charter: cancelling
outcome: Reduce handle time by 15 %.
procedures: [cancel_order]
"""
EXEMPT = CHARTERED + "exempt: {stage: supervised, by: priya, on: 2026-01-05, because: It served a year.}\n"


def files(**more: str) -> dict[str, str]:
    return {**SOUND, **more}


def with_stage(stage: str, **more: str) -> dict[str, str]:
    return files(**{"operation.yaml": SOUND["operation.yaml"] + f"stages: {{cancel_order: {stage}}}\n", **more})


def operation_of(texts: dict[str, str]) -> Operation:
    loaded = load_files(texts, Path("crumb"))
    assert loaded.operation is not None, loaded.faults
    return loaded.operation


@pytest.fixture
def bakery(tmp_path: Path) -> Iterator[Bakery]:
    """A house in which nothing was put to work yet."""
    opened = Bakery(tmp_path, f"sqlite:///{tmp_path / 'aboveloop.db'}", operation_of(SOUND))
    opened.prepare()
    yield opened
    opened.close()


def made(house: Bakery, texts: dict[str, str]) -> Release:
    with house.database.write() as tx:
        return releases.create_release(
            tx, operation_of(texts), ledger=house.ledger, by="person:lena", note="", now=house.clock.now()
        )


def put_to_work(house: Bakery, texts: dict[str, str]) -> Release:
    return folders.deploy(house, made(house, texts).digest, by="house")


def placed(house: Bakery, texts: dict[str, str]) -> Release:
    release, change = made(house, texts), Change("house", house.clock.now())
    with house.database.write() as tx:
        admitting.admit(house, tx, release, "canary", change=change)
        environments.place(tx, release, "canary", ledger=house.ledger, change=change, share=10)
    return release


def set_to(house: Bakery, release: Release, stage: Stage, where: stages.Where = "", of: str = "cancel_order") -> None:
    """As a person who passed the gate."""
    operation = house.operation_of(release.digest)
    priya = person_of(operation, "priya")
    by = replace(priya, may=frozenset({*priya.may, "promote"}))
    with house.database.write() as tx:
        setting = stages.Setting(of, stage, "It has shown it.", where)
        stages.set_stage(tx, operation, setting, ledger=house.ledger, by=by, now=house.clock.now())


def without_cancelling() -> dict[str, str]:
    """The bakery before it had its procedure for cancelling."""
    intents = SOUND["intents/all.yaml"].replace("procedure: cancel_order", "hand_over: true")
    kept = {path: text for path, text in SOUND.items() if path != CANCEL and not path.startswith("scenarios/")}
    return {**kept, "intents/all.yaml": intents}
