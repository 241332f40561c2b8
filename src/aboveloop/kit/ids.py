"""Names for things: sortable by the time they were made, readable aloud, safe in a URL."""

import secrets
import threading
import time

# Crockford's base 32 without i, l, o, u: nothing that is misread on the phone.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
RANDOM_BITS = 60
_last = 0
_lock = threading.Lock()


def new_id(kind: str) -> str:
    """A new id such as `case_01k9xw3m2r7h4t8n5v0c1b`: kind, 10 characters of time, 12 of chance.

    Ids of one process sort in the order they were made.
    """
    global _last
    with _lock:
        stamp = max(time.time_ns() // 1_000_000, _last)
        _last = stamp
        _bump = _next_random(stamp)
    return f"{kind}_{_encode(stamp, 10)}{_encode(_bump, 12)}"


_random_of: tuple[int, int] = (0, 0)


def _next_random(stamp: int) -> int:
    """Chance, or one more than the last within the same millisecond, so that order holds."""
    global _random_of
    last_stamp, last_value = _random_of
    value = last_value + 1 if stamp == last_stamp else secrets.randbits(RANDOM_BITS - 1)
    _random_of = (stamp, value)
    return value


def _encode(number: int, length: int) -> str:
    characters = []
    for _ in range(length):
        number, remainder = divmod(number, 32)
        characters.append(ALPHABET[remainder])
    return "".join(reversed(characters))
