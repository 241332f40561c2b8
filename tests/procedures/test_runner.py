"""The runner: pure, total, and exact about what is asked, shown, done and taken back."""

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.operation.models import Procedure, Step
from aboveloop.procedures import runner
from aboveloop.procedures.check import expand
from aboveloop.procedures.frames import Frame
from aboveloop.procedures.moves import Ask, Do, Finish, GiveToPerson, LookUp, Move, Pause, Propose, Tell
from aboveloop.procedures.runner import Surroundings
from work.bakery import operation_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CRUMB = operation_of()
BAKERY = [expand(procedure, CRUMB.fragments) for procedure in CRUMB.procedures.values()]
AROUND = Surroundings(now=NOW, customer="c_1", contact={"channel": "webchat", "address": "x"}, currency="EUR")


def steps_of(*rows: Mapping[str, Any]) -> list[Step]:
    return list(Procedure(procedure="p", steps=[Step.model_validate(row) for row in rows]).steps)


def frame(**values: Any) -> Frame:
    return Frame(run_id="run_1", procedure="p", **values)


def move_of(steps: list[Step], at: Frame) -> Move:
    return runner.next_move(steps, at, AROUND)[1]


def walked(steps: list[Step], at: Frame) -> Frame:
    return runner.next_move(steps, at, AROUND)[0]


def test_an_ask_names_its_entity_and_its_words() -> None:
    steps = steps_of({"id": "which", "ask": "number", "say": "ask_number", "into": "order_id"}, {"end": "resolved"})
    assert move_of(steps, frame()) == Ask("number", "ask_number", "which")
    heard = runner.hear(frame(), {"number": ["A", "B"]})
    after, move = runner.next_move(steps, heard, AROUND)
    assert move == Finish("resolved")
    assert after.variables == {"order_id": "A"}
    assert after.said_as == {"order_id": "number"}
    assert after.heard == {"number": ["B"]}


def test_what_was_said_before_it_was_asked_is_not_asked() -> None:
    steps = steps_of({"ask": "number", "say": "ask_number"}, {"say": "done"}, {"end": "resolved"})
    assert move_of(steps, runner.hear(frame(), {"number": ["A"]})) == Tell("done")


def test_a_variable_that_is_set_is_not_asked_for() -> None:
    steps = steps_of({"set": {"number": "'A'"}}, {"ask": "number", "say": "ask_number"}, {"end": "resolved"})
    assert move_of(steps, frame()) == Finish("resolved")


def test_what_is_said_anew_counts_more_than_what_was() -> None:
    heard = runner.hear(runner.hear(frame(), {"number": ["A"]}), {"number": ["B"]})
    assert heard.heard == {"number": ["B"]}


def test_a_question_without_answer_is_asked_in_other_words_and_then_given_up() -> None:
    steps = steps_of(
        {"id": "which", "ask": "number", "say": "ask_number", "again": "ask_again", "attempts": 3}, {"end": "resolved"}
    )
    at: Any = frame()
    assert move_of(steps, at) == Ask("number", "ask_number", "which")
    at = runner.not_answered(steps, at)
    assert move_of(steps, at) == Ask("number", "ask_again", "which")
    at = runner.not_answered(steps, at)
    assert isinstance(at, Frame)
    assert runner.not_answered(steps, at) == GiveToPerson(
        "The customer was asked 3 times for number and did not give it."
    )


def test_a_question_without_other_words_is_asked_in_the_same() -> None:
    steps = steps_of({"ask": "number", "say": "ask_number"}, {"end": "resolved"})
    at = runner.not_answered(steps, frame())
    assert isinstance(at, Frame)
    assert move_of(steps, at) == Ask("number", "ask_number", "step_1")


def test_the_first_choice_that_is_true_is_taken_and_none_goes_to_a_person() -> None:
    steps = steps_of(
        {"id": "c", "choose": [{"when": "x == 1", "go": "one"}, {"when": "x >= 1", "go": "more"}]},
        {"id": "one", "say": "one"},
        {"id": "more", "say": "more"},
    )
    assert move_of(steps, frame(variables={"x": 1})) == Tell("one")
    assert move_of(steps, frame(variables={"x": 2})) == Tell("more")
    nothing = move_of(steps, frame(variables={"x": 0}))
    assert nothing == GiveToPerson("No choice of step c fits.")


