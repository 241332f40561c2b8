"""Evidence of the canary: its cases held against those of production since it began, by the guards in force."""

from aboveloop.app.premises import Premises
from aboveloop.app.releasing import store
from aboveloop.govern.promotion.guards import Weighed, weigh
from aboveloop.kit.database import Reader
from aboveloop.operation import environments, releases


def weigh_canary(premises: Premises, reader: Reader) -> Weighed | None:
    """Every guard of production's operation; None where no canary stands.

    The guards in force are those of what serves everybody: a canary does not loosen what it is judged by.
    """
    placed = environments.placed(reader, "canary")
    production = releases.deployed_digest(reader)
    since = environments.standing_since(reader, "canary")
    if placed is None or production is None or since is None:
        return None
    guards = premises.operation_of(production).about.guards
    canary = placed.release.digest
    return weigh(
        guards,
        {guard.guard: store.count_measure(reader, guard.guard, canary, since) for guard in guards},
        {guard.guard: store.count_measure(reader, guard.guard, production, since) for guard in guards},
        alone=store.count_measure(reader, "alone", canary, since),
        alone_before=store.count_measure(reader, "alone", production, since),
    )


def effect_in_words(weighed: Weighed | None) -> str:
    """What the canary showed, for the release notes; "" where it showed nothing."""
    if weighed is None or not weighed.alone.cases:
        return ""
    said = (
        f"{weighed.alone.share:.1%} of {weighed.alone.cases} ended cases were resolved without a person, against"
        f" {weighed.alone_before.share:.1%} of {weighed.alone_before.cases} in production at the same time."
    )
    return " ".join([said, *(state.sentence for state in weighed.states)])
