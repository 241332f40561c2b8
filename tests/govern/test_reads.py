"""What rules look at is found however it is written, with the values where their answers turn."""

from aboveloop.govern.reads import Compared, Name, compared, names_read
from aboveloop.govern.rules import Rule, parse_rules
from govern.corner import build_operation

NOTE = 'permit (principal, action == Action::"shop.note", resource)'


def rules(condition: str) -> tuple[Rule, ...]:
    text = f'@id("a") @lane("allowed") @reason("R.") {NOTE} when {{ {condition} }};'
    found = parse_rules(build_operation(policies={"policies/p.cedar": text}))
    assert not found.faults
    return found.rules


def facts(name: str) -> Name:
    return Name("facts", name)


def args(name: str) -> Name:
    return Name("args", name)


def test_facts_and_arguments_are_named_also_where_only_their_presence_counts() -> None:
    (rule,) = rules(
        'context.facts has age && context.args["size"] == 1 && context.facts.kind like "a*" && !context.verified'
    )
    assert names_read(rule.text) == {facts("age"), args("size"), facts("kind")}


def test_values_and_other_names_are_found_on_both_sides() -> None:
    found = compared(
        rules("5000 >= context.args.cents && context.args.cents <= context.facts.left && context.facts.n > -3")
    )
    assert found[args("cents")] == Compared({5000}, {facts("left")})
    assert found[facts("left")] == Compared(set(), {args("cents")})
    assert found[facts("n")] == Compared({-3}, set())


def test_members_of_lists_count_as_values() -> None:
    found = compared(rules('["a", "b"].contains(context.facts.state) && context.facts.kinds.containsAll(["x"])'))
    assert found[facts("state")].values == {"a", "b"}
    assert found[facts("kinds")].values == {"x"}


def test_what_is_only_looked_at_is_there_without_values() -> None:
    found = compared(rules("context.facts.late && context.facts.n * 2 > 4 && context.owner == context.customer"))
    assert found[facts("late")] == Compared()
    # A sum is not looked into: its boundary is of no single fact.
    assert found[facts("n")] == Compared()
    assert set(found) == {facts("late"), facts("n")}


def test_yes_and_no_are_values() -> None:
    assert compared(rules("context.args.urgent == true"))[args("urgent")].values == {True}