def test_otherwise_takes_the_rest() -> None:
    steps = steps_of(
        {"choose": [{"when": "x == 1", "go": "one"}, {"otherwise": True, "go": "more"}]},
        {"id": "one", "say": "one"},
        {"id": "more", "say": "more"},
    )
    assert move_of(steps, frame(variables={"x": 5})) == Tell("more")


def test_only_true_itself_is_true() -> None:
    steps = steps_of(
        {"choose": [{"when": "x", "go": "one"}, {"otherwise": True, "go": "more"}]},
        {"id": "one", "say": "one"},
        {"id": "more", "say": "more"},
    )
    for value in (1, "true", [1], {"a": 1}):
        assert move_of(steps, frame(variables={"x": value})) == Tell("more")
    assert move_of(steps, frame(variables={"x": True})) == Tell("one")


def test_an_expression_without_a_value_gives_the_case_to_a_person_who_reads_where() -> None:
    move = move_of(steps_of({"id": "s", "set": {"x": "nothing.here"}}), frame())
    assert isinstance(move, GiveToPerson)
    assert move.because.startswith("Step s of p: ")


def test_the_surroundings_are_seen_and_win_over_nothing_that_was_set() -> None:
    steps = steps_of({"set": {"x": "customer + contact.channel + now"}}, {"end": "resolved"})
    assert walked(steps, frame()).variables["x"] == "c_1webchat2026-03-02T09:00:00.000000Z"


def test_a_read_shows_its_arguments_and_leaves_out_those_without_a_value() -> None:
    steps = steps_of(
        {"look_up": "shop.get", "with": {"a": "x", "b": "either(null, null)"}, "into": "r", "missing": "none"},
        {"end": "resolved"},
        {"id": "none", "hand_over": "None."},
    )
    at = frame(variables={"x": 7})
    assert move_of(steps, at) == LookUp("shop.get", {"a": 7})
    assert runner.found(steps, at, {"k": 1}).variables["r"] == {"k": 1}
    assert move_of(steps, runner.missing(steps, at)) == GiveToPerson("None.")  # type: ignore[arg-type]


def test_a_read_without_a_way_for_no_record_gives_it_to_a_person() -> None:
    steps = steps_of({"look_up": "shop.get"}, {"end": "resolved"})
    assert runner.missing(steps, frame()) == GiveToPerson("There is no such record for shop.get.")
    assert runner.found(steps, frame(), 1).variables == {}


def test_a_write_is_shown_with_exactly_the_arguments_it_is_done_with() -> None:
    steps = steps_of(
        {"id": "offer", "confirm": "pay", "say": "confirm_pay", "if_no": "kept"},
        {"id": "pay", "do": "shop.pay", "with": {"amount": "x * 2"}, "into": "paid", "refused": "not"},
        {"end": "resolved"},
        {"id": "kept", "say": "kept"},
        {"id": "not", "say": "not"},
    )
    at = frame(variables={"x": 21})
    assert move_of(steps, at) == Propose("shop.pay", {"amount": 42}, "confirm_pay")
    agreed = runner.agreed(steps, at)
    assert move_of(steps, agreed) == Do("shop.pay", {"amount": 42}, "pay", "run_1:pay:0")
    done = runner.done(steps, agreed, {"id": 1})
    assert (done.variables["paid"], done.visits) == ({"id": 1}, 1)
    refused = runner.refused(steps, agreed, "no")
    assert isinstance(refused, Frame)
    assert (move_of(steps, refused), refused.visits) == (Tell("not"), 1)
    assert runner.proposing_again(steps, agreed) == at
    declined = runner.declined(steps, at)
    assert declined is not None
    assert move_of(steps, declined) == Tell("kept")


def test_an_edit_changes_what_is_shown_and_what_is_done_alike() -> None:
    steps = steps_of(
        {"id": "offer", "confirm": "pay", "say": "confirm_pay"},
        {"id": "pay", "do": "shop.pay", "with": {"amount": "42"}},
        {"end": "resolved"},
    )
    edited = runner.edited(steps, runner.agreed(steps, frame()), {"amount": 40})
    assert move_of(steps, edited) == Do("shop.pay", {"amount": 40}, "pay", "run_1:pay:0")
    again = runner.proposing_again(steps, edited)
    assert again is not None
    assert move_of(steps, again) == Propose("shop.pay", {"amount": 40}, "confirm_pay")


