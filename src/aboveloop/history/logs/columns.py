"""Which column of a log is what: by how such columns are called in many systems, then by what stands in them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aboveloop.history.logs.errors import ColumnUnknown
from aboveloop.history.logs.lifecycle import folds
from aboveloop.history.logs.log import UNKNOWN, Columns
from aboveloop.history.logs.times import looks_like_time
from aboveloop.history.states import LIFECYCLE, Standing, plain, standing_of

Sample = Mapping[str, Sequence[str | None]]

# What a system writes where it has nothing to say.
NOTHING = frozenset({"", UNKNOWN, "nan", "null", "none", "n/a", "na", "-", "#n/a", "nil"})

# Names without anything but letters and digits, the surest first; they must match whole.
_CASE = (
    "caseconceptname",
    "caseid|casekey|casenumber|case",
    "(incident|ticket|request|order|issue|claim|conversation|application|process|trace|fall|caso|dossier|invoice|bill)(id|number|key|no|nr|ref|nummer|numero)",
    "number|ticketnumber|vorgang(snummer)?|numero|ordernumber",
    "rechnungs(nr|nummer)|(numero|no|nr)?(fattura|facture|factura|fatura)|factuur(nummer)?",
    "incident|ticket|order|issue|claim|conversation|trace|invoice|rechnung|id",
)
_ACTIVITY = (
    "conceptname|activity|activityname|activityid|aktivitat|attivita|activite|actividad",
    "(incident|ticket|case|event)?activity(type)?|eventtype|eventname|action|actiontype|event|task|step|taskname|stepname|ereignis|vorgangsschritt",
    "(incident|ticket|case)?(state|status)|zustand|stato|etat|estado|stage|phase",
)
_TIME = (
    "timetimestamp|timestamp|eventtime|eventtimestamp|zeitstempel",
    "completetimestamp|endtimestamp|datestamp|datetime|endtime|completetime|completiontime|changedat|changeddate|createdonevent",
    "(sys)?(updated|modified|changed)(at|on|date|time)?|lastmodified|lastupdated",
    "time|date|at|datum|zeit|data|heure|fecha|ora|when|starttimestamp|starttime|createdat|created",
)
_GROUP = (
    "assignmentgroup|orggroup|assignedgroup|supportgroup|supportteam|assignedteam|groupassigned|resolvergroup",
    "group|team|queue|groupname|teamname|queuename|gruppe|gruppo|groupe|grupo|equipe|squadra|equipo|warteschlange",
)
_RESOURCE = (
    "orgresource|resource|ressource|risorsa|recurso|assignedto|assignee|bearbeiter|operatore",
    "user|username|owner|who|employee|operator|performer|updatedby|sysupdatedby|changedby|author|actor|staff",
)
_STATE = ("(incident|ticket|case|request|issue)?(state|status)|zustand|stato|etat|estado|statut|lifecycletransition",)

_LIFECYCLE = ("lifecycletransition|lifecycle|transition|transitiontype|eventlifecycle",)


@dataclass(frozen=True)
class Named:
    """What the caller said; None where it is to be found."""

    case: str | None = None
    activity: str | None = None
    time: str | None = None
    group: str | None = None
    resource: str | None = None
    state: str | None = None
    lifecycle: str | None = None
    start: str | None = None


def choose(sample: Sample, named: Named) -> tuple[Columns, list[str]]:
    """The columns of a log of which `sample` holds rows, and what was guessed, in sentences. Raises ColumnUnknown."""
    for option, name in vars(named).items():
        if name is not None and name not in sample:
            raise ColumnUnknown(f"There is no column {name!r} for --{option}. There are: {', '.join(sample)}.")
    guesses = _Guesses(sample, {name for name in vars(named).values() if name is not None})
    time = named.time or guesses.must("time", guesses.time())
    case = named.case or guesses.must("case", guesses.first(_CASE, guesses.is_case))
    activity = named.activity or guesses.must("activity", guesses.first(_ACTIVITY, guesses.has_words))
    group = named.group or guesses.may("group", guesses.first(_GROUP, guesses.has_words))
    resource = named.resource or guesses.may("resource", guesses.first(_RESOURCE, guesses.has_words))
    lifecycle = named.lifecycle or guesses.may("start and end of activities", guesses.lifecycle())
    state = named.state or guesses.state(activity)
    return Columns(case, activity, time, group, resource, state, lifecycle, named.start), guesses.said


class _Guesses:
    def __init__(self, sample: Sample, taken: set[str]) -> None:
        self._sample = sample
        self._taken = taken
        self._words = {name: re.sub(r"[^0-9a-z]", "", plain(name)) for name in sample}
        self.said: list[str] = []

    def must(self, what: str, found: str | None) -> str:
        if found is None:
            raise ColumnUnknown(
                f"No column looks like the {what} of an event. Name it with --{what}: {', '.join(self._sample)}."
            )
        return self.may(what, found) or found

    def may(self, what: str, found: str | None) -> str | None:
        if found is not None:
            self.said.append(f"The {what} is taken from the column {found!r}.")
        return found

    def first(self, patterns: Sequence[str], fits: Callable[[str], bool]) -> str | None:
        for pattern in patterns:
            for name, words in self._words.items():
                if name not in self._taken and re.fullmatch(pattern, words) and fits(name):
                    self._taken.add(name)
                    return name
        return None

    def time(self) -> str | None:
        """The surest name; of those that are called alike, the one that changes within cases."""
        for pattern in _TIME:
            found = [
                name
                for name, words in self._words.items()
                if name not in self._taken and re.fullmatch(pattern, words) and self._is_time(name)
            ]
            if found:
                best = max(found, key=self._kinds)
                self._taken.add(best)
                return best
        others = [name for name in self._sample if name not in self._taken and self._is_time(name)]
        if not others:
            return None
        best = max(others, key=self._kinds)
        self._taken.add(best)
        return best

    def state(self, activity: str) -> str | None:
        """A column of states besides the activity, if it is one that says when a case is at rest."""
        if re.fullmatch(_STATE[0], self._words[activity]) and self._rests(activity):
            return None
        return self.may("state of a case", self.first(_STATE, self._rests))

    def lifecycle(self) -> str | None:
        """A column that tells of starts and of ends, and of nothing but the life of activities."""
        return self.first(_LIFECYCLE, self._is_life)

    def is_case(self, name: str) -> bool:
        return bool(self._values(name)) and not self._is_time(name)

    def has_words(self, name: str) -> bool:
        return bool(self._values(name))

    def _rests(self, name: str) -> bool:
        if {each.lower() for each in self._values(name)} <= LIFECYCLE:
            return False
        return any(standing_of(each) in (Standing.RESOLVED, Standing.CLOSED) for each in self._values(name))

    def _is_life(self, name: str) -> bool:
        values = self._values(name)
        return {each.lower() for each in values} <= LIFECYCLE and folds(tuple(values))

    def _values(self, name: str) -> set[str]:
        return {each for each in self._sample[name] if each is not None and each.strip().lower() not in NOTHING}

    def _kinds(self, name: str) -> int:
        return len(self._values(name))

    def _is_time(self, name: str) -> bool:
        values = sorted(self._values(name))[:50]
        return bool(values) and all(looks_like_time(each) for each in values)
