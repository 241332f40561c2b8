"""case summary, case answer, case guidance: what a case is about, what to do next, and whether that helped."""

from dataclasses import replace
from typing import Annotated

import typer

from aboveloop.app.service.measures import CAUSES, service_measures
from aboveloop.app.summaries import answers, wording
from aboveloop.app.summaries.answers import DAYS, SUMMARY, Answer, verdict_named
from aboveloop.app.summaries.gathered import summary
from aboveloop.cli.house import As, case_of, desk_of, note_look, opened, shows_personal
from aboveloop.cli.output import DatabaseUrl, Home, Json, line
from aboveloop.cli.output import answer as tell
from aboveloop.work.summaries.summary import Summary

CaseName = Annotated[str, typer.Argument(help="The case's id, or an order number that it works with.")]


def show(
    case: CaseName,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Say what is asked, done and open on a case, and what to do next; each sentence names its entries with --json.

    Example: aboveloop case summary case_01k9... --as noor
    """
    with opened(home, database) as premises:
        with premises.database.read() as reader:
            found = case_of(reader, case)
        personal = shows_personal(premises, person)
        if personal:
            note_look(premises, person, found)
        with premises.database.read() as reader:
            told = summary(premises, reader, found)
    shown = told if personal else told.plain()
    tell(shown.as_json(), as_json, lambda: line(_words(shown)))


def answer_one(
    case: CaseName,
    target: Annotated[str, typer.Argument(help="`summary`, or the id of a step: see `case summary --json`.")],
    verdict: Annotated[str, typer.Argument(help="accepted, edited or rejected.")],
    text: Annotated[str, typer.Option(help="How you would say it, for `edited`.")] = "",
    because: Annotated[str, typer.Option(help="Why, for whoever improves this.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Accept, edit or reject a summary or a suggested step. An accepted step that needs no words is done.

    Example: aboveloop case answer case_01k9... summary rejected --because "It is about another order" --as noor
    """
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        with premises.database.read() as reader:
            found = case_of(reader, case)
        note_look(premises, person, found)
        given = Answer(target, verdict_named(verdict), text=text, because=because)
        taken = answers.answer(premises, desk.person, found.id, given)
    name = taken.step.kind if taken.step is not None else SUMMARY
    value = {"case": taken.case.id, "name": name, "verdict": verdict, "done": taken.is_done}
    done = " It is done." if taken.is_done else ""
    tell(value, as_json, lambda: line(f"{name.replace('_', ' ').capitalize()}: {verdict}.{done}"))


def word_one(
    case: CaseName,
    vendor: Annotated[str, typer.Option("--vendor", help="The outside model, as models.toml names it.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Ask an outside model to word the summary; it stands beside the exact one only if nothing in it is new.

    Example: aboveloop case word case_01k9... --vendor acme --as noor
    """
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        with premises.database.read() as reader:
            found = case_of(reader, case)
        note_look(premises, person, found)
        told = wording.word(premises, desk.person, found.id, vendor=vendor)
    value = {"case": found.id, "text": told.text, "because": told.because, "unsupported": list(told.unsupported)}
    tell(value, as_json, lambda: line(told.text or f"Not shown: {told.because}"))
    if not told.text:
        raise typer.Exit(1)


def guidance(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Answers of the last days.")] = DAYS,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Count how often summaries and each kind of suggested step were accepted, edited and rejected.

    Example: aboveloop case guidance --days 7
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = answers.rates(reader, premises.house.clock.now(), days=days)
        needs = answers.by_need(reader, premises.house.clock.now(), days=days)

    def human() -> None:
        for each in (*found, *(replace(need, name=f"about {need.name or 'nothing known'}") for need in needs)):
            weak = "  look at this" if each.is_weak else ""
            share = "-" if each.acceptance is None else f"{each.acceptance:.0%}"
            counts = f"{each.accepted:4} accepted {each.edited:4} edited {each.rejected:4} rejected"
            edits = "" if each.changed is None else f"  {each.changed:.0%} of the words changed in edits"
            line(f"{each.name:16} {counts}  {share}{edits}{weak}")
        if not found:
            line("Nobody has answered a summary or a suggestion yet.")

    value = {
        "days": days,
        "rates": [each.as_json() for each in found],
        "needs": [each.as_json() for each in needs],
    }
    tell(value, as_json, human)


def service(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Cases opened in the last days.")] = DAYS,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Measure deflection, avoidable contacts with their causes, route precision, what was said again, and waiting.

    Example: aboveloop case service --days 7 --json
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = service_measures(premises, reader, premises.house.clock.now(), days=days)

    def human() -> None:
        shares = {"Deflection": found.deflection, "Avoidable contacts": found.avoidable}
        shares |= {"Route precision": found.route_precision, "Said again": found.repeated}
        for name, share in shares.items():
            value = "-" if share.value is None else f"{share.value:.1%}"
            line(f"{name:20} {value:>7}  {share.part} of {share.whole}")
        for cause, cases in found.causes.items():
            line(f"  {len(cases):5}  {CAUSES[cause]}")

    tell(found.as_json(), as_json, human)


def _words(shown: Summary) -> str:
    """The summary for a terminal, with the command of each step where there is one."""
    commands = [f"  {number}. {step.command}" for number, step in enumerate(shown.suggestions, 1) if step.command]
    return "\n".join([shown.text(), *(["Commands:", *commands] if commands else [])])
