"""maturity: eight questions, a level, and the next three actions."""

from typing import Annotated

import typer

from aboveloop.app.organisation import maturity as assessing
from aboveloop.app.organisation.maturity import LEVELS
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line
from aboveloop.kit.errors import WrongUsage


def maturity(
    answers: Annotated[
        list[str] | None, typer.Option("--answer", help="Such as purpose=3; those not named stay as they were.")
    ] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Ask whether this is automation or an operating model: eight questions, a level, and what to do next.

    Example: aboveloop maturity --answer purpose=3 --answer proof=2 --as noor
    """
    with opened(home, database) as premises:
        if answers:
            found = assessing.answer(premises, dict(map(_pair, answers)), by=desk_of(premises, person).person)
        else:
            with premises.database.read() as reader:
                found = assessing.examine(premises, reader)

    def human() -> None:
        for each in found.answered:
            line(f"{each.counts or '?'}  {each.question.name:9} {each.question.asks}")
            if each.is_doubted and each.seen is not None:
                line(f"   {'':9} answered {each.said}; the house sees: {each.seen.why}")
            if not each.said:
                for level, words in enumerate(each.question.answers, start=1):
                    line(f"   {'':9} {level} {words}")
        if found.level:
            line(f"Level {found.level}: {LEVELS[found.level][0]}. {LEVELS[found.level][1]}")
        for each, action in found.next:
            line(f"next, {each.question.name}: {action.words}")

    answer(assessing.as_json(found), as_json, human)


def _pair(text: str) -> tuple[str, int]:
    name, _, level = text.partition("=")
    if not level.isdecimal():
        raise WrongUsage(f"{text!r} is no answer: write NAME=LEVEL, such as purpose=3.")
    return name, int(level)
