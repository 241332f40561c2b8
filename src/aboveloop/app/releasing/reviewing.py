"""Reviews as people fill and sign them: always of a release against what is in production now."""

from aboveloop.app.premises import Premises
from aboveloop.govern.people import Person
from aboveloop.govern.promotion.errors import ReviewNotNeeded
from aboveloop.govern.promotion.review import Evidence, Review, Reviews
from aboveloop.kit.database import Reader
from aboveloop.operation import releases
from aboveloop.operation.releases import Release


def reviews_of(premises: Premises, reader: Reader, release: Release) -> Reviews | None:
    """The reviews of a release against production; None where there is nothing to hold it against."""
    base = releases.deployed(reader)
    if base is None or base.digest == release.digest:
        return None
    return Reviews(premises.ledger, release, base)


def fill(premises: Premises, release: Release, evidence: Evidence, *, by: Person) -> Review:
    """Raises what Reviews.fill raises."""
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        return _must(premises, tx, release).fill(tx, evidence, by=by, now=now)


def sign(premises: Premises, release: Release, *, by: Person, because: str = "") -> Review:
    """Raises what Reviews.sign raises. Who signs is said by what is in production, not by what is under review."""
    now = premises.house.clock.now()
    operation = premises.current()
    with premises.database.write() as tx:
        return _must(premises, tx, release).sign(tx, operation, by=by, because=because, now=now)


def _must(premises: Premises, reader: Reader, release: Release) -> Reviews:
    found = reviews_of(premises, reader, release)
    if found is None:
        raise ReviewNotNeeded(f"Release {release.name} is in production, or nothing is: there is nothing to review.")
    return found
