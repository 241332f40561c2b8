"""Changes of charters: what a pilot must show before its workers do more, and what watches it meanwhile.

Whatever lets a procedure become freer on less evidence alters risk, wherever in the charter it stands.
"""

from collections.abc import Iterator
from datetime import date

from aboveloop.operation.changes.change import Change, Direction, ReviewPart, keys_of, listed
from aboveloop.operation.charters import USUAL, Charter, Exemption, Gate
from aboveloop.operation.models import Operation

PARTS = (ReviewPart.MONITORING, ReviewPart.ESCALATION, ReviewPart.AUDITABILITY)
LESS = "Workers may do more alone on less evidence."
UNWATCHED = "What breaks meanwhile brings nobody down any more."
# From the most careful to the freest; the stages that are entered through a gate.
_STAGES = ("", *USUAL)
# What else a charter says, and how a change of it is told. None of it opens a gate.
_SAID = {
    "outcome": "promises another outcome",
    "pain_point": "names another pain point",
    "team": "begins with another team",
    "kpi": "moves another KPI",
    "buckets": "sees its value elsewhere",
    "success": "calls something else a success",
    "may_fail": "accepts other ways of failing",
    "owners": "is answered for by others",
    "learning": "is learned from otherwise",
    "readiness": "answers the questions of readiness otherwise",
    "canvas": "describes the work otherwise",
    "baseline": "counts its baseline otherwise",
    "worker": "names another worker",
}


def charter_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """A procedure that two charters are about must pass both gates, so each is compared by itself."""
    removed, added, changed = keys_of(old.charters, new.charters)
    for name in removed:
        charter = old.charters[name]
        words = f"The charter {name} is gone, and with it the gates of {listed(charter.procedures)}."
        yield _change(charter, words, LESS if charter.procedures else "", "looser")
    for name in added:
        charter = new.charters[name]
        yield _change(charter, f"The charter {name} is new: {charter.outcome}", direction="stricter")
        yield from _exemption(None, charter)
    for name in changed:
        yield from _changed(old.charters[name], new.charters[name])


def _change(charter: Charter, words: str, risk: str = "", direction: Direction = "other") -> Change:
    parts, touches = (PARTS if risk else ()), frozenset(charter.procedures)
    return Change(f"charter:{charter.charter}", words, risk, parts, "colleagues", direction, touches)


def _changed(old: Charter, new: Charter) -> Iterator[Change]:
    name = new.charter
    yield from _procedures(old, new)
    for stage in USUAL:
        yield from _gate(new, stage, old.gate(stage), new.gate(stage))
    yield from _guards(old, new)
    yield from _exemption(old, new)
    if old.state != new.state:
        looser = old.state == "kept_human"
        words = f"The charter {name} is {new.state.replace('_', ' ')} and was {old.state.replace('_', ' ')}."
        yield _change(new, words, "What was left with people is given to workers." if looser else "",
                      "looser" if looser else "other")  # fmt: skip
    for key, words in _SAID.items():
        if getattr(old, key) != getattr(new, key):
            yield _change(new, f"The charter {name} {words}.")


def _procedures(old: Charter, new: Charter) -> Iterator[Change]:
    gone = [each for each in old.procedures if each not in new.procedures]
    more = [each for each in new.procedures if each not in old.procedures]
    if gone:
        words = f"The charter {new.charter} is no longer about {listed(gone)}, so no gate holds them."
        yield _change(old, words, LESS, "looser")
    if more:
        yield _change(new, f"The charter {new.charter} is also about {listed(more)}.", direction="stricter")


def _gate(charter: Charter, stage: str, old: Gate, new: Gate) -> Iterator[Change]:
    """Each of the four numbers by itself: one that is stricter does not make up for one that is looser."""
    wanted = (
        ("cases", f"{old.cases}", f"{new.cases}", new.cases - old.cases),
        ("days", f"{old.days}", f"{new.days}", new.days - old.days),
        ("agreement", f"{old.agreement:.1%}", f"{new.agreement:.1%}", new.agreement - old.agreement),
        ("harm", f"{old.harm:.1%}", f"{new.harm:.1%}", old.harm - new.harm),
    )
    for what, before, after, stricter in wanted:
        if stricter:
            words = f"Before {stage} the charter {charter.charter} asks for {what} {after} instead of {before}."
            looser = stricter < 0
            yield _change(charter, words, LESS if looser else "", "looser" if looser else "stricter")


def _guards(old: Charter, new: Charter) -> Iterator[Change]:
    before, after = ({guard.kpi for guard in each.guards} for each in (old, new))
    if before - after:
        words = f"The charter {new.charter} is no longer guarded by {listed(sorted(before - after))}."
        yield _change(new, words, UNWATCHED, "looser")
    if after - before:
        words = f"The charter {new.charter} is also guarded by {listed(sorted(after - before))}."
        yield _change(new, words, direction="stricter")


def _exemption(old: Charter | None, new: Charter) -> Iterator[Change]:
    """An exemption counts where a house is set up, and a longer or freer one is a risk there."""
    before, after = (old.exempt if old is not None else None), new.exempt
    if before == after:
        return
    if after is None:
        yield _change(new, f"The charter {new.charter} exempts nothing any more.", direction="stricter")
        return
    until = f" until {after.until}" if after.until is not None else ""
    words = (
        f"The charter {new.charter} lets a new house begin in {after.stage}{until} without evidence: {after.because}"
    )
    freer = before is None or _STAGES.index(after.stage) > _STAGES.index(before.stage) or _ends(after) > _ends(before)
    yield _change(new, words, LESS if freer else "", "looser" if freer else "other")


def _ends(exemption: Exemption) -> date:
    return exemption.until or date.max
