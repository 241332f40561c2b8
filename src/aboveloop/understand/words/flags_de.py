"""The German forms of what makes a message delicate."""

from aboveloop.understand.words.dangers import Dangers

_WHOM = (
    r"(?:dich|euch|sie|ihn|ihnen|dir|euren?\s\w+|eure\s\w+|ihren?\s\w+|den\s(?:fahrer|boten|kurier|mitarbeiter|"
    r"typen|chef)|jemanden?|alle|deinen?\s\w+|deine\s\w+)"
)
_HARM = (
    r"(?:umbringen|töten|abstechen|erschießen|verprügeln|zusammenschlagen|schlagen|erschlagen|fertigmachen|"
    r"fertig\smachen|kaltmachen|abknallen|verletzen|niederstechen|verbrennen|würgen|aufschlitzen)"
)
_THREAT = (
    rf"\b(?:ich|wir)\s(?:\w+\s){{0,3}}{_WHOM}\s(?:\w+\s){{0,4}}{_HARM}\b",
    rf"\b(?:ich|wir)\s(?:werde[n]?|will|wollen)\s(?:\w+\s){{0,4}}{_HARM}\b(?!\sin\s(?:diesen|den)\sschuhen)",
    r"\b(?:ich|wir|und)\s(?:bringe|bringen)\s(?:dich|euch|sie|ihn|jemanden|den\sfahrer|den\sboten|den\stypen)\s(?:alle\s|noch\s|eigenhändig\s)?um\b(?!\s(?:die|den|das|zu|\d))",
    r"\b(?:ich\s(?:steche|schieße|schlage|mache)|dann\s(?:steche|schlage)\sich)\s(?:\w+\s){1,4}(?:ab|nieder|tot|kalt|zusammen|fertig|platt|kaputt)\b",
    r"\b(?:ich|wir)\s(?:weiß|wissen|wisse)\s(?:genau\s)?wo\s(?:du|ihr|sie|euer|dein|ihr)\s(?:\w+\s){0,3}(?:wohn\w*|leb\w*|arbeite\w*|park\w*|schläf\w*)",
    r"\b(?:zünde|zünden|fackel|fackeln|brenne|brennen|sprenge|sprengen|jage|jagen)\s(?:\w+\s){0,3}(?:laden|lager|geschäft|büro|haus|filiale|firma|gebäude|zentrale|lagerhaus)\s(?:\w+\s){0,3}(?:an|ab|nieder|in\sdie\sluft)\b",
    r"\b(?:laden|lager|geschäft|büro|haus|filiale|firma|gebäude|zentrale)\s(?:\w+\s){0,2}(?:anzünden|abfackeln|niederbrennen|in\sdie\sluft\s(?:jagen|sprengen)|abbrennen)\b",
    r"\b(?:ihr|du|sie)\s(?:werdet|wirst|werden|sollt|sollst|sollen)\s(?:alle\s|dafür\s)?(?:sterben|krepieren|verrecken|bluten|brennen)\b",
    r"\b(?:ich|wir)\s(?:habe|haben|besorge|bringe)\s(?:\w+\s)?(?:eine\swaffe|ein\smesser\smit|eine\spistole|eine\sbombe|eine\sknarre)\b",
    r"\bpass(?:t)?\s(?:bloß\s|gut\s)?auf\s(?:dich|euch)\sauf\s(?:sonst|ich|wir)|\bdu\sbist\stot\b|\bihr\sseid\s(?:alle\s)?tot\b|\bkomme?\s(?:ich\s)?(?:persönlich\s)?(?:vorbei|zu\seuch)\s(?:und|dann)\s(?:\w+\s){0,4}(?:setzt\ses\swas|schläge|erlebt|blut|knallt)",
)
_LEGAL = (
    r"\b(?:mein(?:e[mnr]?)?|unser(?:e[mnr]?)?|eine[nm]?|zum|zu\seinem|zur|meinen)\s(?:anwalt|anwältin|rechtsanwalt|rechtsanwältin|rechtsbeistand|rechtsschutz(?:versicherung)?|advokat(?:en)?|anwalts\w*|rechtsabteilung)\b",
    r"\b(?:anwalt|rechtsanwalt|anwältin)\s(?:einschalten|beauftragen|nehmen|konsultieren|hinzuziehen)\b",
    r"\b(?:verklage|verklagen|klage\s(?:einreichen|erheben|ein)|einklagen|strafanzeige|strafantrag|anzeige\s(?:erstatten|wegen|bei\sder\spolizei)|zeige\s(?:sie|euch)\san)\b",
    r"\brechtliche[nrs]?\s(?:schritte|maßnahmen|konsequenzen|mittel|wege?|folgen)\b|\bjuristische[nrs]?\s(?:schritte|maßnahmen|konsequenzen|mittel)\b|\bgerichtlich(?:e[nrs]?)?\b|\brechtsweg\b",
    r"\bvor\s(?:das\s)?gericht\b|\bsehen\suns\s(?:dann\s)?(?:vor|bei)\s?(?:dem\s)?gericht\b|\bmahnbescheid\b|\bmahnverfahren\b|\bin\sverzug\sgesetzt\b|\bfristsetzung\b",
    r"\bverbraucher(?:zentrale|schutz|schützer|schlichtung\w*)\b|\bschlichtungsstelle\b|\bombudsmann?\b|\bwettbewerbszentrale\b|\bdatenschutz(?:behörde|aufsicht\w*|beauftragte[nr]?\sdes)\b|\bbei\sder\spolizei\b",
)
_SELF_HARM = (
    r"\b(?:bringe|bring|brächte)\smich\s(?:\w+\s){0,3}um\b|\bmich\s(?:\w+\s){0,2}(?:umbringen|umzubringen|erhängen|aufhängen|erschießen|ritzen|zu\sritzen|ertränken)\b|\bmir\s(?:etwas|was)\santun\b|\bmir\sdas\sleben\s(?:zu\s)?nehmen\b",
    r"\b(?:will|möchte|wollte)\s(?:\w+\s){0,3}(?:nicht\smehr\s(?:leben|da\ssein|aufwachen|weiterleben)|sterben|tot\ssein)\b|\bwäre\s(?:ich\s)?(?:am\sliebsten\s|lieber\s|besser\s)?tot\b|\bam\sliebsten\stot\b",
    r"\b(?:suizid\w*|selbstmord\w*|selbstmordgedanken|selbstverletz\w*|lebensmüde)\b|\bmein(?:em)?\sleben\s(?:ein\sende|beenden)\b|\bschluss\smachen\smit\s(?:dem|meinem)\sleben\b",
    r"\b(?:keinen\s(?:sinn|grund)\smehr)\s(?:\w+\s){0,3}(?:leben|weiterzuleben|weiter\szu\sleben|zu\sleben)\b|\bohne\smich\s(?:besser\s(?:dran|aufgehoben))\b|\bdas\sleben\shat\s(?:für\smich\s)?keinen\ssinn\b",
)
_RULES = (
    r"(?:anweisung(?:en)?|regel(?:n)?|vorgabe(?:n)?|richtlinie(?:n)?|vorschrift(?:en)?|instruktion(?:en)?|"
    r"prompt|beschränkung(?:en)?|limit(?:s)?|prüfung(?:en)?|freigabe(?:n)?|genehmigung(?:en)?|programmierung|"
    r"sicherheit\w*)"
)
_MACHINE = r"(?:ki|bot|chatbot|assistent(?:in)?|system|modell|sprachmodell|agent|automat)"
_INJECTION = (
    rf"\b(?:ignorier(?:e|en|t)?|missachte[nt]?|vergiss|vergessen\ssie|umgeh(?:e|en)|überspring(?:e|en)|übergeh(?:e|en)|missachten|setze|deaktivier(?:e|en))\s(?:sie\s)?(?:\w+\s){{0,5}}{_RULES}\b",
    r"\bdu\sbist\s(?:jetzt|nun|ab\sjetzt|ab\ssofort|nicht\smehr)\s(?:\w+\s){0,3}(?:ki|assistent|bot|modell|admin\w*|entwickler|dan|uneingeschränkt|frei|chef|vorgesetzter|pirat)\b",
    r"(?:^|[\n.!?;>\]\"'({*-]\s*)[\[<({]{0,3}(?:system|assistent|administrator|entwickler)(?:nachricht|hinweis|anweisung|meldung)?[\]>)}]{0,3}\s?:",
    r"\b(?:systemprompt|system\sprompt|systemnachricht|systemanweisung|entwicklermodus|adminmodus|wartungsmodus|debugmodus)\b",
    rf"\b(?:neue|geänderte|geheime|folgende)\s(?:system)?(?:anweisung|instruktion)(?:en)?\s(?:für|an|:|lauten|gelten|der)|\b(?:hinweis|nachricht|notiz|anweisung|achtung)\s(?:an|für)\s(?:die|den|das|alle)?\s?{_MACHINE}\b",
    rf"\b(?:die|der|das|jede|liebe|lieber)\s{_MACHINE}\s(?:muss|soll|hat|darf|sollte)\s(?:\w+\s){{0,4}}(?:erstatten|auszahlen|genehmigen|freigeben|ignorieren|überweisen|löschen|herausgeben|zu\serstatten|zu\szahlen)\b",
    r"\b(?:erstatte|erstatten|zahle|zahlen|genehmige|genehmigen|überweise|überweisen|storniere|stornieren|gib|geben)\b[^.?!\n]{0,60}\bohne\s(?:\w+\s){0,3}(?:prüfung|freigabe|genehmigung|bestätigung|rückfrage[n]?|verifizierung|verifikation|zustimmung|nachzufragen|zu\sfragen|kontrolle)\b",
    r"\b(?:zeig(?:e|en)?|nenn(?:e|en)?|gib|wiederhole|verrate)\s(?:sie\s)?(?:mir\s)?(?:deine[nr]?|ihre[nr]?|die|den)\s(?:\w+\s){0,2}(?:prompt|anweisungen|instruktionen|internen\sregeln|konfiguration|systemnachricht|geheimen\s\w+)\b",
    r"\b(?:ich\sbin|hier\s(?:ist|spricht))\s(?:der|die|dein|deine|ihr|euer|ein|eine)?\s?(?:neue[r]?\s)?(?:\w+\s)?(?:admin(?:istrator)?|entwickler(?:in)?|geschäftsführer(?:in)?|programmierer|systembetreuer|vorgesetzter)\b.{0,80}\b(?:genehmig|erlaub|befehl|ordne|weise|erstatt|freigeb|aktivier|deaktivier|zeig)",
    r"\b(?:als|bereits)\s(?:schon\s)?(?:genehmigt|verifiziert|freigegeben|bestätigt)\s(?:markieren|behandeln|betrachten|einstufen|kennzeichnen)\b|\b(?:behandle|betrachte|markiere)\s(?:\w+\s){1,4}als\s(?:bereits\s)?(?:genehmigt|verifiziert|freigegeben|bestätigt)\b",
    r"\b(?:freigaben?|genehmigung(?:en)?|prüfung(?:en)?|verifizierung|regeln?|limits?)\s(?:ist|sind|wird|werden|gilt|gelten)\s(?:\w+\s){0,2}(?:nicht\s(?:mehr\s)?(?:nötig|erforderlich|notwendig|gültig)|aufgehoben|ausgesetzt|außer\skraft|nicht\smehr)\b",
)
_ANGER = (
    r"\b(?:wütend|stinksauer|sauer|fuchsteufelswild|empört|erbost|verärgert|zornig|auf\s180|kocht?\svor\swut|angefressen|genervt)\b",
    r"\b(?:unverschämtheit|unverschämt|frechheit|sauerei|schweinerei|unmöglich\svon|inakzeptabel|nicht\sakzeptabel|lächerlich|skandal(?:ös)?|zumutung|katastrophe|katastrophal|bodenlos|das\sletzte|saftladen|sauladen|abzocke|abzocker|betrüger|betrug|verarsch\w*|witz\ssein|schlechter\switz|peinlich\sfür\seuch|eine\sschande)\b",
    r"\b(?:scheiß\w*|scheiss\w*|verdammt\w*|verfickt\w*|arschl\w*|idioten?|vollidioten?|deppen?|drecks\w*|zum\skotzen|leck\smich|mist\sladen|miststück)\b",
    r"\b(?:schnauze\svoll|nase\svoll|reicht\ses\smir|reicht'?s\smir|mir\sreicht|es\sreicht|nie\swieder|platzt\s(?:mir\s)?der\skragen|geduld\s(?:ist\s)?(?:am\sende|zu\sende))\b",
    r"\b(?:schlechteste[rs]?|mieseste[rs]?|schlimmste[rs]?)\s(?:\w+\s)?(?:service|laden|shop|kundenservice|firma|erfahrung|kundendienst|unternehmen)\b",
)
GERMAN = Dangers.of(
    "de",
    digraphs=True,
    threat=_THREAT,
    legal=_LEGAL,
    self_harm=_SELF_HARM,
    injection=_INJECTION,
    angry=_ANGER,
    not_angry=r"\b(?:nicht|kein|keine|ohne|weder)\s(?:\w+\s){0,2}$",
)
