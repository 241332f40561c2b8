"""Sealing: what is committed gets a signed checkpoint, and a ledger of another home is refused."""

from pathlib import Path

import pytest

from aboveloop.app.premises import LedgerForeign, Options, Premises
from aboveloop.durable.inline import InlineTurns
from aboveloop.kit.clock import FixedClock
from aboveloop.kit.settings import load_settings


def house_at(home: Path, database_url: str, clock: FixedClock) -> Premises:
    premises = Premises(load_settings(home, database_url), Options(clock=clock), turns=InlineTurns(clock))
    premises.prepare()
    return premises


def write_an_entry(premises: Premises, clock: FixedClock) -> None:
    with premises.database.write() as tx:
        premises.ledger.append(tx, case_id="house", kind="DoorOpened", at=clock.now(), actor="house", body={})


def test_sealing_covers_what_was_committed(tmp_path: Path, sqlite_url: str, clock: FixedClock) -> None:
    premises = house_at(tmp_path / "a", sqlite_url, clock)
    write_an_entry(premises, clock)
    assert premises.seal().head.size == 1
    write_an_entry(premises, clock)
    sealed = premises.seal()
    assert sealed.head.size == 2
    with premises.database.read() as reader:
        assert premises.ledger.verify(reader, sealed.text).ok
    premises.close()


def test_a_ledger_that_other_keys_sealed_is_refused(tmp_path: Path, sqlite_url: str, clock: FixedClock) -> None:
    ours = house_at(tmp_path / "a", sqlite_url, clock)
    write_an_entry(ours, clock)
    ours.seal()
    ours.close()
    theirs = house_at(tmp_path / "b", sqlite_url, clock)
    with pytest.raises(LedgerForeign, match="other keys"):
        theirs.seal()
    theirs.close()
