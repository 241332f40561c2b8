"""The tally: every case is counted once, whatever became of it."""

import random

from aboveloop.app.tally import tally
from aboveloop.kit.errors import AboveloopError
from work.bakery import ANNA, BEN, Bakery


def test_an_empty_house_counts_nothing(bakery: Bakery) -> None:
    assert set(tally(bakery).as_json().values()) == {0}


def test_each_way_to_end_is_counted_where_it_belongs(bakery: Bakery) -> None:
    bakery.write("cancel CR-1001 please", ANNA, "yes", address="1")
    bakery.till.orders["CR-1003"]["status"] = "sent"
    bakery.write("cancel CR-1003 please", BEN, "yes", address="2")
    bakery.write("I want to complain", address="3")
    bakery.write("cancel CR-1002 please", address="4")
    asked = bakery.write("refund 60 EUR for CR-1002 please", ANNA, "yes", address="5")
    bakery.desk("priya").approve(bakery.approval(asked).id)
    bakery.run_due()
    taken = bakery.write("hello", address="6")
    bakery.desk("tom").take_over(taken.id)
    bakery.desk("tom").finish(taken.id, "resolved")
    counted = tally(bakery)
    assert (counted.cases, counted.resolved, counted.refused) == (6, 2, 1)
    assert (counted.handed_over, counted.under_way, counted.alone, counted.doubled) == (2, 1, 1, 0)
    assert counted.turns > 0


def test_it_adds_up_whatever_happens(bakery: Bakery) -> None:
    chance = random.Random(4)
    said = ["cancel CR-1001 please", ANNA, "yes", "no", "hello", "thank you", "refund 60 EUR for CR-1002 please", "?"]
    for number in range(60):
        bakery.write(chance.choice(said), address=f"{number % 7}")
        for case in bakery.all_cases()[:1] if number % 9 == 0 else ():
            try:
                bakery.desk("tom").take_over(case.id)
                bakery.desk("tom").finish(case.id, "refused")
            except AboveloopError:
                continue
        counted = tally(bakery)
        assert counted.resolved + counted.handed_over + counted.refused + counted.under_way == counted.cases
        assert counted.cases == len(bakery.all_cases())
        assert counted.alone <= counted.resolved
    assert tally(bakery).doubled == 0
