"""A spreadsheet is for exploration until every row of it was held to a data contract that holds."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from aboveloop.app.chartering.freezing import freeze
from aboveloop.app.chartering.stage_gate import ways
from aboveloop.app.chartering.standing import lacks, unchartered
from aboveloop.app.contracts import store as contract_store
from aboveloop.app.desk import Desk
from aboveloop.app.importing import imports
from aboveloop.app.importing.footing import Footing, every_footing, footing
from aboveloop.app.importing.imports import Keeping
from aboveloop.app.importing.promises import PromiseBroken, hold_to
from aboveloop.app.importing.sources import Wish
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.connect.exports.records import Reading
from aboveloop.govern.lanes import Stage as Level
from aboveloop.govern.people import person_of
from aboveloop.history.events import LEDGER
from aboveloop.history.held import Held
from aboveloop.operation.contracts.contract import Asset, Contract, Field
from api.open_house import house, operation, template, understands
from app.chartering.test_freezing import BEGAN, NAME, PROCEDURE, events
from app.portfolio.earned import helpdesk, worked_beside
from history.sheets import workbook

__all__ = ["house", "operation", "template", "understands"]
HEADER = ["Ticket", "What", "When"]
COLUMNS = {"case": "Ticket", "activity": "What", "time": "When"}


def promised(house: Stage, version: str = "1.0.0") -> None:
    """The operation at work promises that each row names its ticket."""
    fields = tuple(Field(name, name, "string", required=True) for name in HEADER)
    contract = Contract(
        "tickets", "t", "Tickets", version, "contracts/tickets.odcs.yaml", (Asset("tickets", "Tickets", fields),)
    )
    house.operation = house.operation.model_copy(update={"contracts": {"tickets": contract}})


def rows(many: int = 168) -> list[list[str]]:
    """The parcels of twelve weeks, as somebody saved them."""
    found = list(events("helpdesk", BEGAN, 10))[: 2 * many]
    return [[each.case_id, each.activity, str(each.at // 1_000_000)] for each in found]


def saved(path: Path, found: list[list[str]]) -> Path:
    path.write_text("\n".join(",".join(each) for each in [HEADER, *found]) + "\n")
    return path


def imported(house: Stage, path: Path, *, contract: bool = False, kind: str = "csv") -> None:
    held = hold_to(house.operation, "tickets", str(path), house.clock.now) if contract else None
    wish = Wish(str(path), kind, Reading(columns=COLUMNS))
    imports.import_(house, wish, "helpdesk", Keeping("house", held=held))


def stands(house: Stage, name: str = "helpdesk") -> Footing | None:
    with house.database.read() as reader:
        return footing(house, reader, house.operation, name)


def is_firm(house: Stage) -> bool:
    found = stands(house)
    assert found is not None
    return found.is_firm


def missing(house: Stage) -> str:
    with house.database.read() as reader:
        return " ".join(lacks(house, reader, house.operation, house.operation.charters[NAME]))


def frozen(house: Stage, because: str = "") -> None:
    freeze(house, NAME, by=person_of(house.operation, "tomasz"), because=because)


def breach(house: Stage, **more: object) -> None:
    values: Mapping[str, object] = {
        "id": "b1", "contract": "tickets", "title": "Tickets", "version": "1.0.0", "release": "", "owner": "",
        "opened_at": house.clock.now(), "closed_because": "", "findings": {}, "needs_clean": 1, **more,
    }  # fmt: skip
    with house.database.write() as tx:
        contract_store.insert_breach(tx, values)


def test_a_spreadsheet_explores_and_builds_nothing_until_a_contract_holds(house: Stage, tmp_path: Path) -> None:
    path = saved(tmp_path / "tickets.csv", rows())
    promised(house)
    imported(house, path)
    found = stands(house)
    assert found is not None and found.title == "exploration, not for production" and "--contract" in found.remedy
    frozen(house)
    assert "for exploration, not for production" in missing(house), "a before may be counted, and carries nothing"
    with house.database.read() as reader:
        said = unchartered(house, reader, house.operation, [PROCEDURE])
    assert "exploration" in " ".join(said), "no release builds on it"
    imported(house, path, contract=True)
    assert is_firm(house), "the same file again, held to the contract, has every row of it"
    assert "freeze it anew" in missing(house)
    frozen(house, because="Its rows were held to a contract.")
    assert missing(house) == ""


def test_no_stage_is_earned_on_a_spreadsheet(house: Stage, tmp_path: Path) -> None:
    path = saved(tmp_path / "tickets.csv", rows())
    promised(house)
    desk = Desk(house, person_of(house.operation, "noor"))
    desk.set_stage(PROCEDURE, Level.SHADOW, because="It begins.")
    worked_beside(house)
    imported(house, path)

    def data_ask() -> tuple[bool, str]:
        with house.database.read() as reader:
            (way,) = ways(house, reader, house.operation)
        (ask,) = [each for each in way.asks if each.name == "Data"]
        return ask.held, ask.sentence

    held, said = data_ask()
    assert not held and "held to no data contract" in said
    imported(house, path, contract=True)
    assert data_ask()[0]


def test_what_is_forgotten_stands_as_the_ledger_tells(house: Stage, tmp_path: Path) -> None:
    path = saved(tmp_path / "tickets.csv", rows(5))
    promised(house)
    assert stands(house) is None and "exploration" not in missing(house)
    for contract in (False, True):
        imported(house, path, contract=contract)
        imports.forget(house, "helpdesk", "house")
        assert is_firm(house) is contract
    firm = stands(house, LEDGER)
    assert firm is not None and firm.is_firm


def test_rows_that_were_held_to_nothing_take_the_others_with_them(house: Stage, tmp_path: Path) -> None:
    few, more, all_ = rows(5), rows(8)[10:], rows(8)
    promised(house)
    imported(house, saved(tmp_path / "few.csv", few), contract=True)
    imported(house, saved(tmp_path / "few.csv", few))
    assert is_firm(house), "the same once more adds nothing"
    imported(house, saved(tmp_path / "more.csv", more))
    assert not is_firm(house)
    imported(house, saved(tmp_path / "few.csv", few), contract=True)
    assert not is_firm(house), "the other rows are held to nothing still"
    imported(house, saved(tmp_path / "all.csv", all_), contract=True)
    assert is_firm(house)


def test_a_contract_that_changed_broke_or_went_away_holds_no_more(house: Stage, tmp_path: Path) -> None:
    path = saved(tmp_path / "tickets.csv", rows(5))
    promised(house)
    imported(house, path, contract=True)
    promised(house, "2.0.0")
    found = stands(house)
    assert found is not None and not found.is_firm and "version 2.0.0" in found.because
    promised(house)
    breach(house)
    found = stands(house)
    assert found is not None and not found.is_firm and "broken now" in found.because
    breach(house, id="b2", contract="other")
    house.operation = house.operation.model_copy(update={"contracts": {}})
    found = stands(house)
    assert found is not None and not found.is_firm and "no such data contract" in found.because


def test_a_workbook_is_explored_with_and_held_to_a_contract_too(house: Stage, tmp_path: Path) -> None:
    path = workbook(tmp_path / "tickets.xlsx", {"Jan": [HEADER, *rows(5)]})
    promised(house)
    imported(house, path, kind="excel")
    assert not is_firm(house)
    imported(house, path, kind="excel", contract=True)
    assert is_firm(house)
    broken = workbook(tmp_path / "broken.xlsx", {"Jan": [HEADER, [None, "opened", "2026-01-05"]]})
    with pytest.raises(PromiseBroken, match="Ticket"):
        hold_to(house.operation, "tickets", str(broken), house.clock.now)


def test_the_record_of_a_system_needs_no_contract(house: Stage) -> None:
    helpdesk(house)
    with house.database.read() as reader:
        ((about, found),) = every_footing(house, reader, None)
    assert about.name == "helpdesk" and found.is_firm
    assert Held("a", "b", "1").as_json() == {"contract": "a", "asset": "b", "version": "1"}
