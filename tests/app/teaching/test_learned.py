"""learned.yaml: what was learned stands among the examples, with where it is from, and is checked like all else."""

from pathlib import Path

from aboveloop.app.inspection import look_through
from aboveloop.operation.checking import check
from aboveloop.operation.loading import load_files
from app.conftest import SOUND

ROW = "{text: %s, intent: %s, source: entry_1, basis: %s, recorded_at: 2026-03-02T09:00:00Z%s}\n"


def with_learned(*rows: tuple[str, ...]) -> dict[str, str]:
    return {**SOUND, "learned.yaml": "".join("- " + ROW % (*row, *[""] * (4 - len(row))) for row in rows)}


def faults(files: dict[str, str]) -> list[str]:
    return [str(fault) for fault in check(load_files(files, Path("crumb")))]


def test_what_was_learned_stands_among_the_examples_and_keeps_its_source() -> None:
    plain = load_files(SOUND, Path("crumb")).operation
    operation = load_files(with_learned(("my loaf must not come", "cancel_order", "masked")), Path("crumb")).operation

    assert plain is not None and operation is not None and operation.digest != plain.digest
    assert operation.intents["cancel_order"].examples == [
        *plain.intents["cancel_order"].examples,
        "my loaf must not come",
    ]
    (learned,) = operation.learned
    assert (learned.source, learned.basis, learned.weak) == ("entry_1", "masked", False)


def test_an_example_that_stands_there_already_is_no_second_one() -> None:
    operation = load_files(with_learned(("stop my order", "cancel_order", "masked")), Path("crumb")).operation
    assert operation is not None and operation.intents["cancel_order"].examples.count("stop my order") == 1


def test_none_of_ours_can_be_learned_where_the_folder_names_no_such_intent() -> None:
    operation = load_files(with_learned(("do you sell bicycles", "out_of_scope", "masked")), Path("crumb")).operation
    assert operation is not None and operation.intents["out_of_scope"].examples == ["do you sell bicycles"]
    assert faults(with_learned(("do you sell bicycles", "out_of_scope", "masked"))) == faults(dict(SOUND))


def test_an_intent_that_is_no_more_and_a_consent_that_is_not_named_are_faults() -> None:
    (gone,) = faults(with_learned(("stop it", "cancel_ordr", "masked")))
    assert gone.startswith("learned.yaml:1") and "cancel_order" in gone
    (unnamed,) = faults(with_learned(("stop the baking", "cancel_order", "consented")))
    assert "does not name it" in unnamed
    assert not faults(with_learned(("stop the baking", "cancel_order", "consented", ", consent: model_training")))


def test_what_holds_something_personal_may_not_be_learned_from(folder: Path) -> None:
    rows = with_learned(
        ("stop it", "cancel_order", "masked"), ("stop it and ring 020 1234567", "cancel_order", "masked")
    )
    (folder / "learned.yaml").write_text(rows["learned.yaml"], encoding="utf-8")
    report = look_through(folder)

    (fault,) = [fault for fault in report.faults if fault.path == "learned.yaml"]
    assert fault.line == 2 and "something personal" in fault.message
    assert not report.is_sound
