"""The swivel chair: the same value typed in two systems by the same person, and approvals chased in chat.

A value counts where it is rare (it names something), and at the event where it is new in its column: what a column goes
on saying in the next rows of a case is the export's work, not a person's. A column that is filled in few rows carries
nothing along: there each filled row was typed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.chance import share
from aboveloop.discover.findings.opportunity import Opportunity
from aboveloop.discover.findings.places import EXAMPLES, Place, beyond_slips
from aboveloop.discover.ordering import Mask, Ordered
from aboveloop.history.logs.log import UNKNOWN, Coded, Codes, Numbers
from aboveloop.history.logs.tellings import Tellings
from aboveloop.history.states import plain

# A value that more cases than these have names a kind, not a thing.
RARE_CASES = 3
# Shorter values come twice by chance.
LETTERS = 4
# A column that is filled in this share of the rows after it was filled first goes on saying what it said.
CARRIED = 0.5
_APPROVAL = re.compile(r"approv|sign.?off|genehmig|freigabe|approva|autoriz|validat")
_ASKED = re.compile(r"request|asked|submitted|sent for|pending|required|richiest|beantragt|demand")
_ANSWERED = re.compile(r"approved|rejected|denied|declined|granted|withdrawn|expired|genehmigt|abgelehnt|approvato")
_CHAT = re.compile(r"chat|slack|teams|whatsapp|telegram|messenger|signal|sms|mattermost")
NEEDS = {
    "typed_twice": "The two systems must be joined: what is typed in the first must be written to the second.",
    "chased": "Who is asked must see the request where they look anyway, and somebody else after a set time.",
}

WHAT = {
    "typed_twice": "The same person typed a value again in the second system",
    "chased": "It was asked for in chat while an approval was waited for",
}


@dataclass(frozen=True)
class _Typed:
    """Values that were typed: the event, its case, and a number for the value."""

    event: Numbers
    case: Numbers
    value: Numbers


def copying(ordered: Ordered, told: Tellings) -> list[Place]:
    return [*_typed_twice(ordered, told), *_chased(ordered, told)]


def opportunity_of(place: Place, assumed: Assumptions, likely: float) -> Opportunity:
    """What it costs: a touch for each time."""
    count, spread = len(place.marked), share(len(place.marked), len(place.could))
    hours = place.times * assumed.hours
    of_one = hours / count
    return Opportunity(
        pattern=place.pattern,
        place=place.name,
        cases=count,
        of=len(place.could),
        share=spread,
        touch_hours=beyond_slips(spread, len(place.could)).times(of_one),
        elapsed_hours=None,
        likely=likely,
        examples=tuple(int(case) for case in place.marked[:EXAMPLES]),
        why=(
            f"{WHAT[place.pattern]} {place.times:,} times in {count:,} of {len(place.could):,} cases "
            f"({spread.value:.1%}): {hours:,.1f} hours lost."
        ),
        needs=NEEDS[place.pattern],
        inside=place.could,
    )


def _typed_twice(ordered: Ordered, told: Tellings) -> Iterator[Place]:
    if told.system is None or told.who is None:
        return
    system, who = told.system.codes[ordered.rows], told.who.codes[ordered.rows]
    known = _known(told.system)[system] & _known(told.who)[who]
    typed = _typed(ordered, told, known)
    if not len(typed.event):
        return
    # The first time that a value is typed in a case, and each later time in another system by the same person.
    order = np.lexsort((typed.event, typed.value, typed.case))
    event, case, value = typed.event[order], typed.case[order], typed.value[order]
    is_new = np.append(True, (case[1:] != case[:-1]) | (value[1:] != value[:-1]))
    first = event[np.maximum.accumulate(np.where(is_new, np.arange(len(event)), 0))]
    again = (system[event] != system[first]) & (who[event] == who[first])
    width = len(told.system.names)
    pair = system[first].astype(np.int64) * width + system[event]
    for each in np.unique(pair[again]):
        one, other = divmod(int(each), width)
        events = np.unique(event[again & (pair == each)])
        could = np.intersect1d(ordered.case[(system == one) & known], ordered.case[(system == other) & known])
        cases = np.unique(ordered.case[events]).astype(np.int64)
        name = f"{told.system.names[one]} > {told.system.names[other]}"
        yield Place("typed_twice", name, cases, could.astype(np.int64), len(events))


def _typed(ordered: Ordered, told: Tellings, known: Mask) -> _Typed:
    """All rare values of all columns, equal texts with equal numbers."""
    numbers: dict[str, int] = {}
    events, values = [], []
    for column in told.fields.values():
        codes = column.codes[ordered.rows]
        said = np.flatnonzero(_known(column)[codes])
        if not len(said):
            continue
        is_new = _typed_here(ordered, codes, said)
        table = np.array([_number(name, numbers) for name in column.names], dtype=np.int64)
        here = said[is_new & known[said] & (table[codes[said]] >= 0)]
        events.append(here)
        values.append(table[codes[here]])
    event = np.concatenate(events) if events else np.zeros(0, dtype=np.int64)
    value = np.concatenate(values) if values else np.zeros(0, dtype=np.int64)
    case = ordered.case[event].astype(np.int64)
    pairs = np.unique(np.column_stack((value, case)), axis=0)
    spread = np.bincount(pairs[:, 0], minlength=len(numbers)) if len(pairs) else np.zeros(0, dtype=np.int64)
    rare = spread[value] <= RARE_CASES if len(value) else np.zeros(0, dtype=np.bool_)
    return _Typed(event[rare], case[rare], value[rare])


def _typed_here(ordered: Ordered, codes: Codes, said: Numbers) -> Mask:
    """Of the events that say a column, those at which it was typed."""
    case = ordered.case[said]
    is_first = np.append(True, case[1:] != case[:-1])
    # How many rows of its case follow from where the column is said first, itself among them.
    could = int((ordered.starts[1:][case[is_first]] - said[is_first]).sum())
    if len(said) < CARRIED * could:
        return np.ones(len(said), dtype=np.bool_)
    changes: Mask = is_first | np.append(True, codes[said][1:] != codes[said][:-1])
    return changes


def _number(name: str, numbers: dict[str, int]) -> int:
    text = name.strip().lower()
    names_something = len(text) >= LETTERS and (any(each.isdigit() for each in text) or "@" in text)
    return numbers.setdefault(text, len(numbers)) if name != UNKNOWN and names_something else -1


def _known(column: Coded) -> Mask:
    return np.array([name != UNKNOWN for name in column.names], dtype=np.bool_)


def _chased(ordered: Ordered, told: Tellings) -> Iterator[Place]:
    """Chat about an approval while it is waited for: between its request and its answer."""
    if told.system is None:
        return
    names = [plain(name) for name in ordered.log.activities.names]
    about = np.array([bool(_APPROVAL.search(name)) for name in names])
    asked = about & np.array([bool(_ASKED.search(name)) for name in names])
    answered = np.array([bool(_ANSWERED.search(name)) for name in names]) | np.isin(names, ("denied", "approved"))
    asked = asked & ~answered
    if not asked.any():
        return
    waits = _between(ordered, asked[ordered.activity], answered[ordered.activity])
    texts = _about_approval(ordered, told) | about[ordered.activity] & ~asked[ordered.activity]
    system = told.system.codes[ordered.rows]
    could = np.unique(ordered.case[asked[ordered.activity]]).astype(np.int64)
    for code, name in enumerate(told.system.names):
        if not _CHAT.search(plain(name)):
            continue
        hits = np.flatnonzero(waits & texts & (system == code) & ~answered[ordered.activity])
        if len(hits):
            yield Place("chased", name, np.unique(ordered.case[hits]).astype(np.int64), could, len(hits))


def _about_approval(ordered: Ordered, told: Tellings) -> Mask:
    if told.text is None:
        return np.zeros(ordered.count, dtype=np.bool_)
    table = np.array([bool(_APPROVAL.search(plain(text))) for text in told.text.names], dtype=np.bool_)
    found: Mask = table[told.text.codes[ordered.rows]]
    return found


def _between(ordered: Ordered, opens: Mask, closes: Mask) -> Mask:
    """Events after the last opening of their case that nothing closed yet; the opening itself is none."""
    place = np.arange(ordered.count)
    start = np.repeat(ordered.starts[:-1], np.diff(ordered.starts))
    opened = np.maximum.accumulate(np.where(opens, place, -1))
    closed = np.maximum.accumulate(np.where(closes, place, -1))
    inside: Mask = (opened >= start) & (opened > closed) & (place > opened)
    return inside
