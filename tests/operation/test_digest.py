"""The digest: the same content, the same name, everywhere."""

import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.operation.digest import digest_of
from aboveloop.operation.loading import load

TEXTS = st.dictionaries(st.text("abc/.", min_size=1, max_size=6), st.text(max_size=20), min_size=1, max_size=5)


@settings(max_examples=50)
@given(TEXTS, st.randoms())
def test_the_order_of_files_does_not_count(files: dict[str, str], chance: object) -> None:
    turned = dict(sorted(files.items(), reverse=True))
    assert digest_of(files) == digest_of(turned)


@settings(max_examples=50)
@given(
    TEXTS, st.text(st.characters(exclude_characters="\r\n\ufeff", exclude_categories=["Cs"]), min_size=1, max_size=5)
)
def test_every_character_counts(files: dict[str, str], added: str) -> None:
    path = next(iter(files))
    assert digest_of({**files, path: files[path] + added}) != digest_of(files)


@settings(max_examples=50)
@given(TEXTS)
def test_names_of_files_count(files: dict[str, str]) -> None:
    path, text = next(iter(files.items()))
    moved = {**{other: files[other] for other in files if other != path}, path + "x": text}
    assert digest_of(moved) != digest_of(files)


def test_line_endings_and_byte_order_marks_do_not_count() -> None:
    assert digest_of({"a": "one\ntwo\n"}) == digest_of({"a": "\ufeffone\r\ntwo\r\n"}) == digest_of({"a": "one\rtwo\r"})


def test_times_hidden_files_and_readmes_do_not_count(kettle_folder: Path) -> None:
    before = load(kettle_folder).operation
    os.utime(kettle_folder / "operation.yaml", (1, 1))
    (kettle_folder / "README.md").write_text("About us.")
    (kettle_folder / ".note").write_text("x")
    (kettle_folder / "intents/orders.yaml").write_bytes(
        (kettle_folder / "intents/orders.yaml").read_bytes().replace(b"\n", b"\r\n")
    )
    after = load(kettle_folder).operation
    assert before is not None
    assert after is not None
    assert before.digest == after.digest


def test_a_changed_message_changes_the_digest(kettle_folder: Path) -> None:
    before = load(kettle_folder).operation
    (kettle_folder / "messages/en/kept.md").write_text("Everything stays as it is.\n")
    after = load(kettle_folder).operation
    assert before is not None
    assert after is not None
    assert before.digest != after.digest
