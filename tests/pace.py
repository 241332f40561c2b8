"""How slow this machine is at this moment, so that a bound on time can fail for the code and not for the machine."""

import json
import re
import time
from collections.abc import Callable

# What `_reference` took, in CPU seconds, on the machine on which the bounds in these tests were set, when it was quiet.
_USUAL = 0.0125
_WORDS = re.compile(r"[^\W\d_]+")
_TEXT = "The blue boots of order LK-100200 came on Tuesday, and one of them is a size too small. " * 60


def _reference() -> float:
    """CPU seconds of a fixed piece of work: words, counting, sorting, JSON."""
    begun = time.thread_time()
    for turn in range(20):
        counts: dict[str, int] = {}
        for word in _WORDS.findall(_TEXT):
            counts[word + str(turn)] = counts.get(word + str(turn), 0) + 1
        rows = [{"word": word, "count": count, "at": index} for index, (word, count) in enumerate(counts.items())] * 20
        rows.sort(key=lambda row: (str(row["word"])[::-1], row["at"]))
        assert len(json.loads(json.dumps(rows))) == len(rows)
    return time.thread_time() - begun


def slowness() -> float:
    """How many times slower than usual the machine is now, at least 1."""
    return max(1.0, min(_reference() for _ in range(3)) / _USUAL)


def costs_at_most(seconds: float, work: Callable[[], object], *, tries: int = 5, per: int = 1) -> bool:
    """Whether `work` costs at most `per` times this many CPU seconds of this thread, on a machine of the usual speed.

    Other work on the machine only makes it slower, so the best of the tries counts, each held against how slow the
    machine is around it.
    """
    for _ in range(tries):
        before = slowness()
        begun = time.thread_time()
        work()
        spent = time.thread_time() - begun
        if spent <= seconds * per * max(before, slowness()):
            return True
    return False
