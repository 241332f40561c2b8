"""Decisions told by the ledger: every action of a case, judged, asked for, answered, performed; one account each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from aboveloop.ledger.entries import Entry

# Stands wherever a personal value was, once the customer's key is gone.
ERASED = "erased"

State = Literal[
    "decided",
    "waiting_for_approval",
    "approved",
    "denied",
    "expired",
    "replaced",
    "prohibited",
    "under_way",
    "performed",
    "refused",
    "uncertain",
    "shadowed",
    "read",
]

# What became of an action, in words for people.
STATE_WORDS: Mapping[State, str] = {
    "decided": "decided; nothing is done until a person approves",
    "waiting_for_approval": "waits for a person's approval; nothing is done until then",
    "approved": "approved, not performed yet",
    "denied": "denied by a person; nothing was done",
    "expired": "nobody approved it in time; nothing was done",
    "replaced": "its arguments were edited; another action stands in its place",
    "prohibited": "prohibited by policy; nothing was done",
    "under_way": "decided and begun; its outcome is not recorded yet",
    "performed": "performed",
    "refused": "the system of record refused it; nothing was done",
    "uncertain": "nobody can tell whether it was done; a person must look",
    "shadowed": "decided in shadow; nothing was done",
    "read": "read",
}
OPEN: frozenset[State] = frozenset({"decided", "waiting_for_approval", "approved"})
OPENING = frozenset({"RecordRead", "ActionRefused", "ActionShadowed", "ActionDecided"})


@dataclass(frozen=True)
class FactAccount:
    """One fact, its value and where it came from. `missing` says why there is no value."""

    name: str
    value: Any
    source: str
    missing: str = ""


@dataclass(frozen=True)
class AnswerAccount:
    """One person's answer to an approval; `role` is None where the edit needed nobody's approval."""

    person: str
    role: str | None
    verdict: Literal["approved", "denied", "edited"]
    because: str
    at: datetime


@dataclass(frozen=True)
class EditAccount:
    """One argument that a person changed before approving."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ConfirmationAccount:
    """The customer was shown exactly this action and said yes."""

    shown_at: str
    at: datetime


@dataclass(frozen=True)
class ApprovalAccount:
    """Which approval was asked: of whom, until when, and every answer to it."""

    id: str
    roles: tuple[str, ...]
    requested_at: datetime
    expires_at: str
    answers: tuple[AnswerAccount, ...] = ()
    replaces: str | None = None
    replaced_by: str | None = None
    denied_before: str | None = None


@dataclass(frozen=True)
class OutcomeAccount:
    """What happened after. `proved`: the system of record shows it (True), does not (False), was not asked (None)."""

    state: State
    at: datetime
    result: Any = None
    proved: bool | None = None

    @property
    def words(self) -> str:
        """The outcome in words, with its proof."""
        proof = {True: "; the system of record shows it", False: "; the system of record does NOT show it", None: ""}
        return STATE_WORDS[self.state] + (proof[self.proved] if self.state == "performed" else "")


@dataclass(frozen=True)
class DecisionAccount:
    """One action and all that is known of it. `args` is None when erased; `release` is the digest that decided.

    `procedure` is the worker's procedure, or the person, who proposed it; `entries` are the ids of the entries
    that say so, in order.
    """

    action: str
    operation: str
    release: str | None
    by: str
    args: Mapping[str, Any] | None
    lane: str
    needs: tuple[str, ...]
    stage: str
    rules: tuple[str, ...]
    reason: str
    amount: int | None
    facts: tuple[FactAccount, ...]
    facts_erased: bool
    confirmation: ConfirmationAccount | None
    approval: ApprovalAccount | None
    edits: tuple[EditAccount, ...]
    outcome: OutcomeAccount
    decided_at: datetime
    entries: tuple[str, ...]

    @property
    def is_read(self) -> bool:
        """True for what only looked something up."""
        return self.outcome.state == "read"


