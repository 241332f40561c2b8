"""Words with which something is given: "it's", "my order number is", "Meine E-Mail ist". They hold no wish."""

from aboveloop.understand.words.lexicon import words

POINTING = words(
    """
    it it's its is my the this that that's here email e-mail mail address order number and at for a an in of i mean
    meant please postcode phone size hi hello thanks sorry oh no yes ok you are to with on code zip postal customer
    account ordered under reach me reachable meine mein die der das ist lautet e mailadresse adresse bestellung
    bestellnummer nummer und postleitzahl plz telefon telefonnummer handynummer größe bei für hier ich bin erreichbar
    unter bitte danke hallo ja nein kundennummer mit lauten mon ma mes est sont le la les l'adresse adresse mail
    e-mail courriel commande numéro et code postal téléphone taille voici c'est à de pour je suis joignable merci
    bonjour oui non s'il vous plaît mi mis es son el los las correo electrónico dirección pedido número y código
    postal teléfono talla aquí está soy para por favor gracias hola sí no
"""
)
