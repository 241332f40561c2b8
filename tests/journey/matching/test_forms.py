"""One way to write an address, a number, a name."""

import pytest

from aboveloop.journey.matching.forms import (
    Name,
    address_form,
    calling_code,
    email_form,
    house_number,
    name_form,
    phone_form,
)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Ann.Lee+shop@Mail.Example", "ann.lee@mail.example"),
        ("a.n.n@googlemail.com", "ann@gmail.com"),
        ("+tag@mail.example", "+tag@mail.example"),
        ("[EMAIL_12ab]", "[email_12ab]"),
    ],
)
def test_an_address_has_no_case_and_no_tag(written: str, form: str) -> None:
    assert email_form(written) == form


@pytest.mark.parametrize(
    ("written", "code", "form"),
    [
        ("020 123 45 67", "31", "+31201234567"),
        ("+31 (0)20 123-4567", "31", "+31201234567"),
        ("0031201234567", "49", "+31201234567"),
        ("(212) 555-0134", "1", "+12125550134"),
        ("1 212 555 0134", "1", "+12125550134"),
        ("0201234567", "", "201234567"),
        ("112", "31", ""),
        ("[PHONE_0a]", "31", "[PHONE_0a]"),
    ],
)
def test_a_number_is_one_of_the_country_of_the_company_unless_it_says_otherwise(
    written: str, code: str, form: str
) -> None:
    assert phone_form(written, code) == form


def test_the_country_is_that_of_the_time_zone() -> None:
    assert calling_code("Europe/Amsterdam") == "31"
    assert calling_code("UTC") == ""


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Ann van der Lee", Name("ann", "lee")),
        ("Lee, Ann", Name("ann", "lee")),
        ("Dr. Zoë Müller", Name("zoe", "muller")),
        ("Lee", Name("", "lee")),
        ("van", Name("", "van")),
        ("", Name()),
        ("Anna Maria Groot", Name("anna", "mariagroot")),
    ],
)
def test_a_name_is_given_and_family(written: str, form: Name) -> None:
    assert name_form(written) == form


def test_an_address_is_words_and_numbers() -> None:
    assert address_form("Kerkstraat 12, 7241 AB Lochem") == address_form("KERKSTR. 12  7241 ab Lochem")
    assert house_number(address_form("Kerkstraat 12, 7241 AB Lochem")) == "12"
    assert house_number("unknown") == ""
