"""A ledger that does not verify pages who is on call and, where the operation says so, opens an incident, once."""

from aboveloop.app.premises import BROKEN, LEDGER
from aboveloop.govern.incidents.book import Book
from aboveloop.govern.incidents.incident import Incident, Severity
from aboveloop.govern.paging.pager import open_pages
from aboveloop.operation.models import OnCall, OnCallLevel
from work.bakery import Bakery


def configured(bakery: Bakery, *opens: str) -> None:
    on_call = OnCall.model_validate({"opens_incident": list(opens), "levels": [OnCallLevel(page=["priya"])]})
    about = bakery.operation.about.model_copy(update={"on_call": on_call, "incidents": {"owner": "priya"}})
    bakery.operation = bakery.operation.model_copy(update={"about": about})


def incidents(bakery: Bakery) -> list[Incident]:
    with bakery.database.read() as reader:
        return list(Book(bakery.ledger, bakery.operation).all(reader))


def test_it_pages_and_opens_an_incident_once(bakery: Bakery) -> None:
    configured(bakery, "ledger")
    for _ in range(2):
        bakery.ledger_broken("Entry 3 of case_1 was changed.")
    with bakery.database.read() as reader:
        (page,) = open_pages(reader)
    assert (page.about, page.severity) == (LEDGER, "critical") and "Entry 3 of case_1" in page.reason
    (incident,) = incidents(bakery)
    assert (incident.title, incident.severity, incident.opened_by) == (BROKEN, Severity.CRITICAL, "house")
    assert (incident.owner, incident.found_by) == ("priya", "the house")
    assert incident.scope.release == bakery.operation.digest


def test_where_the_operation_does_not_ask_for_it_no_incident_is_opened(bakery: Bakery) -> None:
    configured(bakery)
    bakery.ledger_broken("Entry 3 of case_1 was changed.")
    assert incidents(bakery) == []
    bakery.operation = bakery.operation.model_copy(
        update={"about": bakery.operation.about.model_copy(update={"on_call": None})}
    )
    bakery.ledger_broken("Entry 3 of case_1 was changed.")
    assert incidents(bakery) == []