def test_a_write_that_comes_round_again_has_another_key() -> None:
    steps = steps_of(
        {"id": "pay", "do": "shop.pay", "refused": "pay"}, {"go": "pay"}
    )  # fmt: skip
    first = move_of(steps, frame())
    second = move_of(steps, runner.done(steps, frame(), None))
    third = move_of(steps, runner.refused(steps, frame(), "no"))  # type: ignore[arg-type]
    assert isinstance(first, Do) and isinstance(second, Do) and isinstance(third, Do)
    assert first.key != second.key
    assert first.key != third.key


def test_without_a_way_for_no_the_runner_says_so() -> None:
    steps = steps_of({"id": "o", "confirm": "d", "say": "s"}, {"id": "d", "do": "shop.pay"}, {"end": "resolved"})
    assert runner.declined(steps, frame()) is None
    assert runner.refused(steps, runner.agreed(steps, frame()), "The till said no.") == GiveToPerson(
        "The till said no."
    )
    alone = steps_of({"id": "d", "do": "shop.pay"}, {"end": "resolved"})
    assert runner.proposing_again(alone, frame()) is None


def test_a_wait_lasts_for_hours_or_until_an_instant() -> None:
    steps = steps_of({"wait": {"hours": 1.5}, "say": "later"}, {"end": "resolved"})
    assert move_of(steps, frame()) == Pause(NOW + timedelta(minutes=90), "later")
    steps = steps_of({"wait": {"until": "'2026-03-05T10:00:00Z'"}}, {"end": "resolved"})
    assert move_of(steps, frame()) == Pause(datetime(2026, 3, 5, 10, tzinfo=UTC), None)
    steps = steps_of({"id": "w", "wait": {"until": "'tomorrow'"}}, {"end": "resolved"})
    move = move_of(steps, frame())
    assert isinstance(move, GiveToPerson)
    assert "no instant" in move.because


def test_forgetting_asks_again_even_for_what_was_said_twice() -> None:
    steps = steps_of(
        {"id": "which", "ask": "number", "into": "order_id", "say": "ask"},
        {"forget": ["order_id", "never_set"]},
        {"go": "which"},
    )
    at = runner.hear(frame(), {"number": ["A", "B"]})
    after, move = runner.next_move(steps, at, AROUND)
    assert move == Ask("number", "ask", "which")
    assert after.variables == {}
    assert "number" not in after.heard


def test_the_customer_takes_an_answer_back_and_gives_another() -> None:
    steps = steps_of(
        {"ask": "email", "say": "ask_email"},
        {"id": "which", "ask": "number", "into": "order_id", "say": "ask_number"},
        {"id": "offer", "confirm": "pay", "say": "confirm"},
        {"id": "pay", "do": "shop.pay", "with": {"order": "order_id"}},
        {"end": "resolved"},
    )
    at = walked(steps, runner.hear(frame(), {"email": ["a@x"], "number": ["A"]}))
    assert move_of(steps, at) == Propose("shop.pay", {"order": "A"}, "confirm")
    named = runner.corrected(steps, at, {"number": ["B"]}, other=False)
    assert named is not None
    assert move_of(steps, named) == Propose("shop.pay", {"order": "B"}, "confirm")
    other = runner.corrected(steps, at, {}, other=True)
    assert other is not None
    assert move_of(steps, other) == Ask("number", "ask_number", "which")
    assert other.variables == {"email": "a@x"}
    earlier = runner.corrected(steps, at, {"email": ["b@x"]}, other=True)
    assert earlier is not None and earlier.step == 0
    # The same value again, or nothing that was ever asked, takes nothing back.
    assert runner.corrected(steps, at, {"number": ["A"]}, other=False) is None
    assert runner.corrected(steps, at, {"size": ["42"]}, other=False) is None
    assert runner.corrected(steps, frame(), {}, other=True) is None


