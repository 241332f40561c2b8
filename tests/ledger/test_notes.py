"""Signed notes, also against notes that others signed."""

import base64

import pytest

from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger.errors import CheckpointRefused
from aboveloop.ledger.notes import MOST_SIGNATURES, Signer, VerifierKey, exact_base64, open_note

# The example in the documentation of Go's sumdb/note, where the format comes from.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

signer = Signer("log.example", bytes(range(32)))
other = Signer("witness.example", bytes(range(1, 33)))
TEXT = "log.example\n0\nroot\n"


def test_a_note_signed_by_another_program_opens() -> None:
    key = VerifierKey.parse(PETER)
    assert open_note(PETERS_NOTE, key) == PETERS_NOTE.split("\n\n")[0] + "\n"
    assert str(key) == PETER


def test_a_signed_note_opens_with_its_key() -> None:
    note = signer.sign(TEXT)
    assert open_note(note, VerifierKey.parse(f"{signer.key}\n")) == TEXT


def test_signatures_by_unknown_keys_are_passed_over() -> None:
    witnessed = signer.sign(TEXT) + other.sign(TEXT).split("\n\n")[1]
    assert open_note(witnessed, signer.key) == TEXT
    assert open_note(witnessed, other.key) == TEXT


def test_a_note_without_a_signature_by_the_key_is_refused() -> None:
    with pytest.raises(CheckpointRefused, match="no signature by"):
        open_note(other.sign(TEXT), signer.key)
    namesake = Signer("log.example", bytes(32))
    with pytest.raises(CheckpointRefused, match="no signature by"):
        open_note(namesake.sign(TEXT), signer.key)


def test_a_changed_text_is_refused() -> None:
    with pytest.raises(CheckpointRefused, match="does not fit"):
        open_note(signer.sign(TEXT).replace("root", "r00t"), signer.key)


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        signer.sign(TEXT)[:-1],
        signer.sign(TEXT).replace("\n0\n", "\r\n0\n"),
        signer.sign(TEXT).replace("— ", "- "),
        signer.sign(TEXT) + "\n",
        signer.sign(TEXT) + "— witness.example ????\n",
        signer.sign(TEXT) + "— witness.example AB==\n",
        signer.sign(TEXT) + other.sign(TEXT).split("\n\n")[1] * MOST_SIGNATURES,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(CheckpointRefused):
        open_note(note, signer.key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "name+00000000+AA==",
        str(signer.key).replace("log.example", "log.example2"),
        str(signer.key).replace("log.example", "log example"),
        "name+00000000+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage):
        VerifierKey.parse(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_the_format_forbids_is_refused(name: str) -> None:
    with pytest.raises(WrongUsage, match="name"):
        Signer(name, bytes(32))


def test_keys_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(WrongUsage, match="32 bytes"):
        Signer("name", bytes(31))
    with pytest.raises(WrongUsage, match="32 bytes"):
        VerifierKey("name", bytes(31))


def test_base64_is_exact_to_the_last_bit() -> None:
    assert exact_base64("AA==") == b"\x00"
    for text in ("AB==", "AA=", "AA", "A A==", "é", "AA==\n"):
        assert exact_base64(text) is None
