"""How mature the operating model is: eight questions, a level, and the next three actions.

Automation makes the old work cheaper; an operating model changes who does what and who answers for it. The questions
ask which of the two is thought in. Where the house sees less than was answered, what it sees counts.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.app.chartering.freezing import find
from aboveloop.app.portfolio.reported import all_kept
from aboveloop.app.premises import Premises
from aboveloop.govern.duties import held_duties
from aboveloop.govern.people import Person, may
from aboveloop.govern.training.courses import missing as untrained
from aboveloop.kit.clock import from_micros
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger import store as ledger_store
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation import releases
from aboveloop.operation.models import Operation

KIND = "MaturityAnswered"
LEVELS: Mapping[int, tuple[str, str]] = {
    1: ("Tools", "People use AI beside their work, each as they like."),
    2: ("Automation", "Single steps run by themselves; the work around them is as it was."),
    3: ("Pilots", "Whole needs are carried by workers in some places, with a before to hold the after against."),
    4: ("Operating model", "Workers carry cases, people set rules and answer for outcomes, by one way for all."),
    5: ("Learning company", "What goes wrong becomes a better release within weeks, by itself."),
}
NEXT_ACTIONS = 3


@dataclass(frozen=True)
class Seen:
    """The most that the house sees for a question, from 1 to 5, and why no more."""

    most: int
    why: str


Look = Callable[[Premises, Reader, Operation], Seen | None]


@dataclass(frozen=True)
class Action:
    """What brings a question one level further, and the page where it is done."""

    words: str
    page: str


@dataclass(frozen=True)
class Question:
    """`answers` are five, from the first level to the fifth; `actions` lead from each of the first four to the next.
    `look` says what the house sees of it itself."""

    name: str
    asks: str
    answers: tuple[str, ...]
    actions: tuple[Action, ...]
    look: Look


@dataclass(frozen=True)
class Answered:
    """A question with what was answered, 0 for nothing, and what counts after the house has looked."""

    question: Question
    said: int
    seen: Seen | None

    @property
    def counts(self) -> int:
        return self.said if self.seen is None else min(self.said, self.seen.most)

    @property
    def is_doubted(self) -> bool:
        return self.counts < self.said


@dataclass(frozen=True)
class Maturity:
    """`at` and `by` tell when it was answered last, None where it never was."""

    answered: tuple[Answered, ...]
    at: datetime | None
    by: str

    @property
    def level(self) -> int:
        """The second lowest of what counts: one weak spot is work to do, two are how the company works. 0 while a
        question is open."""
        counts = sorted(each.counts for each in self.answered)
        return 0 if counts[0] == 0 else counts[1]

    @property
    def next(self) -> tuple[tuple[Answered, Action], ...]:
        """What to do next: the weakest first, of equals what others rest on."""
        weakest = sorted((each for each in self.answered if 0 < each.counts < len(LEVELS)), key=lambda e: e.counts)
        return tuple((each, each.question.actions[each.counts - 1]) for each in weakest[:NEXT_ACTIONS])


def examine(premises: Premises, reader: Reader) -> Maturity:
    """The answers given last, held against what the house sees now."""
    given, at, by = _latest(reader)
    operation = premises.current()
    answered = tuple(Answered(each, given.get(each.name, 0), each.look(premises, reader, operation))
                     for each in QUESTIONS)  # fmt: skip
    return Maturity(answered, at, by)


def answer(premises: Premises, given: Mapping[str, int], *, by: Person) -> Maturity:
    """Write the answers down; those not given stay as they were. Raises MayNot, and WrongUsage for no answer."""
    may(by, "propose").demand()
    names = {each.name for each in QUESTIONS}
    for name, level in given.items():
        if name not in names or level not in LEVELS:
            raise WrongUsage(f"{name}={level} is no answer: name one of {', '.join(sorted(names))}, from 1 to 5.")
    if not given:
        raise WrongUsage("Nothing was answered, so nothing was written down.")
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        body = {"answers": {**_latest(tx)[0], **given}}
        premises.ledger.append(tx, case_id=HOUSE, kind=KIND, at=now, actor=by.actor, body=body)
        return examine(premises, tx)


def as_json(found: Maturity) -> dict[str, Any]:
    return {
        "level": found.level,
        "name": LEVELS[found.level][0] if found.level else None,
        "questions": [
            {
                "name": each.question.name,
                "asks": each.question.asks,
                "answers": dict(enumerate(each.question.answers, start=1)),
                "said": each.said,
                "counts": each.counts,
                "seen": None if each.seen is None else vars(each.seen),
            }
            for each in found.answered
        ],
        "next": [{"name": each.question.name, "action": action.words, "page": action.page}
                 for each, action in found.next],
    }  # fmt: skip


def _latest(reader: Reader) -> tuple[dict[str, int], datetime | None, str]:
    conditions = ledger_store.matching({"case_id": HOUSE, "kind": KIND}, None)
    rows = [row for batch in ledger_store.find(reader, conditions) for row in batch]
    if not rows:
        return {}, None, ""
    return json.loads(rows[-1].body)["answers"], from_micros(rows[-1].at), rows[-1].actor


def _purpose(premises: Premises, reader: Reader, operation: Operation) -> Seen | None:
    if operation.about.purpose is None:
        return Seen(2, "Nobody has written down what it is for (`purpose` in operation.yaml).")
    return None


def _proof(premises: Premises, reader: Reader, operation: Operation) -> Seen | None:
    frozen = [find(premises, reader, each) for each in operation.charters.values()]
    if not any(each is not None and each.stands for each in frozen):
        return Seen(2, "No before is frozen, so nobody could tell whether anything moved.")
    if not any(report.is_proof for kept in all_kept(reader).values() for report in kept):
        return Seen(3, "A before is frozen, and no report that was kept shows value yet.")
    return None


def _work(premises: Premises, reader: Reader, operation: Operation) -> Seen | None:
    if not any(step.do for procedure in operation.procedures.values() for step in procedure.steps):
        return Seen(2, "No procedure changes a record: workers inform, and people do the work.")
    return None


def _owners(premises: Premises, reader: Reader, operation: Operation) -> Seen | None:
    vacant = [held.duty.title for held in held_duties(operation) if held.person is None]
    if vacant:
        return Seen(3, f"Nobody holds: {', '.join(vacant)}.")
    return None


def _rules(premises: Premises, reader: Reader, operation: Operation) -> Seen | None:
    if not operation.policy_tests:
        return Seen(3, "No rule is tried by a test (policies/tests.yaml).")
    return None


def _data(premises: Premises, reader: Reader, operation: Operation) -> Seen | None:
    if not operation.contracts:
        return Seen(2, "No source of data promises anything (contracts/).")
    return None


def _people(premises: Premises, reader: Reader, operation: Operation) -> Seen | None:
    if not operation.courses:
        return Seen(2, "There is no course for those who work beside workers (courses/).")
    lacking = len({each.person.id for each in untrained(reader, operation)})
    if lacking:
        return Seen(3, f"{lacking} {'person has' if lacking == 1 else 'people have'} a course to do.")
    return None


def _learning(premises: Premises, reader: Reader, operation: Operation) -> Seen | None:
    made = len(releases.list_releases(reader))
    if made < 2:
        return Seen(3, "There was one release only: nothing that was learned came to customers yet.")
    return None


QUESTIONS: tuple[Question, ...] = (
    Question(
        "purpose",
        "What is AI meant to change here?",
        (
            "People should be faster at what they do.",
            "Single steps should cost less.",
            "One KPI of the business should move, by an agreed amount.",
            "How customers are served should be another, with agreed outcomes for each need.",
            "Outcomes are set anew each quarter, from what was learned.",
        ),
        (
            Action("Write down which steps cost most: look at a history with the radar.", "/radar"),
            Action("Choose one pain point and one KPI, and write its charter.", "/drafts"),
            Action(
                "Write purpose and success for the whole operation, not for one pilot alone.", "/organisation/readiness"
            ),
            Action("Put outcomes on the agenda of each quarter, with what was learned.", "/overview/steering"),
        ),
        _purpose,
    ),
    Question(
        "proof",
        "How do you know that something got better?",
        (
            "People say so.",
            "We count activity: messages answered, hours, licences.",
            "We hold an after against a before that was frozen.",
            "The after is proven beyond chance, with guards on risk and experience.",
            "Every value stands in money, can be counted again, and what did not move is ended.",
        ),
        (
            Action("Count what there is: import a history of your help desk.", "/radar"),
            Action("Freeze the before of one charter.", "/charters"),
            Action("Hold the after against the frozen before, and keep the report.", "/charters"),
            Action("Write value down by bucket, and end what does not move.", "/overview/value"),
        ),
        _proof,
    ),
    Question(
        "work",
        "What do you build around?",
        (
            "Around prompts of single people.",
            "Around single steps of the work as it is.",
            "Around whole needs of customers, from the message to the end.",
            "Around needs whose way was drawn anew for workers and people.",
            "The way is drawn anew wherever work is done twice.",
        ),
        (
            Action("Write the first procedure for one need.", "/policy/operations"),
            Action("Let a procedure carry a need to its end, with the writes that settle it.", "/stages"),
            Action("Look where work is done again, and leave those steps out.", "/radar"),
            Action("Look at the radar of your own ledger each month.", "/radar"),
        ),
        _work,
    ),
    Question(
        "owners",
        "Who answers for what a worker does?",
        (
            "Nobody in particular.",
            "IT, or the supplier.",
            "The head of the team in which it runs.",
            "A named person for each duty: outcome, policy, procedures, data, operations.",
            "The same, and each looks at the numbers every week and decides.",
        ),
        (
            Action("Name who answers for the first worker.", "/organisation"),
            Action("Give it to who answers for the work itself.", "/organisation"),
            Action("Give every duty a holder.", "/organisation/roster"),
            Action("Hold the weekly review, and decide in it.", "/overview/steering"),
        ),
        _owners,
    ),
    Question(
        "rules",
        "Who decides what a worker may do alone?",
        (
            "It is in the prompt.",
            "A person checks everything.",
            "Written rules, by amount and kind; the rest is reviewed.",
            "Rules that are tested, and stages that are earned by evidence.",
            "The same, and rules move with what the approvals teach.",
        ),
        (
            Action("Write down what may never happen.", "/policy"),
            Action("Write rules for what may pass alone, and up to which amount.", "/policy"),
            Action("Write a test for each rule, and let procedures earn their stage.", "/stages"),
            Action("Look at what people always approve, and at what they deny.", "/approvals/measures"),
        ),
        _rules,
    ),
    Question(
        "data",
        "Can a worker rely on the data?",
        (
            "Nobody knows.",
            "It is cleaned when something went wrong.",
            "The sources that count promise what they hold, and it is checked.",
            "A broken promise calls somebody and pauses what rests on it.",
            "The same for all sources, and breaches become rare.",
        ),
        (
            Action("List which records a worker reads.", "/policy/operations"),
            Action("Write a contract for the source that counts most.", "/data"),
            Action("Give each contract an owner and somebody on call.", "/data"),
            Action("Look at the breaches of the quarter, and mend their causes.", "/data"),
        ),
        _data,
    ),
    Question(
        "people",
        "What do people do beside the workers?",
        (
            "The same as before.",
            "They correct what the machine gets wrong.",
            "They take what needs judgement, and know how.",
            "They set rules, answer what needs judgement, and improve procedures; their roles say so.",
            "The same, and careers and pay follow it.",
        ),
        (
            Action("Say which cases should come to people, and why.", "/service"),
            Action("Write a course for those who work beside workers, and do it.", "/organisation/training"),
            Action("Write the new roles with their rights and duties.", "/organisation"),
            Action("Talk with people management about careers above the loop.", "/organisation/roster"),
        ),
        _people,
    ),
    Question(
        "learning",
        "What becomes of a case that went wrong?",
        (
            "It is settled, and that is all.",
            "Somebody changes the prompt.",
            "It is looked at in a review.",
            "It becomes a scenario or an example, and a release that must pass it.",
            "The same within weeks, as a routine, with what it was worth.",
        ),
        (
            Action("Collect what goes wrong where people see it.", "/quality"),
            Action("Look each week at what went wrong.", "/quality"),
            Action("Make a scenario of it, and a release that passes.", "/releases"),
            Action("Let the backlog say what each improvement was worth.", "/backlog"),
        ),
        _learning,
    ),
)
