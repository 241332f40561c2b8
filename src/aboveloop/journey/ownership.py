"""Who owns a case now: a state machine, so that two never work on one case and none is forgotten."""

from enum import StrEnum

from aboveloop.journey.errors import OwnershipRefused


class Owner(StrEnum):
    WORKER = "worker"
    WAITING_ON_CUSTOMER = "waiting_on_customer"
    WAITING_ON_PERSON = "waiting_on_person"
    WAITING_ON_TIME = "waiting_on_time"
    PERSON = "person"
    RESOLVED = "resolved"
    REOPENED = "reopened"

    @property
    def is_open(self) -> bool:
        return self is not Owner.RESOLVED

    @property
    def is_with_worker(self) -> bool:
        """True while a worker may act and speak: everywhere but with a person or at rest."""
        return self not in (Owner.PERSON, Owner.RESOLVED)


_WORKING = frozenset(
    {
        Owner.WORKER,
        Owner.WAITING_ON_CUSTOMER,
        Owner.WAITING_ON_PERSON,
        Owner.WAITING_ON_TIME,
        Owner.PERSON,
        Owner.RESOLVED,
    }
)

# From each state, the states a case may go to. A person's case goes nowhere but by that person's hand.
TRANSITIONS: dict[Owner, frozenset[Owner]] = {
    Owner.WORKER: _WORKING,
    Owner.WAITING_ON_CUSTOMER: _WORKING,
    Owner.WAITING_ON_PERSON: _WORKING,
    Owner.WAITING_ON_TIME: _WORKING,
    Owner.PERSON: frozenset({Owner.WORKER, Owner.PERSON, Owner.RESOLVED}),
    Owner.RESOLVED: frozenset({Owner.REOPENED}),
    Owner.REOPENED: frozenset({Owner.WORKER, Owner.PERSON, Owner.WAITING_ON_PERSON}),
}


def check_transition(case_id: str, before: Owner, after: Owner) -> None:
    """Raises OwnershipRefused when a case may not go from `before` to `after`."""
    if after not in TRANSITIONS[before]:
        raise OwnershipRefused(
            f"Case {case_id} is {before.replace('_', ' ')} and cannot become {after.replace('_', ' ')}."
        )
