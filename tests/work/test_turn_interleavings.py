"""Whatever comes in whatever order: one owner for each case, no message unheard for ever, no write without its yes.

A longer run: ABOVELOOP_INTERLEAVINGS=500 .venv/bin/pytest tests/work/test_turn_interleavings.py
"""

import itertools
import os
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aboveloop.journey.ownership import Owner
from aboveloop.kit.errors import AboveloopError
from aboveloop.operation.models import Operation
from aboveloop.work.reconcile import reconcile
from work.bakery import ANNA, ANNAS_OTHER, BEN, Bakery, Crash

SAID = (
    "cancel CR-1001 please", "refund 60 EUR for CR-1002 please", "refund 20 EUR for CR-1002 please", ANNA, ANNA, ANNA,
    "yes", "yes", "yes", "yes", "no", "forget it", "thank you", "hello", "when are you open", "CR-1002", "70 EUR",
    "no, I meant CR-1002", "the other one", "where is my order CR-1001", "remind me tomorrow", "xyzzy",
    "I want to talk to a human", "send it to another address",
)  # fmt: skip
EXAMPLES = int(os.environ.get("ABOVELOOP_INTERLEAVINGS", "25"))
EVENTS = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(SAID), st.sampled_from([ANNA, ANNA, ANNA, ANNAS_OTHER, BEN])),
    st.tuples(st.just("says"), st.sampled_from(SAID), st.just(ANNA)),
    st.tuples(st.just("needs"), st.sampled_from(SAID[:3]), st.sampled_from(["", "yes"])),
    st.tuples(st.just("needs"), st.sampled_from(SAID[:3]), st.sampled_from(["", "yes"])),
    st.tuples(st.just("says twice"), st.sampled_from(SAID), st.sampled_from(SAID)),
    st.tuples(st.just("time"), st.sampled_from([0.001, 0.01, 1.0, 25.0]), st.none()),
    st.tuples(st.just("approves"), st.sampled_from(["priya", "hana"]), st.sampled_from([None, 5000, 6500, 30_000])),
    st.tuples(st.just("denies"), st.just("priya"), st.none()),
    st.tuples(st.sampled_from(["takes", "replies", "gives back", "ends"]), st.sampled_from(["tom", "hana"]), st.none()),
    st.tuples(
        st.sampled_from(["pauses", "resumes"]), st.sampled_from(["all:", "operation:till.refund_order"]), st.none()
    ),
    st.tuples(st.just("fails"), st.sampled_from(["down", "slow", "nonsense"]), st.booleans()),
    st.tuples(st.just("crashes"), st.sampled_from(["cancel_order", "refund_order", "identify"]), st.none()),
    st.tuples(st.just("is taken during"), st.sampled_from(["cancel_order", "refund_order", "get_order"]), st.none()),
)


