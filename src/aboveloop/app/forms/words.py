"""The words of the pages around a form, in the languages that they are known in. A form's own words are its file's."""

from collections.abc import Mapping

ENGLISH = {
    "optional": "optional",
    "choose_one": "Please choose",
    "yes": "Yes",
    "no": "No",
    "send": "Send",
    "sending_once": "Pressing twice sends it once.",
    "other_languages": "Other languages",
    "leave_empty": "Leave this field empty",
    "problem": "There is a problem",
    "not_sent": "Nothing was sent yet. What you filled in is still here.",
    "missing": "{label}: fill this in.",
    "not_chosen": "{label}: choose one.",
    "no_email": "{label}: this is no e-mail address. One looks like name@example.com.",
    "no_phone": "{label}: this is no telephone number. Write it with its digits.",
    "no_date": "{label}: this is no day that we understand. Write it like 24 March 2026.",
    "no_money": "{label}: this is no amount. Write it like 49.90.",
    "no_number": "{label}: this is no number.",
    "no_value": "{label}: we do not recognise this. {help}",
    "too_long": "{label}: this has {count} characters, and {most} fit.",
    "strange": "{label}: this holds characters that cannot be written down. Type it anew.",
    "expired": "This page was open for so long that it was not sent. What you filled in is still here: send it again.",
    "not_ours": "This form did not come from this page, so it was not sent. What you filled in is still here: send it "
    "again.",
    "trap": "A field that people do not see was filled in, perhaps by your browser, so nothing was sent. It is empty "
    "again: send the form once more.",
    "unknown_fields": "Something was sent that this form does not ask for, so nothing was taken. Load the page again.",
    "too_often": "Very many people write at this moment, so this was not sent. What you filled in is still here: wait "
    "a minute and send it again.",
    "too_large": "This is more than we can take at once ({most} KB), so it was not sent. Go back, shorten it and send "
    "it again.",
    "no_form": "There is no form at this address. Perhaps it has moved.",
    "no_visit": "There is no message at this address. Check that the whole address was copied.",
    "empty": "Your answer is empty, so it was not sent.",
    "pace": "You sent many messages within a minute, so this one was not sent. Wait a moment and send it again.",
    "sent": "We have your message",
    "reference": "Your reference",
    "keep_address": "This page is yours alone: save its address to come back. Whoever has the address can read it and "
    "answer.",
    "by_mail": "We also send the answers to {address}. You can answer those e-mails.",
    "next": "What happens next",
    "state_working": "The assistant is at work on it. The answer appears on this page.",
    "state_asked": "The assistant needs something from you. Answer below.",
    "state_person": "A person takes care of it. The answer appears on this page.",
    "state_approval": "A person has to agree to it first. The answer appears on this page.",
    "state_time": "It waits until a certain time and then goes on by itself.",
    "state_paused": "We have stopped answering for the moment. Your message is kept and is answered as soon as we go "
    "on.",
    "state_settled": "This is settled, as far as we can tell. If it is not, write to us below.",
    "talk": "Your messages and our answers",
    "you": "You",
    "worker": "AI assistant",
    "person": "Our colleague",
    "look_again": "Look for an answer",
    "answer": "Your answer, or what you want to add",
    "to_person": "Talk to a person",
    "why": "Why was that decided?",
    "say_person": "I want to talk to a person.",
    "say_why": "Why was that decided?",
    "mail_subject": "Your message to {company}",
    "mail_stays": "There is an answer to your message {case}. It concerns your account, so we do not send it by "
    "e-mail: open the page that you saved when you sent the form.",
}
GERMAN = {
    "optional": "freiwillig",
    "choose_one": "Bitte wählen",
    "yes": "Ja",
    "no": "Nein",
    "send": "Senden",
    "sending_once": "Auch wer zweimal drückt, sendet nur einmal.",
    "other_languages": "Andere Sprachen",
    "leave_empty": "Lassen Sie dieses Feld leer",
    "problem": "Etwas stimmt noch nicht",
    "not_sent": "Es wurde noch nichts gesendet. Ihre Angaben stehen noch hier.",
    "missing": "{label}: Bitte ausfüllen.",
    "not_chosen": "{label}: Bitte wählen Sie etwas aus.",
    "no_email": "{label}: Das ist keine E-Mail-Adresse. Eine sieht so aus: name@example.com.",
    "no_phone": "{label}: Das ist keine Telefonnummer. Schreiben Sie sie mit ihren Ziffern.",
    "no_date": "{label}: Diesen Tag verstehen wir nicht. Schreiben Sie ihn so: 24. März 2026.",
    "no_money": "{label}: Das ist kein Betrag. Schreiben Sie ihn so: 49,90.",
    "no_number": "{label}: Das ist keine Zahl.",
    "no_value": "{label}: Das erkennen wir nicht. {help}",
    "too_long": "{label}: Das sind {count} Zeichen, {most} passen.",
    "strange": "{label}: Darin stehen Zeichen, die sich nicht aufschreiben lassen. Tippen Sie es neu.",
    "expired": "Diese Seite war so lange offen, dass nichts gesendet wurde. Ihre Angaben stehen noch hier: Senden Sie "
    "sie noch einmal.",
    "not_ours": "Dieses Formular kam nicht von dieser Seite, deshalb wurde es nicht gesendet. Ihre Angaben stehen noch "
    "hier: Senden Sie sie noch einmal.",
    "trap": "Ein Feld, das Menschen nicht sehen, war ausgefüllt, vielleicht von Ihrem Browser. Deshalb wurde nichts "
    "gesendet. Es ist wieder leer: Senden Sie das Formular noch einmal.",
    "unknown_fields": "Es kam etwas an, wonach dieses Formular nicht fragt. Deshalb wurde nichts angenommen. Laden Sie "
    "die Seite neu.",
    "too_often": "Gerade schreiben sehr viele, deshalb wurde nichts gesendet. Ihre Angaben stehen noch hier: Warten "
    "Sie eine Minute und senden Sie sie noch einmal.",
    "too_large": "Das ist mehr, als wir auf einmal annehmen können ({most} KB). Es wurde nicht gesendet. Gehen Sie "
    "zurück, kürzen Sie es und senden Sie es noch einmal.",
    "no_form": "Unter dieser Adresse gibt es kein Formular. Vielleicht ist es umgezogen.",
    "no_visit": "Unter dieser Adresse gibt es keine Nachricht. Prüfen Sie, ob die ganze Adresse kopiert wurde.",
    "empty": "Ihre Antwort ist leer, deshalb wurde sie nicht gesendet.",
    "pace": "Sie haben in einer Minute viele Nachrichten gesendet, deshalb ging diese nicht ab. Warten Sie einen "
    "Moment und senden Sie sie noch einmal.",
    "sent": "Ihre Nachricht ist da",
    "reference": "Ihr Zeichen",
    "keep_address": "Diese Seite gehört nur Ihnen: Speichern Sie ihre Adresse, um wiederzukommen. Wer die Adresse hat, "
    "kann mitlesen und antworten.",
    "by_mail": "Wir senden die Antworten auch an {address}. Auf diese E-Mails können Sie antworten.",
    "next": "Wie es weitergeht",
    "state_working": "Der Assistent arbeitet daran. Die Antwort erscheint auf dieser Seite.",
    "state_asked": "Der Assistent braucht etwas von Ihnen. Antworten Sie unten.",
    "state_person": "Ein Mensch kümmert sich darum. Die Antwort erscheint auf dieser Seite.",
    "state_approval": "Erst muss ein Mensch zustimmen. Die Antwort erscheint auf dieser Seite.",
    "state_time": "Es wartet auf einen bestimmten Zeitpunkt und geht dann von selbst weiter.",
    "state_paused": "Wir antworten im Moment nicht. Ihre Nachricht ist aufgehoben und wird beantwortet, sobald es "
    "weitergeht.",
    "state_settled": "Das ist erledigt, soweit wir es wissen. Wenn nicht, schreiben Sie uns unten.",
    "talk": "Ihre Nachrichten und unsere Antworten",
    "you": "Sie",
    "worker": "KI-Assistent",
    "person": "Unser Team",
    "look_again": "Nach einer Antwort sehen",
    "answer": "Ihre Antwort, oder was Sie noch sagen möchten",
    "to_person": "Mit einem Menschen sprechen",
    "why": "Warum wurde das so entschieden?",
    "say_person": "Ich möchte mit einem Mitarbeiter sprechen.",
    "say_why": "Warum wurde das so entschieden?",
    "mail_subject": "Ihre Nachricht an {company}",
    "mail_stays": "Zu Ihrer Nachricht {case} gibt es eine Antwort. Sie betrifft Ihr Konto, deshalb senden wir sie "
    "nicht per E-Mail: Öffnen Sie die Seite, die Sie beim Senden des Formulars gespeichert haben.",
}
FRENCH = {
    "optional": "facultatif",
    "choose_one": "Choisissez",
    "yes": "Oui",
    "no": "Non",
    "send": "Envoyer",
    "sending_once": "Même en appuyant deux fois, vous n'envoyez qu'une fois.",
    "other_languages": "Autres langues",
    "leave_empty": "Laissez ce champ vide",
    "problem": "Il y a un problème",
    "not_sent": "Rien n'a encore été envoyé. Ce que vous avez saisi est toujours là.",
    "missing": "{label} : remplissez ce champ.",
    "not_chosen": "{label} : faites un choix.",
    "no_email": "{label} : ce n'est pas une adresse e-mail. Par exemple : nom@example.com.",
    "no_phone": "{label} : ce n'est pas un numéro de téléphone. Écrivez-le en chiffres.",
    "no_date": "{label} : nous ne comprenons pas cette date. Écrivez par exemple 24 mars 2026.",
    "no_money": "{label} : ce n'est pas un montant. Écrivez par exemple 49,90.",
    "no_number": "{label} : ce n'est pas un nombre.",
    "no_value": "{label} : nous ne reconnaissons pas cela. {help}",
    "too_long": "{label} : il y a {count} caractères, le maximum est {most}.",
    "strange": "{label} : certains caractères ne peuvent pas être enregistrés. Saisissez le texte à nouveau.",
    "expired": "Cette page est restée ouverte si longtemps que rien n'a été envoyé. Ce que vous avez saisi est "
    "toujours là : envoyez-le à nouveau.",
    "not_ours": "Ce formulaire ne venait pas de cette page, il n'a donc pas été envoyé. Ce que vous avez saisi est "
    "toujours là : envoyez-le à nouveau.",
    "trap": "Un champ invisible a été rempli, peut-être par votre navigateur, donc rien n'a été envoyé. Il est vide à "
    "nouveau : renvoyez le formulaire.",
    "unknown_fields": "Nous avons reçu quelque chose que ce formulaire ne demande pas, donc rien n'a été pris en "
    "compte. Rechargez la page.",
    "too_often": "Beaucoup de personnes écrivent en ce moment, donc rien n'a été envoyé. Ce que vous avez saisi est "
    "toujours là : attendez une minute et envoyez-le à nouveau.",
    "too_large": "C'est plus que ce que nous pouvons recevoir en une fois ({most} Ko), donc rien n'a été envoyé. "
    "Revenez en arrière, raccourcissez et envoyez à nouveau.",
    "no_form": "Il n'y a pas de formulaire à cette adresse. Il a peut-être été déplacé.",
    "no_visit": "Il n'y a pas de message à cette adresse. Vérifiez que vous avez copié l'adresse entière.",
    "empty": "Votre réponse est vide, elle n'a donc pas été envoyée.",
    "pace": "Vous avez envoyé beaucoup de messages en une minute, celui-ci n'est donc pas parti. Attendez un moment et "
    "envoyez-le à nouveau.",
    "sent": "Nous avons bien reçu votre message",
    "reference": "Votre référence",
    "keep_address": "Cette page est à vous seul : gardez son adresse pour y revenir. Quiconque a l'adresse peut lire "
    "et répondre.",
    "by_mail": "Nous envoyons aussi les réponses à {address}. Vous pouvez répondre à ces e-mails.",
    "next": "Et maintenant",
    "state_working": "L'assistant s'en occupe. La réponse apparaîtra sur cette page.",
    "state_asked": "L'assistant a besoin d'une information. Répondez ci-dessous.",
    "state_person": "Une personne s'en occupe. La réponse apparaîtra sur cette page.",
    "state_approval": "Une personne doit d'abord donner son accord. La réponse apparaîtra sur cette page.",
    "state_time": "Votre demande attend un moment précis, puis reprend d'elle-même.",
    "state_paused": "Nous ne répondons pas pour le moment. Votre message est gardé et recevra une réponse dès la "
    "reprise.",
    "state_settled": "C'est réglé, pour autant que nous le sachions. Sinon, écrivez-nous ci-dessous.",
    "talk": "Vos messages et nos réponses",
    "you": "Vous",
    "worker": "Assistant IA",
    "person": "Notre équipe",
    "look_again": "Voir s'il y a une réponse",
    "answer": "Votre réponse, ou ce que vous voulez ajouter",
    "to_person": "Parler à une personne",
    "why": "Pourquoi cette décision ?",
    "say_person": "Je veux parler à un conseiller.",
    "say_why": "Pourquoi cette décision a-t-elle été prise ?",
    "mail_subject": "Votre message à {company}",
    "mail_stays": "Il y a une réponse à votre message {case}. Elle concerne votre compte, nous ne l'envoyons donc pas "
    "par e-mail : ouvrez la page que vous avez gardée en envoyant le formulaire.",
}
SPANISH = {
    "optional": "opcional",
    "choose_one": "Elija",
    "yes": "Sí",
    "no": "No",
    "send": "Enviar",
    "sending_once": "Aunque pulse dos veces, se envía una sola vez.",
    "other_languages": "Otros idiomas",
    "leave_empty": "Deje este campo vacío",
    "problem": "Hay un problema",
    "not_sent": "Todavía no se ha enviado nada. Lo que ha escrito sigue aquí.",
    "missing": "{label}: rellene este campo.",
    "not_chosen": "{label}: elija una opción.",
    "no_email": "{label}: no es una dirección de correo. Por ejemplo: nombre@example.com.",
    "no_phone": "{label}: no es un número de teléfono. Escríbalo con sus cifras.",
    "no_date": "{label}: no entendemos esta fecha. Escríbala así: 24 de marzo de 2026.",
    "no_money": "{label}: no es un importe. Escríbalo así: 49,90.",
    "no_number": "{label}: no es un número.",
    "no_value": "{label}: no lo reconocemos. {help}",
    "too_long": "{label}: tiene {count} caracteres y caben {most}.",
    "strange": "{label}: contiene caracteres que no se pueden guardar. Escríbalo de nuevo.",
    "expired": "Esta página estuvo abierta tanto tiempo que no se envió nada. Lo que ha escrito sigue aquí: envíelo "
    "otra vez.",
    "not_ours": "Este formulario no venía de esta página, así que no se envió. Lo que ha escrito sigue aquí: envíelo "
    "otra vez.",
    "trap": "Se rellenó un campo que las personas no ven, quizá lo hizo su navegador, así que no se envió nada. Vuelve "
    "a estar vacío: envíe el formulario otra vez.",
    "unknown_fields": "Llegó algo que este formulario no pide, así que no se aceptó nada. Cargue la página de nuevo.",
    "too_often": "Ahora mismo escribe mucha gente, así que no se envió nada. Lo que ha escrito sigue aquí: espere un "
    "minuto y envíelo otra vez.",
    "too_large": "Es más de lo que podemos recibir de una vez ({most} KB), así que no se envió. Vuelva atrás, acórtelo "
    "y envíelo otra vez.",
    "no_form": "No hay ningún formulario en esta dirección. Quizá ha cambiado de sitio.",
    "no_visit": "No hay ningún mensaje en esta dirección. Compruebe que copió la dirección entera.",
    "empty": "Su respuesta está vacía, así que no se envió.",
    "pace": "Ha enviado muchos mensajes en un minuto, así que este no salió. Espere un momento y envíelo otra vez.",
    "sent": "Hemos recibido su mensaje",
    "reference": "Su referencia",
    "keep_address": "Esta página es solo suya: guarde su dirección para volver. Quien tenga la dirección puede leerla "
    "y responder.",
    "by_mail": "También enviamos las respuestas a {address}. Puede responder a esos correos.",
    "next": "Qué pasa ahora",
    "state_working": "El asistente se ocupa de ello. La respuesta aparecerá en esta página.",
    "state_asked": "El asistente necesita algo de usted. Responda abajo.",
    "state_person": "Una persona se ocupa de ello. La respuesta aparecerá en esta página.",
    "state_approval": "Antes tiene que dar su acuerdo una persona. La respuesta aparecerá en esta página.",
    "state_time": "Espera a un momento determinado y después sigue por sí solo.",
    "state_paused": "En este momento no respondemos. Su mensaje está guardado y se responderá en cuanto sigamos.",
    "state_settled": "Está resuelto, que sepamos. Si no es así, escríbanos abajo.",
    "talk": "Sus mensajes y nuestras respuestas",
    "you": "Usted",
    "worker": "Asistente de IA",
    "person": "Nuestro equipo",
    "look_again": "Ver si hay respuesta",
    "answer": "Su respuesta, o lo que quiera añadir",
    "to_person": "Hablar con una persona",
    "why": "¿Por qué se ha decidido así?",
    "say_person": "Quiero hablar con una persona.",
    "say_why": "¿Por qué se ha decidido así?",
    "mail_subject": "Su mensaje a {company}",
    "mail_stays": "Hay una respuesta a su mensaje {case}. Trata de su cuenta, así que no la enviamos por correo: abra "
    "la página que guardó al enviar el formulario.",
}
WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
# How each language calls itself, for the links between them.
NAMES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
    "pt": "Português",
}


def words_in(language: str) -> Mapping[str, str]:
    """The words in a language; those in English where they are not known in it."""
    return WORDS.get(language.partition("-")[0], ENGLISH)


def complaint(words: Mapping[str, str], word: str, label: str, **values: object) -> str:
    """What is wrong with the field of this label. A label that is a question needs no colon."""
    text = words[word]
    if label.endswith(("?", "!")):
        text = text.replace("{label}: ", "{label} ").replace("{label} : ", "{label} ")
    return text.format(label=label, **values).strip()


def chosen(served: tuple[str, ...] | list[str], asked: str, accepted: str) -> str:
    """The language of a page: the one asked for by name, else the best of `Accept-Language`, among those served."""
    if asked in served:
        return asked
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, quality = part.strip().partition(";q=")
        wanted.append((-_share(quality), place, name.strip().lower()))
    for _, _, name in sorted(each for each in wanted if each[0] < 0):
        for language in served:
            if name == language.lower() or name.partition("-")[0] == language.lower().partition("-")[0]:
                return language
    return served[0]


def _share(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
