"""The Spanish forms of small things: a greeting, thanks, a question, a wish for a person or to stop."""

from aboveloop.understand.words.forms import Forms

_HUMAN = (
    r"(?:human[oa]s?|persona|ser\shumano|agente|operador(?:a)?|representante|empleado|empleada|compañer[oa]s?|colega|alguien|asesor(?:a)?|"
    r"supervisor(?:a)?|encargad[oa]|responsable|gerente|jefe|jefa|atención\sal\scliente|servicio\sal\scliente|técnico|teleoperador(?:a)?)"
)
_REAL = (
    r"(?:a\s|con\s|un\s|una\s|al\s|el\s|la\s|su\s|otro\s|otra\s|algún\s|alguna\s|uno\sde\ssus\s|"
    r"alguno\sde\ssus\s|verdader[oa]\s|de\s)*"
)
SPANISH = Forms.of(
    "es",
    greeting=r"^\W*(?:hola(?:\sbuenas)?|buen(?:os)?\sdías?|buenas(?:\s(?:tardes|noches|días))?|estimad[oa]s?(?:\s(?:señor(?:es|a)?|equipo|larkspur))*|muy\sbuenas|saludos|qué\stal|ey|hey)"
    r"(?:\s(?:a\stodos|equipo|de\snuevo|buenas|buenos\sdías|buenas\stardes|larkspur|qué\stal))*(?!\w)[\s,.!:–¡¿?-]*",
    thanks=r"\b(?:gracias|agradezco|agradecid[oa]|agradecería)\b",
    no_thanks=r"\bgracias\spor\snada\b|\bno,?\sgracias\b|\bgracias\sa\sustedes\sno\b",
    thanks_at_end=r"[\s,.!-]{0,9}(?:(?:muchas|mil|muchísimas|y|de\santemano)\s){0,2}(?:gracias|se\slo\sagradezco)(?:\s(?:de\santemano|por\sadelantado|por\s(?:su|tu|la|todo)\s?(?:ayuda|atención|respuesta)?|a\stodos|de\snuevo|otra\svez))*[\s.!¡]{0,9}$",
    asks=r"^\W*(?:(?:y|pero|pues|ok|vale|entonces|por\sfavor|perdón?|perdone|disculpe|hola|buenas|también)[\s,¿]+)*"
    r"(?:¿|(?:qué|por\squé|cómo|quién(?:es)?|cuál(?:es)?|cuándo|dónde|adónde|cuánt[oa]s?|de\squé|desde\scuándo|hasta\scuándo|para\scuándo|a\squé|en\squé|con\squé)\b|"
    r"(?:puedo|puede|pueden|podría|podrían|puedes|podrías|podéis|tengo\sque|tienen|tienes|tenéis|hay|es\sposible|se\spuede|aceptan|aceptáis|hacen|hacéis|envían|enviáis|está|están|debo|sabe|saben|sabéis|va|van|cuesta|venden|ofrecen|sería)\b)",
    wants_person=rf"\b(?:hablar|hablo|habla|chatear|comunicarme|conversar|contactar|charlar)\s(?:directamente\s|mejor\s)*(?:con|a)\s{_REAL}{_HUMAN}\b"
    rf"|\b(?:pás(?:eme|ame|enme)|páse(?:me|lo)|paseme|pasame|transfiér(?:ame|eme)|transfieranme|comuní(?:queme|came)|comuniqueme|conéct(?:eme|ame)|póng(?:ame|anme)|ponme|deriv(?:e|en)(?:me|lo)?)\s(?:en\scontacto\s|ya\s)?(?:con|a)\s{_REAL}{_HUMAN}\b"
    rf"|\b(?:quiero|quisiera|necesito|prefiero|exijo|deseo|me\sgustaría|solicito)\s(?:hablar\scon\s|que\sme\satienda\s|a\s|contactar\scon\s|contactar\sa\s|ver\sa\s)?(?:un|una|al|algún)\s(?:verdader[oa]\s)?(?:human[oa]|persona(?:\sreal)?|ser\shumano|agente|operador(?:a)?|representante|empleado|asesor(?:a)?|supervisor(?:a)?|encargado|responsable|gerente)\b"
    r"|\b(?:persona|agente|human[oa]|operador(?:a)?)\s(?:real|de\sverdad|de\scarne\sy\shueso)\b|\bser\shumano\b|\batención\shumana\b"
    r"|\b(?:no|nada\sde|ni|odio)\s(?:\w+\s){0,4}?(?:con\s)?(?:un\s|una\s|este\s|esta\s|estos\s|los\s|más\s)?(?:robots?|bots?|chatbots?|máquinas?|ia)\b"
    rf"|\b(?:hay|existe)\s(?:ahí\s|aquí\s)?(?:alguien(?:\s(?:real|de\sverdad|ahí|humano|vivo|con\squien\shablar))(?!\w)|alguna\spersona\sreal|algún\shumano|una\spersona\s(?:real|de\sverdad))"
    rf"|\bque\sme\s(?:llame|atienda|conteste|responda|llamen|atiendan|contacte)\s(?:por\sfavor\s)?{_REAL}{_HUMAN}\b|\bllámenme\b|\bllámeme\b|\bque\sme\sllamen\b",
    person_alone=r"^\W*(?:(?:por\sfavor|hola|ok)[\s,]+)?(?:un\s|una\s|con\suna\s|con\sun\s)*(?:human[oa]|persona|agente|operador(?:a)?|representante|asesor(?:a)?|supervisor(?:a)?|compañero|atención\sal\scliente)(?:[\s,]+(?:por\sfavor|real|ya|ahora))*\W*$",
    not_wanted=r"\b(?:no|sin|en\svez\sde|en\slugar\sde)\s(?:\w+\s){0,4}$",
    are_you=r"\b(?:es\susted|eres|es\sesto|estoy\shablando\scon|hablo\scon|sois|son\sustedes)\s(?:\w+\s){0,3}$",
    mentioned=rf"\b(?:hablé|hablado|hablamos|chateé|hablando|conversé)\s(?:\w+\s){{0,2}}con\s{_REAL}{_HUMAN}\b|\b(?:es\susted|eres)\s{_REAL}{_HUMAN}\b",
    forget_it=r"^\W*(?:(?:ok(?:ay)?|vale|ah|bueno|no|pues|perdón|perdone|disculpe|al\sfinal|en\srealidad|mejor|nada)[\s,.!]+)*"
    r"(?:olvíd(?:elo|alo|ese|ate|enlo)|olvide(?:lo|n)?|olvidar(?:lo)?|déj(?:elo|alo|enlo|ese)(?:\s(?:estar|así|correr))?|dejemoslo|no\simporta|ya\sno\simporta|da\sigual|no\shace\sfalta|ya\sno\s(?:hace\sfalta|lo\snecesito|es\snecesario)|"
    r"no\ses\snecesario|no\spasa\snada|nada|pare|para|stop|basta|ya\sestá(?:\s(?:resuelto|solucionado|arreglado))?|empezar\sde\snuevo|empecemos\sde\snuevo|cancela\stodo\sesto)"
    r"(?:[\s,.!]+(?:ya|entonces|ahora|gracias|por\sfavor|igual|lo\sencontré|ya\slo\sencontré|he\scambiado\sde\s(?:idea|opinión)|cambié\sde\sidea|adiós|perdón|déjelo|olvídelo|está\sbien|todo\sbien|muchas\sgracias|así|más))*\W*$",
    urgent=r"\b(?:urgente(?:mente|s)?|urgencia|inmediatamente|de\sinmediato|ahora\smismo|cuanto\santes|lo\santes\sposible|enseguida|ya\smismo|asap|emergencia)\b|"
    r"\b(?:necesito|necesitamos|hace\sfalta|tengo\sque|debo)\b[^.!?]{0,50}\b(?:hoy|mañana|esta\snoche|pasado\smañana)\b|\b(?:viajo|salgo|me\svoy|nos\svamos|salimos|viajamos)\s(?:\w+\s){0,3}(?:hoy|mañana|esta\snoche|pasado\smañana)\b",
    no_hurry=r"\b(?:no\ses\s(?:tan\s|muy\s)?urgente|sin\sprisa|no\shay\sprisa|no\scorre\sprisa|cuando\spuedan?)\b",
)
