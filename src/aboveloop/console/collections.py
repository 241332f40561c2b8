"""The page of collections: what outreach for unpaid invoices moved within 30 and 60 days."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from aboveloop.app.value.receivables import Outreach, scorecard
from aboveloop.console.frame import CasesLook
from aboveloop.history import store as histories
from aboveloop.history.errors import HistoryNotFound
from aboveloop.kit.money import Money
from aboveloop.measure.collections import Line, Verdict
from aboveloop.measure.errors import CollectionsUntold

VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.BETTER: ("better", "lane-tag-allowed"),
    Verdict.WORSE: ("worse", "lane-tag-prohibited"),
    Verdict.CHANCE: ("not told from chance", ""),
    Verdict.UNTOLD: ("cannot be told", "warn"),
}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/overview/collections")
def collections_page(
    look: CasesLook,
    history: Annotated[str, Query(max_length=100)] = "",
    start: date | None = None,
    against: Annotated[str, Query(pattern="^(before|year)$")] = "before",
) -> HTMLResponse:
    """The scorecard of a history from a day on, or why it cannot be told."""
    found, unable = None, ""
    if history and start is not None:
        try:
            found = scorecard(look.premises, Outreach(history, start, against == "year"))
        except (HistoryNotFound, CollectionsUntold) as error:
            unable = str(error)
    currency = look.operation.about.currency
    return look.render(
        "collections.html",
        found=found,
        unable=unable,
        history=history,
        start=start,
        against=against,
        histories=[each.about.name for each in histories.all_of(look.premises.settings.home)],
        verdicts=VERDICTS,
        shown=lambda line, value: _shown(line, value, currency),
        days=lambda span: f"{span[0]:%d %b %Y} to {span[1] - timedelta(days=1):%d %b %Y}",
        money=lambda minor: Money(round(minor), currency),
    )


def _shown(line: Line, value: float, currency: str) -> str:
    return f"{value:.1f} days" if line.unit == "days" else str(Money(round(value), currency))
