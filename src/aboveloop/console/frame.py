"""The frame of every page: who looks at it, the templates and what each of them may use."""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from aboveloop.app import store
from aboveloop.app.doors import COOKIE, Doorkeeper, Visitor
from aboveloop.app.looking import doors, looks, usage
from aboveloop.app.looking.looks import Looker
from aboveloop.app.looking.pages import PAGES
from aboveloop.app.overview import standing_switches
from aboveloop.app.premises import Premises
from aboveloop.console import words
from aboveloop.console.homes import groups_of, pages_of
from aboveloop.govern.people import Person, Right, may
from aboveloop.govern.queue.store import reminded_of
from aboveloop.operation.models import Operation

HERE = Path(__file__).parent
STATIC = {"console.css": "text/css", "console.js": "text/javascript", "icon.svg": "image/svg+xml"}
# Said after something was done; an address carries only the name.
NOTICES: Mapping[str, str] = {
    "breach_settled": "Settled. It stands in the ledger of the case.",
    "consent_said": "Written down. It holds from now on.",
    "request_opened": "The request is written down. It is due within one month.",
    "request_refused": "The request is refused. Tell the customer why.",
    "person_erased": "Erased: what was personal can be read by nobody any more. The request below says what.",
    "hold_placed": "Held: nobody erases it, and no time does.",
    "hold_released": "Released: it goes when its time comes.",
    "approved": "Approved. The worker goes on.",
    "partly": "Approved. It still waits for somebody else.",
    "edited": "Approved with your changes. The worker goes on.",
    "prohibited": "With these changes policy prohibits it, so it was denied. Nothing is done.",
    "denied": "Denied. Nothing is done, and the worker goes on with the no.",
    "claimed": "You look after it now.",
    "released": "Nobody looks after it now; everybody who may answer sees that.",
    "reassigned": "It is looked after by somebody else now.",
    "reminded": "Whoever should answer was reminded.",
    "not_reminded": "Nobody was reminded: they were within this hour, or nobody waits for it any more.",
    "absent": "Marked. While somebody is away, their deputy looks after what they own.",
    "back": "The absence has ended.",
    "paused": "Paused. It holds before the next action.",
    "held": "Held. It stays paused until somebody resumes it, also when the data is well again.",
    "resumed": "Resumed. The cases that were stopped go on.",
    "taken_over": "The case is yours: the worker stays silent until you hand it back.",
    "replied": "Your reply was sent.",
    "handed_back": "The worker has the case again.",
    "finished": "The case is ended.",
    "health_looked": "Looked: this is how the intents fare now.",
    "candidate_made": "The release stands beside the one at work. Its gate was played: look before it goes further.",
    "release_made": "The release stands beside the one at work. Play its gate here before it goes further.",
    "idea_added": "It stands in the backlog as an idea.",
    "corrected": "Written down. It becomes an example once its case has ended, and only with nothing personal in it.",
    "password": "Your password is changed. Every other session of yours has ended.",
    "revoked": "The token opens nothing any more.",
    "signed_out": "Signed out on every machine.",
    "blocked": "Blocked: nobody comes in as this person, nor any program for them.",
    "unblocked": "Unblocked.",
    "unlocked": "They may try again at once.",
    "signed_off": "You signed the release off.",
    "compared": "Compared. What may be the same stands below, the surest first.",
    "joined": "The two stand together now. Workers still go by what who writes has proved.",
    "parted": "Two customers again. Nothing else has changed.",
    "page_acknowledged": "Acknowledged: nobody else is called about it.",
    "incident_opened": "The incident is open. Stop it first.",
    "incident_stopped": "Paused. It holds before the next action. Now find everybody affected.",
    "incident_contained": "Everybody affected is listed below.",
    "incident_corrected": "Drafts are made. Each waits for somebody else's approval; nothing is sent before.",
    "incident_reconciled": "What is to be undone is proposed. Each waits for somebody else's approval.",
    "incident_accepted": "Accepted: it stays as it is.",
    "incident_reviewed": "The rule change held. Put its release to work, then close the incident.",
    "incident_closed": "The incident is closed. Its pauses have ended.",
    "measured": "Written down.",
    "maturity_answered": "Written down. What comes next stands below.",
    "frozen": "Counted, signed and frozen. The ledger names the file.",
    "report_kept": "The report is kept. It stands in the ledger.",
    "value_shown": "Counted and written down. Anybody can count it again.",
    "value_withdrawn": "Withdrawn: it counts no more. The ledger keeps it, with your reason.",
    "stage_set": "Set. It holds from the next turn of every case.",
    "candidate_kept": "Kept. The ranking below is worked out anew.",
    "candidate_dropped": "Taken off the scorecard. The ledger keeps that it was there.",
    "draft_kept": "The draft is kept. What it still lacks stands beside each field.",
    "draft_dropped": "The draft is gone. The ledger keeps that it was there.",
    "rule_kept": "The rule is kept in the draft. Nothing changes for customers before its release is at work.",
    "rule_moved": "Moved. The first rule that fits counts.",
    "rule_removed": "Taken out of the draft. Its history stays.",
    "rule_restored": "The draft has the rule as it was then.",
    "queue_kept": "The queue is kept in the draft.",
    "queue_removed": "The queue is taken out of the draft.",
    "routing_rebased": "Meant as it stands, over the rules at work now.",
    "routing_restored": "The draft has all rules as they were then.",
    "routing_dropped": "The draft is gone. The ledger keeps what it said.",
    "judged": "Written down. It counts as evidence of how the worker does beside people.",
    "added": "The idea stands in the backlog.",
    "looked": "The house has looked. What it proposes stands below.",
    "taken": "Taken into the backlog.",
    "dismissed": "Dismissed. It is not proposed again.",
    "moved": "Changed.",
    "passed": "All right: you have done this course.",
    "played": "The scenarios and policy tests were played.",
    "promoted": "Promoted. New cases begin there.",
    "rolled_back": "Taken back. New cases begin on the release before it.",
    "filled": "The part of the review is written down.",
    "signed": "The review is signed.",
    "suggestion_accepted": "Written down: you took this. Here is where it is done.",
    "suggestion_edited": "Your words stand beside the summary now.",
    "suggestion_rejected": "Written down: it was not right. Whoever improves this sees it.",
    "worded": "The wording stands beside the exact summary.",
    "not_worded": "No wording is shown; the timeline says why.",
    "step_done": "Done, and written down that you took the suggestion.",
}


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates, with autoescape, and the words that they use."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "spaced": words.spaced,
        "coded": words.coded,
        "percent": words.percent,
        "shown": words.shown,
        "span": words.span,
    }
    environment.globals |= {
        "OWNERS": words.OWNERS,
        "LANES": words.LANES,
        "ACTS": words.ACTS,
        "PHASES": words.PHASES,
        "STAGES": words.STAGES,
        "HANDS": words.HANDS,
        "EPISODES": words.EPISODES,
        "GROUPS": words.GROUPS,
        "version_of": _version_of,
    }
    return environment


