"""The static check of procedures: what it lets through can run, and every way through it ends."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.kit.errors import NotFound
from aboveloop.operation.faults import Fault, Severity
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Fragment, Procedure, Step
from aboveloop.procedures.check import check_procedures, expand
from operation.kettle import FILES

CANCEL, REFUND, IDENTIFY = "procedures/cancel_order.yaml", "procedures/refund.yaml", "procedures/identify.yaml"


def checked(files: dict[str, str], *, confirmed: bool = True) -> list[Fault]:
    loaded = load_files(files, Path("kettle"))
    assert loaded.operation is not None, loaded.faults
    return check_procedures(loaded.operation, loaded.places, needs_confirmation=lambda _: confirmed)


def changed(path: str, old: str, new: str) -> list[Fault]:
    assert old in FILES[path]
    return checked({**FILES, path: FILES[path].replace(old, new, 1)})


def with_steps(steps: str, *, confirmed: bool = True) -> list[Fault]:
    """Checks a procedure `refund` of these steps, the first of which stands on line 5."""
    before = "procedure: refund\nsteps:\n  - ask: email\n    say: ask_email\n"
    files = {**FILES, REFUND: before + steps}
    return [fault for fault in checked(files, confirmed=confirmed) if fault.path == REFUND]


def only(faults: list[Fault]) -> Fault:
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def test_sound_procedures_have_no_faults() -> None:
    assert checked(dict(FILES)) == []


# --- single steps -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "words"),
    [
        (CANCEL, "confirm: cancel\n    say: confirm_cancel\n", "attempts: 3\n", 19, "this one has none"),
        (CANCEL, "ask: order_number", "ask: order_number\n    wait: {hours: 1}", 6, "this one has ask, wait"),
        (CANCEL, "say: cancelled_done", "say: cancelled_done\n    missing: kept", 29, "`missing` means nothing"),
        (CANCEL, "if_no: kept", "into: kept", 22, "`into` means nothing in a step that is `confirm`"),
        (CANCEL, "end: resolved", "end: resolved\n    go: kept", 30, "`go` means nothing"),
        (CANCEL, "    say: ask_order_number\n", "", 6, "needs `say`"),
        (CANCEL, "    say: confirm_cancel\n", "", 19, "needs `say`"),
        (CANCEL, "use: identify", "use: identfy", 5, "Did you mean `identify`?"),
        (CANCEL, "ask: order_number", "ask: order_numbr", 7, "Did you mean `order_number`?"),
        (CANCEL, "say: too_late", "say: too_lat", 31, "There is no message `too_lat`"),
        (CANCEL, "look_up: shop.get_order", "look_up: shop.get_oder", 12, "Did you mean `shop.get_order`?"),
        (CANCEL, "look_up: shop.get_order", "look_up: shop.void_refund", 12, "write `do: shop.void_refund`"),
        (CANCEL, "do: shop.cancel_order", "do: shop.get_order", 24, "write `look_up: shop.get_order`"),
        (CANCEL, "with: {order_id: order_id}", "with: {}", 13, "needs the argument `order_id`"),
        (CANCEL, "with: {order_id: order_id}", "with: {order: order_id}", 13, "Did you mean `order_id`?"),
        (CANCEL, "{order_id: order.order_id,", "{order_id: order.order_id, key: '1',", 25, "added by the house"),
        (CANCEL, "with: {order_id: order_id}", "with: {order_id: order_id +}", 13, "is not an expression"),
        (CANCEL, "order.status == 'placed'", "order.status = 'placed'", 17, "is not an expression"),
        (CANCEL, "otherwise: true", "when: 'true'", 16, "The last choice must be `otherwise: true`"),
        (CANCEL, "{when: \"order.status == 'placed'\", go: offer}", "{go: offer}", 17, "either `when` or `otherwise"),
        (CANCEL, "{when: \"order.status == 'placed'\", go: offer}", "{otherwise: true, go: offer}", 17, "stands last"),
        (CANCEL, "into: order_id", "into: customer", 8, "cannot be called `customer`"),
        (CANCEL, "into: order\n", "into: in\n", 14, "cannot be called `in`"),
        (CANCEL, "into: cancelled", "into: args", 26, "cannot be called `args`"),
        (IDENTIFY, "set: {name: person.name}", "set: {now: person.name}", 14, "cannot be called `now`"),
        (IDENTIFY, "set: {name: person.name}", "set: {}", 14, "names no variable"),
        (IDENTIFY, "hand_over: Nobody has this address.", 'hand_over: " "', 12, "Say why"),
        (REFUND, "wait: {hours: 1}", "wait: {}", 9, "either `hours` or `until`"),
        (REFUND, "wait: {hours: 1}", "wait: {hours: 1, until: now}", 9, "either `hours` or `until`"),
        (CANCEL, "id: kept", "id: too_late", 33, "There are two steps `too_late`: first on line 30"),
        (CANCEL, "id: kept", "id: step_3", 33, "what the house calls a step without an id"),
    ],
)  # fmt: skip
def test_each_fault_of_a_step_names_its_line(path: str, old: str, new: str, line: int, words: str) -> None:
    faults = changed(path, old, new)
    assert (path, line) in [(fault.path, fault.line) for fault in faults if words in fault.message], [*map(str, faults)]


def test_a_procedure_without_steps_is_a_fault() -> None:
    fault = only(
        [fault for fault in checked({**FILES, REFUND: "procedure: refund\nsteps: []\n"}) if fault.path == REFUND]
    )
    assert "has no steps" in fault.message


def test_forget_say_and_set_may_go_somewhere_at_once() -> None:
    assert (
        with_steps("""\
  - id: again
    forget: [email]
    go: asked
  - id: asked
    ask: email
    say: ask_email
  - set: {x: email}
    go: told
  - id: told
    say: one_moment
    go: last
  - id: last
    end: resolved
