"""Two that open at the same moment get two ports, and nobody takes somebody else's server for their own."""

import socket

import pytest

from aboveloop.cli.serve import first_free_door
from aboveloop.kit.errors import PermanentError


def a_quiet_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_a_door_is_ours_from_the_moment_it_is_found() -> None:
    wanted = a_quiet_port()
    with first_free_door(wanted, 50) as one, first_free_door(wanted, 50) as other:
        assert one.getsockname()[1] != other.getsockname()[1]


def test_a_port_that_was_taken_is_stepped_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        with first_free_door(port, 50) as door:
            assert door.getsockname()[1] > port


def test_when_all_are_taken_a_sentence_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        with pytest.raises(PermanentError, match="--port"):
            first_free_door(port, 1)
