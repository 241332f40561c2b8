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
DATA = PageLink("/data", "Data", ("read_cases",))
INCIDENTS = PageLink("/incidents", "Incidents", ("read_cases",))
UNDERSTANDING = PageLink("/understanding", "Understanding", ("read_cases",))
BESIDE = PageLink("/shadow", "Beside people", ("read_cases",))
PRIVACY = PageLink("/privacy", "Privacy", ("audit",))
QUALITY = PageLink("/quality", "Problems found")
RADAR = PageLink("/radar", "Radar", ("read_cases",))
SCORECARD = PageLink("/scorecard", "Scorecard", ("read_cases",))
CHARTERS = PageLink("/charters", "Charters", ("read_cases",))
STAGES = PageLink("/stages", "Stages", ("read_cases",))
BACKLOG = PageLink("/backlog", "Backlog", ("read_cases",))
KPIS = PageLink("/overview/kpis", "KPIs", ("read_cases",))
OUTCOMES = PageLink("/outcomes", "Outcomes", ("read_cases",))
ROUTING = PageLink("/routing", "Routing", ("read_cases",))
ROSTER = PageLink("/organisation/roster", "Roster")
PEOPLE = PageLink("/people", "People", ("manage_people",))
ABSENCES = PageLink("/absences", "Absences")


@dataclass(frozen=True)
class PageGroup:
    """Pages that stand under one word; `is_flat`: they stand beside each other in the bar itself."""

    words: str
    pages: tuple[PageLink, ...]
    is_flat: bool = False


NAVIGATION: Sequence[PageGroup] = (
    PageGroup("Work", (PAGES["control_room"], PAGES["cases"], PAGES["approvals"]), is_flat=True),
    PageGroup("Watch", (QUALITY, INCIDENTS, SWITCHES, OUTCOMES, DATA, UNDERSTANDING, PAGES["overview"], KPIS)),
    PageGroup("Pilot", (RADAR, SCORECARD, CHARTERS, BESIDE, STAGES)),
    PageGroup("Change", (PAGES["releases"], BACKLOG, PAGES["policy"], ROUTING)),
    PageGroup("Audit", (PAGES["audit"], PRIVACY)),
    PageGroup("Organisation", (PAGES["organisation"], ROSTER, PAGES["readiness"], ABSENCES, PEOPLE)),
)


def groups_of(person: Person) -> list[PageGroup]:
    """The groups with the pages that this person reaches; a group of one page is that page."""
    reached = ((group, tuple(page for page in group.pages if is_open_to(person, page))) for group in NAVIGATION)
    return [PageGroup(group.words, pages, group.is_flat or len(pages) == 1) for group, pages in reached if pages]


def pages_of(person: Person) -> list[PageLink]:
    """The pages that this person reaches, in the order of the navigation."""
    return [page for group in groups_of(person) for page in group.pages]


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
