"""Pages of releases: what stands where, what a release changes, and what people do about it."""

from collections.abc import Mapping
from typing import get_args

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

import aboveloop
from aboveloop.app import store
from aboveloop.app.releasing import promote as promotion
from aboveloop.app.releasing.bundle import bundle_of
from aboveloop.app.releasing.diff import BlastRadius, RiskDiff, blast_radius, risk_diff
from aboveloop.app.releasing.gate_run import gate_of
from aboveloop.app.releasing.notes import release_notes
from aboveloop.app.releasing.promote import Reasons
from aboveloop.app.releasing.reviewing import fill, reviews_of, sign
from aboveloop.app.releasing.rollback import roll_back
from aboveloop.app.releasing.status import status
from aboveloop.app.store import CaseFilter
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import CasesLook, Look
from aboveloop.govern import people
from aboveloop.govern.promotion import gate
from aboveloop.govern.promotion.review import QUESTIONS, Evidence, Review
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation import environments, releases
from aboveloop.operation.environments import Beside
from aboveloop.operation.releases import Release

# More releases than a person compares; older ones are found by the command line.
SHOWN = 50
STANDINGS: Mapping[str, str] = {
    "holds": "holds",
    "breached": "breached",
    "beyond": "beyond tolerance",
    "waits": "too few cases yet",
}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/releases")
def release_list(look: CasesLook) -> HTMLResponse:
    """What stands in each environment, how the canary does, and every release."""
    with look.premises.database.read() as reader:
        found = releases.list_releases(reader)
        now = status(look.premises, reader)
        deployments = releases.list_deployments(reader)
        counts = {each.digest: store.count_found(reader, CaseFilter(release=each.digest)) for each in found[:SHOWN]}
    return look.render(
        "releases.html",
        environments=now,
        found=found[:SHOWN],
        total=len(found),
        deployments=deployments[:SHOWN],
        counts=counts,
        standings=STANDINGS,
    )


@router.get("/releases/{name}")
def one_release(look: CasesLook, name: str) -> HTMLResponse:
    """What a release changes against production, whom that would reach, and what it waits for."""
    premises = look.premises
    with premises.database.read() as reader:
        release = releases.find_release(reader, name)
        base = releases.deployed(reader)
        known = gate.known(reader, release.digest, aboveloop.__version__)
        placed = {each: environments.placed(reader, each) for each in get_args(Beside)}
        bundle = bundle_of(reader, release.digest)
    is_production = base is not None and base.digest == release.digest
    diff, blast, review = (None, None, None) if base is None or is_production else _compared(look, base, release)
    return look.render(
        "release.html",
        release=release,
        base=base,
        is_production=is_production,
        stands=[each for each, there in placed.items() if there is not None and there.release.digest == release.digest],
        diff=diff,
        blast=blast,
        review=review,
        checks=promotion.look_at(premises, release, "production", known),
        bundle=bundle,
        notes=release_notes(premises, release),
        questions=QUESTIONS,
        signs=look.operation.about.review.signed_by,
        may_sign=look.operation.about.review.signed_by in look.visitor.person.roles,
    )


@router.post("/releases/rollback")
def take_back(form: FormHere) -> RedirectResponse:
    """One click: what was promoted last is taken back."""
    people.may(form.look.visitor.person, "promote").demand()
    because = form.text("because", required="Say why, for those who read it later. Nothing was taken back.")
    roll_back(form.look.premises, by=form.look.visitor.person.actor, because=because)
    return _back("", "rolled_back")


@router.post("/releases/{name}/gate")
def play(form: FormHere, name: str) -> RedirectResponse:
    """Play the scenarios and policy tests, again where they were played before."""
    people.may(form.look.visitor.person, "propose").demand()
    release = _find(form, name)
    gate_of(form.look.premises, release, by=form.look.visitor.person.actor, again=True)
    return _back(release.digest, "played")


@router.post("/releases/{name}/promote")
def promote(form: FormHere, name: str) -> RedirectResponse:
    """To shadow, canary or production. Refused with all that is missing."""
    release = _find(form, name)
    to = form.text("to", required="Choose where the release goes. Nothing was promoted.")
    given = ("unrehearsed", "without_canary", "because", "without_load_test", "despite_guards")
    reasons = Reasons(*(form.text(name) for name in given))
    person = form.look.visitor.person
    match to:
        case "shadow" | "canary" | "production":
            promotion.promote(form.look.premises, release, to, person=person, share=_share(form), reasons=reasons)
        case _:
            raise WrongUsage(f"{to!r} is no environment. Choose one of the list.")
    return _back("", "promoted")


@router.post("/releases/{name}/review")
def review_part(form: FormHere, name: str) -> RedirectResponse:
    """Write one part of the review; the review is opened with its first part."""
    release = _find(form, name)
    person = form.look.visitor.person
    text = form.text("evidence", required="Say what was found. Nothing was written.")
    promotion.open_review(form.look.premises, release, by=person.actor)
    fill(form.look.premises, release, Evidence(form.text("part"), text, form.text("link")), by=person)
    return _back(release.digest, "filled")


@router.post("/releases/{name}/sign")
def sign_review(form: FormHere, name: str) -> RedirectResponse:
    """Answer for the release."""
    release = _find(form, name)
    sign(form.look.premises, release, by=form.look.visitor.person, because=form.text("because"))
    return _back(release.digest, "signed")


def _compared(look: Look, base: Release, release: Release) -> tuple[RiskDiff, BlastRadius, Review | None]:
    diff = risk_diff(look.premises, base, release)
    operation = look.premises.operation_of(release.digest)
    with look.premises.database.read() as reader:
        blast = blast_radius(reader, operation, diff.changes, look.now)
        reviews = reviews_of(look.premises, reader, release)
        return diff, blast, reviews.find(reader) if reviews is not None else None


def _find(form: Form, name: str) -> Release:
    with form.look.premises.database.read() as reader:
        return releases.find_release(reader, name)


def _share(form: Form) -> int:
    text = form.text("share") or "10"
    if not text.isascii() or not text.isdecimal() or len(text) > 2:
        raise WrongUsage(f"A share is a whole number from 1 to 99, not {text!r}. Nothing was promoted.")
    return int(text)


def _back(digest: str, notice: str) -> RedirectResponse:
    return RedirectResponse(f"/releases{f'/{digest}' if digest else ''}?notice={notice}", status_code=303)
