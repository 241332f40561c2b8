"""The audit: recompute every chain, every leaf, the tree and every checkpoint, and name the first entry that is wrong.

Needs no secret: it reads the tables, a public key and, best, a checkpoint that was kept elsewhere.
"""

from dataclasses import dataclass

from aboveloop.kit.database import Reader
from aboveloop.ledger import merkle, store
from aboveloop.ledger.checkpoints import Head, open_checkpoint
from aboveloop.ledger.entries import HOUSE, NO_HASH, Stored
from aboveloop.ledger.errors import CheckpointRefused, LedgerUnreadable
from aboveloop.ledger.notes import VerifierKey


@dataclass(frozen=True)
class BadEntry:
    """Where a ledger first goes wrong, in the order of sealing, and what is wrong, in words.

    `leaf` is None for an entry that no checkpoint covers; the rest is None where nothing is left to name.
    """

    leaf: int | None
    id: str | None
    case_id: str | None
    number: int | None
    what: str


@dataclass(frozen=True)
class Verification:
    """`ok` only when everything holds. `cases` does not count the chain of the house."""

    entries: int
    cases: int
    ok: bool
    first_bad: BadEntry | None
    reason: str


class Wrong(Exception):
    """Ends a walk; never leaves the audit."""

    def __init__(self, bad: BadEntry | None, reason: str) -> None:
        super().__init__(reason)
        self.bad = bad
        self.reason = reason


class Walk:
    """Goes through entries in the order of sealing and raises Wrong at the first that does not follow."""

    def __init__(self) -> None:
        self.tree = merkle.Frontier()
        self.entries = 0
        # Bytes rather than text: with a million cases this is what the audit holds in memory.
        self._heads: dict[str, tuple[int, bytes]] = {}

    @property
    def cases(self) -> int:
        return len(self._heads) - (HOUSE in self._heads)

    def take_sealed(self, entry: Stored) -> None:
        """The next leaf."""
        self.take(entry, self.tree.size)
        self.tree.push(merkle.leaf_hash(bytes.fromhex(entry.hash)))

    def take(self, entry: Stored, leaf: int | None) -> None:
        """The next entry of its chain."""
        what = _content_fault(entry) or self._chain_fault(entry)
        if what is not None:
            raise wrong_at(leaf, entry, what)
        self._heads[entry.case_id] = (entry.number, bytes.fromhex(entry.hash))
        self.entries += 1

    def _chain_fault(self, entry: Stored) -> str | None:
        number, head = self._heads.get(entry.case_id, (-1, bytes.fromhex(NO_HASH)))
        if entry.number != number + 1:
            return f"it should be number {number + 1} of its chain: entries between are missing, doubled or moved"
        if entry.previous != head.hex():
            return "it does not name the hash of the entry before it: that entry was replaced"
        return None


def verify(reader: Reader, checkpoint_text: str | None, key: VerifierKey) -> Verification:
    """Check the whole ledger against itself and, when given, against a checkpoint kept elsewhere.

    Reads each entry once, in batches; memory grows with the number of cases only.
    """
    walk = Walk()
    try:
        with store.readable():
            outside = None if checkpoint_text is None else open_checkpoint(checkpoint_text, key)
            _Audit(reader, key, outside, walk).run()
    except CheckpointRefused as refused:
        return _failed(reader, Wrong(None, str(refused)))
    except Wrong as fault:
        return _failed(reader, fault)
    except LedgerUnreadable as error:
        # No further question to a database that has just failed: what was read so far is what is counted.
        what = f"at leaf {walk.tree.size} or soon after: {error}"
        return Verification(
            walk.entries, walk.cases, False, BadEntry(walk.tree.size, None, None, None, what), str(error)
        )
    return passed(walk, outside)


def passed(walk: Walk, outside: Head | None) -> Verification:
    agreed = "" if outside is None else f" and agree with the checkpoint given, which covers {outside.size}"
    reason = f"All {walk.entries} entries hold{agreed}; {walk.tree.size} of them are under a checkpoint."
    return Verification(walk.entries, walk.cases, True, None, reason)


def wrong_at(leaf: int | None, entry: Stored, what: str) -> Wrong:
    place = "not sealed yet" if leaf is None else f"leaf {leaf}"
    reason = f"Entry {entry.id} (number {entry.number} of {entry.case_id}, {place}): {what}."
    return Wrong(BadEntry(leaf, entry.id, entry.case_id, entry.number, what), reason)


def wrong_root(size: int, agreed: int, first: Stored | None, which: str) -> Wrong:
    """The tree of `size` leaves differs from a checkpoint; up to `agreed` leaves all was right."""
    span = "it" if size == agreed + 1 else f"it or one of the {size - agreed - 1} after it"
    what = f"{which} has another root over {size} entries: {span} was replaced together with its hashes"
    if first is None:
        return Wrong(None, f"{which} has another root over {size} entries.")
    return wrong_at(agreed, first, what)


