"""Attributes are canonical JSON, however they are written."""

from hypothesis import given
from hypothesis import strategies as some

from aboveloop.history.events import attributes_of
from aboveloop.kit.canonical import canonical

TEXT = some.text(alphabet=some.characters(exclude_categories=("Cs",)), max_size=8)


@given(some.dictionaries(TEXT, TEXT | some.integers(-9, 9) | some.none(), max_size=4))
def test_attributes_are_canonical_json(values: dict[str, object]) -> None:
    assert attributes_of(values) == canonical(values).decode()


def test_controls_quotes_and_keys_beyond_ascii_are_written_alike() -> None:
    for values in ({"b": 'say "\x7f\n\t\\', "a": "/"}, {"\U0001f600": "x", "\uff5e": "y"}, {"zoë": "é"}):
        assert attributes_of(values) == canonical(values).decode()
