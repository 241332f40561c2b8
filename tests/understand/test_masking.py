"""Masking: nothing personal is left in what leaves, and all of it comes back."""

import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveloop.understand.masking.finder import Known, Surroundings, find_personal, readable
from aboveloop.understand.masking.identities import national_ids
from aboveloop.understand.masking.mask import Mask
from aboveloop.understand.masking.names import folded
from aboveloop.understand.masking.places import addresses, births
from aboveloop.understand.masking.records import known_in, names_of
from understand.personal_set import Marked, generated, written

SECRET = b"s" * 32
RECORD = {
    "customer": {
        "name": "Anna de Visser",
        "email": "anna@x.example",
        "postcode": "1012 AB",
        "address": "Kerkstraat 12, 1012 AB Amsterdam",
        "phone": "0612345678",
    },
    "order": {"id": "LK-100200", "items": [{"name": "Fennel trail shoe", "price_cents": 12_900}]},
}
AROUND = Surroundings(tuple(known_in(RECORD)), frozenset({"larkspur"}), (re.compile(r"LK-\d{6}"),))


def mask(case: str = "case_1", around: Surroundings = AROUND) -> Mask:
    return Mask(SECRET, case, around)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("I am ANNA DE VISSER", "visser"),
        ("Ánna's order", "nna"),
        ("Visser, Anna", "visser"),
        ("mail anna (at) x dot example", "x dot"),
        ("an\u200bna@x.example", "x.example"),
        ("ａｎｎａ@x.example", "x.example"),
        ("call 612345678", "612345678"),
        ("my card 4111 1111 1111 1111", "4111"),
        ("NL91 ABNA 0417 1643 00", "0417"),
        ("SSN 078-05-1120", "078"),
        ("I live at 221B Baker Street, NW1 6XE", "baker"),
        ("Hauptstraße 5, 10115 Berlin", "haupt"),
        ("10 rue de la Paix, 75002 Paris", "paix"),
        ("Calle de Alcalá 5", "alcal"),
        ("born on 12 March 1984", "1984"),
        ("geboren: 12-03-1984", "1984"),
        ("my name is rose tyler", "tyler"),
        ("Kind regards,\nJohn van Dyke\n", "dyke"),
        ("Mrs Okonkwo called", "okonkwo"),
        ("from 192.168.17.4", "168"),
        ("postcode: 1234ab", "1234"),
    ],
)
def test_what_is_personal_is_not_in_what_leaves(text: str, secret: str) -> None:
    masked = mask().text(text)

    assert secret not in masked.text.lower()
    assert masked.counts


@pytest.mark.parametrize(
    "text",
    ["order LK-100200 of 49.90 EUR, size 43.5", "on 2026-11-25 16:48", "I may want it, or will I?", "in 12 days"],
)
def test_what_is_not_personal_stays(text: str) -> None:
    masked = mask().text(text)

    assert masked.text == text
    assert not masked.counts


def test_the_same_value_has_the_same_placeholder_whatever_comes_before_it() -> None:
    first, second = mask(), mask()
    alone = first.text("anna@x.example").text
    second.text("ben@y.example and +31 20 123 4567")

    assert second.text("ANNA@X.example").text == alone
    assert mask("case_2").text("anna@x.example").text != alone


def test_a_placeholder_tells_nothing_of_the_value_without_the_secret() -> None:
    assert Mask(b"t" * 32, "case_1").text("anna@x.example").text != mask().text("anna@x.example").text


@pytest.mark.parametrize(
    "changed", [str.lower, str.upper, str.title, lambda text: text.replace("[", "").replace("]", "")]
)
@pytest.mark.parametrize("joined", ["_", " ", "-", r"\_"])
def test_values_come_back_whatever_the_model_does_to_a_placeholder(changed, joined) -> None:  # type: ignore[no-untyped-def]
    chosen = mask()
    placeholder = chosen.text("anna@x.example").text.replace("_", joined)

    assert chosen.restore(f"dear {changed(placeholder)}, hello").text == "dear anna@x.example, hello"


def test_an_ending_that_a_model_adds_stays_behind_the_value() -> None:
    chosen = mask()
    code = next(iter(re.findall(r"[A-Z0-9]{6}", chosen.text("Anna").text)))

    assert chosen.restore(f"[NAME_{code}s] parcel, [NAME_{code}]'s parcel, (name {code.lower()})").text == (
        "Annas parcel, Anna's parcel, Anna"
    )


def test_a_placeholder_that_was_never_given_is_told() -> None:
    assert mask().restore("dear [NAME_B2CDFG]").unknown == ("[NAME_B2CDFG]",)
    chosen = mask()
    chosen.text("Anna")
    assert chosen.restore("dear [NAME_B2CDFG]").unknown == ("[NAME_B2CDFG]",)


def test_a_customer_cannot_write_a_placeholder_that_is_put_back() -> None:
    assert "[NAME_B2CDFG]" not in mask().text("I am [NAME_B2CDFG]").text


def test_a_name_that_nobody_knows_is_a_doubt_and_is_never_repeated_in_it() -> None:
    masked = mask().text("I saw Zorvel Quint at your shop.")

    assert masked.uncertainty == 0.6
    assert "Zorvel" not in masked.doubts[0].because


def test_the_companys_own_words_are_no_doubt() -> None:
    around = Surroundings(ordinary=frozenset({"trail", "shoe"}))

    assert find_personal("I bought the Trail Shoe here", around).uncertainty == 0.0


