"""Customers made up, some of them twice with slips, beside families, offices and common names that only look alike.

Run: `nice .venv/bin/python benches/duplicates.py --customers 100000`. Prints precision and recall by
standing, seconds and memory. Who wrote the rules wrote the set, and its slips are those that we thought of.
"""

import argparse
import json
import random
import resource
import sys
import time
from dataclasses import replace

from aboveloop.journey.matching.finding import Likeness, find
from aboveloop.journey.matching.people import Told, entry_of


def words(text: str) -> list[str]:
    return text.split()


GIVEN = words(
    """
    Jan Anna Sofie Daan Emma Lucas Julia Noah Eva Finn Sara Levi Lotte Bram Fleur Thijs Zoe Lars Mila Sem Nora Ruben
    Tess Max Isa Hugo Roos Sven Femke Milan Lynn Joris Amira Kees Fatima Piet Marieke Hans Greet Wim Yara Omar Aylin
    Mehmet Stefan Ingrid Dieter Ursula Pierre Camille Luc Chantal Carlos Lucia Javier Carmen Agnieszka Piotr Ewa Marek
"""
)
FAMILY = words(
    """
    Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Kok Jacobs Vermeulen
"""
)
BEGIN = words("Hol Ver Roos Blok Sten Mar Wil Kui Zand Dor Pol Grim Hart Klei Lin Oster Rie Schil Tim Vel Bus Car")
END = words("berg man ma stra veld kamp ink dorp hout dijk sma ing huis haven bosch meer wijk beek")
ROADS = words("Kerk Dorps School Molen Beuken Linden Eiken Haven Station Markt Park Berg")
STREETS = [f"{one}{other}" for one in ROADS for other in ("straat", "laan", "weg", "plein")]
TOWNS = words("Utrecht Lochem Zwolle Breda Almere Gouda Venlo Assen Sneek Delft Hoorn Tilburg")
MAILS = words("mail.example post.example web.example kpn.example gmail.com")
# A father and a son of one name, in one house.
NAMESAKES = 0.01


def family_name(chance: random.Random) -> str:
    if chance.random() < 0.25:
        return chance.choice(FAMILY)
    return chance.choice(BEGIN) + chance.choice(END)


def address(chance: random.Random) -> str:
    return (
        f"{chance.choice(STREETS)} {chance.randint(1, 240)}, {chance.randint(1000, 9999)} {chance.choice('ABCDEFGH')}"
        f"{chance.choice('ABCDEFGH')} {chance.choice(TOWNS)}"
    )


def somebody(chance: random.Random, number: int, name: tuple[str, str], home: str, phone: str) -> Told:
    given, family = name
    mail = f"{given}.{family}{chance.randint(1, 999)}@{chance.choice(MAILS)}".lower()
    mobile = f"06{chance.randint(10_000_000, 99_999_999)}"
    return Told(
        id=f"c{number}",
        name=f"{given} {family}",
        emails=(mail,) if chance.random() < 0.9 else (),
        phones=(phone if chance.random() < 0.3 else mobile,) if chance.random() < 0.7 else (),
        address=home if chance.random() < 0.85 else "",
        born=f"{chance.randint(1940, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        if chance.random() < 0.2
        else "",
        orders=(f"ORD-{number}",) if chance.random() < 0.5 else (),
    )


def population(chance: random.Random, size: int) -> list[Told]:
    """Half live alone, others in families of one name, address and telephone; one in twenty orders to an office."""
    found: list[Told] = []
    offices = [address(chance) for _ in range(max(size // 1_000, 1))]
    while len(found) < size:
        home, phone, family = address(chance), f"0{chance.randint(100_000_000, 599_999_999)}", family_name(chance)
        members = 1 if chance.random() < 0.7 else chance.randint(2, 4)
        first = len(found)
        givens = chance.sample(GIVEN, members)
        for given in givens:
            called = givens[0] if chance.random() < NAMESAKES else given
            lives = chance.choice(offices) if chance.random() < 0.05 else home
            one = somebody(chance, len(found), (called, family), lives, phone)
            if len(found) > first and chance.random() < 0.08:
                # A family that shares one mailbox.
                one = replace(one, emails=found[-1].emails)
            found.append(one)
    return found[:size]


def slip(chance: random.Random, text: str) -> str:
    if len(text) < 4:
        return text
    at = chance.randrange(1, len(text) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + text[at + 1 :]


def again(chance: random.Random, one: Told) -> Told:
    """The same person, as another channel wrote them down."""
    given, _, family = one.name.partition(" ")
    roll = chance.random()
    if roll < 0.15:
        given = slip(chance, given)
    elif roll < 0.25:
        given = f"{given[0]}."
    elif roll < 0.3:
        given, family = family + ",", given
    if chance.random() < 0.12:
        family = slip(chance, family)
    if chance.random() < 0.02:
        family = family_name(chance)
    emails, phones = one.emails, one.phones
    if emails:
        local, _, domain = emails[0].partition("@")
        roll = chance.random()
        emails = (
            (f"{local}+shop@{domain}".title(),)
            if roll < 0.2
            else (f"{local}@{chance.choice(MAILS)}",)
            if roll < 0.35
            else (f"{slip(chance, local)}@{domain}",)
            if roll < 0.45
            else ()
            if roll < 0.65
            else emails
        )
    if phones:
        phones = () if chance.random() < 0.4 else (f"+31 (0){phones[0][1:3]} {phones[0][3:6]}-{phones[0][6:]}",)
    roll = chance.random()
    home = "" if roll < 0.25 else one.address.replace("straat", "str.") if roll < 0.5 else one.address.upper()
    if chance.random() < 0.1:
        home = address(chance)
    return replace(
        one,
        id=f"{one.id}-again",
        name=f"{given} {family}",
        emails=emails,
        phones=phones,
        address=home,
        born=one.born if chance.random() < 0.5 else "",
        orders=one.orders if chance.random() < 0.15 else (),
    )


def rates(found: list[Likeness], truth: set[tuple[str, str]], standings: set[str]) -> dict[str, float | int]:
    pairs = {tuple(sorted((each.one, each.other))) for each in found if each.standing in standings}
    right = len(pairs & truth)
    return {
        "pairs": len(pairs),
        "precision": round(right / len(pairs), 4) if pairs else 1.0,
        "recall": round(right / len(truth), 4) if truth else 1.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--twice", type=float, default=0.08)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    people = population(chance, round(asked.customers / (1 + asked.twice)))
    doubled = chance.sample(people, asked.customers - len(people))
    copies = [again(chance, one) for one in doubled]
    truth = {tuple(sorted((one.id, copy.id))) for one, copy in zip(doubled, copies, strict=True)}
    told = people + copies
    chance.shuffle(told)
    wall, cpu = time.perf_counter(), time.process_time()
    found = find([entry_of(each, "31") for each in told])
    likenesses = list(found.likenesses)
    sys.stdout.write(
        json.dumps(
            {
                "customers": len(told),
                "twice": len(truth),
                "compared": found.compared,
                "groups_left_out": found.left_out,
                "certain": rates(likenesses, truth, {"certain"}),
                "certain_or_likely": rates(likenesses, truth, {"certain", "likely"}),
                "all_shown": rates(likenesses, truth, {"certain", "likely", "possible"}),
                "seconds": round(time.perf_counter() - wall, 1),
                "cpu_seconds": round(time.process_time() - cpu, 1),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            },
            indent=2,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
