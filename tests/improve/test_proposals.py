"""What the house saw speaks for a change, or does not; every proposal has its evidence and its one name."""

from collections.abc import Iterator

import pytest

from aboveloop.improve.proposals import DETECTORS, Asked, HandedOver, Known, Proposal, Seen, Told, detect

REASON = "Damage after thirty days."


def handed(number: int, because: str = REASON) -> list[HandedOver]:
    return [HandedOver(f"case_{because}_{each}", because, "damaged_goods") for each in range(number)]


def asked(number: int, *, denied: int = 0, edited: int = 0) -> list[Asked]:
    return [Asked("shop.refund_order", f"case_{each}", each < denied, each < edited) for each in range(number)]


def only(seen: Seen) -> Proposal:
    (found,) = detect(seen)
    return found


def test_a_rule_that_no_decision_met_is_looked_at() -> None:
    rules = [("used", "Fine.", 3), ("never", "Old.", 0)]
    found = only(Seen(28, decisions=5000, rules=rules))
    assert (found.key, found.link) == ("unused_rule:never", "/policy/rules/never") and "None of 5000" in found.why
    assert detect(Seen(28, decisions=4999, rules=rules)) == [], "few decisions say nothing"


def test_one_reason_of_hand_overs_again_and_again_is_proposed_with_its_cases() -> None:
    found = only(Seen(28, handed_over=handed(5), titles={"damaged_goods": "Damaged goods"}))
    assert found.count == 5 and len(found.cases) == 5 and "Damaged goods" in found.why
    assert found.procedure == "damaged_goods" and "procedure=damaged_goods" in found.link
    assert detect(Seen(28, handed_over=handed(4))) == []
    many = [each for number in range(60) for each in handed(1, f"Reason {number}")]
    assert [each.subject for each in detect(Seen(28, handed_over=[*handed(6), *many]))] == []


def test_what_people_keep_denying_or_correcting_is_proposed() -> None:
    assert only(Seen(28, asked=asked(10, denied=3))).key == "denial:shop.refund_order"
    assert only(Seen(28, asked=asked(10, edited=3))).key == "correction:shop.refund_order"
    assert detect(Seen(28, asked=asked(10, denied=2, edited=2))) == []
    assert detect(Seen(28, asked=asked(100, denied=4))) == [], "four of a hundred are no habit"


def test_a_need_that_is_learned_from_few_examples_is_proposed() -> None:
    found = only(
        Seen(28, intents=[Known("warranty", "Warranty", "", 9), Known("cancel", "Cancel", "cancel_order", 10)])
    )
    assert found.key == "thin_intent:warranty" and "9 example" in found.why


@pytest.mark.parametrize("kind", ["incidents", "kpis", "untested"])
def test_what_other_rooms_found_is_proposed_once_by_its_name(kind: str) -> None:
    told = Told("one", "A title", "A reason", "/there")
    found = only(Seen(28, **{kind: [told]}))  # type: ignore[arg-type]
    assert found.subject == "one" and found.link == "/there"


def test_nothing_seen_speaks_for_nothing() -> None:
    assert detect(Seen(28)) == []


def test_every_detector_is_asked() -> None:
    def none(_seen: Seen) -> Iterator[Proposal]:
        return iter(())

    assert none not in DETECTORS and len(DETECTORS) == 9
