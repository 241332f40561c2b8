"""What Larkspur sells: the products, their sizes and colours, and the names of people and places it knows."""

import random
from typing import NamedTuple

from larkspur.records import Product, Variant

SHOES = tuple(str(size) for size in range(36, 48))
CLOTHES = ("XS", "S", "M", "L", "XL", "XXL")
SOCKS = ("36-38", "39-41", "42-44", "45-47")
ONE = ("ONE",)

COLOURS = {"MOS": "moss", "SLA": "slate", "RUS": "rust", "SND": "sand", "INK": "ink", "FOX": "foxglove"}


class Article(NamedTuple):
    """One row of the catalogue; the three letters of `code` begin every sku of it."""

    code: str
    name: str
    category: str
    price_cents: int
    sizes: tuple[str, ...]
    colours: tuple[str, ...]


ARTICLES = (
    Article("FEN", "Fennel trail shoe", "shoes", 8995, SHOES, ("MOS", "SLA", "RUS")),
    Article("SOR", "Sorrel running shoe", "shoes", 10995, SHOES, ("INK", "FOX")),
    Article("CLO", "Clover canvas sneaker", "shoes", 5995, SHOES, ("SND", "INK", "MOS")),
    Article("BRK", "Bracken approach shoe", "shoes", 12495, SHOES, ("SLA", "RUS")),
    Article("REE", "Reed river sandal", "shoes", 4495, SHOES, ("SND", "SLA")),
    Article("HAW", "Hawthorn hiking boot", "boots", 16995, SHOES, ("RUS", "SLA")),
    Article("TAM", "Tamarack winter boot", "boots", 18995, SHOES, ("INK", "SND")),
    Article("ALD", "Alder leather boot", "boots", 21995, SHOES, ("RUS",)),
    Article("JUN", "Juniper rain jacket", "jackets", 13995, CLOTHES, ("MOS", "INK", "FOX")),
    Article("WIL", "Willow wind shell", "jackets", 7995, CLOTHES, ("SND", "SLA")),
    Article("LIN", "Linden down jacket", "jackets", 24995, CLOTHES, ("INK", "RUS")),
    Article("HEA", "Heather fleece", "jackets", 6995, CLOTHES, ("FOX", "SLA", "MOS")),
    Article("OAK", "Oakmoss trekking trousers", "trousers", 8495, CLOTHES, ("MOS", "SND")),
    Article("THI", "Thistle zip-off trousers", "trousers", 7495, CLOTHES, ("SLA", "SND")),
    Article("MAL", "Mallow merino shirt", "shirts", 5495, CLOTHES, ("INK", "FOX", "SLA")),
    Article("PIM", "Pimpernel long-sleeve", "shirts", 4995, CLOTHES, ("RUS", "MOS")),
    Article("TEA", "Teasel hiking socks", "socks", 1695, SOCKS, ("MOS", "SLA")),
    Article("DAI", "Daisy liner socks", "socks", 995, SOCKS, ("SND", "INK")),
    Article("BUZ", "Buzzard 22 day pack", "packs", 7995, ONE, ("MOS", "INK")),
    Article("KES", "Kestrel 45 trekking pack", "packs", 15995, ONE, ("SLA", "RUS")),
    Article("HER", "Heron two-person tent", "tents", 32995, ONE, ("MOS",)),
    Article("STO", "Stork family tent", "tents", 64995, ONE, ("SND",)),
    Article("DOR", "Dormouse sleeping bag", "camp", 12995, ONE, ("INK", "RUS")),
    Article("PEB", "Pebble camp stove", "camp", 4995, ONE, ("SLA",)),
    Article("BRO", "Brook water bottle", "camp", 1995, ONE, ("MOS", "FOX", "SND")),
    Article("LAN", "Lantern head torch", "camp", 3495, ONE, ("INK",)),
    Article("WAX", "Boot wax", "care", 895, ONE, ("SND",)),
    Article("GAI", "Gorse gaiters", "care", 2995, ("S", "M", "L"), ("INK",)),
)

# Sold out on purpose, so that a swap to them can be refused.
SOLD_OUT = frozenset({"FEN-44-MOS", "HAW-39-RUS", "JUN-S-FOX"})

