"""Topics: what nobody foresaw is put together, counted by people, and never named after one of them."""

from datetime import UTC, datetime, timedelta

from aboveloop.measure.topics import FEWEST_PEOPLE, Unplaced, naming_words, split_of, topics_of

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GIFT = [
    "do you sell gift cards", "can i buy a gift card for my sister", "gift card of fifty euros please",
    "is there a gift card i can send by mail", "how long is a gift card valid", "i want to pay with a gift card",
]  # fmt: skip
REPAIR = [
    "the zipper broke, do you repair jackets", "can my jacket be repaired", "repair of a torn jacket",
    "my jacket needs a repair of the zipper", "do you offer jacket repairs",
]  # fmt: skip
NOISE = ["what is the weather in Oslo", "tell me a joke about cats", "who won the match yesterday"]


def unplaced(texts: list[str], *, person: str = "", after: timedelta = timedelta(0)) -> list[Unplaced]:
    return [
        Unplaced(f"{text[:9]}-{place}", text, person or f"{text}-{place}", MONDAY + after)
        for place, text in enumerate(texts)
    ]


def test_messages_about_one_thing_become_one_topic_named_by_its_words() -> None:
    found = topics_of([*unplaced(GIFT), *unplaced(REPAIR), *unplaced(NOISE)])

    assert [(tuple(sorted(each.words[:2])), each.messages) for each in found] == [
        (("card", "gift"), 6),
        (("jacket", "repair"), 5),
    ]
    assert all(sample.startswith(tuple(text[:9] for text in GIFT)) for sample in found[0].samples)


def test_topics_are_counted_by_week() -> None:
    (found,) = topics_of([*unplaced(GIFT[:3]), *unplaced(GIFT[3:], after=timedelta(days=7))])

    assert found.by_week == (("2026-W10", 3), ("2026-W11", 3))
    assert (found.first, found.last) == (MONDAY, MONDAY + timedelta(days=7))


def test_what_one_person_says_over_and_over_is_no_topic() -> None:
    assert topics_of(unplaced(GIFT, person="anna")) == []
    assert topics_of(unplaced(GIFT[: FEWEST_PEOPLE - 1])) == []


def test_a_name_that_one_person_uses_names_no_topic() -> None:
    texts = [*GIFT[:4], "gift card for Quentin, Quentin and Quentin"]
    (found,) = topics_of(unplaced(texts))
    assert "quentin" not in found.words


def test_a_topic_keeps_its_key_while_it_grows() -> None:
    (before,), (after,) = topics_of(unplaced(GIFT)), topics_of([*unplaced(GIFT), *unplaced(GIFT, after=timedelta(1))])
    assert before.words == after.words and before.key == after.key


def test_nothing_and_texts_without_words_have_no_topic() -> None:
    assert topics_of([]) == []
    assert topics_of(unplaced(["?", "!!", "12", "ok", "..."])) == []


def test_an_intent_of_two_needs_is_split_and_one_of_one_need_is_not() -> None:
    found = split_of([*GIFT, *REPAIR])
    assert found is not None
    assert {frozenset(each) for each in found} == {frozenset(range(6)), frozenset(range(6, 11))}
    assert split_of(GIFT) is None
    assert split_of(GIFT[:3]) is None


def test_the_words_that_tell_two_halves_apart_are_named() -> None:
    assert naming_words(GIFT, REPAIR, most=2) == ("card", "gift")
    assert naming_words(["a b"], []) == ()


def test_embeddings_are_used_where_they_are_given() -> None:
    import numpy as np

    def embed(texts: object) -> "np.ndarray[object, np.dtype[np.float64]]":
        return np.array([[1.0, 0.0] if "gift" in str(text) else [0.0, 1.0] for text in list(texts)])  # type: ignore[call-overload]

    found = topics_of([*unplaced(GIFT), *unplaced(REPAIR)], embed=embed)
    assert [each.messages for each in found] == [6, 5]


def test_words_that_say_nothing_in_any_language_served_name_no_topic() -> None:
    german = ["ich möchte einen gutschein für meine schwester", "kann ich bitte einen gutschein kaufen",
              "wie lange ist ein gutschein gültig", "habt ihr auch einen gutschein"]  # fmt: skip
    french = ["je voudrais une carte cadeau pour ma mère", "est-ce que vous avez une carte cadeau",
              "bonjour, une carte cadeau pour mon frère"]  # fmt: skip
    found = {word for topic in topics_of([*unplaced(german), *unplaced(french)]) for word in topic.words}
    assert "gutschein" in found and {"carte", "cadeau"} <= found
    assert not found & {"ich", "einen", "möchte", "une", "pour", "mon", "vous"}
