"""German examples of the intents that every operation has, and of messages that are nobody's business here."""

GREETING = (
    "hallo", "guten Tag", "guten Morgen zusammen", "moin", "guten Abend", "hallo, ist da jemand?", "hi, wie geht's?",
    "servus", "schönen guten Tag", "grüß Gott", "hallo Bot", "hey, freut mich",
)  # fmt: skip
THANKS = (
    "danke", "vielen Dank", "danke schön, das war's schon", "herzlichen Dank für Ihre Hilfe", "super, danke",
    "perfekt, vielen Dank für die schnelle Antwort", "dankeschön, tschüss", "danke, mehr brauche ich nicht",
    "besten Dank, hat alles geklappt", "toll, das hat geholfen, danke", "ok danke, schönen Tag noch",
    "merci, das war alles",
)  # fmt: skip
WANTS_PERSON = (
    "ich möchte mit einem Menschen sprechen", "kann ich bitte mit einem Mitarbeiter reden",
    "verbinden Sie mich mit einem echten Menschen", "Mitarbeiter bitte", "geben Sie mir einen Ansprechpartner",
    "ich will nicht mit einem Bot schreiben", "ist da auch ein richtiger Mensch",
    "bitte rufen Sie mich zurück, ich möchte mit jemandem sprechen", "leiten Sie mich an Ihren Kundenservice weiter",
    "kann das bitte ein Kollege von Ihnen übernehmen", "ich verlange Ihren Vorgesetzten",
    "Mensch statt Roboter bitte", "holen Sie mir einen Berater", "ich brauche einen persönlichen Ansprechpartner",
)  # fmt: skip
FORGET_IT = (
    "vergessen Sie es", "hat sich erledigt", "schon gut, lassen Sie es", "vergiss es", "egal, nicht mehr wichtig",
    "lassen wir das", "abbrechen bitte", "doch nicht, danke", "ich möchte von vorne anfangen",
    "brauche ich nicht mehr, danke", "lassen Sie gut sein", "hat sich schon geklärt, alles gut",
)  # fmt: skip
OTHER_ONE = (
    "nein, die andere", "nicht diese, eine andere", "ich meinte die andere Bestellung", "es geht um eine andere",
    "nicht die, sondern die davor", "das ist die falsche, ich meine die andere", "nein, die ältere Bestellung",
    "eine andere bitte", "ich meine nicht diese Bestellung", "die vorherige meine ich",
)  # fmt: skip
OUT_OF_SCOPE = (
    "wie wird das Wetter morgen", "erzähl mir einen Witz", "wer hat gestern das Spiel gewonnen",
    "was ist die Hauptstadt von Australien", "schreib mir ein Gedicht über den Herbst",
    "hilf mir bei den Hausaufgaben", "wie viel ist siebzehn mal dreiundzwanzig", "was soll ich heute Abend kochen",
    "gib mir ein Rezept für Pfannkuchen", "welche Partei soll ich wählen", "hast du Gefühle", "wie alt bist du",
    "wer hat dich programmiert", "mir ist so langweilig heute", "meine Freundin hat mich verlassen",
    "empfiehl mir einen guten Film", "stell einen Wecker auf sechs Uhr", "mach das Licht in der Küche aus",
    "wie spät ist es in Tokio", "mein Computer startet nicht mehr", "wie lerne ich Gitarre spielen",
    "ich habe seit drei Tagen Kopfschmerzen", "soll ich Aktien oder Gold kaufen",
    "wir bieten günstige Suchmaschinenoptimierung an", "steigern Sie Ihre Besucherzahlen mit unserem Paket",
    "ich bewerbe mich bei Ihnen, mein Lebenslauf ist im Anhang", "suchen Sie gerade Personal",
    "herzlichen Glückwunsch, Sie haben gewonnen, klicken Sie hier", "warum ist der Himmel blau",
    "der Zug hatte heute Morgen schon wieder Verspätung", "mein Nachbar macht nachts laute Musik",
    "übersetze gute Nacht ins Japanische", "was gibt es Neues in der Welt", "wie heißt das längste Tier der Erde",
    "kannst du mir ein Hotel in Rom buchen", "meine Bankkarte ist gesperrt", "blabla test test",
    "wie kündige ich meinen Handyvertrag",
)  # fmt: skip

GERMAN: dict[str, tuple[str, ...]] = {
    "greeting": GREETING,
    "thanks": THANKS,
    "wants_person": WANTS_PERSON,
    "forget_it": FORGET_IT,
    "other_one": OTHER_ONE,
    "out_of_scope": OUT_OF_SCOPE,
}
