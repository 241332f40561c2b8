"""YAML as values: what the text says, nothing lost, every node with its line."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.operation import yaml_text
from aboveloop.operation.yaml_text import Document, read_yaml
from pace import costs_at_most


def value_of(text: str) -> object:
    document, faults = read_yaml(text, "x.yaml")
    assert document is not None, faults
    return document.value


def fault_of(text: str) -> tuple[int, str]:
    document, faults = read_yaml(text, "x.yaml")
    assert document is None
    return faults[0].line, faults[0].message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", {"a": "no"}),
        ("a: [on, off, yes, y, NO]", {"a": ["on", "off", "yes", "y", "NO"]}),
        ("a: [true, False, null, ~, ]", {"a": [True, False, None, None]}),
        ("no: 1", {"no": 1}),
        ("1: a", {"1": "a"}),
        ("a: 2024-05-15", {"a": "2024-05-15"}),
        ("a: 2024-05-15T15:00:00-05:00", {"a": "2024-05-15T15:00:00-05:00"}),
        ("a: 08:00", {"a": "08:00"}),
        ("a: [0x10, 0o17, -3, 1.50, 1e3, .5]", {"a": [16, 15, -3, 1.5, 1000.0, 0.5]}),
        ("a: '12'", {"a": "12"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: &x [1, 2]\nb: *x", {"a": [1, 2], "b": [1, 2]}),
        ("a: >\n  one\n  two\n", {"a": "one two\n"}),
        ("- a\n- b", ["a", "b"]),
    ],
)
def test_yaml_1_2_is_read_as_written(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("# only a comment\n", 1, "empty"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice; first on line 1"),
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "not YAML"),
        ("a: 1\n--- \nb: 2\n", 2, "second document"),
        ("a: !!str 5", 1, "Tags"),
        ("a: !secret x", 1, "Tags"),
        ("a: *nowhere", 1, "names no"),
        ("a: &a [*a]", 1, "names no"),
        ("a: 1\nb: 007", 2, "quote it"),
        ("a: +31612345678", 1, "quote it"),
        ("a: .inf", 1, "JSON"),
        ("a: .nan", 1, "JSON"),
        ("a: 1e999", 1, "too large"),
        ("a: 9007199254740993", 1, "too large"),
        (f"a: {'9' * 5000}", 1, "too large"),
        ('a: "\\0"', 1, "cannot be stored"),
        ('a: "\\ud800"', 1, "cannot be stored"),
        ("a: 1\nb: \x07", 2, "does not allow"),
        ("? [a]\n: b", 1, "plain text"),
        (": b", 1, "plain text"),
        ("a:\n\tb: 1", 2, "not YAML"),
    ],
)
def test_what_cannot_be_kept_is_a_fault_at_its_line(text: str, line: int, words: str) -> None:
    found_line, message = fault_of(text)
    assert (found_line, words in message) == (line, True), (found_line, message)


def test_every_duplicate_key_is_named() -> None:
    _, faults = read_yaml("a: 1\na: 2\nb: {c: 1, c: 2}\n", "x.yaml")
    assert [fault.line for fault in faults] == [2, 3]


def test_a_node_is_found_by_its_path() -> None:
    document, _ = read_yaml("a:\n  - b: 1\n    c: 2\n  - d\n", "x.yaml")
    assert document is not None
    assert (document.place(("a", 0, "c")).line, document.place(("a", 0, "c")).column) == (3, 5)
    assert document.place(("a", 1)).line == 4
    assert document.place(("a", 0, "missing", "deeper")).line == 2


@pytest.mark.parametrize("text", ["[" * 20_000, "{a: " * 20_000, "- " * 20_000])
def test_deep_nesting_ends_soon_and_in_words(text: str) -> None:
    def fault() -> None:
        assert "levels deep" in fault_of(text)[1]

    assert costs_at_most(5, fault, tries=2)


def test_aliases_cannot_make_a_small_file_huge() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "too large" in fault_of("\n".join(lines))[1]


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(categories=["L", "N", "P", "Zs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcno", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(JSON_VALUES)
def test_json_is_yaml_and_comes_back_the_same(value: object) -> None:
    assert value_of(json.dumps(value)) == value


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab:-{}[]\"'#&*!|>%@`\n\t ,?0.\\\x00é\u2028"), max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    document, faults = read_yaml(text, "x.yaml")
    assert (document is None) == bool(faults)


# What a slip of the hand puts into a file, and what the two parsers might read apart.
SLIPS = [
    "\n", "\n  ", "- ", ": ", ":", "?", "? ", "#", " #", "{", "}", "[", "]", ",", "'", '"', "|", "|-\n", ">\n", "&a ",
    "*a ",
    "!", "!!str ", "%", "@", "`", "\t", "\r\n", "\r", "---\n", "...\n", "\\/", "\\", "\\x41", "\\ud83d\\ude00", "\x85",
    "\u2028",
    "\ufeff", "é", "😀", "\u00a0", "<<: ", "k: v\n", "%YAML 1.1\n---\n", "|2\n", ">+\n", "0o17", "~", "1e400",
]  # fmt: skip


def purely(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Document | None, list[object]]:
    with monkeypatch.context() as patched:
        patched.setattr(yaml_text, "_FAST", None)
        document, faults = read_yaml(text, "x.yaml")
    return document, list(faults)


def test_both_parsers_read_what_ships_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(SAMPLE_OPERATION).rglob("*.yaml"))][::6]
    assert len(texts) > 8
    for text in texts:
        document, faults = read_yaml(text, "x.yaml")
        assert document is not None and (document, faults) == purely(text, monkeypatch)


def test_both_parsers_read_slips_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    whole = (Path(SAMPLE_OPERATION) / "operation.yaml").read_text(encoding="utf-8")
    fast = 0
    for _ in range(1_000):
        start = chance.randrange(len(whole))
        text = "a:\n" + whole[start : start + 200] if chance.random() < 0.5 else "a: "
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(3, len(text) + 1)
            text = text[:at] + chance.choice(SLIPS) + text[at + chance.choice([0, 0, 1, 3]) :]
        document, faults = read_yaml(text, "x.yaml")
        exactly, wrong = purely(text, monkeypatch)
        assert faults == wrong, text
        assert (document is None) == (exactly is None), text
        if document is not None and exactly is not None:
            assert document.value == exactly.value and document.keys == exactly.keys, text
        fast += yaml_text._fast(text, "x.yaml") is not None
    assert fast > 100
