"""Words that join needs, that begin a wish, and that deny one, in the four languages together."""

import re

from aboveloop.understand.words.lexicon import spelled

_AND = r"(?:and|plus|und|sowie|et|puis|y|e)"
# Before a wish of its own: ", and ", " und ", " et aussi ".
JOINS = re.compile(rf"[\s,]+{_AND}\s+", re.IGNORECASE)
ADDS = re.compile(
    r"\b(?:also|additionally|in\saddition|besides|another\s(?:thing|question|matter)|one\smore\sthing|separately|as\swell|on\stop\sof\sthat|"
    r"secondly|second\s(?:thing|question)|furthermore|apart\sfrom\sthat|by\sthe\sway|while\s(?:i'm|we're)\sat\sit|at\sthe\ssame\stime|"
    r"außerdem|ausserdem|zusätzlich|zudem|auch\snoch|ebenfalls|noch\seine\s(?:frage|sache)|zweitens|übrigens|darüber\shinaus|und\sauch|"
    r"aussi|également|egalement|en\splus|de\splus|par\sailleurs|en\soutre|autre\s(?:chose|question)|deuxièmement|d'autre\spart|"
    r"también|tambien|además|ademas|aparte|por\sotro\slado|otra\s(?:cosa|pregunta)|en\ssegundo\slugar|por\scierto|asimismo)\b"
)
# How a wish begins: an order, a question, "I want", "could you", in a folded clause.
WISHES = re.compile(
    r"^(?:(?:and|und|et|y|two\sthings:|also|then|please|pls|kindly|secondly|besides|additionally|so|but|now|hi|hello|too|auch|bitte|dann|außerdem|zudem|aussi|puis|también|además|por\sfavor|s'il\svous\splaît|svp|merci\sde)[\s,]+)*"
    r"(?:i\s(?:also\s|would\s|still\s)*(?:want|need|like|wish|require|would)|i'd|we\s(?:also\s)?(?:want|need|would)|can|could|would|will|please|do|does|did|is|are|when|where|what|how|which|who|why|"
    r"cancel|send|change|give|tell|return|exchange|refund|swap|resend|close|delete|add|check|let\sme\sknow|update|stop|withdraw|mail|email|forward|put|leave|register|"
    r"ich\s(?:möchte|will|brauche|hätte|würde|wollte|bräuchte)|können|könnten|kann|könnte|wann|wo|was|wie|welche|wer|warum|ist|sind|haben|gibt|schicken|senden|stornieren|ändern|löschen|schließen|geben|sagen|mein|meine|"
    r"je\s(?:veux|voudrais|souhaite|souhaiterais|voulais)|j'ai\sbesoin|j'aimerais|pouvez|pourriez|puis|peut|où|quand|comment|quel|quelle|combien|est-ce|avez|envoyez|annulez|changez|supprimez|renvoyez|échangez|dites|mon|ma|mes|il\sme\sfaut|"
    r"(?:yo\s)?(?:quiero|quisiera|necesito|querría|deseo)|me\sgustaría|pueden|podrían|puede|podría|puedo|dónde|cuándo|cómo|qué|cuál|cuánto|¿|envíen|envíenme|manden|cancelen|cambien|cierren|díganme|mi|mis|hay|tienen)\b"
)
# A clause that only points at what was said before it: "please update it", "cancel them".
POINTS_BACK = re.compile(
    r"\b(?:it|them|this|that|these|those|es|ihn|diese|dies|ça|cela|lo|los|las|eso|esto|mélo)\b|-(?:le|la|les)\b"
)
_OTHER = (
    r"(?:the\s(?:other|second|first|next|older|newer|last)(?:\s(?:one|order|parcel|pair))?|(?:my|our)\sother(?:\s(?:one|order|parcel))?|"
    r"(?:order\s|number\s|bestellung\s|la\scommande\s|commande\s|el\spedido\s|pedido\s)?[a-z]{1,4}[-\s]?\d{3,}|"
    r"(?:die|der|das|meine)\s(?:andere[nrs]?|zweite[nrs]?|nächste[nrs]?|vorige[nrs]?)(?:\s(?:bestellung|paket))?|"
    r"(?:l'autre|la\s(?:deuxième|seconde|précédente)|mon\sautre|ma\s(?:deuxième|autre))(?:\s(?:commande|colis))?|"
    r"(?:el|la|mi)\s(?:otr[oa]|segund[oa]|anterior|siguiente)(?:\s(?:pedido|paquete))?)"
)
# "And the other one?", "what about LK-100300", "same for my other order": nothing without what came before.
FOLLOW_UP = re.compile(
    spelled(
        rf"^\W*(?:(?:ok|thanks|thank\syou|good|great|danke|merci|gracias|vale|gut)[\s,.!]+)*(?:and\s|und\s|et\s|y\s)?"
        rf"(?:what\sabout\s|how\sabout\s|the\ssame\s(?:for|with)\s|same\s(?:for|with)\s|(?:und\s)?was\sist\smit\s|wie\ssieht\ses\smit\s|das\s(?:gleiche|selbe)\sfür\s|"
        rf"qu'en\sest-il\sde\s|pareil\spour\s|la\smême\schose\spour\s|(?:y\s)?qué\s(?:hay\sde|pasa\scon)\s|lo\smismo\s(?:para|con)\s)?"
        rf"{_OTHER}(?:[\s,]+(?:then|too|please|as\swell|now|auch|bitte|aussi|svp|también|por\sfavor))*\s?[?!.]*$"
    )
)
# A message that takes up what came before: "and what about my order now?".
GOES_ON = re.compile(r"^\W*(?:and|und|et|y|so|also)\b", re.IGNORECASE)
# A wish that is denied; what follows is what is not wished.
NOT_WISHED = re.compile(
    r"\b(?:(?:i|we)\s(?:really\s|certainly\s|definitely\s)?(?:do\snot|don't|dont|did\snot|didn't|never)\s(?:want|wish|intend|ask(?:ed)?|need|mean|plan|wanna)\s(?:you\s)?(?:to\s)?|"
    r"(?:i'm|i\sam|we're|we\sare|this\sis|it's|that's)\snot\s(?:trying\sto|asking\s(?:you\s)?to|going\sto|asking\sfor|about)\s|"
    r"^(?:please\s)?(?:do\snot|don't|dont)\s(?=(?:cancel|return|close|delete|change|exchange|refund|send\sback|stop|withdraw)\b)|"
    r"(?:je\sne\s(?:veux|souhaite|voudrais|demande)|je\s(?:veux|souhaite))\s(?:surtout\s)?pas\s(?:d'|de\s)?|"
    r"(?:yo\s)?no\s(?:quiero|deseo|pido|pretendo|quisiera)\s|"
    r"^(?:por\sfavor\s)?no\s(?=(?:cancelen|cancele|anulen|devuelvan|cierren|cambien)\b)|"
    r"ich\s(?:möchte|will|wollte)\s(?:auf\skeinen\sfall\s|keineswegs\s|nicht\s|keine[nr]?\s))"
)
