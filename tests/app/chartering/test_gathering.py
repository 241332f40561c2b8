"""Evidence is of the procedure as it stands: what changed since and alters risk begins anew, the rest carries over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from aboveloop.app.chartering.errors import StageUnearned
from aboveloop.app.chartering.gathering import gather
from aboveloop.app.chartering.stage_gate import demand
from aboveloop.app.desk import Desk
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.beside import Worked, Would
from aboveloop.app.shadowing.past import Past
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import person_of
from aboveloop.govern.stage_evidence import Evidence
from aboveloop.operation.changes.basis import basis_of
from aboveloop.operation.releases import Release
from app.chartering.bakery_house import (
    CANCEL,
    CHARTER,
    CHARTERED,
    bakery,
    files,
    operation_of,
    placed,
    put_to_work,
    set_to,
    without_cancelling,
)
from app.conftest import SOUND
from work.bakery import ANNA, Bakery

__all__ = ["bakery"]

NAME = "cancel_order"
DAY = 24 * 3600 * 1_000_000
RULES, INTENTS, TRACK = "policies/all.cedar", "intents/all.yaml", "procedures/track_order.yaml"
SPELLED = files(**{INTENTS: SOUND[INTENTS].replace("stop my order, ", "stop my order now, ")})
TITLED = files(**{CANCEL: "title: Cancelling\n" + SOUND[CANCEL]})
OTHERWISE = files(**{CANCEL: SOUND[CANCEL].replace("  - say: cancel_done\n", "")})
ELSEWHERE = files(**{TRACK: SOUND[TRACK].replace("  - say: order_status\n", "")})
FORBIDDEN = files(
    **{
        RULES: SOUND[RULES]
        + """
