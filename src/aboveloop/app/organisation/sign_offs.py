"""Sign-off: the owners of operations, platform, security and legal look at a release, each by a checklist of their own.

An operation says in `sign_off` whose signature a release needs before it serves everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aboveloop.app.organisation import store
from aboveloop.govern.duties import Duty, held_duties
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import Person
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release


@dataclass(frozen=True)
class SignOff:
    """One duty's look at a release: its holder, whether it is needed, and who signed when."""

    duty: Duty
    holder: Person | None
    needed: bool
    signed_by: str | None
    signed_at: datetime | None


def sign_offs(reader: Reader, operation: Operation, release: Release) -> Sequence[SignOff]:
    """Of every duty that signs, as `operation`, the one of the release, has it."""
    signed = store.signed_off(reader, release.digest)
    return [
        SignOff(
            held.duty,
            held.person,
            held.duty.name in operation.about.sign_off,
            signed[held.duty.name].person_id if held.duty.name in signed else None,
            signed[held.duty.name].at if held.duty.name in signed else None,
        )
        for held in held_duties(operation)
        if held.duty.checks
    ]


def lacking(reader: Reader, operation: Operation, release: Release) -> list[SignOff]:
    """What is needed and not signed."""
    return [each for each in sign_offs(reader, operation, release) if each.needed and each.signed_by is None]


def sign(
    tx: Transaction, ledger: Ledger, operation: Operation, release: Release, duty: str, *, by: Person, now: datetime
) -> bool:
    """Sign for a duty that one holds; False when it was signed already. Raises MayNot."""
    found = next((held for held in held_duties(operation) if held.duty.name == duty and held.duty.checks), None)
    if found is None or found.person is None or found.person.id != by.id:
        raise MayNot(f"{by.name} does not hold the duty {duty.replace('_', ' ')}, so somebody else signs for it.")
    new = store.sign_off(tx, {"digest": release.digest, "duty": duty, "person_id": by.id, "at": now})
    if new:
        body = {"duty": duty, "number": release.number, "digest": release.digest}
        ledger.append(
            tx, case_id=HOUSE, kind="ReleaseSignedOff", at=now, actor=by.actor, body=body, release=release.digest
        )
    return new
