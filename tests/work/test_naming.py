"""A record that is described: the one that fits best, or none where two fit alike."""

from aboveloop.work.naming import best

FLEECE = {
    "order_id": "LK-100002",
    "summary": "Heather fleece in slate size M",
    "lines": [{"colour": "slate", "id": "p_hea"}],
}
SHOES = {
    "order_id": "LK-100001",
    "summary": "Fennel trail shoe in moss size 42",
    "lines": [{"colour": "moss", "id": "p_fen"}],
}
BOOTS = {"order_id": "LK-100003", "summary": "Hawthorn hiking boot in slate size 43", "lines": [{"colour": "slate"}]}
ALL = [FLEECE, SHOES, BOOTS]


def test_words_of_a_record_name_it() -> None:
    assert best(ALL, "order_id", {"want", "return", "fleece"}, set()) == "LK-100002"
    assert best(ALL, "order_id", {"hiking", "boot"}, set()) == "LK-100003"


def test_a_known_value_counts_more_than_a_word() -> None:
    assert best(ALL, "order_id", {"trail"}, {"slate", "p_hea"}) == "LK-100002"


def test_what_fits_two_alike_names_neither() -> None:
    assert best(ALL, "order_id", set(), {"slate"}) is None
    assert best(ALL, "order_id", {"nothing", "else"}, set()) is None


def test_a_record_without_the_field_is_not_named() -> None:
    assert best([{"summary": "Heather fleece"}], "order_id", {"fleece"}, set()) is None
