"""Whether a customer asks why something was decided as it was. "Why is my parcel late?" is another question."""

import re

from aboveloop.understand.cleaning import folded
from aboveloop.understand.words.lexicon import spelled

_DECIDED = (
    r"(?:refus\w*|reject\w*|den(?:y|ied|ying|ial)|declin\w*|decid\w*|decision|turn(?:ed)?\s(?:me\s|it\s)?down|"
    r"not\s(?:allowed|possible|permitted|accepted|approved|eligible|refund\w*|cancel\w*)|disallow\w*|approv\w*|block\w*)"
)
_NOT = r"(?:can't|cannot|can\snot|couldn't|won't|will\snot|don't|do\snot|didn't|did\snot|am\si\snot|aren't|isn't)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bwhy\b[^.?!]{{0,60}}\b{_DECIDED}\b",
        rf"\bwhy\s{_NOT}\s(?:i|you|we)\b[^.?!]{{0,40}}\b(?:get|have|do|refund|cancel|return|change|give|allow|help|it|that)\b",
        r"\bwhy\s(?:the|such\sa|this|that)\s(?:decision|refusal|rejection|no|answer)\b",
        r"\bwhy\s(?:did|do|have|are)\s(?:you|u)\s(?:say(?:ing)?|said|tell(?:ing)?|told)\s(?:me\s)?(?:no|that)\b",
        r"\b(?:what|which)(?:'s|\sis|\swas)?\s(?:the\s|your\s)?(?:reason|grounds|basis|rule|policy)\b[^.?!]{0,40}"
        rf"\b(?:{_DECIDED}|for\s(?:this|that|it))\b",
        rf"\bon\s(?:what|which)\s(?:basis|grounds)\b[^.?!]{{0,40}}\b{_DECIDED}\b",
        r"\bhow\s(?:did|do|was|were)\s(?:you|this|that|it)\s(?:come\sto\s|reach\s|make\s|made\s)?(?:decide\w*|the\sdecision|that\sdecision)\b",
        r"\bexplain\s(?:to\sme\s)?(?:the|your|this|that)\s(?:decision|refusal|rejection|answer|reason(?:ing|s)?)\b",
        r"\bwho\sdecided\b|\bwas\s(?:this|that|it)\sdecided\sby\b",
    )
)
# The same in German, French and Spanish, compared without accents.
_ELSEWHERE = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:warum|wieso|weshalb)\b[^.?!]{0,60}\b(?:entschieden|entscheidung|abgelehnt|ablehnung|verweigert|genehmigt|"
        r"nicht\s(?:moglich|erlaubt|zulassig))\b",
        r"\bwer\shat\s(?:das|so|daruber)\sentschieden\b|\bbegrunden\ssie\s(?:das|diese|ihre|die)\b",
        r"\bpourquoi\b[^.?!]{0,60}\b(?:decid(?:e|ee|ez)|decision|refus(?:e|ee|ez)?|rejet(?:e|ee|ez)?|"
        r"pas\s(?:possible|autorisee?|acceptee?|permise?))(?!\w)",
        r"\bqui\sa\s(?:decide|pris\scette\sdecision)\b|\bexpliquez(?:-|\s)moi\s(?:cette|votre|la)\s(?:decision|reponse)\b",
        r"\bpor\sque\b[^.?!]{0,60}\b(?:decidid[oa]|decision|rechaz(?:ad[oa]|o)|deneg(?:ad[oa]|o)|"
        r"no\s(?:es\sposible|se\spuede|esta\spermitid[oa]))\b",
        r"\bquien\s(?:lo\s)?(?:ha\s)?decidi(?:do|o)\b|\bexpliqueme\s(?:esta|su|la)\s(?:decision|respuesta)\b",
    )
)
# Alone, a "why?" asks after what was said last.
_BARE = re.compile(
    r"(?:but\s|and\s|ok\s|so\s)?(?:why|why not|how come|why is that|why's that|for what reason)\s?[?!.]*|"
    r"(?:aber\s|und\s)?(?:warum|wieso|weshalb)(?:\sdas|\sdenn|\snicht)?\s?[?!.]*|(?:mais\s|et\s)?pourquoi(?:\spas|\sca)?\s?[?!.]*|"
    r"(?:pero\s|y\s)?¿?por\sque(?:\sno)?\s?[?!.]*"
)


def asks_why(text: str) -> bool:
    """True where the message asks for the reason of a decision."""
    plain = folded(text)
    elsewhere = spelled(plain)
    bare = _BARE.fullmatch(elsewhere) is not None
    return bare or any(one.search(plain) for one in _PATTERNS) or any(one.search(elsewhere) for one in _ELSEWHERE)
