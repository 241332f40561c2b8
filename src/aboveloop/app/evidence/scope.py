"""The scope of an export: one case, customer or incident, or a time; and which entries of the ledger that means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aboveloop.govern.incidents import store as incidents
from aboveloop.govern.incidents.errors import IncidentNotFound
from aboveloop.journey import cases
from aboveloop.journey import store as journeys
from aboveloop.journey.errors import CustomerNotFound
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger import store as ledger_store
from aboveloop.ledger.extracts import Wanted, cases_between

Kind = Literal["case", "customer", "incident", "period"]


@dataclass(frozen=True)
class Scope:
    """What is asked for. A period goes from `since` to before `until` and has no name."""

    kind: Kind
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def words(self) -> str:
        """`the case case_01k9...`"""
        if self.since is not None and self.until is not None:
            return f"every case with an entry from {iso(self.since)} to before {iso(self.until)}"
        return f"the {self.kind} {self.name}"

    def as_json(self) -> dict[str, Any]:
        times = {"since": self.since, "until": self.until}
        return {"kind": self.kind, "name": self.name} | {name: iso(at) if at else None for name, at in times.items()}


def scope_of(named: Mapping[Kind, str | None], since: str | None, until: str | None, *, zone: str) -> Scope:
    """The one scope that is given; days begin at midnight in `zone`. Raises WrongUsage for none or several."""
    given = [Scope(kind, name) for kind, name in named.items() if name is not None]
    if since is not None or until is not None:
        if since is None or until is None:
            raise WrongUsage(
                "A time has a beginning and an end: name both its first day and the day before which it ends."
            )
        given.append(period(instant(since, zone), instant(until, zone)))
    if len(given) != 1:
        raise WrongUsage(
            "Say what it is about, one thing alone: a case, a customer, an incident, or a time with its end."
        )
    return given[0]


def instant(text: str, zone: str) -> datetime:
    """A day (2026-03-02, its midnight in `zone`) or an instant with its offset. Raises WrongUsage."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo is not None else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongUsage(f"{text!r} is no day of any ledger. Write 2026-03-02, or 2026-03-02T09:00:00Z.") from error


def period(since: datetime, until: datetime) -> Scope:
    """Raises WrongUsage where the end is not after the beginning."""
    if since >= until:
        raise WrongUsage(f"The time from {iso(since)} to {iso(until)} is empty. Let it end after it begins.")
    return Scope("period", since=since, until=until)


def wanted(reader: Reader, scope: Scope, size: int) -> Wanted:
    """The entries that the scope means, under a checkpoint of `size`.

    Raises CaseNotFound, CustomerNotFound, IncidentNotFound.
    """
    if scope.since is not None and scope.until is not None:
        found = cases_between(reader, scope.since, scope.until, size)
        return Wanted(found, since=scope.since, until=scope.until)
    if scope.kind == "case":
        case = cases.get(reader, scope.name)
        return Wanted([case.id], customers=[case.customer_id])
    if scope.kind == "incident":
        return _incident(reader, scope.name)
    if journeys.customer(reader, scope.name) is None:
        raise CustomerNotFound(f"There is no customer {scope.name}. A case names its customer.")
    everyone = journeys.merged_customers(reader, scope.name)
    own = [case_id for each in everyone for case_id in journeys.case_ids_of(reader, each)]
    return Wanted({*own, *ledger_store.cases_of_customers(reader, everyone)}, customers=everyone)


def _incident(reader: Reader, incident_id: str) -> Wanted:
    """The incident's own chain, and every case that it touched or that was repaired because of it."""
    if incidents.incident(reader, incident_id) is None:
        raise IncidentNotFound(f"There is no incident {incident_id}. `aboveloop incident list` shows them.")
    rows = [*incidents.touched_by(reader, incident_id), *incidents.repairs_of(reader, incident_id)]
    return Wanted({incident_id, *(row.case_id for row in rows)}, customers={row.customer_id for row in rows})
