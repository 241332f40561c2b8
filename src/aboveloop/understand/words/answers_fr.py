"""The French phrases that answers are made of. Accents may be left out."""

from aboveloop.understand.words.lexicon import Lexicon, Role, clauses, phrases, words

_PHRASES: dict[Role, str] = {
    "yes": """
        oui; ouais; ouaip; ouep; oui oui; oui volontiers; oui bien sûr; oui bien sur; oui tout à fait; oui
        absolument; oui certainement; oui évidemment; oui exactement; oui sans problème; oui avec plaisir; mais oui;
        ah oui; oh oui; bien sûr; bien entendu; bien sûr que oui; tout à fait; absolument; certainement; évidemment;
        carrément; assurément; volontiers; avec plaisir; avec grand plaisir; affirmatif; sans aucun doute; sans
        hésiter; ma réponse est oui; la réponse est oui; cest oui; cest un oui; je dis oui; plutôt deux fois quune
    """,
    "agreed": """
        o; k; ok; okay; dac; dacc; daccord; je suis daccord; suis daccord; ok daccord; ça marche; ca marche; ça me va;
        ca me va; cela me va; cela me convient; ça me convient; ça va; cest bon; cest bon pour moi; bon pour moi; pour
        moi cest bon; cest ok; cest ok pour moi; cest parfait; parfait comme ça; cest bien ça; cest ça; cest exact;
        exact; exactement; cest correct; correct; tout est correct; cest juste; juste; voilà; voilà cest ça; allez y;
        allez; vas y; allons y; faites; faites le; faites donc; faites ça; faites cela; faites comme ça; faites ainsi;
        vous pouvez; vous pouvez le faire; vous pouvez y aller; vous pouvez procéder; procédez; veuillez procéder;
        continuez; poursuivez; je confirme; je vous confirme; je le confirme; je confirme tout; confirmé; je valide;
        validé; cest validé; jaccepte; accepté; je suis partante; je suis partant; partant; ça roule; entendu; cest
        entendu; convenu; cest ce que je veux; cest ce que je souhaite; cest bien ce que je veux; cest bien ce que je
        souhaite; je le veux; je le souhaite; je veux bien; ce serait bien; ce serait parfait; ce serait super; ça
        serait bien; ça serait super; ça serait parfait; avec mon accord; vous avez mon accord; mon accord; top;
        nickel; impeccable; marché conclu; jen suis sûr; jen suis sûre; je suis sûr; je suis sûre; sûr; sûr et
        certain; sûre et certaine; thumbup; cest celle là; cest celui là; faisons comme ça; faisons ça; on fait comme
        ça; on y va; go; feu vert; vous avez le feu vert
    """,
    "no": """
        non; nan; non non; ah non; oh non; mais non; surtout pas; pas du tout daccord;
        certainement pas; absolument pas; sûrement pas; bien sûr que non; hors de question; il nen est pas question;
        jamais; jamais de la vie; en aucun cas; pas question; pas encore; non pas encore; pas maintenant; pas
        aujourdhui; pas cette fois; pas pour linstant; ne faites rien; ne faites pas ça; ne le faites pas; ne faites
        surtout pas ça; ne faites pas cela; je ne veux pas; je veux pas; je ne le veux pas; je ne souhaite pas; je ne
        le souhaite pas; je nen veux pas de ça; je ne suis pas daccord; pas daccord; je suis pas daccord; je refuse;
        refusé; je décline; laissez tomber; laisse tomber; laissez; laissez comme ça; laissez comme cest; laissez ça
        comme ça; laissez la comme ça; laissez le comme ça; arrêtez; arrêtez tout; stop; annulez tout ça; oubliez;
        oubliez ça; oublie; oublie ça; je garde; je le garde; je la garde; je les garde; je garde tout; je vais le
        garder; je vais la garder; je vais les garder; je préfère le garder; je préfère la garder; je préfère les
        garder; jai changé davis; jai changé davis non; cest faux; faux; cest incorrect; incorrect; ce nest pas
        correct; cest pas correct; ce nest pas ça; cest pas ça; ce nest pas exact; ce nest pas juste; ce nest pas bon;
        cest pas bon; ce nest pas ce que je veux; cest pas ce que je veux; ce nest pas ce que jai demandé; pas besoin;
        ce nest pas nécessaire; cest pas la peine; ce nest pas la peine; inutile; négatif; pas intéressé; pas
        intéressée; je préfère pas; je ne préfère pas; je préfère que non; je préfère ne pas; thumbdown; sans façon;
        pas comme ça; abandonnez; je renonce
    """,
    "no_alone": """
        pas vraiment; pas tout à fait; pas du tout; pas forcément; pas spécialement; pas exactement; je ne pense pas;
        je pense pas; je ne crois pas; je crois pas; je pense que non; je crois que non; rien; je ne lai pas; je lai
        pas; il ne lest pas; elle ne lest pas; toujours pas; je nai pas; jai pas; ce nest pas le cas; cest pas le cas;
        plus vraiment
    """,
    "unsure": """
        peut être; peut être que oui; peut être bien; possible; cest possible; éventuellement; probablement; sans
        doute; ça dépend; cela dépend; je ne sais pas; je sais pas; jsais pas; je ne sais pas trop; je ne sais plus;
        aucune idée; pas sûr; pas sûre; je ne suis pas sûr; je ne suis pas sûre; je suis pas sûr; je suis pas sûre;
        pas certain; pas certaine; jhésite; je vais réfléchir; je réfléchis; il faut que je réfléchisse; laissez moi
        réfléchir; laissez moi vérifier; attendez; attends; un instant; un moment; une minute; une seconde; deux
        minutes; patientez; plus tard; on verra; à voir; faut voir; il faut voir; hm; hmm; hmmm; bof; mouais; oui et
        non; oui non; non oui; ni oui ni non; comme vous voulez; comme tu veux; peu importe; ça mest égal; cela mest
        égal; je men fiche; je crois; je crois que oui; je pense; je pense que oui; je suppose; je suppose que oui;
        jimagine; si vous le dites; si vous voulez; si vraiment il le faut; pourquoi pas; si; je comprends pas; je ne
        comprends pas; je nai pas compris; jai pas compris; est ce obligatoire; ai je le choix; je nai pas le choix;
        jai pas le choix; plus envie; je nen veux plus; jen veux plus; je ne le veux plus; je ne la veux plus; je ne
        les veux plus; je ne veux plus; pas garder; ne pas garder; super encore; oui super; oui génial; ah super; ah
        génial; mais bien sûr continuez; bravo vraiment; ah ah; haha; sans objection; pas dobjection; quelle bonne
        blague; oui cest ça
    """,
    "courtesy": """
        sil vous plaît; sil vous plait; sil te plaît; sil te plait; svp; stp; merci; merci beaucoup; merci bien; merci
        davance; merci infiniment; un grand merci; mille mercis; bonjour; bonsoir; salut; coucou; hello; hey; madame;
        monsieur; madame monsieur; super; génial; parfait; très bien; bien; bon; formidable; excellent; cool;
        chouette; merveilleux; magnifique; très gentil; cest gentil; cest très gentil; maintenant; tout de suite;
        immédiatement; rapidement; dès que possible; au plus vite; le plus vite possible; alors; donc; eh bien; ben;
        euh; ah; oh; et; cest tout; ce sera tout; rien dautre; pas de problème; pas de souci; pas de soucis; aucun
        problème; aucun souci; sans problème; cordialement; bien cordialement; bonne journée; bonne soirée; à bientôt;
        au revoir; smile; désolé; désolée; pardon; excusez moi; pour moi; si possible; si cest possible; si vous
        pouvez; cher monsieur; chère madame; très; là
    """,
    "echo": """
        il est arrivé; elle est arrivée; cest arrivé; cest fait; je lai; je lai reçu; je lai reçue; je les ai; je les
        ai reçus; il y en a; cest le cas; jai reçu; ils sont arrivés; elles sont arrivées; il lest; elle lest
    """,
    "change": """
        mais; plutôt; seulement; uniquement; sauf; excepté; à condition; à la place; au lieu; autre; autres;
        autrement; différent; différente; aussi; également; sans; avec; plus; moins; moitié; partie; tout; tous;
        toutes; les deux; dabord; avant; après; quand; lorsque; jusque; jusquà; changer; changez; modifier; taille;
        couleur; adresse; encore; cependant; toutefois; par contre; en revanche; pourtant; puis; ensuite
    """,
    "other": """
        lautre; lautre commande; mon autre commande; une autre; un autre; une autre commande; les autres; pas celle
        là; pas celle ci; pas celui là; pas celui ci; pas celle là mais lautre; pas cette commande; ce nest pas celle
        là; cest pas celle là; ce nest pas celui là; cest pas celui là; mauvaise commande; la mauvaise commande; ce
        nest pas la bonne; cest pas la bonne; ce nest pas la bonne commande; cest pas la bonne commande; je parle de
        lautre; je parlais de lautre; je voulais dire lautre; celle davant; celui davant; la précédente; le précédent;
        la plus ancienne; la plus récente; la suivante
    """,
}
_VERBS = """
    annuler; annulez; annule; rembourser; remboursez; remboursez moi; retourner; retournez; renvoyer; renvoyez;
    échanger; échangez; changer; changez; modifier; modifiez; envoyer; envoyez; envoyez moi; expédier; expédiez;
    fermer; fermez; supprimer; supprimez; clôturer; chercher; cherchez; rechercher; recherchez; ajouter; ajoutez;
    enregistrer; enregistrez; résilier; verser; versez
"""
_OBJECTS = """
    la; le; les; ça; cela; la commande; ma commande; cette commande; le remboursement; mon remboursement; le retour;
    mon retour; larticle; les articles; léchange; mon compte; le compte; mon argent; largent; ladresse; mon adresse;
    la facture; ma facture; la note; le colis; mon colis; tout; le montant
"""
_OPENERS = "; je veux; je voudrais; je souhaite; jaimerais; vous pouvez; pouvez vous; merci de; veuillez; tu peux"
_WHOLE = """
    annulez; annulez la; annulez le; annuler; rembourser; remboursez; remboursez moi; je veux être remboursé; je veux
    être remboursée; je veux mon argent; je veux récupérer mon argent; rendez moi mon argent; renvoyez; renvoyer;
    échangez; échanger; changez; modifiez; modifier; envoyez; envoyez la; envoyez le; fermez le; fermez; supprimez;
    supprimez le; cherchez; cherchez le; ajoutez la; ajoutez; enregistrez; enregistrez le
"""