FIRST_NAMES = (
    "Adem", "Agnes", "Aiko", "Alba", "Amara", "Anouk", "Arjen", "Aylin", "Bas", "Beate", "Bilal", "Britta", "Cem",
    "Clara", "Daan", "Dalia", "Dana", "David", "Demi", "Diego", "Ebru", "Eline", "Emil", "Enzo", "Esra", "Eva",
    "Femke", "Finn", "Frank", "Frida", "Gerda", "Gijs", "Hanna", "Hanneke", "Hassan", "Heike", "Ibrahim", "Ilse",
    "Imani", "Ingrid", "Ivo", "Jana", "Jasper", "Jelle", "Joris", "Julia", "Kaan", "Katja", "Kim", "Klaas",
    "Lena", "Leon", "Leyla", "Lieke", "Lotte", "Luca", "Maarten", "Malik", "Maren", "Marit", "Marta", "Merve",
    "Milan", "Mina", "Nadia", "Nele", "Niels", "Nina", "Noor", "Oskar", "Paula", "Pim", "Ravi", "Renske", "Ruben",
    "Saskia", "Selin", "Simon", "Sofie", "Sven", "Tariq", "Thijs", "Tim", "Tomas", "Ulrike", "Viktor", "Wiebke",
    "Wouter", "Yusuf", "Zeynep",
)  # fmt: skip

LAST_NAMES = (
    "Acar", "Achterberg", "Bakker", "Bauer", "Becker", "Berends", "Bouma", "Brandt", "Celik", "Claassen", "Demir",
    "Dijkman", "Ebbing", "Eckert", "Egberts", "Fischer", "Franken", "Gerritsen", "Graaf", "Groen", "Haas",
    "Haddad", "Hartmann", "Heijden", "Hermans", "Hofman", "Huisman", "Ibrahimi", "Jacobs", "Jansen", "Kaya",
    "Keller", "Klein", "Koch", "Kok", "Kramer", "Krause", "Kuipers", "Lammers", "Lang", "Lorenz", "Maas", "Maier",
    "Meijer", "Meyer", "Mulder", "Nagel", "Nguyen", "Nowak", "Otto", "Ozturk", "Peeters", "Petrov", "Postma",
    "Prins", "Reinders", "Richter", "Roos", "Sahin", "Santos", "Schaap", "Schmitz", "Schouten", "Smit", "Sommer",
    "Steen", "Suarez", "Tuin", "Ulrich", "Verbeek", "Vos", "Wagner", "Walter", "Weber", "Wiersma", "Winkel",
    "Wolff", "Yildiz", "Zandstra", "Zimmer",
)  # fmt: skip

STREETS = {
    "NL": ("Beukenlaan", "Dorpsstraat", "Kerkweg", "Korenbloemstraat", "Lindehof", "Molenpad", "Oosterkade",
        "Parklaan", "Schoolstraat", "Singel"),
    "DE": ("Ahornweg", "Bahnhofstraße", "Birkenallee", "Feldstraße", "Gartenweg", "Hauptstraße", "Lindenstraße",
        "Marktgasse", "Rosenweg"),
}  # fmt: skip

# City with the first digits of its postcodes.
CITIES = {
    "NL": (("Amsterdam", "10"), ("Utrecht", "35"), ("Rotterdam", "30"), ("Groningen", "97"), ("Eindhoven", "56"),
           ("Haarlem", "20"), ("Nijmegen", "65"), ("Leeuwarden", "89"), ("Zwolle", "80"), ("Maastricht", "62")),
    "DE": (("Köln", "506"), ("Berlin", "104"), ("Hamburg", "203"), ("Münster", "481"), ("Bremen", "281"),
           ("Aachen", "520"), ("Leipzig", "041"), ("Freiburg", "791")),
}  # fmt: skip

CARRIERS = ("Postduif", "Meridiaan", "Nordpaket")
PAYMENT_METHODS = ("ideal", "card", "paypal", "invoice", "gift_card")


def sku_of(code: str, size: str, colour: str) -> str:
    """`FEN-42-MOS`: article, size, colour."""
    return f"{code}-{size.replace('-', '')}-{colour}"


def products() -> list[Product]:
    return [Product(f"p_{a.code.lower()}", a.name, a.category, a.price_cents) for a in ARTICLES]


def variants(chance: random.Random) -> list[Variant]:
    """Every size and colour, with a stock between nothing and forty; those in SOLD_OUT are at nothing."""
    made = []
    for article in ARTICLES:
        for size in article.sizes:
            for colour in article.colours:
                sku = sku_of(article.code, size, colour)
                stock = 0 if sku in SOLD_OUT else max(3, chance.randint(-4, 40))
                made.append(Variant(sku, f"p_{article.code.lower()}", size, COLOURS[colour], stock))
    return made


def shipping_cents(goods_cents: int) -> int:
    """Shipping is 4.95 EUR below 75.00 EUR of goods, free from there on."""
    return 0 if goods_cents >= 7500 else 495
