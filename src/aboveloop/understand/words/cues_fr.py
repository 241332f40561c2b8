"""The French forms of small things: a greeting, thanks, a question, a wish for a person or to stop."""

from aboveloop.understand.words.forms import Forms

_HUMAN = (
    r"(?:humain(?:e|s)?|être\shumain|personne|conseiller|conseillère|conseillers|agent|collègue|employé(?:e|s)?|opérateur|opératrice|"
    r"responsable|superviseur|quelqu'un|représentant(?:e)?|service\sclients?|service\saprès-vente|sav|vendeur|vendeuse|directeur|gérant(?:e)?|membre\sde\s(?:l'équipe|votre\séquipe))"
)
_REAL = (
    r"(?:à\s|avec\s|un\s|une\s|d'un\s|d'une\s|de\s|le\s|la\s|l'|au\s|votre\s|vos\s|un\sde\svos\s|vrai(?:e)?\s|"
    r"véritable\s|réel(?:le)?\s|autre\s)*"
)
FRENCH = Forms.of(
    "fr",
    greeting=r"^\W*(?:bonjour|bonsoir|salut|coucou|hello|hey|rebonjour|re\sbonjour|cher\smonsieur|chère\smadame|chers?\s(?:service\sclient|équipe|larkspur)|madame,?\smonsieur|monsieur,?\smadame|mesdames,?\smessieurs)"
    r"(?:\s(?:à\stous|à\svous|tout\sle\smonde|l'équipe|madame|monsieur|larkspur|madame,?\smonsieur|messieurs))?(?!\w)[\s,.!:–-]*",
    thanks=r"\b(?:merci|remercie|remerciements|reconnaissante?)\b",
    no_thanks=r"\bmerci\spour\srien\b|\bnon\smerci\b|\bmerci\sde\s\w+(?:er|ir|re|oir)\b|\bmerci\sbien\shein\b",
    thanks_at_end=r"[\s,.!-]{0,9}(?:(?:un\sgrand|mille|encore|d'avance|et)\s){0,2}(?:mercis?|je\svous\sremercie)(?:\s(?:beaucoup|bien|d'avance|par\savance|encore|infiniment|à\svous|pour\s(?:votre|vos|l')\s?(?:aide|réponses?|retour)))*[\s.!]{0,9}$",
    asks=r"^\W*(?:(?:et|mais|alors|ok|donc|s'il\svous\splaît|svp|pardon|excusez[\s-]moi|bonjour|salut)[\s,]+)*"
    r"(?:(?:que|qu'est[\s-]ce|quoi|pourquoi|comment|qui|quel(?:le)?s?|quand|où|combien|lequel|laquelle|est[\s-]ce|c'est\squoi|c'est\squand|d'où|depuis\squand)\b|"
    r"(?:puis|peut|pouvez|pourriez|pourrais|peux|avez|as|êtes|est|sont|faut|dois|doit|serait|seriez|livrez|acceptez|proposez|vendez|faites|savez|a)[\s-](?:je|tu|il|elle|on|vous|nous|ils|elles|t-il|t-elle|t-on|ce)\b|"
    r"(?:vous\s(?:avez|pouvez|pourriez|livrez|acceptez|faites|prenez|proposez))\b.*\?)",
    wants_person=rf"\b(?:parler|discuter|échanger|m'entretenir|causer|tchatter|chatter|communiquer)\s(?:directement\s|enfin\s|plutôt\s)*(?:à|avec|au)\s{_REAL}{_HUMAN}\b"
    rf"|\b(?:passez|transférez|mettez|redirigez|dirigez|connectez|orientez|mets|passe)[\s-](?:moi|le|la|les|nous|ça|cela|mon\s\w+)\s(?:en\s(?:contact|relation|ligne)\s)?(?:à|avec|vers|au)?\s?{_REAL}{_HUMAN}\b"
    rf"|\b(?:veux|voudrais|souhaite|souhaiterais|préfère|préférerais|demande|exige|besoin\sd'|besoin\sde|faut)\s?(?:parler\sà\s|joindre\s|contacter\s|avoir\s|voir\s)?(?:un|une|l'aide\sd'un|l'aide\sd'une|d'un|d'une)\s(?:vrai(?:e)?\s|véritable\s|autre\s)?"
    r"(?:humain|être\shumain|personne\s(?:réelle|physique)|vraie\spersonne|conseiller|conseillère|agent|opérateur|responsable|employé|collègue|interlocuteur|supérieur)\b"
    rf"|\b(?:vrai(?:e)?|véritable|réelle?)\s(?:personne|humain|conseiller|conseillère|agent|interlocuteur)\b|\bpersonne\s(?:réelle|en\schair\set\sen\sos)\b"
    r"|\b(?:pas|plus)\s(?:à\s|avec\s|de\s|d')?(?:un\s|une\s|ce\s|cette\s|votre\s)?(?:robots?|bots?|chatbots?|machine|ordinateur|automate|ia)\b"
    rf"|\by\s?a[\s-]t[\s-]il\s(?:un|une|quelqu'un)\s?(?:humain|vraie\spersonne|personne\sréelle|conseiller|de\sréel)?\b"
    rf"|\b(?:qu'un|qu'une|que)\s(?:\w+\s)?{_HUMAN}\s(?:me\srappelle|me\scontacte|me\sréponde|prenne\sle\srelais|s'en\soccupe|m'appelle)\b|\brappelez[\s-]moi\b|\bêtre\srappelée?\b",
    person_alone=r"^\W*(?:(?:s'il\svous\splaît|svp|bonjour|ok)[\s,]+)?(?:un\s|une\s|vrai(?:e)?\s)*(?:humain|personne|conseiller|conseillère|agent|opérateur|collègue|responsable|service\sclient)(?:[\s,]+(?:s'il\svous\splaît|svp|maintenant|vite))*\W*$",
    not_wanted=r"\b(?:pas|ne\sveux\spas|sans|au\slieu\sde|plutôt\sque\sde|inutile\sde|n'ai\spas)\s(?:\w+\s){0,3}$",
    are_you=r"\b(?:êtes[\s-]vous|es[\s-]tu|est[\s-]ce|suis[\s-]je|vous\sêtes|c'est|je\sparle)\s(?:\w+\s){0,3}$",
    mentioned=rf"\b(?:parlé|discuté|échangé|eu)\s(?:\w+\s){{0,2}}(?:à|avec|au)?\s?{_REAL}{_HUMAN}\b|\b(?:êtes[\s-]vous|es[\s-]tu)\s{_REAL}{_HUMAN}\b",
    forget_it=r"^\W*(?:(?:ok(?:ay)?|ah|bon|non|finalement|en\sfait|pardon|désolée?|bah|alors|d'accord)[\s,.!]+)*"
    r"(?:laissez?\s(?:tomber|ça|béton)|oubliez?(?:\s(?:ça|cela|tout))?|(?:ce\sn'est|c'est)\s(?:pas|plus)\s(?:grave|la\speine|important|nécessaire)|peu\simporte|tant\spis|plus\sbesoin|"
    r"n'en\sparlons\splus|arrêtez?(?:\stout|\sça)?|stop|annulez?\stout|c'est\s(?:bon\s)?(?:réglé|résolu)|(?:on\s)?recommence(?:r|z)?(?:\sdu\sdébut|\sà\széro)?|abandonne[rz]?)"
    r"(?:[\s,.!]+(?:alors|maintenant|merci|quand\smême|s'il\svous\splaît|svp|finalement|c'est\sbon|ça\sva|au\srevoir|j'ai\strouvé|j'ai\schangé\sd'avis|désolée?|donc))*\W*$",
    urgent=r"\b(?:urgent(?:e|es|s)?|urgence|d'urgence|immédiatement|tout\sde\ssuite|au\splus\svite|dès\sque\spossible|le\splus\s(?:vite|rapidement)\spossible|rapidement\ssvp|sans\sattendre|sur-le-champ|asap)\b|"
    r"\b(?:besoin|faut|dois)\b[^.!?]{0,50}\b(?:aujourd'hui|demain|ce\ssoir|après-demain)\b|\b(?:pars|partons|part)\s(?:\w+\s){0,3}(?:demain|ce\ssoir|aujourd'hui|après-demain)\b",
    no_hurry=r"\b(?:pas\s(?:si\s|très\s)?(?:urgent|pressée?)|rien\sne\spresse|pas\sd'urgence|aucune\surgence|quand\svous\spourrez|prenez\svotre\stemps)\b",
)