def test_a_record_is_masked_under_its_keys_and_in_its_texts() -> None:
    masked, counts, doubts = mask().value({**RECORD, "note": "for Anna", "phone_number": 31612345678, "gone": None})

    assert masked["order"] == RECORD["order"]
    assert masked["gone"] is None
    assert masked["phone_number"].startswith("[PHONE_")
    assert masked["note"].startswith("for [NAME_")
    assert not any(word in json.dumps(masked).lower() for word in ("anna", "visser", "kerk", "1012", "0612"))
    assert counts["name"] == 2
    assert doubts == []


def test_a_number_that_looks_personal_is_masked_and_another_stays_a_number() -> None:
    masked, _, _ = mask().value({"a": 4111111111111111, "b": 12_900, "c": True})

    assert masked["b"] == 12_900
    assert masked["c"] is True
    assert masked["a"].startswith("[CARD_")


def test_fields_that_the_operation_names_are_masked_whole() -> None:
    masked, _, _ = Mask(SECRET, "case_1", fields=frozenset({"nickname"})).value({"nickname": "bluebird"})

    assert masked["nickname"].startswith("[PRIVATE_")


def test_a_product_has_a_name_that_is_nobodys() -> None:
    assert known_in({"product": {"name": "Trail shoe", "price": 3}}) == []
    assert {known.value for known in known_in({"name": "Bo Li", "email": "b@x.example"})} == {
        "Bo Li",
        "Bo",
        "Li",
        "b@x.example",
    }


def test_a_name_has_its_parts_and_no_particles() -> None:
    assert [known.value for known in names_of("Anna van der Meer")] == ["Anna van der Meer", "Anna", "Meer"]


@pytest.mark.parametrize(
    "written",
    ["123456782", "86095742719", "AB 12 34 56 C", "12345678Z", "X1234567L", "RSSMRA85T10A562S", "44051401359",
     "811218-9876", "1 84 12 76 451 089 46", "85.07.30-033.28", "passport number: XR7 001 23B"],
)  # fmt: skip
def test_national_ids_are_known_by_their_check_digits(written: str) -> None:
    assert national_ids(f"it is {written} there")


@pytest.mark.parametrize("written", ["123456789", "12345678A", "44051401358", "000-12-3456", "100200", "GB 12 34 56 C"])
def test_numbers_whose_check_digits_do_not_hold_are_no_ids(written: str) -> None:
    assert not national_ids(f"it is {written} there")


def test_a_street_takes_its_town_with_it() -> None:
    text = "to Lange Kerkstraat 12a, 1012 AB Amsterdam please"
    longest = max(addresses(text), key=lambda find: find.end - find.start)

    assert text[longest.start : longest.end] == "Lange Kerkstraat 12a, 1012 AB Amsterdam"
    assert not births("delivered on 12 March 2026")


def test_folding_keeps_every_place() -> None:
    assert len(folded("Straße İstanbul Ánna")) == len("Straße İstanbul Ánna")


VALUES = st.sampled_from(
    ["Anna de Visser", "anna@x.example", "NL91ABNA0417164300", "+31 6 1234 5678", "4111111111111111"]
)


@given(st.lists(st.one_of(st.text(alphabet="abc ,.:€\n", max_size=12), VALUES), max_size=8))
def test_masking_and_putting_back_gives_the_text_again(parts: list[str]) -> None:
    chosen = mask()
    text = " ".join(parts)
    masked = chosen.text(text)

    assert folded(chosen.restore(masked.text).text) == folded(text)


def test_no_planted_value_is_left_in_many_sentences() -> None:
    chance = random.Random(7)
    around = Surroundings((Known("name", "Imke Q Zwartjes"), *names_of("Imke Zwartjes")), frozenset(), ())
    frames = ["I am {}.", "{} wrote", "please mail {} or me", "({})", "order LK-100200 for {}, thanks", "{}'s parcel"]
    canaries = ["Imke Zwartjes", "imke@zwartjes.example", "+31 6 8765 4321", "NL20INGB0001234567", "5500005555555559"]
    for _ in range(300):
        canary = chance.choice(canaries)
        written = chance.choice([canary, canary.upper(), canary.lower()])
        left = mask("c", around).text(chance.choice(frames).format(written)).text.lower()
        assert not any(part in left for part in ("imke", "zwart", "8765", "123456", "5555"))


def _recall_and_precision(texts: list[Marked]) -> tuple[float, float]:
    wanted = found = finds = right = 0
    for one in texts:
        spans = find_personal(readable(one.text)).finds
        covered = {place for span in spans for place in range(span.start, span.end)}
        for _, start, end in one.values:
            wanted += 1
            found += all(place in covered for place in range(start, end) if one.text[place].isalnum())
        finds += len(spans)
        right += sum(any(span.start < end and span.end > start for _, start, end in one.values) for span in spans)
    return found / wanted, right / finds


def test_98_of_100_generated_values_are_found() -> None:
    recall, precision = _recall_and_precision(list(generated(2_000, seed=11)))
    assert recall >= 0.98
    assert precision >= 0.98


def test_98_of_100_values_in_sentences_written_by_hand_are_found() -> None:
    texts = written()
    recall, precision = _recall_and_precision(texts)
    assert len(texts) >= 200
    assert recall >= 0.98
    assert precision >= 0.98


def test_words_of_the_company_and_of_every_day_are_no_names() -> None:
    around = Surroundings(ordinary=frozenset({"heather", "fleece", "daisy", "linden"}))
    for text in (
        "is the Heather fleece in stock",
        "I will pay in May for Germany",
        "the Daisy socks and the Linden jacket",
        "Deliver to Amsterdam on Monday, thanks",
        "für Weihnachten bestellt",
    ):
        assert find_personal(text, around).finds == (), text
