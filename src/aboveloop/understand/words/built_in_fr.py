"""French examples of the intents that every operation has, and of messages that are nobody's business here."""

GREETING = (
    "bonjour", "bonsoir", "salut", "bonjour à tous", "coucou", "bonjour, il y a quelqu'un ?",
    "bonjour, comment allez-vous ?", "hello", "bonjour madame, bonjour monsieur", "rebonjour", "salut le bot",
    "enchanté",
)  # fmt: skip
THANKS = (
    "merci", "merci beaucoup", "merci bien, c'est tout", "merci pour votre aide", "super, merci",
    "parfait, merci pour votre réponse rapide", "merci et bonne journée", "je vous remercie, tout est réglé",
    "un grand merci", "génial, ça m'a bien aidé, merci", "ok merci, au revoir",
    "c'est parfait, je n'ai plus besoin de rien",
)  # fmt: skip
WANTS_PERSON = (
    "je veux parler à un humain", "puis-je parler à un conseiller s'il vous plaît", "passez-moi une vraie personne",
    "un conseiller svp", "mettez-moi en relation avec votre service client", "je ne veux pas parler à un robot",
    "est-ce qu'il y a une vraie personne", "rappelez-moi, je préfère parler à quelqu'un",
    "transférez-moi à un collègue", "je veux voir votre responsable", "un être humain s'il vous plaît",
    "je souhaite échanger avec un de vos employés", "pas de robot, quelqu'un de réel", "donnez-moi un interlocuteur",
)  # fmt: skip
FORGET_IT = (
    "laissez tomber", "oubliez", "ce n'est plus la peine", "tant pis, laissez", "c'est bon, j'ai trouvé",
    "peu importe finalement", "arrêtez tout, je ne veux plus", "je voudrais recommencer du début",
    "plus besoin merci", "n'en parlons plus", "on abandonne", "oubliez ma demande",
)  # fmt: skip
OTHER_ONE = (
    "non, l'autre", "pas celle-là, une autre", "je parlais de l'autre commande", "il s'agit d'une autre commande",
    "pas celle-ci, celle d'avant", "ce n'est pas la bonne, je veux dire l'autre", "non, la plus ancienne",
    "une autre s'il vous plaît", "ce n'est pas cette commande", "je voulais dire la précédente",
)  # fmt: skip
OUT_OF_SCOPE = (
    "quel temps fera-t-il demain", "raconte-moi une blague", "qui a gagné le match hier soir",
    "quelle est la capitale de l'Australie", "écris-moi un poème sur l'automne", "aide-moi à faire mes devoirs",
    "combien font dix-sept fois vingt-trois", "qu'est-ce que je cuisine ce soir", "donne-moi une recette de crêpes",
    "pour qui dois-je voter", "as-tu des sentiments", "quel âge as-tu", "qui t'a programmé",
    "je m'ennuie aujourd'hui", "ma copine m'a quitté", "conseille-moi un bon film", "mets un réveil à six heures",
    "éteins la lumière de la cuisine", "quelle heure est-il à Tokyo", "mon ordinateur ne démarre plus",
    "comment apprendre la guitare", "j'ai mal à la tête depuis trois jours", "dois-je acheter des actions ou de l'or",
    "nous proposons du référencement à bas prix", "augmentez le trafic de votre site avec notre offre",
    "je postule chez vous, mon CV est en pièce jointe", "est-ce que vous recrutez",
    "félicitations, vous avez gagné, cliquez ici", "pourquoi le ciel est bleu",
    "le train était encore en retard ce matin", "mon voisin met la musique à fond la nuit",
    "traduis bonne nuit en japonais", "quoi de neuf dans l'actualité", "quel est l'animal le plus long du monde",
    "réserve-moi un hôtel à Rome", "ma carte bancaire est bloquée", "bla bla test test",
    "comment résilier mon forfait mobile",
)  # fmt: skip

FRENCH: dict[str, tuple[str, ...]] = {
    "greeting": GREETING,
    "thanks": THANKS,
    "wants_person": WANTS_PERSON,
    "forget_it": FORGET_IT,
    "other_one": OTHER_ONE,
    "out_of_scope": OUT_OF_SCOPE,
}
