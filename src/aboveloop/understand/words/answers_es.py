"""The Spanish phrases that answers are made of. Accents may be left out, so "si" is a yes where it stands alone."""

from aboveloop.understand.words.lexicon import Lexicon, Role, clauses, phrases, words

_PHRASES: dict[Role, str] = {
    "yes": """
        sí; si; sip; sep; sí sí; si si; sí por favor; si por favor; sí gracias; sí claro; si claro; claro; claro que
        sí; claro que si; por supuesto; por supuesto que sí; desde luego; desde luego que sí; naturalmente; seguro;
        seguro que sí; sí seguro; sin duda; sin ninguna duda; cómo no; como no; ciertamente; efectivamente; en
        efecto; afirmativo; con gusto; con mucho gusto; encantado; encantada; absolutamente; totalmente; sí
        totalmente; mi respuesta es sí; la respuesta es sí; es un sí; digo que sí; que sí; pues sí; pues claro; ah
        sí; sí señor; sí señora; obvio; obviamente
    """,
    "agreed": """
        s; k; ok; okay; okey; oki; vale; vale vale; sí vale; de acuerdo; estoy de acuerdo; muy bien de acuerdo; está
        bien; esta bien; me parece bien; me parece perfecto; me parece; por mí bien; por mi bien; por mí vale; por mí
        está bien; perfecto así; correcto; es correcto; está correcto; todo correcto; eso es; exacto; exactamente; así
        es; es así; tal cual; confirmo; lo confirmo; se lo confirmo; te lo confirmo; confirmado; queda confirmado;
        acepto; lo acepto; aceptado; apruebo; aprobado; adelante; siga; siga adelante; sigue; continúe; continue;
        continúa; proceda; procede; puede proceder; puedes proceder; hágalo; hagalo; hazlo; hágalo así; hazlo así;
        hágalo por favor; puede hacerlo; puedes hacerlo; puede hacerlo así; hágase; hagámoslo; hagamoslo; dele; dale;
        venga; vamos; conforme; estoy conforme; trato hecho; hecho; me sirve; me va bien; me viene bien; eso quiero;
        eso es lo que quiero; es lo que quiero; lo quiero; lo quiero así; así lo quiero; quiero eso; estaría bien;
        estaría genial; estaría perfecto; sería perfecto; sería genial; suena bien; tiene buena pinta; tiene mi
        permiso; tiene mi autorización; autorizo; autorizado; listo; bueno; bueno vale; venga vale; estoy seguro;
        estoy segura; completamente seguro; completamente segura; thumbup; esa es; ese es; ese mismo; esa misma; que
        así sea; cuando quiera; sin problema adelante
    """,
    "no": """
        no; no no; nop; nope; no gracias; no por favor; que no; pues no; ah no; oh no; claro que no; por supuesto que
        no; desde luego que no; de ninguna manera; de ningún modo; ni hablar; ni loco; ni loca; en absoluto; para nada
        de acuerdo; jamás; nunca; en ningún caso; todavía no; aún no; no todavía; ahora no; no ahora; hoy no; esta vez
        no; mejor no; mejor que no; prefiero que no; prefiero no; prefiero no hacerlo; no lo haga; no lo hagas; no
        haga nada; no hagas nada; no haga eso; no hagas eso; por favor no; por favor no lo haga; no quiero; no lo
        quiero así; no quiero eso; no quiero hacerlo; no deseo; no deseo hacerlo; no acepto; no lo acepto; no estoy de
        acuerdo; no de acuerdo; en desacuerdo; me niego; rechazo; rechazado; lo rechazo; déjelo; dejelo; déjalo;
        dejalo; déjelo así; déjalo así; déjelo como está; déjalo como está; dejémoslo; deje todo como está; me lo
        quedo; me la quedo; me los quedo; me las quedo; me quedo con todo; lo conservo; los conservo; prefiero
        quedármelo; prefiero quedármelos; pare; para; parad; detenga; detente; alto; stop; olvídelo; olvidelo;
        olvídalo; olvidalo; olvídese; he cambiado de idea; he cambiado de opinión; cambié de idea; cambié de opinión;
        está mal; eso está mal; incorrecto; es incorrecto; no es correcto; no está bien; no es así; eso no es así; no
        es eso; no es lo que quiero; eso no es lo que quiero; no es lo que pedí; eso no es lo que pedí; no hace falta;
        no es necesario; innecesario; negativo; no me interesa; no me convence; thumbdown; cancele eso no; no así; así
        no; no proceda; no siga; no continúe; anule eso no; paso
    """,
    "no_alone": """
        no mucho; no del todo; no exactamente; no realmente; no especialmente; para nada; no creo; creo que no; pienso
        que no; no lo creo; nada; no lo tengo; no la tengo; no los tengo; no ha llegado; no es el caso; no llegó; aún
        nada; todavía nada; no lo está; no la está; no tengo
    """,
    "unsure": """
        quizás; quizá; quizas; tal vez; a lo mejor; puede ser; puede que sí; puede que no; puede; posiblemente;
        probablemente; supongo; supongo que sí; supongo que si; me imagino; imagino que sí; creo que sí; creo que si;
        creo; pienso que sí; depende; eso depende; según; no sé; no se; no lo sé; no lo se; ni idea; no tengo ni idea;
        no estoy seguro; no estoy segura; no seguro; no segura; no estoy muy seguro; no estoy muy segura; lo tengo que
        pensar; tengo que pensarlo; déjeme pensar; déjame pensar; déjeme pensarlo; me lo pienso; lo pensaré; lo estoy
        pensando; déjeme ver; espere; espera; espere un momento; espera un momento; un momento; un segundo; un minuto;
        momento; más tarde; luego; ya veremos; a ver; vamos a ver; hm; hmm; hmmm; sí y no; sí no; no sí; ni sí ni no;
        me da igual; me da lo mismo; da igual; como quiera; como quieras; lo que usted diga; lo que tú digas; si usted
        lo dice; si usted quiere; si quiere; si no hay más remedio; qué remedio; no me queda otra; no tengo otra
        opción; por qué no; porque no; no entiendo; no lo entiendo; no entendí; no comprendo; es obligatorio; tengo
        que hacerlo; ya no lo quiero; ya no la quiero; ya no los quiero; ya no quiero; no lo quiero; no la quiero; no
        los quiero; no me gusta; no quedármelo; no me lo quedo; no me los quedo; no tengo inconveniente; ningún
        inconveniente; sí genial; claro genial; ah genial; ja ja; jaja; jajaja; sí hombre; sí seguro que sí; claro
        cómo no otra vez
    """,
    "courtesy": """
        por favor; porfa; porfavor; gracias; muchas gracias; mil gracias; muchísimas gracias; gracias de antemano; muy
        amable; hola; buenas; buenos días; buenas tardes; buenas noches; estimado; estimada; señor; señora; señorita;
        genial; perfecto; estupendo; fenomenal; excelente; fantástico; maravilloso; muy bien; bien; qué bien; qué
        bueno; guay; chévere; super; súper; ahora; ahora mismo; ya; enseguida; inmediatamente; cuanto antes; lo antes
        posible; pues; entonces; así que; ah; oh; eh; y; eso es todo; nada más; es todo; sin problema; no hay
        problema; ningún problema; no pasa nada; tranquilo; tranquila; saludos; un saludo; cordiales saludos;
        atentamente; adiós; hasta luego; smile; perdón; perdone; disculpe; lo siento; para mí; si es posible; si puede
        ser; si puede; si puedes; si no es molestia; amigo; amiga; muy
    """,
    "echo": """
        lo tengo; la tengo; los tengo; ya lo tengo; ya llegó; llegó; ha llegado; ya ha llegado; lo recibí; lo he
        recibido; la recibí; los recibí; así fue; es el caso; está aquí; ya está; sí lo es; lo es; lo está
    """,
    "change": """
        pero; sino; solo; sólo; solamente; únicamente; excepto; salvo; en vez; en lugar; en cambio; otro; otra; otros;
        otras; diferente; distinto; distinta; siempre que; a condición; también; además; sin; con; más; menos; mitad;
        parte; todo; todos; todas; ambos; ambas; primero; antes; después; cuando; hasta; cambiar; cambie; modificar;
        talla; color; dirección; aunque; sin embargo; luego de; aparte
    """,
    "other": """
        la otra; el otro; lo otro; las otras; los otros; otra; el otro pedido; mi otro pedido; otro pedido; otro
        diferente; uno diferente; ese no; esa no; este no; esta no; ese no es; esa no es; ese pedido no; este pedido
        no; no ese; no esa; no este; no esta; no ese pedido; no este pedido; pedido equivocado; el pedido equivocado;
        no es ese; no es ese pedido; no es este pedido; me refiero al otro; me refería al otro; me refiero a otro; me
        refería a otro; quería decir el otro; quise decir el otro; el anterior; la anterior; el más antiguo; el más
        reciente; el siguiente; el de antes
    """,
}
_VERBS = """
    cancelar; cancele; cancela; cancelen; anular; anule; anula; devolver; devuelva; devuélvame; devuélveme;
    reembolsar; reembolse; reembólseme; cambiar; cambie; cambia; modificar; modifique; enviar; envíe; envíeme;
    envíame; mandar; mande; mándeme; cerrar; cierre; cierra; eliminar; elimine; borrar; borre; buscar; busque; buscad;
    añadir; añada; registrar; registre; retirar; retire
"""
_OBJECTS = """
    lo; la; los; eso; esto; el pedido; mi pedido; este pedido; el reembolso; mi reembolso; la devolución; mi
    devolución; el artículo; los artículos; el cambio; mi cuenta; la cuenta; mi dinero; el dinero; la dirección; mi
    dirección; la factura; mi factura; la nota; el paquete; mi paquete; todo; el importe
"""
_OPENERS = "; quiero; quisiera; me gustaría; deseo; puede; puedes; por favor; haga el favor de; ya puede"
_WHOLE = """
    cancélelo; cancelelo; cancélalo; cancelalo; cancele; cancelar; anúlelo; anulelo; anúlalo; anule; anular;
    devuélvalo; devuélvamelo; devolver; quiero mi dinero; quiero que me devuelvan el dinero; devuélvame el dinero;
    reembolsar; reembólsemelo; cámbielo; cambielo; cámbialo; cámbiela; cambiar; modifíquelo; modificar; envíelo;
    envielo; envíalo; envíemelo; enviar; mándelo; ciérrela; cierrela; ciérrala; cerrar; elimínela; bórrela; búsquelo;
    busquelo; búsquenlo; buscar; añádala; añádalo; regístrela; registrela; registrar; retírela
"""

