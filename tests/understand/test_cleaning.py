"""From the message as it came to the words of its writer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.understand.cleaning import LOOKED_THROUGH, READ_CHARACTERS, clean, folded, readable, strip_quoted


@pytest.mark.parametrize(
    ("mail", "own"),
    [
        (
            "no thanks\n\nOn Mon, 23 Nov 2026, Larkspur <help@larkspur.example> wrote:\n> Shall I? Answer yes.",
            "no thanks",
        ),
        (
            "49\n\nOn Mon, 23 Nov 2026 at 09:30,\nLarkspur Outfitters\n<help@larkspur.example> wrote:\n\n> which size?",
            "49",
        ),
        ("> which size?\n49\n> which colour?\nblack", "49\nblack"),
        ("please cancel\n\n-----Original Message-----\nFrom: help@larkspur.example\nyes", "please cancel"),
        (
            "please cancel\n\nFrom: Larkspur <help@larkspur.example>\nSent: Monday\nTo: Anna\nSubject: Re\n\nyes",
            "please cancel",
        ),
        ("please cancel\n\n________________________________\nFrom: x\nyes", "please cancel"),
        ("cancel it\n-- \nAnna de Vries\n+31 6 12345678", "cancel it"),
        ("cancel it\n\nKind regards,\nAnna\nMain Street 5", "cancel it"),
        ("cancel it\n\nSent from my iPhone", "cancel it"),
        ("yes please\n\nThanks,\nAnna de Vries", "yes please\n\nThanks,"),
        ("cancel it\r\n\r\nGet Outlook for iOS\r\n", "cancel it"),
        ("yes\n\nAm Mo., 23. Nov. 2026 um 09:30 Uhr schrieb Larkspur <help@larkspur.example>:\n> Nein?", "yes"),
        ("ja\n\nOp ma 23 nov 2026 om 09:30 schreef Larkspur <help@larkspur.example>:\n> Nee?", "ja"),
        ("> yes", ""),
        ("On Mon, 23 Nov 2026, Larkspur wrote:\n> yes", ""),
        ("", ""),
    ],
)
def test_history_and_signature_are_left_out(mail: str, own: str) -> None:
    assert strip_quoted(mail) == own


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you about my order and heard nothing.",
        "Thanks,\nplease cancel it as soon as you can because I leave on holiday tomorrow morning at six.",
        "From: Amsterdam, I need it delivered to Utrecht",
        "the boots > the shoes",
        "Regards from Paris, the parcel never came.\nCan you check?",
        "Thanks,\ncancel the other one too",
        "Cheers\nCan you send me the invoice?",
    ],
)
def test_what_only_looks_like_history_is_kept(text: str) -> None:
    assert strip_quoted(text) == text


def test_a_long_message_is_cut_and_says_so() -> None:
    text, cut = readable("please cancel my order. " * 10_000)
    assert len(text) == READ_CHARACTERS
    assert cut
    assert readable("please cancel") == ("please cancel", False)


def test_long_history_below_a_short_answer_cuts_nothing_of_it() -> None:
    history = "> yes\n" * (LOOKED_THROUGH // 10)
    assert readable(f"no\n\nOn 23 Nov 2026, X wrote:\n{history}") == ("no", False)


def test_cleaning_keeps_places() -> None:
    assert clean("a\x00b\ud800c\td") == "a b\ufffdc\td"


def test_folding_sees_through_dress() -> None:
    assert folded("ＩＧ\u200bＮＯＲＥ  that’s\n“it”") == 'ignore that\'s "it"'


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=400))
def test_what_is_read_can_always_be_stored(text: str) -> None:
    own, _ = readable(text)
    assert "\x00" not in own
    assert own.encode("utf-8").decode("utf-8") == own
    assert len(own) <= READ_CHARACTERS


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (
            "Ja, bitte stornieren.\n\nMit freundlichen Grüßen\nSabine Krüger\nLindenweg 7\n50667 Köln",
            "Ja, bitte stornieren.",
        ),
        ("ok\n\nVon meinem iPhone gesendet", "ok"),
        (
            "Passt.\n\nVon: Larkspur <help@larkspur.example>\nGesendet: Montag\nBetreff: x\n\nSoll ich das tun?",
            "Passt.",
        ),
        ("Oui, merci.\n\nCordialement,\nÉlodie Rousseau", "Oui, merci."),
        ("d'accord\n\nEnvoyé de mon iPhone", "d'accord"),
        (
            "D'accord.\n\nDe : Larkspur <help@larkspur.example>\nEnvoyé : lundi\nÀ : Élodie\n\nÊtes-vous d'accord ?",
            "D'accord.",
        ),
        ("oui\n\n-------- Message d'origine --------\nAnnuler ?", "oui"),
        ("Sí, de acuerdo.\n\nUn saludo,\nJavier García", "Sí, de acuerdo."),
        ("vale\n\nEnviado desde mi iPhone", "vale"),
        ("Sí.\n\nDe: Larkspur <help@larkspur.example>\nEnviado: lunes\nPara: Javier\n\n¿Está de acuerdo?", "Sí."),
        ("sí\n\n-----Mensaje original-----\n¿Cancelar?", "sí"),
        ("Danke\nSabine Krüger", "Danke"),
    ],
)
def test_signatures_and_histories_of_other_languages_are_left_out(text: str, own: str) -> None:
    assert strip_quoted(text) == own


def test_a_sentence_that_looks_like_a_head_is_kept() -> None:
    assert strip_quoted("De: Paris\nje voudrais mon colis") == "De: Paris\nje voudrais mon colis"
