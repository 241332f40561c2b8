"""What a customer says about personalisation: why, off, on, and what is about something else."""

import pytest

from aboveloop.understand.personalising import asks_about


@pytest.mark.parametrize(
    "text",
    [
        "Why am I seeing this?",
        "why am I being shown that?",
        "Why are you recommending boots to me",
        "How do you know what I bought?",
        "is this personalised?",
        "is that personal advice?",
    ],
)
def test_why_is_asked(text: str) -> None:
    assert asks_about(text) == "why"


@pytest.mark.parametrize(
    "text",
    [
        "Switch off personal tips.",
        "please turn off the personalisation",
        "turn personalization off",
        "no personal tips please",
        "No more personal recommendations, thanks",
        "stop personalising",
        "Please don't personalise anything for me",
        "I want to opt out of personalised offers",
        "don't use my data for tips",
        "I don't want personal suggestions",
    ],
)
def test_off_is_heard(text: str) -> None:
    assert asks_about(text) == "off"


@pytest.mark.parametrize(
    "text",
    [
        "switch on personal tips",
        "turn on personalisation again please",
        "opt in to personal tips",
        "yes to personal tips",
    ],
)
def test_on_is_heard(text: str) -> None:
    assert asks_about(text) == "on"


@pytest.mark.parametrize("text", ["don't switch on personal tips", "please do not turn on personalisation"])
def test_not_on_is_off(text: str) -> None:
    assert asks_about(text) == "off"


@pytest.mark.parametrize(
    "text",
    [
        "Why was that decided?",
        "why is my parcel late",
        "switch off my order",
        "please turn the boots around",
        "do not switch off personal tips",
        "no",
        "I have a personal question about order LK-100200",
        "my personal address changed",
        "",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert asks_about(text) is None
