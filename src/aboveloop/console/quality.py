"""The board of problems found, open to everybody inside."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from aboveloop.app.quality.board import DAYS, LISTED, PROBLEMS, board
from aboveloop.console.frame import LookHere

router = APIRouter(default_response_class=HTMLResponse)
# 0 stands for all time.
TIMES = {7: "7 days", 30: "30 days", 90: "90 days", 0: "all time"}


@router.get("/quality")
def quality(
    look: LookHere,
    kind: Annotated[str, Query(max_length=40)] = "",
    days: Annotated[int, Query(ge=0, le=3650)] = DAYS,
) -> HTMLResponse:
    """What went wrong, of every kind, with what a filter hides."""
    with look.premises.database.read() as reader:
        found = board(reader, look.now, days=days or None, kind=kind)
    return look.render(
        "quality.html",
        board=found,
        problems=PROBLEMS,
        days=days,
        times=TIMES if days in TIMES else {**TIMES, days: f"{days} days"},
        most=LISTED,
        link=lambda kind, days: "/quality?" + urlencode({"kind": kind, "days": days}),
    )
