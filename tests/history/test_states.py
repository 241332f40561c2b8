"""What a name says of where a case stands, in the words of several languages."""

import pytest

from aboveloop.history.states import Standing, is_bare, is_reassignment, is_reopening, standing_of

SAID = {
    Standing.CLOSED: [
        "Closed",
        "closed - no reply",
        "CLOSED",
        "Chiuso",
        "Geschlossen",
        "Cancelled",
        "complete",
        "Fermé",
    ],
    Standing.RESOLVED: ["Resolved", "Resolve ticket", "solved", "Gelöst", "Risolto", "Résolu", "incident_resolved"],
    Standing.WORK: [
        "Active",
        "Awaiting User Info",
        "Not resolved",
        "To be closed",
        "Pending close",
        "Reopened",
        "complete the form",
        "Disclosed",
        "unresolved",
        "Take in charge ticket",
        "Resolution rejected",
    ],
    Standing.BESIDE: ["Note", "customer_message", "-100", "?", "Satisfaction survey", "rated"],
}


@pytest.mark.parametrize(("name", "standing"), [(name, each) for each, names in SAID.items() for name in names])
def test_a_name_says_where_a_case_stands(name: str, standing: Standing) -> None:
    assert standing_of(name) is standing


@pytest.mark.parametrize(
    "name", ["Reopen", "re-opened", "ReOpened", "Riaperto", "Wiedereröffnet", "Réouvert", "Reabierto"]
)
def test_words_for_opening_again(name: str) -> None:
    assert is_reopening(name)


@pytest.mark.parametrize("name", ["Reassignment", "Re-assigned", "External Vendor Reassignment", "Riassegnato"])
def test_words_for_another_group(name: str) -> None:
    assert is_reassignment(name)


def test_other_words_are_neither() -> None:
    for name in ("Assignment", "Open", "Opened", "Assigned", "Closed"):
        assert not is_reopening(name) and not is_reassignment(name)


def test_a_word_that_stands_alone_is_told_from_one_that_says_more() -> None:
    assert is_bare("Reassignment") and is_bare("reopened")
    assert not is_bare("External Vendor Reassignment")
