"""How sure a guess is: the chance that it is right, and that the message is about anything foreseen at all.

Learned from scores that each example got while it was left out, and while its whole intent was left out: the hardest
messages that nobody foresaw are those of the company's own trade.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aboveloop.understand.sureness import UNFORESEEN

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Least-squares scores run from 0 to 1; so steep they turn into shares. The calibration corrects it where it can.
SHARPNESS = 12.0
# Columns of evidence: strength, margin, unanimity, log odds of the share, closeness, distance to what is out of scope.
_ABOUT_RIGHT = (0, 1, 2, 3)
_ABOUT_SCOPE = (0, 4, 5)
# What the slopes are on Banking77, HWU64 and CLINC150 alike; with few examples they are the better guess.
_USUAL_RIGHT = (1.5, 3.5, 0.3, 0.2)
_USUAL_RIGHT_OFFSET = 0.5
_USUAL_SCOPE = (7.0, 3.0, 2.0)
_USUAL_SCOPE_OFFSET = -3.0
# So many messages weigh as much as what is usual.
_USUAL_WEIGHS = 30.0


@dataclass(frozen=True)
class Certainty:
    """Slopes over columns of evidence, none negative: more evidence never makes a guess less sure."""

    right: Floats
    scope: Floats

    @classmethod
    def usual(cls) -> "Certainty":
        """What holds on other companies' messages, before anything is learned from one's own."""
        return cls(np.array([*_USUAL_RIGHT, _USUAL_RIGHT_OFFSET]), np.array([*_USUAL_SCOPE, _USUAL_SCOPE_OFFSET]))

    @classmethod
    def learned(cls, seen: Floats, right: Bools, *, unforeseen: Sequence[Floats]) -> "Certainty":
        """`seen`: evidence of messages about something foreseen, with whether the guess was `right`. `unforeseen`:
        groups of messages that are about nothing foreseen, from near to far; each group weighs the same."""
        usual = cls.usual()
        if not len(seen):
            return usual
        about_right = _learned(seen[:, _ABOUT_RIGHT], right.astype(float), np.ones(len(right)), usual.right)
        groups = [group for group in unforeseen if len(group)]
        rows = np.vstack([seen, *groups])[:, _ABOUT_SCOPE]
        wanted = np.concatenate([np.ones(len(seen)), np.zeros(len(rows) - len(seen))])
        share = UNFORESEEN / (1 - UNFORESEEN) * len(seen)
        weights = [np.ones(len(seen)), *[np.full(len(group), share / len(groups) / len(group)) for group in groups]]
        return cls(about_right, _learned(rows, wanted, np.concatenate(weights), usual.scope))

    def right_in_scope(self, evidence: Floats) -> Floats:
        """The chance that the best label is right, if the message is about something foreseen."""
        return _sigmoid(evidence[:, _ABOUT_RIGHT] @ self.right[:-1] + self.right[-1])

    def in_scope(self, evidence: Floats) -> Floats:
        """The chance that the message is about something foreseen, where one in ten is not."""
        return _sigmoid(evidence[:, _ABOUT_SCOPE] @ self.scope[:-1] + self.scope[-1])

    def confidence(self, evidence: Floats) -> Floats:
        """The chance that the best label is right."""
        return self.right_in_scope(evidence) * self.in_scope(evidence)


def evidence_of(scores: Floats, closest: Floats, outside: Floats) -> Floats:
    """Six columns, each larger for what is surer. `scores` and `closest` are by label, `outside` is the score of what
    is out of scope (0 where no example is)."""
    rows = np.arange(len(scores))
    best = scores.argmax(axis=1)
    strength = scores[rows, best]
    shares = shares_of(scores)
    top = np.clip(shares[rows, best], 1e-6, 1 - 1e-6)
    unanimity = (shares * np.log(np.clip(shares, 1e-12, 1.0))).sum(axis=1)
    second = np.partition(scores, -2, axis=1)[:, -2] if scores.shape[1] > 1 else np.zeros(len(scores))
    odds = np.log(top / (1 - top))
    return np.column_stack([strength, strength - second, unanimity, odds, closest.max(axis=1), -outside])


def shares_of(scores: Floats) -> Floats:
    """Shares of the labels, summing to one in each row."""
    powers = np.exp(SHARPNESS * (scores - scores.max(axis=1, keepdims=True)))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _learned(rows: Floats, wanted: Floats, weights: Floats, usual: Floats) -> Floats:
    """Weighted logistic regression without negative slopes, drawn to what is usual; the offset comes last."""
    scale = np.append(rows.std(axis=0) + 0.05, 1.0)
    total = float(weights.sum())
    pull = _USUAL_WEIGHS / (total + _USUAL_WEIGHS) / 10
    columns = np.column_stack([rows, np.ones(len(rows))])

    def loss(parameters: Floats) -> tuple[float, Floats]:
        logits = columns @ parameters
        error = weights * (_sigmoid(logits) - wanted) / total
        away = (parameters - usual) * scale
        surprise = np.logaddexp(0.0, np.where(wanted > 0.5, -logits, logits))
        return float(weights @ surprise) / total + pull * float(
            away @ away
        ), columns.T @ error + 2 * pull * away * scale

    from scipy import optimize  # noqa: PLC0415 -- only learning needs it, and it takes half a second to import

    bounds = [(0.0, None)] * (len(usual) - 1) + [(None, None)]
    found = optimize.minimize(loss, usual, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return np.asarray(found.x)


def _sigmoid(logits: Floats) -> Floats:
    odds: Floats = 1.0 / (1.0 + np.exp(-np.clip(logits, -50.0, 50.0)))
    return odds
