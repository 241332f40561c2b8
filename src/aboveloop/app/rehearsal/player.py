"""The player: takes the steps of one scenario, one by one, and notes where the house does something else."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from aboveloop.app.desk import Desk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.rehearsal.stand_ins import database_of
from aboveloop.app.rehearsal.store import change_record
from aboveloop.govern.four_eyes import role_of
from aboveloop.govern.people import Person, people_of, person_of
from aboveloop.govern.switches import Scope
from aboveloop.journey.cases import Case, Message
from aboveloop.journey.ownership import Owner
from aboveloop.kit.errors import AboveloopError
from aboveloop.operation.scenario_models import (
    PersonMove,
    RecordChange,
    Scenario,
    ScenarioStep,
    SwitchMove,
    SwitchScope,
)


@dataclass
class Player:
    """`problems` are sentences that name the step; `transcript` is what was said and done, in order."""

    stage: Stage
    scenario: Scenario
    problems: list[str] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    _written: str = ""
    _seen: int = 0
    _checked: int = 0

    def play(self) -> None:
        """All steps; after the first that goes wrong the rest would mean nothing, so it ends there."""
        for number, step in enumerate(self.scenario.steps, start=1):
            wrong = list(self._take(step))
            self._listen()
            self.problems += [f"Step {number}: {what}" for what in wrong]
            if wrong:
                return

    @property
    def case(self) -> Case | None:
        """The case of the customer's latest message."""
        return self.stage.case_of(self._written) if self._written else None

    def _take(self, step: ScenarioStep) -> Iterator[str]:
        if step.customer is not None:
            self._note(f"customer: {step.customer}")
            channel, address = step.channel or self.scenario.channel, step.from_ or self.scenario.from_
            self._written = self.stage.hear(channel, address, step.customer)
        elif step.worker is not None:
            yield from self._compare(step.worker, step.says)
        elif step.says is not None:
            yield from self._find(step.says, self._listen()[-1:] or self.said[-1:])
        elif step.waits_for is not None:
            yield from self._waits(step.waits_for)
        elif step.person is not None:
            yield from self._person(step.person)
        elif step.clock is not None:
            self._note(f"clock: {step.clock}")
            self.stage.advance(sum((timedelta(**{unit: many}) for unit, many in step.clock.items()), timedelta()))
        elif step.system is not None:
            trouble = step.system
            self._note(f"system: {trouble.fails} is {trouble.with_} {trouble.times} times")
            self.stage.troubles.plan(trouble.fails, trouble.with_, times=trouble.times, after=trouble.after)
        elif step.record is not None:
            yield from self._change(step.record)
        elif step.switch is not None:
            yield from self._switch(step.switch)

    def _listen(self) -> list[Message]:
        """What was said to customers since this was asked last; it goes into the transcript."""
        fresh = self.stage.said_since(self._seen)
        for message in fresh:
            self._seen = message.number
            self.said.append(message)
            self._note(f"{message.author} [{message.template or '-'}]: {' '.join(message.text.split())}")
        return fresh

    def _compare(self, wanted: list[str], says: str | None) -> Iterator[str]:
        self._listen()
        told = [message for message in self.said if message.number > self._checked and message.template]
        self._checked = self._seen
        names = [message.template for message in told]
        if names != wanted:
            yield f"expected the messages {_listed(wanted)}, and got {_listed(names)}."
        elif says is not None:
            yield from self._find(says, told)

    def _find(self, words: str, where: list[Message]) -> Iterator[str]:
        if not any(words in message.text for message in where):
            heard = " | ".join(message.text for message in where)
            yield f"expected the words {words!r}, and got {heard!r}."

    def _waits(self, wanted: str) -> Iterator[str]:
        case = self.case
        found = waits_for(case) if case is not None else "nothing"
        if found != wanted:
            yield f"the case should wait for {wanted} and waits for {found}."

    def _person(self, move: PersonMove) -> Iterator[str]:
        case = self.case
        if case is None:
            yield "nobody has written yet, so there is nothing for a person to do."
            return
        for what, act in self._acts(move, case).items():
            person = self._who(move, case)
            self._note(f"person {person.id}: {what}")
            yield from self._try(move, functools.partial(act, Desk(self.stage, person)), what)
        self.stage.run_due()

    def _acts(self, move: PersonMove, case: Case) -> Mapping[str, Callable[[Desk], object]]:
        """What the move says a person does, by its words, in the order in which it is done."""
        acts: dict[str, Callable[[Desk], object]] = {}
        if move.takes_over:
            acts["takes over"] = lambda desk: desk.take_over(case.id)
        if move.approves is not None:
            asked = self._asked(case, move.approves)
            acts[f"approves {move.approves} {move.edits or ''}".strip()] = lambda desk: desk.approve(
                asked, edits=move.edits or None
            )
        if move.denies is not None:
            asked = self._asked(case, move.denies)
            acts[f"denies {move.denies}: {move.because}"] = lambda desk: desk.deny(asked, because=move.because)
        if move.replies is not None:
            acts["replies"] = lambda desk: desk.reply(case.id, move.replies or "")
        if move.finishes is not None:
            outcome = move.finishes
            acts[f"ends it as {outcome}"] = lambda desk: desk.finish(case.id, outcome)
        if move.hands_back:
            acts["hands back"] = lambda desk: desk.hand_back(case.id)
        return acts

    def _try(self, move: PersonMove, act: Callable[[], object], what: str) -> Iterator[str]:
        try:
            act()
        except AboveloopError as refusal:
            self._note(f"refused: {refusal}")
            if not move.may_not:
                yield f"the person could not do it ({what}): {refusal}"
        else:
            if move.may_not:
                yield f"the person should not be able to do it ({what}), and was."

    def _asked(self, case: Case, operation: str) -> str:
        """The approval that waits; a name that does not exist where none does, so that answering it is refused."""
        waiting = self.stage.approvals_waiting(case.id, operation)
        return waiting[0].id if waiting else f"for {operation} (none waits)"

    def _who(self, move: PersonMove, case: Case) -> Person:
        """The person named; else who has the case; else the first whose roles fit."""
        if move.as_ is not None:
            return person_of(self.stage.operation, move.as_)
        if case.person_id is not None:
            return person_of(self.stage.operation, case.person_id)
        everybody = people_of(self.stage.operation).values()
        answers = move.approves or move.denies
        asked = self.stage.approvals_waiting(case.id, answers) if answers else ()
        roles = {role_of(answer.role) for each in asked for answer in each.answers if answer.person_id is None}
        right = "approve" if answers else "take_over"
        fitting = [person for person in everybody if right in person.may and (not roles or roles & person.roles)]
        return (fitting or list(everybody))[0]

    def _change(self, changes: Mapping[str, RecordChange]) -> Iterator[str]:
        for name, change in changes.items():
            self._note(f"record: {name} {change.table} {change.id} {change.set}")
            database = database_of(self.stage.operation.systems[name], self.stage.settings.home)
            if change_record(database, change) != 1:
                yield f"there is no record {change.id} in the table {change.table} of {name}."

    def _switch(self, move: SwitchMove) -> Iterator[str]:
        pausers = [person for person in people_of(self.stage.operation).values() if "pause" in person.may]
        person = person_of(self.stage.operation, move.as_) if move.as_ is not None else pausers[0]
        desk = Desk(self.stage, person)
        try:
            if move.pause is not None:
                scope, name = _scope(move.pause)
                self._note(f"person {person.id}: pauses {scope} {name}")
                desk.pause(scope, name, because=move.because)
            if move.resume is not None:
                scope, name = _scope(move.resume)
                self._note(f"person {person.id}: resumes {scope} {name}")
                desk.resume(scope, name, because=move.because)
        except AboveloopError as refusal:
            yield f"the switch was not thrown: {refusal}"
        self.stage.run_due()

    def _note(self, line: str) -> None:
        self.transcript.append(line)


def waits_for(case: Case) -> str:
    """What a case waits for, in the words of scenarios."""
    if case.owner is Owner.WAITING_ON_PERSON:
        on_approval = case.memory.get("waiting") == "approval" and case.halted_by is None
        return "approval" if on_approval else "person"
    return {
        Owner.WAITING_ON_CUSTOMER: "customer",
        Owner.WAITING_ON_TIME: "timer",
        Owner.PERSON: "person",
    }.get(case.owner, "nothing")


def _scope(what: str | Mapping[SwitchScope, str]) -> tuple[Scope, str]:
    if isinstance(what, str):
        return "all", ""
    scope, name = next(iter(what.items()))
    return scope, name


def _listed(names: list[str | None] | list[str]) -> str:
    return ", ".join(str(name) for name in names) or "none"
