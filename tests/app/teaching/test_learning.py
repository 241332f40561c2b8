"""Learning: only from what ended and may be used, never from what is kept apart, and what is worse is refused."""

from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.teaching import freezing, learning
from aboveloop.app.teaching.corrections import Wish, correct
from aboveloop.app.teaching.freezing import NothingFrozen, freeze
from aboveloop.app.teaching.learning import NotToShip, alone
from aboveloop.app.teaching.rows import Teaching, teaching
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import person_of
from aboveloop.journey import cases
from aboveloop.kit.errors import WrongUsage
from aboveloop.measure.comparing import FEWEST_ROWS
from aboveloop.measure.confusions import Judged
from aboveloop.operation.models import Operation
from aboveloop.understand.provenance import SetRefused
from aboveloop.understand.reader import FirstReader
from aboveloop.work.erase import erase
from aboveloop.work.privacy import consents
from app.teaching.school import SCHOOL, operation_with, wrote
from work.bakery import Bakery

PROVENANCE = {"source": "by hand", "basis": "written", "recorded_at": "2026-03-01T09:00:00+00:00"}


def ended(school: Bakery, text: str, address: str, outcome: str = "resolved") -> tuple[str, str]:
    """A message whose case has ended."""
    case, message = wrote(school, text, address)
    with school.database.write() as tx:
        found = cases.get(tx, case)
        if found.outcome is None:
            cases.end(tx, school.ledger, found, outcome=outcome, actor="house", now=school.clock.now())
    return case, message


def say(school: Bakery, case: str, message: str, intent: str, **more: Any) -> None:
    correct(school, Wish(case, message, intent, **more), by=person_of(school.operation, "dora"))


def taught(school: Bakery, operation: Operation | None = None, **more: Any) -> Teaching:
    with school.database.read() as reader:
        return teaching(school, reader, operation or school.operation, **more)


MASKED = operation_with(learning="{customers_words: masked}")
WEAK = operation_with(learning="{customers_words: masked, weak_labels: true}")


def test_a_correction_is_learned_from_once_its_case_has_an_outcome(school: Bakery) -> None:
    case, message = wrote(school, "my loaf must not come")
    say(school, case, message, "cancel_order")
    assert taught(school, MASKED).left_out == {"its case has no outcome yet": 1}
    with school.database.write() as tx:
        found = cases.get(tx, case)
        cases.end(tx, school.ledger, found, outcome="refused", actor="house", now=school.clock.now())
    (example,) = taught(school, MASKED).examples

    assert (example.text, example.intent, example.basis) == ("my loaf must not come", "cancel_order", "masked")
    assert example.source.startswith("entry_") and not example.weak


def test_without_consent_nobody_s_words_are_learned_from_unless_the_operation_lets_masked_ones_do(
    school: Bakery,
) -> None:
    case, message = ended(school, "my loaf must not come", "anna@mail.example")
    say(school, case, message, "cancel_order")
    customer = school.case(case).customer_id
    assert taught(school).left_out == {"its customer has not agreed that models learn from it": 1}

    def agree(given: bool) -> None:
        said = consents.Said(customer, "model_training", given, "person:dora", "email")
        with school.database.write() as tx:
            consents.say(tx, school.ledger, said, now=school.clock.now())

    agree(True)
    (example,) = taught(school).examples
    assert example.basis == "consented" and (example.consent or "").startswith("model_training, 2026-03-02")
    agree(False)
    assert taught(school, MASKED).examples == (), "who took it back has said no"


def test_two_needs_erased_customers_and_what_is_personal_teach_nothing(school: Bakery) -> None:
    two, message = ended(school, "cancel it and give the money back", "a@mail.example")
    say(school, two, message, "cancel_order", also="refund_order")
    gone, message = ended(school, "stop the bread", "b@mail.example")
    say(school, gone, message, "cancel_order")
    named, message = ended(school, "cancel it, ask Jan Pieter Bakker at Mill Lane", "c@mail.example")
    say(school, named, message, "cancel_order")
    with school.database.write() as tx:
        erase(school.house, tx, school.case(gone).customer_id, actor="person:hana")
    found = taught(school, MASKED)

    assert found.examples == ()
    assert found.left_out["it holds two needs"] == 1 and found.left_out["its customer was erased"] == 1
    assert found.left_out["the personal-data gate did not let it through"] == 1


def test_what_ended_well_counts_as_a_weak_label_only_where_the_operation_says_so(school: Bakery) -> None:
    texts = ("please stop my order now", "stop my order please", "cancel my order at once")
    for place, text in enumerate(texts):
        school.reader.set[text] = {"intent": "cancel_order", "confidence": 0.9}
        case, _ = wrote(school, text, f"{place}@mail.example")
        if place == 2:
            school.desk("cleo").take_over(case)
            school.desk("cleo").finish(case, "resolved")
        if place == 1:
            with school.database.write() as tx:
                found = cases.get(tx, case)
                cases.end(tx, school.ledger, found, outcome="resolved", actor="house", now=school.clock.now())
    assert taught(school, MASKED).examples == ()
    weak = {each.text: each.weak for each in taught(school, WEAK).examples}
    assert weak.get(texts[1]) is True, "resolved, with nobody's help"
    assert texts[0] not in weak, "not ended"
    assert texts[2] not in weak, "with a person"


def rows(many: int = 60) -> list[dict[str, Any]]:
    ways = ("i no longer want loaf number {}", "loaf {} must not be baked", "take loaf {} off my list")
    return [
        {"text": ways[n % 3].format(n), "label": "cancel_order", "provenance": PROVENANCE} for n in range(many)
    ]  # fmt: skip


