"""Deliver: a recorded message reaches its channel, again and again until it is there, and counts once."""

import pytest

from aboveloop.durable.turns import Again, Done
from aboveloop.kit.errors import TemporaryError
from work.bakery import ANNA, Bakery


class Postman:
    """A channel that fails as often as it is told to."""

    def __init__(self) -> None:
        self.brought: list[str] = []
        self.fails = 0

    def deliver(self, message_id: str) -> None:
        if self.fails:
            self.fails -= 1
            raise TemporaryError("The post is closed.", retry_after_seconds=30)
        self.brought.append(message_id)


@pytest.fixture
def postman(bakery: Bakery) -> Postman:
    postman = Postman()
    bakery.channels["webchat"] = postman
    return postman


def test_what_is_told_is_brought_once_in_order(bakery: Bakery, postman: Postman) -> None:
    case = bakery.write("cancel CR-1001 please", ANNA, "yes")
    told = [message for message in bakery.messages(case) if message.direction == "out"]
    assert postman.brought == [message.id for message in told]
    assert all(message.delivered_at is not None for message in told)
    for message in told:
        assert bakery.turn("deliver:x", f"deliver:{message.id}") == Done()
    assert len(postman.brought) == len(told)


def test_a_channel_that_is_closed_is_tried_again(bakery: Bakery, postman: Postman) -> None:
    postman.fails = 2
    case = bakery.write("cancel CR-1001 please")
    (told,) = [message for message in bakery.messages(case) if message.direction == "out"]
    assert told.delivered_at is None
    assert bakery.turn("deliver:x", f"deliver:{told.id}") == Again(30)
    bakery.advance(seconds=30)
    assert postman.brought == [told.id]
    assert bakery.messages(case)[-1].delivered_at == bakery.clock.now()


def test_what_people_say_is_brought_too(bakery: Bakery, postman: Postman) -> None:
    case = bakery.write("cancel CR-1001 please")
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    reply = desk.reply(case.id, "I am here.")
    bakery.run_due()
    assert postman.brought[-1] == reply


def test_a_channel_that_fetches_for_itself_is_brought_nothing(bakery: Bakery, postman: Postman) -> None:
    case = bakery.write("cancel CR-1001 please", channel="email")
    assert postman.brought == []
    (told,) = [message for message in bakery.messages(case) if message.direction == "out"]
    assert bakery.turn("deliver:x", f"deliver:{told.id}") == Done()
    assert bakery.messages(case)[-1].delivered_at is None
