"""Who is found twice, and who only looks alike."""

import random

from aboveloop.journey.matching.finding import Likeness, find
from aboveloop.journey.matching.people import Told, entry_of

GIVEN = "anna ben carla dirk eva finn greet hans inge joost kim lars mia noor otto piet".split()  # noqa: SIM905
BEGIN = "hol ver roos blok sten mar wil kui zand dor".split()  # noqa: SIM905
END = "berg man stra veld kamp dorp hout dijk huis wijk".split()  # noqa: SIM905


def crowd(size: int = 2_000) -> list[Told]:
    """Strangers with names, addresses and telephones of their own; so many that rarity can be told."""
    chance = random.Random(5)
    found = []
    for number in range(size):
        given, family = chance.choice(GIVEN), chance.choice(BEGIN) + chance.choice(END)
        found.append(
            Told(
                f"c{number}",
                name=f"{given} {family}",
                emails=(f"{given}.{family}{number}@mail.example",),
                phones=(f"06{10_000_000 + number * 37}",),
                address=f"{chance.choice(BEGIN)}straat {number % 199 + 1}, {1000 + number} AB {chance.choice(END)}",
            )
        )
    return found


def found(*more: Told) -> dict[frozenset[str], Likeness]:
    told = [*crowd(), *more]
    return {
        frozenset((each.one, each.other)): each for each in find([entry_of(each, "31") for each in told]).likenesses
    }


JAN = Told("x", name="Jan Zandwijk", emails=("janz@mail.example",), phones=("0611112222",), address="Laan 3 Gouda")


def test_the_same_mailbox_and_name_is_certain() -> None:
    again = Told("y", name="Jan Zandwijk", emails=("JANZ+shop@mail.example",), phones=("+31 6 1111 2222",))
    assert found(JAN, again)[frozenset("xy")].standing == "certain"


def test_a_slip_in_the_name_with_the_same_address_and_order_is_found_with_its_evidence() -> None:
    one = Told("x", name="Jan Zandwijk", address="Laan 3 Gouda", orders=("LK-1",))
    other = Told("y", name="Jan Zandwijck", address="laan 3, gouda", orders=("LK-1",))
    pair = found(one, other)[frozenset("xy")]
    assert pair.standing in ("likely", "certain")
    said = {each.field: (each.says, each.bits) for each in pair.evidence}
    assert said["family name"][0] == "is close" and said["address"][0] == "is the same"
    assert said["order"][1] > 0
    assert round(sum(each.bits for each in pair.evidence)) >= 10


def test_a_family_in_one_house_is_not_one_person() -> None:
    home = "Laan 3, 2801 AA Gouda"
    family = [
        Told(f"f{number}", name=f"{given} Zandwijk", phones=("0182 111222",), address=home)
        for number, given in enumerate(("Jan", "Ida", "Tess"))
    ]
    assert not [pair for pair in found(*family) if any(each.startswith("f") for each in pair)]


def test_colleagues_at_one_office_are_not_one_person() -> None:
    office = "Havenkade 1, 3011 AA Rotterdam"
    people = [
        Told(f"o{number}", name=f"{GIVEN[number % 16]} {BEGIN[number % 10]}{END[number // 3 % 10]}", address=office)
        for number in range(30)
    ]
    assert not [pair for pair in found(*people) if any(each.startswith("o") for each in pair)]


def test_a_common_name_alone_is_not_one_person() -> None:
    jansens = [Told(f"j{number}", name="Jan Jansen", emails=(f"jj{number}@mail.example",)) for number in range(12)]
    assert not [pair for pair in found(*jansens) if any(each.startswith("j") for each in pair)]


def test_one_mailbox_of_two_names_is_never_certain() -> None:
    other = Told("y", name="Ida Zandwijk", emails=("janz@mail.example",), address="Laan 3 Gouda")
    pair = found(JAN, other).get(frozenset("xy"))
    assert pair is None or pair.standing != "certain"


def test_the_same_records_give_the_same_answer_and_few_records_give_one_too() -> None:
    told = [entry_of(each, "31") for each in (JAN, Told("y", name="Jan Zandwijk", emails=("janz@mail.example",)))]
    assert find(told).likenesses == find(told).likenesses
    assert [each.standing for each in find(told).likenesses] == ["certain"]
    assert find([]).likenesses == () and find(told[:1]).likenesses == ()
