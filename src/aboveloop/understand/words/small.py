"""The small words of each language."""

from aboveloop.understand.words.lexicon import words

# The small words that make sentences. A short text is told by them where the model is not sure.
SMALL_WORDS: dict[str, frozenset[str]] = {
    "en": words(
        """the a an i you it is are was my your we to of and in for on not do does did have has can could would please
        where when what how why this that with but want need been still there they if me will be order from"""
    ),
    "de": words(
        """
        der die das ich sie es ist sind war mein meine meinen meiner wir zu und für auf nicht habe hat haben kann
        können könnte bitte wo wann was wie warum wieso dieser diese mit aber möchte will brauche noch da wenn mir
        mich von vom ein eine einen einer im am dem den bestellung rechnung paket zurück gerne schon wurde werden bei
        ihr euch
    """
    ),
    "fr": words(
        """
        le la les un une des je vous il elle est sont mon ma mes votre vos nous à de du et en pour sur ne pas ai a
        avez peux puis pouvez voudrais où quand que quoi comment pourquoi ce cette avec mais veux besoin encore j'ai
        c'est si me au aux dans commande colis facture retour s'il plaît n'est suis été qui d'une d'un l'adresse
    """
    ),
    "es": words(
        """
        el la los las un una yo usted es son está mi mis su sus nosotros a de del y en para por no se he ha han tengo
        puedo puede podría quiero quisiera dónde cuándo qué cómo por favor este esta con pero necesito todavía aún si
        me al lo le pedido factura paquete devolver que ya hace una gracias fue muy
    """
    ),
}