@dataclass(frozen=True)
class Look:
    """One look at a page: who, from where, when, under which operation."""

    request: Request
    doorkeeper: Doorkeeper
    visitor: Visitor
    operation: Operation
    now: datetime

    @property
    def premises(self) -> Premises:
        return self.doorkeeper.premises

    def note(self, customers: Mapping[str, str], what: str) -> None:
        """Write down that this person sees what is personal of these cases (`customers`: the customer of each)."""
        looks.note(self.premises, Looker(self.visitor.person.actor, "console"), customers, what)

    @property
    def reads_personal(self) -> bool:
        return doors.READS in self.visitor.person.may

    def render(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """The page in its frame."""
        people = {person.id: person.name for person in self.operation.about.people}
        zone = self.operation.about.timezone
        with self.premises.database.read() as reader:
            approvals = store.count_waiting(reader, self.now)
            reminded = len(reminded_of(reader, self.visitor.person.id, self.now))
            paused = len(standing_switches(reader, self.premises))
        frame = {
            "person": self.visitor.person,
            "may": self.visitor.person.may,
            "navigation": groups_of(self.visitor.person),
            "here": _here(self.request.url.path, self.visitor.person),
            "form_key": self.doorkeeper.form_key(self.visitor),
            "company": self.operation.about.title,
            "zone": zone,
            "path": self.request.url.path,
            "notice": NOTICES.get(self.request.query_params.get("notice", "")),
            "waiting_approvals": approvals,
            "reminded": reminded,
            "standing_pauses": paused,
            "now": self.now,
            "when": lambda instant: words.when(instant, zone),
            "clock": lambda instant: words.clock(instant, zone),
            "age": lambda instant: words.age(instant, self.now),
            "until": lambda instant: words.until(instant, self.now),
            "actor": lambda name: words.actor(name, people),
            "valued": lambda name, value: words.valued(name, value, self.operation.about.currency),
            "name_of": lambda person_id: people.get(person_id, person_id),
        }
        return HTMLResponse(templates().get_template(template).render({**frame, **values}), status_code=status)


def _here(path: str, person: Person) -> str:
    """The address of the navigation that a path belongs to: the longest that it begins with; "" for none."""
    addresses = (page.address for page in pages_of(person))
    under = (each for each in addresses if path == each or (each != "/" and path.startswith(f"{each}/")))
    return max(under, key=len, default="")


def bare(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for nobody in particular: sign-in and errors before it."""
    return HTMLResponse(templates().get_template(template).render(values), status_code=status)


def doorkeeper_of(request: Request) -> Doorkeeper:
    doorkeeper = request.app.state.doorkeeper
    assert isinstance(doorkeeper, Doorkeeper), "the console is built with one"
    return doorkeeper


DoorkeeperHere = Annotated[Doorkeeper, Depends(doorkeeper_of)]


def look(request: Request, doorkeeper: DoorkeeperHere) -> Look:
    """Made once for each request. Raises NotSignedIn."""
    known = getattr(request.state, "look", None)
    if isinstance(known, Look):
        return known
    visitor = doorkeeper.visitor(request.cookies.get(COOKIE))
    premises = doorkeeper.premises
    return Look(request, doorkeeper, visitor, premises.current(), premises.house.clock.now())


LookHere = Annotated[Look, Depends(look)]


async def admitted(request: Request, doorkeeper: DoorkeeperHere) -> AsyncIterator[None]:
    """What every page and every form passes, before anything is read and before anything is given out.

    Raises DoorUndeclared, NotSignedIn, MayNot, and LookForgotten at the end.
    """
    name = f"{request.method} {request.scope['route'].path}"
    door = doors.door_of(PAGES, name)
    if door.is_open:
        yield
        return
    seen = await run_in_threadpool(look, request, doorkeeper)
    request.state.look = seen
    with doors.passing(name, door, seen.visitor.person):
        yield
    # A page that keeps itself fresh says so, and is no look of anybody's.
    if request.method == "GET" and "X-Refresh" not in request.headers:
        await run_in_threadpool(usage.count_look, seen.premises, seen.operation, seen.visitor.person, name)


def looking(*rights: Right) -> Callable[[Look], Look]:
    """A dependency: the look of somebody who holds all of `rights`. Raises MayNot."""

    def look_with_rights(seen: LookHere) -> Look:
        for right in rights:
            may(seen.visitor.person, right).demand()
        return seen

    return look_with_rights


CasesLook = Annotated[Look, Depends(looking("read_cases"))]
PersonalLook = Annotated[Look, Depends(looking("read_cases", "read_personal"))]
AuditLook = Annotated[Look, Depends(looking("audit"))]


@lru_cache(maxsize=8)
def _version_of(name: str) -> str:
    """Changes with the file's content, so that browsers never keep an old one."""
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
