"""The same need in many wordings gets the same decision: how often, by language and by kind of wording.

    .venv/bin/python benches/paraphrases.py [--words] [--wrong]

The wordings are those of `tests/larkspur/paraphrases`: every other one of the large set was looked at while examples
were written, the rest and those in `kept_apart` were not. Rough ones are sloppy or hostile. `--wrong` tells what was
decided otherwise, but never of those kept apart: who reads them can test with them no more.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.weights import installed_embedder
from aboveloop.operation.loading import load
from aboveloop.understand.evaluation import Rate
from aboveloop.understand.reader import FirstReader
from understand.wordings import ALL, KEPT_APART, Wording, decision, is_consistent

Kind = Callable[[Wording], bool]
KINDS: tuple[tuple[str, Sequence[Wording], Kind], ...] = (
    ("looked at", ALL, lambda one: one.looked_at),
    ("not looked at", ALL, lambda one: not one.looked_at),
    ("all", ALL, lambda _: True),
    ("kept apart", KEPT_APART, lambda one: not one.rough),
    ("kept apart, rough", KEPT_APART, lambda one: one.rough),
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--words", action="store_true", help="without embeddings, though they be installed")
    arguments.add_argument("--wrong", action="store_true", help="tell what was decided otherwise")
    given = arguments.parse_args()
    operation = load(SAMPLE_OPERATION).operation
    assert operation is not None
    embedder = None if given.words else installed_embedder()
    reader = FirstReader.fit(operation, embedder)
    decided = {one: decision(operation, reader.read(one.text)) for one in (*ALL, *KEPT_APART)}
    print(f"read by {'words' if embedder is None else 'meaning'}; shares decided alike, with 95 % bounds")
    for language in ("en", "de", "fr", "es", "all"):
        for kind, among, counts in KINDS:
            own = [one for one in among if counts(one) and language in (one.language, "all")]
            rate = Rate.of_counts(sum(is_consistent(one, decided[one]) for one in own), len(own))
            print(f"  {language:4s}{kind:20s}{rate.share:7.1%} of {rate.of:4d} ({rate.low:.1%} to {rate.high:.1%})")
    for one in ALL if given.wrong else ():
        if not is_consistent(one, decided[one]):
            print(f"  {one.language} {one.need} read as {decided[one]}: {one.text}")


if __name__ == "__main__":
    main()
