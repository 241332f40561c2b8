"""Premises: everything is opened once, kept, shared by threads, and closed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aboveloop.app.premises import Options, Premises
from aboveloop.durable.inline import InlineTurns
from aboveloop.durable.late import LateTurns
from aboveloop.kit.clock import SystemClock
from aboveloop.kit.settings import Settings
from aboveloop.operation.errors import ReleaseNotFound
from work.bakery import Bakery


def opened(bakery: Bakery) -> Premises:
    """The bakery's house as it is opened at work: with nothing set from outside but its turns."""
    return Premises(bakery.settings, turns=InlineTurns(SystemClock()))


def test_what_belongs_to_a_release_is_made_once_and_shared(bakery: Bakery) -> None:
    premises = opened(bakery)
    operation = premises.current()
    with ThreadPoolExecutor(4) as pool:
        assert len({id(each) for each in pool.map(lambda _: premises.systems_of(operation), range(16))}) == 1
        assert len({id(each) for each in pool.map(lambda _: premises.pack_of(operation), range(16))}) == 1
        assert len({id(each) for each in pool.map(lambda _: premises.reader_of(operation), range(4))}) == 1
    assert premises.operation_of(operation.digest) is premises.operation_of(operation.digest)
    premises.close()


def test_an_operation_comes_back_from_its_release_as_it_was(bakery: Bakery) -> None:
    premises = opened(bakery)
    operation = premises.current()
    assert operation.digest == bakery.operation.digest
    assert operation.procedures == bakery.operation.procedures
    assert operation.policies == bakery.operation.policies
    premises.close()


def test_a_release_that_does_not_exist_is_said_so(bakery: Bakery) -> None:
    premises = opened(bakery)
    with pytest.raises(ReleaseNotFound):
        premises.operation_of("0" * 64)
    premises.close()


def test_the_same_home_has_the_same_keys(bakery: Bakery) -> None:
    case = bakery.write("hello, says Annabelle")
    premises = opened(bakery)
    with premises.database.read() as reader:
        entries = premises.ledger.entries(reader, case.id)
    assert "Annabelle" in str([entry.personal for entry in entries])
    assert str(premises.ledger.public_key) == str(bakery.ledger.public_key)
    premises.close()


def test_a_house_at_work_has_durable_turns_and_one_given_turns_does_not_run_them(
    bakery: Bakery, tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "other", f"sqlite:///{tmp_path / 'other.db'}")
    settings.home.mkdir()
    premises = Premises(settings, Options(workers=2))
    premises.prepare()
    premises.prepare()
    assert isinstance(premises.house.turns, LateTurns)
    premises.close()
    with pytest.raises(AssertionError, match="from outside"):
        bakery.run_turns()


def test_placeholders_name_this_python_and_this_home(bakery: Bakery) -> None:
    placeholders = bakery.placeholders()
    assert Path(placeholders["python"]).exists()
    assert placeholders["home"] == str(bakery.settings.home)
