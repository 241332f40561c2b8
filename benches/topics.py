"""New topics among messages that were not understood: intents of CLINC150 that nobody foresaw, found again or not.

    .venv/bin/python benches/topics.py [--seeds 3] [--first 0] [--hidden 10] [--apart 0.5 0.6]

For each seed so many intents are hidden from the reader. Their messages, those out of scope and those of known intents
are read by a reader that was fitted without them; what it cannot place is put together. Of the messages of hidden
intents: how many were not placed, how many of those fell into a topic. Of the topics: purity (the share of messages
that are of their topic's most frequent intent) and how many hidden intents have a topic that is mostly theirs. Adjusted
mutual information with the true intents is over all that was not placed; what is in no topic stands alone. By words and
by meaning.
"""

import argparse
import gzip
import json
from collections import Counter
from datetime import UTC, datetime

import numpy as np
from intents import Remembered
from sklearn.metrics import adjusted_mutual_info_score

from aboveloop.kit.settings import shared_folder
from aboveloop.measure import topics
from aboveloop.measure.topics import Embed, Unplaced
from aboveloop.understand.intents import OUTSIDE
from aboveloop.understand.learning import learn
from aboveloop.understand.sentences import load_sentences

# What an operation asks of a reading by default before it acts on it.
SURE = 0.4
NOW = datetime(2026, 3, 2, tzinfo=UTC)
EXAMPLES = 20


def unplaced_of(told: dict, hidden: set[str], embedder: Remembered) -> list[tuple[str, str]]:
    """Texts that a reader without the hidden intents cannot place, with their true intents."""
    by_intent: dict[str, list[str]] = {}
    for text, label in told["train"]:
        by_intent.setdefault(label, []).append(text)
    rows = [(text, label) for label, texts in by_intent.items() if label not in hidden for text in texts[:EXAMPLES]]
    rows += [(text, OUTSIDE) for text, _ in told["oos_train"]]
    model = learn([text for text, _ in rows], [label for _, label in rows], embedder)
    asked = [(text, label) for label in hidden for text in by_intent[label][:EXAMPLES]]
    asked += [(text, label) for text, label in told["val"] if label not in hidden]
    asked += [(text, OUTSIDE) for text, _ in told["oos_val"]]
    left = []
    for text, label in asked:
        best = model.guesses(text)[0]
        if best.intent == OUTSIDE or best.confidence < SURE:
            left.append((text, label))
    return left


def measured(left: list[tuple[str, str]], hidden: set[str], embed: Embed | None) -> list[float]:
    messages = [Unplaced(str(place), text, str(place), NOW) for place, (text, _) in enumerate(left)]
    groups = topics.members_of(messages, embed=embed)
    truth = [label if label in hidden else f"{label} {place}" for place, (_, label) in enumerate(left)]
    found = [-place - 1 for place in range(len(left))]
    for number, group in enumerate(groups):
        for place in group:
            found[place] = number
    of_hidden = [place for place, (_, label) in enumerate(left) if label in hidden]
    inside = [place for place in of_hidden if found[place] >= 0]
    most = [Counter(left[place][1] for place in group).most_common(1)[0] for group in groups]
    purity = sum(many for _, many in most) / max(1, sum(len(group) for group in groups))
    own = {
        label for (label, many), group in zip(most, groups, strict=True) if label in hidden and 2 * many > len(group)
    }
    return [
        len(of_hidden) / (EXAMPLES * len(hidden)),
        len(inside) / max(1, len(of_hidden)),
        purity,
        float(adjusted_mutual_info_score(truth, found)),
        len(own),
        len(groups),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--hidden", type=int, default=10)
    parser.add_argument("--apart", type=float, nargs="*", default=[], help="instead of the distances at work")
    asked = parser.parse_args()
    shared = shared_folder()
    if shared is None:
        raise SystemExit("The shared data is missing: set ABOVELOOP_SHARED.")
    with gzip.open(shared / "data" / "intents" / "clinc150_dev.json.gz", "rt", encoding="utf-8") as file:
        told = json.load(file)
    inner = Remembered(load_sentences("minilm-int8", shared / "models" / "minilm-int8"))
    labels = sorted({label for _, label in told["train"]})
    cases = []
    for seed in range(asked.first, asked.first + asked.seeds):
        hidden = {str(each) for each in np.random.default_rng(seed).permutation(labels)[: asked.hidden]}
        cases.append((unplaced_of(told, hidden, inner), hidden))
    ways: list[tuple[str, Embed | None]] = [
        ("words", None),
        ("meaning", lambda texts: inner.embed(texts)[0].astype(float)),
    ]
    print("way       apart  not placed  in a topic  purity   AMI  intents found  topics")
    for name, embed in ways:
        usual = topics.APART_BY_WORDS if embed is None else topics.APART_BY_MEANING
        for apart in asked.apart or [usual]:
            topics.APART_BY_WORDS = topics.APART_BY_MEANING = apart
            rows = np.array([measured(left, hidden, embed) for left, hidden in cases]).mean(axis=0)
            print(
                f"{name:9} {apart:5.2f}  {rows[0]:10.1%}  {rows[1]:10.1%}  {rows[2]:6.1%}  {rows[3]:.3f}"
                f"  {rows[4]:6.1f} of {asked.hidden}  {rows[5]:6.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