""")
        == []
    )


# --- where steps lead ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "old", "new", "line"),
    [
        (CANCEL, "missing: no_such_order", "missing: no_such_ordr", 15),
        (CANCEL, "go: too_late", "go: to_late", 18),
        (CANCEL, "if_no: kept", "if_no: keep", 22),
        (CANCEL, "refused: not_possible", "refused: impossible", 27),
        (CANCEL, "go: which", "go: wich", 38),
        (CANCEL, "confirm: cancel", "confirm: cancl", 20),
        (IDENTIFY, "missing: unknown_customer", "missing: unknown", 9),
    ],
)
def test_a_target_that_does_not_exist_is_a_fault(path: str, old: str, new: str, line: int) -> None:
    faults = changed(path, old, new)
    assert {(fault.path, fault.line) for fault in faults} == {(path, line)}
    assert all("There is no step" in fault.message for fault in faults)


def test_only_a_write_can_be_confirmed() -> None:
    assert "is no `do` step" in only(changed(CANCEL, "confirm: cancel", "confirm: order")).message


def test_a_step_that_nothing_leads_to_is_a_fault() -> None:
    fault = only(changed(CANCEL, "if_no: kept\n", "\n"))
    assert (fault.line, "No way through" in fault.message) == (33, True)


def test_a_step_between_a_confirm_and_its_write_is_never_reached() -> None:
    fault = only(changed(CANCEL, "  - id: cancel\n", "  - say: one_moment\n  - id: cancel\n"))
    assert (fault.line, "No way through" in fault.message) == (23, True)


@pytest.mark.parametrize("last", ["say: one_moment", "set: {x: email}", "wait: {hours: 1}", "forget: [email]"])
def test_a_procedure_may_not_fall_off_its_end(last: str) -> None:
    fault = only(with_steps(f"  - {last}\n"))
    assert (fault.line, "falls off its end" in fault.message) == (5, True)


def test_a_write_at_the_end_falls_off_too() -> None:
    steps = """\
  - id: offer
    confirm: undo
    say: one_moment
  - id: undo
    do: shop.void_refund
    with: {refund_id: email}
"""
    fault = only(with_steps(steps))
    assert (fault.line, "falls off its end" in fault.message) == (8, True)


# --- loops --------------------------------------------------------------------------------------


def test_a_loop_that_asks_nothing_is_a_fault() -> None:
    fault = only(with_steps("  - id: round\n    set: {x: email}\n  - say: one_moment\n    go: round\n"))
    assert (fault.line, "for ever without asking" in fault.message) == (5, True)


def test_a_step_that_goes_to_itself_is_a_fault() -> None:
    assert "for ever" in only(with_steps("  - id: round\n    go: round\n")).message


def test_a_loop_back_to_a_question_already_answered_is_a_fault() -> None:
    """Without `forget` the question is skipped: its variable is still set."""
    fault = only(changed(CANCEL, "forget: [order_id]", "set: {tried: 'true'}"))
    assert (fault.line, "for ever" in fault.message) == (6, True)


def test_a_loop_that_forgets_another_answer_is_a_fault() -> None:
    fault = only(changed(CANCEL, "forget: [order_id]", "forget: [name]"))
    assert "for ever" in fault.message


def test_a_loop_through_two_answered_questions_is_a_fault() -> None:
    steps = """\
  - id: which
    ask: order_number
    say: ask_order_number
  - id: why
    ask: reason
    say: one_moment
  - look_up: shop.get_order
    with: {order_id: order_number}
    missing: which
  - end: resolved
