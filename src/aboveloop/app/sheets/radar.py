"""The sheet of a radar: where work repeats or comes back in one history, what that costs, and what people keep."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aboveloop.app.sheets.sheet import Figure, Part, Sheet, Table

# What comes after the first five is no first pilot, and would not fit on a page.
SHOWN = 5
KEPT_SHOWN = 3
SCORES = {"repetition": "Repetition", "rework": "Rework", "rules": "Decided by rules"}


def radar_sheet(title: str, company: str, found: Mapping[str, Any], *, now: datetime) -> Sheet:
    """`found` is what the radar told of a history, with its findings."""
    opportunities = found["opportunities"]
    return Sheet(
        title=f"Rework radar: {title}",
        lead=_lead(opportunities, found["cases"]),
        company=company,
        at=now,
        parts=[_scores(found), _opportunities(opportunities), *_kept(found["keep_human"])],
        limits=[
            "These are associations: a case that is difficult may be long and come back for the same reason.",
            "What chance explains at a certainty of 99 % is not told, and neither is what happens in few cases.",
            *found["assumptions"],
        ],
        origin=[
            f"{found['cases']:,} cases with {found['events']:,} events from {found['first'][:10]} to"
            f" {found['last'][:10]}. Bounds hold with 95 %."
        ],
    )


def _lead(opportunities: list[dict[str, Any]], cases: int) -> str:
    if not opportunities:
        return f"Nothing in {cases:,} cases is certain enough to be called an opportunity."
    first = opportunities[0]
    low, high = first["touch_hours"]["low"], first["touch_hours"]["high"]
    named = f"{first['pattern'].replace('_', ' ')} at {first['place']}"
    return f"What surely costs the most is {named}: {low:,.0f} to {high:,.0f} hours of people's work."


def _scores(found: Mapping[str, Any]) -> Part:
    figures = [
        Figure(words, f"{found['scores'][name]['score']:g} of 100", " ".join(found["scores"][name]["evidence"][:1]))
        for name, words in SCORES.items()
    ]
    return Part("Three scores", (), figures)


def _opportunities(opportunities: list[dict[str, Any]]) -> Part:
    rows = [
        (
            f"{each['pattern'].replace('_', ' ').capitalize()}: {each['place']}",
            f"{each['cases']:,} of {each['of_cases']:,}",
            f"{each['touch_hours']['low']:,.0f} to {each['touch_hours']['high']:,.0f}",
            f"{each['money']['low']:,.0f} to {each['money']['high']:,.0f}",
            each["why"] if each["prefilter"]["passes"] else f"Left out before scoring: {each['prefilter']['left_out']}",
        )
        for each in opportunities[:SHOWN]
    ]
    said = [f"The first {len(rows)} of {len(opportunities)}, what surely costs the most first."] if rows else []
    table = Table(("What and where", "Cases", "Hours", "Money", "Why"), rows)
    return Part("Opportunities", said or ["None is certain."], (), table)


def _kept(keep: list[dict[str, Any]]) -> list[Part]:
    said = [f"{each['kind']} ({each['cases']} cases): {' '.join(each['reasons'])}" for each in keep[:KEPT_SHOWN]]
    return [Part("What people should keep", said)] if said else []