SPANISH = Lexicon.of(
    _PHRASES,
    clauses=clauses(_OPENERS, _VERBS, _OBJECTS) + phrases(_WHOLE),
    clause_verbs=words(
        """
        cancelar cancele cancela cancelen anular anule anula devolver devuelva devuélvame devuélveme reembolsar
        reembolse reembólseme cambiar cambie cambia modificar modifique enviar envíe envíeme envíame mandar mande
        mándeme cerrar cierre cierra eliminar elimine borrar borre buscar busque buscad añadir añada registrar
        registre retirar retire cancélelo cancélalo anúlelo anúlalo devuélvalo devuélvamelo reembólsemelo cámbielo
        cámbialo cámbiela modifíquelo envíelo envíalo envíemelo mándelo ciérrela ciérrala elimínela bórrela búsquelo
        búsquenlo añádala añádalo regístrela retírela dinero
    """
    ),
    same_meaning=(
        words(
            """
            cancelar cancele cancela cancelen cancelo cancelaré cancélelo cancélalo anular anule anula anúlelo
            anúlalo cancelación
        """
        ),
        words(
            """reembolsar reembolse reembolso reembólseme reembólsemelo dinero devolver devuelva devuélvame devuélveme
        devuelvo devolveré devuélvamelo importe"""
        ),
        words("cambiar cambie cambia cambio cambiaré cámbielo cámbialo cámbiela"),
        words("devolver devolución devuelva devuélvalo registrar registre registro registraré regístrela"),
        words("modificar modifique modifíquelo cambiar cambie cambio cambiaré cámbielo"),
        words("enviar envíe envíeme envíame envío enviaré mandar mande mándeme envíelo envíalo envíemelo mándelo"),
        words(
            """
            cerrar cierre cierra cierro cerraré ciérrela ciérrala eliminar elimine elimínela borrar borre bórrela
            cuenta
        """
        ),
        words("buscar busque busco búsquelo búsquenlo búsqueda buscad"),
        words("añadir añada añado añadiré añádala añádalo nota pondré"),
        words("retirar retire retiro retiraré retírela"),
    ),
    bare_no=words("no nunca jamás para alto"),
    carries_on=words(
        """
        es eso lo la los yo me gracias quiero quería prefiero mejor déjelo déjalo mi el otro otra ese esa este esta
        no porque sino solo ya he cambie cancele todavía aún nunca olvídelo disculpe perdón lo siento está estoy
    """
    ),
    no_by_itself=words(
        """
        déjelo déjalo dejémoslo deje pare para parad detenga detente alto stop olvídelo olvídalo he cambié me nunca
        paso
    """
    ),
    keeps=words("quedo conservo quedármelo quedármelos"),
    negates=words("no nunca ni"),
    against=words("no nunca jamás sin nada ni tampoco ningún ninguna"),
    small_words=words(
        """
        el la los las un una unos unas de del al a mi mis su sus este esta ese esa para por en y yo me usted es será
        con pedido número que le se lo
    """
    ),
    beside_other=words(
        "me refiero refería al a es por quiero quería decir en realidad no sobre el la del mi el mío sino"
    ),
    not_this=words("no equivocado"),
)
