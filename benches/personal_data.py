"""How much of what is personal is found for masking, and how much of what is found is personal.

    python benches/personal_data.py [--count 6000] [--seed 1] [--missed]

Two sets: generated (`tests/understand/personal_set.py`, six countries and their forms) and written by hand. A value is
found when every character of it is masked. `--missed` prints what was not found and what was found wrongly.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "understand"))
from personal_set import Marked, generated, written

from aboveloop.understand.masking.finder import find_personal, readable


def measured(name: str, texts: Iterable[Marked], *, tell: bool) -> None:
    wanted, found, finds, right = Counter[str](), Counter[str](), 0, 0
    seconds, count = 0.0, 0
    for one in texts:
        begin = time.thread_time()
        spans = find_personal(readable(one.text)).finds
        seconds, count = seconds + time.thread_time() - begin, count + 1
        covered = {place for span in spans for place in range(span.start, span.end)}
        for kind, start, end in one.values:
            wanted[kind] += 1
            whole = all(place in covered for place in range(start, end) if one.text[place].isalnum())
            found[kind] += whole
            if tell and not whole:
                print(f"  missed {kind}: {one.text[start:end]!r} in {one.text[:90]!r}")
        for span in spans:
            finds += 1
            hit = any(span.start < end and span.end > start for _, start, end in one.values)
            right += hit
            if tell and not hit:
                print(f"  wrong {span.kind}: {one.text[span.start : span.end]!r} in {one.text[:90]!r}")
    recall, precision = sum(found.values()) / sum(wanted.values()), right / finds
    print(
        f"{name}: {count} texts, recall {recall:.4f}, precision {precision:.4f}, {seconds / count * 1e3:.3f} ms a text"
    )
    for kind in sorted(wanted):
        print(f"  {kind:8} {found[kind]:5} of {wanted[kind]:5}  {found[kind] / wanted[kind]:.4f}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=6000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--missed", action="store_true")
    given = asked.parse_args()
    measured("generated", generated(given.count, given.seed), tell=given.missed)
    measured("written by hand", written(), tell=given.missed)


if __name__ == "__main__":
    main()
