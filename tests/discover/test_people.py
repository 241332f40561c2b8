"""Who did what: hand-overs, to and fro, and work that one person did twice."""

import dataclasses

from aboveloop.discover.ordering import order
from aboveloop.discover.people import Between, people
from discover.logs import coded, log_of

LINES = [("c", "Check", "ann"), ("c", "Pay", None), ("c", "Check", "bob"), ("c", "Check", "ann"), ("d", "Pay", "bob")]


def test_people_hand_over_ping_pong_and_do_again() -> None:
    log = log_of([(case, activity, minute, None) for minute, (case, activity, _) in enumerate(LINES)])
    found = people(order(dataclasses.replace(log, resources=coded([who for _, _, who in LINES]))))
    assert found is not None
    assert found.known == 0.8
    assert found.handovers.count.tolist() == [1, 1]
    assert found.handovers_of_case.tolist() == [2, 0]
    assert found.ping_pongs == (Between(("ann", "bob"), 1, 1),)
    assert found.ping_pongs_of_case.tolist() == [1, 0]
    assert found.again == (Between(("ann", "Check"), 1, 1),)
    assert found.again_by_other == (Between(("bob", "Check"), 1, 1),)
    assert found.again_of_case.tolist() == [1, 0]


def test_where_nobody_is_named_nothing_is_said() -> None:
    log = log_of([("c", "Check", 0, None)])
    assert people(order(log)) is None
    assert people(order(dataclasses.replace(log, resources=coded([None])))).ping_pongs == ()  # type: ignore[union-attr]
