"""The German phrases that answers are made of. "ae", "oe" and "ue" count as the umlauts."""

from aboveloop.understand.words.lexicon import Lexicon, Role, clauses, phrases, words

_PHRASES: dict[Role, str] = {
    "yes": """
        ja; jo; jep; jepp; jup; joa; jawohl; jawoll; ja ja; ja bitte; ja gerne; ja gern; ja klar; ja natürlich; ja
        sicher; ja genau; ja doch; ja unbedingt; ja auf jeden fall; ja sehr gerne; klar; na klar; aber klar;
        natürlich; selbstverständlich; sicher; sicherlich; na sicher; auf jeden fall; unbedingt; absolut; definitiv;
        gewiss; freilich; gerne; gern; sehr gerne; sehr gern; bitte ja; meine antwort ist ja; die antwort ist ja; aber
        ja; aber gerne; oh ja; und ob
    """,
    "agreed": """
        j; k; ok; okay; oki; okey; in ordnung; geht in ordnung; das geht in ordnung; ist in ordnung; das ist in
        ordnung; ist ok; ist okay; das ist ok; das ist okay; passt; das passt; passt so; das passt so; passt mir;
        passt für mich; einverstanden; ich bin einverstanden; bin einverstanden; damit bin ich einverstanden; bin
        dafür; genau; ganz genau; genau so; stimmt; das stimmt; stimmt so; das stimmt so; richtig; das ist richtig; so
        ist es richtig; korrekt; das ist korrekt; alles korrekt; alles richtig; gut; sehr gut; ist gut; das ist gut;
        na gut; also gut; schon gut; gut so; machen sie das; machen sie das so; machen sie es; machen sie es so; bitte
        machen sie das; bitte machen sie das so; bitte tun sie das; tun sie das; tun sie es; mach das; mach es; mach
        mal; mach das so; mach es so; mach ruhig; machen sie ruhig; machen sie mal; so machen; so machen wir das; so
        machen wir es; das machen wir so; machen wir; machen wir so; nur zu; dann mal los; los; leg los; legen sie
        los; legen sie bitte los; weiter; fahren sie fort; bitte fahren sie fort; bestätigt; ich bestätige; ich
        bestätige das; ich bestätige es; hiermit bestätigt; hiermit bestätige ich das; bestätige ich; bestätigen;
        zugestimmt; ich stimme zu; stimme zu; dem stimme ich zu; genehmigt; abgemacht; so soll es sein; das will ich;
        das möchte ich; das möchte ich so; so möchte ich es; das hätte ich gern; das wäre gut; das wäre toll; das wäre
        super; das wäre nett; das wäre prima; das wäre schön; wäre gut; wäre super; klingt gut; das klingt gut; hört
        sich gut an; das hört sich gut an; sieht gut aus; das sieht gut aus; perfekt so; von mir aus; meinetwegen; tu
        das; bitte so; das können sie machen; das dürfen sie; das dürfen sie machen; können sie machen; können sie so
        machen; dürfen sie; sie können das machen; wenn es sein muss ja; ganz sicher; ich bin sicher; bin mir sicher;
        ich bin mir sicher; daumen hoch; thumbup; das ist es; das ist die richtige; die ist richtig; bitte
        durchführen; durchführen; ausführen; bitte ausführen; bitte veranlassen; veranlassen sie das; veranlassen sie
        es bitte; das wollte ich; genau das; genau das möchte ich
    """,
    "no": """
        nein; nee; ne; nö; nein danke; nee danke; ne danke; nö danke; nein nein; nein bitte nicht; bitte nicht; bloß
        nicht; lieber nicht; besser nicht; auf keinen fall; keinesfalls; auf gar keinen fall; niemals; nie; nie im
        leben; sicher nicht; ganz sicher nicht; natürlich nicht; bestimmt nicht; absolut nicht; definitiv nicht; noch
        nicht; jetzt nicht; nicht jetzt; heute nicht; diesmal nicht; nicht; tun sie das nicht; machen sie das nicht;
        machen sie das bitte nicht; mach das nicht; das will ich nicht; das möchte ich nicht; will ich nicht; möchte
        ich nicht; ich will das nicht; ich möchte das nicht; ich will nicht; ich möchte nicht; das wollte ich nicht;
        nicht machen; nicht durchführen; nicht einverstanden; ich bin nicht einverstanden; bin nicht einverstanden;
        damit bin ich nicht einverstanden; bin ich nicht einverstanden; stimmt nicht; das stimmt nicht; falsch; das
        ist falsch; nicht richtig; das ist nicht richtig; nicht korrekt; das ist nicht korrekt; das passt nicht; passt
        nicht; passt mir nicht; lassen sie es; lassen sie das; lassen sie es so; lassen sie alles so; lassen sie es
        wie es ist; lass es; lass das; lass mal; lass gut sein; lassen wir das; lassen wir es; lassen wir es so; ich
        behalte es; ich behalte sie; ich behalte ihn; ich behalte alles; behalte ich; dann behalte ich es; dann
        behalte ich sie; abbrechen; bitte abbrechen; abbruch; stopp; stop; halt; vergessen sie es; vergiss es;
        vergessen sie das; vergiss das; schon gut vergessen sie es; ich habe es mir anders überlegt; habe es mir
        anders überlegt; hab es mir anders überlegt; hab es mir anders überlegt; ich habs mir anders überlegt; anders
        überlegt; abgelehnt; ich lehne ab; lehne ich ab; das lehne ich ab; kein interesse; kein bedarf; nicht nötig;
        ist nicht nötig; das ist nicht nötig; muss nicht sein; das muss nicht sein; brauche ich nicht; thumbdown;
        daumen runter; nein lassen sie es; ich verzichte; verzichte
    """,
    "no_alone": """
        eher nicht; eigentlich nicht; nicht wirklich; nicht ganz; nicht unbedingt; gar nicht; überhaupt nicht; das war
        es nicht; ist es nicht; das ist es nicht; nicht dass ich wüsste; ich glaube nicht; glaube nicht; glaub nicht;
        ich denke nicht; denke nicht; wohl nicht; nichts; hab ich nicht; habe ich nicht; kann ich nicht; ich nicht; es
        ist nicht; er ist nicht; sie ist nicht; noch immer nicht; immer noch nicht
    """,
    "unsure": """
        vielleicht; evtl; eventuell; möglicherweise; womöglich; wahrscheinlich; vermutlich; kommt darauf an; kommt
        drauf an; das kommt darauf an; das kommt drauf an; je nachdem; weiß nicht; weiss nicht; ich weiß nicht; ich
        weiß es nicht; weiß ich nicht; weiß ich noch nicht; ich weiß noch nicht; keine ahnung; nicht sicher; ich bin
        nicht sicher; bin nicht sicher; bin mir nicht sicher; ich bin mir nicht sicher; unsicher; bin unsicher; mal
        sehen; mal schauen; schauen wir mal; sehen wir mal; moment; einen moment; einen moment bitte; moment mal;
        moment bitte; warten sie; warte; warte mal; warten sie bitte; warten sie mal; sekunde; eine sekunde;
        augenblick; einen augenblick; später; hm; hmm; hmmm; jein; ja und nein; ja nein; nein ja; egal; mir egal; ist
        mir egal; das ist mir egal; wie sie meinen; wie du meinst; wenn sie meinen; ich denke schon; denke schon; ich
        glaube schon; glaube schon; glaub schon; ich glaube ja; ich denke ja; schätze schon; müsste ich überlegen;
        muss ich überlegen; muss ich mir überlegen; ich überlege noch; ich muss überlegen; ich muss noch überlegen;
        keine wahl; habe ja keine wahl; ich habe ja keine wahl; verstehe ich nicht; ich verstehe nicht; ich verstehe
        das nicht; verstehe nicht; muss ich; muss das sein; warum nicht; wieso nicht; ich will es nicht mehr; ich
        möchte es nicht mehr; ich will sie nicht mehr; nicht mehr; will ich nicht mehr; brauche ich nicht mehr;
        gefällt mir nicht; nicht behalten; nicht schlecht; keine einwände; kein problem damit; ja toll; ja super; na
        super; na toll; na prima; toll gemacht; ja klar super; wers glaubt; ha ha; haha
    """,
    "courtesy": """
        bitte; danke; dankeschön; danke schön; danke sehr; danke dir; danke ihnen; vielen dank; besten dank;
        herzlichen dank; tausend dank; lieben dank; vielen lieben dank; merci; hallo; hi; hey; moin; guten tag; guten
        morgen; guten abend; servus; grüß gott; grüezi; sehr; super; toll; prima; klasse; perfekt; wunderbar; schön;
        großartig; spitze; fein; jetzt; sofort; gleich; umgehend; so schnell wie möglich; schnellstmöglich; asap;
        also; oh; ach; äh; ähm; na; und; so; dann; mal; doch; nochmal; kein problem; kein ding; keine sorge; keine
        eile; das wäre alles; das ist alles; das wars; sonst nichts; mehr nicht; freundliche grüße; mit freundlichen
        grüßen; viele grüße; liebe grüße; lg; mfg; vg; smile; mein freund; entschuldigung; sorry; für mich; wenn
        möglich; falls möglich; wenn es geht; wenn sie können; freut mich; das freut mich; nett; sehr nett; lieb; das
        ist nett; das ist lieb; gott sei dank
    """,
    "echo": """
        ist es; war es; hat es; habe ich; hab ich; sind sie; haben sie; kam an; ist angekommen; ist da; ist gekommen;
        waren sie; tut es; gibt es; bin ich; war ich; hat er; hat sie; es ist da; es war so; das habe ich; das ist so
    """,
    "change": """
        aber; sondern; stattdessen; anstatt; statt; außer; lieber; anders; andere; anderen; anderer; anderes; nur;
        bloß; falls; wenn; sofern; vorausgesetzt; solange; ohne; auch; außerdem; zusätzlich; noch; plus; beide;
        beides; alle; alles; hälfte; teil; teilweise; mehr; weniger; erst; zuerst; vorher; nachdem; bevor; danach;
        sobald; bis; ändern; ändere; wechseln; größe; farbe; adresse; ein anderer; eine andere; ein anderes; jedoch;
        allerdings
    """,
    "other": """
        die andere; der andere; das andere; die anderen; den anderen; die andere bestellung; meine andere bestellung;
        eine andere; eine andere bestellung; ein anderes; ein anderer; nicht die; nicht diese; nicht der; nicht
        dieser; nicht das; nicht dieses; nicht diese bestellung; nicht die bestellung; falsche bestellung; die falsche
        bestellung; die falsche; das falsche; ich meine die andere; ich meinte die andere; ich meine eine andere; ich
        meinte eine andere; ich meine die andere bestellung; ich meinte die andere bestellung; die vorherige; die
        vorige; die ältere; die neuere; die davor; die frühere; die nächste; die letzte davor
    """,
}
_VERBS = """
    stornieren; stornieren sie; storniere; storniert; erstatten; erstatten sie; zurückerstatten; zurückgeben; geben
    sie; zurückschicken; zurücksenden; umtauschen; tauschen; tauschen sie; austauschen; ändern; ändern sie; schicken;
    schicken sie; senden; senden sie; verschicken; versenden; buchen; buchen sie; schließen; schließen sie; löschen;
    löschen sie; suchen; suchen sie; eintragen; anmelden; registrieren; überweisen; überweisen sie; zurückziehen;
    widerrufen; korrigieren; abschließen; kündigen
"""
_OBJECTS = """
    es; das; sie; ihn; die bestellung; meine bestellung; diese bestellung; den auftrag; die rücksendung; meine
    rücksendung; die retoure; meine retoure; den artikel; die artikel; das konto; mein konto; mein kundenkonto; das
    geld; mein geld; mir das geld; mir mein geld; die adresse; die lieferadresse; den betrag; mir den betrag; die
    rechnung; mir die rechnung; die notiz; das paket; mein paket; alles; den umtausch; die erstattung; den auftrag
    jetzt; das bitte; sie bitte; es bitte; die bestellung bitte; meine bestellung bitte
"""
_OPENERS = (
    "; bitte; ich möchte; ich will; ich würde gerne; ich würde gern; sie können; können sie; dann bitte; bitte jetzt"
)
_WHOLE = """
    stornieren; bitte stornieren; stornieren bitte; erstatten; bitte erstatten; ich will mein geld zurück; ich möchte
    mein geld zurück; geld zurück; mein geld zurück; geld zurück bitte; zurückschicken; bitte zurückschicken;
    umtauschen; bitte umtauschen; ändern; bitte ändern; schicken; bitte schicken; suchen; bitte suchen; schließen;
    bitte schließen; bitte zurücksenden; eintragen; bitte eintragen; bitte senden; löschen; bitte löschen; bitte
    überweisen
"""

