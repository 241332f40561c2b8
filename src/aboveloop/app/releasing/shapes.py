"""What releasing tells as JSON, the same from the command line and to programs."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from aboveloop.app.releasing.diff import BlastRadius, RiskDiff
from aboveloop.app.releasing.promote import Checklist
from aboveloop.app.releasing.rollback import Rollback
from aboveloop.app.releasing.status import Status
from aboveloop.govern.promotion.gate import GateResult
from aboveloop.govern.promotion.guards import GuardState, Weighed
from aboveloop.govern.promotion.review import Review
from aboveloop.kit.clock import iso
from aboveloop.operation.changes.change import Change
from aboveloop.operation.environments import Placement
from aboveloop.operation.releases import Release


def release_json(release: Release) -> dict[str, Any]:
    return {
        "release": release.name,
        "digest": release.digest,
        "note": release.note,
        "created_by": release.created_by,
        "created_at": iso(release.created_at),
    }


def gate_json(gate: GateResult | None) -> dict[str, Any] | None:
    if gate is None:
        return None
    return {**asdict(gate), "verdict": gate.verdict.value, "problems": list(gate.problems), "ran_at": iso(gate.ran_at)}


def change_json(change: Change) -> dict[str, Any]:
    return {
        "about": change.about,
        "words": change.words,
        "risky": change.is_risky,
        "risk": change.risk,
        "parts": [part.value for part in change.parts],
        "noticed": change.noticed,
        "direction": change.direction,
        "touches": sorted(change.touches),
    }


def diff_json(diff: RiskDiff, blast: BlastRadius) -> dict[str, Any]:
    return {
        "old": release_json(diff.old),
        "new": release_json(diff.new),
        "needs_review": diff.needs_review,
        "parts": [part.value for part in diff.parts],
        "changes": [change_json(change) for change in diff.changes],
        "lanes": [{**asdict(lane), "rules": list(lane.rules)} for lane in diff.lanes],
        "asked": diff.asked,
        "blast_radius": blast_json(blast),
    }


def blast_json(blast: BlastRadius) -> dict[str, Any]:
    return {
        "days": round(blast.days, 2),
        "cases": blast.cases,
        "of_cases": blast.of_cases,
        "cases_a_day": round(blast.cases_a_day, 2),
        "customers": blast.customers,
        "writes": blast.writes,
        "money": str(blast.money),
        "money_minor": blast.money.minor,
        "money_a_day": str(blast.money_a_day),
        "procedures": list(blast.procedures),
        "actions": list(blast.actions),
        "sentence": blast.sentence,
    }


def checklist_json(listed: Checklist) -> dict[str, Any]:
    return {
        "to": listed.to,
        "ready": not listed.missing,
        "checks": [asdict(check) for check in listed.checks],
        "gate": gate_json(listed.gate),
    }


def review_json(review: Review | None) -> dict[str, Any] | None:
    if review is None:
        return None
    return {
        "against": review.base,
        "opened_by": review.opened_by,
        "opened_at": iso(review.opened_at),
        "signed_by": review.signed_by,
        "signed_at": _at(review.signed_at),
        "missing": [part.value for part in review.missing],
        "parts": {
            part.value: {
                "evidence": each.evidence,
                "link": each.link,
                "filled_by": each.filled_by,
                "filled_at": iso(each.filled_at),
            }
            for part, each in review.parts.items()
        },
    }


def placement_json(placement: Placement | None) -> dict[str, Any] | None:
    if placement is None:
        return None
    return {
        **release_json(placement.release),
        "share": placement.share,
        "placed_by": placement.placed_by,
        "placed_at": iso(placement.placed_at),
        "because": placement.because,
    }


def rollback_json(done: Rollback) -> dict[str, Any]:
    return {
        "environment": done.environment,
        "left": done.left.name,
        "left_digest": done.left.digest,
        "to": done.to.name,
        "to_digest": done.to.digest,
        "by": done.by,
        "because": done.because,
        "commanded_at": iso(done.commanded_at),
        "seconds_to_effect": done.seconds_to_effect,
        "seconds_to_all_processes": done.seconds_to_all,
        "seconds_to_first_case": done.seconds_to_first_case,
    }


def guard_json(state: GuardState) -> dict[str, Any]:
    return {
        "guard": state.guard.guard,
        "standing": state.standing.value,
        "canary": {"bad": state.canary.bad, "cases": state.canary.cases},
        "production": {"bad": state.production.bad, "cases": state.production.cases},
        "tolerance": state.guard.tolerance,
        "chance": round(state.chance, 6),
        "sentence": state.sentence,
    }


def weighed_json(weighed: Weighed | None) -> dict[str, Any] | None:
    if weighed is None:
        return None
    return {
        "guards": [guard_json(state) for state in weighed.states],
        "objections": weighed.objections,
        "alone": {"canary": round(weighed.alone.share, 4), "production": round(weighed.alone_before.share, 4)},
    }


def status_json(found: Status) -> dict[str, Any]:
    production = found.production
    return {
        "production": None if production is None else release_json(production),
        "production_since": _at(found.since.deployed_at if found.since is not None else None),
        "canary": placement_json(found.canary),
        "shadow": placement_json(found.shadow),
        "shadow_decisions": (
            None if found.shadowed is None else {"asked": found.shadowed.asked, "otherwise": found.shadowed.otherwise}
        ),
        "guards": weighed_json(found.weighed),
        "processes": [
            {"process": each.name, "serves": each.serves, "since": iso(each.since)} for each in found.processes
        ],
        "rollbacks": [rollback_json(each) for each in found.rollbacks],
        "lead_time_hours": {digest: round(lead.total_seconds() / 3600, 2) for digest, lead in found.leads.items()},
        "open_cases": found.open_cases,
        "median_hours_in_review": (
            None if found.median_review is None else round(found.median_review.total_seconds() / 3600, 3)
        ),
    }


def _at(instant: datetime | None) -> str | None:
    return None if instant is None else iso(instant)
