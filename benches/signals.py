"""What a message says besides its intent: how well it is read, and how fast.

    python benches/signals.py [--weights]

Consistency: the same need in many wordings gets the same decision (`tests/larkspur/paraphrases`); several needs in one
message; yes, no and neither; what is delicate; the language of short messages. Speed: the processor time of everything
but the judgement of intents, at the median. `--weights` reads intents with the embeddings that are installed.
"""

import argparse
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.weights import installed_embedder
from aboveloop.operation.loading import load
from aboveloop.understand.language import detect
from aboveloop.understand.reader import FirstReader

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "larkspur"), str(ROOT / "tests" / "understand")]
import test_languages as languages  # noqa: E402
import test_paraphrases as wordings  # noqa: E402


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--weights", action="store_true")
    embedder = installed_embedder() if asked.parse_args().weights else None
    operation = load(SAMPLE_OPERATION).operation
    assert operation is not None, "the sample operation can be loaded"
    begin = time.process_time()
    reader = FirstReader.fit(operation, embedder)
    print(f"fitted in {time.process_time() - begin:.1f} s of processor time, embeddings: {embedder is not None}")

    made = [(one, wordings.decision(operation, reader.read(one.text))) for one in wordings.ALL]
    print(f"same need, same decision: {wordings.share(made):.4f} of {len(made)}")
    unseen = [(one, decided) for one, decided in made if not one.looked_at]
    print(
        f"  of those that nobody looked at while examples were written: {wordings.share(unseen):.4f} of {len(unseen)}"
    )
    for language in ("en", "de", "fr", "es"):
        own = [(one, decided) for one, decided in made if one.language == language]
        print(f"  {language}: {wordings.share(own):.4f} of {len(own)}")
    wrong = [(one, decided) for one, decided in made if not wordings.is_consistent(one, decided)]
    asks = sum(decided == "unclear" for _, decided in wrong)
    print(f"  asked once more: {asks}, decided otherwise: {len(wrong) - asks}")
    print(f"  most often: {Counter((one.need, decided) for one, decided in wrong).most_common(5)}")

    several = [line.partition(": ") for line in wordings.SEVERAL.read_text(encoding="utf-8").splitlines()]
    right = sum([one.intent for one in reader.read(text).needs] == needs.split("+") for needs, _, text in several)
    doubled = sum(bool(reader.read(one.text).needs) for one in wordings.ALL)
    print(f"several needs: {right} of {len(several)} right; one need read as two: {doubled} of {len(wordings.ALL)}")

    for name, listed, wanted in (
        ("yes", languages.YES, "yes"),
        ("no", languages.NO, "no"),
        ("neither", languages.NEITHER, None),
    ):
        cases = languages.cases(listed)
        right = sum(languages.answer(language, text) == wanted for language, text in cases)
        print(f"{name}: {right} of {len(cases)}")
    told = [
        (one, detect(one.text, languages.SERVED).code)
        for one in wordings.ALL
        if one.need not in ("foreign", "out_of_scope")
    ]
    right = sum(code == one.language for one, code in told)
    other = sum(code not in (None, one.language) for one, code in told)
    print(f"language: {right} of {len(told)} told, {len(told) - right - other} left open, {other} taken for another")

    quick = FirstReader(operation, wordings.Instant())  # type: ignore[arg-type]
    taken = []
    for _ in range(2):
        taken = [_seconds(quick, one.text) for one in wordings.ALL]
    print(f"everything but the intents: median {statistics.median(taken) * 1e3:.3f} ms, 95 of 100 below "
          f"{statistics.quantiles(taken, n=20)[-1] * 1e3:.3f} ms")  # fmt: skip


def _seconds(reader: FirstReader, text: str) -> float:
    begin = time.thread_time()
    reader.read(text)
    return time.thread_time() - begin


if __name__ == "__main__":
    main()
