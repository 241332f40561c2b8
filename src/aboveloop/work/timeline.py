"""The timeline of a case: each entry of its chain as one line that people read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aboveloop.ledger.entries import Entry

Sort = Literal["message", "owner", "decision", "other"]
Words = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Line:
    """One entry in words. `text` is what was written to or by the customer, None where nothing was or it is erased."""

    entry: str
    at: datetime
    kind: str
    actor: str
    sort: Sort
    words: str
    text: str | None = None
    direction: Literal["in", "out"] | None = None

    @property
    def outline(self) -> str:
        """What kind of thing it was, with nothing in it that was said."""
        return _spaced(self.kind)


def told(entries: Iterable[Entry]) -> Iterable[Line]:
    """The lines of a chain, in its order."""
    for entry in entries:
        words = WORDS.get(entry.kind, lambda body, kind=entry.kind: _spaced(kind))
        text = None if entry.personal is None else entry.personal.get("text")
        is_message = entry.kind in ("MessageReceived", "MessageSent")
        yield Line(
            entry=entry.id,
            at=entry.at,
            kind=entry.kind,
            actor=entry.actor,
            sort=_sort(entry.kind),
            words=words({**(entry.personal or {}), **entry.body}) + (" (erased)" if entry.personal is None else ""),
            text=text if is_message else None,
            direction={"MessageReceived": "in", "MessageSent": "out"}.get(entry.kind),  # type: ignore[arg-type]
        )


def _sort(kind: str) -> Sort:
    if kind in ("MessageReceived", "MessageSent"):
        return "message"
    if kind in ("CaseOwnerChanged", "CaseOpened", "CaseEnded"):
        return "owner"
    return "decision" if kind.startswith(("Action", "Approval", "RecordRead")) else "other"


def _spaced(kind: str) -> str:
    """`CustomerVerified` as "Customer verified"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip().capitalize()


def _plain(name: object) -> str:
    """A name of the operation or of a state as people read it: `ask_email` as "ask email"."""
    return str(name).replace("_", " ")


def _named(words: str) -> Words:
    """`words` with the operation of the entry before them."""
    return lambda body: f"{body.get('operation', '')} {words}"


def _received(body: Mapping[str, Any]) -> str:
    if body.get("form"):
        return f"The customer sent the form {_plain(body['form'])}"
    return f"The customer wrote over {body.get('channel', 'a channel')}"


def _read(body: Mapping[str, Any]) -> str:
    sure = round(float(body.get("confidence", 0)) * 100)
    how = f". {body['read_by']}" if body.get("read_by") else ""
    need = _plain(body.get("intent", "nothing"))
    if body.get("asked") and body.get("form"):
        return f"The form {_plain(body['form'])} is for {need}{how}"
    if body.get("asked"):
        # What answers a question says little of a need, so that guess stands second.
        return f"Read as an answer to what was asked (as a need: {need}, {sure} % sure){how}"
    return f"Understood as {need} ({sure} % sure){how}"


def _corrected(body: Mapping[str, Any]) -> str:
    also = f" and {_plain(body['also'])}" if body.get("also") else ""
    return f"It was about {_plain(body.get('intent', ''))}{also}, not {_plain(body.get('guessed', ''))}"


def _owner(body: Mapping[str, Any]) -> str:
    moved = f"From {_plain(body['from'])} to {_plain(body['to'])}"
    return f"{moved}: {body['because']}" if "because" in body else moved


def _answer(verdict: str) -> Words:
    return lambda body: f"{body.get('operation', '')} {verdict}" + (f" as {body['role']}" if body.get("role") else "")


def _refused(body: Mapping[str, Any]) -> str:
    if "denied_before" in body:
        return f"{body.get('operation', '')} was denied on this case before, so nobody was asked again"
    return f"{body.get('operation', '')} prohibited: {body.get('reason', '')}"


def _performed(body: Mapping[str, Any]) -> str:
    proof = {True: ", and the system of record shows it", False: ", but the system of record does not show it"}
    return f"{body.get('operation', '')} performed{proof.get(body.get('proved'), '')}"  # type: ignore[arg-type]


def _sources(body: Mapping[str, Any]) -> str:
    asked = "The customer was asked again" if body.get("about") == "understanding" else "The sources were asked again"
    return f"{asked}: {'they agree now' if body.get('agree') else 'it is still in doubt'}"


def _outcome(body: Mapping[str, Any]) -> str:
    name = str(body.get("outcome", "")).replace("_", " ")
    if body.get("held") is True:
        return f"Outcome {name}: as promised"
    return f"Outcome {name}: {'not as promised' if body.get('held') is False else 'nobody can tell'}"


