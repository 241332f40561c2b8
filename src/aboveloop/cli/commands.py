"""Every command by its name, its room and its one line of help; the room itself is imported when it is called.

The house stands on large libraries, and whoever asks for help or checks a folder should not wait for them.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from aboveloop.cli.called import naming

HELP = """Customer operations on AI workers, with people above the loop.

Example: aboveloop demo
"""


@dataclass(frozen=True)
class Place:
    """Where a command stands: `member` of `module` is its function, or a Typer of several commands."""

    module: str
    member: str
    help: str


PLACES = {
    "demo": Place("running", "demo", "Run the sample company: customers write, AI workers resolve, you approve."),
    "up": Place("running", "up", "Serve the deployed release: console, API, web chat and e-mail."),
    "doctor": Place("running", "doctor", "Look after the house and say what is wrong with it."),
    "contract": Place("contracts", "contract_app", "What data sources promise, and whether they keep it."),
    "check": Place("checking", "check", "Look through an operation folder and explain each fault."),
    "release": Place("operations", "release_app", "Freeze an operation, bring it to customers, take it back."),
    "stage": Place("staging", "stage_app", "Say how much the worker of a procedure may do alone."),
    "case": Place("cases", "case_app", "Look at cases."),
    "approve": Place("cases", "approve", "Approve one action, as asked or with changed arguments."),
    "deny": Place("cases", "deny", "Deny one action, with a reason."),
    "approval": Place("approvals", "approval_app", "Decisions that wait for people: list, look after, measure."),
    "absence": Place("absences", "absence_app", "Who is away, and who stands in."),
    "pause": Place("cases", "pause", "Pause a worker, procedure, operation, channel, or everything."),
    "resume": Place("cases", "resume", "Resume what was paused; the cases that it stopped go on."),
    "incident": Place("incidents", "incident_app", "Something went wrong: stop, contain, correct, reconcile, review."),
    "privacy": Place("privacy", "privacy_app", "Requests of customers, data flows, disclosures, sets to train on."),
    "customers": Place("customers", "customers_app", "The same customer found twice: find, merge, take back."),
    "consent": Place("consent", "consent_app", "What a customer has agreed to, for which purpose."),
    "outcome": Place("outcome", "outcome_app", "What was promised and is not so, after cases have ended."),
    "hold": Place("hold", "hold_app", "Keep what a court may want from being erased."),
    "retention": Place("retention", "retention_app", "What is kept how long, and erase what is due."),
    "audit": Place("audit", "audit_app", "Show, verify, export and erase what stands in the ledger."),
    "understand": Place(
        "understand", "understand_app", "Learn what customers want, read it, promise how well, be corrected."
    ),
    "model": Place("model", "model_app", "Ask an outside model about a case, with personal values masked."),
    "models": Place("models", "models_app", "Weights that messages are read better with: list, install."),
    "policy": Place("policy", "policy_app", "Test the rules, and ask what they allow and why."),
    "replay": Place("replaying", "replay", "Judge recorded runs of other workers as if proposed now."),
    "shadow": Place("shadow", "shadow_app", "A worker beside people: what it would have done, against what they did."),
    "route": Place("routing", "route_app", "By which rules cases go to people, and what routing by skill saves."),
    "person": Place("running", "person_app", "Sign-in links and tokens for people above the loop."),
    "backlog": Place("backlog", "backlog_app", "What could be better, and which release carries it."),
    "training": Place("training", "training_app", "Courses of people beside the workers, and who did them."),
    "kpi": Place("kpis", "kpi_app", "What the KPIs are worth, and whether they are within tolerance."),
    "value": Place("value", "value_app", "What moved in revenue, cost, risk and experience, in money, with its proof."),
    "collections": Place("collections", "collections", "What outreach for unpaid invoices moved in 30 and 60 days."),
    "redesign": Place("redesign", "redesign", "How a need is served today, and how a worker would serve it."),
    "insights": Place("insights", "insights", "What is new, what changed, and what goes with bad ends."),
    "charter": Place("charter", "charter_app", "A pilot's contract: one KPI, a frozen baseline, before and after."),
    "score": Place("score", "score", "Rank candidates for a pilot, and say how firm the ranking is."),
    "radar": Place("radar", "radar", "Find rework, waiting and loops in an event log or a history."),
    "import": Place("imports", "import_app", "Bring in the past of another help desk, masked before it is kept."),
    "readiness": Place("readiness", "readiness", "Ask whether this pilot can grow: five tests and the checklist."),
    "completeness": Place(
        "completing", "completeness", "How complete rules, measures and owners are around each worker."
    ),
    "usage": Place("usage", "show_usage", "Which pages are opened, by role, and which nobody opens."),
    "maturity": Place("maturity", "maturity", "Automation or operating model: a level, and the next three actions."),
    "token": Place("tokens", "token_app", "Make, list and end tokens for programs."),
    "version": Place("naming", "version", "Say which version this is."),
}


class LateGroup(TyperGroup):
    """Knows its commands by name and help, and imports one when it is called."""

    # Typer's click is private, so its types cannot be named here.
    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, real_command(name) if name in PLACES else command, rest


def all_commands() -> LateGroup:
    """The command `aboveloop` itself."""
    stubs = {name: TyperCommand(name, help=place.help) for name, place in PLACES.items()}
    return LateGroup(name="aboveloop", help=HELP, commands=dict(stubs), no_args_is_help=True, rich_markup_mode=None)


def real_command(name: str) -> TyperCommand | TyperGroup:
    """Import the command's room and build it. `name` is a key of PLACES."""
    place = PLACES[name]
    member = getattr(import_module(f"aboveloop.cli.{place.module}"), place.member)
    if isinstance(member, typer.Typer):
        group = get_group(member)
        group.name = name
        _name_all(group, name)
        return group
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name)(member)
    command = get_command(alone)
    assert isinstance(command, TyperCommand), "a Typer of one function makes one command"
    _name_all(command, name)
    return command


def _name_all(command: Any, name: str) -> None:
    """Each command below knows the words by which it was called."""
    for word, each in getattr(command, "commands", {}).items():
        _name_all(each, f"{name} {word}")
    if command.callback is not None and not hasattr(command, "commands"):
        command.callback = naming(name, command.callback)