def test_a_correction_drops_what_an_approver_had_edited() -> None:
    steps = steps_of(
        {"ask": "number", "say": "ask"},
        {"id": "offer", "confirm": "pay", "say": "confirm"},
        {"id": "pay", "do": "shop.pay", "with": {"order": "number"}},
        {"end": "resolved"},
    )
    at = runner.edited(
        steps, runner.agreed(steps, walked(steps, runner.hear(frame(), {"number": ["A"]}))), {"order": "Z"}
    )
    back = runner.corrected(steps, at, {"number": ["B"]}, other=False)
    assert back is not None
    assert move_of(steps, back) == Propose("shop.pay", {"order": "B"}, "confirm")


def test_only_what_the_customer_said_can_be_taken_back() -> None:
    steps = steps_of(
        {"set": {"number": "'A'"}},
        {"ask": "number", "say": "ask"},
        {"say": "done"},
        {"end": "resolved"},
    )
    at = walked(steps, frame())
    assert runner.corrected(steps, at, {"number": ["B"]}, other=True) is None


def test_what_a_check_would_have_found_still_ends_with_a_person() -> None:
    assert isinstance(move_of(steps_of({"say": "x"}), frame(step=1)), GiveToPerson)
    assert isinstance(move_of(steps_of({"go": "nowhere"}), frame()), GiveToPerson)
    assert isinstance(move_of(steps_of({"id": "a", "go": "a"}), frame()), GiveToPerson)
    assert isinstance(move_of(steps_of({"confirm": "nowhere", "say": "x"}), frame()), GiveToPerson)


def test_a_hand_over_and_an_end_say_what_they_are() -> None:
    assert move_of(steps_of({"hand_over": "Why."}), frame()) == GiveToPerson("Why.")
    assert move_of(steps_of({"end": "refused"}), frame()) == Finish("refused")


def test_told_goes_on_or_where_the_step_says() -> None:
    steps = steps_of({"say": "a", "go": "c"}, {"id": "b", "say": "b"}, {"id": "c", "say": "c"})
    assert move_of(steps, runner.told(steps, frame())) == Tell("c")
    assert move_of(steps, runner.told(steps, frame(step=1))) == Tell("c")


WORDS = st.sampled_from(["CR-1001", "", "x" * 50, "anna@x.example"]) | st.integers() | st.none() | st.text(max_size=5)


@settings(max_examples=120, deadline=None)
@given(st.integers(min_value=0, max_value=2**32), st.lists(WORDS, min_size=1, max_size=4))
def test_the_runner_never_raises_whatever_the_customer_says(seed: int, values: list[Any]) -> None:
    chance = random.Random(seed)
    for steps in BAKERY:
        at = Frame(run_id="run_1", procedure="p")
        for _ in range(40):
            at = Frame.from_json(json.loads(json.dumps(at.as_json())))
            at, move = runner.next_move(steps, at, AROUND)
            after = anything_happens(steps, at, move, chance, values)
            if after is None:
                break
            at = after


def anything_happens(
    steps: list[Step], at: Frame, move: Move, chance: random.Random, values: list[Any]
) -> Frame | None:
    luck, said = chance.random(), {name: [chance.choice(values)] for name in ("email", "order_number", "amount")}
    after: Frame | GiveToPerson | None
    match move:
        case Ask():
            if luck < 0.2:
                after = runner.not_answered(steps, at)
            elif luck < 0.4:
                after = runner.corrected(steps, at, said, other=luck < 0.3) or at
            else:
                after = runner.hear(at, {move.entity: [chance.choice(values)]})
        case LookUp():
            record = {"order_id": chance.choice(values), "status": "placed", "name": "A"}
            after = runner.found(steps, at, record) if luck < 0.7 else runner.missing(steps, at)
        case Propose():
            after = runner.agreed(steps, at) if luck < 0.5 else runner.declined(steps, at)
            if luck > 0.8:
                after = runner.corrected(steps, at, said, other=True) or at
        case Do():
            if luck < 0.2:
                at = runner.edited(steps, at, {"order_id": chance.choice(values)})
                after = runner.proposing_again(steps, at)
            else:
                after = runner.done(steps, at, {"x": 1}) if luck < 0.6 else runner.refused(steps, at, "no")
        case Tell() | Pause():
            after = runner.told(steps, at)
        case GiveToPerson() | Finish():
            return None
    return after if isinstance(after, Frame) else None