def test_a_frozen_set_is_named_by_its_rows_and_never_learned_from(school: Bakery) -> None:
    dora = person_of(school.operation, "dora")
    first, again = freeze(school, rows(), by=dora), freeze(school, rows(), by=dora)
    assert first.digest == again.digest and len(first.rows) == 60
    assert school.kinds("house").count("SetFrozen") == 1
    case, message = ended(school, "Loaf 1 must not be baked", "anna@mail.example")
    say(school, case, message, "cancel_order")
    with school.database.read() as reader:
        apart = freezing.kept_apart(school, reader)
    assert taught(school, MASKED, frozen=apart).left_out == {"it is in a frozen set": 1}


def test_what_may_not_be_frozen_is_refused(school: Bakery) -> None:
    dora, cleo = person_of(school.operation, "dora"), person_of(school.operation, "cleo")
    with pytest.raises(MayNot):
        freeze(school, rows(), by=cleo)
    with pytest.raises(WrongUsage, match="Nothing can be kept apart"):
        freeze(school, None, by=dora)
    with pytest.raises(WrongUsage, match="stands among the examples"):
        freeze(school, [{"text": "Stop my order", "label": "cancel_order", "provenance": PROVENANCE}], by=dora)
    with pytest.raises(WrongUsage, match="no intent of this operation"):
        freeze(school, [{"text": "mend my shoe", "label": "repair", "provenance": PROVENANCE}], by=dora)
    with pytest.raises(SetRefused, match="something personal"):
        freeze(school, [{**rows(1)[0], "text": "write to anna@mail.example"}], by=dora)


def test_a_frozen_set_that_was_changed_weighs_nothing(school: Bakery) -> None:
    with school.database.read() as reader, pytest.raises(NothingFrozen, match="understand freeze"):
        freezing.newest(reader)
    freeze(school, rows(), by=person_of(school.operation, "dora"))
    with school.database.write() as tx:
        tx.execute(learning.store.frozen_sets.update().values(rows=[]))
    with school.database.read() as reader, pytest.raises(WrongUsage, match="was changed"):
        freezing.newest(reader)


@pytest.fixture
def lesson_ready(tmp_path: Path) -> Any:
    """A house whose people have corrected twelve misread messages of ended cases, and frozen sixty others."""
    home = tmp_path / "masked"
    home.mkdir()
    opened = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", MASKED)
    opened.open()
    for n in range(100, 112):
        text = rows(n + 1)[n]["text"]
        opened.reader.set[text] = {"intent": "hidden", "confidence": 0.5}
        case, message = ended(opened, text, f"{n}@mail.example")
        say(opened, case, message, "cancel_order")
    freeze(opened, rows(), by=person_of(opened.operation, "dora"))
    yield opened
    opened.close()


def test_what_is_learned_is_weighed_and_becomes_a_file_and_nothing_at_work_changes(
    lesson_ready: Bakery, tmp_path: Path
) -> None:
    before = lesson_ready.current().digest
    lesson = learning.learn(lesson_ready)

    assert lesson.new == 12 and lesson.comparison.rows == 60 >= FEWEST_ROWS
    assert lesson.after.right > lesson.before.right and lesson.ruling.ships
    assert learning.gained_and_lost(lesson) == (["cancel_order"], [])
    learning.keep(lesson_ready, lesson, by="person:dora")
    assert lesson_ready.kinds("house")[-1] == "LearningReported"
    folder = tmp_path / "folder"
    folder.mkdir()
    written = learning.into(folder, lesson).read_text(encoding="utf-8")
    assert written.count("intent: cancel_order") == 12 and "basis: masked" in written
    assert lesson_ready.current().digest == before


def test_what_is_worse_is_refused(lesson_ready: Bakery, tmp_path: Path) -> None:
    at_work = FirstReader.fit(lesson_ready.operation)
    # What the reader at work says is right here, so what was learned about loaves makes it worse.
    as_read = [{**row, "label": at_work.read(row["text"]).intent} for row in rows(260)[200:]]
    lesson_ready.advance(minutes=1)
    freeze(lesson_ready, as_read, by=person_of(lesson_ready.operation, "dora"))
    lesson = learning.learn(lesson_ready)

    assert lesson.before.right == 1.0 and lesson.comparison.lost > 0
    assert not lesson.ruling.ships and lesson.ruling.reason.startswith("It is worse")
    with pytest.raises(NotToShip, match="Nothing was changed"):
        learning.into(tmp_path, lesson)
    with pytest.raises(NotToShip):
        learning.release(lesson_ready, lesson, by=person_of(lesson_ready.operation, "dora"))
    with pytest.raises(MayNot):
        learning.release(lesson_ready, lesson, by=person_of(lesson_ready.operation, "cleo"))


def test_how_much_can_be_acted_on_alone_under_a_cap() -> None:
    def judged(right: int, wrong: int, sure: float) -> list[Judged]:
        good = [Judged("", "a", "a", sure)] * right
        return [*good, *[Judged("", "a", "b", sure)] * wrong]

    every = [*judged(50, 0, 0.9), *judged(48, 2, 0.7)]
    assert alone(every, 0.02) == 1.0
    assert alone([*judged(50, 0, 0.9), *judged(40, 10, 0.7)], 0.02) == 0.5
    assert alone(judged(0, 10, 0.9), 0.02) == 0.0
    assert alone([Judged("", "out_of_scope", "out_of_scope", 0.99)], 0.5) == 0.0
    assert alone([], 0.02) == 0.0


def test_the_school_has_learned_nothing_yet() -> None:
    assert SCHOOL.learned == []
