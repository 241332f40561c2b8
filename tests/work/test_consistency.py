"""The same need in other words: shares, what is usual, and what cannot be compared."""

from aboveloop.operation.models import Operation
from aboveloop.understand.intents import OUTSIDE
from aboveloop.work.consistency import By, Consistency, Decided, Wording, consistency, is_right, possible


def compared(*rows: tuple[str, str, str], expected: str = "", languages: dict[str, str] | None = None) -> Consistency:
    """Rows are need, text and what is decided of it."""
    made = {text: decision for _, text, decision in rows}
    spoken = languages or {}
    wordings = [Wording(need, text, spoken.get(text, ""), expected, row) for row, (need, text, _) in enumerate(rows, 1)]

    def decide(text: str) -> Decided:
        by: By = "nobody" if made[text] == "unclear" else "worker"
        return Decided(made[text], by, "Said so.", "en")

    return consistency(wordings, decide)


def test_the_usual_decision_is_the_one_that_most_wordings_get() -> None:
    found = compared(("a", "1", "refund"), ("a", "2", "cancel"), ("a", "3", "refund"), ("b", "4", "x"), ("b", "5", "x"))
    assert (found.all.alike.hits, found.all.alike.of) == (4, 5)
    assert [(each.name, each.usual, each.alike.hits, each.alike.of) for each in found.needs] == [
        ("a", "refund", 2, 3),
        ("b", "x", 2, 2),
    ]
    assert [(each.wording.row, each.usual, each.decided.decision) for each in found.differing] == [
        (2, "refund", "cancel")
    ]
    assert found.all.alike.low is not None
    assert found.all.alike.low < 0.8 < (found.all.alike.high or 0)


def test_of_equally_many_the_first_is_usual() -> None:
    found = compared(("a", "1", "cancel"), ("a", "2", "refund"))
    assert (found.needs[0].usual, found.needs[0].alike.hits) == ("cancel", 1)


def test_a_need_with_one_wording_is_not_compared_but_may_be_wrong() -> None:
    found = compared(("a", "1", "refund"), ("b", "2", "x"), ("b", "3", "x"), expected="x")
    assert found.alone == ("a",)
    assert (found.all.alike.of, found.all.right.hits, found.all.right.of) == (2, 2, 3)
    assert [each.wording.row for each in found.differing] == [1]


def test_alike_is_not_right() -> None:
    found = compared(("a", "1", "refund"), ("a", "2", "refund"), expected="cancel")
    assert (found.all.alike.share, found.all.right.share) == (1.0, 0.0)
    assert [each.is_right for each in found.differing] == [False, False]


def test_nobody_said_what_is_right() -> None:
    found = compared(("a", "1", "refund"), ("a", "2", "refund"))
    assert (found.all.right.of, found.all.right.share) == (0, None)
    assert found.differing == ()


def test_what_is_out_of_scope_may_be_greeted_or_asked_after() -> None:
    found = compared(("o", "1", "unclear"), ("o", "2", "greeting"), ("o", "3", "refund"), expected=OUTSIDE)
    assert (found.all.alike.hits, found.all.right.hits, found.needs[0].usual) == (2, 2, "unclear")
    assert is_right(OUTSIDE, "goodbye")
    assert not is_right(OUTSIDE, "refund")
    # Where it is not out of scope, a greeting instead of a question back is another decision.
    assert compared(("o", "1", "unclear"), ("o", "2", "greeting")).all.alike.hits == 1


def test_a_row_names_the_language_and_else_the_reader_does() -> None:
    found = compared(("a", "1", "x"), ("a", "2", "x"), ("a", "3", "y"), languages={"1": "de"})
    assert [(each.name, each.alike.hits, each.alike.of) for each in found.languages] == [("de", 1, 1), ("en", 1, 2)]


def test_only_what_can_be_decided_is_expected(crumb: Operation) -> None:
    known = possible(crumb)
    assert {"legal", "person", "unclear", OUTSIDE} <= known
    assert all(
        crumb.intents[name].procedure or crumb.intents[name].answer or crumb.intents[name].hand_over
        for name in known & set(crumb.intents)
        if name not in ("greeting", "goodbye")
    )
