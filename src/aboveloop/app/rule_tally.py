"""How often each rule decided, over the whole ledger, without reading all of it for every look.

What is sealed is counted once in this process; what is not sealed yet, a minute's worth, is counted at every look.
"""

import threading
from collections import Counter
from weakref import WeakKeyDictionary

from aboveloop.app import store
from aboveloop.app.premises import Premises
from aboveloop.kit.database import Reader


class RuleTally:
    """The counts of one house, as far as its ledger is sealed. Threads may share it."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._counted = 0
        self._lock = threading.Lock()

    def counts(self, reader: Reader) -> Counter[str]:
        """How many decisions each rule decided, by its id, whichever release it stood in."""
        with self._lock:
            sealed = store.sealed_count(reader)
            for body in store.decisions_sealed(reader, self._counted, sealed):
                self._counts.update(body.get("rules", ()))
            self._counted = sealed
            found = Counter(self._counts)
        for body in store.decisions_unsealed(reader):
            found.update(body.get("rules", ()))
        return found


def tally_of(premises: Premises) -> RuleTally:
    """The tally of a house, one for as long as the house is open."""
    with _tallies_lock:
        return _tallies.setdefault(premises, RuleTally())


_tallies: "WeakKeyDictionary[Premises, RuleTally]" = WeakKeyDictionary()
_tallies_lock = threading.Lock()
