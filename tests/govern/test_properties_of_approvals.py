"""Whatever people and workers try in whatever order, an approval lets exactly its own action pass, once and in time."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.approval import Review, State
from aboveloop.govern.errors import MayNot
from aboveloop.govern.facts import Evidence
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.kit.errors import AboveloopError
from govern.conftest import House
from govern.corner import NOW, person, refund

REVIEWED = Decision(Lane.REVIEWED, approvers=("refund_approver", "manager"), rules=("r",), reason="R.")
PEOPLE = ("priya", "noor", "max", "cleo", "odd")
LASTS = timedelta(hours=24)

# The last asks for the very same as the first, as a person who may answer it for others.
ACTIONS = (
    refund(100),
    refund(200),
    replace(refund(100), case_id="case_2"),
    replace(refund(100), by=Principal("person", "priya")),
)
actions = st.sampled_from(ACTIONS)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("request"), actions),
        st.tuples(st.just("approve"), actions, st.sampled_from(PEOPLE)),
        st.tuples(st.just("deny"), actions, st.sampled_from(PEOPLE)),
        st.tuples(st.just("use"), actions),
        st.tuples(st.just("wait"), st.sampled_from([1, 23, 24, 25])),
    ),
    min_size=4,
    max_size=30,
)


@dataclass
class Expected:
    """What must be so of one asked approval: who approved for which role, and until when."""

    action: Action
    asked_at: datetime
    approved: dict[str, str] = field(default_factory=dict)
    over: bool = False

    def holds(self, now: datetime) -> bool:
        return not self.over and len(self.approved) == len(REVIEWED.approvers) and now < self.asked_at + LASTS


@dataclass
class Desk:
    """Plays moves against the house and a plain account of what must be so."""

    house: House
    now: datetime = NOW
    asked: dict[str, Expected] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)

    def request(self, action: Action) -> None:
        with self.house.database.write() as tx:
            asked = self.house.approvals.request(tx, Review(action, Evidence(), REVIEWED, "cust_1"), now=self.now)
        self.asked.setdefault(asked.id, Expected(action, self.now))

    def answer(self, action: Action, who: str, verdict: str) -> None:
        """Answer the latest approval of the action; a refusal leaves everything as it was."""
        found = [name for name, each in self.asked.items() if each.action.digest == action.digest]
        if not found:
            return
        expected, name, by = self.asked[found[-1]], found[-1], person(who)
        may = "approve" in by.may and expected.action.by != Principal("person", who)
        late = self.now >= expected.asked_at + LASTS
        try:
            with self.house.database.write() as tx:
                if verdict == "approve":
                    before = {answer.role for answer in self.house.approvals.find(tx, name).answers if answer.person_id}
                    after = self.house.approvals.approve(tx, name, person=by, now=self.now)
                    (role,) = {answer.role for answer in after.answers if answer.person_id} - before
                    expected.approved[role] = who
                else:
                    self.house.approvals.deny(tx, name, person=by, now=self.now, because="No.")
                    expected.over = True
        except AboveloopError as error:
            assert isinstance(error, MayNot) or may or expected.over or late or expected.action.by.id == who
            return
        assert may and not late, "who may not, asked themselves, or comes late is never heard"
        assert role_held(who, expected) or verdict == "deny"

    def use(self, action: Action) -> None:
        holding = [
            name for name, each in self.asked.items() if each.action.digest == action.digest and each.holds(self.now)
        ]
        with self.house.database.read() as reader:
            held = self.house.approvals.held(reader, action.digest, action.case_id, self.now)
        assert held == (frozenset(REVIEWED.approvers) if holding else frozenset())
        try:
            with self.house.database.write() as tx:
                spent = self.house.approvals.use(tx, action.digest, action.case_id, by=action.by, now=self.now)
        except AboveloopError:
            assert not holding, "a complete approval in time is there to be used"
            return
        assert sorted(each.id for each in spent) == sorted(holding), "nothing else is ever used"
        assert all(each.action.digest == action.digest and each.state is State.USED for each in spent)
        for name in holding:
            self.asked[name].over = True
        self.used += holding


def role_held(who: str, expected: Expected) -> bool:
    """Each role was answered by a person of its own who holds it."""
    answered = list(expected.approved.items())
    return all(role in person(name).roles for role, name in answered) and len({name for _, name in answered}) == len(
        answered
    )


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(played=moves)
def test_no_approval_is_used_twice_late_by_its_requester_or_for_other_arguments(
    house: House, played: list[tuple[object, ...]]
) -> None:
    # One database for all examples: each plays on cases of its own.
    desk = Desk(house)
    own = f"-{len(house.kinds('house'))}-{id(played)}"
    first = ACTIONS[0]
    begun = [("request", first), ("approve", first, "priya"), ("approve", first, "noor")]
    ending = [("use", action) for action in (*ACTIONS, *ACTIONS)]
    for kind, *rest in [*begun, *played, *ending]:
        if isinstance(rest[0], Action):
            rest[0] = replace(rest[0], case_id=rest[0].case_id + own)
        match kind, rest:
            case "request", [Action() as action]:
                desk.request(action)
            case ("approve" | "deny") as verdict, [Action() as action, str(who)]:
                desk.answer(action, who, verdict)
            case "use", [Action() as action]:
                desk.use(action)
            case "wait", [int(hours)]:
                desk.now += timedelta(hours=hours)
    assert len(set(desk.used)) == len(desk.used)
