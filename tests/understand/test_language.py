"""The language of a message: foreign only when that is sure."""

import socket

import pytest

from aboveloop.understand import language
from aboveloop.understand.language import UNKNOWN, detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I would like to cancel my order please", "en"),
        ("Ich möchte meine Bestellung stornieren", "de"),
        ("je voudrais annuler ma commande", "fr"),
        ("ik wil mijn bestelling annuleren", "nl"),
        ("quiero cancelar mi pedido por favor", "es"),
        ("chciałbym anulować zamówienie", "pl"),
        ("أريد إلغاء طلبي من فضلك", "ar"),
        ("我想取消订单", "zh"),
        ("注文をキャンセルしたいです", "ja"),
        ("где мой заказ", "ru"),
        ("Merci beaucoup", "fr"),
        ("WHERE IS MY ORDER", "en"),
    ],
)
def test_a_sentence_is_recognised(text: str, code: str) -> None:
    assert detect(text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "ok", "OK", "no", "yes", "si", "LK-100200", "lk 100 200", "anna@customers.example", "49", "43.5", "", " ",
        "👍", "👍👍 🎉", "!!!",
        "Main Street 5", "Jan de Vries", "Jan van den Berg", "Calle Mayor 5 Madrid", "Hauptstrasse 5, 10115 Berlin",
        "gimme my money back",
        "pls refnd my ordr asap", "wheres my stuff", "https://shop.example/orders/100200", "1012 AB",
        "LK-100200 LK-100201", "ja graag", "Anna",
        "\x00\x00", "cancel LK-100200", "size 44", "asdf", "refund plz", "tracking?", "hmm", "Priya Raman", "boots 43",
    ],
)  # fmt: skip
def test_what_is_too_short_or_no_language_is_never_called_foreign(text: str) -> None:
    assert detect(text).code in (None, "en")


def test_a_served_language_is_believed_sooner() -> None:
    text = "ja graag, annuleren"
    assert detect(text, ("nl",)).code in (None, "nl")


def test_an_unknown_language_has_no_confidence() -> None:
    assert detect("LK-100200") == UNKNOWN


def test_nothing_is_fetched_from_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("The network was used.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    language._detector.cache_clear()
    assert detect("This is plain English, isn't it?").code == "en"
