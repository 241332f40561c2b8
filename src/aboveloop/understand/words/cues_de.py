"""The German forms of small things: a greeting, thanks, a question, a wish for a person or to stop."""

from aboveloop.understand.words.forms import Forms

_HUMAN = (
    r"(?:mensch(?:en)?|person|mitarbeiter(?:in|innen|n)?|kollege(?:n)?|kollegin|berater(?:in|n)?|ansprechpartner(?:in|n)?|"
    r"sachbearbeiter(?:in)?|kundenservice|kundendienst|kundenbetreuer(?:in)?|service\s?mitarbeiter(?:in|n)?|jemande[mn]|"
    r"vorgesetzte[nrm]?|chef(?:in)?|support|hotline|filialleiter(?:in)?|agent(?:en)?|team)"
)
_REAL = (
    r"(?:mit\s|an\s|zu\s|ein(?:e[mnr]?)?\s|de[mnr]\s|die\s|ihre[mnr]?\s|eure[mnr]?\s|echte[mnrs]?\s|richtige[mnrs]?\s|"
    r"menschliche[mnrs]?\s|lebendige[mnr]?\s|zuständige[mnr]?\s|realen?\s)*"
)
GERMAN = Forms.of(
    "de",
    digraphs=True,
    greeting=r"^\W*(?:(?:einen\s)?(?:schönen\s)?guten\s(?:tag|morgen|abend|mittag)|hallo(?:chen)?|hi|hey|moin(?:\smoin)?|servus|"
    r"grüß(?:e)?\s(?:gott|sie|dich|euch)|grüezi|tach|tag\szusammen|sehr\sgeehrte(?:s|r)?(?:\s(?:damen\sund\sherren|herr\s\w+|frau\s\w+|\w+team|team|larkspur\steam|\w+))?|"
    r"liebe[rs]?\s(?:team|kundenservice|larkspur(?:\steam)?|kolleg\w+))(?:\s(?:zusammen|alle|nochmal|nochmals|an\salle|liebes\steam|liebes\slarkspur\steam|da))?(?!\w)[\s,.!:–-]*",
    thanks=r"\b(?:danke(?:schön)?|dank(?:e\sschön|e\ssehr)?|vielen\sdank|besten\sdank|herzlichen\sdank|dankbar|bedanke\smich|merci|thx)\b",
    no_thanks=r"\bdanke\sfür\s(?:nichts|gar\snichts)\b|\bkein(?:en)?\sdank\b|\bna\sdanke\b|\bnein\sdanke\b|\bschönen\sdank\sauch\b",
    thanks_at_end=r"[\s,.!-]{0,9}(?:(?:vielen|besten|herzlichen|lieben|schon\smal|schonmal|im\svoraus|1000|tausend)\s){0,3}(?:danke?(?:schön)?)"
    r"(?:\s(?:im\svoraus|schön|sehr|schonmal|schon\smal|ihnen|euch|dir|vorab|für\s(?:die|ihre|eure)\s(?:schnelle\s)?(?:hilfe|antwort|rückmeldung|mühe|unterstützung)))*[\s.!]{0,9}$",
    asks=r"^\W*(?:(?:und|aber|also|ok(?:ay)?|bitte|entschuldigung|sorry|hallo|hi|guten\stag)[\s,]+)*"
    r"(?:(?:was|warum|wieso|weshalb|weswegen|wie|wer|wen|wem|wessen|welche[rsmn]?|wann|wo|woher|wohin|wofür|womit|wozu|woran)\b|"
    r"(?:kann|könnte|könnten|können|kannst|könnt|darf|dürfen|soll|sollte|sollen|muss|müssen|ist|sind|war|waren|wird|werden|würde|würden|würdet|haben|habt|hat|hast|hatte|gibt|"
    r"geht|gilt|bietet|bieten|liefert|liefern|nehmt|nehmen|macht|machen|kommt|kostet|bekomme|bekommen|weiß|wissen|brauche)\s(?:ich|sie|man|wir|es|das|der|die|ihr|du|mein|meine|bei|euch|ihre|jemand|ein|eine)\b)",
    wants_person=rf"\b(?:mit|an)\s{_REAL}{_HUMAN}\s(?:\w+\s){{0,3}}(?:sprechen|reden|schreiben|chatten|telefonieren|verbinden|verbunden|weiterleiten|weitergeleitet|wenden|durchstellen|kommunizieren)\b"
    rf"|\b(?:sprechen|reden|spreche|rede|chatten|schreiben|telefonieren)\s(?:\w+\s){{0,2}}mit\s{_REAL}{_HUMAN}\b"
    rf"|\b(?:verbinden|verbinde|leiten|leite|stellen|geben|holen|hol|gib|weiterleiten)\s(?:sie\s)?(?:mich|mir|das|dies|uns)\s(?:bitte\s)?(?:weiter\s)?{_REAL}{_HUMAN}\b"
    rf"|\b(?:will|möchte|brauche|verlange|hätte\sger?ne?|wünsche|bitte|gebt\smir|geben\ssie\smir|bevorzuge)\s(?:bitte\s|endlich\s|gerne?\s|nur\s|jetzt\s|um\s)*(?:eine[nm]?|mit|den|ihren|einen\sechten)\s{_REAL}(?:mensch(?:en)?|mitarbeiter(?:in|n)?|ansprechpartner(?:in)?|berater(?:in)?|person|vorgesetzten|kollegen|kundenberater(?:in)?)\b"
    rf"|\b(?:echte[rnms]?|richtige[rnms]?|menschliche[rnms]?)\s(?:mensch(?:en)?|mitarbeiter(?:in|n)?|person|ansprechpartner(?:in)?|berater(?:in)?|kollegen|hilfe|unterstützung)\b"
    r"|\b(?:kein(?:en)?|nicht\smit\s(?:einem|einer|dem|der)|stopp?t?\sde[nr]|hasse)\s(?:blöden\s|dummen\s|dämlichen\s)?(?:bots?|roboter|chatbots?|maschine|automaten|computer|ki)\b"
    rf"|\bist\s(?:da|hier|dort)\s(?:überhaupt\s|auch\s|vielleicht\s)*(?:jemand\s?(?:echtes|echter)?|ein\s(?:echter\s)?mensch|ein\smitarbeiter)\b"
    rf"|\b(?:kann|könnte|soll|darf)\s(?:sich\s)?(?:bitte\s)?(?:mal\s)?(?:ein\s|eine\s)?(?:echter\s|echte\s)?(?:mensch|mitarbeiter(?:in)?|kolleg(?:e|in)|jemand)\s(?:\w+\s){{0,4}}(?:übernehmen|kümmern|anrufen|zurückrufen|antworten|melden|helfen)\b"
    r"|\b(?:können|könnten|könnt|kann|bitte)\s(?:\w+\s){0,3}mich\s(?:\w+\s){0,2}(?:zurückrufen|zurück\srufen|anrufen)\b|\brufen?\s(?:sie\s)?mich\s(?:bitte\s)?(?:mal\s)?(?:zurück|an)\b|\b(?:um|bitte\sum)\s(?:einen\s)?rückruf\b",
    person_alone=r"^\W*(?:(?:bitte|hallo|ok|ich\ssagte)[\s,]+)?(?:ein(?:e[nm])?\s|einen\s|den\s|echte[rnm]?\s|richtige[rnm]?\s)*"
    r"(?:mensch(?:en)?|mitarbeiter(?:in)?|person|berater(?:in)?|ansprechpartner(?:in)?|agent|kundenservice|kundendienst|kollege|kollegin|support)(?:[\s,]+(?:bitte|jetzt|sofort|sprechen))*\W*$",
    not_wanted=r"\b(?:nicht|kein(?:en?)?|ohne|statt|anstatt|ungern)\s(?:\w+\s){0,4}$",
    are_you=r"\b(?:sind\ssie|bist\sdu|ist\sdas|ist\sdies|spreche\sich|schreibe\sich|rede\sich|chatte\sich)\s(?:\w+\s){0,3}$",
    mentioned=rf"\b(?:sprach|gesprochen|geredet|telefoniert|gechattet)\s(?:\w+\s){{0,2}}mit\s{_REAL}{_HUMAN}\b|\bmit\s{_REAL}{_HUMAN}\s(?:\w+\s){{0,2}}(?:gesprochen|geredet|telefoniert|gechattet)\b"
    rf"|\b(?:sind\ssie|bist\sdu)\s{_REAL}{_HUMAN}\b",
    forget_it=r"^\W*(?:(?:ok(?:ay)?|ach|na|nein|nee|sorry|entschuldigung|bitte|also|dann|doch|hm+|wissen\ssie\swas|weißt\sdu\swas|eigentlich)[\s,.!]+)*"
    r"(?:vergessen\ssie\s(?:es|das)|vergiss\s(?:es|das)|vergesst\s(?:es|das)|lassen\s(?:sie\s(?:es|das|mal)(?:\s(?:gut\ssein|sein|bleiben))?|wir\s(?:es|das))|lass\s(?:es|das|mal|gut\ssein|stecken)|lasst\s(?:es|das|mal)|"
    r"(?:hat|das\shat|es\shat)\ssich\s(?:schon\s)?erledigt|(?:schon\s|ist\s|alles\s|bereits\s)*erledigt|(?:das\s|es\s)?(?:ist\s)?nicht\s(?:mehr\s)?(?:so\s)?(?:wichtig|nötig|notwendig)|egal|schon\sgut|abbrechen|abbruch|stopp?|halt|"
    r"(?:ich\s)?(?:brauche|will|möchte)\s(?:das|es)\sdoch\snicht(?:\smehr)?|nicht\smehr\snötig|doch\snicht|von\svorne?\sanfangen|ich\smöchte\s(?:nochmal|noch\smal)\svon\svorne\sanfangen)"
    r"(?:[\s,.!]+(?:dann|jetzt|bitte|danke|vielen\sdank|trotzdem|doch|mehr|so|einfach|schon|passt\sschon|alles\sgut|tschüss|mir|ist|es|das|hat\ssich\serledigt|ich\shab(?:e)?\s(?:es\s|sie\s|ihn\s)?(?:schon\s)?gefunden|ich\shab(?:e)?\ses\smir\sanders\süberlegt))*\W*$",
    urgent=r"\b(?:dringend|dringlich|eilig|eilt|sofort|umgehend|unverzüglich|schnellstmöglich|so\sschnell\swie\smöglich|asap|notfall|auf\sder\sstelle|höchste\szeit)\b|"
    r"\b(?:brauche|benötige|brauchen|muss|müssen)\b[^.!?]{0,50}\b(?:heute|morgen|übermorgen)\b|\b(?:fahre|fliege|reise|verreise|fahren|fliegen|reisen)\s(?:\w+\s){0,2}(?:heute|morgen|übermorgen)\b|\b(?:heute|morgen|übermorgen)\s(?:\w+\s){0,3}(?:in\sden\surlaub|ab|weg|los)\b",
    no_hurry=r"\b(?:nicht\s(?:so\s|sehr\s)?(?:dringend|eilig)|keine\seile|eilt\snicht|hat\szeit|ohne\seile)\b",
)
