"""The Spanish forms of what makes a message delicate."""

from aboveloop.understand.words.dangers import Dangers

_HARM = (
    r"(?:matar|golpear|pegar|apuñalar|disparar|rajar|quemar|reventar|estrangular|partir\sla\s(?:cara|boca|"
    r"madre)|romper\sla\s(?:cara|boca)|cargarme|liquidar|machacar|acuchillar|hacer\sdaño)"
)
_THREAT = (
    rf"\b(?:voy|vamos|iré|pienso|quiero)\s(?:a\s)?(?:ir\sa\s)?{_HARM}(?:l[oe]s?|os|te|los|las|la|me\sa)?\b(?!\sel\stiempo|\sla\scuenta|\sun\stiro)",
    r"\b(?:te|los|les|os|lo|le)\s(?:voy\sa\s(?:matar|partir|romper|reventar|rajar|quemar|buscar\sy)|mataré|mato|quemaré|reventaré|rajaré|partiré\sla)\b",
    r"\b(?:sé|sabemos)\s(?:perfectamente\s|muy\sbien\s)?dónde\s(?:vives?|viven|trabajas?|trabajan|vivís|aparcas?|duermes?|está\s(?:su|tu)\scasa)\b",
    r"\b(?:quemar|incendiar|volar|prender\sfuego\sa|hacer\sexplotar|poner\suna\sbomba\sen|quemo|quemaré|volaré)\s(?:\w+\s){0,3}(?:tienda|almacén|oficinas?|local|casa|edificio|coche|nave|depósito)\b",
    r"\b(?:vais|van|vas|merecen|merecéis|mereces)\s(?:todos\s)?(?:a\s)?(?:morir|sangrar|arder|pagarlo\scon\s(?:la|su|vuestra)\svida)\b|\bestáis\s(?:todos\s)?muertos\b|\bestás\smuerto\b|\bestán\s(?:todos\s)?muertos\b",
    r"\b(?:tengo|llevo|llevaré|conseguiré)\s(?:una\s(?:pistola|arma|bomba|navaja\sy)|un\s(?:arma|cuchillo\sy|revólver))\b",
    r"\b(?:voy|iré|me\spaso)\s(?:\w+\s){0,5}(?:y|para)\s(?:\w+\s){0,4}(?:golpes|romper\w*|pegar\w*|violent\w+|lo\svan\sa\slamentar|hostias|paliza)\b|\bcuíd(?:ate|ense|aos)\sla\sespalda\b|\bandad\scon\scuidado\b",
)
_LEGAL = (
    r"\b(?:mi|mis|nuestro|un|una|el)\s(?:abogad[oa]s?|letrad[oa]|procurador|asesor\s(?:legal|jurídico)|equipo\s(?:legal|jurídico)|bufete)\b",
    r"\b(?:denunciar(?:l[oe]s?|os|é|emos)?|denuncia|denuncio|denunciaré|demandar(?:l[oe]s?|os|é|emos)?|demanda|demandaré|querella|juicio|juzgado|juzgados|tribunal(?:es)?|ante\sla\sjusticia|por\sla\svía\sjudicial|vía\slegal|burofax)\b",
    r"\b(?:acciones?|medidas?|vías?|consecuencias?|reclamación|procedimiento)\s(?:legal(?:es)?|judicial(?:es)?|jurídicas?)\b",
    r"\b(?:(?:oficina\sde|reclamar\sa|reclamación\sa|en|quejarme\sa)\sconsumo|omic|facua|ocu|defensa\sdel\sconsumidor|protección\sal\sconsumidor|hoja\sde\sreclamaciones|hojas\sde\sreclamaciones|arbitraje\sde\sconsumo|profeco|agencia\s(?:española\s)?de\sprotección\sde\sdatos|aepd|defensor\sdel\spueblo|organización\sde\sconsumidores)\b",
    r"\b(?:a\sla\spolicía|en\sla\spolicía|en\scomisaría|a\sla\sguardia\scivil)\b",
)
_SELF_HARM = (
    r"\b(?:matarme|suicidarme|ahorcarme|quitarme\sla\svida|cortarme\slas\svenas|hacerme\sdaño|tirarme\s(?:por\sla\sventana|a\sla\svía|del\spuente)|pegarme\sun\stiro|me\svoy\sa\smatar|me\squiero\smatar|me\smato|acabar\scon\s(?:mi\svida|todo\sesto\sde\suna\svez))\b(?!\sde\s(?:risa|la\srisa))",
    r"\b(?:suicid\w+|autolesi\w+|autolesión)\b|\b(?:quiero|quisiera|prefiero|preferiría|deseo)\s(?:\w+\s)?(?:morir(?:me)?|estar\smuert[oa]|desaparecer)\b(?!\sde\s(?:risa|vergüenza))",
    r"\b(?:no\squiero\s(?:seguir\s)?(?:vivir|viviendo)|sin\sganas\sde\svivir|no\stengo\sganas\sde\svivir|no\stiene\ssentido\s(?:la\svida|vivir|seguir\sviviendo)|la\svida\sno\stiene\ssentido|mejor\ssin\smí|ninguna\srazón\spara\svivir|motivos?\spara\svivir)\b",
)
_RULES = (
    r"(?:instrucci(?:ón|ones)|reglas?|normas?|directrices|políticas?|límites?|restricciones?|verificaci(?:ón|"
    r"ones)|controles?|aprobaci(?:ón|ones)|programación|prompt|indicaciones|órdenes)"
)
_MACHINE = r"(?:ia|bot|chatbot|robot|asistente|sistema|modelo|agente|inteligencia\sartificial)"
_INJECTION = (
    rf"\b(?:ignor(?:a|e|ar|en)|olvid(?:a|e|ar|en)|sált(?:ate|ese)|saltarse|omit(?:e|a|ir)|desactiv(?:a|e|ar)|evit(?:a|e|ar)|no\s(?:hagas|haga)\scaso\s(?:a|de))\s(?:\w+\s){{0,5}}{_RULES}\b",
    r"\b(?:eres|usted\ses|ahora\seres)\s(?:ahora\s|a\spartir\sde\sahora\s)(?:\w+\s){0,3}(?:ia|asistente|bot|modelo|admin\w*|desarrollador|libre|gerente|supervisor|pirata|dan|sin)\b",
    r"(?:^|[\n.!?;>\]\"'({*-]\s*)[\[<({]{0,3}(?:sistema|administrador|desarrollador|mensaje\sdel?\ssistema)[\]>)}]{0,3}\s?:",
    r"\b(?:prompt\sdel?\ssistema|mensaje\sdel?\ssistema|instrucciones\sdel?\ssistema|modo\s(?:desarrollador|admin\w*|debug|mantenimiento))\b",
    rf"\b(?:nuevas|siguientes|verdaderas)\sinstrucciones\b|\b(?:nota|mensaje|instrucción|instrucciones|aviso|atención)\s(?:a|para|al)\s(?:la\s|el\s|todo\s)?{_MACHINE}\b",
    rf"\b(?:la|el|toda|todo|querid[oa]|estimad[oa])\s{_MACHINE}\s(?:debe|deberá|tiene\sque|está\sautorizad[oa]\sa|puede)\s(?:\w+\s){{0,3}}(?:reembolsar|pagar|aprobar|devolver|conceder|ignorar|borrar|revelar)\b",
    r"\b(?:reembols(?:a|e|ar)|devuelv(?:a|e)|devolver|pag(?:a|ue|ar)|aprueb(?:a|e)|aprobar|cancel(?:a|e|ar)|transfier(?:a|e))\b[^.?!\n]{0,60}\bsin\s(?:\w+\s){0,3}(?:verificación|aprobación|confirmación|control|autorización|preguntar|revisión|comprobación|permiso|verificar|hacer\spreguntas)\b",
    r"\b(?:muéstr(?:ame|eme)|muestra|muestre|enséñ(?:ame|eme)|revel(?:a|e)|repit(?:e|a)|dame|deme|imprim(?:e|a))\s(?:tus|sus|tu|su|las|los|el)\s(?:\w+\s){0,2}(?:prompt|instrucciones|reglas\sinternas|configuración|mensaje\sdel?\ssistema|indicaciones)\b",
    r"\b(?:soy|habla|aquí)\s(?:el|la|tu|su|un)?\s?(?:nuev[oa]\s)?(?:administrador(?:a)?|desarrollador(?:a)?|director(?:a)?\sgeneral|programador(?:a)?|supervisor(?:a)?|creador)\b.{0,80}\b(?:aprueb|autoriz|reembols|orden|permit|activ|desactiv|muestr)",
    r"\b(?:consider(?:a|e)|trat(?:a|e)|marc(?:a|que))\s(?:\w+\s){1,4}como\s(?:ya\s)?(?:aprobad[oa]|verificad[oa]|confirmad[oa]|autorizad[oa])\b",
    r"\b(?:aprobaci(?:ón|ones)|verificaci(?:ón|ones)|reglas?|límites?|controles?|normas?)\s(?:ya\s)?(?:no\s)?(?:es|son|está|están|se|hace|hacen)\s(?:ya\s|no\s)*(?:necesari[oa]s?|requerid[oa]s?|en\svigor|válid[oa]s?|aplica[n]?|falta|suspendid[oa]s?)\b",
)
_ANGER = (
    r"\b(?:furios[oa]|enfadad[oa]|enojad[oa]|cabread[oa]|indignad[oa]|hart[oa]|harto|molest[oa]|encabronad[oa]|hasta\s(?:las\snarices|los\scojones|la\scoronilla|el\smoño)|mosquead[oa])\b",
    r"\b(?:inaceptable|inadmisible|vergonzos[oa]|una\svergüenza|qué\svergüenza|indignante|lamentable|ridícul[oa]|un\sescándalo|escandalos[oa]|pésim[oa]|nefast[oa]|una\sestafa|estafadores|ladrones|timo|timadores|sinvergüenzas|incompetentes|tomadura\sde\spelo|tomando\sel\spelo|un\sdesastre|una\sbroma\sde\smal|chapuza)\b",
    r"\b(?:mierda|joder|jodid[oa]|coño|gilipollas|cabrones|cabrón|hijos?\sde\sputa|idiotas?|imbéciles?|estúpid[oa]s?|payasos|inútiles|me\scago|puta|pendejos?|carajo|asco\sde)\b",
    r"\b(?:ya\sbasta|basta\sya|no\saguanto\smás|nunca\smás|jamás\svolveré|se\sme\sacaba\sla\spaciencia|perdiendo\sla\spaciencia)\b",
    r"\bpeor\s(?:\w+\s)?(?:servicio|tienda|empresa|experiencia|atención|web)\b",
)
SPANISH = Dangers.of(
    "es",
    threat=_THREAT,
    legal=_LEGAL,
    self_harm=_SELF_HARM,
    injection=_INJECTION,
    angry=_ANGER,
    not_angry=r"\b(?:no|sin|nunca|ni)\s(?:\w+\s){0,2}$",
)
