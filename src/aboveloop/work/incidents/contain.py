"""Contain: every customer touched by the same release, procedure, rule or operation, and whom of them wrongly.

Read from the ledger alone: what was decided and then performed.
"""

from collections.abc import Iterator

from aboveloop.govern.incidents.incident import Scope, Touched, Verdict
from aboveloop.govern.questions import Question
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import Entry
from aboveloop.operation import releases
from aboveloop.work import store
from aboveloop.work.house import House
from aboveloop.work.incidents.judging import Judged, judge_anew
from aboveloop.work.judgement import NotRecordedWhole, recorded

# What happened, or may have: nobody is left out because a system did not answer.
HAPPENED = ("performed", "unknown", "intended")


def touched_by(house: House, reader: Reader, scope: Scope, yardstick: str | None) -> list[Touched]:
    """Every performed action in the scope, judged by the release `yardstick`; without one, all are to be looked at."""
    effects = {row.key: row for row in store.effects_of(reader) if row.state in HAPPENED}
    pack = house.pack_of(house.operation_of(yardstick)) if yardstick is not None else None
    found = []
    for entry in decided_in(house, reader, scope):
        effect = effects.pop(entry.body["key"], None)
        if effect is None:
            continue
        done = question_of(house, entry)
        judged = (
            Judged(Verdict.UNKNOWN, "No release is named to judge it by.") if pack is None else judge_anew(pack, done)
        )
        found.append(
            Touched(
                key=effect.key,
                case_id=entry.case_id,
                customer_id=entry.customer_id or "",
                operation=effect.operation,
                at=entry.at,
                amount=entry.body["amount"],
                verdict=judged.verdict,
                because=judged.because,
                lawful_amount=judged.lawful_amount,
            )
        )
    return found


def decided_in(house: House, reader: Reader, scope: Scope) -> Iterator[Entry]:
    """The decisions in the scope after which something was done."""
    for entry in house.ledger.find(reader, kind="ActionDecided", release=scope.release, since=scope.since):
        body = entry.body
        procedure = body["by"]["id"] if body["by"]["kind"] == "worker" else ""
        if "key" in body and scope.covers(
            procedure=procedure, rules=body["rules"], operation=body["operation"], at=entry.at
        ):
            yield entry


def question_of(house: House, entry: Entry) -> Question | None:
    """All that the action was decided from; None where its customer was erased."""
    try:
        return recorded(entry, house.operation_of(entry.release or "")).question
    except NotRecordedWhole:
        return None


def release_before(reader: Reader, digest: str) -> str | None:
    """The release that was at work before this one was first deployed: by it people know what is right."""
    history = [each.release.digest for each in releases.list_deployments(reader)]
    if digest not in history:
        return None
    first = len(history) - 1 - history[::-1].index(digest)
    return next((each for each in history[first + 1 :] if each != digest), None)
