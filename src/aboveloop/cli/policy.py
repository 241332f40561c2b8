"""policy: test the rules of an operation, and ask them. What needs a house opens one; the rest does not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from aboveloop.app import inspection
from aboveloop.app.can import Who, can
from aboveloop.app.policy_desk import explained, is_folder, operation_named
from aboveloop.app.premises import Premises
from aboveloop.cli import policy_words
from aboveloop.cli.checking import Folder, existing
from aboveloop.cli.house import As, case_of, note_look, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, progress, several
from aboveloop.cli.policy_words import json_object
from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.explaining import explain as explain_question
from aboveloop.govern.facts import NOTHING_KNOWN
from aboveloop.govern.lanes import Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import NOBODY_IN_PARTICULAR, Question, supposed
from aboveloop.govern.schema import operations_of
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.models import Operation
from aboveloop.work.policy_diff import diff_of_ledger, diff_of_tests
from aboveloop.work.policy_use import use_of

policy_app = several("""Test the rules of an operation, and ask what they allow, why, and what would change it.

    Example: aboveloop policy test my-company/
    """)

FolderOption = Annotated[
    Path | None, typer.Option("--operation", help="An operation folder. Default: the sample company's.")
]
By = Annotated[Who, typer.Option("--by", help="Whether an AI worker or a person would do it.")]
Touches = Literal["customer", "money", "sensitive"]


@policy_app.command("test")
def test(folder: Folder = None, as_json: Json = False) -> None:
    """Decide every test of policies/tests.yaml; each that fails is told with what came and which rules decided.

    Example: aboveloop policy test my-company/
    """
    chosen = existing(folder)
    run = inspection.policy_tests(chosen)
    failed = [result for result in run.results if not result.passed]
    value = {
        "folder": str(chosen),
        "ok": run.ok,
        "tests": len(run.results),
        "failed": len(failed),
        "results": [policy_words.test_as_json(result, run.places[result.number]) for result in run.results],
    }

    def human() -> None:
        for result in failed:
            for text in policy_words.failed_test(result, run.places[result.number]):
                line(text)
        if not run.results:
            line(f"There is no test in {chosen / inspection.POLICY_TESTS}, so nothing is shown to hold.")
            return
        held = len(run.results) - len(failed)
        line(f"{counted(held, 'policy test')} of {len(run.results)} held in {chosen}.")

    answer(value, as_json, human)
    if not run.ok:
        raise typer.Exit(1)


@policy_app.command("explain")
def explain(
    case: Annotated[str | None, typer.Argument(help="A case's id; else say --action and what is supposed.")] = None,
    action: Annotated[
        str | None, typer.Option(help="Of a case: the beginning of an action's digest. Else: system.operation.")
    ] = None,
    operation: FolderOption = None,
    args: Annotated[str, typer.Option(help="Supposed arguments, a JSON object.")] = "{}",
    facts: Annotated[str, typer.Option(help="Supposed facts, a JSON object.")] = "{}",
    owner: Annotated[str, typer.Option(help="Supposed: whose record it is.")] = "",
    customer: Annotated[str, typer.Option(help="Supposed: who has proved to be writing.")] = "",
    confirmed: Annotated[bool, typer.Option("--confirmed", help="Supposed: the customer said yes to this.")] = False,
    approved_by: Annotated[list[str] | None, typer.Option(help="Supposed: a role that approved. Repeatable.")] = None,
    by: By = "worker",
    stage: Annotated[Stage, typer.Option(help="Supposed: the stage.")] = Stage.SUPERVISED,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Why an action has its lane: the rules, the facts that they looked at, and the smallest changes of both.

    Example: aboveloop policy explain case_01k9...

    Example: aboveloop policy explain --action shop.train --args '{"personal": true}' --operation my-company/
    """
    if case is not None:
        with opened(home, database) as premises:
            with premises.database.read() as reader:
                found = case_of(reader, case)
            note_look(premises, person, found)
            with premises.database.read() as reader:
                past = explained(premises, reader, found, action or "")
        told, currency = past.explanation, past.operation.about.currency
    else:
        chosen = operation_named(str(existing(operation)), None)
        conversation = replace(NOTHING_KNOWN, customer=customer, confirmed=confirmed)
        proposed = _proposed(chosen, action, args, by)
        evidence = supposed(chosen, proposed, json_object(facts, "--facts"), owner=owner)
        question = Question(proposed, evidence, conversation, frozenset(approved_by or ()), stage)
        told, currency = explain_question(PolicyPack.compile(chosen), question), chosen.about.currency
    answer(
        policy_words.explanation_as_json(told, currency),
        as_json,
        lambda: line("\n".join(policy_words.explanation_in_words(told, currency))),
    )