class World:
    """A bakery to which things happen."""

    def __init__(self, bakery: Bakery) -> None:
        self.bakery = bakery
        self.numbers = itertools.count()
        self.pending: list[tuple[str, str]] = []

    def run(self) -> None:
        """Run what is due; a turn during which the process dies is taken over and run again."""
        running: list[tuple[str, str]] = []

        def handler(lane: str, stimulus: str):  # type: ignore[no-untyped-def]
            running[:] = [(lane, stimulus)]
            return self.bakery.turn(lane, stimulus)

        while True:
            try:
                self.bakery.turns.run_due(handler)
                return
            except Crash:
                with self.bakery.database.write() as tx:
                    self.bakery.turns.submit(tx, lane=running[0][0], stimulus=running[0][1])

    def advance(self, hours: float) -> None:
        clock, turns = self.bakery.clock, self.bakery.turns
        until = clock.now() + timedelta(hours=hours)
        while (due := turns.next_due) is not None and due <= until:
            clock.advance(max(due - clock.now(), timedelta(0)))
            self.run()
        clock.advance(max(until - clock.now(), timedelta(0)))

    def happens(self, kind: str, what: object, more: object) -> None:
        try:
            self._happens(kind, str(what), more)
        except AboveloopError:
            # A person was told that this cannot be done now: nothing happened.
            pass
        self.run()
        self.check()

    def _happens(self, kind: str, what: str, more: object) -> None:
        bakery = self.bakery
        cases = bakery.all_cases()
        if kind == "says":
            bakery.hand_in(what, str(more), foreign_id=f"m{next(self.numbers)}")
        elif kind == "needs":
            for text in (what, ANNA, str(more)):
                bakery.hand_in(text)
                self.run()
        elif kind == "says twice":
            bakery.hand_in(what)
            bakery.hand_in(str(more))
        elif kind == "time":
            self.advance(float(what))
        elif kind in ("approves", "denies"):
            waiting = [each for case in cases for each in bakery.approvals(case) if each.state == "waiting"]
            for approval in waiting[:1]:
                if kind == "denies":
                    bakery.desk(what).deny(approval.id, because="No.")
                else:
                    edits = (
                        {"amount_cents": more} if more and approval.action.operation == "till.refund_order" else None
                    )
                    bakery.desk(what).approve(approval.id, edits=edits)
        elif kind in ("takes", "replies", "gives back", "ends"):
            self._person(kind, what)
        elif kind in ("pauses", "resumes"):
            scope, _, name = what.partition(":")
            desk = bakery.desk("hana")
            (desk.pause if kind == "pauses" else desk.resume)(scope, name, because="Test.")  # type: ignore[arg-type]
        elif kind == "fails":
            for operation in ("cancel_order", "refund_order", "get_order"):
                after = bool(more) and what != "down" and operation != "get_order"
                bakery.troubles.plan(f"till.{operation}", what, after=after)  # type: ignore[arg-type]
        elif kind == "crashes":

            def crash() -> None:
                raise Crash

            bakery.till.afterwards[what] = crash
        else:
            bakery.till.afterwards[what] = self._taken

    def _taken(self) -> None:
        for case in self.bakery.all_cases()[-1:]:
            try:
                self.bakery.desk("tom").take_over(case.id)
            except AboveloopError:
                return

    def _person(self, kind: str, who: str) -> None:
        desk = self.bakery.desk(who)
        for case in self.bakery.all_cases()[-1:]:
            if kind == "takes":
                desk.take_over(case.id)
            elif kind == "replies":
                desk.reply(case.id, "I look into it.")
            elif kind == "gives back":
                desk.hand_back(case.id)
            else:
                desk.finish(case.id, "resolved")

    def check(self) -> None:
        keys = Counter(line["key"] for line in self.bakery.till.journal)
        assert all(number == 1 for number in keys.values()), "a write was carried out twice"
        for case in self.bakery.all_cases():
            assert (case.person_id is not None) == (case.owner is Owner.PERSON)
            entries = self.bakery.entries(case)
            told = Counter(entry.kind for entry in entries)
            assert told["TurnFailed"] == 0, [entry.personal for entry in entries if entry.kind == "TurnFailed"]
            performed = Counter(entry.body["key"] for entry in entries if entry.kind == "ActionPerformed")
            assert all(number == 1 for number in performed.values()), "a write was recorded twice"
            intended = Counter(effect.digest for effect in self.bakery.effects() if effect.case_id == case.id)
            agreed = Counter(entry.body["action"] for entry in entries if entry.kind == "ActionConfirmed")
            assert all(number <= agreed[digest] for digest, number in intended.items()), "a write without its own yes"

    def ends(self) -> None:
        """All are given time, and everything paused goes on: then nothing may be left hanging."""
        for scope in ("all:", "operation:till.refund_order"):
            self.happens("resumes", scope, None)
        self.bakery.troubles.clear()
        self.bakery.till.afterwards.clear()
        self.advance(24 * 8)
        self.check()
        for case in self.bakery.all_cases():
            unheard = self.bakery.unhandled(case)
            if case.owner is Owner.PERSON:
                continue
            if case.owner is Owner.WAITING_ON_PERSON:
                assert case.handed_over_because is not None
                continue
            assert case.owner is Owner.RESOLVED, f"{case.owner} for ever: {self.bakery.kinds(case)}"
            assert unheard == []
        assert all(
            not each.because.startswith("The system")
            for each in reconcile(self.bakery.house, self.bakery.operation).differences
        )
        assert self.bakery.verifies()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=4, max_size=22))
def test_any_interleaving_leaves_every_case_owned_every_message_heard_and_no_write_without_its_yes(
    first_day: Path,
    crumb: Operation,
    tmp_path_factory: pytest.TempPathFactory,
    events: list[tuple[str, object, object]],
) -> None:
    home = tmp_path_factory.mktemp("world") / "home"
    shutil.copytree(first_day, home)
    bakery = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", crumb)
    world = World(bakery)
    try:
        for kind, what, more in events:
            world.happens(kind, what, more)
        world.ends()
    finally:
        bakery.close()
        shutil.rmtree(home)