GERMAN = Lexicon.of(
    _PHRASES,
    clauses=clauses(_OPENERS, _VERBS, _OBJECTS, verb_last=True) + phrases(_WHOLE),
    clause_verbs=words(
        """
        stornieren storniere storniert erstatten zurückerstatten zurückgeben geben zurückschicken zurücksenden
        umtauschen tauschen austauschen ändern schicken senden verschicken versenden buchen schließen löschen suchen
        eintragen anmelden registrieren überweisen zurückziehen widerrufen korrigieren abschließen kündigen geld
    """
    ),
    same_meaning=(
        words("stornieren storniere storniert stornierung storno"),
        words(
            """
            erstatten erstatte erstattet erstattung zurückerstatten rückerstattung geld geben zurück überweisen
            zurückzahlen
        """
        ),
        words("umtauschen umtausch tauschen tausche austauschen tausch"),
        words("zurückgeben zurückschicken zurücksenden rücksendung retoure zurück melde anmelden registrieren"),
        words("ändern ändere geändert änderung korrigieren"),
        words("schicken schicke senden sende verschicken versenden versand sendung gesendet erneut neu"),
        words("schließen schließe löschen lösche kündigen konto kundenkonto geschlossen gelöscht"),
        words("suchen suche suchauftrag nachforschung nachforschen"),
        words("eintragen trage notiz hinweis"),
        words("zurückziehen widerrufen ziehe zurück"),
    ),
    digraphs=True,
    bare_no=words("nein ne nee nicht halt nie"),
    carries_on=words(
        """ich mir das die der es bitte nicht noch andere falsch mein meine wir lassen behalten ändern machen schicken
        warten weil sondern nur danke vielen sorry niemals doch das dann auf was warum im gerade hab habe"""
    ),
    no_by_itself=words("lassen lass ich behalte dann stopp stop halt abbrechen vergessen vergiss brauche nicht nie"),
    keeps=words("behalte behalten"),
    negates=words("nicht kein keine nie niemals"),
    against=words("nicht nein kein keine keinen nie niemals ohne nichts weder noch"),
    small_words=words(
        """
        der die das den dem des ein eine einen einer es ihn sie mir mich mein meine meinen meiner ihr ihre ihnen zu
        zum zur für von in im am an auf ist wird werden ich du wir und mit bestellung auftrag nr nummer hiermit
    """
    ),
    beside_other=words(
        "ich meine meinte will möchte es das ist für eigentlich nein geht um eine die der bestellung sondern"
    ),
    not_this=words("nicht falsche falsch"),
)
