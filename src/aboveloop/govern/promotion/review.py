"""The five-part review: opened only for a release that changes risk, filled in by whoever knows, signed by the role
that answers for it, never by who made the release.

A review is of one release against what was in production. A part that changes after the signature is signed anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from aboveloop.govern.errors import ReasonMissing, RoleMissing
from aboveloop.govern.people import Person
from aboveloop.govern.promotion import store
from aboveloop.govern.promotion.errors import OwnRelease, PartUnknown, ReviewIncomplete, ReviewNotNeeded
from aboveloop.kit import canonical
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.changes.change import ReviewPart
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release

QUESTIONS: Mapping[ReviewPart, str] = {
    ReviewPart.MODEL_VENDOR: "Models and vendors: how safe are they, what do they keep, what do they promise?",
    ReviewPart.DATA_HANDLING: "Data handling: which details are used, where do they go, what is logged?",
    ReviewPart.MONITORING: "Monitoring: how do we see accuracy, drift, refund errors and complaints?",
    ReviewPart.ESCALATION: "Escalation: who is called, and how is automation paused?",
    ReviewPart.AUDITABILITY: "Auditability: can messages, decisions and approvals be traced for each case?",
}


@dataclass(frozen=True)
class Part:
    """One part: what was found, where the evidence lies, and who wrote it."""

    part: ReviewPart
    evidence: str
    link: str
    filled_by: str
    filled_at: datetime


@dataclass(frozen=True)
class Review:
    """The review of `digest` against `base`. `signed_by` is None until somebody signs, and after a part changed."""

    digest: str
    base: str
    opened_by: str
    opened_at: datetime
    parts: Mapping[ReviewPart, Part] = field(default_factory=dict)
    signed_by: str | None = None
    signed_at: datetime | None = None
    because: str = ""

    @property
    def missing(self) -> tuple[ReviewPart, ...]:
        return tuple(part for part in ReviewPart if part not in self.parts)

    @property
    def is_signed(self) -> bool:
        return self.signed_by is not None


@dataclass(frozen=True)
class Evidence:
    """What somebody writes into a part."""

    part: str
    text: str
    link: str = ""


class Reviews:
    """Opens, fills and signs the review of one release against one base."""

    def __init__(self, ledger: Ledger, release: Release, base: Release) -> None:
        self._ledger = ledger
        self._release = release
        self._base = base

    def find(self, reader: Reader) -> Review | None:
        row = store.review(reader, self._release.digest, self._base.digest)
        if row is None:
            return None
        parts = {}
        for each in store.parts(reader, self._release.digest, self._base.digest):
            part = ReviewPart(each.part)
            parts[part] = Part(part, each.evidence, each.link, each.filled_by, each.filled_at)
        holds = row.signed_by is not None and row.signed_parts == _digest(parts)
        return Review(
            digest=row.digest,
            base=row.base,
            opened_by=row.opened_by,
            opened_at=row.opened_at,
            parts=parts,
            signed_by=row.signed_by if holds else None,
            signed_at=row.signed_at if holds else None,
            because=row.because if holds else "",
        )

    def open(self, tx: Transaction, *, by: str, now: datetime) -> Review:
        """The review that stands open, or a new one."""
        standing = self.find(tx)
        if standing is not None:
            return standing
        digest, base = self._release.digest, self._base.digest
        values = {"digest": digest, "base": base, "opened_by": by, "opened_at": now, "because": ""}
        store.insert_review(tx, values)
        self._record(tx, "ReleaseReviewOpened", by, now, {})
        return Review(digest, base, by, now)

    def fill(self, tx: Transaction, evidence: Evidence, *, by: Person, now: datetime) -> Review:
        """Write one part, over what stood there. Raises PartUnknown, ReasonMissing and ReviewNotNeeded."""
        self._must_be_open(tx)
        if evidence.part not in tuple(ReviewPart):
            raise PartUnknown(f"The review has no part {evidence.part!r}. Its parts are {', '.join(ReviewPart)}.")
        if not evidence.text.strip():
            raise ReasonMissing(f"The part {evidence.part} was not written: say what was found.")
        values = {"part": evidence.part, "evidence": evidence.text, "link": evidence.link}
        key = {"digest": self._release.digest, "base": self._base.digest}
        store.save_part(tx, {**key, **values, "filled_by": by.actor, "filled_at": now})
        self._record(tx, "ReleaseReviewFilled", by.actor, now, values)
        found = self.find(tx)
        assert found is not None, "it was open above"
        return found

    def sign(self, tx: Transaction, operation: Operation, *, by: Person, because: str, now: datetime) -> Review:
        """Answer for the release. Raises RoleMissing, OwnRelease, ReviewIncomplete and ReviewNotNeeded."""
        standing = self._must_be_open(tx)
        role = operation.about.review.signed_by
        if role not in by.roles:
            raise RoleMissing(f"{by.name} does not hold the role {role}, which signs the review of a release.")
        if by.actor == self._release.created_by:
            raise OwnRelease(f"{by.name} made release {self._release.name}. Somebody else signs its review.")
        if standing.missing:
            named = ", ".join(part.value for part in standing.missing)
            raise ReviewIncomplete(f"The review of {self._release.name} lacks {named}. Nothing was signed.")
        signed = _digest(standing.parts)
        values = {"signed_by": by.actor, "signed_at": now, "because": because, "signed_parts": signed}
        store.sign_review(tx, standing.digest, standing.base, values)
        self._record(tx, "ReleaseReviewSigned", by.actor, now, {"because": because, "parts": signed})
        found = self.find(tx)
        assert found is not None, "it was open above"
        return found

    def _must_be_open(self, reader: Reader) -> Review:
        standing = self.find(reader)
        if standing is None:
            raise ReviewNotNeeded(
                f"Release {self._release.name} changes no risk against {self._base.name}, or nobody has asked yet:"
                " there is no review. `aboveloop release diff` tells which."
            )
        return standing

    def _record(self, tx: Transaction, kind: str, by: str, now: datetime, more: Mapping[str, str]) -> None:
        body = {"digest": self._release.digest, "base": self._base.digest, **more}
        self._ledger.append(tx, case_id=HOUSE, kind=kind, at=now, actor=by, body=body, release=self._release.digest)


def median_time(reader: Reader) -> timedelta | None:
    """From the opening of a review to its signature, over all that were signed; None before the first."""
    spans = [(row.signed_at - row.opened_at).total_seconds() for row in store.signed_reviews(reader)]
    return timedelta(seconds=median(spans)) if spans else None


def _digest(parts: Mapping[ReviewPart, Part]) -> str:
    return canonical.digest({part.value: [each.evidence, each.link] for part, each in parts.items()})
