"""Passwords: argon2id hashes, the same work for a name that does not exist, and what is too easily guessed."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aboveloop.app.identity.errors import PasswordUnfit
from aboveloop.govern.people import Person

LEAST, MOST = 12, 200
# Fewer different characters are a pattern, however long it is.
LEAST_DIFFERENT = 5
# argon2's own defaults (RFC 9106, low memory): 64 MiB each, so only as many at once as a small machine bears.
_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)
# Compared with where there is no account, so that a name that does not exist takes as long as one that does.
_nobody = _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _at_once:
        return _hasher.hash(_plain(password))


def holds(password: str, kept: str | None) -> bool:
    """Whether the password is the one of which `kept` was kept; never, and in the same time, where nothing was."""
    with _at_once:
        try:
            _hasher.verify(kept or _nobody, _plain(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """True where today's hashes are made with more work."""
    return _hasher.check_needs_rehash(kept)


def check_fit(password: str, person: Person, again: str | None = None) -> None:
    """Raises PasswordUnfit with what to do."""
    plain = _plain(password)
    if again is not None and _plain(again) != plain:
        raise PasswordUnfit("The two passwords are not the same. Write it twice.")
    if not LEAST <= len(plain) <= MOST:
        raise PasswordUnfit(
            f"A password has {LEAST} to {MOST} characters. Four words that do not belong together do well."
        )
    if len(set(plain)) < LEAST_DIFFERENT:
        raise PasswordUnfit("This password repeats a few characters. Choose one with more different ones.")
    low = plain.casefold()
    if any(len(part) > 2 and part in low for part in (person.id.casefold(), *person.name.casefold().split())):
        raise PasswordUnfit("This password holds your name, which others try first. Choose another one.")


def _plain(password: str) -> str:
    """The same letters, however the keyboard composed them."""
    return unicodedata.normalize("NFKC", password)
