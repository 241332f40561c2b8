"""routing.yaml: what is wrong in it with file and line, in words, and what changes between releases."""

from pathlib import Path

import pytest

from aboveloop.operation.changes.change import Change
from aboveloop.operation.changes.compare import changes_between
from aboveloop.operation.checking import check
from aboveloop.operation.faults import Fault
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from aboveloop.operation.routing_words import rule_in_words
from operation.kettle import FILES

ROUTING = """\
queues:
  - {queue: desk, roles: [clerk]}
rules:
  - {rule: offers, when: {subject: [offer*]}, to: aside}
  - {rule: refunds, title: Money back, when: {intents: [refund], flags: [angry]}, to: people, priority: high}
  - {rule: french, when: {languages: [fr]}}
"""


def with_rules(text: str) -> tuple[Operation, list[Fault]]:
    loaded = load_files({**FILES, "routing.yaml": text}, Path("kettle"))
    faults = [each for each in check(loaded) if each.path == "routing.yaml"]
    assert loaded.operation is not None or faults
    return loaded.operation or load_files(FILES, Path("kettle")).operation, faults  # type: ignore[return-value]


def test_sound_rules_have_no_faults_and_are_told_in_words() -> None:
    operation, faults = with_rules(ROUTING)
    assert faults == []
    said = [rule_in_words(operation, operation.routing, each) for each in operation.routing.rules]
    assert said[0] == "The subject says “offer*”. Set aside: it becomes no case and is never answered."
    assert (
        said[1].startswith("The need is “")
        and "and the customer is angry. Goes to people at once: desk, soon." in said[1]
    )
    assert said[2] == "It is written in French. Answered as usual; if people get it: desk, in turn."


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("intents: [refund]", "intents: [refnd]", 5, "Did you mean `refund`?"),
        ("roles: [clerk]", "roles: [clark]", 2, "Did you mean `clerk`?"),
        ("priority: high", "queue: nowhere", 5, "there is no queue `nowhere`"),
        ("priority: high", "priority: soonest", 5, "must be"),
        ("languages: [fr]", "languages: [French]", 6, "is no language"),
        ("languages: [fr]", "channels: [pigeon]", 6, "there is no channel `pigeon`"),
        ("languages: [fr]", "subject: ['*']", 6, "one of its words is empty"),
        ("languages: [fr]", "senders: ['@x']", 6, "is no sender"),
        ("languages: [fr]", "automatic: [bulk]", 6, "automatic mail is never answered"),
        ("subject: [offer*]", "flags: [angry]", 4, "decided before a message is read"),
        ("subject: [offer*]", "attachments: true", 4, "named by sender, subject, words"),
        ("rule: french", "rule: refunds", 6, "There are two of rule"),
        ("languages: [fr]", "intents: [refund], flags: [angry], languages: [fr]", 6, "never counts: `refunds`"),
        ("{rule: french, when: {languages: [fr]}}", "{rule: late, when: {words: [x]}, to: aside}", 5, "stands before"),
        ("when: {languages: [fr]}", "wen: {}", 6, "There is no key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in ROUTING
    _, faults = with_rules(ROUTING.replace(old, new))
    assert any(said in each.message and each.line == line for each in faults), faults


def test_a_rule_that_asks_nothing_stands_last() -> None:
    _, faults = with_rules(ROUTING + "  - {rule: rest, when: {}}\n")
    assert faults == []
    _, faults = with_rules(ROUTING.replace("languages: [fr]", "") + "  - {rule: rest, when: {words: [x]}}\n")
    assert "`rest` never counts: `french` stands above it" in faults[0].message


def test_a_folder_without_the_file_has_no_rules() -> None:
    operation = load_files(FILES, Path("kettle")).operation
    assert operation is not None
    assert operation.routing.rules == [] and operation.routing.usual_queue == ""


def changed(old: str, new: str) -> list[Change]:
    assert old in ROUTING
    return changes_between(with_rules(ROUTING)[0], with_rules(ROUTING.replace(old, new))[0])


def test_what_gives_people_less_or_sets_mail_aside_alters_risk() -> None:
    (fewer,) = changed(", to: people, priority: high", ", priority: high")
    assert fewer.is_risky and fewer.direction == "looser" and fewer.about == "routing:refunds"
    assert fewer.touches == frozenset({"refund"})
    (aside,) = changed("offer*", "offer*, sale")
    assert aside.is_risky and "before “the subject says “offer*””" in aside.words
    (gone,) = changed("  - {rule: french, when: {languages: [fr]}}\n", "")
    assert not gone.is_risky and "is gone" in gone.words
    (new,) = changes_between(
        with_rules(ROUTING)[0], with_rules(ROUTING + "  - {rule: law, when: {flags: [legal]}, to: people}\n")[0]
    )
    assert not new.is_risky and new.direction == "stricter"


def test_another_order_is_told_once_and_names_and_queues_too() -> None:
    lines = ROUTING.splitlines(keepends=True)
    (order,) = changes_between(with_rules(ROUTING)[0], with_rules("".join([*lines[:4], lines[5], lines[4]]))[0])
    assert order.about == "routing:order" and "offers; french; Money back" in order.words
    (named,) = changed("title: Money back", "title: Refunds")
    assert named.words == "The routing rule “Money back” is called “Refunds” now." and not named.is_risky
    (queue,) = changed("roles: [clerk]", "roles: [clerk, refund_approver]")
    assert queue.words.startswith("The queue is now desk")


def test_a_release_without_the_file_and_one_with_it_are_compared() -> None:
    without = load_files(FILES, Path("kettle")).operation
    assert without is not None
    found = changes_between(without, with_rules(ROUTING)[0])
    assert {each.about for each in found} == {
        "routing:offers",
        "routing:refunds",
        "routing:french",
        "routing:queue.desk",
    }
    back = changes_between(with_rules(ROUTING)[0], without)
    assert any("Money back” is gone" in each.words and each.is_risky for each in back)