@id("cancel.never")
@reason("Nothing is cancelled this week.")
forbid (principal, action == Action::"till.cancel_order", resource);
"""
    }
)
CANCELS = (Would("till.cancel_order", "allowed"),)


def beside(
    bakery: Bakery, release: Release | str, numbers: Sequence[int], *, differs: bool = False, of: str = NAME
) -> runs.Run:
    """A run of past cases by a release; people did the same or nothing."""
    digest = release if isinstance(release, str) else release.digest
    basis = "" if isinstance(release, str) else basis_of(bakery.operation_of(digest), of)
    action = "" if differs else "cancel_order"
    done = []
    for number in numbers:
        past = Past(str(number), number * DAY, "email", (), reason=NAME, action=action, team="Shop", touches=1)
        worked = Worked(str(number), NAME, of, CANCELS, "resolved", "", 1, 0.1, digest, basis)
        done.append((past, worked))
    # A desk that never notes actions is not held to them.
    noted = Past("0", 0, "email", (), reason="hidden", action="something", team="Shop", touches=1)
    return runs.keep(
        bakery,
        "desk",
        digest,
        [*done, (noted, Worked("0", "hidden", "hidden", (), "", "", 0, 0.1, digest))],
        by="house",
    )


def shown(bakery: Bakery, release: Release, stage: Stage = Stage.SHADOW, name: str = NAME) -> Evidence:
    with bakery.database.read() as reader:
        return gather(bakery, reader, bakery.operation_of(release.digest), name, stage)


def numbers(found: Evidence) -> tuple[int, int, int]:
    return found.cases, found.agreed, found.days


def test_evidence_counts_for_the_release_that_it_was_gathered_on(bakery: Bakery) -> None:
    release = put_to_work(bakery, SOUND)
    beside(bakery, release, [1, 2, 3])
    assert numbers(shown(bakery, release)) == (3, 3, 3)
    assert shown(bakery, release).sources == ("3 cases of r1 count: this is the release.",)


@pytest.mark.parametrize("later", [TITLED, ELSEWHERE])
def test_what_neither_touches_the_procedure_nor_what_it_rests_on_changes_nothing(
    bakery: Bakery, later: dict[str, str]
) -> None:
    beside(bakery, put_to_work(bakery, SOUND), [1, 2])
    found = shown(bakery, put_to_work(bakery, later))
    assert numbers(found) == (2, 2, 2) and "rests on are the same" in found.sources[0]


def test_a_change_without_risk_carries_over_and_says_so(bakery: Bakery) -> None:
    beside(bakery, put_to_work(bakery, SOUND), [1, 2])
    found = shown(bakery, put_to_work(bakery, SPELLED))
    assert numbers(found) == (2, 2, 2)
    assert found.sources == ("2 cases of r1 count: it carries over, because nothing that changed since alters risk.",)


@pytest.mark.parametrize("later", [OTHERWISE, FORBIDDEN])
def test_a_procedure_that_changed_since_begins_anew(bakery: Bakery, later: dict[str, str]) -> None:
    first = put_to_work(bakery, SOUND)
    beside(bakery, first, [1, 2, 3])
    changed = put_to_work(bakery, later)
    found = shown(bakery, changed)
    assert numbers(found) == (0, 0, 0)
    assert found.sources[0].startswith("3 cases of r1 count no more: since then this changed and alters risk:")
    beside(bakery, changed, [2])
    found = shown(bakery, changed)
    assert numbers(found) == (1, 1, 1) and "2 cases of r1 count no more" in found.sources[1]
    # What was gathered before counts where the procedure is again what it was.
    assert shown(bakery, first).cases == 3


def test_runs_are_put_together_and_of_a_case_the_newest_counts(bakery: Bakery) -> None:
    release = put_to_work(bakery, SOUND)
    beside(bakery, release, [1, 2, 3])
    bakery.clock.advance(timedelta(days=1))
    beside(bakery, release, [3, 4], differs=True)
    assert numbers(shown(bakery, release)) == (4, 2, 4)


def test_a_case_that_another_procedure_takes_up_now_counts_for_it_no_more(bakery: Bakery) -> None:
    release = put_to_work(bakery, SOUND)
    beside(bakery, release, [1, 2])
    bakery.clock.advance(timedelta(days=1))
    beside(bakery, release, [2], of="track_order")
    assert shown(bakery, release).cases == 1


def test_a_verdict_holds_where_the_worker_did_the_very_same_again(bakery: Bakery) -> None:
    release = put_to_work(bakery, SOUND)
    run = beside(bakery, release, [1, 2], differs=True)
    priya = person_of(bakery.operation_of(release.digest), "priya")
    judge = replace(priya, may=frozenset({"propose"}))
    runs.judge(bakery, run.id, "1", "worker", by=judge, because="It was asked for.")
    runs.judge(bakery, run.id, "2", "person", by=judge, because="It was baked.")
    bakery.clock.advance(timedelta(days=1))
    beside(bakery, release, [1, 2], differs=True)
    found = shown(bakery, release)
    assert (found.agreed, found.harmed) == (1, 1)


def test_a_folder_that_was_never_released_counts_only_where_all_is_the_same(bakery: Bakery) -> None:
    release = put_to_work(bakery, SOUND)
    beside(bakery, "0" * 64, [1])
    found = shown(bakery, release)
    assert found.cases == 0 and "was never released" in found.sources[0]
    draft = operation_of(TITLED)
    past = Past("7", 7 * DAY, "email", (), reason=NAME, team="Shop")
    worked = Worked("7", NAME, NAME, (), "resolved", "", 1, 0.1, draft.digest, basis_of(draft, NAME))
    runs.keep(bakery, "desk", draft.digest, [(past, worked)], by="house")
    assert shown(bakery, release).cases == 1


def test_what_was_kept_before_evidence_named_its_release_is_told_by_its_run(bakery: Bakery) -> None:
    first = put_to_work(bakery, SOUND)
    past = Past("7", 7 * DAY, "email", (), reason=NAME, team="Shop")
    runs.keep(bakery, "desk", first.digest, [(past, Worked("7", NAME, NAME, (), "", "", 1, 0.1))], by="house")
    assert shown(bakery, first).cases == 1
    assert shown(bakery, put_to_work(bakery, OTHERWISE)).cases == 0


def test_what_was_shown_before_a_procedure_was_brought_to_shadow_counts_no_more(bakery: Bakery) -> None:
    release = put_to_work(bakery, SOUND)
    beside(bakery, release, [1, 2])
    bakery.clock.advance(timedelta(days=1))
    set_to(bakery, release, Stage.SHADOW)
    assert shown(bakery, release).cases == 0
    bakery.clock.advance(timedelta(days=1))
    beside(bakery, release, [2])
    assert shown(bakery, release).cases == 1


def test_live_cases_count_for_the_procedure_that_they_ran(bakery: Bakery) -> None:
    release = put_to_work(bakery, SOUND)
    bakery.write("track CR-1001", address=ANNA)
    found = shown(bakery, release, Stage.SUPERVISED, "track_order")
    assert (found.cases, found.agreed) == (1, 1) and found.sources == ("1 case of r1 count: this is the release.",)
    changed = put_to_work(bakery, ELSEWHERE)
    found = shown(bakery, changed, Stage.SUPERVISED, "track_order")
    assert found.cases == 0 and "count no more" in found.sources[0]
    assert shown(bakery, changed, Stage.ASSIST, "track_order").compared == 0


def test_a_canary_is_asked_by_its_own_charter_and_by_that_of_production(bakery: Bakery) -> None:
    put_to_work(bakery, SOUND)
    canary = placed(bakery, files(**{CHARTER: CHARTERED}))
    with bakery.database.read() as reader:
        production = bakery.current()
        # Production has no charter: what it may already do is given to the canary, and no more.
        demand(bakery, reader, production, NAME, Stage.SUPERVISED, where="canary")
        for where in ("canary", ""):
            with pytest.raises(StageUnearned, match="lacks what the before"):
                demand(bakery, reader, production, NAME, Stage.AUTONOMOUS, where=where)
    assert canary.number == 2


def test_a_canary_without_a_charter_is_asked_by_that_of_production(bakery: Bakery) -> None:
    put_to_work(bakery, files(**{CHARTER: CHARTERED}))
    placed(bakery, SOUND)
    with bakery.database.read() as reader, pytest.raises(StageUnearned, match="stays in stage shadow"):
        demand(bakery, reader, bakery.current(), NAME, Stage.ASSIST, where="canary")


def test_what_only_the_canary_has_passes_the_gate_of_the_canary(bakery: Bakery) -> None:
    put_to_work(bakery, without_cancelling())
    placed(bakery, files(**{CHARTER: CHARTERED}))
    priya = person_of(bakery.current(), "priya")
    desk = Desk(bakery, replace(priya, may=frozenset({*priya.may, "promote"})))
    with pytest.raises(StageUnearned, match="stays in stage shadow, not assist"):
        desk.set_stage(NAME, Stage.ASSIST, because="Why not.", where="canary")
    placed(bakery, SOUND)
    assert desk.set_stage(NAME, Stage.ASSIST, because="No charter is about it.", where="canary").where == "canary"
