"""Which pages are opened, and which nobody opens: counted by page, role and day, and by nothing that names a person.

A dashboard that nobody looks at steers nothing. A page that keeps itself fresh, a form and a file are no look.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from aboveloop.app.looking import store
from aboveloop.app.looking.pages import PAGES
from aboveloop.app.premises import Premises
from aboveloop.govern.people import Person
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation

# A page that served nobody for four weeks is no part of anybody's week.
SPAN_DAYS = 28
# Older counts are forgotten: they steer nothing either.
KEPT_DAYS = 400
# Addresses that give out a file, or lead on.
FILES = ("/csv", "/file", "/{form}")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """How often one page was opened over the span, by role, and on which day last; "" for never."""

    page: str
    times: int
    by_role: tuple[tuple[str, int], ...]
    last: str

    @property
    def is_dead(self) -> bool:
        return self.times == 0


@dataclass(frozen=True)
class Usage:
    """Every page of the console over the last days, the most opened first. `since` is the first day counted,
    `days` how many there are from it to today."""

    pages: tuple[Opened, ...]
    since: str
    days: int

    @property
    def dead(self) -> tuple[Opened, ...]:
        """Those that nobody opened."""
        return tuple(each for each in self.pages if each.is_dead)

    @property
    def looks(self) -> int:
        return sum(each.times for each in self.pages)

    def as_json(self) -> dict[str, Any]:
        return {
            "since": self.since,
            "days": self.days,
            "looks": self.looks,
            "opened": [{**vars(each), "by_role": dict(each.by_role)} for each in self.pages if not each.is_dead],
            "nobody_opened": [each.page for each in self.dead],
        }


def count_look(premises: Premises, operation: Operation, person: Person, door: str) -> None:
    """Count that somebody of this role opened a page (`door` is its method and address). A count that cannot be
    written down is lost, and the page is shown all the same."""
    page = door.removeprefix("GET ")
    if page not in counted_pages():
        return
    day = _today(premises, operation)
    try:
        with premises.database.write() as tx:
            if store.count_page(tx, page, _role_of(operation, person), day.isoformat()):
                store.forget_pages(tx, (day - timedelta(days=KEPT_DAYS)).isoformat())
    except sa.exc.DBAPIError as error:
        logger.warning("That %s was opened could not be counted: %s", page, type(error).__name__)


def usage(premises: Premises, reader: Reader, operation: Operation, days: int = SPAN_DAYS) -> Usage:
    """What was opened on the last `days` days, today with them; on fewer where counting began later."""
    today = _today(premises, operation)
    begun = date.fromisoformat(store.first_page_day(reader) or today.isoformat())
    since = max(today - timedelta(days=days - 1), begun)
    rows = store.pages_since(reader, since.isoformat())
    found = [_opened(page, [row for row in rows if row.page == page]) for page in counted_pages()]
    found.sort(key=lambda each: (-each.times, each.page))
    return Usage(tuple(found), since.isoformat(), (today - since).days + 1)


def counted_pages() -> tuple[str, ...]:
    """The pages of the console, as their addresses are declared: what stands in braces is an id."""
    shown = (name.removeprefix("GET ") for name, door in PAGES.items() if name.startswith("GET ") and not door.is_open)
    return tuple(page for page in shown if not page.endswith(FILES))


def _opened(page: str, rows: Sequence[Any]) -> Opened:
    by_role: dict[str, int] = {}
    for row in rows:
        by_role[row.role] = by_role.get(row.role, 0) + row.times
    roles = tuple(sorted(by_role.items(), key=lambda each: (-each[1], each[0])))
    return Opened(page, sum(by_role.values()), roles, max((row.day for row in rows), default=""))


def _role_of(operation: Operation, person: Person) -> str:
    """The first role of a person, as the folder lists them."""
    listed = next((spec.roles for spec in operation.about.people if spec.id == person.id), [])
    return next((role for role in listed if role in person.roles), min(person.roles, default="none"))


def _today(premises: Premises, operation: Operation) -> date:
    return premises.house.clock.now().astimezone(ZoneInfo(operation.about.timezone)).date()
