"""Spanish examples of the intents that every operation has, and of messages that are nobody's business here."""

GREETING = (
    "hola", "buenos días", "buenas tardes", "buenas noches", "hola a todos", "hola, ¿hay alguien?", "hola, ¿qué tal?",
    "muy buenas", "buenas", "saludos", "hola bot", "encantado de saludarle",
)  # fmt: skip
THANKS = (
    "gracias", "muchas gracias", "gracias, eso es todo", "muchas gracias por su ayuda", "genial, gracias",
    "perfecto, gracias por la respuesta tan rápida", "gracias y buen día", "se lo agradezco, ya está todo",
    "mil gracias", "me ha ayudado mucho, gracias", "vale gracias, adiós", "estupendo, no necesito nada más",
)  # fmt: skip
WANTS_PERSON = (
    "quiero hablar con una persona", "¿puedo hablar con un agente por favor?", "páseme con una persona real",
    "un agente por favor", "póngame con atención al cliente", "no quiero hablar con un robot",
    "¿hay alguien de verdad ahí?", "llámenme, prefiero hablar con alguien", "páseme con un compañero suyo",
    "quiero hablar con su superior", "un ser humano por favor", "necesito que me atienda una persona",
    "nada de bots, alguien real", "deme un interlocutor humano",
)  # fmt: skip
FORGET_IT = (
    "olvídelo", "déjelo", "ya no hace falta", "no importa, déjelo así", "ya está, lo he encontrado",
    "da igual al final", "pare todo, ya no quiero", "quiero empezar de nuevo", "ya no lo necesito, gracias",
    "dejémoslo", "no siga con esto", "olvide lo que he pedido",
)  # fmt: skip
OTHER_ONE = (
    "no, el otro", "ese no, otro", "me refería al otro pedido", "se trata de otro pedido", "no este, el anterior",
    "no es ese, quiero decir el otro", "no, el más antiguo", "otro distinto por favor", "no es este pedido",
    "quería decir el anterior",
)  # fmt: skip
OUT_OF_SCOPE = (
    "qué tiempo hará mañana", "cuéntame un chiste", "quién ganó el partido de anoche",
    "cuál es la capital de Australia", "escríbeme un poema sobre el otoño", "ayúdame con los deberes",
    "cuánto es diecisiete por veintitrés", "qué cocino esta noche", "dame una receta de tortitas",
    "a quién debo votar", "tienes sentimientos", "cuántos años tienes", "quién te ha programado",
    "qué aburrido estoy hoy", "mi novia me ha dejado", "recomiéndame una buena película", "pon una alarma a las seis",
    "apaga la luz de la cocina", "qué hora es en Tokio", "mi ordenador no arranca",
    "cómo aprendo a tocar la guitarra", "me duele la cabeza desde hace tres días", "compro acciones o compro oro",
    "ofrecemos posicionamiento web barato", "aumente las visitas de su página con nuestro paquete",
    "me gustaría trabajar con ustedes, adjunto mi currículum", "están contratando personal",
    "enhorabuena, ha ganado un premio, haga clic aquí", "por qué el cielo es azul",
    "el tren llegó tarde otra vez esta mañana", "mi vecino pone música alta por la noche",
    "traduce buenas noches al japonés", "qué novedades hay en las noticias", "cuál es el animal más largo del mundo",
    "resérvame un hotel en Roma", "mi tarjeta del banco está bloqueada", "bla bla prueba prueba",
    "cómo doy de baja mi línea de móvil",
)  # fmt: skip

SPANISH: dict[str, tuple[str, ...]] = {
    "greeting": GREETING,
    "thanks": THANKS,
    "wants_person": WANTS_PERSON,
    "forget_it": FORGET_IT,
    "other_one": OTHER_ONE,
    "out_of_scope": OUT_OF_SCOPE,
}
