"""Sentences with what is personal in them marked: generated ones of several countries, and ones written by hand.

In `personal_sentences.txt` a value stands as `[[kind|value]]`. The generated ones come from the seed alone.
"""

import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aboveloop.understand.personal import luhn

WRITTEN = Path(__file__).parent / "personal_sentences.txt"
# The letters of the Spanish DNI, by the rest of its number by 23.
_SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"
_MARKED = re.compile(r"\[\[(\w+)\|(.+?)\]\]")


@dataclass(frozen=True)
class Marked:
    """A text and the places of what is personal in it, each with its kind."""

    text: str
    values: tuple[tuple[str, int, int], ...]


def marked(line: str) -> Marked:
    text, values, end = "", [], 0
    for match in _MARKED.finditer(line):
        text += line[end : match.start()]
        values.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        end = match.end()
    return Marked(text + line[end:], tuple(values))


def written() -> list[Marked]:
    lines = WRITTEN.read_text(encoding="utf-8").splitlines()
    return [marked(line.replace("\\n", "\n")) for line in lines if line.strip() and not line.startswith("#")]


_FIRST = {
    "nl": "Sanne Daan Lieke Jeroen Marieke Bram Femke Willem Anouk Thijs Jurre Wobbe",
    "de": "Jürgen Sabine Matthias Heike Uwe Katrin Stefan Anneliese Björn Wolfgang Quirin Wigbert",
    "fr": "Élodie Thibault Sandrine Guillaume Aurélie Maxime Véronique Cédric Océane Fabrice Iphigénie Ondine",
    "es": "Javier Lucía Ignacio Pilar Íñigo Montserrat Álvaro Rocío Gonzalo Begoña Leocadia Nemesio",
    "en": "Oliver Charlotte Graham Imogen Callum Beatrix Desmond Fiona Rupert Siobhan Oluwaseun Peregrine",
    "it": "Giuseppe Chiara Lorenzo Francesca Matteo Ilaria Salvatore Giulia Ermenegildo Fiorenza",
}
_LAST = {
    "nl": "de Vries|van den Berg|Jansen|Bakker|Hoekstra|van der Meer|Kuipers|Dijkstra",
    "de": "Müller|Schmidt-Weber|Krüger|von Bülow|Hoffmann|Schröder|Zimmermann|Weiß",
    "fr": "Lefèvre|Dubois|de la Tour|Moreau|Girard|Fontaine|Chevalier|Rousseau",
    "es": "García López|Fernández|Ortiz de Zárate|Martínez Ruiz|Iglesias|Navarro|Castaño|Peña",
    "en": "Whitfield|O'Connor|Smith-Jones|Ashworth|MacLeod|Pemberton|Hughes|Fairbanks",
    "it": "Rossi|Esposito|De Luca|Bianchi|D'Angelo|Ferrara|Conti|Marchetti",
}
_NAMED = {
    "en": "My name is {}.|I am writing on behalf of my mother, Mrs {}, who ordered the boots.|Kind "
    "regards,\n{}|This is {} speaking.|Dear team, {} here, where is my parcel?|Please deliver to {}.|The "
    "order was placed by {}.|Thanks, {}",
    "de": "Mein Name ist {}.|Ich heiße {} und warte auf mein Paket.|Mit freundlichen Grüßen\n{}|Hier ist {}, ich "
    "habe gestern bestellt.|Bitte liefern Sie an Frau {}.|Das Paket ist für {}.|Viele Grüße, {}|Bestellt "
    "hat Herr {}.",
    "fr": "Je m'appelle {}.|Mon nom est {}.|Cordialement,\n{}|Ici {}, je cherche mon colis.|Le colis est au nom "
    "de {}.|Livrez à Madame {} s'il vous plaît.|Merci, {}|Bonjour, c'est M. {}.",
    "es": "Me llamo {}.|Mi nombre es {}.|Un saludo,\n{}|Soy {} y espero mi pedido.|El paquete es para "
    "{}.|Entréguenlo a la señora {}.|Gracias, {}|El pedido está a nombre de {}.",
    "nl": "Mijn naam is {}.|Ik heet {} en wacht op mijn pakket.|Met vriendelijke groet,\n{}|U spreekt met {}.|Het"
    " pakket is voor mevrouw {}.|Groetjes, {}",
    "it": "Mi chiamo {}.|Il mio nome è {}.|Cordiali saluti,\n{}|Sono {} e aspetto il pacco.|Il pacco è per la "
    "signora {}.",
}
_TOWNS = {
    "nl": "Amsterdam|Den Haag|'s-Hertogenbosch|Utrecht",
    "de": "Köln|Bad Homburg|Leipzig|München",
    "fr": "Lyon|Saint-Étienne|Bordeaux|Lille",
    "es": "Madrid|San Sebastián|Sevilla|Valencia",
    "en": "London|Milton Keynes|Leeds|Bath",
    "it": "Roma|Torino|Reggio Emilia|Napoli",
}
_STREETS = {
    "nl": "Keizersgracht|Kerkstraat|Jan van Galenlaan|Dorpsweg",
    "de": "Hauptstraße|Lindenweg|Goetheplatz|Alte Gasse|Am Markt",
    "fr": "rue de la République|avenue Victor Hugo|boulevard des Capucines|place du Marché",
    "es": "Calle Mayor|Avenida de la Constitución|Plaza España|C/ Serrano|Paseo de Gracia",
    "en": "High Street|Church Lane|Elm Grove|Kings Road|Victoria Terrace",
    "it": "Via Roma|Viale Mazzini|Piazza Garibaldi|Corso Italia",
}


