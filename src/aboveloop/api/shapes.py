"""The shapes of the JSON API, with the words and examples that its OpenAPI description shows."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from aboveloop.app.overview import Headline
from aboveloop.app.reviews import Review
from aboveloop.app.teaching.corrections import Correction
from aboveloop.govern.switches import Switch
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.operation.releases import Release

# As long as a reason may be: a paragraph, not a file.
LONGEST_REASON = 2_000


def writable(text: str) -> str:
    """`text`, when a database can hold it. Raises ValueError otherwise."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds characters that cannot be written down")
    return text


Words = Annotated[str, AfterValidator(writable), Field(max_length=LONGEST_REASON)]


class Shape(BaseModel):
    """Base of all: unknown keys are refused, so that a misspelt one never passes for a wish."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class CaseShape(Shape):
    """One case: one need of a customer."""

    id: str = Field(description="The case's id.", examples=["case_01k9xw3m2r7h4t8n5v0c1b"])
    customer_id: str = Field(description="The house's own id of the customer.")
    channel: str = Field(description="Where the customer writes.", examples=["webchat"])
    owner: Owner = Field(description="Who owns the case now.")
    person_id: str | None = Field(description="The person who has it, while a person owns it.")
    intent: str | None = Field(description="What the customer wants, as understood.")
    procedure: str | None = Field(description="The procedure that resolves it.")
    outcome: str | None = Field(description="`resolved` or `refused`; null while it is open.")
    handed_over_at: datetime | None = Field(description="When a worker gave it to people, if ever.")
    handed_over_because: str | None = Field(description="Why a worker gave it to people.")
    halted_by: str | None = Field(description="The pause that stopped it, while it stands.")
    release: str = Field(description="The digest of the release that works on it.")
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None

    @classmethod
    def of(cls, case: Case) -> Self:
        return cls.model_validate({name: getattr(case, name) for name in cls.model_fields})


class CasesShape(Shape):
    """One page of cases, the latest changed first. `total` counts all that match."""

    cases: list[CaseShape]
    total: int
    limit: int
    offset: int


class AccountableShape(Shape):
    """The person who answers for an outcome; `person` is null where the operation names no owner."""

    person: str | None = Field(examples=["noor"])
    name: str
    duty: str = Field(description="The duty by which they do.", examples=["operations"])
    because: str


class DecisionShape(Shape):
    """One action and the four questions about it; every answer carries a `sentence`."""

    operation: str = Field(examples=["shop.refund_order"])
    action: str = Field(description="The digest of the operation with its arguments on this case.")
    decided_at: datetime
    entries: list[str] = Field(description="The entries of the ledger that say so.")
    which_version_decided: dict[str, Any] = Field(description="release, by, stage, lane, needs, rules, reason")
    on_what_facts: dict[str, Any] = Field(description="arguments, facts with their sources, amount")
    who_approved: dict[str, Any] = Field(description="the customer's yes, roles asked, answers, edits")
    what_happened_after: dict[str, Any] = Field(description="state, at, result, proved, and where the case stands")
    accountable: AccountableShape


class DecisionsShape(Shape):
    """Every decision of a case, oldest first."""

    case: str
    customer: str
    release: str
    release_name: str = Field(examples=["r7"])
    owner: str
    outcome: str | None
    accountable: AccountableShape
    decisions: list[DecisionShape]


class FactShape(Shape):
    """Something true for the action, with where it came from."""

    name: str
    value: Any
    source: str


class AnswerShape(Shape):
    """One asked role and who answered for it."""

    role: str
    person_id: str | None
    verdict: str | None
    because: str
    at: datetime | None


class ApprovalShape(Shape):
    """One action that waits, or waited, for people: what, why, for whom, and what happens otherwise."""

    id: str
    case_id: str
    operation: str = Field(examples=["shop.refund_order"])
    args: dict[str, Any] = Field(examples=[{"order_id": "LK-100007", "amount_cents": 5001}])
    digest: str = Field(description="Names exactly this operation with exactly these arguments on this case.")
    state: str = Field(examples=["waiting"])
    what: str = Field(examples=["Refund 50.01 EUR for order LK-100007"])
    why: str = Field(examples=["A refund above 50 EUR waits for a person."])
    for_whom: str
    amount: str | None = Field(description="The money at stake.", examples=["50.01 EUR"])
    amount_minor: int | None = Field(description="The same in minor units, as limits are.", examples=[5001])
    rules: list[str]
    answers: list[AnswerShape]
    facts: list[FactShape]
    requested_by: str = Field(examples=["worker:refund_order"])
    requested_at: datetime
    expires_at: datetime
    otherwise: str = Field(description="What happens when nobody answers.")
    may_answer: bool = Field(description="Whether you may answer.")
    may_answer_because: str = Field(description="Why, or why not.")
    replaced_by: str | None = Field(description="The approval with the edited arguments.")

    @classmethod
    def of(cls, review: Review) -> Self:
        approval, action = review.approval, review.approval.action
        return cls(
            id=approval.id,
            case_id=action.case_id,
            operation=action.operation,
            args=dict(action.args),
            digest=approval.digest,
            state=str(approval.state),
            what=review.what,
            why=review.why,
            for_whom=review.for_whom,
            amount=None if review.amount is None else str(review.amount),
            amount_minor=None if review.amount is None else review.amount.minor,
            rules=list(approval.rules),
            answers=[AnswerShape.model_validate(answer) for answer in approval.answers],
            facts=[FactShape.model_validate(fact) for fact in review.facts],
            requested_by=f"{action.by.kind}:{action.by.id}",
            requested_at=approval.requested_at,
            expires_at=approval.expires_at,
            otherwise=review.otherwise,
            may_answer=review.allowed.granted,
            may_answer_because=review.allowed.reason,
            replaced_by=approval.replaced_by,
        )


class ApprovalsShape(Shape):
    """What waits, oldest first, at most 200; `total` counts all."""

    approvals: list[ApprovalShape]
    total: int


class ApproveShape(Shape):
    """Approve exactly what is asked, or with some arguments changed: those are decided anew before they count."""

    because: Words = ""
    args: dict[str, Any] | None = Field(
        default=None, description="Only the arguments that change.", examples=[{"amount_cents": 4000}]
    )


class DenyShape(Shape):
    """Deny, for good, with a reason that others read later: one of the operation's list, words, or both."""

    because: Words = Field(default="", examples=["The parcel was delivered according to the carrier."])
    reason: Words = Field(default="", description="A reason of the operation's list.", examples=["wrong_amount"])

    @model_validator(mode="after")
    def says_why(self) -> Self:
        if not self.because and not self.reason:
            raise ValueError("say why, in words or with a reason of the list")
        return self


