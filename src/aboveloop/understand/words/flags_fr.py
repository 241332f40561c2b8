"""The French forms of what makes a message delicate."""

from aboveloop.understand.words.dangers import Dangers

_WHOM = (
    r"(?:vous|toi|lui|le|la|les|quelqu'un|votre\s\w+|vos\s\w+|le\s(?:livreur|chauffeur|facteur|vendeur|"
    r"directeur|patron)|tous|tout\sle\smonde)"
)
_HARM = (
    r"(?:tuer|buter|frapper|poignarder|égorger|étrangler|cogner|tabasser|défoncer|descendre|flinguer|crever|"
    r"massacrer|brûler|péter\sla\sgueule|casser\sla\s(?:gueule|figure))"
)
_THREAT = (
    rf"\bje\s(?:vais|veux|viens|jure\sde)\s(?:\w+\s){{0,2}}(?:(?:vous|te|le|la|les|lui)\s)?(?:tous\s)?{_HARM}\b(?!\s(?:mes\spieds|le\stemps))",
    r"\b(?:je|on|nous)\s(?:vous|te|le|la|les|lui)\s(?:tuerai|tue|buterai|frapperai|crèverai|retrouverai|ferai\sla\speau|casserai\sla\s(?:gueule|figure)|démolirai|massacrerai)\b",
    r"\b(?:je|on)\s(?:sais|sait)\soù\s(?:vous|tu|il|elle|votre\s\w+)\s(?:\w+\s)?(?:habit\w*|viv\w*|travaill\w*|gar\w*|dor\w*)",
    r"\b(?:brûler|incendier|faire\s(?:sauter|exploser|brûler)|mettre\sle\sfeu\s(?:à|dans))\s(?:votre|ta|vos|le|la|l'|à\svotre)\s?(?:\w+\s){0,2}(?:magasin|boutique|entrepôt|bureaux?|maison|voiture|locaux|immeuble|dépôt)\b",
    r"\b(?:vous|tu)\s(?:allez|vas|méritez|mérites)\s(?:tous\s)?(?:de\s)?(?:mourir|crever|saigner|brûler|le\spayer\scher\sde\svotre\svie)\b|\bvous\sêtes\s(?:tous\s)?morts\b|\btu\ses\smort\b",
    r"\bj'ai\s(?:une\sarme|un\sflingue|un\spistolet|une\sbombe|un\scouteau\set)\b|\bje\sviens\savec\s(?:une\sarme|un\scouteau|un\sfusil|une\sbatte)\b",
    r"\bfaites\sattention\sà\svous\b.{0,40}\b(?:sinon|je)\b|\bje\s(?:vais\s(?:venir|passer)|passe|viens)\s(?:\w+\s){0,5}(?:et|pour)\s(?:\w+\s){0,4}(?:casser|frapper|tabasser|régler\svotre\scompte|mal)\b",
)
_LEGAL = (
    r"\b(?:mon|notre|un|mes|nos|l'|d'un|avec\sun)\s?(?:avocat(?:e|s)?|conseil\sjuridique|service\sjuridique|protection\sjuridique|huissier|assistance\sjuridique)\b",
    r"\b(?:porter?\splainte|porte\splainte|porterai\splainte|dépose(?:r|rai)?\s(?:une\s)?plainte|poursui(?:vre|vrai|tes)\s(?:\w+\s){0,2}(?:en\sjustice|judiciaires)?|poursuites|en\sjustice|au\stribunal|devant\s(?:le|un|les)\s(?:tribunal|juge|tribunaux)|tribunal|assigner|assignation|mise\sen\sdemeure)\b",
    r"\b(?:action|voie|procédure|démarche|recours|suites?)s?\s(?:en\sjustice|judiciaires?|légales?|juridiques?)\b|\bactions?\slégales?\b",
    r"\b(?:dgccrf|répression\sdes\sfraudes|ufc\sque\schoisir|que\schoisir|60\smillions|association\sde\sconsommateurs|défenseur\sdes\sdroits|signalconso|signal\sconso|médiateur|conciliateur|cnil|droit\sde\sla\sconsommation|protection\sdes\sconsommateurs)\b",
    r"\b(?:à\sla\spolice|à\sla\sgendarmerie|au\scommissariat)\b",
)
_SELF_HARM = (
    r"\b(?:me\s(?:tuer|suicider|pendre|foutre\sen\sl'air|faire\sdu\smal|jeter\ssous|tailler\sles\sveines|scarifier|buter|noyer)|m'ouvrir\sles\sveines|mettre\sfin\sà\s(?:mes\sjours|ma\svie)|en\sfinir\savec\s(?:la|ma)\svie|j'ai\senvie\sd'en\sfinir)\b(?!\sde\srire)",
    r"\b(?:suicide|suicidaires?|automutil\w*|idées\snoires)\b|\bje\s(?:veux|voudrais|préfère|préférerais|souhaite)\s(?:\w+\s)?(?:mourir|être\smorte?|disparaître)\b(?!\sde\s(?:rire|honte))",
    r"\b(?:plus\senvie\sde\svivre|ne\sveux\splus\svivre|veux\splus\svivre|aucune\sraison\sde\svivre|plus\sde\sraison\sde\svivre|la\svie\sn'a\splus\sde\ssens|mieux\ssans\smoi|plus\sla\sforce\sde\svivre)\b",
)
_RULES = (
    r"(?:instructions?|règles?|consignes?|directives?|politiques?|limites?|restrictions?|vérifications?|"
    r"contrôles?|approbations?|programmation|prompt|procédures?|garde-fous)"
)
_MACHINE = r"(?:ia|bot|chatbot|robot|assistant|assistante|système|modèle|agent|intelligence\sartificielle)"
_INJECTION = (
    rf"\b(?:ignore[rz]?|oublie[rz]?|contourne[rz]?|désactive[rz]?|passe[rz]?\soutre|ne\stiens\spas\scompte|ne\stenez\spas\scompte|outrepasse[rz]?)\s(?:\w+[\s']){{0,5}}{_RULES}\b",
    r"\b(?:tu\ses|vous\sêtes)\s(?:maintenant|désormais|à\sprésent|dorénavant)\s(?:\w+[\s']){0,3}(?:ia|assistant|robot|modèle|admin\w*|développeur|libre|responsable|pirate|dan|sans)\b",
    r"(?:^|[\n.!?;>\]\"'({*-]\s*)[\[<({]{0,3}(?:système|systeme|administrateur|développeur|consigne\ssystème|message\ssystème)[\]>)}]{0,3}\s?:",
    r"\b(?:prompt\ssystème|message\ssystème|instructions?\ssystème|mode\s(?:développeur|admin\w*|debug|maintenance))\b",
    rf"\b(?:nouvelles|voici\sles\snouvelles|les\svraies)\s(?:instructions?|consignes?)\b|\b(?:note|message|consigne|instruction|attention)\s(?:à|pour|destinée?\sà)\s(?:l'|la\s|le\s|toute\s)?{_MACHINE}\b",
    rf"\b(?:l'|la\s|le\s|toute\s|cher\s|chère\s){_MACHINE}\s(?:doit|devra|est\sautorisée?\sà|peut)\s(?:\w+\s){{0,3}}(?:rembourser|payer|approuver|accorder|ignorer|verser|supprimer|divulguer)\b",
    r"\b(?:rembourse[rz]?|paye[rz]?|approuve[rz]?|verse[rz]?|annule[rz]?|accorde[rz]?)\b[^.?!\n]{0,60}\bsans\s(?:\w+\s){0,3}(?:vérification|approbation|validation|confirmation|contrôle|autorisation|demander|accord|poser\sde\squestions?)\b",
    r"\b(?:montre|montrez|affiche[rz]?|révèle|révélez|répète|répétez|donne|donnez)[\s-](?:moi\s)?(?:tes|vos|ton|votre|les|le)\s(?:\w+\s){0,2}(?:prompt|instructions?|consignes?|règles\sinternes|configuration|message\ssystème)\b",
    r"\b(?:je\ssuis|ici|c'est)\s(?:le|la|l'|votre|ton|un)?\s?(?:nouveau\s|nouvelle\s)?(?:administrat\w+|développeu\w+|pdg|directeur\sgénéral|programmeur|superviseur)\b.{0,80}\b(?:approuv|autoris|rembours|ordonn|permet|active|désactive|montre|affiche)",
    r"\b(?:considère[rz]?|traite[rz]?|marque[rz]?|note[rz]?)\s(?:\w+\s){1,4}comme\s(?:déjà\s)?(?:approuvée?|vérifiée?|validée?|confirmée?|autorisée?)\b",
    r"\b(?:approbations?|vérifications?|validations?|règles?|limites?|contrôles?)\s(?:n'est|ne\ssont|n'a|est|sont)\s(?:plus\s|pas\s|désormais\s)*(?:nécessaires?|requises?|en\svigueur|valables?|applicables?|suspendue?s?|levée?s?)\b",
)
_ANGER = (
    r"\b(?:furieux|furieuse|en\scolère|énervée?|hors\sde\smoi|scandalisée?|outrée?|révoltée?|exaspérée?|excédée?|ras[\s-]le[\s-]bol|marre|à\sbout\sde\snerfs|très\smécontente?)\b",
    r"\b(?:inadmissible|inacceptable|scandaleux|scandaleuse|honteux|honteuse|une\shonte|ridicule|lamentable|déplorable|catastrophique|foutage\sde\sgueule|se\sfoutre\sde|vous\sfoutez|vous\smoquez|arnaque|arnaqueurs|escrocs?|voleurs|incompétents?|nuls?\sà\schier|du\sn'importe\squoi|inqualifiable|un\sscandale|bande\sde)\b",
    r"\b(?:merde|putain|bordel|connards?|connasse|cons|enfoirés?|salauds?|salopards?|fait\schier|va\ste\sfaire|allez\svous\sfaire|dégueulasse|imbéciles?|idiots?|crétins?|débiles?)\b",
    r"\b(?:ça\ssuffit|plus\sjamais\s(?:je\s|chez)|jamais\splus|ma\spatience\s(?:a\sdes\slimites|est\sà\sbout)|je\sn'en\speux\splus)\b",
    r"\bpires?\s(?:\w+\s)?(?:service|magasin|boutique|site|entreprise|expérience|sav)\b",
)
FRENCH = Dangers.of(
    "fr",
    threat=_THREAT,
    legal=_LEGAL,
    self_harm=_SELF_HARM,
    injection=_INJECTION,
    angry=_ANGER,
    not_angry=r"\b(?:pas|sans|jamais|aucune?)\s(?:\w+\s){0,2}$",
)
