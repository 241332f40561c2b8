"""outcomes.yaml: loaded, checked against the rest of the folder, and named where two releases differ."""

from pathlib import Path

import pytest

from aboveloop.operation.changes.compare import changes_between
from aboveloop.operation.checking import check
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from work.bakery import FILES, operation_of

SOUND = """\
- outcome: stands
  title: The refund stands
  of: till.refund_order
  after: {minutes: 1}
  records: {order: {read: till.get_order, with: {order_id: args.order_id}}}
  facts: {refunded: order.refunded_cents}
  about: args.order_id
  holds: refunded >= args.amount_cents && again == 0
- outcome: quiet
  title: Nobody comes back
  procedures: [track_order]
  after: {days: 7}
  holds: again == 0
"""


def faults(outcomes: str, **files: str) -> list[str]:
    loaded = load_files({**FILES, "outcomes.yaml": outcomes, **files}, Path("crumb"))
    return [
        f"{fault.line}: {fault.message}" for fault in check(loaded) if fault.path in ("outcomes.yaml", "operation.yaml")
    ]


def test_a_sound_file_has_no_faults() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (
            "of: till.refund_order",
            "of: till.refund_orders",
            3,
            "There is no operation `till.refund_orders`. Did you mean",
        ),
        ("of: till.refund_order", "of: till.get_order", 3, "only a write has an outcome"),
        ("procedures: [track_order]", "procedures: [track]", 11, "There is no procedure `track`"),
        ("read: till.get_order", "read: till.cancel_order", 5, "There is no read `till.cancel_order`"),
        ("with: {order_id: args.order_id}", "with: {}", 5, "needs `order_id`"),
        (
            "with: {order_id: args.order_id}",
            "with: {order: args.order_id, order_id: args.order_id}",
            5,
            "has no argument",
        ),
        ("args.amount_cents", "args.amount", 8, "`args.amount`, which is no argument"),
        ("holds: refunded", "holds: paid", 8, "`paid`, which is not known here"),
        ("about: args.order_id", "about: again", 7, "`again`, which is not known here"),
        ("after: {minutes: 1}", "after: {minutes: 1, days: 1}", 4, "say one of minutes, hours and days"),
        ("holds: again == 0\n", "holds: again == 0 &&\n", 13, "again == 0 &&"),
        ("after: {days: 7}", "after: {days: 7}\n  owner: nobody", 13, "Nobody holds the duty `nobody`"),
        ("after: {days: 7}", "after: {days: 7}\n  of: till.refund_order", 11, "not of both"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in SOUND
    found = faults(SOUND.replace(old, new, 1))
    assert any(fault.startswith(f"{line}: ") and words in fault for fault in found), found


def test_two_outcomes_of_one_name_are_a_fault() -> None:
    assert any("There are two of outcome `quiet`" in fault for fault in faults(SOUND.replace("stands\n", "quiet\n", 1)))


def with_outcomes(text: str) -> Operation:
    return operation_of({**FILES, "outcomes.yaml": text})


def test_a_promise_that_is_dropped_or_changed_alters_risk_and_a_new_one_does_not() -> None:
    both, one = with_outcomes(SOUND), with_outcomes(SOUND.partition("- outcome: quiet")[0])
    other = with_outcomes(SOUND.replace("days: 7", "days: 1"))
    (gone,) = changes_between(both, one)
    (new,) = changes_between(one, both)
    (changed,) = changes_between(both, other)
    assert gone.is_risky and "no longer checked" in gone.words
    assert not new.is_risky and new.words == "The outcome quiet is checked: Nobody comes back."
    assert changed.is_risky and "otherwise" in changed.words


# --- what is fitted to a customer


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", "There is no message `nothing`"),
        ("greeting", "is left out for whoever has not agreed"),
        ("opening_hours", "is left out for whoever has not agreed"),
        ("confirm_cancel", "is left out for whoever has not agreed"),
        ("ask_order", "is left out for whoever has not agreed"),
    ],
)
def test_nothing_may_depend_on_a_message_that_is_fitted_to_a_customer(name: str, words: str) -> None:
    about = f"{FILES['operation.yaml']}privacy: {{personalised: [{name}]}}\n"
    assert any(words in fault for fault in faults(SOUND, **{"operation.yaml": about}))


def test_a_message_that_is_only_said_may_be_fitted() -> None:
    about = FILES["operation.yaml"] + "privacy: {personalised: [order_status]}\n"
    assert faults(SOUND, **{"operation.yaml": about}) == []