WORDS: Mapping[str, Words] = {
    "CaseOpened": lambda body: f"Case opened over {body.get('channel', 'a channel')}",
    "CaseOwnerChanged": _owner,
    "CaseEnded": lambda body: f"Case ended: {body.get('outcome', '')}",
    "PersonalDataRead": lambda body: (
        f"Looked at the {body.get('what', 'case')} through the {body.get('through', 'house')}"
    ),
    "MessageReceived": _received,
    "MessageSent": lambda body: f"Told the customer: {_plain(body['template'])}" if body.get("template") else "Replied",
    "MessageRead": _read,
    "MessageLeftOut": lambda body: f"Left out {_plain(body.get('template', ''))}: {body.get('because', '')}",
    "ReadingCorrected": _corrected,
    "ReadingConfirmed": lambda body: f"It was indeed about {_plain(body.get('intent', ''))}",
    "SourcesVerified": _sources,
    "DoubtLogged": lambda body: f"In doubt: {body.get('because', '')}",
    "DisclosureMade": lambda body: f"Told over {body.get('channel', 'a channel')} that an AI writes",
    "SeenExplained": lambda body: "Told the customer why they see what they see",
    "PersonalisationSwitched": lambda body: f"Personalisation switched {'on' if body.get('on') else 'off'}",
    "ReasonTold": lambda body: "Told the customer why it was decided so",
    "FieldsSentToModel": lambda body: (
        f"{', '.join(body.get('fields', ()))} sent to {body.get('vendor', 'an outside model')}, personal values masked"
    ),
    "FieldsWithheld": lambda body: f"Nothing was sent to {body.get('vendor', 'an outside model')}: {body['because']}",
    "ModelAnswered": lambda body: f"{body.get('vendor', 'An outside model')} answered",
    "ModelFailed": lambda body: f"{body.get('vendor', 'An outside model')} gave no usable answer",
    "MessageWithheld": lambda body: (
        f"The message {_plain(body.get('template', ''))} was withheld: {body.get('because', '')}"
    ),
    "CustomerVerified": lambda body: f"The customer proved who they are ({body.get('evidence', '')})",
    "CustomersMerged": lambda body: f"The same person as {body.get('into', '')}",
    "ProcedureStarted": lambda body: f"Procedure {_plain(body.get('procedure', ''))} began",
    "ProcedureEnded": lambda body: f"Procedure {_plain(body.get('procedure', ''))} ended: {body.get('outcome', '')}",
    "ProcedureWithdrawn": lambda body: f"The {body.get('by', 'customer')} wants nothing of it any more",
    "AnswerTakenBack": lambda body: "The customer took an answer back",
    "ActionProposed": _named("shown to the customer"),
    "ActionConfirmed": _named("confirmed by the customer"),
    "RecordRead": lambda body: f"{body.get('operation', '')} read" + ("" if body.get("found") else ": no such record"),
    "ActionDecided": lambda body: f"{body.get('operation', '')} decided: {body.get('lane', '')}",
    "ActionRefused": _refused,
    "ActionShadowed": _named("decided in shadow, not performed"),
    "ActionPerformed": _performed,
    "ActionRejected": _named("refused by the system of record"),
    "ActionUncertain": _named("has an uncertain outcome"),
    "ApprovalRequested": lambda body: f"{body.get('operation', '')} waits for {', '.join(body.get('roles', ()))}",
    "ActionApproved": _answer("approved"),
    "ActionDenied": _answer("denied"),
    "ApprovalExpired": _named("expired: nobody answered or used it in time"),
    "ApprovalSuperseded": _named("was edited"),
    "ApprovalWithdrawn": _named("need not be answered any more"),
    "ApprovalReopened": _named("waits again as it was asked: its edit was cut off"),
    "ApprovalClaimed": lambda body: f"{body.get('operation', '')} is looked after by {body.get('to', '')}",
    "ApprovalReleased": _named("is looked after by nobody any more"),
    "ApprovalReassigned": lambda body: f"{body.get('operation', '')} is now looked after by {body.get('to', '')}",
    "ApprovalReminded": lambda body: f"Reminded of {body.get('operation', '')}: {', '.join(body.get('people', ()))}",
    "ApprovalUsed": _named("goes ahead with its approval"),
    "OutcomeChecked": _outcome,
    "OutcomeBreachSettled": lambda body: f"Outcome {_plain(body.get('outcome', ''))}: the breach was settled",
    "SuggestionAnswered": lambda body: (
        f"{str(body.get('verdict', '')).capitalize()} the suggested {str(body.get('name', '')).replace('_', ' ')}"
    ),
    "ContextPacked": lambda body: f"Was given the context of the case: {body.get('sentences', 0)} sentences",
    "WordingShown": lambda body: f"A wording of {body.get('vendor', 'an outside model')} stands beside the summary",
    "WordingRefused": lambda body: (
        f"A wording of {body.get('vendor', 'an outside model')} is not shown: {body.get('because', '')}"
    ),
    "TurnFailed": lambda body: f"A turn failed: {body.get('error', '')}",
}