class ReadingShape(Shape):
    """What a message was really about: an intent of the operation, or `out_of_scope` for none of ours."""

    intent: Words = Field(min_length=1, examples=["cancel_order"])
    also: Words = Field(default="", description="A second need that the message holds.", examples=["track_order"])
    drawn: bool = Field(default=False, description="It was drawn by chance to be checked.")


class CorrectionShape(Shape):
    """What was said of a message. `text` is masked."""

    entry: str
    case: str
    message: str
    guessed: str
    confidence: float
    intent: str
    also: str
    was_right: bool
    by: str
    at: datetime
    text: str | None

    @classmethod
    def of(cls, found: Correction) -> Self:
        return cls(
            entry=found.entry,
            case=found.case_id,
            message=found.message,
            guessed=found.guessed,
            confidence=found.confidence,
            intent=found.intent,
            also=found.also,
            was_right=found.was_right,
            by=found.by,
            at=found.at,
            text=found.text,
        )


class PauseShape(Shape):
    """Pause a worker, procedure, operation, channel or all (with an empty name)."""

    scope: Literal["worker", "procedure", "operation", "channel", "all"]
    name: Words = Field(default="", examples=["shop.refund_order"])
    because: Words = Field(min_length=1, examples=["Wrong amounts since this morning."])


class SwitchShape(Shape):
    """A pause that stands."""

    scope: str
    name: str
    thrown_by: str
    because: str
    thrown_at: datetime
    sentence: str

    @classmethod
    def of(cls, switch: Switch) -> Self:
        return cls.model_validate({name: getattr(switch, name) for name in cls.model_fields})


class SwitchesShape(Shape):
    switches: list[SwitchShape]


class ResumedShape(Shape):
    """`cases` counts those that go on now."""

    cases: int


class ReleaseShape(Shape):
    """A frozen operation."""

    digest: str
    name: str = Field(examples=["r7"])
    operation: str
    created_by: str
    created_at: datetime
    note: str
    deployed: bool

    @classmethod
    def of(cls, release: Release, *, deployed: bool) -> Self:
        names = set(cls.model_fields) - {"deployed"}
        return cls.model_validate({name: getattr(release, name) for name in names} | {"deployed": deployed})


class ReleasesShape(Shape):
    releases: list[ReleaseShape]


class CountsShape(Shape):
    """The headline. `share_alone`: resolved without any person (none had to take it or approve), of all that ended."""

    live: int
    by_owner: dict[str, int]
    by_outcome: dict[str, int]
    handed_over: int
    approvals_waiting: int
    ended: int
    resolved_alone: int
    share_alone: float | None

    @classmethod
    def of(cls, headline: Headline) -> Self:
        return cls(
            live=headline.live,
            by_owner=headline.by_owner,
            by_outcome=headline.by_outcome,
            handed_over=headline.handed_over,
            approvals_waiting=headline.approvals,
            ended=headline.ended,
            resolved_alone=headline.alone,
            share_alone=headline.share,
        )


class MeShape(Shape):
    """Who you are here, what you may do, and the key that writes with a cookie carry."""

    id: str
    name: str
    roles: list[str]
    may: list[str]
    form_key: str


class HealthShape(Shape):
    ok: bool
    database: Literal["reachable", "unreachable"]
    turns: Literal["running", "not running", "unknown"]


class FaultShape(Shape):
    """What went wrong, as a sentence."""

    kind: str = Field(examples=["MayNot"])
    message: str = Field(examples=["Sanne Wolters (clerk) may not approve. Ask somebody whose role may."])


class ErrorShape(Shape):
    error: FaultShape
