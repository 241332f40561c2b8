"""The rota as pure rules: who is on call at an instant, and whom a level of escalation calls."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aboveloop.operation.models import OnCall, OnCallRota, Operation, Way

# The name under which a level calls whoever is on call.
ROTA = "rota"


def on_call(rota: OnCallRota, at: datetime, zone: str) -> str:
    """The person on call: turns change at midnight where the company is. Before the first turn, the first person."""
    days = (at.astimezone(ZoneInfo(zone)).date() - rota.since).days
    return rota.people[max(days, 0) // rota.days % len(rota.people)]


def called(operation: Operation, level: int, at: datetime) -> list[str]:
    """Whom the level calls, each once."""
    config = operation.about.on_call
    if config is None:
        return []
    names = config.levels[level].page
    found = [
        on_call(config.rota, at, operation.about.timezone) if name == ROTA and config.rota is not None else name
        for name in names
    ]
    return list(dict.fromkeys(found))


def ways_of(operation: Operation, config: OnCall | None, person_id: str) -> list[Way]:
    """How a person is reached; without a way of their own, by the e-mail address that people have in the folder."""
    own = config.ways.get(person_id) if config is not None else None
    if own:
        return own
    email = next((person.email for person in operation.about.people if person.id == person_id), None)
    return [Way(email=email)] if email else []