"""
    assert "for ever" in only(with_steps(steps)).message
    forgetting = (
        steps.replace("missing: which", "missing: again") + "  - id: again\n    forget: [reason]\n    go: which\n"
    )
    assert with_steps(forgetting) == []


def test_a_loop_that_waits_is_fine() -> None:
    assert with_steps("""\
  - id: round
    wait: {hours: 1}
  - look_up: shop.get_order
    with: {order_id: email}
    missing: round
  - end: resolved
""") == []  # fmt: skip


# --- variables ----------------------------------------------------------------------------------


def test_a_variable_that_nothing_sets_is_a_fault() -> None:
    fault = only(with_steps("  - set: {x: emial}\n  - end: resolved\n"))
    assert (fault.line, "which nothing in the procedure `refund` sets. Did you mean `email`?" in fault.message) == (
        5,
        True,
    )


def test_a_variable_set_on_one_way_only_is_a_fault() -> None:
    steps = """\
  - choose:
      - {when: "email == 'a@b.example'", go: known}
      - {otherwise: true, go: both}
  - id: known
    set: {x: email}
  - id: both
    set: {y: x}
  - end: resolved
"""
    fault = only(with_steps(steps))
    assert (fault.line, "some way through the procedure `refund` has not set here" in fault.message) == (11, True)


def test_a_record_that_was_missing_is_not_set() -> None:
    steps = """\
  - look_up: shop.get_order
    with: {order_id: email}
    into: order
    missing: none
  - end: resolved
  - id: none
    set: {x: order.status}
  - end: refused
