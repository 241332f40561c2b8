"""The scorecard of collections over a history of the home."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from aboveloop.app.chartering.freezing import events_of
from aboveloop.app.premises import Premises
from aboveloop.history import store as histories
from aboveloop.kit.money import EXPONENTS
from aboveloop.measure.collections import Asked, Collections, What, collections


@dataclass(frozen=True)
class Outreach:
    """Which history, and since when customers are written to. `named` and `amount` say how the history calls things
    where it does not as usual."""

    history: str
    start: date
    a_year_before: bool = False
    named: dict[What, tuple[str, ...]] = field(default_factory=dict)
    amount: str = ""


def scorecard(premises: Premises, outreach: Outreach) -> Collections:
    """Raises HistoryNotFound and CollectionsUntold."""
    about = premises.current().about
    asked = Asked(
        start=outreach.start,
        zone=ZoneInfo(about.timezone),
        places=EXPONENTS.get(about.currency, 2),
        a_year_before=outreach.a_year_before,
        named=outreach.named,
        amount=outreach.amount,
    )
    return collections(events_of(histories.find(premises.settings.home, outreach.history)), asked)
