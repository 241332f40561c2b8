"""Whether a customer asks why they are shown something, or switches off or on that answers are fitted to them."""

import re
from typing import Literal

from aboveloop.understand.cleaning import folded
from aboveloop.understand.words.lexicon import spelled

About = Literal["why", "off", "on"]

_PERSONAL = (
    r"(?:personali[sz](?:ation|ed|ing|e)|personal\s(?:tips?|advice|suggestions?|recommendations?|offers?|hints?)|"
    r"(?:tips?|suggestions?|recommendations?|advice)\s(?:from|based\son|about)\smy\s(?:orders?|purchases?|history|data))"
)
# Tips that are fitted, as German, French and Spanish call them; texts are compared without accents.
_FITTED = (
    r"(?:personliche\w*\s(?:tipps?|hinweise|empfehlungen)|personalisiert\w*\s(?:tipps?|hinweise|empfehlungen)|personalisierung|"
    r"conseils?\spersonnalises?|recommandations?\spersonnalisees?|personnalisation|"
    r"consejos?\spersonalizados?|recomendaciones\spersonalizadas|personalizacion)"
)
_SEEING = r"(?:seeing|shown|getting|being\s(?:shown|told|offered)|told|offered)"
_WHY = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bwhy\s(?:am\si|are\swe|was\si|do\si|did\si)\s(?:{_SEEING}|see|get)\b",
        r"\bwhy\s(?:are|do|did)\syou\s(?:show(?:ing)?|suggest(?:ing)?|recommend(?:ing)?|offer(?:ing)?)\b",
        r"\bhow\s(?:do|did|can)\syou\sknow\s(?:what|which|that)\si\s(?:bought|ordered|have|own|like|wear)\b",
        rf"\b(?:is|was)\s(?:this|that|it)\s(?:message\s|tip\s)?{_PERSONAL}\b",
        r"\b(?:warum|wieso)\s(?:sehe|bekomme|erhalte)\sich\s(?:das|dies|diesen\s(?:tipp|hinweis))\b",
        r"\bpourquoi\s(?:est-ce\sque\s)?(?:je\svois|est-ce\sque\sje\srecois|je\srecois)\s(?:ca|cela|ceci|ce\s(?:conseil|message))\b",
        r"\bpor\sque\s(?:veo|recibo|me\ssale)\s(?:esto|este\s(?:consejo|mensaje))\b",
    )
)
_OFF = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:turn|switch)\soff\b[^.?!]{{0,30}}\b{_PERSONAL}",
        rf"\b(?:turn|switch)\b[^.?!]{{0,30}}\b{_PERSONAL}\soff\b",
        rf"\b(?:no\s(?:more\s)?|stop\s(?:the\s|these\s|your\s|with\s)?|without\s|opt(?:ing)?\sout\sof\s|i\sdon't\swant\s(?:any\s)?){_PERSONAL}",
        r"\b(?:don't|do\snot|stop|never)\spersonali[sz](?:e|ing)\b",
        rf"\b(?:keine|pas\sde|plus\sde|sin|no\s(?:quiero\s)?(?:mas\s)?)\s?{_FITTED}",
        rf"\b{_FITTED}\s(?:aus|ausschalten|abschalten|abstellen)\b|\b(?:desactive\w*|arretez|desactiv\w+)\s(?:\w+\s){{0,2}}{_FITTED}",
        rf"^{_PERSONAL}\s(?:off|no)\b",
        r"\b(?:don't|do\snot|stop)\s(?:use|using)\s(?:what\si\sbought|my\s(?:orders?|purchases?|history|data))\s(?:for|to)\b",
    )
)
_ON = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:turn|switch)\son\b[^.?!]{{0,30}}\b{_PERSONAL}",
        rf"\b(?:turn|switch)\b[^.?!]{{0,30}}\b{_PERSONAL}\son\b",
        rf"\b(?:opt(?:ing)?\sin\sto|yes\s(?:please\s)?to|you\smay\suse)\s{_PERSONAL}",
        r"^(?:please\s|you\smay\s)personali[sz]e\b",
        rf"^{_PERSONAL}\s(?:on|yes)\b",
        rf"\b{_FITTED}\s(?:ein|einschalten|anschalten)\b|(?<!\w)activ(?:er?|ez|ar?|e)\s(?:\w+\s){{0,2}}{_FITTED}",
    )
)
_NEGATED = re.compile(r"\b(?:don't|do\snot|not|never)\s(?:\w+\s){0,2}(?:turn|switch|opt)")


def asks_about(text: str) -> About | None:
    """What the message says about personalisation; None where nothing. Off goes before everything else."""
    plain = spelled(folded(text))
    if any(pattern.search(plain) for pattern in _OFF):
        # "Do not switch it off" is no wish to have it off, and nothing is switched on by a double negative either.
        return None if _NEGATED.search(plain) else "off"
    if any(pattern.search(plain) for pattern in _WHY):
        return "why"
    if any(pattern.search(plain) for pattern in _ON):
        return "off" if _NEGATED.search(plain) else "on"
    return None
