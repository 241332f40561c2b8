"""Folders become releases only when nothing is wrong with them, and releases can be put to work and taken back."""

from pathlib import Path

import pytest

from aboveloop.app import folders
from aboveloop.app.inspection import FolderFaulty, look_through, schema, sound
from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.durable.inline import InlineTurns
from aboveloop.kit.clock import SystemClock
from aboveloop.kit.errors import NotFound
from aboveloop.kit.settings import Settings
from aboveloop.operation.errors import NothingToRollBack
from work.bakery import Bakery


def test_a_sound_folder_becomes_a_release_that_new_cases_begin_with(bakery: Bakery, folder: Path) -> None:
    before = bakery.current().digest
    made = folders.create_release(bakery, folder, by="person:hana", note="First.")
    assert bakery.current().digest == before
    folders.deploy(bakery, made.name, by="person:hana")
    assert bakery.current().digest == made.digest != before
    folders.rollback(bakery, by="person:hana")
    assert bakery.current().digest == before
    assert bakery.verifies()


def test_a_case_goes_on_with_the_release_it_began_with(bakery: Bakery, folder: Path) -> None:
    case = bakery.write("cancel CR-1001 please")
    made = folders.create_release(bakery, folder, by="person:hana", note="Second.")
    folders.deploy(bakery, made.name, by="person:hana")
    assert bakery.write("anna@mail.example", "yes").release == case.release != made.digest
    assert bakery.write("where is my order CR-1002", address="ben@mail.example").release == made.digest


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("procedures/cancel_order.yaml", "do: till.cancel_order", "do: till.burn_order", "burn_order"),
        ("policies/all.cedar", "context.verified", "context.verifed", "verifed"),
        ("procedures/track_order.yaml", "say: order_status", "say: no_such_message", "no_such_message"),
        ("operation.yaml", "currency: EUR", "currency: euro", "currency"),
    ],
)
def test_a_faulty_folder_becomes_nothing_and_says_where(
    bakery: Bakery, folder: Path, path: str, old: str, new: str, told: str
) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    report = look_through(folder)
    assert not report.is_sound
    assert any(fault.path == path and told in str(fault) for fault in report.faults)
    with pytest.raises(FolderFaulty, match="aboveloop check"):
        folders.create_release(bakery, folder, by="person:hana", note="Faulty.")


def test_a_failing_policy_test_forbids_a_release(folder: Path) -> None:
    (folder / "policies" / "tests.yaml").write_text(
        "- test: anybody may cancel\n  action: till.cancel_order\n  args: {order_id: CR-1001}\n"
        "  facts: {status: sent}\n  expect: {lane: allowed}\n"
    )
    report = look_through(folder)
    assert not report.is_sound
    assert any("anybody may cancel" in str(fault) for fault in report.faults)


@pytest.mark.parametrize(("cap", "warned"), [("0.0001", True), ("0.4", False)])
def test_a_cap_that_the_examples_cannot_carry_is_warned_of(folder: Path, cap: str, warned: bool) -> None:
    about = folder / "operation.yaml"
    about.write_text(about.read_text(encoding="utf-8") + f"reading: {{error_cap: {cap}}}\n", encoding="utf-8")
    report = look_through(folder)
    assert report.is_sound
    said = [str(fault) for fault in report.faults if "cannot be promised" in str(fault)]
    assert bool(said) is warned
    assert all("operation.yaml" in each and "are needed" in each for each in said)


def test_an_empty_folder_is_said_to_be_one(tmp_path: Path) -> None:
    report = look_through(tmp_path / "nowhere")
    assert report.operation is None and not report.is_sound
    with pytest.raises(FolderFaulty):
        sound(tmp_path / "nowhere")
    with pytest.raises(FolderFaulty, match="cannot be loaded"):
        schema(tmp_path / "nowhere")


def test_the_schema_of_the_policies_names_every_action(folder: Path) -> None:
    assert "till.cancel_order" in str(schema(folder))


def test_what_was_never_released_is_not_deployed(bakery: Bakery) -> None:
    with pytest.raises(NotFound):
        folders.deploy(bakery, "no-such-release", by="person:hana")
    with pytest.raises(NothingToRollBack):
        folders.rollback(bakery, by="person:hana")


def test_a_house_without_a_release_takes_no_case(tmp_path: Path) -> None:
    clock = SystemClock()
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'aboveloop.db'}")
    premises = Premises(settings, turns=InlineTurns(clock))
    premises.prepare()
    with pytest.raises(NothingDeployed, match="release create"):
        premises.current()
    premises.close()