FRENCH = Lexicon.of(
    _PHRASES,
    clauses=clauses(_OPENERS, _VERBS, _OBJECTS) + phrases(_WHOLE),
    clause_verbs=words(
        """
        annuler annulez annule rembourser remboursez remboursé remboursée retourner retournez renvoyer renvoyez
        échanger échangez changer changez modifier modifiez envoyer envoyez expédier expédiez fermer fermez supprimer
        supprimez clôturer chercher cherchez rechercher recherchez ajouter ajoutez enregistrer enregistrez résilier
        verser versez argent
    """
    ),
    same_meaning=(
        words("annuler annulez annule annulation annulée annulé"),
        words("rembourser remboursez rembourse remboursement remboursé remboursée argent verser versez"),
        words("échanger échangez échange échangé"),
        words("retourner retournez retour renvoyer renvoyez renvoi"),
        words("changer changez change modifier modifiez modification modifie"),
        words("envoyer envoyez envoie envoi expédier expédiez renvoyer renvoie"),
        words("fermer fermez ferme supprimer supprimez clôturer clôture compte résilier"),
        words("chercher cherchez rechercher recherchez recherche recherches"),
        words("ajouter ajoutez ajoute note"),
        words("enregistrer enregistrez enregistre"),
    ),
    bare_no=words("non nan jamais stop"),
    carries_on=words(
        """
        je jai cest ce ça merci pas désolé désolée laissez gardez mon ma une un lautre mauvaise autre ne il elle nous
        mais parce car surtout plutôt seulement finalement en laisse annulez changez
    """
    ),
    no_by_itself=words("laissez laisse arrêtez stop oubliez oublie je jai jamais abandonnez"),
    keeps=words("garde garder"),
    negates=words("pas non ne jamais"),
    against=words("pas non ne jamais aucun aucune sans rien ni plus"),
    small_words=words(
        """
        le la les un une des de du au aux à mon ma mes votre vos ce cette ces pour sur en dans et je vous moi me il
        elle est sera avec commande la-dessus bien y
    """
    ),
    beside_other=words(
        "je voulais dire veux parle parlais de cest pour en fait non il sagit une un la le à propos mais"
    ),
    not_this=words("pas mauvaise"),
)
