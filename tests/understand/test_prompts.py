"""Prompts: what leaves the house in every question is looked through before it does."""

import pytest

from aboveloop.understand.prompts import Prompt, PromptUnknown, prompt_faults, prompt_of

FIELDS = ("messages", "known")
GOOD = (
    '---\nfields: [messages]\n---\nSay what is wanted. Answer only from the case. If it is not told, say "unknown".\n'
)


def faults(text: str) -> list[str]:
    return [str(fault) for fault in prompt_faults({"prompts/sum_up.md": text, "messages/en/a.md": "TODO"}, FIELDS)]


def test_a_good_prompt_has_no_fault_and_is_read() -> None:
    assert faults(GOOD) == []
    assert prompt_of({"prompts/sum_up.md": GOOD}, "sum_up") == Prompt(
        "sum_up", ("messages",), GOOD.rpartition("---\n")[2].strip()
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("---\nfields: [messages]\n---\n", ""), "begins with"),
        (("[messages]", "[messages, shoe_size]"), "no field `shoe_size`"),
        (("Answer only from the case.", ""), "sets no limit"),
        (("If it is not told", "Then"), "warning: Say what to answer"),
        (("wanted", "wanted by {{ name }}"), "left to be filled in"),
        (("wanted", "wanted by {customer_name}"), "left to be filled in"),
        (("wanted", "wanted by [insert name]"), "left to be filled in"),
        (("wanted", "wanted TODO"), "left to be filled in"),
        (("wanted", "wanted by <customer name>"), "left to be filled in"),
        (("wanted", "wanted, api key: abcdef123456"), "looks like a secret"),
        (("wanted", "wanted sk-live-abcdefghijklmnop1234"), "looks like a secret"),
        (("wanted", "wanted https://user:pass@host.example"), "looks like a secret"),
        (("wanted", "wanted by anna@mail.example"), "personal value (email)"),
        (("wanted", "wanted, NL91ABNA0417164300"), "personal value (iban)"),
        (("wanted", "wan\u200bted"), "invisible"),
        (("wanted", "wanted " * 1300), "characters; at most"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_file(change: tuple[str, str], said: str) -> None:
    found = faults(GOOD.replace(*change))

    assert any(said in each for each in found), found
    assert all(each.startswith("prompts/sum_up.md:") for each in found)


def test_an_empty_prompt_is_a_fault() -> None:
    assert any("says nothing" in each for each in faults("---\nfields: []\n---\n\n"))


def test_an_unknown_prompt_names_those_that_there_are() -> None:
    with pytest.raises(PromptUnknown, match="sum_up"):
        prompt_of({"prompts/sum_up.md": GOOD}, "other")
    with pytest.raises(PromptUnknown, match="none"):
        prompt_of({}, "other")