def generated(count: int, seed: int) -> Iterator[Marked]:
    """`count` sentences, drawn evenly over the kinds and countries."""
    chance = random.Random(seed)
    for number in range(count):
        kind, make = _KINDS[number % len(_KINDS)]
        country = chance.choice(list(_FIRST))
        value, sentence = make(chance, country)
        yield marked(sentence.replace("{}", f"[[{kind}|{value}]]"))


def _pick(chance: random.Random, listed: str) -> str:
    return chance.choice(listed.split("|"))


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice(string.digits) for _ in range(count))


def _name(chance: random.Random, country: str) -> tuple[str, str]:
    name = f"{chance.choice(_FIRST[country].split())} {_pick(chance, _LAST[country])}"
    return name, _pick(chance, _NAMED[country])


def _email(chance: random.Random, country: str) -> tuple[str, str]:
    first = chance.choice(_FIRST[country].split()).lower().encode("ascii", "ignore").decode() or "post"
    address = chance.choice(
        [
            f"{first}.{_digits(chance, 2)}@mail.example",
            f"{first}_x@shop-{country}.example",
            f"{first}+orders@sub.mail.example",
            f"{first}@{first}.example",
            f"{first} (at) mail dot example",
            f"{first.upper()}@MAIL.EXAMPLE",
        ]
    )
    return address, _pick(
        chance, "my email is {}|you can reach me at {} thanks|{}|Meine E-Mail lautet {}.|écrivez-moi à {}|mi correo: {}"
    )


def _phone(chance: random.Random, country: str) -> tuple[str, str]:
    d = lambda count: _digits(chance, count)  # noqa: E731
    forms = {
        "nl": [f"+31 6 {d(8)}", f"06-{d(8)}", f"020 {d(3)} {d(4)}", f"+31 (0)6 {d(2)} {d(2)} {d(2)} {d(2)}"],
        "de": [f"+49 151 {d(8)}", f"0151/{d(7)}", f"030 {d(4)} {d(3)}", f"+49 (0) 221 {d(3)}-{d(3)}"],
        "fr": [
            f"06 {d(2)} {d(2)} {d(2)} {d(2)}",
            f"+33 6 {d(2)} {d(2)} {d(2)} {d(2)}",
            f"01.{d(2)}.{d(2)}.{d(2)}.{d(2)}",
        ],
        "es": [f"6{d(2)} {d(3)} {d(3)}", f"+34 6{d(8)}", f"9{d(2)} {d(2)} {d(2)} {d(2)}"],
        "en": [
            f"07{d(3)} {d(6)}",
            f"+44 7{d(3)} {d(6)}",
            f"(555) {d(3)}-{d(4)}",
            f"+1 555-{d(3)}-{d(4)}",
            f"020 7{d(3)} {d(4)}",
        ],
        "it": [f"+39 3{d(2)} {d(7)}", f"3{d(2)} {d(3)} {d(4)}"],
    }
    return chance.choice(forms[country]), _pick(
        chance, "call me on {}|my number is {}|Tel. {}|phone: {}|téléphone {}|mi móvil es el {}|erreichbar unter {}"
    )


def _card(chance: random.Random, country: str) -> tuple[str, str]:
    prefix, length = chance.choice([("4", 16), ("51", 16), ("37", 15), ("6011", 16), ("4", 13)])
    body = prefix + _digits(chance, length - len(prefix) - 1)
    number = next(body + last for last in string.digits if luhn(body + last))
    shape = chance.choice(["plain", "spaces", "dashes"])
    if shape != "plain" and length == 16:
        number = (" " if shape == "spaces" else "-").join(number[at : at + 4] for at in range(0, 16, 4))
    return number, _pick(chance, "I paid with card {}|Kreditkarte {}|my card is {} exp 04/28|carte {} svp|tarjeta: {}")