"""
    assert "`order`, which some way" in only(with_steps(steps)).message


def test_a_refused_write_sets_nothing() -> None:
    fault = only(changed(CANCEL, "hand_over: The cancellation", "set: {x: cancelled}\n  - hand_over: The cancellation"))
    assert "`cancelled`, which some way" in fault.message


def test_a_forgotten_variable_is_not_set() -> None:
    fault = only(with_steps("  - forget: [email]\n  - set: {x: email}\n  - end: resolved\n"))
    assert (fault.line, "some way" in fault.message) == (6, True)


def test_variables_of_one_set_do_not_see_each_other() -> None:
    assert "`x`, which some way" in only(with_steps("  - set: {x: email, y: x}\n  - end: resolved\n")).message


def test_the_surroundings_need_not_be_set() -> None:
    assert with_steps("  - set: {x: now, y: customer, z: contact.channel}\n  - end: resolved\n") == []


def test_names_that_an_expression_binds_itself_need_not_be_set() -> None:
    assert with_steps('  - set: {x: "[1, 2].map(i, i + 1)"}\n  - end: resolved\n') == []


def test_args_exist_only_in_confirmations() -> None:
    fault = only(with_steps("  - set: {x: args.order_id}\n  - end: resolved\n"))
    assert "`args`, which nothing" in fault.message


def test_arguments_of_a_write_must_be_set_when_it_is_shown() -> None:
    old = "order_id: order.order_id, reason: \"'customer asked'\""
    faults = changed(CANCEL, old, "order_id: cancelled")
    assert [fault.line for fault in faults] == [20, 25]
    assert all("some way" in fault.message for fault in faults)


def changed_message(name: str, text: str) -> list[Fault]:
    return checked({**FILES, f"messages/en/{name}.md": text})


def test_a_message_that_uses_an_unset_variable_is_a_fault_at_its_step() -> None:
    fault = only(changed_message("too_late", "It left on {{ day(shipped) }}."))
    assert (fault.path, fault.line) == (CANCEL, 30)
    assert "messages/en/too_late.md uses `shipped`, which nothing in the procedure `cancel_order` sets" in fault.message


def test_a_message_is_checked_at_every_step_that_says_it() -> None:
    faults = changed_message("ask_order_number", "Which order, {{ reason }}?")
    assert {(fault.path, fault.line) for fault in faults} == {(CANCEL, 6), (REFUND, 4)}


def test_a_confirmation_may_use_only_arguments_that_are_given() -> None:
    fault = only(changed_message("confirm_cancel", "Cancel {{ args.order_idd }}?"))
    assert "`args.order_idd`, which `cancel` does not give. Did you mean `order_id`?" in fault.message


def test_other_messages_have_no_arguments() -> None:
    assert "`args`, which nothing" in only(changed_message("cancelled_done", "Done: {{ args.order_id }}.")).message


# --- confirmations ------------------------------------------------------------------------------

UNCONFIRMED = "  - do: shop.void_refund\n    with: {refund_id: email}\n  - end: resolved\n"


def test_a_write_without_confirmation_is_a_fault_where_policy_needs_one() -> None:
    fault = only(with_steps(UNCONFIRMED))
    assert (fault.line, "needs the customer's yes" in fault.message) == (5, True)
    assert with_steps(UNCONFIRMED, confirmed=False) == []


def test_only_unconfirmed_writes_are_asked_about_and_by_name() -> None:
    files = {**FILES, REFUND: "procedure: refund\nsteps:\n  - ask: email\n    say: ask_email\n" + UNCONFIRMED}
    loaded = load_files(files, Path("kettle"))
    assert loaded.operation is not None
    asked: list[str] = []

    def needs(name: str) -> bool:
        asked.append(name)
        return False

    check_procedures(loaded.operation, loaded.places, needs_confirmation=needs)
    assert asked == ["shop.void_refund"]


def test_a_way_round_the_confirmation_is_a_fault() -> None:
    faults = changed(CANCEL, "go: too_late}", "go: cancel}")
    assert any("needs the customer's yes" in fault.message for fault in faults)


def test_a_refusal_that_leads_back_to_the_write_is_a_fault() -> None:
    messages = [fault.message for fault in changed(CANCEL, "refused: not_possible", "refused: cancel")]
    assert any("needs the customer's yes" in message for message in messages)
    assert any("for ever" in message for message in messages)


def test_a_no_that_leads_to_the_write_is_a_fault() -> None:
    faults = changed(CANCEL, "if_no: kept", "if_no: cancel")
    assert any("needs the customer's yes" in fault.message for fault in faults)


def test_a_second_write_needs_a_second_yes() -> None:
    steps = """\
  - id: offer
    confirm: undo
    say: one_moment
  - id: undo
    do: shop.void_refund
    with: {refund_id: email}
    go: pause
  - id: pause
    wait: {hours: 1}
    go: undo
