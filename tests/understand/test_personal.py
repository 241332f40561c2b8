"""Personal data in a text, found to be protected."""

import pytest

from aboveloop.understand.personal import luhn, personal_spans


def kinds(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in personal_spans(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to anna.b+shop@customers.example.", [("email", "anna.b+shop@customers.example")]),
        ("+31 6 1234 5678", [("phone", "+31 6 1234 5678")]),
        ("call 020-1234567 now", [("phone", "020-1234567")]),
        ("(555) 123-4567", [("phone", "(555) 123-4567")]),
        ("card 4111 1111 1111 1111", [("card", "4111 1111 1111 1111")]),
        ("4111-1111-1111-1111 thanks", [("card", "4111-1111-1111-1111")]),
        ("378282246310005", [("card", "378282246310005")]),
        ("NL91 ABNA 0417 1643 00 thanks", [("iban", "NL91 ABNA 0417 1643 00")]),
        ("iban DE89370400440532013000", [("iban", "DE89370400440532013000")]),
        ("a@x.example and b@y.example", [("email", "a@x.example"), ("email", "b@y.example")]),
    ],
)
def test_personal_data_is_found(text: str, found: list[tuple[str, str]]) -> None:
    assert kinds(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "LK-100200",
        "4111 1111 1111 1112",
        "NL91ABNA0417164301",
        "2026-11-23",
        "1012 AB",
        "49.90",
        "100200",
        "@",
        "a@b",
        "0000 0000 0000 0000",
        "size 43.5, 49.90 EUR",
    ],
)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_the_check_digit_decides() -> None:
    assert luhn("4111 1111 1111 1111")
    assert not luhn("4111 1111 1111 1113")
    assert not luhn("0000000000000000")