_IBANS = {
    "nl": ("NL", 4, 10),
    "de": ("DE", 0, 18),
    "fr": ("FR", 0, 23),
    "es": ("ES", 0, 20),
    "en": ("GB", 4, 14),
    "it": ("IT", 0, 23),
}


def _iban(chance: random.Random, country: str) -> tuple[str, str]:
    code, letters, numbers = _IBANS[country]
    body = "".join(chance.choice(string.ascii_uppercase) for _ in range(letters)) + _digits(chance, numbers)
    if code == "IT":
        body = chance.choice(string.ascii_uppercase) + body[1:]
    plain = int("".join(str(int(letter, 36)) for letter in body + code + "00"))
    number = f"{code}{98 - plain % 97:02d}{body}"
    if chance.random() < 0.5:
        number = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return number, _pick(chance, "refund to {} please|IBAN: {}|meine IBAN ist {}.|mon IBAN est {}|ingrésenlo en {}")


def _id(chance: random.Random, country: str) -> tuple[str, str]:
    if country == "es":
        number = int(_digits(chance, 8))
        return f"{number:08d}{_SPANISH[number % 23]}", _pick(chance, "mi DNI es {}|DNI {}|con documento {}")
    if country == "nl":
        while True:
            bsn = str(chance.randint(1, 8)) + _digits(chance, 8)
            weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
            if sum(weight * int(digit) for weight, digit in zip(weights, bsn, strict=True)) % 11 == 0:
                return bsn, _pick(chance, "mijn BSN is {}|bsn: {}")
    if country == "fr":
        born = f"{chance.choice('12')}{_digits(chance, 2)}{chance.randint(1, 12):02d}"
        first = f"{born}{chance.randint(1, 95):02d}{_digits(chance, 6)}"
        return f"{first}{97 - int(first) % 97:02d}", _pick(chance, "numéro de sécurité sociale {}|sécu : {}")
    if country == "en":
        return f"{chance.randint(100, 665)}-{chance.randint(10, 99)}-{chance.randint(1000, 9999)}", _pick(
            chance, "my SSN is {}|social security number {}"
        )
    if country == "it":
        return "RSSMRA85T10A562S", _pick(chance, "codice fiscale {}|il mio codice fiscale è {}")
    return f"{chance.choice('CFGHJK')}{_digits(chance, 8)}", _pick(
        chance, "Reisepass {}|Reisepassnummer: {}|Personalausweis {}"
    )


def _address(chance: random.Random, country: str) -> tuple[str, str]:
    number, town = str(chance.randint(1, 240)), _pick(chance, _TOWNS[country])
    street, five = _pick(chance, _STREETS[country]), chance.randint(10_000, 52_999)
    made = {
        "nl": f"{street} {number}, {chance.randint(1000, 9999)} {_pick(chance, 'AB|ZK|GT')} {town}",
        "de": f"{street} {number}, {five} {town}",
        "fr": f"{number} {street}, {five} {town}",
        "es": f"{street} {number}, {five} {town}",
        "en": f"{number} {street}, {town} {_pick(chance, 'SW1A 1AA|LS2 9JT|BA1 5LN|MK9 3XS')}",
        "it": f"{street} {number}, {five} {town}",
    }
    return made[country], _pick(
        chance,
        "please send it to {}|My address is {}|Neue Adresse: {}|livrez à {}|la dirección es {}|il mio indirizzo è {}",
    )


def _birth(chance: random.Random, country: str) -> tuple[str, str]:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1940, 2005)
    value = chance.choice([f"{day:02d}.{month:02d}.{year}", f"{day}/{month}/{year}", f"{year}-{month:02d}-{day:02d}"])
    return value, _pick(
        chance, "born on {}|date of birth {}|geboren am {}|née le {}|nacido el {}|DOB: {}|Geburtsdatum: {}|nato il {}"
    )


_Maker = Callable[[random.Random, str], tuple[str, str]]
_KINDS: tuple[tuple[str, _Maker], ...] = (
    ("name", _name),
    ("email", _email),
    ("phone", _phone),
    ("card", _card),
    ("iban", _iban),
    ("id", _id),
    ("address", _address),
    ("birth", _birth),
    ("name", _name),
    ("address", _address),
)