class _Audit:
    """One audit of the tables, from the first leaf to the entries that no checkpoint covers yet."""

    def __init__(self, reader: Reader, key: VerifierKey, outside: Head | None, walk: Walk) -> None:
        self._reader = reader
        self._key = key
        self._outside = outside
        self._walk = walk
        last = store.latest_checkpoint(reader)
        self._size = 0 if last is None else last.size
        self._checkpoints = store.checkpoints(reader)
        self._due = next(self._checkpoints, None)
        # Below this leaf all is right: the last checkpoint reached had the same root.
        self._agreed = 0

    def run(self) -> None:
        """Raises Wrong at the first fault."""
        self._check_sealed()
        self._check_tiles()
        self._check_rest()
        if self._outside is not None and self._outside.size > self._size:
            raise self._cut(f"the checkpoint given covers {self._outside.size} entries, the ledger's own {self._size}")

    def _check_sealed(self) -> None:
        self._compare()
        for rows in store.sealed(self._reader, 0, self._size):
            for row in rows:
                self._take(row)
                self._compare()
        if self._walk.tree.size < self._size:
            raise self._cut(f"the last checkpoint covers {self._size} entries")

    def _take(self, row: store.Leaf) -> None:
        if row.leaf != self._walk.tree.size:
            raise self._cut(f"the next one sealed is leaf {row.leaf}")
        if row.entry is None:
            what = "it is missing: deleted, or taken from its place"
            reason = f"Entry {row.entry_id} (number {row.number} of {row.case_id}, leaf {row.leaf}): {what}."
            raise Wrong(BadEntry(row.leaf, row.entry_id, row.case_id, row.number, what), reason)
        self._walk.take_sealed(row.entry)
        if (row.entry.id, row.entry.hash) != (row.entry_id, row.hash):
            raise wrong_at(
                row.leaf, row.entry, f"it is not what was sealed here: that was {row.entry_id} with {row.hash}"
            )

    def _compare(self) -> None:
        """Hold the tree so far against the checkpoints over just so many entries."""
        tree = self._walk.tree
        if self._outside is not None and self._outside.size == tree.size:
            self._agree(self._outside, "the checkpoint given")
        if self._due is not None and self._due.size == tree.size:
            which = f"the stored checkpoint over {self._due.size} entries"
            try:
                head = open_checkpoint(self._due.text, self._key)
            except CheckpointRefused as refused:
                raise Wrong(None, f"{which[0].upper()}{which[1:]}: {refused}") from refused
            self._agree(head, which)
            if list(self._due.frontier) != tree.nodes:
                raise Wrong(None, f"The tree kept with {which} was changed.")
            self._due = next(self._checkpoints, None)

    def _agree(self, head: Head, which: str) -> None:
        tree = self._walk.tree
        if (head.size, head.root) != (tree.size, tree.root()):
            first = store.at_leaf(self._reader, self._agreed) if self._agreed < tree.size else None
            raise wrong_root(tree.size, self._agreed, first, which)
        self._agreed = tree.size

    def _check_tiles(self) -> None:
        tiles = self._walk.tree.tiles
        if store.tiles(self._reader, 0, len(tiles)) != tiles:
            raise Wrong(None, "The roots of subtrees that are kept for proofs were changed; no entry was.")

    def _check_rest(self) -> None:
        beyond = store.unchecked_leaf(self._reader)
        if beyond is not None:
            raise self._cut(f"leaf {beyond} is numbered and no checkpoint covers it")
        for rows in store.pending(self._reader, self._size):
            for entry, is_stray in rows:
                if is_stray:
                    raise wrong_at(None, entry, "it claims a place in the tree that was never given")
                self._walk.take(entry, None)

    def _cut(self, found: str) -> Wrong:
        """The leaf that should come next is not there."""
        leaf = self._walk.tree.size
        what = f"nothing is sealed at leaf {leaf}, but {found}: deleted, or the tail was cut"
        entry = store.at_leaf(self._reader, leaf)
        if entry is not None:
            return wrong_at(leaf, entry, what)
        return Wrong(BadEntry(leaf, None, None, None, what), what[0].upper() + what[1:] + ".")


def _content_fault(entry: Stored) -> str | None:
    try:
        computed = entry.computed_hash()
    except (TypeError, ValueError, OverflowError, AttributeError):
        return "it cannot be read as an entry: a column was changed"
    return None if computed == entry.hash else "its content does not give its hash: it was changed after it was written"


def _failed(reader: Reader, fault: Wrong) -> Verification:
    """Counts come from the tables, because the walk did not reach the end."""
    cases = store.count_cases(reader, HOUSE)
    return Verification(store.count(reader, []), cases, False, fault.bad, fault.reason)