@policy_app.command("diff")
def diff(
    old: Annotated[str, typer.Argument(help="An operation folder, or a release (r3, or its digest's beginning).")],
    new: Annotated[str, typer.Argument(help="Likewise: the policies to compare with.")],
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Which policy tests and, with a home, which past actions would be decided otherwise, and whom that touches.

    Example: aboveloop policy diff r3 my-company/ --home state/
    """
    with _house(home, database, needed=not (is_folder(old) and is_folder(new))) as premises:
        before, after = (PolicyPack.compile(operation_named(each, premises)) for each in (old, new))
        tests = diff_of_tests(before, after)
        ledger = None
        if premises is not None:
            with premises.database.read() as reader, progress() as bar:
                shown = bar.add_task("Comparing", total=premises.ledger.count(reader))
                ledger = diff_of_ledger(
                    premises.ledger.find(reader),
                    before,
                    after,
                    operation_of=premises.operation_of,
                    progress=lambda done: bar.update(shown, completed=done),
                )
    currency = after.operation.about.currency
    value = {
        "old": before.operation.digest,
        "new": after.operation.digest,
        "currency": currency,
        "tests": tests.as_json(),
        "ledger": ledger.as_json() if ledger is not None else None,
    }
    answer(value, as_json, lambda: line("\n".join(policy_words.diff_in_words(tests, ledger, currency))))


@policy_app.command("coverage")
def coverage(folder: Folder = None, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Which rules never decided anything, in the policy tests and, with a home, in its ledger. Status 1 if untested.

    Example: aboveloop policy coverage my-company/ --home state/
    """
    operation = operation_named(str(existing(folder)), None)
    with _house(home, database, needed=False) as premises:
        if premises is None:
            use = use_of(operation)
        else:
            with premises.database.read() as reader:
                use = use_of(operation, premises.ledger.find(reader))
    answer(use.as_json(), as_json, lambda: line("\n".join(policy_words.use_in_words(use))))
    if use.untested:
        raise typer.Exit(1)


@policy_app.command("can")
def can_do(
    question: Annotated[str, typer.Argument(help="In plain words: what somebody wants to do.")],
    folder: Folder = None,
    by: By = "worker",
    as_json: Json = False,
) -> None:
    """What may be done without asking, in plain words. Status 1 where nobody can tell which operation is meant.

    Example: aboveloop policy can "issue a refund above 100 EUR"
    """
    operation = operation_named(str(existing(folder)), None)
    found = can(PolicyPack.compile(operation), question, by=by)
    currency = operation.about.currency
    answer(
        policy_words.can_as_json(found, currency),
        as_json,
        lambda: line("\n".join(policy_words.can_in_words(found, currency))),
    )
    if found.operation is None:
        raise typer.Exit(1)


@policy_app.command("operations")
def operations(
    folder: Folder = None,
    touches: Annotated[Touches | None, typer.Option(help="Only what touches this.")] = None,
    as_json: Json = False,
) -> None:
    """Every operation of the systems with what it touches: customer, money, sensitive.

    Example: aboveloop policy operations --touches money
    """
    operation = operation_named(str(existing(folder)), None)
    found: list[dict[str, Any]] = [
        {"operation": name, "kind": spec.kind, "touches": list(spec.touches), "description": spec.description}
        for name, spec in operations_of(operation)
        if touches is None or touches in spec.touches
    ]

    def human() -> None:
        for each in found:
            touched = ", ".join(each["touches"]) or "nothing"
            line(f"{each['operation']:34} {each['kind']:8} {touched:26} {each['description']}")
        line(f"{counted(len(found), 'operation')}.")

    answer({"operations": found}, as_json, human)


@contextmanager
def _house(home: Path | None, database: str | None, *, needed: bool) -> Iterator[Premises | None]:
    """The house where one is named or needed, else None: comparing two folders needs no house."""
    named = home is not None or database is not None
    named = named or bool({"ABOVELOOP_HOME", "ABOVELOOP_DATABASE_URL"} & os.environ.keys())
    with opened(home, database) if named or needed else nullcontext() as premises:
        yield premises


def _proposed(operation: Operation, action: str | None, args: str, by: Who) -> Action:
    """Raises WrongUsage."""
    if action is None:
        raise WrongUsage("Name a case, or say with --action which operation is supposed, such as shop.refund_order.")
    if operation.system_operation(action) is None:
        known: list[Any] = [name for name, _ in operations_of(operation)]
        raise WrongUsage(f"There is no operation {action} in {operation.about.title}. There are: {', '.join(known)}.")
    return Action("supposed", action, json_object(args, "--args"), Principal(by, NOBODY_IN_PARTICULAR))