@dataclass
class DecisionBook:
    """Decisions as the chain is read: an action is found again by its digest, an approval by its id, a write by key."""

    decisions: list[DecisionAccount] = field(default_factory=list)
    _by_action: dict[str, int] = field(default_factory=dict)
    _by_approval: dict[str, int] = field(default_factory=dict)
    _by_key: dict[str, int] = field(default_factory=dict)
    _edited_from: dict[str, int] = field(default_factory=dict)
    _confirmed: dict[str, ConfirmationAccount] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Let one entry say what it says of a decision; most say nothing."""
        match entry.kind:
            case "ActionProposed":
                self._confirmed.pop(entry.body["action"], None)
            case "ActionConfirmed":
                self._confirmed[entry.body["action"]] = ConfirmationAccount(entry.body.get("shown_at", ""), entry.at)
            case "ApprovalRequested":
                self._asked(entry)
            case "ActionApproved" | "ActionDenied" | "ApprovalExpired" | "ApprovalSuperseded" | "ApprovalUsed":
                self._on_approval(entry)
            case "ActionPerformed" | "ActionRejected" | "ActionUncertain":
                self._happened(entry)
            case kind if kind in OPENING:
                self._decided(entry)
            case _:
                pass

    def _decided(self, entry: Entry) -> None:
        states: dict[str, State] = {
            "RecordRead": "read",
            "ActionRefused": "denied" if "denied_before" in entry.body else "prohibited",
            "ActionShadowed": "shadowed",
            "ActionDecided": "under_way" if "key" in entry.body else "decided",
        }
        result = {"found": entry.body["found"]} if "found" in entry.body else None
        fresh = _opened(entry, entry.body["action"], OutcomeAccount(states[entry.kind], entry.at, result))
        fresh = replace(fresh, confirmation=self._confirmed.get(fresh.action))
        place = self._open_place(fresh.action)
        if place is None:
            place = self._add(fresh)
        else:
            # Asked for before and decided again now that it is approved: one action, one account, the latest facts.
            # It stays what it was for people: an action that a person had to review.
            standing = self.decisions[place]
            known = (*standing.entries, *fresh.entries)
            kept = {"lane": standing.lane, "approval": standing.approval, "edits": standing.edits, "by": standing.by}
            self.decisions[place] = replace(fresh, **kept, entries=known)  # type: ignore[arg-type]
        if "key" in entry.body:
            self._by_key[entry.body["key"]] = place

    def _asked(self, entry: Entry) -> None:
        body = entry.body
        approval = ApprovalAccount(
            id=body["approval"],
            roles=tuple(body.get("roles", ())),
            requested_at=entry.at,
            expires_at=body.get("expires_at", ""),
            replaces=body.get("replaces"),
            denied_before=body.get("denied_before"),
        )
        outcome = OutcomeAccount("waiting_for_approval", entry.at)
        fresh = replace(_opened(entry, body["digest"], outcome), lane="reviewed", approval=approval)
        fresh = replace(fresh, confirmation=self._confirmed.get(fresh.action))
        replaced = self._by_approval.get(approval.replaces or "")
        if replaced is not None:
            before = self.decisions[replaced]
            edits = _edits(before.args, fresh.args)
            editor = AnswerAccount(entry.actor, None, "edited", "", entry.at)
            # An edited action is still what the worker proposed: only its arguments are the person's.
            fresh = replace(fresh, by=before.by, stage=before.stage, edits=edits)
            if entry.actor.startswith("person:"):
                fresh = replace(fresh, approval=replace(approval, answers=(editor,)))
        decided = self._open_place(fresh.action)
        if decided is not None and replaced is None:
            # Decided as reviewed a moment before it is asked for: that entry says by whom and at what stage.
            first = self.decisions[decided]
            entries = (*first.entries, *fresh.entries)
            self.decisions[decided] = replace(first, approval=approval, outcome=outcome, entries=entries)
        else:
            decided = self._add(fresh)
        self._by_approval[approval.id] = decided

    def _on_approval(self, entry: Entry) -> None:
        place = self._by_approval.get(entry.body["approval"])
        if place is None and entry.body["approval"] in self._edited_from:
            place = self._edited(entry)
        if place is None:
            return
        standing = self.decisions[place]
        assert standing.approval is not None, "it was found by its approval"
        if "replaced_by" in entry.body:
            self._edited_from[entry.body["replaced_by"]] = place
        self.decisions[place] = replace(
            standing,
            approval=_answered(standing.approval, entry),
            outcome=_after_answer(standing.outcome, entry),
            entries=(*standing.entries, entry.id),
        )

    def _edited(self, entry: Entry) -> int:
        """An edited action that policy prohibits at once: nobody was asked, so its denial is the first word of it."""
        before = self.decisions[self._edited_from[entry.body["approval"]]]
        fresh = _opened(entry, entry.body["digest"], OutcomeAccount("decided", entry.at))
        approval = ApprovalAccount(entry.body["approval"], (), entry.at, "")
        edits = _edits(before.args, fresh.args or None)
        fresh = replace(fresh, lane="prohibited", by=before.by, stage=before.stage, approval=approval, edits=edits)
        place = self._by_approval[approval.id] = self._add(replace(fresh, entries=()))
        return place

    def _happened(self, entry: Entry) -> None:
        place = self._by_key.get(entry.body.get("key", ""))
        if place is None:
            return
        states: dict[str, State] = {
            "ActionPerformed": "performed",
            "ActionRejected": "refused",
            "ActionUncertain": "uncertain",
        }
        result = ERASED if entry.personal is None else entry.personal.get("result")
        outcome = OutcomeAccount(states[entry.kind], entry.at, result, entry.body.get("proved"))
        standing = self.decisions[place]
        self.decisions[place] = replace(standing, outcome=outcome, entries=(*standing.entries, entry.id))

    def _add(self, decision: DecisionAccount) -> int:
        self.decisions.append(decision)
        self._by_action[decision.action] = len(self.decisions) - 1
        return len(self.decisions) - 1

    def _open_place(self, action: str) -> int | None:
        """Where this action is decided and neither begun nor over, so that more is said of the same decision."""
        place = self._by_action.get(action)
        is_open = place is not None and self.decisions[place].outcome.state in OPEN
        return place if is_open else None


def _opened(entry: Entry, action: str, outcome: OutcomeAccount) -> DecisionAccount:
    """A decision from the entry that holds its judgement."""
    body, personal = entry.body, entry.personal
    by = body.get("by")
    evidence = personal.get("evidence", {}) if personal is not None else {}
    return DecisionAccount(
        action=action,
        operation=body["operation"],
        release=entry.release,
        by=f"{by['kind']}:{by['id']}" if by else entry.actor,
        args=None if personal is None else dict(personal.get("args", {})),
        lane=body.get("lane", ""),
        needs=tuple(body.get("needs", ())),
        stage=body.get("stage", ""),
        rules=tuple(body.get("rules", ())),
        reason=body.get("reason", ""),
        amount=body.get("amount", evidence.get("amount")),
        facts=tuple(_facts(evidence)),
        facts_erased=personal is None,
        confirmation=None,
        approval=None,
        edits=(),
        outcome=outcome,
        decided_at=entry.at,
        entries=(entry.id,),
    )


def _facts(evidence: Mapping[str, Any]) -> Iterable[FactAccount]:
    for fact in (*evidence.get("facts", ()), *evidence.get("about", ())):
        yield FactAccount(fact["name"], fact["value"], fact["source"])
    for name, why in {**evidence.get("missing", {}), **evidence.get("absent", {})}.items():
        yield FactAccount(name, None, "", missing=why)


def _answered(approval: ApprovalAccount, entry: Entry) -> ApprovalAccount:
    """The approval after one more entry about it."""
    if entry.kind == "ApprovalSuperseded":
        # Who changed the arguments says why here; what stands in its place is an approval of its own.
        why = ERASED if entry.personal is None else entry.personal.get("because", "")
        edited = AnswerAccount(entry.actor, None, "edited", why, entry.at)
        answers = (*approval.answers, edited) if entry.actor.startswith("person:") else approval.answers
        return replace(approval, replaced_by=entry.body.get("replaced_by"), answers=answers)
    if entry.kind not in ("ActionApproved", "ActionDenied"):
        return approval
    because = ERASED if entry.personal is None else entry.personal.get("because", entry.body.get("reason", ""))
    verdict: Literal["approved", "denied"] = "approved" if entry.kind == "ActionApproved" else "denied"
    answer = AnswerAccount(entry.actor, entry.body.get("role"), verdict, because, entry.at)
    return replace(approval, answers=(*approval.answers, answer))


def _after_answer(standing: OutcomeAccount, entry: Entry) -> OutcomeAccount:
    if entry.kind == "ActionApproved" and not entry.body.get("complete", True):
        return standing
    states: dict[str, State] = {
        "ActionApproved": "approved",
        "ActionDenied": "denied",
        "ApprovalExpired": "expired",
        "ApprovalSuperseded": "replaced",
    }
    state = states.get(entry.kind)
    return standing if state is None else OutcomeAccount(state, entry.at)


def _edits(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[EditAccount, ...]:
    if before is None or after is None:
        return ()
    names = dict.fromkeys((*before, *after))
    return tuple(
        EditAccount(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )
