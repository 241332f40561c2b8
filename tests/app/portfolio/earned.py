"""A help desk's past for the charter of the sample company, and work beside people that earns its first stage."""

from datetime import datetime, timedelta

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.beside import Worked
from aboveloop.app.shadowing.past import Past
from aboveloop.app.shadowing.runs import Run
from aboveloop.history import store
from aboveloop.history.store import About
from aboveloop.kit.clock import to_micros
from app.chartering.test_freezing import BEGAN, NAME, PROCEDURE, events

__all__ = ["LATER", "NAME", "PROCEDURE", "helpdesk", "worked_beside"]

# A year after the before, on the same weekday.
LATER = BEGAN + timedelta(days=364)


def helpdesk(house: Stage, name: str = "helpdesk", *, began: datetime = BEGAN, hours: float = 10) -> None:
    """Two parcels a day for twelve weeks; the middle one is settled after four times `hours`."""
    store.write(house.settings.home, About(name=name, kind="file", imported_at=0), events(name, began, hours))


def worked_beside(house: Stage, many: int = 80, differing: int = 0) -> Run:
    """Parcels that the worker took up; in the last `differing` it would have done something else than people."""
    done = []
    for number in range(many):
        at = to_micros(BEGAN + timedelta(days=number // 8))
        want = "late_or_lost_parcel"
        read = "where_is_my_order" if number >= many - differing else want
        past = Past(str(number), at, "email", (), want, "", "Parcels", 2, 1, 0, first_reply=5_400.0, solved=90_000.0)
        done.append((past, Worked(str(number), read, PROCEDURE, (), "resolved", "", 2, 0.1)))
    return runs.keep(house, "helpdesk", house.operation.digest, done, by="person:noor")
