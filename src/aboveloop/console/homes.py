"""Which pages are there for whom, and where each person begins their day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aboveloop.govern.people import Person, Right
from aboveloop.operation.models import Operation
from aboveloop.operation.rights import HomePage


@dataclass(frozen=True)
class PageLink:
    """A page of the navigation. `needs`: rights without which it is not there."""

    address: str
    words: str
    needs: tuple[Right, ...] = ()


PAGES: Mapping[HomePage, PageLink] = {
    "control_room": PageLink("/", "Control room", ("read_cases",)),
    "cases": PageLink("/cases", "Cases", ("read_cases",)),
    "approvals": PageLink("/approvals", "Approvals", ("read_cases", "read_personal")),
    "releases": PageLink("/releases", "Releases", ("read_cases",)),
    "policy": PageLink("/policy", "Policy"),
    "audit": PageLink("/audit", "Audit", ("audit",)),
    "overview": PageLink("/overview", "Overview", ("read_cases",)),
    "organisation": PageLink("/organisation", "Organisation"),
    "readiness": PageLink("/organisation/readiness", "Readiness"),
}
SWITCHES = PageLink("/switches", "Switches", ("read_cases",))
INCIDENTS = PageLink("/incidents", "Incidents", ("read_cases",))
PRIVACY = PageLink("/privacy", "Privacy", ("audit",))
NAVIGATION: Sequence[PageLink] = (
    PAGES["control_room"],
    PAGES["cases"],
    PAGES["approvals"],
    SWITCHES,
    INCIDENTS,
    PAGES["releases"],
    PAGES["policy"],
    PAGES["audit"],
    PRIVACY,
    PAGES["overview"],
    PAGES["organisation"],
)


def pages_of(person: Person) -> list[PageLink]:
    """The pages that this person reaches, in the order of the navigation."""
    return [page for page in NAVIGATION if is_open_to(person, page)]


def is_open_to(person: Person, page: PageLink) -> bool:
    return person.may.issuperset(page.needs)


def home_of(operation: Operation, person: Person) -> str:
    """The address where this person begins: what their first role with a home says, else the first page they reach."""
    listed = [spec.roles for spec in operation.about.people if spec.id == person.id]
    ordered = [*(listed[0] if listed else []), *sorted(person.roles)]
    for name in ordered:
        role = operation.about.roles.get(name)
        page = PAGES.get(role.home) if role is not None and role.home is not None else None
        if page is not None and is_open_to(person, page):
            return page.address
    return pages_of(person)[0].address