"""
    fault = only(with_steps(steps))
    assert (fault.line, "needs the customer's yes" in fault.message) == (9, True)
    assert with_steps(steps.replace("go: undo", "go: offer")) == []


# --- fragments ----------------------------------------------------------------------------------


def steps(*rows: dict[str, object]) -> list[Step]:
    return [Step.model_validate(row) for row in rows]


def ids(procedure: Procedure, **fragments: list[Step]) -> list[str | None]:
    found = {name: Fragment(fragment=name, steps=inner) for name, inner in fragments.items()}
    return [step.id for step in expand(procedure, found)]


def procedure(*rows: dict[str, object]) -> Procedure:
    return Procedure(procedure="p", steps=steps(*rows))


ASK = steps({"id": "who", "ask": "email", "say": "m", "go": "done"}, {"id": "done", "say": "m"})


def test_ids_of_a_fragment_stay_where_they_are_the_only_ones() -> None:
    assert ids(procedure({"use": "ask"}, {"id": "last", "end": "resolved"}), ask=ASK) == ["who", "done", "last"]


def test_ids_of_a_fragment_give_way_to_the_procedure() -> None:
    expanded = expand(
        procedure({"use": "ask"}, {"id": "done", "go": "done"}), {"ask": Fragment(fragment="ask", steps=ASK)}
    )
    assert [(step.id, step.go) for step in expanded] == [("who", "ask_done"), ("ask_done", None), ("done", "done")]


def test_a_fragment_can_be_used_twice() -> None:
    expanded = expand(procedure({"use": "ask"}, {"use": "ask"}), {"ask": Fragment(fragment="ask", steps=ASK)})
    assert [(step.id, step.go) for step in expanded] == [
        ("ask_who", "ask_done"), ("ask_done", None), ("ask_2_who", "ask_2_done"), ("ask_2_done", None),
    ]  # fmt: skip


def test_the_id_of_a_use_leads_to_its_first_step() -> None:
    expanded = expand(
        procedure({"id": "begin", "use": "ask"}, {"go": "begin"}), {"ask": Fragment(fragment="ask", steps=ASK)}
    )
    assert [(step.id, step.go) for step in expanded] == [("begin", "done"), ("done", None), (None, "begin")]


def test_a_fragment_may_lead_to_a_step_of_the_procedure() -> None:
    inner = steps({"look_up": "shop.get", "missing": "nothing"})
    expanded = expand(
        procedure({"use": "f"}, {"id": "nothing", "end": "refused"}), {"f": Fragment(fragment="f", steps=inner)}
    )
    assert expanded[0].missing == "nothing"


def test_all_targets_inside_a_fragment_follow_its_ids() -> None:
    inner = steps(
        {"id": "a", "choose": [{"when": "true", "go": "b"}, {"otherwise": True, "go": "c"}]},
        {"id": "b", "confirm": "c", "say": "m", "if_no": "d"},
        {"id": "c", "do": "shop.pay", "refused": "d"},
        {"id": "d", "look_up": "shop.get", "missing": "a"},
    )
    twice = expand(procedure({"use": "f"}, {"use": "f"}), {"f": Fragment(fragment="f", steps=inner)})
    choose, confirm, do, look_up = twice[4:]
    assert [choice.go for choice in choose.choose or []] == ["f_2_b", "f_2_c"]
    assert (confirm.confirm, confirm.if_no, do.refused, look_up.missing) == ("f_2_c", "f_2_d", "f_2_d", "f_2_a")


def test_fragments_may_use_fragments() -> None:
    outer = steps({"use": "ask"}, {"id": "more", "say": "m"})
    assert ids(procedure({"use": "outer"}, {"use": "ask"}), ask=ASK, outer=outer) == [
        "ask_who", "ask_done", "more", "ask_2_who", "ask_2_done",
    ]  # fmt: skip


def test_expanding_what_does_not_exist_raises() -> None:
    with pytest.raises(NotFound, match="the fragment nowhere, which does not exist"):
        expand(procedure({"use": "nowhere"}), {})


def test_expanding_a_fragment_that_uses_itself_raises() -> None:
    with pytest.raises(NotFound, match="uses itself"):
        ids(procedure({"use": "a"}), a=steps({"use": "b"}), b=steps({"use": "a"}))


def test_a_fragment_that_uses_itself_is_a_fault() -> None:
    fault = only(changed(IDENTIFY, "  - go: known\n", "  - use: identify\n  - go: known\n"))
    assert (fault.path, fault.line, "uses itself here" in fault.message) == (IDENTIFY, 10, True)


def test_a_fragment_that_nothing_uses_is_a_warning() -> None:
    extra = {"procedures/extra.yaml": "fragment: extra\nsteps:\n  - end: resolved\n"}
    fault = only(checked({**FILES, **extra}))
    assert (fault.severity, fault.path) == (Severity.WARNING, "procedures/extra.yaml")


def test_a_fault_inside_a_fragment_stands_in_its_own_file() -> None:
    faults = changed(IDENTIFY, "person.name", "persn.name")
    assert {(fault.path, fault.line) for fault in faults} == {(IDENTIFY, 14)}
    assert {"cancel_order" in fault.message for fault in faults} == {True, False}


def unlike(row: tuple[object, ...]) -> object:
    """What must be unique of a step: its id, where it has one."""
    return row[0] or object()


NAMES = st.sampled_from(["a", "b", "c", "f", "f_a", "f_2_a"])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(NAMES | st.none(), st.booleans()), min_size=1, max_size=6, unique_by=lambda row: row[0] or object()
    ),
    st.lists(NAMES | st.none(), min_size=1, max_size=4, unique_by=lambda name: name or object()),
)
def test_expanded_ids_are_unique_and_targets_stay_inside(
    own: list[tuple[str | None, bool]], inner: list[str | None]
) -> None:
    """However names clash: no two steps are called the same, and a fragment's own targets lead into that very use."""
    fragment = [Step(id=name, say=f"m{index}", go=name) for index, name in enumerate(inner)]
    rows = [Step(id=name, use="f") if used else Step(id=name, say="own", go=name) for name, used in own]
    expanded = expand(Procedure(procedure="p", steps=rows), {"f": Fragment(fragment="f", steps=fragment)})
    called = [step.id for step in expanded if step.id is not None]
    assert len(called) == len(set(called))
    assert all(step.go == step.id for step in expanded if step.go is not None)
