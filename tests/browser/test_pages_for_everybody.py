"""Every page is free of faults that axe finds and fits from 360 to 1600 pixels, by day and by night."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from aboveloop.app.chartering import reporting
from aboveloop.app.chartering.freezing import freeze
from aboveloop.app.contracts.rounds import ContractRound
from aboveloop.app.desk import Desk
from aboveloop.app.improving import board, seeing
from aboveloop.app.incidents import IncidentDesk
from aboveloop.app.kept_findings import look_at
from aboveloop.app.measuring import kpis
from aboveloop.app.organisation import maturity
from aboveloop.app.portfolio import candidates, drafts, reported
from aboveloop.app.portfolio.after import After
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.releasing.bundle import record_bundle
from aboveloop.app.releasing.promote import open_review
from aboveloop.app.releasing.reviewing import fill
from aboveloop.app.routing_desk.drafts import change, with_rule
from aboveloop.app.value import entries
from aboveloop.app.value.entries import Claim
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.scorecard import QUESTIONS, SCALES, Candidate
from aboveloop.govern.incidents.book import Report
from aboveloop.govern.incidents.incident import Scope, Severity
from aboveloop.govern.lanes import Stage as Level
from aboveloop.govern.people import person_of
from aboveloop.govern.promotion.review import Evidence
from aboveloop.history import store as histories
from aboveloop.history.store import About
from aboveloop.improve.backlog import Move, State, Wish
from aboveloop.operation import environments, releases
from aboveloop.operation.charters import Charter
from aboveloop.operation.loading import load_files
from aboveloop.operation.releases import Release
from aboveloop.operation.routing import RoutingRule, When
from api.open_house import ELIF, tell, waiting
from app.portfolio.earned import LATER, NAME, PROCEDURE, helpdesk
from app.shadowing.past_work import worked_beside
from app.warehouse import Warehouse
from browser.conftest import sign_in
from browser.seeing import by_day_or_night, wrong_with
from console.test_radar_pages import imported
from measure.test_collections import BY_HAND
from measure.test_collections import events as receivables
from work.privacy.matters import look_after_privacy

pytestmark = pytest.mark.browser


def addresses(house: Stage) -> dict[str, str]:
    """Every page of the console with something on it."""
    done = tell(house, "ines", "My tent LK-100011 arrived damaged", "ines@customers.example", "6211 CK", "a torn seam")
    tell(house, "ines", "120 euro", "yes")
    desk = Desk(house, person_of(house.operation, "priya"))
    desk.approve(waiting(house).id, edits={"amount_cents": 8000}, because="Two thirds is fair.")
    house.run_due()
    handed = tell(house, "anna", "I want to talk to a person")
    Desk(house, person_of(house.operation, "noor")).pause("channel", "email", because="The mail server is being moved.")
    Desk(house, person_of(house.operation, "noor")).take_over(handed.id)
    tell(house, "dirk", "somebody real please")
    tell(house, "elif", *ELIF)
    asked = waiting(house)
    tell(
        house, "greta", "my sandals arrived broken, LK-100009, greta@customers.example, 20357", "torn", "40 EUR", "yes"
    )
    noor = IncidentDesk(house, person_of(house.operation, "noor"))
    scope = Scope(operation="shop.refund_order", release=house.operation.digest)
    incident = noor.open(Report("Refunds above 50.00 EUR are paid without approval", Severity.CRITICAL, scope))
    early = noor.open(Report("A parcel was sent twice", Severity.MINOR, Scope(operation="shop.resend_order")))
    noor.stop(incident.id)
    noor.contain(incident.id)
    noor.correct(incident.id)
    house.run_due()
    candidate = _under_way(house)
    look_after_privacy(house, done, handed)
    warehouse = Warehouse(house)
    warehouse.says()
    warehouse.sends(order_id=None)
    ContractRound(house).look()
    _steered(house)
    beside = worked_beside(house)
    imported(house, "old_desk")
    look_at(house.settings.home, "old_desk", Assumptions())
    _piloted(house)
    _unproved(house)
    _rerouted(house)
    with house.database.write() as tx:
        house.ledger.checkpoint(tx, house.clock.now())
    return {
        "control-room": "/",
        "cases": "/cases",
        "no-cases": "/cases?case=none",
        "case-done": f"/cases/{done.id}",
        "case-mine": f"/cases/{handed.id}",
        "approvals": "/approvals",
        "approval": f"/approvals/{asked.id}",
        "switches": "/switches",
        "data": "/data",
        "data-contract": "/data/order_status_events",
        "data-contract-kept": "/data/customer_master",
        "outcomes": "/outcomes",
        "incidents": "/incidents",
        "incident": f"/incidents/{incident.id}",
        "incident-early": f"/incidents/{early.id}",
        "releases": "/releases",
        "backlog": "/backlog",
        "radar": "/radar",
        "radar-history": "/radar/old_desk",
        "radar-case": "/radar/old_desk/case?id=c%2F0",
        "kpis": "/overview/kpis",
        "scorecard": "/scorecard",
        "candidate": "/scorecard/candidate?history=old_desk&opportunity=0",
        "drafts": "/drafts?candidate=refunds",
        "draft": "/drafts/faster_refunds",
        "charters": "/charters",
        "charter": "/charters/lost_parcels?since=2027-01-04&until=2027-03-29&history=faster",
        "stack": "/charters/lost_parcels/stack",
        "stages": "/stages",
        "kpis_day_by_day": "/overview/kpis/days",
        "shadow": "/shadow",
        "shadow-case": f"/shadow/{beside.id}/2",
        "insights": "/overview/insights",
        "duplicates": "/customers/duplicates",
        "value": f"/overview/value?fastest_of={NAME}",
        "collections": "/overview/collections?history=books&start=2026-03-01",
        "redesign": "/redesign/where_is_my_order",
        "steering": "/overview/steering",
        "function": "/overview/functions/finance",
        "training": "/organisation/training",
        "course": "/organisation/training/pausing",
        "routing": "/routing",
        "routing-draft": "/routing/draft",
        "routing-rule-form": "/routing/draft/rule?name=carrier_notices",
        "routing-queue-form": "/routing/draft/queue?name=lead",
        "routing-effect": "/routing/draft/effect",
        "routing-rule": "/routing/rules/press",
        "routing-history": "/routing/history",
        "policy": "/policy?ask=issue+a+refund+above+100+EUR",
        "policy-operations": "/policy/operations?touches=money",
        "policy-rule": "/policy/rules/refund-above-50",
        "what-if": f"/cases/{asked.action.case_id}/decisions/{asked.action.digest}",
        "release": f"/releases/{candidate.digest}",
        "release-in-production": "/releases/r1",
        "quality": "/quality",
        "quality-filtered": "/quality?kind=incidents&days=7",
        "audit": "/audit",
        "privacy": f"/privacy?customer={done.customer_id}",
        "looks": "/audit/looks",
        "overview": "/overview",
        "organisation": "/organisation",
        "roster": "/organisation/roster",
        "readiness": "/organisation/readiness",
        "completeness": "/organisation/completeness",
        "usage": "/organisation/usage",
        "maturity": "/organisation/maturity",
        "people": "/people",
        "account": "/account",
        "chat": "/chat",
    }


def _piloted(house: Stage) -> None:
    """A frozen charter with a report, a draft that lacks something, and candidates."""
    tomasz = person_of(house.operation, "tomasz")
    helpdesk(house)
    helpdesk(house, "faster", began=LATER, hours=5)
    freeze(house, NAME, by=tomasz)
    after = {"since": LATER.date(), "until": LATER.date() + timedelta(days=84), "history": "faster"}
    reported.keep(house, reporting.report(house, NAME, **after), by=tomasz, span="A year later.")
    claim = Claim(NAME, "cost", After(**after), 3200, "An hour of support, from finance.")
    entries.add(house, claim, by=tomasz)
    Desk(house, tomasz).set_stage(PROCEDURE, Level.SHADOW, because="It shows first what it would do.")
    histories.write(house.settings.home, About(name="books", kind="file", imported_at=0), receivables(BY_HAND))
    begun = candidates.from_opportunity(house.settings.home, "old_desk", 0)
    candidates.keep(house, begun, by=tomasz)
    busy = {"cases_a_day": 20.0, "approvals_a_case": 1.0, "scores": dict.fromkeys(SCALES, 4)}
    ready = {"ready": dict.fromkeys(QUESTIONS, True), "kpis": ["handling_time"], "teams": ["support"]}
    pilot = Candidate.model_validate({"candidate": "refunds", "problem": "They wait.", **busy, **ready})
    candidates.keep(house, candidates.Kept(pilot), by=tomasz)
    candidates.keep(house, candidates.from_kept_kind(house.settings.home, "old_desk", 0), by=tomasz)
    outcome, kpi = "Reduce average handle time by 15 %.", "handling_time"
    written = Charter(charter="faster_refunds", outcome=outcome, pain_point="They wait.", team="finance", kpi=kpi)
    drafts.keep(house, written, by=tomasz)


def _unproved(house: Stage) -> None:
    """Outcomes that nobody can tell, because the shop does not answer when they are looked at."""
    house.troubles.plan("shop.get_order", "down", times=1000)
    house.advance(timedelta(minutes=2))
    house.advance(timedelta(minutes=30))
    house.troubles.clear()
    house.advance(timedelta(minutes=1))


def _steered(house: Stage) -> None:
    """Ideas, one of them on its way; proposals; KPIs, one of them written down by hand."""
    yuki, noor = person_of(house.operation, "yuki"), person_of(house.operation, "noor")
    wish = Wish("Ask for a photo of the damage", "Priya cannot judge it from words.", "noor", "damaged_goods", 25_000)
    first = board.add(house, wish, by=yuki)
    board.add(house, Wish("Tell the day of the refund", "Customers ask again.", "yuki", "refund_not_received"), by=noor)
    blocked = {"blocked": "Waits for the photo service."}
    board.move(house, first.id, Move(State.READY, changes=blocked), by=yuki)
    for each in range(5):
        tell(house, f"stranger-{each}", "I want to talk to a person")
    seeing.propose(house)
    maturity.answer(house, {each.name: 3 for each in maturity.QUESTIONS}, by=noor)
    kpis.record(house, "satisfaction", 0.71, by=noor, note="Survey of the week")


def _rerouted(house: Stage) -> None:
    """A draft of the routing rules in which one goes to people, and one never counts."""
    yuki = person_of(house.operation, "yuki")
    wanted = RoutingRule(rule="boots", title="Boots", when=When(words=["boots"]), to="people", queue="workshop")
    never = RoutingRule(rule="very_angry", when=When(flags=["angry"], channels=["webchat"]))
    draft = change(house, with_rule(house.operation, wanted), by=yuki, seen="", what="boots")
    change(house, with_rule(house.operation, never), by=yuki, seen=draft.version, what="very angry")


def _under_way(house: Stage) -> Release:
    """A release that changes what a customer is told and who decides a refund, on its way as a canary."""
    files = dict(house.operation.files)
    files["messages/en/greeting.md"] = "Hello! What can I do for you?\n"
    files["policies/50-money.cedar"] = files["policies/50-money.cedar"].replace(
        "amount_cents <= 5000 }", "amount_cents <= 6000 }"
    )
    operation = load_files(files, Path("larkspur")).operation
    assert operation is not None
    now, noor = house.clock.now(), person_of(house.operation, "noor")
    with house.database.write() as tx:
        made = releases.create_release(tx, operation, ledger=house.ledger, by="person:yuki", note="Refunds.", now=now)
        record_bundle(tx, made, ledger=house.ledger, by="person:yuki", now=now)
    open_review(house, made, by=noor.actor)
    fill(house, made, Evidence("monitoring", "Refund errors are watched.", "https://wiki.example/refunds"), by=noor)
    change = environments.Change(noor.actor, now, "Look at it.")
    with house.database.write() as tx:
        environments.place(tx, made, "canary", ledger=house.ledger, change=change, share=10)
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    page: Page, context: BrowserContext, house: Stage, url: str, scheme: str
) -> None:
    shown = addresses(house)
    by_day_or_night(page, scheme)
    found: dict[str, list[str]] = {}
    for person, names in (
        ("noor", set(shown) - {"approvals"}),
        ("priya", {"approvals", "approval"}),
        ("adaeze", {"privacy"}),
        ("", {"sign-in"}),
    ):
        if person:
            sign_in(context, house, url, person)
        else:
            context.clear_cookies()
        for name in sorted(names):
            page.goto(url + shown.get(name, "/sign-in"))
            found |= wrong_with(page, f"{name}-{person}")
            if name in ("approvals", "privacy"):
                for each in page.locator("main details").all():
                    each.evaluate("(part) => { part.open = true; }")
                found |= wrong_with(page, f"{name}-open-{person}")
    assert found == {}
