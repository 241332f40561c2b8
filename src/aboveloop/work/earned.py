"""Earned: what is looked up of the customer for one decision, and only where a rule of the release looks at it.

What they agreed to, and how often a person denied this before. A release whose rules look at neither costs nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aboveloop.govern.actions import Action
from aboveloop.govern.facts import Conversation, Evidence
from aboveloop.govern.policy import CONSENTS, DENIED_BEFORE, PolicyPack
from aboveloop.govern.queue.earlier import denied_before
from aboveloop.kit.database import Database
from aboveloop.work.privacy import consents
from aboveloop.work.privacy.store import person_ids

Earned = Callable[[Evidence], Conversation]


def earned_by(
    database: Database, pack: PolicyPack, action: Action, conversation: Conversation, *, customer_id: str, now: datetime
) -> Earned | None:
    """Adds to `conversation` what `pack` looks at of this customer (our own id); None where it looks at nothing."""
    asked = {name for name in (CONSENTS, DENIED_BEFORE) if pack.looks_at(action, name)}
    if not asked:
        return None

    def look_up(evidence: Evidence) -> Conversation:
        found = conversation
        with database.read() as reader:
            if CONSENTS in asked:
                found = replace(found, consents=consents.given(reader, customer_id))
            if DENIED_BEFORE in asked:
                customers = person_ids(reader, customer_id) or [customer_id]
                found = replace(found, denied=denied_before(reader, customers, action, evidence.resource, now=now))
        return found

    return look_up
