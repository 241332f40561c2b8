"""What the name of a state or an activity says: at work, resolved, closed, opened again, given to another group.

General words of several languages; no system's own vocabulary.
"""

import re
import unicodedata
from enum import IntEnum


class Standing(IntEnum):
    """Where a case stands with this state, or after this activity. BESIDE says nothing of it: a note, a rating."""

    WORK = 0
    BESIDE = 1
    RESOLVED = 2
    CLOSED = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RESOLVED = _words(
    "resolved resolve resolution solved solve fixed risolto risolta risolvi risoluzione gelost behoben"
    " resolu resolue resuelto resuelta resolvido resolvida solucionado opgelost"
)
_CLOSED = _words(
    "closed close closing cancelled canceled cancel completed archived terminated withdrawn chiuso chiusa"
    " chiudi chiusura annullato annullata completato geschlossen abgeschlossen beendet erledigt storniert"
    " ferme fermee clos cloture cloturee termine annule cerrado cerrada cancelado fechado encerrado"
    " concluido gesloten afgesloten"
)
# These end a case only where nothing else is said: `complete` does, `complete the form` does not.
_CLOSED_ALONE = _words("complete done finish finished end ended fertig fine finito fin")
# Before the word, these say that it is not so yet;
_NOT_YET = _words(
    "not non nicht no un to before pending awaiting await waiting wait wartet attesa request propose ready ask almost"
    " if cannot"
)
# and these take it back wherever they stand.
_TAKEN_BACK = _words("requested proposed asked reject rejected declined failed")
_BESIDE = _words(
    "note notes comment commented comments mail email message messages communication notification notify"
    " notified reminder update updated survey rated rating satisfaction feedback csat nps tag tagged tags"
    " quality indicator merged field notiz kommentar nachricht bewertung nota messaggio commento"
    " valutazione commentaire"
)
_REOPENED = re.compile(
    r"\bre-?\s?open(s|ed|ing)?\b|\bre-?\s?activat(e|ed|ion)\b|wiedereroffn|(wieder|erneut) (ge)?offnet|wieder geoffnet"
    r"|\briapert|\briapri|\briapertura|\brouvert|\breouver|\breabiert|\breabr|\breabert|heropend"
)
_REASSIGNED = re.compile(
    r"\bre-?\s?assign(s|ed|ing|ment)?\b|\briassegn|\bneu ?zu(ge)?w(ie|ei)s|\breattribu|\breasign|\breatribu"
    r"|opnieuw toegewezen"
)
_BARE = re.compile(r"(re-?\s?open(ed|ing)?|re-?\s?assign(ed|ment)?)")
_NO_WORDS = re.compile(r"[\W\d_]*")
# What XES says of the life of an activity, not of a case.
LIFECYCLE = _words(
    "complete start schedule assign reassign suspend resume autoskip manualskip withdraw ate_abort pi_abort"
)


def plain(text: str) -> str:
    """Small letters without accents, words divided by single spaces: `Re-Opened` is `re-opened`."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    flat = unicodedata.normalize("NFKD", split.lower())
    return re.sub(r"[\s_/.:]+", " ", "".join(each for each in flat if not unicodedata.combining(each))).strip()


def standing_of(text: str) -> Standing:
    """Where a case stands by this name."""
    name = plain(text)
    words = re.findall(r"[a-z]+", name)
    if _NO_WORDS.fullmatch(name):
        return Standing.BESIDE
    if _TAKEN_BACK & set(words) or _REOPENED.search(name):
        return Standing.WORK
    at_rest = next((place for place, word in enumerate(words) if word in _CLOSED or word in _RESOLVED), None)
    if _NOT_YET & set(words[:at_rest]):
        return Standing.WORK
    if _CLOSED & set(words) or set(words) <= _CLOSED_ALONE:
        return Standing.CLOSED
    if at_rest is not None:
        return Standing.RESOLVED
    return Standing.BESIDE if _BESIDE & set(words) else Standing.WORK


def is_reopening(text: str) -> bool:
    """Whether this is the log's own word for a case that was opened again."""
    return bool(_REOPENED.search(plain(text)))


def is_reassignment(text: str) -> bool:
    """Whether this is the log's own word for a case that was given to another group."""
    return bool(_REASSIGNED.search(plain(text)))


def is_bare(text: str) -> bool:
    """Whether the word for it stands alone: `Reassignment` does, `External vendor reassignment` does not."""
    return bool(_BARE.fullmatch(plain(text)))
