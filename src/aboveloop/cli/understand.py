"""understand: fit, predict, evaluate, explain, consistency (see understanding.py); teach the reader what was wrong."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from aboveloop.app.teaching import freezing, learning
from aboveloop.app.teaching import health as wellbeing
from aboveloop.app.teaching.corrections import Wish
from aboveloop.app.teaching.corrections import correct as correct_it
from aboveloop.cli.checking import existing
from aboveloop.cli.house import As, case_of, desk_of, note_look, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, counted, line, several
from aboveloop.cli.understanding import consistency, evaluate, explain, fit, predict
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage
from aboveloop.understand.intents import OUTSIDE

understand_app = several("""Learn what customers want, read it with a promise of how well, be corrected.

    Example: aboveloop understand fit examples.csv --out intents.model
    """)
understand_app.command("fit")(fit)
understand_app.command("predict")(predict)
understand_app.command("evaluate")(evaluate)
understand_app.command("explain")(explain)
understand_app.command("consistency")(consistency)


@understand_app.command("correct")
def correct(
    case: Annotated[str, typer.Argument(help="A case's id, or an order number that only one case works with.")],
    message: Annotated[str, typer.Argument(help="A message's id, or its number among the customer's: 1 is the first.")],
    intent: Annotated[str, typer.Option("--intent", help="What it was about.")] = "",
    also: Annotated[str, typer.Option("--also", help="A second need that it holds.")] = "",
    none: Annotated[bool, typer.Option("--none", help="It is none of ours.")] = False,
    drawn: Annotated[bool, typer.Option("--drawn", help="It was drawn by chance to be checked.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Say what a message was really about. It becomes an example once its case has ended, with nothing personal in it.

    Example: aboveloop understand correct case_01k9... 1 --intent cancel_order --as yuki
    """
    if none == bool(intent):
        raise WrongUsage("Say either --intent with what it was about, or --none where it is none of ours.")
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        with premises.database.read() as reader:
            found = case_of(reader, case)
        note_look(premises, person, found)
        wish = Wish(found.id, message, OUTSIDE if none else intent, also, drawn)
        done = correct_it(premises, wish, by=desk.person)

    def human() -> None:
        if done.was_right:
            line(f"Written down: {done.guessed} was right.")
        else:
            needs = done.intent + (f" and {done.also}" if done.also else "")
            line(f"Written down: it was about {needs}, not {done.guessed}. “{done.text}”")

    answer(done.as_json(), as_json, human)


@understand_app.command("freeze")
def freeze(
    given: Annotated[
        Path | None, typer.Option("--from", help="JSON lines of text, label and provenance; else what people checked.")
    ] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Keep messages with known answers apart, to weigh readers on: they are never learned from.

    Example: aboveloop understand freeze --as yuki
    """
    rows = None if given is None else list(_rows(given))
    with opened(home, database) as premises:
        found = freezing.freeze(premises, rows, by=desk_of(premises, person).person)
    value = {"digest": found.digest, "rows": len(found.rows), "at": iso(found.at)}
    answer(value, as_json, lambda: line(f"{len(found.rows)} messages are kept apart as {found.digest[:12]}."))


@understand_app.command("learn")
def learn(
    into: Annotated[Path | None, typer.Option("--into", help="An operation folder to write learned.yaml into.")] = None,
    release: Annotated[bool, typer.Option("--release", help="Make a release with it, beside the one at work.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Fit a reader on examples and corrections, and weigh it against the one at work. What is worse is refused.

    Example: aboveloop understand learn --release --as yuki
    """
    made = None
    with opened(home, database) as premises:
        who = desk_of(premises, person).person
        lesson = learning.learn(premises)
        learning.keep(premises, lesson, by=who.actor)
        if into is not None:
            learning.into(existing(into), lesson)
        if release:
            made, _ = learning.release(premises, lesson, by=who)

    def human() -> None:
        line(lesson.ruling.reason)
        line(f"Learned from {lesson.new} new corrections; weighed on the frozen set {lesson.frozen[:12]}.")
        for reason, many in lesson.teaching.left_out.items():
            line(f"left out: {many}, because {reason}")
        for each in lesson.comparison.moved:
            line(f"{each.intent}: {each.gained} gained, {each.lost} lost")
        if made is not None:
            line(f"{made.name} stands beside the release at work: aboveloop release status {made.name}")

    answer({**lesson.as_json(), "release": made.name if made is not None else None}, as_json, human)
    if not lesson.ruling.ships:
        raise typer.Exit(1)


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """Raises WrongUsage for a line that is no JSON object."""
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(text)
        except ValueError as error:
            raise WrongUsage(f"{path} line {number} is not JSON. Each line is one object.") from error
        if not isinstance(row, dict):
            raise WrongUsage(f"{path} line {number} is no JSON object. Each line is one object.")
        yield row


@understand_app.command("health")
def health(home: Home = None, database: DatabaseUrl = None, person: As = None, as_json: Json = False) -> None:
    """Look at every intent: confused, thin, overlapping, never read, and new topics among what was not understood.

    Example: aboveloop understand health
    """
    with opened(home, database) as premises:
        report = wellbeing.examine(premises)
    body = report.body

    def human() -> None:
        crossed, checked = body["crossed"], body["checked"]
        line(f"Of examples left out, {_share(crossed['accuracy'])} are read rightly.")
        line(f"Of readings drawn by chance and checked, {_share(checked['accuracy'])} were right.")
        line(f"Of {body['messages']} messages in {body['days']} days, {body['abstained']} were not understood.")
        for each in body["channels"]:
            told = f"{each['abstained']} of {counted(each['messages'], 'message')} not understood"
            line(f"{each['channel']}: {told}; of those checked, {_share(each['checked'])} were right")
        for each in body["topics"]:
            line(f"new topic: {each['title']} ({each['people']} customers, {each['messages']} messages)")
        for each in crossed["overlaps"]:
            line(f"{each['suggests']}: {each['one']} and {each['other']} ({each['there']} and {each['back']} confused)")
        for each in body["splits"]:
            line(f"split: {each['intent']} ({' / '.join(', '.join(words) for words in each['words'])})")
        for name, many in body["thin"]:
            line(f"thin: {name} ({many} examples)")
        for name in body["never_read"]:
            line(f"never read: {name}")

    answer({"at": iso(report.at), "release": report.release, **body}, as_json, human)


def _share(found: dict[str, Any]) -> str:
    if not found["of"]:
        return "nobody knows how many (none)"
    return f"{found['right']} of {found['of']} ({found['low']:.0%} to {found['high']:.0%})"
