"""A task graph followed by itself: greetings, riddles, what was skipped, what failed, leave-taking, wanting more."""

from typing import Any

import pytest

from aboveloop.app.shadowing.star.dialogues import Moment
from aboveloop.app.shadowing.star.graphs import Graph, Tasks

TABLE = Graph(
    "table_book",
    {"table_ask_day": "What day?", "table_ask_time": "What time?", "table_full": "Full.", "table_bye": "Goodbye."},
    {
        "hello": "table_ask_day", "table_ask_day": "table_ask_time", "table_ask_time": "query_check",
        "query_success": "table_ask_confirm", "query_failure": "table_full", "yes": "query_book", "no": "table_ask_day",
        "query_book": "table_booked", "table_booked": "anything_else",
    },
)  # fmt: skip
QUIZ = Graph(
    "quiz",
    {"quiz_ask": "{question:s}", "quiz_right": "Right!", "quiz_wrong": "Wrong."},
    {
        "hello": "quiz_ask_number", "quiz_ask_number": "query", "query": "quiz_ask",
        "correct": "quiz_right", "incorrect": "quiz_wrong", "quiz_right": "anything_else",
    },
)  # fmt: skip


def moment(*path: str, said: str = "", answer: dict[str, Any] | None = None, by: str = "", earlier: str = "") -> Moment:
    return Moment(
        dialogue="1", kind="", tasks=(), path=("START", *path), heard=(said,) if said else (),
        earlier=(earlier,) if earlier else (), answer=answer, answered_by=by, answer_is_new=False,
        answer_is_same=False, asked_with={}, own_words="", step="", task="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "follows"),
    [
        (moment(said="Hi there"), "hello"),
        (moment(said="Hi, a table for Monday"), "table_ask_day"),
        (moment("hello", said="a table please"), "table_ask_day"),
        (moment("table_ask_time", said="at eight"), "query_check"),
        (moment("hello", "table_ask_time", "free", said="at eight"), "query_check"),
        (moment("query_check", "API:Message=Full, sorry"), "table_full"),
        (moment("query_check", "API:Message=Full, sorry", "table_full", said="try Friday"), "query_check"),
        (moment("query_check", "API:Message=Full, sorry", "table_full", said="no thanks"), "table_bye"),
        (moment("query_check", "API:Message=Free", "table_ask_confirm", said="yes"), "query_book"),
        (moment("query_check", "API:Message=Free", "table_ask_confirm", said="no"), "table_ask_day"),
        (moment("query_book", "API:Message=Done", "table_booked", said="great"), "anything_else"),
        (moment("query_book", "table_booked", "anything_else", said="that is all, bye"), "table_bye"),
        (moment("query_book", "table_booked", "anything_else", said="another table for Friday"), "query_check"),
    ],
)
def test_what_follows_in_a_booking(now: Moment, follows: str) -> None:
    # What the answer says stands in the path here; a moment holds it as a value.
    said = next((step for step in now.path if "sorry" in step), "")
    answer = {"Message": "Unavailable"} if said else {"Message": "Available"}
    now = Moment(**{**now.__dict__, "answer": answer})
    assert TABLE.next_step(now) == follows


@pytest.mark.parametrize(
    ("said", "answer", "follows"),
    [
        ("It is a Snail!", "snail", "quiz_right"), ("a slug", "snail", "quiz_wrong"), ("33", "33", "quiz_right"),
        ("34", "33", "quiz_wrong"), ("1789", 1789, "quiz_right"),
    ],
)  # fmt: skip
def test_a_riddle_is_answered_right_where_the_systems_answer_is_said(said: str, answer: object, follows: str) -> None:
    now = moment("query", "API:none", "quiz_ask", said=said, answer={"Question": "?", "Answer": answer})
    assert QUIZ.next_step(now) == follows


def test_what_was_done_last_and_which_system_answered_tell_the_task() -> None:
    tasks = Tasks([TABLE, QUIZ])
    assert tasks.nearest(moment("table_ask_day", "quiz_ask", said="hm")) == "quiz"
    assert tasks.nearest(moment("query", "API:none", "free", said="hm", by="table_book")) == "table_book"
    assert tasks.nearest(moment(said="Book me a table", earlier="a quiz")) == "table_book"
    assert Tasks([]).nearest(moment(said="hi")) == ""
